// Package wordpress starts a real WordPress for tests: Debian's or Ubuntu's
// packages, a database of its own on a unix socket, PHP's own web server on a
// free loopback port. Nothing else of the machine is touched, nothing calls
// out, and nothing outlives the process that started it.
//
// The site is made once and kept as a template in the cache folder
// (template.go); every Start copies its database, which takes a moment, so each
// test has an untouched site and packages may run in parallel.
package wordpress

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"testing"
	"time"
)

// startTimeout bounds the start of the database and of PHP, together.
const startTimeout = 60 * time.Second

// Role is a role of WordPress.
type Role string

// The roles of a fresh WordPress, from the one that may everything to the one
// that may read.
const (
	Administrator Role = "administrator"
	Editor        Role = "editor"
	Author        Role = "author"
	Contributor   Role = "contributor"
	Subscriber    Role = "subscriber"
)

// Account is a user with an application password.
type Account struct {
	ID          int    `json:"id"`
	Login       string `json:"login"`
	AppPassword string `json:"password"`
}

// Site is a running WordPress with pretty permalinks and no post.
type Site struct {
	// URL has no trailing slash.
	URL string
	// Version is that of WordPress, as "6.1.9".
	Version  string
	Accounts map[Role]Account

	instance, template string
}

// Start starts a site and stops it with the test. Without the packages
// (scripts/install-wordpress.sh) the test is skipped, or fails when
// CRIEUR_TEST_REQUIRE_ALL is 1.
func Start(tb testing.TB) *Site {
	tb.Helper()
	if err := Installed(); err != nil {
		const reason = "no real WordPress: %v; run scripts/install-wordpress.sh"
		if os.Getenv("CRIEUR_TEST_REQUIRE_ALL") == "1" {
			tb.Fatalf(reason, err)
		}
		tb.Skipf(reason, err)
	}
	site, stop, err := Run(context.WithoutCancel(tb.Context()))
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(stop)
	return site
}

// Installed says what is missing to run WordPress here; nil: nothing.
func Installed() error {
	for _, command := range []string{"php", "mariadbd", "mariadb-install-db"} {
		if _, err := lookPath(command); err != nil {
			return fmt.Errorf("%s is not installed: %w", command, err)
		}
	}
	if _, err := os.Stat(filepath.Join(debianSite, "wp-load.php")); err != nil {
		return fmt.Errorf("WordPress is not installed: %w", err)
	}
	return nil
}

// maxPorts is how many ports are tried: another process may take one between
// the look and the start.
const maxPorts = 3

// errPortTaken: PHP could not listen.
var errPortTaken = errors.New("PHP ended at once")

// Run starts a site; stop ends it and removes everything of it.
func Run(ctx context.Context) (site *Site, stop func(), err error) {
	template, made, err := readyTemplate(ctx)
	if err != nil {
		return nil, nil, fmt.Errorf("wordpress template: %w", err)
	}
	for range maxPorts {
		site, stop, err = runOnce(ctx, template, made)
		if !errors.Is(err, errPortTaken) {
			break
		}
	}
	return site, stop, err
}

func runOnce(ctx context.Context, template string, made madeSite) (*Site, func(), error) {
	// In the system's temporary folder, because the path of a unix socket has
	// at most 107 bytes.
	instance, err := os.MkdirTemp("", "crieur-wp-")
	if err != nil {
		return nil, nil, err
	}
	site := &Site{Version: made.Version, Accounts: made.Accounts, instance: instance, template: template}
	stop, err := site.run(ctx)
	if err != nil {
		return nil, nil, fmt.Errorf("wordpress: %w", err)
	}
	return site, stop, nil
}

func (s *Site) run(ctx context.Context) (func(), error) {
	if err := os.CopyFS(filepath.Join(s.instance, "db"), os.DirFS(filepath.Join(s.template, "db"))); err != nil {
		return nil, err
	}
	for _, folder := range []string{"uploads", "plugins"} {
		if err := os.Mkdir(filepath.Join(s.instance, folder), 0o700); err != nil {
			return nil, err
		}
	}
	address, err := freeAddress(ctx)
	if err != nil {
		return nil, err
	}
	s.URL = "http://" + address
	stop, err := supervise(s.instance, s.template, address, s.environment())
	if err != nil {
		return nil, err
	}
	ctx, cancel := context.WithTimeout(ctx, startTimeout)
	defer cancel()
	if err := s.waitUntilReady(ctx); err != nil {
		err = fmt.Errorf("%w\n%s%s", err, logOf(s.instance, "db.log"), logOf(s.instance, "php.log"))
		stop()
		return nil, err
	}
	return stop, nil
}

