package wordpress

import (
	"context"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
)

// debianSite is where the package keeps the program.
const debianSite = "/usr/share/wordpress"

//go:embed files
var files embed.FS

// madeSite is what files/setup.php prints.
type madeSite struct {
	Version  string           `json:"version"`
	Accounts map[Role]Account `json:"accounts"`
}

// readyTemplate returns the folder of the installed, empty site, making it at
// need. Processes that need it at the same time make it once.
func readyTemplate(ctx context.Context) (string, madeSite, error) {
	cache, err := cacheDir()
	if err != nil {
		return "", madeSite{}, err
	}
	if err := os.MkdirAll(cache, 0o700); err != nil {
		return "", madeSite{}, err
	}
	unlock, err := lock(filepath.Join(cache, "lock"))
	if err != nil {
		return "", madeSite{}, err
	}
	defer unlock()

	name, err := templateName()
	if err != nil {
		return "", madeSite{}, err
	}
	template := filepath.Join(cache, name)
	made, err := readMade(template)
	if err == nil {
		return template, made, nil
	}
	if !errors.Is(err, fs.ErrNotExist) {
		return "", madeSite{}, err
	}
	// A folder without the file that is written last is an interrupted try.
	if err := os.RemoveAll(template); err != nil {
		return "", madeSite{}, err
	}
	if err := makeTemplate(ctx, template); err != nil {
		return "", madeSite{}, errors.Join(err, os.RemoveAll(template))
	}
	made, err = readMade(template)
	return template, made, err
}

// templateName changes with the version of WordPress and with our own files.
func templateName() (string, error) {
	sum := sha256.New()
	version, err := os.ReadFile(filepath.Join(debianSite, "wp-includes/version.php"))
	if err != nil {
		return "", err
	}
	sum.Write(version)
	err = fs.WalkDir(files, ".", func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		text, err := files.ReadFile(path)
		sum.Write(text)
		return err
	})
	return "site-" + hex.EncodeToString(sum.Sum(nil))[:12], err
}

func makeTemplate(ctx context.Context, template string) error {
	if err := os.Mkdir(template, 0o700); err != nil {
		return err
	}
	if err := copyProgram(ctx, template); err != nil {
		return err
	}
	database := exec.CommandContext(ctx, command("mariadb-install-db"), "--no-defaults",
		"--datadir="+filepath.Join(template, "db"), "--auth-root-authentication-method=normal", "--skip-test-db")
	database.Env = append(os.Environ(), "PATH="+searchPath())
	if output, err := database.CombinedOutput(); err != nil {
		return fmt.Errorf("mariadb-install-db: %w\n%s", err, output)
	}
	if err := setUp(ctx, template); err != nil {
		return err
	}
	return nil
}

// copyProgram follows the links of the package, as to jQuery, so that the web
// server finds everything below one folder.
func copyProgram(ctx context.Context, template string) error {
	site := filepath.Join(template, "site")
	if output, err := exec.CommandContext(ctx, "cp", "-rL", debianSite, site).CombinedOutput(); err != nil {
		return fmt.Errorf("copy of WordPress: %w\n%s", err, output)
	}
	for from, to := range map[string]string{
		"wp-config.php":   "site/wp-config.php",
		"mu-instance.php": "site/wp-content/mu-plugins/instance.php",
		"router.php":      "router.php",
		"setup.php":       "setup.php",
		"run.sh":          "run.sh",
	} {
		text, err := files.ReadFile("files/" + from)
		if err != nil {
			return err
		}
		target := filepath.Join(template, to)
		if err := os.MkdirAll(filepath.Dir(target), 0o700); err != nil {
			return err
		}
		if err := os.WriteFile(target, text, 0o600); err != nil {
			return err
		}
	}
	return nil
}

// setUp runs the database alone, installs the site into it, and lets it shut
// down in good order, so that the copies of its files are whole.
func setUp(ctx context.Context, template string) error {
	work, err := os.MkdirTemp("", "crieur-wp-")
	if err != nil {
		return err
	}
	defer func() { _ = os.RemoveAll(work) }() // a temporary folder
	data := filepath.Join(template, "db")
	if err := os.Symlink(data, filepath.Join(work, "db")); err != nil {
		return err
	}
	maker := &Site{instance: work, template: template, URL: "http://127.0.0.1"}
	stop, err := supervise(work, template, "", maker.environment())
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, startTimeout)
	defer cancel()
	err = poll(ctx, func() error {
		socket := filepath.Join(work, "db.sock")
		create := `$db = new mysqli("localhost", "wordpress", "", "", 0, getenv("CRIEUR_WP_SOCKET"));` +
			`$db->query("CREATE DATABASE IF NOT EXISTS wordpress CHARACTER SET utf8mb4");`
		if _, err := os.Stat(socket); err != nil {
			return err
		}
		_, err := maker.php(ctx, "-r", create)
		return err
	})
	var made []byte
	if err == nil {
		made, err = maker.php(ctx, "-d", "sendmail_path=/bin/true", filepath.Join(template, "setup.php"))
	}
	if err != nil {
		err = fmt.Errorf("%w\n%s", err, logOf(work, "db.log"))
	}
	stop()
	if err != nil {
		return err
	}
	// Written last: a template with this file is whole.
	return os.WriteFile(filepath.Join(template, "made.json"), made, 0o600)
}

func readMade(template string) (madeSite, error) {
	var made madeSite
	text, err := os.ReadFile(filepath.Join(template, "made.json"))
	if err != nil {
		return made, err
	}
	if err := json.Unmarshal(text, &made); err != nil {
		return made, fmt.Errorf("%s: %w\n%s", template, err, text)
	}
	return made, nil
}

func cacheDir() (string, error) {
	base := os.Getenv("CRIEUR_CACHE_DIR")
	if base == "" {
		user, err := os.UserCacheDir()
		if err != nil {
			return "", err
		}
		base = filepath.Join(user, "crieur")
	}
	return filepath.Join(base, "wordpress"), nil
}

// lock waits for the lock of all processes; the system drops it when the
// process ends.
func lock(path string) (unlock func(), err error) {
	file, err := os.OpenFile(path, os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return nil, err
	}
	if err := syscall.Flock(int(file.Fd()), syscall.LOCK_EX); err != nil {
		return nil, errors.Join(err, file.Close())
	}
	return func() { _ = file.Close() }, nil // closing unlocks; nothing was written
}

// searchPath is where Debian keeps database servers, beside the usual places.
func searchPath() string { return os.Getenv("PATH") + ":/usr/sbin:/sbin" }

func lookPath(name string) (string, error) {
	path, err := exec.LookPath(name)
	if err == nil {
		return path, nil
	}
	for folder := range strings.SplitSeq("/usr/sbin:/sbin", ":") {
		if candidate := filepath.Join(folder, name); isFile(candidate) {
			return candidate, nil
		}
	}
	return "", err
}

func command(name string) string {
	if path, err := lookPath(name); err == nil {
		return path
	}
	return name
}

func isFile(path string) bool {
	info, err := os.Stat(path)
	return err == nil && info.Mode().IsRegular()
}
