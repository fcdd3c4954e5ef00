package store

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"time"

	"github.com/crieur/crieur/internal/post"
)

const oauthColumns = `commune_id, id, user_id, kind, channel_id, state_hash, sealed, accounts, failure, created_at, expires_at`

func scanOAuthFlow(r row) (f post.OAuthFlow, err error) {
	var sealed string
	err = r.Scan(&f.CommuneID, &f.ID, &f.UserID, &f.Kind, &f.ChannelID, &f.StateHash, &sealed,
		document{&f.Accounts}, document{&f.Failure}, instant{&f.CreatedAt}, instant{&f.ExpiresAt})
	if err == nil {
		f.Sealed, err = base64.StdEncoding.DecodeString(sealed)
	}
	return f, err
}

// CreateOAuthFlow saves a flow that begins.
func (s *Store) CreateOAuthFlow(ctx context.Context, f post.OAuthFlow) error {
	accounts, failure, err := oauthDocuments(&f)
	if err != nil {
		return s.wrap("create oauth flow", err)
	}
	return s.writeOne(ctx, "create oauth flow", func(ctx context.Context, q querier) error {
		in := insert("oauth_flows", oauthColumns, []any{
			f.CommuneID, f.ID, f.UserID, f.Kind, f.ChannelID, f.StateHash, base64.StdEncoding.EncodeToString(f.Sealed),
			accounts, failure, millis(f.CreatedAt), millis(f.ExpiresAt),
		})
		_, err := exec(ctx, q, in.query, in.args...)
		return err
	})
}

func oauthDocuments(f *post.OAuthFlow) (accounts string, failure any, err error) {
	if f.Accounts == nil {
		f.Accounts = []post.Account{}
	}
	b, err := json.Marshal(f.Accounts)
	if err != nil {
		return "", nil, err
	}
	failure, err = failureJSON(f.Failure)
	return string(b), failure, err
}

// OAuthFlow returns a flow of a person.
func (s *Store) OAuthFlow(ctx context.Context, communeID, userID, id string) (post.OAuthFlow, error) {
	f, err := one(ctx, s.engine.reader(), scanOAuthFlow, `SELECT `+oauthColumns+` FROM oauth_flows
		WHERE commune_id = $1 AND user_id = $2 AND id = $3`, communeID, userID, id)
	return f, s.wrap("oauth flow", err)
}

// TakeOAuthState finds the flow of a state and uses the state up: of any number
// that come back with it, one finds it.
func (s *Store) TakeOAuthState(ctx context.Context, stateHash string) (post.OAuthFlow, error) {
	var f post.OAuthFlow
	err := s.writeOne(ctx, "take oauth state", func(ctx context.Context, q querier) (err error) {
		if stateHash == "" {
			return post.ErrNotFound
		}
		f, err = one(ctx, q, scanOAuthFlow, `UPDATE oauth_flows SET state_hash = '' WHERE state_hash = $1 RETURNING `+oauthColumns, stateHash)
		return err
	})
	return f, err
}

// SaveOAuthFlow keeps what a flow came back with. post.ErrNotFound: it is gone.
func (s *Store) SaveOAuthFlow(ctx context.Context, f post.OAuthFlow) error {
	accounts, failure, err := oauthDocuments(&f)
	if err != nil {
		return s.wrap("save oauth flow", err)
	}
	return s.writeOne(ctx, "save oauth flow", func(ctx context.Context, q querier) error {
		return execOne(ctx, q, post.ErrNotFound, `UPDATE oauth_flows SET sealed = $3, accounts = $4, failure = $5
			WHERE commune_id = $1 AND id = $2`, f.CommuneID, f.ID, base64.StdEncoding.EncodeToString(f.Sealed), accounts, failure)
	})
}

// DeleteOAuthFlow forgets a flow with everything that it holds; one that is not
// there is forgotten already.
func (s *Store) DeleteOAuthFlow(ctx context.Context, communeID, id string) error {
	return s.writeOne(ctx, "delete oauth flow", func(ctx context.Context, q querier) error {
		_, err := exec(ctx, q, `DELETE FROM oauth_flows WHERE commune_id = $1 AND id = $2`, communeID, id)
		return err
	})
}

// PurgeOAuthFlows forgets the flows that ended before now.
func (s *Store) PurgeOAuthFlows(ctx context.Context, now time.Time) (int, error) {
	var n int64
	err := s.writeOne(ctx, "purge oauth flows", func(ctx context.Context, q querier) (err error) {
		n, err = exec(ctx, q, `DELETE FROM oauth_flows WHERE expires_at <= $1`, millis(now))
		return err
	})
	return int(n), err
}