// Eval runs PHP code inside the site, as a plugin would, and returns what it
// prints.
func (s *Site) Eval(tb testing.TB, code string) string {
	tb.Helper()
	ctx := context.WithoutCancel(tb.Context()) // it is used in cleanups too
	output, err := s.php(ctx, "-r", "require getenv('CRIEUR_WP_SITE').'/wp-load.php'; "+code)
	if err != nil {
		tb.Fatal(err)
	}
	return string(output)
}

// Plugin adds a must-use plugin for the time of the test: code that a commune's
// site may have and that changes how it answers.
func (s *Site) Plugin(tb testing.TB, code string) {
	tb.Helper()
	// Under a new name each time: PHP keeps compiled files for a while.
	file, err := os.CreateTemp(filepath.Join(s.instance, "plugins"), "*.php")
	if err != nil {
		tb.Fatal(err)
	}
	path := file.Name()
	_, err = file.WriteString("<?php\n" + code)
	if err := errors.Join(err, file.Close()); err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() {
		if err := os.Remove(path); err != nil {
			tb.Error(err)
		}
	})
}

func (s *Site) php(ctx context.Context, args ...string) ([]byte, error) {
	command := exec.CommandContext(ctx, "php", args...)
	command.Env = s.environment()
	var stderr bytes.Buffer
	command.Stderr = &stderr
	output, err := command.Output()
	if err != nil {
		return nil, fmt.Errorf("php: %w\n%s%s", err, output, stderr.Bytes())
	}
	return output, nil
}

func (s *Site) environment() []string {
	return append(os.Environ(),
		"PATH="+searchPath(),
		"CRIEUR_WP_SITE="+filepath.Join(s.template, "site"),
		"CRIEUR_WP_SOCKET="+filepath.Join(s.instance, "db.sock"),
		"CRIEUR_WP_UPLOADS="+filepath.Join(s.instance, "uploads"),
		"CRIEUR_WP_PLUGINS="+filepath.Join(s.instance, "plugins"),
		"CRIEUR_WP_URL="+s.URL,
	)
}

func (s *Site) waitUntilReady(ctx context.Context) error {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	return poll(ctx, func() error {
		if isFile(filepath.Join(s.instance, "php.ended")) {
			cancel(errPortTaken)
		}
		request, err := http.NewRequestWithContext(ctx, http.MethodGet, s.URL+"/?rest_route=/", nil)
		if err != nil {
			return err
		}
		response, err := http.DefaultClient.Do(request)
		if err != nil {
			return err
		}
		defer func() { _ = response.Body.Close() }()
		var index struct {
			Namespaces []string `json:"namespaces"`
		}
		if err := json.NewDecoder(response.Body).Decode(&index); err != nil {
			return fmt.Errorf("the site answers %s: %w", response.Status, err)
		}
		return nil
	})
}

// supervise runs files/run.sh, which ends everything when its standard input
// does; so it happens too when this process is killed.
func supervise(instance, template, address string, environment []string) (stop func(), err error) {
	// The context of a start is not that of the run: stop ends it.
	command := exec.CommandContext(context.Background(), "sh",
		filepath.Join(template, "run.sh"), instance, template, address)
	command.Env = environment
	command.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	input, err := command.StdinPipe()
	if err != nil {
		return nil, err
	}
	if err := command.Start(); err != nil {
		return nil, err
	}
	return func() {
		_ = input.Close()  // it ends with the process at the latest
		_ = command.Wait() // ended by the signal that it sends to its own group
	}, nil
}

func freeAddress(ctx context.Context) (string, error) {
	listener, err := (&net.ListenConfig{}).Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return "", err
	}
	address := listener.Addr().String()
	return address, listener.Close()
}

// poll tries until it works or ctx is over, and then gives the last error.
func poll(ctx context.Context, try func() error) error {
	ticker := time.NewTicker(50 * time.Millisecond)
	defer ticker.Stop()
	for {
		err := try()
		if err == nil {
			return nil
		}
		select {
		case <-ctx.Done():
			return fmt.Errorf("%w: %w", context.Cause(ctx), err)
		case <-ticker.C:
		}
	}
}

func logOf(folder, name string) []byte {
	file, err := os.Open(filepath.Join(folder, name))
	if err != nil {
		return nil
	}
	defer func() { _ = file.Close() }()
	text, _ := io.ReadAll(io.LimitReader(file, 8<<10)) // what could be read is shown
	return text
}
