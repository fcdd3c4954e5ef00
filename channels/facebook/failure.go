package facebook

import (
	"context"
	"fmt"
	"net/http"
	"strconv"
	"time"

	fb "github.com/huandu/facebook/v2"

	"github.com/crieur/crieur/channels"
	"github.com/crieur/crieur/channels/rest"
)

// meaning is what an error of the Graph API is. Empty words: those of the kind.
type meaning struct {
	// from and to bound the codes; subcode 0 stands for any.
	from, to int
	subcode  int
	// anywhere: the number comes as a code or as a subcode.
	anywhere      bool
	kind          channels.Kind
	message, next string
}

// Next steps that several errors share.
const (
	nextReconnect = "Reconnectez le canal avec un nouveau jeton de la page, puis réessayez."
	nextFacebook  = "Connectez-vous sur facebook.com avec le compte qui gère la page, suivez ce qui est demandé, puis reconnectez le canal."
	nextLink      = "Corrigez ou retirez le lien, puis réessayez."
	nextAgain     = "Recommencez la connexion avec Facebook."
	nextOperator  = "Prévenez la personne qui gère l’installation de Crieur."
)

// meanings is the table of error codes, the first match wins. Sources:
// developers.facebook.com/docs/graph-api/guides/error-handling and
// /docs/pages-api, read 2026-11-21, and for the subcodes of 100, 368 and 506
// several third-party catalogues that agree.
func meanings() []meaning {
	one := func(code, subcode int, kind channels.Kind, words ...string) meaning {
		m := meaning{from: code, to: code, subcode: subcode, kind: kind}
		if len(words) == 2 {
			m.message, m.next = words[0], words[1]
		}
		return m
	}
	anywhere := func(number int, kind channels.Kind, words ...string) meaning {
		m := one(number, 0, kind, words...)
		m.anywhere = true
		return m
	}
	return []meaning{
		anywhere(1366051, channels.Duplicate, "Facebook dit que ces photos sont déjà publiées.",
			"Ouvrez la page pour vérifier."),
		anywhere(1404078, channels.Auth, "Facebook demande que les personnes qui publient sur la page y soient autorisées.", nextFacebook),
		anywhere(4854002, channels.Auth, "Facebook demande de confirmer l’identité d’une personne qui gère la page.", nextFacebook),
		anywhere(1609005, channels.Rejected, "Facebook n’arrive pas à lire la page du lien.",
			"Vérifiez que le lien s’ouvre sans mot de passe, puis réessayez dans quelques minutes."),
		anywhere(1609008, channels.Rejected, "Facebook ne prend pas de lien vers Facebook.", nextLink),
		anywhere(2061006, channels.Rejected, "Facebook ne comprend pas l’adresse du lien.", nextLink),
		anywhere(1349125, channels.Rejected, "Facebook refuse le contenu de ce lien.", nextLink),
		anywhere(2069019, channels.MediaRefused),
		anywhere(1366046, channels.MediaRefused, "Facebook trouve une image trop lourde.",
			"Remplacez l’image par une version plus légère, puis réessayez."),

		one(190, 458, channels.Auth, "L’application a été retirée du compte Facebook qui avait donné l’autorisation.", nextReconnect),
		one(190, 459, channels.Auth, "Facebook demande une vérification au compte qui a donné l’autorisation.", nextFacebook),
		one(190, 460, channels.Auth, "Le mot de passe Facebook a changé : l’autorisation ne vaut plus.", nextReconnect),
		one(190, 463, channels.Auth, "L’autorisation de publier sur la page a expiré.", nextReconnect),
		one(190, 464, channels.Auth, "Le compte Facebook qui a donné l’autorisation n’est pas confirmé.", nextFacebook),
		one(190, 466, channels.Auth, "Facebook demande d’accepter ses conditions.", nextFacebook),
		one(190, 467, channels.Auth, "L’autorisation a été annulée sur Facebook.", nextReconnect),
		one(190, 492, channels.Auth, "La personne qui a donné l’autorisation ne gère plus la page.",
			"Demandez à un administrateur de la page de lui rendre son rôle, ou reconnectez le canal avec une autre personne."),
		one(190, 2069032, channels.Internal, "Le jeton donné est celui d’une personne, pas celui de la page.",
			"Reconnectez le canal avec le jeton d’accès de la page."),
		one(190, 0, channels.Auth),
		one(102, 0, channels.Auth),
		one(104, 0, channels.Internal, "Facebook refuse la signature de l’application.",
			"Vérifiez la clé secrète de l’application dans les réglages du canal."),

		one(1, 2853006, channels.Permission),
		one(3, 0, channels.Permission, "L’application Meta n’a pas le droit de publier sur des pages.",
			"Demandez la permission pages_manage_posts pour l’application, puis reconnectez le canal."),
		one(10, 0, channels.Permission, "L’application Meta n’a pas la permission nécessaire.",
			"Reconnectez le canal en acceptant toutes les permissions demandées."),
		{from: 200, to: 299, kind: channels.Permission},

		one(100, 36007, channels.Auth, "L’autorisation donnée sur Facebook a expiré avant d’arriver.", nextAgain),
		one(100, 36008, channels.Internal, "L’adresse de retour n’est pas celle que connaît l’application Meta.",
			"Demandez à la personne qui gère l’installation de la vérifier, dans l’application Meta et dans CRIEUR_PUBLIC_URL."),
		one(100, 36009, channels.Auth, "Cette autorisation de Facebook a déjà servi.", nextAgain),

		one(324, 0, channels.MediaRefused),
		one(100, 33, channels.Rejected, "Facebook ne trouve pas cette page ou cette publication.",
			"Vérifiez le numéro de la page dans les réglages du canal."),
		one(100, 0, channels.Rejected),

		one(4, 2207051, channels.Policy), // Instagram's spam block, not a rate
		one(4, 0, channels.RateLimited),
		one(17, 0, channels.RateLimited),
		one(32, 0, channels.RateLimited),
		one(341, 0, channels.RateLimited),
		one(613, 0, channels.RateLimited),
		{from: 80001, to: 80002, kind: channels.RateLimited},

		one(368, 1390008, channels.Policy, "Facebook trouve que la page publie trop vite et l’a limitée.", nextFacebook),
		one(368, 1404006, channels.Policy, "Facebook demande un contrôle de sécurité.", nextFacebook),
		one(368, 1404102, channels.Policy, "Facebook estime que ce contenu ne respecte pas ses règles.", nextFacebook),
		one(368, 0, channels.Policy),
		one(506, 0, channels.Duplicate),

		one(12, 0, channels.Internal, "Facebook ne connaît plus cet appel : Crieur doit être mis à jour.", nextOperator),
		one(2500, 0, channels.Internal),
	}
}

