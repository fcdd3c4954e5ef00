package auth

import (
	"cmp"
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"errors"
	"net/mail"
	"strings"
	"time"
	"unicode"

	"golang.org/x/text/unicode/norm"

	"github.com/crieur/crieur/internal/post"
)

// SetupValidity is how long a setup link works.
const SetupValidity = 15 * time.Minute

// maxName bounds the names of people and communes, in code points.
const maxName = 120

// SetupNeeded reports whether there is no account at all.
func (s *Service) SetupNeeded(ctx context.Context) (bool, error) {
	exists, err := s.Store.AnyUser(ctx)
	return !exists, err
}

// SetupToken makes the secret of a setup link. It carries its own end and is
// signed with the installation's key, so that every process of the installation
// takes it; it is used up when the first account exists.
func (s *Service) SetupToken() string {
	ends := binary.BigEndian.AppendUint64(nil, uint64(s.Now().Add(SetupValidity).Unix())) // #nosec G115 -- after 1970
	return base64.RawURLEncoding.EncodeToString(append(ends, s.signSetup(ends)...))
}

func (s *Service) signSetup(ends []byte) []byte {
	mac := hmac.New(sha256.New, s.setupKey)
	mac.Write(ends)
	return mac.Sum(nil)
}

func (s *Service) checkSetupToken(token string) bool {
	b, err := base64.RawURLEncoding.DecodeString(token)
	if err != nil || len(b) != 8+sha256.Size || !hmac.Equal(b[8:], s.signSetup(b[:8])) {
		return false
	}
	return s.Now().Unix() < int64(binary.BigEndian.Uint64(b)) // #nosec G115 -- signed by us
}

// NewUser is an account to be made.
type NewUser struct {
	// Commune is its name; "" where there is only one.
	Commune  string
	Email    string
	Name     string
	Password string
	Role     post.Role
	// Crisis: with the crisis role besides.
	Crisis bool
	// Zone and Language are those of a commune that is made with the account;
	// "": the installation's.
	Zone     string
	Language string
	// WithoutPractice: the first commune begins without the simulated networks.
	WithoutPractice bool
}

// Setup makes the commune and its first administrator, and signs them in. Of
// any number at the same moment, one succeeds.
func (s *Service) Setup(ctx context.Context, token string, in NewUser) (Principal, error) {
	needed, err := s.SetupNeeded(ctx)
	if err != nil {
		return Principal{}, err
	}
	if !needed {
		return Principal{}, setupDone()
	}
	if !s.checkSetupToken(token) {
		return Principal{}, &post.Problem{
			Kind: post.Forbidden, Code: "setup_token_invalid",
			Detail: "Ce lien ne vaut plus. Redémarrez Crieur : il en affiche un nouveau.",
		}
	}
	in.Role = post.RoleAdministrator
	if fields := in.check(true); len(fields) > 0 {
		return Principal{}, refused(fields)
	}
	commune := s.newCommune(in.Commune)
	commune.Zone, commune.Language = cmp.Or(in.Zone, commune.Zone), cmp.Or(in.Language, commune.Language)
	user, err := s.newUser(ctx, commune.ID, in)
	if err != nil {
		return Principal{}, err
	}
	err = s.Store.CreateFirstUser(ctx, commune, user)
	if errors.Is(err, post.ErrConflict) {
		return Principal{}, setupDone()
	}
	if err != nil {
		return Principal{}, err
	}
	s.connectFirst(ctx, user, !in.WithoutPractice)
	return s.startSession(ctx, user)
}

// connectFirst: the account stands already, so a failure is told and not
// returned; channels can be connected by hand.
func (s *Service) connectFirst(ctx context.Context, user post.User, practice bool) {
	if s.FirstChannels == nil {
		return
	}
	actor := post.Actor{CommuneID: user.CommuneID, UserID: user.ID, Role: user.Role}
	if err := s.FirstChannels(ctx, actor, practice); err != nil {
		s.Log.ErrorContext(ctx, "the first channels are not all connected", "error", err)
	}
}

func setupDone() *post.Problem {
	return &post.Problem{Kind: post.Conflict, Code: "setup_done", Detail: "Crieur est déjà installé. Connectez-vous."}
}

