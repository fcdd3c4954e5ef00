package wordpress

import (
	"crypto/tls"
	"encoding/json"
	"errors"
	"net"
	"net/http"
	"net/url"
	"strings"

	"github.com/crieur/crieur/channels"
	"github.com/crieur/crieur/channels/rest"
)

// answerCode is the machine's part of an error of the API. Its message is in
// the site's language and is never read.
type answerCode struct {
	Code string     `json:"code"`
	Data answerData `json:"data"`
}

type answerData struct {
	TermID int64 `json:"term_id"`
	// Details are the errors of single parameters.
	Details map[string]struct {
		Code string `json:"code"`
		Data struct {
			Status int `json:"status"`
		} `json:"data"`
	} `json:"details"`
}

// UnmarshalJSON forgives other shapes: the code is what matters.
func (d *answerData) UnmarshalJSON(data []byte) error {
	type plain answerData
	var read plain
	if json.Unmarshal(data, &read) == nil {
		*d = answerData(read)
	}
	return nil
}

// codeOf reads the code of a refusal, and the status that belongs to it; code
// is "" where the answer is not the API's.
func codeOf(response *rest.Response) (code string, status int) {
	var answer answerCode
	if decode(response.Body, &answer) != nil {
		return "", response.Status
	}
	// A missing right to read drafts hides in an invalid parameter.
	if inner := answer.Data.Details["status"]; inner.Code == "rest_forbidden_status" && inner.Data.Status != 0 {
		return inner.Code, inner.Data.Status
	}
	return cleanCode(answer.Code), response.Status
}

// cleanCode keeps what can be a code: it comes from outside and goes to logs.
func cleanCode(code string) string {
	const longest = 64
	if len(code) > longest || strings.ContainsFunc(code, func(r rune) bool {
		return (r < 'a' || r > 'z') && (r < 'A' || r > 'Z') && (r < '0' || r > '9') && r != '_' && r != '-'
	}) {
		return ""
	}
	return code
}

// noAnswer classifies a call that got no whole answer.
func (a *api) noAnswer(op string, e effect, err error) error {
	failure := &channels.Error{Kind: channels.Temporary, Op: op, Code: "wordpress.no_answer", Err: err}
	var transport *rest.TransportError
	if errors.As(err, &transport) {
		failure.Status = transport.Status
		if transport.Sent && e == creating {
			failure.Kind = channels.UnknownOutcome
			return failure
		}
	}
	var name *net.DNSError
	var certificate *tls.CertificateVerificationError
	switch {
	case errors.As(err, &name) && name.IsNotFound:
		failure.Code = "wordpress.no_such_host"
		failure.Message = "Aucun site n’existe à l’adresse " + a.base.Host + ". Rien n’a été publié."
		failure.NextStep = "Vérifiez l’adresse du site dans les réglages du canal."
	case errors.As(err, &certificate):
		failure.Code = "wordpress.certificate"
		failure.Message = "Le certificat de sécurité du site n’est pas valable. Rien n’a été publié."
		failure.NextStep = "Demandez à la personne qui gère le site de renouveler son certificat."
	}
	return failure
}

// refused classifies an answer that is not a success, by status and code only
// (WordPress 5.6 to 7.0, wp-includes/rest-api, read 2026-11-21).
func (a *api) refused(op string, e effect, response *rest.Response) error {
	code, status := codeOf(response)
	failure := &channels.Error{Op: op, Status: response.Status, Code: "wordpress." + code}
	if code == "" {
		failure.Code = "wordpress.http_" + http.StatusText(response.Status)
		failure.Code = strings.ToLower(strings.NewReplacer(" ", "_", "-", "_").Replace(failure.Code))
	}
	switch {
	case status == http.StatusTooManyRequests:
		failure.Kind, failure.RetryAt = channels.RateLimited, rest.RetryAfter(response.Header, a.now())
	case e == creating && (status < 400 || status >= 500 || status == http.StatusRequestTimeout):
		failure.Kind = channels.UnknownOutcome
	case status < 400:
		target := redirectTarget(&a.root.URL, response)
		if target == nil {
			return notWordPress(op, nil)
		}
		target.Path = a.base.Path
		return elsewhere(op, status, target)
	default:
		m := meaningOf(op, code, status)
		failure.Kind, failure.Message, failure.NextStep = m.kind, m.message, m.next
		if m.kind == channels.Temporary {
			failure.RetryAt = rest.RetryAfter(response.Header, a.now())
		}
	}
	return failure
}

// unreadable classifies a success whose answer is not the API's.
func unreadable(op string, e effect, response *rest.Response, err error) error {
	if e == creating {
		return &channels.Error{
			Kind: channels.UnknownOutcome, Op: op, Code: "wordpress.unreadable", Status: response.Status, Err: err,
		}
	}
	return notWordPress(op, err)
}

// meaning is what a refusal is, in words. Empty words: those of the kind.
type meaning struct {
	kind          channels.Kind
	message, next string
}

// Next steps that several refusals share.
const (
	nextNewOne   = "Créez un nouveau mot de passe d’application dans WordPress (Profil), puis reconnectez le canal."
	nextStranger = "Vérifiez les deux, ou créez un nouveau mot de passe d’application. S’ils sont justes, le serveur du site retire l’en-tête « Authorization » : demandez à la personne qui le gère de le laisser passer (règle .htaccess ou CGIPassAuth)."
	nextRole     = "Demandez à un administrateur du site de donner au compte le rôle Éditeur, puis reconnectez le canal."
	nextPlugin   = "Demandez à la personne qui gère le site d’autoriser l’API REST de WordPress pour ce compte."
	nextAddress  = "Indiquez l’adresse exacte de la page d’accueil dans les réglages du canal."
)

