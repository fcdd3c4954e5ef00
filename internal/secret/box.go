package secret

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/rand"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// KeySize is the length of a key, in bytes: AES-256.
const KeySize = 32

// sealedVersion is the first byte of a sealed blob: the format, and with it
// the key generation.
const sealedVersion = 1

// ErrUnsealable: the blob was made with another key, for another place, or was
// altered.
var ErrUnsealable = errors.New("secret: the sealed credentials cannot be opened with this key")

// Box seals credentials with AES-256-GCM. The key never enters the database or
// its backups.
type Box struct{ aead cipher.AEAD }

// NewBox makes a box from a key of KeySize bytes.
func NewBox(key []byte) (*Box, error) {
	if len(key) != KeySize {
		return nil, fmt.Errorf("secret: the key has %d bytes, want %d", len(key), KeySize)
	}
	block, err := aes.NewCipher(key)
	if err != nil {
		return nil, fmt.Errorf("secret: %w", err)
	}
	aead, err := cipher.NewGCM(block)
	if err != nil {
		return nil, fmt.Errorf("secret: %w", err)
	}
	return &Box{aead}, nil
}

// Seal encrypts values for one place, as commune and channel: a blob copied to
// another row does not open there.
func (b *Box) Seal(place string, values map[string]Value) ([]byte, error) {
	plain := make(map[string]string, len(values))
	for name, value := range values {
		plain[name] = value.Reveal()
	}
	text, err := json.Marshal(plain)
	if err != nil {
		return nil, fmt.Errorf("secret: %w", err)
	}
	sealed := make([]byte, 1+b.aead.NonceSize(), 1+b.aead.NonceSize()+len(text)+b.aead.Overhead())
	sealed[0] = sealedVersion
	if _, err := rand.Read(sealed[1:]); err != nil {
		return nil, fmt.Errorf("secret: %w", err)
	}
	return b.aead.Seal(sealed, sealed[1:], text, []byte(place)), nil // #nosec G407 -- the nonce was just read from the system
}

// Open decrypts what Seal made for the same place. No blob gives no values.
func (b *Box) Open(place string, sealed []byte) (map[string]Value, error) {
	if len(sealed) == 0 {
		return map[string]Value{}, nil
	}
	head := 1 + b.aead.NonceSize()
	if len(sealed) < head || sealed[0] != sealedVersion {
		return nil, ErrUnsealable
	}
	text, err := b.aead.Open(nil, sealed[1:head], sealed[head:], []byte(place))
	if err != nil {
		return nil, ErrUnsealable
	}
	var plain map[string]string
	if err := json.Unmarshal(text, &plain); err != nil {
		return nil, ErrUnsealable
	}
	values := make(map[string]Value, len(plain))
	for name, value := range plain {
		values[name] = New(value)
	}
	return values, nil
}

// LoadKey returns the configured key (base64 of KeySize bytes), or, where none
// is configured, the one in the file, made at the first start with mode 0600.
func LoadKey(configured Value, file string) ([]byte, error) {
	key, err := ReadKey(configured, file)
	if err == nil || !errors.Is(err, fs.ErrNotExist) {
		return key, err
	}
	key = make([]byte, KeySize)
	if _, err := rand.Read(key); err != nil {
		return nil, fmt.Errorf("secret: %w", err)
	}
	if err := os.MkdirAll(filepath.Dir(file), 0o700); err != nil {
		return nil, fmt.Errorf("secret: %w", err)
	}
	f, err := os.OpenFile(file, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600) // #nosec G304 -- as above
	if errors.Is(err, fs.ErrExist) {
		// Another process of the same start was first.
		return LoadKey(configured, file)
	}
	if err != nil {
		return nil, fmt.Errorf("secret: %w", err)
	}
	_, err = f.WriteString(base64.StdEncoding.EncodeToString(key) + "\n")
	if err := errors.Join(err, f.Sync(), f.Close()); err != nil {
		return nil, fmt.Errorf("secret: %w", err)
	}
	return key, nil
}

// ReadKey is LoadKey for those who must not make a key: where there is none,
// the error is fs.ErrNotExist.
func ReadKey(configured Value, file string) ([]byte, error) {
	if !configured.IsZero() {
		return decodeKey(configured.Reveal(), "CRIEUR_SECRET_KEY")
	}
	text, err := os.ReadFile(file) // #nosec G304 -- the operator's own data folder
	if err != nil {
		return nil, fmt.Errorf("secret: %w", err)
	}
	return decodeKey(string(text), file)
}

func decodeKey(text, from string) ([]byte, error) {
	key := make([]byte, base64.StdEncoding.DecodedLen(len(text)))
	n, err := base64.StdEncoding.Decode(key, []byte(strings.TrimSpace(text)))
	if err != nil || n != KeySize {
		return nil, fmt.Errorf("secret: %s must hold base64 of %d random bytes", from, KeySize)
	}
	return key[:n], nil
}
