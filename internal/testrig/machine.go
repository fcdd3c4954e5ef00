package testrig

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// Machine is a virtual machine whose only program is Crieur, with a disk of its
// own. Cutting its power loses everything that the program, and the kernel of
// the machine, had not brought to the disk.
type Machine struct {
	t      testing.TB
	kernel string
	initrd string
	disk   string
	// address is where the machine's port 8080 is reached.
	address string
	cmd     *exec.Cmd
	console lockedBuffer
}

// HostSeenFromMachine is this computer's loopback, as the machine sees it.
const HostSeenFromMachine = "10.0.2.2"

// modules are the kernel's drivers of the machine's disk and network, in the
// order in which they need each other.
func modules() []string {
	return []string{
		"virtio/virtio_ring", "virtio/virtio", "virtio/virtio_pci_modern_dev", "virtio/virtio_pci_legacy_dev", "virtio/virtio_pci",
		"block/virtio_blk", "core/failover", "net/net_failover", "net/virtio_net",
	}
}

// NewMachine prepares a machine: binary is the program, data the content of its
// disk, env the program's environment, address where it is to be reached.
// scripts/install-power-packages.sh brings what it needs.
func NewMachine(t testing.TB, binary, data, address string, env map[string]string) *Machine {
	t.Helper()
	for _, program := range []string{"qemu-system-x86_64", "mkfs.ext4", "busybox"} {
		if _, err := exec.LookPath(program); err != nil {
			Missing(t, "no %s (scripts/install-power-packages.sh): %v", program, err)
		}
	}
	cache, err := os.UserCacheDir()
	if err != nil {
		t.Fatal(err)
	}
	root := filepath.Join(cache, "crieur", "kernel")
	kernels, err := filepath.Glob(filepath.Join(root, "boot", "vmlinuz-*"))
	if err != nil {
		t.Fatal(err)
	}
	if len(kernels) == 0 {
		Missing(t, "no kernel below %s (scripts/install-power-packages.sh)", root)
	}
	m := &Machine{t: t, kernel: slices.Max(kernels), address: address, disk: filepath.Join(t.TempDir(), "disk")}
	m.initrd = m.firstFiles(root, binary, env)
	m.format(data)
	t.Cleanup(func() {
		if m.cmd != nil {
			m.Cut()
		}
		if t.Failed() {
			t.Logf("console of the machine:\n%s", tail(m.console.String(), 20_000))
		}
	})
	return m
}

// format makes the disk with its first content.
func (m *Machine) format(data string) {
	m.t.Helper()
	const bytes = 512 << 20
	if err := os.WriteFile(m.disk, nil, 0o600); err != nil {
		m.t.Fatal(err)
	}
	if err := os.Truncate(m.disk, bytes); err != nil {
		m.t.Fatal(err)
	}
	if out, err := exec.CommandContext(m.t.Context(), "mkfs.ext4", "-q", "-d", data, m.disk).CombinedOutput(); err != nil {
		m.t.Fatalf("mkfs.ext4: %v\n%s", err, out)
	}
}

