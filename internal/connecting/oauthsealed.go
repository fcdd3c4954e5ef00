package connecting

import (
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/crieur/crieur/channels"
	"github.com/crieur/crieur/internal/secret"
)

// packedAccount is an account as it lies sealed in a flow. It is the only place
// where credentials are plain text, on their way into the box or out of it.
type packedAccount struct {
	Settings    channels.Settings `json:"settings"`
	Credentials map[string]string `json:"credentials"`
	ExpiresAt   time.Time         `json:"expires_at,omitzero"`
}

// accountName is under what name a flow seals an account.
func accountName(id string) string { return "account " + id }

func packed(a channels.AuthorizedAccount) (secret.Value, error) {
	p := packedAccount{Settings: a.Settings, Credentials: map[string]string{}, ExpiresAt: a.ExpiresAt}
	for name, value := range a.Credentials {
		p.Credentials[name] = value.Reveal()
	}
	text, err := json.Marshal(p)
	if err != nil {
		return secret.Value{}, errors.New("connecting: an account cannot be packed")
	}
	return secret.New(string(text)), nil
}

func unpacked(v secret.Value) (channels.AuthorizedAccount, error) {
	var p packedAccount
	if err := json.Unmarshal([]byte(v.Reveal()), &p); err != nil {
		// The error itself may quote what it could not read.
		return channels.AuthorizedAccount{}, fmt.Errorf("connecting: %w", secret.ErrUnsealable)
	}
	a := channels.AuthorizedAccount{Settings: p.Settings, Credentials: channels.Credentials{}, ExpiresAt: p.ExpiresAt}
	for name, text := range p.Credentials {
		a.Credentials[name] = secret.New(text)
	}
	return a, nil
}
