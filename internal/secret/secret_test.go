package secret_test

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/crieur/crieur/internal/secret"
)

const canary = "EAAG-canary-token"

func TestValueNeverPrintsItself(t *testing.T) {
	t.Parallel()
	type holder struct {
		Token secret.Value
		Map   map[string]secret.Value
	}
	h := holder{secret.New(canary), map[string]secret.Value{"token": secret.New(canary)}}
	var out bytes.Buffer
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%d"} {
		fmt.Fprintf(&out, verb, h)
		fmt.Fprintf(&out, verb, h.Token)
	}
	slog.New(slog.NewJSONHandler(&out, nil)).Info("m", "token", h.Token, "holder", h)
	slog.New(slog.NewTextHandler(&out, nil)).Info("m", "token", h.Token, "holder", h)
	if err := json.NewEncoder(&out).Encode(h); err != nil {
		t.Fatal(err)
	}
	fmt.Fprint(&out, fmt.Errorf("wrapped %v", h.Token))
	if strings.Contains(out.String(), canary) || strings.Contains(out.String(), fmt.Sprintf("%x", canary)) {
		t.Errorf("the secret was printed: %s", out.String())
	}
	if !strings.Contains(out.String(), secret.Redacted) {
		t.Error("nothing was printed as redacted: the test proves nothing")
	}
}

func TestBoxOpensOnlyInItsPlaceWithItsKey(t *testing.T) {
	t.Parallel()
	key := bytes.Repeat([]byte{7}, secret.KeySize)
	box, err := secret.NewBox(key)
	if err != nil {
		t.Fatal(err)
	}
	sealed, err := box.Seal("commune/channel", map[string]secret.Value{"token": secret.New(canary)})
	if err != nil {
		t.Fatal(err)
	}
	if bytes.Contains(sealed, []byte(canary)) {
		t.Fatal("the blob shows the secret")
	}
	values, err := box.Open("commune/channel", sealed)
	if err != nil || values["token"].Reveal() != canary {
		t.Fatalf("Open = %v, %v", values, err)
	}
	other, err := secret.NewBox(bytes.Repeat([]byte{8}, secret.KeySize))
	if err != nil {
		t.Fatal(err)
	}
	altered := bytes.Clone(sealed)
	altered[len(altered)-1] ^= 1
	for name, open := range map[string]func() (map[string]secret.Value, error){
		"another place": func() (map[string]secret.Value, error) { return box.Open("commune/other", sealed) },
		"another key":   func() (map[string]secret.Value, error) { return other.Open("commune/channel", sealed) },
		"altered":       func() (map[string]secret.Value, error) { return box.Open("commune/channel", altered) },
		"cut off":       func() (map[string]secret.Value, error) { return box.Open("commune/channel", sealed[:5]) },
	} {
		if _, err := open(); !errors.Is(err, secret.ErrUnsealable) {
			t.Errorf("%s: %v, want ErrUnsealable", name, err)
		}
	}
}

func TestLoadKey(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "deep", "secret.key")
	if _, err := secret.ReadKey(secret.Value{}, file); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("no key: %v", err)
	}
	first, err := secret.LoadKey(secret.Value{}, file)
	if err != nil {
		t.Fatal(err)
	}
	again, err := secret.LoadKey(secret.Value{}, file)
	if err != nil || !bytes.Equal(first, again) {
		t.Fatalf("the key changed between two starts: %v", err)
	}
	info, err := os.Stat(file)
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("mode %v, %v; want 0600", info.Mode(), err)
	}
	configured := base64.StdEncoding.EncodeToString(bytes.Repeat([]byte{1}, secret.KeySize))
	if key, err := secret.LoadKey(secret.New(configured), file); err != nil || key[0] != 1 {
		t.Errorf("configured key: %v", err)
	}
	if _, err := secret.LoadKey(secret.New("short"), file); err == nil {
		t.Error("a short key was accepted")
	}
}
