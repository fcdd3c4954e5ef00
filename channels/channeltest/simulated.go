package channeltest

import (
	"maps"
	"net/http/httptest"
	"testing"

	"github.com/crieur/crieur/channels"
	"github.com/crieur/crieur/channels/simulator"
	"github.com/crieur/crieur/internal/secret"
)

// Simulated is Harness.New over channels/simulator, with one account on one of
// its networks. The credentials that the network refuses are made of the good
// ones.
func Simulated(account simulator.AccountSpec) func(testing.TB) Network {
	return func(tb testing.TB) Network {
		tb.Helper()
		server, err := simulator.New(simulator.Options{})
		if err != nil {
			tb.Fatal(err)
		}
		if err := server.AddAccount(account); err != nil {
			tb.Fatal(err)
		}
		front := httptest.NewServer(server)
		tb.Cleanup(func() {
			if err := server.Close(); err != nil { // first: it ends hanging calls
				tb.Error(err)
			}
			front.Close()
		})
		return &simulated{spec: account, server: server, url: front.URL + "/" + account.Network}
	}
}

type simulated struct {
	spec   simulator.AccountSpec
	server *simulator.Server
	url    string
}

var _ Network = (*simulated)(nil)

func (n *simulated) Account() channels.Account {
	credentials := channels.Credentials{}
	for name, value := range n.spec.Credentials {
		credentials[name] = secret.New(value)
	}
	return channels.Account{
		CommuneID: "commune-1", CommuneSlug: "valmeuse", CommuneName: "Commune de Valmeuse",
		Settings: maps.Clone(n.spec.Settings), Credentials: credentials, RemoteID: n.spec.ID,
	}
}

func (n *simulated) Refused() channels.Credentials {
	refused := channels.Credentials{}
	for name, value := range n.spec.Credentials {
		refused[name] = secret.New("refused-" + value)
	}
	return refused
}

func (n *simulated) BaseURL() string { return n.url }

func (n *simulated) Posts(testing.TB) []Seen {
	var posts []Seen
	for _, r := range n.server.Posts(n.spec.Network, n.spec.ID) {
		seen := Seen{RemoteID: r.RemoteID, URL: r.URL, Title: r.Title, Text: r.Text}
		for _, image := range r.Images {
			seen.Images = append(seen.Images, SeenImage{
				SHA256: image.SHA256, Width: image.Width, Height: image.Height, Alt: image.Alt,
			})
		}
		posts = append(posts, seen)
	}
	return posts
}

func (n *simulated) Uploads(testing.TB) int {
	count := 0
	for _, r := range n.server.Records() {
		if r.Account == n.spec.ID && r.Operation == "media" {
			count++
		}
	}
	return count
}

func (n *simulated) Plan(tb testing.TB, f simulator.Fault) {
	tb.Helper()
	f.Network = n.spec.Network
	if err := n.server.Plan(f); err != nil {
		tb.Fatal(err)
	}
}