// firstFiles writes what the kernel unpacks into memory at its start.
func (m *Machine) firstFiles(root, binary string, env map[string]string) string {
	m.t.Helper()
	var script strings.Builder
	script.WriteString("#!/bin/busybox sh\nb=/bin/busybox\n" +
		"$b mount -t proc none /proc; $b mount -t devtmpfs none /dev; $b mount -t tmpfs none /tmp\n")
	archive := newArchive(m.t)
	for _, dir := range []string{"bin", "proc", "dev", "tmp", "data", "modules"} {
		archive.add(dir, fs.ModeDir|0o755, nil)
	}
	for _, module := range modules() {
		found, err := filepath.Glob(filepath.Join(root, "lib/modules/*/kernel/*", module+".ko"))
		if err != nil || len(found) != 1 {
			m.t.Fatalf("module %s: %v %v", module, found, err)
		}
		name := "modules/" + filepath.Base(module) + ".ko"
		archive.file(name, found[0])
		fmt.Fprintf(&script, "$b insmod /%s\n", name)
	}
	script.WriteString("$b ip link set lo up; $b ip addr add 10.0.2.15/24 dev eth0; $b ip link set eth0 up; $b ip route add default via 10.0.2.2\n" +
		"$b mount -t ext4 /dev/vda /data\n")
	for name, value := range env {
		fmt.Fprintf(&script, "export %s='%s'\n", name, value)
	}
	script.WriteString("export CRIEUR_DATA_DIR=/data CRIEUR_ADDR=0.0.0.0:8080\n/bin/crieur serve\n$b poweroff -f\n")
	busybox, err := exec.LookPath("busybox")
	if err != nil {
		m.t.Fatal(err)
	}
	archive.file("bin/busybox", busybox)
	archive.file("bin/crieur", binary)
	archive.add("init", 0o755, []byte(script.String()))
	path := filepath.Join(m.t.TempDir(), "initrd")
	archive.write(path)
	return path
}

// Start switches the machine on and waits for nothing.
func (m *Machine) Start() {
	m.t.Helper()
	_, port, ok := strings.Cut(m.address, ":")
	if !ok {
		m.t.Fatalf("no port in %s", m.address)
	}
	m.cmd = exec.Command("qemu-system-x86_64", "-accel", "tcg", "-cpu", "max", "-m", "512", "-smp", "1", "-nographic", "-no-reboot",
		"-kernel", m.kernel, "-initrd", m.initrd, "-append", "console=ttyS0 quiet panic=-1",
		"-drive", "if=virtio,format=raw,cache=writeback,file="+m.disk,
		"-netdev", "user,id=n0,hostfwd=tcp:127.0.0.1:"+port+"-:8080", "-device", "virtio-net-pci,netdev=n0")
	m.cmd.Stdout, m.cmd.Stderr = &m.console, &m.console
	if err := m.cmd.Start(); err != nil {
		m.t.Fatal(err)
	}
}

// Cut takes the power away: what is in the memory of the machine is gone.
func (m *Machine) Cut() {
	_ = m.cmd.Process.Kill() // it may be gone already
	_ = m.cmd.Wait()         // killed
}

// archive is a "newc" cpio archive, as kernels read it.
type archive struct {
	t       testing.TB
	content bytes.Buffer
	inode   int
}

func newArchive(t testing.TB) *archive { return &archive{t: t} }

func (a *archive) file(name, path string) {
	a.t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		a.t.Fatal(err)
	}
	a.add(name, 0o755, data)
}

func (a *archive) add(name string, mode fs.FileMode, data []byte) {
	const directory, regular = 0o040000, 0o100000
	kind := regular
	if mode.IsDir() {
		kind = directory
	}
	a.inode++
	fmt.Fprintf(&a.content, "070701%08x%08x%08x%08x%08x%08x%08x%08x%08x%08x%08x%08x%08x%s\x00",
		a.inode, kind|int(mode.Perm()), 0, 0, 1, 0, len(data), 0, 0, 0, 0, len(name)+1, 0, name)
	a.pad()
	a.content.Write(data)
	a.pad()
}

// pad fills up to a multiple of four bytes.
func (a *archive) pad() {
	for a.content.Len()%4 != 0 {
		a.content.WriteByte(0)
	}
}

func (a *archive) write(path string) {
	a.t.Helper()
	a.add("TRAILER!!!", 0, nil)
	var packed bytes.Buffer
	w := gzip.NewWriter(&packed)
	if _, err := w.Write(a.content.Bytes()); err != nil {
		a.t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		a.t.Fatal(err)
	}
	if err := os.WriteFile(path, packed.Bytes(), 0o600); err != nil {
		a.t.Fatal(err)
	}
}
