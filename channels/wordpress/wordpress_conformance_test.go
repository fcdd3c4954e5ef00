package wordpress_test

import (
	"testing"

	"github.com/crieur/crieur/channels/channeltest"
	"github.com/crieur/crieur/channels/simulator"
	"github.com/crieur/crieur/channels/wordpress"
)

func TestConformance(t *testing.T) {
	channeltest.Run(t, channeltest.Harness{
		Driver: wordpress.New(),
		New:    channeltest.Simulated(townSite("valmeuse")),
		Opens:  func(t testing.TB, address string) string { return read(t, address).url },
	})
}

func FuzzRender(f *testing.F) { channeltest.Fuzz(f, wordpress.New()) }

// townSite is a site with an editor.
func townSite(id string) simulator.AccountSpec {
	return simulator.AccountSpec{
		Network: "wordpress", ID: id, Name: "Commune de Valmeuse",
		Settings: map[string]string{"site_url": "https://www.commune.example/" + id},
		Credentials: map[string]string{
			"username": "communication", "application_password": "abcd EFGH 1234 ijkl MNOP 5678",
		},
	}
}