// meaningOf looks an error up; false: it is not in the table.
func meaningOf(e *fb.Error) (meaning, bool) {
	for _, m := range meanings() {
		inRange := e.Code >= m.from && e.Code <= m.to
		if m.anywhere && (inRange || e.ErrorSubcode == m.from) ||
			!m.anywhere && inRange && (m.subcode == 0 || m.subcode == e.ErrorSubcode) {
			return m, true
		}
	}
	return meaning{}, false
}

// refused classifies an error of the Graph API.
func (g *graph) refused(r request, x *exchange, e *fb.Error, result fb.Result) *channels.Error {
	failure := &channels.Error{
		Op: r.op, Status: x.status, Code: codeOf(e.Code, e.ErrorSubcode),
		Err: &graphError{code: e.Code, subcode: e.ErrorSubcode, trace: clean(e.TraceID)},
	}
	m, known := meaningOf(e)
	refusal := m.kind == channels.Rejected || m.kind == channels.MediaRefused
	switch {
	case known && (!refusal || !e.IsTransient):
		failure.Kind, failure.Message, failure.NextStep = m.kind, m.message, m.next
	case known || e.IsTransient || e.Code == 1 || e.Code == 2 || x.status >= 500 || r.effect == creating:
		failure.Kind = r.unclear()
	default:
		failure.Kind = channels.Rejected
	}
	if failure.Kind == channels.RateLimited {
		failure.RetryAt = g.retryAt(x, result)
	}
	return failure
}

