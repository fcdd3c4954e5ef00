package auth

import (
	"context"
	"crypto/hkdf"
	"crypto/sha256"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"github.com/crieur/crieur/internal/post"
)

// How long a session lives. The UI keeps unsent text on the device, so that an
// ended session costs a password and never a text.
const (
	SessionIdle = 30 * time.Minute
	SessionMax  = 12 * time.Hour
	// DeviceSession is how long somebody with the crisis role stays signed in,
	// used or not: whoever is woken at night must not look for a password first.
	DeviceSession = 90 * 24 * time.Hour
	// touchEvery bounds the writes that reading causes.
	touchEvery = time.Minute
)

// Tries at signing in, in a minute.
const (
	triesPerAccount = 5
	triesPerAddress = 20
)

// Store keeps users, sessions and tokens. What is not there is
// post.ErrNotFound.
type Store interface {
	CommuneByID(ctx context.Context, id string) (post.Commune, error)
	Communes(ctx context.Context) ([]post.Commune, error)
	UserByID(ctx context.Context, communeID, id string) (post.User, error)
	// UserByEmail takes the address as NormalEmail gives it.
	UserByEmail(ctx context.Context, email string) (post.User, error)
	AnyUser(ctx context.Context) (bool, error)
	// CreateFirstUser makes both rows, or neither and ErrConflict where there
	// is a user already.
	CreateFirstUser(ctx context.Context, commune post.Commune, user post.User) error
	CreateCommune(ctx context.Context, commune post.Commune) error
	// CreateUser gives ErrConflict where the address is taken.
	CreateUser(ctx context.Context, user post.User) error

	CreateSession(ctx context.Context, s Session) error
	SessionByHash(ctx context.Context, hash string) (Session, error)
	TouchSession(ctx context.Context, hash string, at time.Time) error
	DeleteSession(ctx context.Context, hash string) error
	// ProveSession gives ErrNotFound where the session has ended.
	ProveSession(ctx context.Context, hash string, at time.Time) error

	// Users lists the accounts of a commune, by name.
	Users(ctx context.Context, communeID string) ([]post.User, error)
	// SetUserCrisis gives or takes the crisis role. Taking it away raises the
	// credential version.
	SetUserCrisis(ctx context.Context, communeID, userID string, crisis bool) (post.User, error)

	CreateToken(ctx context.Context, t Token) error
	TokenByHash(ctx context.Context, hash string) (Token, error)
	Tokens(ctx context.Context, communeID, userID string) ([]Token, error)
	TouchToken(ctx context.Context, communeID, id string, at time.Time) error
	// DeleteToken deletes a token of the commune; userID "" means anybody's.
	DeleteToken(ctx context.Context, communeID, userID, id string) error
}

// Session is a browser that is signed in.
type Session struct {
	// Hash is the SHA-256 of the secret, in hex.
	Hash              string
	CommuneID         string
	UserID            string
	CredentialVersion int
	CreatedAt         time.Time
	SeenAt            time.Time
	ExpiresAt         time.Time
	// ProvedAt is when the person last proved who they are.
	ProvedAt time.Time
}

// Token lets a program act for a user.
type Token struct {
	ID        string
	CommuneID string
	UserID    string
	Name      string
	// Hash is the SHA-256 of the secret, in hex.
	Hash              string
	CredentialVersion int
	CreatedAt         time.Time
	// LastUsedAt is zero before the first use, and exact to a minute.
	LastUsedAt time.Time
}

// Deps are the parts of a Service.
type Deps struct {
	Store Store
	// Key is the installation's secret key; the key of the setup link is
	// derived from it.
	Key []byte
	// Zone and Language are those of a new commune.
	Zone     string
	Language string
	// FirstChannels connects what a new commune begins with, after the first
	// setup; practice: the simulated networks too. nil: nothing.
	FirstChannels func(ctx context.Context, actor post.Actor, practice bool) error
	// Cost of a hash; zero means DefaultCost. Tests take a cheaper one.
	Cost  Cost
	NewID func() string
	Now   func() time.Time
	Log   *slog.Logger
}

// Service holds the use cases of signing in.
type Service struct {
	Deps
	hasher     *hasher
	setupKey   []byte
	perAccount *limiter
	perAddress *limiter
}

