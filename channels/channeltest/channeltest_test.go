package channeltest_test

import (
	"fmt"
	"net/http"
	"runtime"
	"strings"
	"sync"
	"testing"

	"github.com/crieur/crieur/channels"
	"github.com/crieur/crieur/channels/channeltest"
	"github.com/crieur/crieur/channels/simulator"
)

func harness(s sabotage) channeltest.Harness {
	return channeltest.Harness{
		Driver: board{sabotage: s},
		New:    newBoardNetwork,
		Errors: []channeltest.ErrorCase{
			{Name: "403", Fault: simulator.Fault{Status: http.StatusForbidden}, Kind: channels.Permission, Code: "board.403"},
		},
	}
}

// TestConformance is what each channel's own test looks like.
func TestConformance(t *testing.T) {
	channeltest.Run(t, harness(none))
}

func FuzzRender(f *testing.F) { channeltest.Fuzz(f, board{}) }

// TestSuiteCatches spoils the channel in one place after the other: the check
// that guards the place must fail.
func TestSuiteCatches(t *testing.T) {
	for s, guard := range map[sabotage]string{
		postsTwice:        "publish/text",
		forgetsCreating:   "once/creating",
		createsEarly:      "once/creating-with-images",
		ignoresLedger:     "once/creating-refused",
		retriesAfterSend:  "create-fails/after-eof",
		believesAnything:  "create-fails/before-garbage",
		forgetsUploads:    "once/steps-are-resumed",
		losesAlt:          "publish/one-image",
		shufflesImages:    "publish/all-images",
		tellsSecrets:      "account/good",
		stealsPosts:       "find/of-another-delivery",
		trustsBlindly:     "find/canary",
		rendersTooMuch:    "render/hostile-texts",
		shortensOverrides: "limits/text-over",
		leavesGoroutines:  "cancel/during-check",
		givesUpLate:       "once/last-step-not-saved",
		plainErrors:       "create-fails/before-reset",
		cutsAlerts:        "alert/frame",
		hidesExercises:    "alert/exercise",
		forgetsAlert:      "alert/messages",
	} {
		t.Run(string(s), func(t *testing.T) {
			if failures := run(t, harness(none), guard); failures != "" {
				t.Fatalf("%s fails on a good channel:\n%s", guard, failures)
			}
			if failures := run(t, harness(s), guard); failures == "" {
				t.Errorf("%s passes a channel that %s", guard, s)
			}
		})
	}
}

// run runs one check and returns its failures.
func run(t *testing.T, h channeltest.Harness, name string) string {
	t.Helper()
	for _, check := range channeltest.Checks(h) {
		if check.Name != name {
			continue
		}
		r := &recorder{TB: t}
		done := make(chan struct{})
		go func() {
			defer close(done)
			defer r.cleanUp()
			check.Run(r, h)
		}()
		<-done
		return r.failures()
	}
	t.Fatalf("no check %q", name)
	return ""
}

// recorder is a testing.TB whose failures are only noted.
type recorder struct {
	testing.TB
	mu       sync.Mutex
	failed   []string
	cleanups []func()
}

func (r *recorder) note(text string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.failed = append(r.failed, text)
}

func (r *recorder) failures() string {
	r.mu.Lock()
	defer r.mu.Unlock()
	return strings.Join(r.failed, "\n")
}

func (r *recorder) cleanUp() {
	for len(r.cleanups) > 0 {
		last := r.cleanups[len(r.cleanups)-1]
		r.cleanups = r.cleanups[:len(r.cleanups)-1]
		last()
	}
}

func (r *recorder) Helper()                           {}
func (r *recorder) Cleanup(f func())                  { r.cleanups = append(r.cleanups, f) }
func (r *recorder) Error(args ...any)                 { r.note(fmt.Sprint(args...)) }
func (r *recorder) Errorf(format string, args ...any) { r.note(fmt.Sprintf(format, args...)) }
func (r *recorder) Fail()                             { r.note("failed") }
func (r *recorder) Failed() bool                      { return r.failures() != "" }

func (r *recorder) FailNow() {
	r.note("failed")
	runtime.Goexit()
}

func (r *recorder) Fatal(args ...any) {
	r.note(fmt.Sprint(args...))
	runtime.Goexit()
}

func (r *recorder) Fatalf(format string, args ...any) {
	r.note(fmt.Sprintf(format, args...))
	runtime.Goexit()
}
