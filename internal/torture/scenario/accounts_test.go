//go:build torture

package scenario

import (
	"fmt"
	"net/http"

	"github.com/crieur/crieur/channels/simulator"
	"github.com/crieur/crieur/internal/testrig"
)

// account is a connected channel and its account on the network. The built-in
// pages have network "site" and no account: they are read as citizens do.
type account struct {
	testrig.Channel
	network, id string
}

// pages adds and connects Facebook pages. The API must run.
func (in *installation) pages(n int) []account {
	in.t.Helper()
	return in.connect(n, "facebook", func(i int, spec *simulator.AccountSpec) {
		spec.ID = fmt.Sprintf("2%014d", i)
		spec.Settings = map[string]string{"page_id": spec.ID}
		spec.Credentials = map[string]string{"page_access_token": "token-" + spec.ID}
	})
}

// profiles adds and connects accounts on X, with OAuth 1.0a: their credentials
// state no end. X counts no posts of theirs.
func (in *installation) profiles(n int) []account {
	in.t.Helper()
	return in.connect(n, "x", func(i int, spec *simulator.AccountSpec) {
		spec.ID = fmt.Sprintf("16%017d", i)
		spec.Traits = map[string]string{"username": fmt.Sprintf("valmeuse%d", i), "posts_per_window": "0"}
		spec.Credentials = map[string]string{
			"consumer_key": "consumer", "consumer_secret": "consumer-secret",
			"access_token": "access-" + spec.ID, "access_token_secret": "secret-" + spec.ID,
		}
	})
}

// renewable adds and connects accounts on X with OAuth 2.0, whose access token
// ends and whose refresh token works once.
func (in *installation) renewable(n int) []account {
	in.t.Helper()
	return in.connect(n, "x", func(i int, spec *simulator.AccountSpec) {
		spec.ID = fmt.Sprintf("17%017d", i)
		spec.Traits = map[string]string{"username": fmt.Sprintf("valmeuse%d", i), "posts_per_window": "0"}
		spec.Credentials = map[string]string{
			"client_id": "client", "client_secret": "client-secret",
			"access_token": "access-" + spec.ID, "refresh_token": "refresh-" + spec.ID,
		}
	})
}

// blogs adds and connects WordPress sites.
func (in *installation) blogs(n int) []account {
	in.t.Helper()
	return in.connect(n, "wordpress", func(i int, spec *simulator.AccountSpec) {
		spec.ID = fmt.Sprintf("site%d", i)
		spec.Settings = map[string]string{"site_url": in.networks.URL + "/wordpress/" + spec.ID}
		spec.Credentials = map[string]string{"username": "communication", "application_password": fmt.Sprintf("pass word site %04d aaaa bbbb", i)}
	})
}

// site connects the built-in pages; an installation has one.
func (in *installation) site() account {
	in.t.Helper()
	return account{Channel: in.client.Connect("site", "Actualités", nil, nil), network: "site"}
}

// mixed is accounts on every network, more than n in all: the built-in pages,
// and n spread over the others, X with both kinds of credentials.
func (in *installation) mixed(n int) []account {
	in.t.Helper()
	all := []account{in.site()}
	all = append(all, in.blogs(max(1, n/5))...)
	all = append(all, in.profiles(max(1, n/5))...)
	all = append(all, in.renewable(max(1, n/5))...)
	return append(all, in.pages(max(1, n-3*max(1, n/5)))...)
}

func (in *installation) connect(n int, network string, change func(i int, spec *simulator.AccountSpec)) []account {
	in.t.Helper()
	all := make([]account, n)
	for i := range all {
		in.mu.Lock()
		in.accounts++
		number := in.accounts
		in.mu.Unlock()
		spec := simulator.AccountSpec{Network: network, Name: fmt.Sprintf("%s %d", network, number)}
		change(number, &spec)
		if err := in.networks.AddAccount(spec); err != nil {
			in.t.Fatal(err)
		}
		all[i] = account{Channel: in.client.ConnectAccount(spec), network: network, id: spec.ID}
	}
	return all
}

// plan makes a fault happen on the networks.
func (in *installation) plan(faults ...simulator.Fault) {
	in.t.Helper()
	for _, fault := range faults {
		if err := in.networks.Plan(fault); err != nil {
			in.t.Fatal(err)
		}
	}
}

// upload puts pictures into the library, once for all posts that show them.
func (in *installation) upload(pictures ...[]byte) []string {
	in.t.Helper()
	ids := make([]string, len(pictures))
	for i, picture := range pictures {
		answer := in.client.Upload(fmt.Sprintf("photo-%d.jpg", i+1), picture)
		var made struct {
			ID string `json:"id"`
		}
		answer.Into(in.t, http.StatusCreated, &made)
		ids[i] = made.ID
	}
	return ids
}
