package x

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"path"
	"strconv"
	"strings"
	"time"

	"github.com/crieur/crieur/channels"
	"github.com/crieur/crieur/channels/rest"
)

// duplicateDetail is all by which X tells that it has a text already: the
// problem's type is "about:blank" and there is no code (recorded in
// akrherz/iembot#163, February 2026). The whole field is compared. Should X
// word it otherwise, the refusal is an ordinary one: nothing was published
// either way.
const duplicateDetail = "You are not allowed to create a Tweet with duplicate content."

// problem is an error of the API v2, or of its older parts.
type problem struct {
	Title  string `json:"title"`
	Detail string `json:"detail"`
	// Type is an address whose last part names the problem.
	Type   string `json:"type"`
	Reason string `json:"reason"`
	Period string `json:"period"`
	Errors []struct {
		Code int `json:"code"`
	} `json:"errors"`
}

// name is the stable name of a problem; "" where the answer is not X's own.
func (p problem) name() string {
	switch {
	case p.Type != "" && p.Type != "about:blank":
		return clean(path.Base(p.Type))
	case p.Detail == duplicateDetail:
		return "duplicate"
	case p.Type == "about:blank" || p.Title != "":
		return "blank"
	case len(p.Errors) > 0 && p.Errors[0].Code != 0:
		return strconv.Itoa(p.Errors[0].Code)
	}
	return ""
}

// clean keeps what can be a name: it comes from outside and goes to logs.
func clean(name string) string {
	const longest = 48
	if len(name) > longest || strings.ContainsFunc(name, func(r rune) bool {
		return (r < 'a' || r > 'z') && (r < 'A' || r > 'Z') && (r < '0' || r > '9') && r != '-' && r != '_'
	}) {
		return "other"
	}
	return name
}

// noAnswer classifies a request without a whole answer.
func noAnswer(r request, err error) error {
	failure := &channels.Error{Kind: channels.Temporary, Op: r.op, Code: "x.no_answer", Err: err}
	var transport *rest.TransportError
	if errors.As(err, &transport) {
		failure.Status = transport.Status
		if r.effect == creating && transport.Sent {
			failure.Kind = channels.UnknownOutcome
		}
	}
	return failure
}

// unreadable classifies a success that does not say what it should.
func unreadable(r request, response *rest.Response, err error) error {
	failure := &channels.Error{
		Kind: channels.Temporary, Op: r.op, Code: "x.unreadable", Status: response.Status, Err: err,
	}
	if r.effect == creating {
		failure.Kind = channels.UnknownOutcome
	}
	return failure
}

// refused classifies an answer that is not a success (docs.x.com, Response
// codes and errors, read 2026-11-21).
func (a *api) refused(r request, response *rest.Response) error {
	var p problem
	if err := json.Unmarshal(response.Body, &p); err != nil {
		p = problem{} // not X's own words: a proxy's, or none
	}
	failure := &channels.Error{Op: r.op, Status: response.Status, Code: "x." + strconv.Itoa(response.Status)}
	if name := p.name(); name != "" {
		failure.Code += "." + name
	}
	status := response.Status
	switch {
	case status == http.StatusTooManyRequests:
		a.limited(failure, p, response.Header)
	case status == http.StatusUnauthorized:
		failure.Kind = channels.Auth
	case status == http.StatusPaymentRequired:
		failure.Kind = channels.Billing
		failure.Message = "Le crédit du compte de développeur X est épuisé. Rien n’a été publié."
		failure.NextStep = "Rechargez le crédit sur console.x.com, puis réessayez."
	case status < 400, status >= 500, status == http.StatusRequestTimeout, p.name() == "" && r.effect == creating:
		// Also a refusal that is not in X's words: what stands between us and X
		// may have passed the request on.
		failure.Kind = channels.Temporary
		if r.effect == creating {
			failure.Kind = channels.UnknownOutcome
		} else {
			failure.RetryAt = rest.RetryAfter(response.Header, a.now())
		}
	case status == http.StatusForbidden:
		forbidden(failure, r, p)
	case r.op == opUpload:
		failure.Kind = channels.MediaRefused
	default:
		failure.Kind = channels.Rejected
	}
	return failure
}

// forbidden classifies a 403.
func forbidden(failure *channels.Error, r request, p problem) {
	switch p.name() {
	case "duplicate":
		failure.Kind = channels.Duplicate
	case "oauth1-permissions", "unsupported-authentication", "client-forbidden":
		failure.Kind = channels.Permission
		failure.Message = "X refuse : l’application connectée n’a pas le droit de publier. Rien n’a été publié."
		failure.NextStep = "Sur console.x.com, donnez à l’application le droit « Read and write », créez de nouveaux jetons, puis reconnectez le canal."
	case "user-suspended":
		failure.Kind = channels.Policy
	default:
		failure.Kind = channels.Rejected
		if r.effect != creating {
			// To upload or to read, X forbids the application and not a content:
			// as a rule a right that was not asked for.
			failure.Kind = channels.Permission
		}
	}
}

// limited classifies a 429: too many calls for now, or the cap of the account.
func (a *api) limited(failure *channels.Error, p problem, header http.Header) {
	failure.Kind = channels.RateLimited
	now := a.now()
	if p.name() == "usage-capped" {
		failure.RetryAt = endOfPeriod(p.Period, now)
		failure.Message = "Le compte de développeur X a atteint son plafond d’utilisation. Rien n’a été publié."
		failure.NextStep = fmt.Sprintf("Relevez le plafond sur console.x.com, ou attendez le %s.",
			failure.RetryAt.Format("02/01/2006"))
		return
	}
	if seconds, err := strconv.ParseInt(header.Get("X-Rate-Limit-Reset"), 10, 64); err == nil && seconds > 0 {
		failure.RetryAt = time.Unix(seconds, 0)
		return
	}
	failure.RetryAt = rest.RetryAfter(header, now)
}

// endOfPeriod is when a cap is lifted: X counts days and months in UTC.
func endOfPeriod(period string, now time.Time) time.Time {
	now = now.UTC()
	if period == "Daily" {
		return time.Date(now.Year(), now.Month(), now.Day()+1, 0, 0, 0, 0, time.UTC)
	}
	return time.Date(now.Year(), now.Month()+1, 1, 0, 0, 0, 0, time.UTC)
}
