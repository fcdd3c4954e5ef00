package facebook_test

import (
	"testing"

	"github.com/crieur/crieur/channels/channeltest"
	"github.com/crieur/crieur/channels/facebook"
	"github.com/crieur/crieur/channels/simulator"
)

func TestConformance(t *testing.T) {
	channeltest.Run(t, channeltest.Harness{
		Driver: facebook.New(),
		New: channeltest.Simulated(simulator.AccountSpec{
			Network: "facebook", ID: "777000111", Name: "Commune de Valmeuse",
			Settings: map[string]string{"page_id": "777000111"},
			Credentials: map[string]string{
				"page_access_token": "EAAB-page-token-of-the-suite", "app_id": "5550123456", "app_secret": "app-secret-of-the-suite",
			},
		}),
		Errors: errorCases(),
	})
}

func FuzzRender(f *testing.F) { channeltest.Fuzz(f, facebook.New()) }
