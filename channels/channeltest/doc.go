// Package channeltest is the conformance suite that every channel passes. A
// channel's own test gives it a Harness and calls Run; what then holds is the
// promise of the product on that network: never twice, never silently lost.
//
//	func TestConformance(t *testing.T) {
//		channeltest.Run(t, channeltest.Harness{
//			Driver: example.New(),
//			New: channeltest.Simulated(simulator.AccountSpec{
//				Network: "example", ID: "mairie", Name: "Commune de Valmeuse",
//				Credentials: map[string]string{"token": "example-token-1"},
//			}),
//		})
//	}
//
// Each check stands alone on a fresh network and fails by itself. A check that
// does not concern a channel is left out for a reason that the channel declares
// as data (its limits, its abilities, Harness.Local) and for no other; go test
// -v names the reason.
//
// Read in this order: harness.go (what a channel gives), attempt.go (the
// ledger's side of a publication), session.go (an opened account that is
// watched), then the checks, one file a subject.
package channeltest
