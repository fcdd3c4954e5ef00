package x

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"time"

	"github.com/crieur/crieur/channels"
	"github.com/crieur/crieur/channels/rest"
)

// effect is what a request does when it arrives; it decides what a lost answer
// means.
type effect int

const (
	// harmless: reading, uploading, describing, deleting. To repeat it changes
	// nothing that people see.
	harmless effect = iota
	// creating: the request makes a post.
	creating
)

// api speaks to X.
type api struct {
	base   string
	client *http.Client
	// authorized: nothing is missing in the credentials.
	authorized bool
	now        func() time.Time
	// told hears what an answer says of the account's allowances.
	told func([]channels.Budget)
}

// request is one call.
type request struct {
	op          string
	effect      effect
	method      string
	path        string
	query       url.Values
	contentType string
	body        []byte
}

// call makes a request and reads a success into answer. Errors are
// *channels.Error.
func (a *api) call(ctx context.Context, r request, answer any) error {
	response, err := a.send(ctx, r)
	if err != nil {
		return err
	}
	if response.Status < 200 || response.Status > 299 {
		return a.refused(r, response)
	}
	if err := json.Unmarshal(response.Body, answer); err != nil {
		return unreadable(r, response, err)
	}
	return nil
}

func (a *api) send(ctx context.Context, r request) (*rest.Response, error) {
	if !a.authorized {
		return nil, &channels.Error{
			Kind: channels.Auth, Op: r.op, Code: "x.credentials_missing",
			Message:  "Il manque des identifiants pour X.",
			NextStep: "Complétez les clés et les jetons de la connexion, puis réessayez.",
		}
	}
	target := a.base + r.path
	if len(r.query) > 0 {
		target += "?" + r.query.Encode()
	}
	req, err := http.NewRequestWithContext(ctx, r.method, target, bytes.NewReader(r.body))
	if err != nil {
		return nil, &channels.Error{Kind: channels.Internal, Op: r.op, Code: "x.request", Err: err}
	}
	// Without it the transport has no means to send a body twice.
	req.GetBody = nil
	if r.body == nil {
		req.Body = http.NoBody
	}
	if r.contentType != "" {
		req.Header.Set("Content-Type", r.contentType)
	}
	req.Header.Set("Accept", "application/json")
	response, err := rest.Do(a.client, req)
	if err != nil {
		return nil, noAnswer(r, err)
	}
	a.told(budgetsOf(r.op, response.Header, a.now()))
	return response, nil
}

// postJSON makes the request of a JSON body.
func postJSON(op string, e effect, path string, body any) (request, error) {
	data, err := json.Marshal(body)
	if err != nil {
		return request{}, &channels.Error{
			Kind: channels.Internal, Op: op, Code: "x.request", Err: fmt.Errorf("encode: %w", err),
		}
	}
	return request{
		op: op, effect: e, method: http.MethodPost, path: path,
		contentType: "application/json", body: data,
	}, nil
}
