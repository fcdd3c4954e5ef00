package auth

import (
	"context"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"net/netip"
	"strings"

	"github.com/crieur/crieur/internal/post"
)

// TokenPrefix begins every API token, so that scanners of leaked secrets know
// one when they see it.
const TokenPrefix = "crieur_"

// secretBytes is the length of a session's or token's secret: 256 bits.
const secretBytes = 32

// CreateToken makes a token for the actor. secret is shown once and kept
// nowhere.
func (s *Service) CreateToken(ctx context.Context, p Principal, name string) (token Token, secret string, err error) {
	if !p.HasSession() {
		// A token that leaked must not be able to make others that outlive it.
		return Token{}, "", &post.Problem{
			Kind: post.Forbidden, Code: "session_required",
			Detail: "Un jeton ne peut pas créer d’autres jetons. Connectez-vous dans le navigateur.",
		}
	}
	return s.createToken(ctx, p.User, name)
}

// CreateTokenFor makes a token for whoever has this address. It is the
// command's door: whoever reaches the database needs no password.
func (s *Service) CreateTokenFor(ctx context.Context, email, name string) (token Token, secret string, err error) {
	user, err := s.Store.UserByEmail(ctx, NormalEmail(email))
	if errors.Is(err, post.ErrNotFound) {
		return Token{}, "", invalid("email", "user_unknown", "Aucun compte n’a cette adresse.")
	}
	if err != nil {
		return Token{}, "", err
	}
	return s.createToken(ctx, user, name)
}

func (s *Service) createToken(ctx context.Context, user post.User, name string) (Token, string, error) {
	name = strings.TrimSpace(name)
	if name == "" {
		return Token{}, "", invalid("name", "required", "Donnez un nom au jeton, pour le reconnaître plus tard.")
	}
	random, err := newSecret()
	if err != nil {
		return Token{}, "", err
	}
	secret := TokenPrefix + random
	token := Token{
		ID: s.NewID(), CommuneID: user.CommuneID, UserID: user.ID, Name: name, Hash: digest(secret),
		CredentialVersion: user.CredentialVersion, CreatedAt: s.Now(),
	}
	if err := s.Store.CreateToken(ctx, token); err != nil {
		return Token{}, "", err
	}
	return token, secret, nil
}

// Tokens lists the actor's own tokens.
func (s *Service) Tokens(ctx context.Context, actor post.Actor) ([]Token, error) {
	return s.Store.Tokens(ctx, actor.CommuneID, actor.UserID)
}

// RevokeToken ends a token: one's own, or, for an administrator, anybody's in
// the commune.
func (s *Service) RevokeToken(ctx context.Context, actor post.Actor, id string) error {
	owner := actor.UserID
	if actor.Role == post.RoleAdministrator {
		owner = ""
	}
	return s.Store.DeleteToken(ctx, actor.CommuneID, owner, id)
}

// CSRFToken is what a browser must send beside its cookie. It is derived from
// the session's secret, which scripts of other sites cannot read.
func CSRFToken(sessionSecret string) string {
	mac := hmac.New(sha256.New, []byte(sessionSecret))
	mac.Write([]byte("csrf"))
	return base64.RawURLEncoding.EncodeToString(mac.Sum(nil))
}

// CheckCSRF compares in constant time.
func CheckCSRF(sessionSecret, token string) bool {
	return hmac.Equal([]byte(CSRFToken(sessionSecret)), []byte(token))
}

func newSecret() (string, error) {
	b := make([]byte, secretBytes)
	if _, err := rand.Read(b); err != nil {
		return "", fmt.Errorf("auth: %w", err)
	}
	return base64.RawURLEncoding.EncodeToString(b), nil
}

// digest is what the database keeps of a secret. A plain SHA-256 is enough for
// 256 random bits.
func digest(secret string) string {
	sum := sha256.Sum256([]byte(secret))
	return hex.EncodeToString(sum[:])
}

// addressKey groups the addresses that one household or machine holds.
func addressKey(address string) string {
	ip, err := netip.ParseAddr(address)
	if err != nil {
		return address
	}
	ip = ip.Unmap()
	if ip.Is6() {
		if prefix, err := ip.WithZone("").Prefix(64); err == nil {
			return prefix.String()
		}
	}
	return ip.String()
}

func invalid(field, code, message string) *post.Problem {
	return &post.Problem{Kind: post.Invalid, Code: code, Detail: message, Fields: []post.Field{{Field: field, Code: code, Message: message}}}
}