// New makes the service.
func New(deps Deps) (*Service, error) {
	if deps.Cost == (Cost{}) {
		deps.Cost = DefaultCost()
	}
	h, err := newHasher(deps.Cost)
	if err != nil {
		return nil, err
	}
	setupKey, err := hkdf.Key(sha256.New, deps.Key, nil, "crieur setup link", sha256.Size)
	if err != nil {
		return nil, fmt.Errorf("auth: %w", err)
	}
	return &Service{
		Deps: deps, hasher: h, setupKey: setupKey,
		perAccount: newLimiter(triesPerAccount, deps.Now),
		perAddress: newLimiter(triesPerAddress, deps.Now),
	}, nil
}

// Principal is who asks.
type Principal struct {
	User post.User
	// SessionSecret is "" for a program with a token.
	SessionSecret string
	// SessionEnds is when the session ends at the latest, and ProvedAt when the
	// person behind it last proved who they are; both zero for a program.
	SessionEnds time.Time
	ProvedAt    time.Time
	tokenHash   string
}

// Actor is the principal as the use cases know it.
func (p Principal) Actor() post.Actor {
	return post.Actor{
		CommuneID: p.User.CommuneID, UserID: p.User.ID, Role: p.User.Role,
		Crisis: p.User.MayAlert(), Token: p.tokenHash != "", ProvedAt: p.ProvedAt,
	}
}

// HasSession tells a browser from a program.
func (p Principal) HasSession() bool { return p.SessionSecret != "" }

// SignIn makes a session. address is the peer's IP address. Every refusal is
// the same, whether the account exists or not, and takes as long.
func (s *Service) SignIn(ctx context.Context, email, password, address string) (Principal, error) {
	user, err := s.proved(ctx, NormalEmail(email), password, address)
	if err != nil {
		return Principal{}, err
	}
	return s.startSession(ctx, user)
}

// Prove takes the password again and notes in the session that its person is
// there. It is limited and refused as signing in is.
func (s *Service) Prove(ctx context.Context, p Principal, password, address string) error {
	if !p.HasSession() {
		return &post.Problem{
			Kind: post.Forbidden, Code: "session_required",
			Detail: "Un jeton ne prouve pas qui vous êtes. Connectez-vous dans le navigateur.",
		}
	}
	if _, err := s.proved(ctx, p.User.Email, password, address); err != nil {
		return err
	}
	err := s.Store.ProveSession(ctx, digest(p.SessionSecret), s.Now())
	if errors.Is(err, post.ErrNotFound) {
		return ended()
	}
	return err
}

// proved returns the account of a normal address whose password it is.
func (s *Service) proved(ctx context.Context, account, password, address string) (post.User, error) {
	network := addressKey(address)
	if err := s.takeTry(account, network); err != nil {
		return post.User{}, err
	}
	user, err := s.Store.UserByEmail(ctx, account)
	known := err == nil
	if err != nil && !errors.Is(err, post.ErrNotFound) {
		return post.User{}, err
	}
	stored := user.PasswordHash
	if !known {
		stored = s.hasher.dummy
	}
	right, err := s.hasher.matches(ctx, password, stored)
	if err != nil {
		return post.User{}, err
	}
	if !known || !right || !user.DisabledAt.IsZero() {
		return post.User{}, &post.Problem{
			Kind: post.Unauthenticated, Code: "credentials_wrong",
			Detail: "Adresse ou mot de passe incorrect.",
		}
	}
	s.perAccount.giveBack(account)
	s.perAddress.giveBack(network)
	return user, nil
}

func (s *Service) takeTry(account, network string) error {
	if wait, ok := s.perAddress.take(network); !ok {
		return tooMany(wait)
	}
	if wait, ok := s.perAccount.take(account); !ok {
		return tooMany(wait)
	}
	return nil
}

func (s *Service) startSession(ctx context.Context, user post.User) (Principal, error) {
	secret, err := newSecret()
	if err != nil {
		return Principal{}, err
	}
	now, lives := s.Now(), SessionMax
	if user.Crisis {
		lives = DeviceSession
	}
	err = s.Store.CreateSession(ctx, Session{
		Hash: digest(secret), CommuneID: user.CommuneID, UserID: user.ID, CredentialVersion: user.CredentialVersion,
		CreatedAt: now, SeenAt: now, ExpiresAt: now.Add(lives), ProvedAt: now,
	})
	if err != nil {
		return Principal{}, err
	}
	return Principal{User: user, SessionSecret: secret, SessionEnds: now.Add(lives), ProvedAt: now}, nil
}

// SignOut ends a session; one that has ended already is ended.
func (s *Service) SignOut(ctx context.Context, secret string) error {
	err := s.Store.DeleteSession(ctx, digest(secret))
	if errors.Is(err, post.ErrNotFound) {
		return nil
	}
	return err
}

