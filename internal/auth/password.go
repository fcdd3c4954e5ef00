package auth

import (
	"context"
	"crypto/rand"
	"crypto/subtle"
	"encoding/base64"
	"errors"
	"fmt"
	"strings"
	"unicode/utf8"

	"golang.org/x/crypto/argon2"
	"golang.org/x/sync/semaphore"
	"golang.org/x/text/unicode/norm"

	"github.com/crieur/crieur/internal/post"
)

// The bounds of a password, in code points. There is no rule of composition:
// length is what protects (NIST SP 800-63B-4, 3.1.1.2).
const (
	minPassword = 12
	maxPassword = 128
)

// Cost is what one hash costs. OWASP asks for at least 19 MiB with two passes.
type Cost struct {
	// MemoryKiB is the memory, in KiB.
	MemoryKiB uint32
	// Passes over the memory.
	Passes uint32
}

// DefaultCost is what a server uses.
func DefaultCost() Cost { return Cost{MemoryKiB: 64 * 1024, Passes: 2} }

const (
	hashThreads  = 1
	saltLength   = 16
	hashLength   = 32
	hashesAtOnce = 2
	// The most that a stored hash may ask for: a row that was tampered with
	// must not be able to take all the memory.
	maxStoredMemoryKiB = 256 * 1024
	maxStoredPasses    = 16
)

// errHash: a stored hash is not one of ours.
var errHash = errors.New("auth: the stored password hash is unreadable")

// hasher makes and checks argon2id hashes, at most two at a time: each takes
// 64 MiB, and signing in must not be able to exhaust the memory.
type hasher struct {
	cost  Cost
	slots *semaphore.Weighted
	// dummy is compared where there is no such user, so that an answer takes as
	// long for an unknown address as for a wrong password.
	dummy string
}

func newHasher(cost Cost) (*hasher, error) {
	h := &hasher{cost: cost, slots: semaphore.NewWeighted(hashesAtOnce)}
	salt := make([]byte, saltLength)
	if _, err := rand.Read(salt); err != nil {
		return nil, fmt.Errorf("auth: %w", err)
	}
	// The key matches no password: it is random and not derived.
	key := make([]byte, hashLength)
	if _, err := rand.Read(key); err != nil {
		return nil, fmt.Errorf("auth: %w", err)
	}
	h.dummy = encodeHash(cost, salt, key)
	return h, nil
}

// hash returns a PHC string.
func (h *hasher) hash(ctx context.Context, password string) (string, error) {
	salt := make([]byte, saltLength)
	if _, err := rand.Read(salt); err != nil {
		return "", fmt.Errorf("auth: %w", err)
	}
	key, err := h.derive(ctx, password, salt, h.cost, hashLength)
	if err != nil {
		return "", err
	}
	return encodeHash(h.cost, salt, key), nil
}

// matches compares a password with a stored hash, which may have been made at
// another cost.
func (h *hasher) matches(ctx context.Context, password, stored string) (bool, error) {
	cost, salt, want, err := decodeHash(stored)
	if err != nil {
		return false, err
	}
	got, err := h.derive(ctx, password, salt, cost, uint32(len(want))) // #nosec G115 -- decodeHash bounds it
	if err != nil {
		return false, err
	}
	return subtle.ConstantTimeCompare(got, want) == 1, nil
}

func (h *hasher) derive(ctx context.Context, password string, salt []byte, cost Cost, length uint32) ([]byte, error) {
	if err := h.slots.Acquire(ctx, 1); err != nil {
		return nil, fmt.Errorf("auth: waiting to hash: %w", err)
	}
	defer h.slots.Release(1)
	return argon2.IDKey(canonical(password), salt, cost.Passes, cost.MemoryKiB, hashThreads, length), nil
}

// canonical makes "é" the same bytes on every keyboard.
func canonical(password string) []byte { return norm.NFKC.Bytes([]byte(password)) }

func encodeHash(cost Cost, salt, key []byte) string {
	b64 := base64.RawStdEncoding
	return fmt.Sprintf("$argon2id$v=%d$m=%d,t=%d,p=%d$%s$%s",
		argon2.Version, cost.MemoryKiB, cost.Passes, hashThreads, b64.EncodeToString(salt), b64.EncodeToString(key))
}

func decodeHash(stored string) (cost Cost, salt, key []byte, err error) {
	parts := strings.Split(stored, "$")
	if len(parts) != 6 || parts[0] != "" || parts[1] != "argon2id" || parts[2] != fmt.Sprintf("v=%d", argon2.Version) {
		return Cost{}, nil, nil, errHash
	}
	var threads int
	if n, err := fmt.Sscanf(parts[3], "m=%d,t=%d,p=%d", &cost.MemoryKiB, &cost.Passes, &threads); err != nil || n != 3 {
		return Cost{}, nil, nil, errHash
	}
	if cost.MemoryKiB == 0 || cost.MemoryKiB > maxStoredMemoryKiB || cost.Passes == 0 || cost.Passes > maxStoredPasses || threads != hashThreads {
		return Cost{}, nil, nil, errHash
	}
	salt, saltErr := base64.RawStdEncoding.DecodeString(parts[4])
	key, keyErr := base64.RawStdEncoding.DecodeString(parts[5])
	if saltErr != nil || keyErr != nil || len(salt) == 0 || len(key) < 16 || len(key) > 64 {
		return Cost{}, nil, nil, errHash
	}
	return cost, salt, key, nil
}

func firstSign(password string) string {
	_, size := utf8.DecodeRuneInString(password)
	return password[:size]
}

// checkPassword says what is wrong with a new password.
func checkPassword(password string) *post.Field {
	n := utf8.RuneCountInString(password)
	switch {
	case !utf8.ValidString(password):
		return &post.Field{Field: "password", Code: "password_unreadable", Message: "Ce mot de passe contient des signes illisibles."}
	case n < minPassword:
		return &post.Field{Field: "password", Code: "password_too_short", Message: "Choisissez un mot de passe d’au moins 12 signes. Une phrase convient bien."}
	case n > maxPassword:
		return &post.Field{Field: "password", Code: "password_too_long", Message: "Choisissez un mot de passe de 128 signes au plus."}
	case strings.Trim(password, firstSign(password)) == "":
		return &post.Field{Field: "password", Code: "password_too_simple", Message: "Choisissez un mot de passe fait de signes différents."}
	}
	return nil
}
