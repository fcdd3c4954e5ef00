package channeltest

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/crieur/crieur/channels"
	"github.com/crieur/crieur/channels/simulator"
	"github.com/crieur/crieur/internal/clock"
)

// Harness is what a channel gives to be examined.
type Harness struct {
	Driver channels.Driver
	// New starts a network with one empty account, and stops it with the test.
	New func(testing.TB) Network
	// Same compares what left with what the network shows, where the network
	// wraps it in its own markup. nil: the texts are equal, byte for byte.
	Same func(left channels.Rendered, shown Seen) error
	// Opens is the address at which a citizen arrives who opens an address that
	// Articler gave, where the network redirects. nil: at that very address.
	Opens func(tb testing.TB, address string) string
	// Errors are recorded answers of this network and what they mean.
	Errors []ErrorCase
	// Local says why no request leaves the process, as for the built-in pages.
	// The checks of requests, credentials and lost answers then do not apply.
	// "": the channel speaks to a network, and every check applies.
	Local string
	// Now is the clock of channel and network; nil: the real one.
	Now func() time.Time
}

// Network is one account on a network, or on a faithful imitation of it. Its
// methods are safe for concurrent use.
type Network interface {
	// Account is connected, with credentials that the network accepts.
	Account() channels.Account
	// Refused are credentials of the same shape that the network refuses.
	// Empty only where the kind has no credentials.
	Refused() channels.Credentials
	// BaseURL is where the network listens; "" inside the process.
	BaseURL() string
	// Posts are the visible posts of the account, oldest first, as the network
	// knows them and not as it lists them: a lagging list hides nothing here.
	Posts(testing.TB) []Seen
	// Uploads counts the pictures that the network ever took.
	Uploads(testing.TB) int
	// Plan makes the next calls fail. It is not called on a Local harness.
	Plan(testing.TB, simulator.Fault)
}

// Seen is a visible post.
type Seen struct {
	RemoteID string
	URL      string
	Title    string
	Text     string
	Images   []SeenImage
}

// SeenImage is a picture of a visible post, in the order of the post.
type SeenImage struct {
	SHA256 string
	Width  int
	Height int
	Alt    string
}

// ErrorCase is one recorded answer of a network while a post with one picture
// is published, and what it means. Nothing is published by it.
type ErrorCase struct {
	Name string
	// Fault without an operation hits the creating call, without an effect it
	// answers with its status.
	Fault simulator.Fault
	Kind  channels.Kind
	// Code is the expected Error.Code; "" is not compared.
	Code string
}

// Check is one rule that every channel keeps.
type Check struct {
	// Name is "group/rule".
	Name string
	// Skip says why the check does not concern a channel; "": it does. nil:
	// it concerns all.
	Skip func(Harness) string
	Run  func(testing.TB, Harness)
}

// Run examines a channel. It is not to be run in parallel with other tests of
// the same binary, because it counts goroutines.
func Run(t *testing.T, h Harness) {
	t.Helper()
	if err := h.valid(); err != nil {
		t.Fatal(err)
	}
	for _, check := range Checks(h) {
		if check.Skip != nil {
			if reason := check.Skip(h); reason != "" {
				t.Logf("%s does not apply: %s", check.Name, reason)
				continue
			}
		}
		t.Run(check.Name, func(t *testing.T) { check.Run(t, h) })
	}
}

// Checks lists every check, with the recorded errors of the harness.
func Checks(h Harness) []Check {
	var all []Check
	for _, group := range [][]Check{
		infoChecks(), limitChecks(), renderChecks(), publishChecks(),
		createFaultChecks(), uploadFaultChecks(), errorChecks(h.Errors),
		findChecks(), alertChecks(), changeChecks(), accountChecks(),
	} {
		all = append(all, group...)
	}
	return all
}

func (h Harness) valid() error {
	switch {
	case h.Driver == nil:
		return errors.New("channeltest: Harness.Driver is missing")
	case h.New == nil:
		return errors.New("channeltest: Harness.New is missing")
	case h.Local != "" && len(h.Driver.Info().Credentials) > 0:
		return errors.New("channeltest: a channel with credentials is not Local")
	}
	return nil
}

// same compares a rendering with what the network shows, with all its images.
func (h Harness) same(left channels.Rendered, shown Seen, images []SeenImage) error {
	if h.Same != nil {
		if err := h.Same(left, shown); err != nil {
			return err
		}
	} else if diff := cmp.Diff(left.Text, shown.Text); diff != "" {
		return fmt.Errorf("the text that left and the text that is shown (-left +shown):\n%s", diff)
	}
	if diff := cmp.Diff(images, shown.Images); diff != "" {
		return fmt.Errorf("the pictures that left and those that are shown (-left +shown):\n%s", diff)
	}
	return nil
}

func (h Harness) clock() func() time.Time {
	if h.Now != nil {
		return h.Now
	}
	return clock.Now
}

// limits are those of an account of the harness without settings.
func (h Harness) limits() channels.Limits { return h.Driver.Limits(nil) }

// Reasons not to run a check, each from declared data.

func needsNetwork(h Harness) string { return h.Local }

func needsImages(h Harness) string {
	if h.limits().Images.Max == 0 {
		return "the network takes no pictures"
	}
	return ""
}

func needsTwoImages(h Harness) string {
	if h.limits().Images.Max < 2 {
		return "the network takes fewer than two pictures in a post"
	}
	return ""
}

func needsFind(h Harness) string {
	if h.Driver.Info().ReadBack == channels.ReadBackNone {
		return "the account cannot be read back"
	}
	return ""
}

// either is the first reason of several.
func either(reasons ...func(Harness) string) func(Harness) string {
	return func(h Harness) string {
		for _, reason := range reasons {
			if text := reason(h); text != "" {
				return text
			}
		}
		return ""
	}
}