// BySession returns who a session belongs to, and keeps it alive.
func (s *Service) BySession(ctx context.Context, secret string) (Principal, error) {
	hash, now := digest(secret), s.Now()
	p, session, err := s.sessionHolder(ctx, secret)
	if err != nil {
		return Principal{}, err
	}
	if now.Sub(session.SeenAt) >= touchEvery {
		if err := s.Store.TouchSession(ctx, hash, now); err != nil {
			// Reading still works when writing does not: the session only ends
			// sooner than it should.
			s.Log.WarnContext(ctx, "a session was not kept alive", "err", err)
		}
	}
	return p, nil
}

func (s *Service) sessionHolder(ctx context.Context, secret string) (Principal, Session, error) {
	now := s.Now()
	session, err := s.Store.SessionByHash(ctx, digest(secret))
	if errors.Is(err, post.ErrNotFound) {
		return Principal{}, Session{}, ended()
	}
	if err != nil {
		return Principal{}, Session{}, err
	}
	if !now.Before(session.ExpiresAt) {
		return Principal{}, Session{}, ended()
	}
	user, err := s.holder(ctx, session.CommuneID, session.UserID, session.CredentialVersion)
	if err != nil {
		return Principal{}, Session{}, err
	}
	if now.Sub(session.SeenAt) > SessionIdle && !user.Crisis {
		return Principal{}, Session{}, ended()
	}
	return Principal{User: user, SessionSecret: secret, SessionEnds: session.ExpiresAt, ProvedAt: session.ProvedAt}, session, nil
}

// ByToken returns whom a program acts for.
func (s *Service) ByToken(ctx context.Context, secret string) (Principal, error) {
	hash, now := digest(secret), s.Now()
	token, err := s.Store.TokenByHash(ctx, hash)
	if errors.Is(err, post.ErrNotFound) {
		return Principal{}, ended()
	}
	if err != nil {
		return Principal{}, err
	}
	user, err := s.holder(ctx, token.CommuneID, token.UserID, token.CredentialVersion)
	if err != nil {
		return Principal{}, err
	}
	if now.Sub(token.LastUsedAt) >= touchEvery {
		if err := s.Store.TouchToken(ctx, token.CommuneID, token.ID, now); err != nil {
			s.Log.WarnContext(ctx, "the last use of a token was not kept", "err", err)
		}
	}
	return Principal{User: user, tokenHash: hash}, nil
}

// Alive says whether a principal may still go on, without counting as use: a
// stream that stays open asks it now and then.
func (s *Service) Alive(ctx context.Context, p Principal) error {
	if p.HasSession() {
		_, _, err := s.sessionHolder(ctx, p.SessionSecret)
		return err
	}
	token, err := s.Store.TokenByHash(ctx, p.tokenHash)
	if errors.Is(err, post.ErrNotFound) {
		return ended()
	}
	if err != nil {
		return err
	}
	_, err = s.holder(ctx, token.CommuneID, token.UserID, token.CredentialVersion)
	return err
}

// holder is the user of a session or token, unless their credentials changed
// since it was made.
func (s *Service) holder(ctx context.Context, communeID, userID string, version int) (post.User, error) {
	user, err := s.Store.UserByID(ctx, communeID, userID)
	if errors.Is(err, post.ErrNotFound) {
		return post.User{}, ended()
	}
	if err != nil {
		return post.User{}, err
	}
	if user.CredentialVersion != version || !user.DisabledAt.IsZero() {
		return post.User{}, ended()
	}
	return user, nil
}

// Commune is the principal's commune.
func (s *Service) Commune(ctx context.Context, p Principal) (post.Commune, error) {
	return s.Store.CommuneByID(ctx, p.User.CommuneID)
}

func ended() *post.Problem {
	return &post.Problem{Kind: post.Unauthenticated, Code: "unauthenticated", Detail: "Votre session est terminée. Connectez-vous."}
}

// RetryAfter is the cause of a TooMany problem: how long to wait.
type RetryAfter time.Duration

func (r RetryAfter) Error() string { return "retry after " + time.Duration(r).String() }

func tooMany(wait time.Duration) *post.Problem {
	return &post.Problem{
		Kind: post.TooMany, Code: "too_many_tries", Err: RetryAfter(wait),
		Detail: "Trop d’essais. Attendez une minute, puis réessayez.",
	}
}