// retryAt reads the usage headers, in minutes; Graph sends no Retry-After, but
// what stands in front of it may.
func (g *graph) retryAt(x *exchange, result fb.Result) time.Time {
	minutes := 0
	if usage := result.UsageInfo(); usage != nil {
		minutes = max(usage.App.EstimatedTimeToRegainAccess, usage.Page.EstimatedTimeToRegainAccess)
		for _, cases := range usage.BusinessUseCase {
			for _, c := range cases {
				if c != nil {
					minutes = max(minutes, c.EstimatedTimeToRegainAccess)
				}
			}
		}
	}
	if minutes > 0 {
		return g.now().Add(time.Duration(minutes) * time.Minute)
	}
	return rest.RetryAfter(x.header, g.now())
}

// unreadable classifies a whole answer that is not the Graph API's: a page of a
// proxy, a redirect, half of a deployment.
func (g *graph) unreadable(r request, x *exchange) *channels.Error {
	failure := &channels.Error{Kind: r.unclear(), Op: r.op, Status: x.status, Code: "facebook.unreadable", Err: errNoEnvelope}
	if x.status < 200 || x.status >= 300 {
		failure.Code = "facebook.http." + strconv.Itoa(x.status)
	}
	if x.status == http.StatusTooManyRequests {
		failure.Kind, failure.RetryAt = channels.RateLimited, rest.RetryAfter(x.header, g.now())
	}
	return failure
}

// unanswered classifies a call without a whole answer.
func (g *graph) unanswered(r request, x *exchange, sent bool, err error) *channels.Error {
	cause := &rest.TransportError{Sent: sent, Status: x.status, Err: causeOf(err)}
	if !sent {
		return &channels.Error{Kind: channels.Temporary, Op: r.op, Code: "facebook.unreachable", Err: cause}
	}
	return &channels.Error{Kind: r.unclear(), Op: r.op, Status: x.status, Code: "facebook.no_answer", Err: cause}
}

// unclear is the kind of an outcome that is not known.
func (r request) unclear() channels.Kind {
	if r.effect == creating {
		return channels.UnknownOutcome
	}
	return channels.Temporary
}

func codeOf(code, subcode int) string {
	if subcode == 0 {
		return fmt.Sprintf("facebook.%d", code)
	}
	return fmt.Sprintf("facebook.%d.%d", code, subcode)
}

// graphError is the part of an error that may be logged: Meta's own sentences
// repeat tokens.
type graphError struct {
	code, subcode int
	trace         string
}

func (e *graphError) Error() string {
	return fmt.Sprintf("graph error %d, subcode %d, trace %q", e.code, e.subcode, e.trace)
}

// clean keeps a trace id that looks like one.
func clean(trace string) string {
	const longest = 40
	if len(trace) > longest {
		return ""
	}
	for _, c := range trace {
		if (c < 'a' || c > 'z') && (c < 'A' || c > 'Z') && (c < '0' || c > '9') && c != '-' && c != '_' {
			return ""
		}
	}
	return trace
}

func noToken(op string) *channels.Error {
	return &channels.Error{
		Kind: channels.Auth, Op: op, Code: "facebook.token_missing",
		Message: "Le jeton d’accès de la page manque.", NextStep: nextReconnect,
	}
}

// ours is a failure on our own side, with nothing sent. When ctx is over, that is
// its reason, and another try may do better.
func ours(ctx context.Context, op, code string, err error) *channels.Error {
	failure := &channels.Error{Kind: channels.Internal, Op: op, Code: code, Err: err}
	if ctx.Err() != nil {
		failure.Kind = channels.Temporary
	}
	return failure
}
