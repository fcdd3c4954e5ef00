package x_test

import (
	"net/http"
	"testing"

	"github.com/crieur/crieur/channels"
	"github.com/crieur/crieur/channels/channeltest"
	"github.com/crieur/crieur/channels/simulator"
	"github.com/crieur/crieur/channels/x"
)

func firstAccount() simulator.AccountSpec {
	return simulator.AccountSpec{
		Network: "x", ID: "42", Name: "Commune de Valmeuse", Traits: map[string]string{"username": "valmeuse"},
		Credentials: map[string]string{
			"consumer_key": "consumer-key-1", "consumer_secret": "consumer-secret-1",
			"access_token": "access-token-1", "access_token_secret": "access-token-secret-1",
		},
	}
}

func secondAccount() simulator.AccountSpec {
	return simulator.AccountSpec{
		Network: "x", ID: "43", Name: "Commune de Valmeuse", Traits: map[string]string{"username": "valmeuse2", "naming": "post"},
		Credentials: map[string]string{
			"client_id": "client-id-2", "client_secret": "client-secret-2",
			"access_token": "access-token-2", "refresh_token": "refresh-token-2",
		},
	}
}

// Both ways of signing in pass the whole suite.
func TestConformance(t *testing.T) {
	t.Run("OAuth1", func(t *testing.T) { channeltest.Run(t, harness(firstAccount())) })
	t.Run("OAuth2", func(t *testing.T) { channeltest.Run(t, harness(secondAccount())) })
}

func FuzzRender(f *testing.F) { channeltest.Fuzz(f, x.New()) }

func harness(account simulator.AccountSpec) channeltest.Harness {
	return channeltest.Harness{Driver: x.New(), New: channeltest.Simulated(account), Errors: recordedErrors()}
}

// recordedErrors are answers of X as its documentation and its users record
// them (November 2026).
func recordedErrors() []channeltest.ErrorCase {
	answer := func(status int, body string) simulator.Fault {
		return simulator.Fault{Status: status, Body: body}
	}
	upload := func(f simulator.Fault) simulator.Fault {
		f.Operation = "media"
		return f
	}
	const forbidden = `{"title":"Forbidden","type":"about:blank","status":403,"detail":"`
	const problems = `"type":"https://api.twitter.com/2/problems/`
	return []channeltest.ErrorCase{
		{
			Name: "invalid-request", Kind: channels.Rejected, Code: "x.400.invalid-request",
			Fault: answer(http.StatusBadRequest, `{"errors":[{"parameters":{"text":[]},"message":"no"}],"title":"Invalid Request",`+problems+`invalid-request"}`),
		},
		{
			Name: "unauthorized", Kind: channels.Auth, Code: "x.401.blank",
			Fault: answer(http.StatusUnauthorized, `{"title":"Unauthorized","type":"about:blank","status":401,"detail":"Unauthorized"}`),
		},
		{
			Name: "credits", Kind: channels.Billing, Code: "x.402.credits",
			Fault: answer(http.StatusPaymentRequired, `{"title":"CreditsDepleted",`+problems+`credits","status":402}`),
		},
		{
			Name: "duplicate", Kind: channels.Duplicate, Code: "x.403.duplicate",
			Fault: answer(http.StatusForbidden, forbidden+`You are not allowed to create a Tweet with duplicate content."}`),
		},
		{
			Name: "not-permitted", Kind: channels.Rejected, Code: "x.403.blank",
			Fault: answer(http.StatusForbidden, forbidden+`You are not permitted to perform this action."}`),
		},
		{
			Name: "read-only-application", Kind: channels.Permission, Code: "x.403.oauth1-permissions",
			Fault: answer(http.StatusForbidden, `{"title":"Forbidden","status":403,`+problems+`oauth1-permissions"}`),
		},
		{
			Name: "unsupported-authentication", Kind: channels.Permission, Code: "x.403.unsupported-authentication",
			Fault: answer(http.StatusForbidden, `{"title":"Unsupported Authentication","status":403,`+problems+`unsupported-authentication"}`),
		},
		{
			Name: "client-not-enrolled", Kind: channels.Permission, Code: "x.403.client-forbidden",
			Fault: answer(http.StatusForbidden, `{"title":"Client Forbidden","reason":"client-not-enrolled",`+problems+`client-forbidden"}`),
		},
		{
			Name: "missing-scope-for-media", Kind: channels.Permission, Code: "x.403.blank",
			Fault: upload(answer(http.StatusForbidden, forbidden+`Forbidden"}`)),
		},
		{
			Name: "suspended", Kind: channels.Policy, Code: "x.403.user-suspended",
			Fault: answer(http.StatusForbidden, `{"title":"Forbidden","status":403,`+problems+`user-suspended"}`),
		},
		{
			Name: "not-found", Kind: channels.Rejected, Code: "x.404.resource-not-found",
			Fault: answer(http.StatusNotFound, `{"title":"Not Found Error",`+problems+`resource-not-found"}`),
		},
		{
			Name: "older-envelope", Kind: channels.Rejected, Code: "x.400.324",
			Fault: answer(http.StatusBadRequest, `{"errors":[{"message":"The validation of media ids failed.","code":324}]}`),
		},
		{
			Name: "picture-refused", Kind: channels.MediaRefused, Code: "x.400.invalid-request",
			Fault: upload(answer(http.StatusBadRequest, `{"title":"Invalid Request",`+problems+`invalid-request"}`)),
		},
		{
			Name: "usage-capped", Kind: channels.RateLimited, Code: "x.429.usage-capped",
			Fault: answer(http.StatusTooManyRequests, `{"title":"UsageCapExceeded","period":"Monthly","scope":"Account",`+problems+`usage-capped"}`),
		},
		{
			Name: "proxy-says-forbidden", Kind: channels.UnknownOutcome, Code: "x.403",
			Fault: answer(http.StatusForbidden, `<html>Forbidden by the proxy of the province</html>`),
		},
	}
}