func meaningOf(op, code string, status int) meaning {
	switch code {
	case "incorrect_password", "invalid_username", "invalid_email", "invalidcombo", "invalid_application_credentials":
		return meaning{channels.Auth, "WordPress refuse l’identifiant ou le mot de passe d’application.", nextNewOne}
	case "application_passwords_disabled", "application_passwords_disabled_for_user":
		return meaning{
			channels.Auth, "Le site n’accepte pas les mots de passe d’application.",
			"Demandez à la personne qui gère le site de les autoriser (une extension de sécurité les bloque souvent), puis reconnectez le canal.",
		}
	case "rest_login_required", "rest_disabled", "rest_cannot_access":
		return meaning{channels.Auth, "Le site bloque son API REST.", nextPlugin}
	case "rest_no_route":
		return meaning{channels.Internal, "Ce site n’offre pas l’API de WordPress dont Crieur a besoin.", nextPlugin}
	case "rest_post_exists":
		return meaning{kind: channels.Duplicate}
	case "rest_post_invalid_id":
		return meaning{
			channels.Rejected, "Cet article n’existe plus sur le site.",
			"Publiez-le à nouveau depuis une nouvelle publication.",
		}
	case "empty_content":
		return meaning{channels.Rejected, "WordPress refuse un article vide.", "Écrivez un titre ou un texte, puis réessayez."}
	case "rest_upload_sideload_error", "rest_upload_unknown_error", "rest_upload_image_type_not_supported":
		return meaning{
			channels.MediaRefused, "Le site n’a pas pu enregistrer une image.",
			"Réessayez. Si l’erreur revient, demandez à la personne qui gère le site de vérifier le dossier des médias.",
		}
	case "rest_upload_limited_space", "rest_upload_user_quota_exceeded":
		return meaning{
			channels.MediaRefused, "Le site n’a plus de place pour les images.",
			"Demandez à la personne qui gère le site de libérer de la place, puis réessayez.",
		}
	}
	switch {
	case op == opMedia && (strings.HasPrefix(code, "rest_upload_") || status == http.StatusRequestEntityTooLarge):
		return meaning{kind: channels.MediaRefused}
	case op == opMedia && code == "rest_cannot_create" && status != http.StatusUnauthorized:
		// WordPress says 400 here, where it says 403 elsewhere.
		return meaning{channels.Permission, "Le compte connecté n’a pas le droit d’ajouter des images sur le site.", nextRole}
	}
	return meaningOfStatus(code, status)
}

// meaningOfStatus: WordPress answers 401 to strangers and 403 to users without
// the right. Credentials were sent, so a 401 means that they are wrong or never
// reached WordPress; since 6.3.2 it does not tell which.
func meaningOfStatus(code string, status int) meaning {
	fromAPI := code != ""
	switch {
	case status == http.StatusUnauthorized && fromAPI:
		return meaning{channels.Auth, "WordPress ne reconnaît pas l’identifiant ou le mot de passe d’application.", nextStranger}
	case status == http.StatusUnauthorized:
		return meaning{
			channels.Auth, "Le site demande un autre mot de passe avant WordPress.",
			"Demandez à la personne qui gère le site de retirer cette protection pour l’API REST.",
		}
	case status == http.StatusForbidden && fromAPI:
		return meaning{channels.Permission, "Le compte connecté n’a pas le droit de publier sur le site.", nextRole}
	case status == http.StatusForbidden, status == http.StatusNotAcceptable:
		return meaning{
			channels.Policy, "Un pare-feu ou une extension de sécurité du site bloque Crieur.",
			"Demandez à la personne qui gère le site d’autoriser Crieur, puis réessayez.",
		}
	case status == http.StatusNotFound, status == http.StatusMethodNotAllowed:
		if fromAPI {
			return meaning{kind: channels.Rejected}
		}
		return meaning{channels.Internal, "Aucun WordPress ne répond à cette adresse.", nextAddress}
	case status >= 500, status == http.StatusRequestTimeout, status == http.StatusTooEarly:
		return meaning{kind: channels.Temporary}
	}
	return meaning{kind: channels.Rejected}
}

func badAddress(err error) error {
	return &channels.Error{
		Kind: channels.Internal, Op: opDiscover, Code: "wordpress.site_url", Err: err,
		Message:  "L’adresse du site manque ou n’est pas une adresse web.",
		NextStep: "Indiquez l’adresse de la page d’accueil, comme https://www.commune.be.",
	}
}

func missingCredentials() error {
	return &channels.Error{
		Kind: channels.Auth, Op: opDiscover, Code: "wordpress.credentials_missing",
		Message:  "L’identifiant ou le mot de passe d’application manque.",
		NextStep: nextNewOne,
	}
}

// elsewhere: the site stands at another address. Following it would lose the
// credentials or send them to another host.
func elsewhere(op string, status int, target *url.URL) error {
	address := url.URL{Scheme: target.Scheme, Host: target.Host, Path: strings.TrimRight(target.Path, "/")}
	return &channels.Error{
		Kind: channels.Internal, Op: op, Code: "wordpress.moved", Status: status,
		Message:  "Le site se trouve à une autre adresse : " + address.String() + ".",
		NextStep: "Indiquez cette adresse dans les réglages du canal.",
	}
}

// notWordPress: something answers, and not as the API does. It may be a
// maintenance page, so it is worth another try.
func notWordPress(op string, err error) error {
	return &channels.Error{
		Kind: channels.Temporary, Op: op, Code: "wordpress.unreadable", Err: err,
		Message:  "Le site ne répond pas comme un WordPress. Rien n’a été publié.",
		NextStep: "Vérifiez que l’adresse est celle de la page d’accueil et que le site n’est pas en maintenance.",
	}
}