// CreateUser makes an account, and its commune where there is none of that
// name yet. It is the command's door.
func (s *Service) CreateUser(ctx context.Context, in NewUser) (post.User, error) {
	if fields := in.check(false); len(fields) > 0 {
		return post.User{}, refused(fields)
	}
	commune, err := s.communeFor(ctx, in.Commune)
	if err != nil {
		return post.User{}, err
	}
	user, err := s.newUser(ctx, commune.ID, in)
	if err != nil {
		return post.User{}, err
	}
	err = s.Store.CreateUser(ctx, user)
	if errors.Is(err, post.ErrConflict) {
		return post.User{}, &post.Problem{
			Kind: post.Conflict, Code: "email_taken", Detail: "Un compte a déjà cette adresse.",
			Fields: []post.Field{{Field: "email", Code: "email_taken", Message: "Déjà prise."}},
		}
	}
	return user, err
}

func (s *Service) communeFor(ctx context.Context, name string) (post.Commune, error) {
	communes, err := s.Store.Communes(ctx)
	if err != nil {
		return post.Commune{}, err
	}
	if strings.TrimSpace(name) == "" {
		if len(communes) == 1 {
			return communes[0], nil
		}
		return post.Commune{}, invalid("commune", "required", "Dites de quelle commune il s’agit.")
	}
	commune := s.newCommune(name)
	for _, known := range communes {
		if known.Slug == commune.Slug {
			return known, nil
		}
	}
	return commune, s.Store.CreateCommune(ctx, commune)
}

func (s *Service) newCommune(name string) post.Commune {
	name = strings.TrimSpace(name)
	return post.Commune{
		ID: s.NewID(), Name: name, Slug: slug(name), Zone: s.Zone, Language: s.Language, CreatedAt: s.Now(),
	}
}

func (s *Service) newUser(ctx context.Context, communeID string, in NewUser) (post.User, error) {
	hash, err := s.hasher.hash(ctx, in.Password)
	if err != nil {
		return post.User{}, err
	}
	email := NormalEmail(in.Email)
	name := strings.TrimSpace(in.Name)
	if name == "" {
		name, _, _ = strings.Cut(email, "@")
	}
	return post.User{
		ID: s.NewID(), CommuneID: communeID, Email: email, Name: name, Role: in.Role,
		Crisis: in.Crisis, PasswordHash: hash, CredentialVersion: 1, MailNotices: true, CreatedAt: s.Now(),
	}, nil
}

// check says what is wrong with the input. complete: commune and name are
// required too.
func (in NewUser) check(complete bool) []post.Field {
	var fields []post.Field
	add := func(field, code, message string) {
		fields = append(fields, post.Field{Field: field, Code: code, Message: message})
	}
	if commune := strings.TrimSpace(in.Commune); complete && commune == "" || len([]rune(commune)) > maxName {
		add("commune", "commune_invalid", "Donnez le nom de la commune (120 signes au plus).")
	}
	if !validEmail(NormalEmail(in.Email)) {
		add("email", "email_invalid", "Cette adresse électronique n’est pas valable.")
	}
	if name := strings.TrimSpace(in.Name); complete && name == "" || len([]rune(name)) > maxName {
		add("name", "name_invalid", "Donnez votre nom (120 signes au plus).")
	}
	if in.Zone != "" && !post.ValidZone(in.Zone) {
		add("zone", "zone_unknown", "Ce fuseau horaire n’existe pas. Choisissez-en un comme Europe/Brussels.")
	}
	if in.Language != "" && !post.ValidLanguage(in.Language) {
		add("language", "language_unknown", "Choisissez le français, le néerlandais ou l’allemand.")
	}
	if field := checkPassword(in.Password); field != nil {
		fields = append(fields, *field)
	}
	if in.Role != post.RoleAdministrator && in.Role != post.RoleAuthor {
		add("role", "role_unknown", "Les rôles sont administrator et author.")
	}
	return fields
}

func refused(fields []post.Field) *post.Problem {
	return &post.Problem{Kind: post.Invalid, Code: "account_invalid", Detail: fields[0].Message, Fields: fields}
}

// NormalEmail is an address as it is stored and looked for.
func NormalEmail(email string) string {
	return strings.ToLower(norm.NFC.String(strings.TrimSpace(email)))
}

func validEmail(email string) bool {
	parsed, err := mail.ParseAddress(email)
	return err == nil && parsed.Address == email && len(email) <= 254
}

// slug is a name for public addresses: "Villers-l’Évêque" gives
// "villers-l-eveque".
func slug(name string) string {
	var b strings.Builder
	gap := false
	for _, r := range norm.NFKD.String(strings.ToLower(name)) {
		switch {
		case unicode.Is(unicode.Mn, r):
		case r >= 'a' && r <= 'z' || r >= '0' && r <= '9':
			if gap && b.Len() > 0 {
				b.WriteByte('-')
			}
			gap = false
			b.WriteRune(r)
		default:
			gap = true
		}
	}
	if b.Len() == 0 {
		return "commune"
	}
	return b.String()
}
