package storetest

import (
	"errors"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/crieur/crieur/internal/post"
	"github.com/crieur/crieur/internal/store"
)

// Run examines an engine. open gives a fresh, migrated ledger.
func Run(t *testing.T, open func(t testing.TB) *store.Store) {
	t.Helper()
	groups := []struct {
		name string
		test func(t *testing.T, w *World)
	}{
		{"due", testDue},
		{"claim", testClaim},
		{"attempt", testAttempt},
		{"finish", testFinish},
		{"fencing", testFencing},
		{"leases", testLeases},
		{"outage", testOutage},
		{"spacing", testSpacing},
		{"review", testReview},
		{"ledger clock", testLedgerClock},
		{"person", testPerson},
		{"published", testPublished},
		{"recovery", testRecovery},
		{"transition", testTransition},
		{"posts", testPosts},
		{"update", testUpdate},
		{"list", testList},
		{"status", testStatus},
		{"people", testPeople},
		{"crisis columns", testCrisisColumns},
		{"alerts", testAlerts},
		{"an alert among others", testAlertRace},
		{"standby", testStandby},
		{"channels", testChannels},
		{"exercise channels", testExerciseChannels},
		{"practice becomes real", testGoLive},
		{"authorizations", testOAuthFlows},
		{"renewal", testRenewal},
		{"renewals due", testRenewalsDue},
		{"preflight", testPreflight},
		{"budgets", testBudgets},
		{"breakers", testBreakers},
		{"postpone", testPostpone},
		{"media", testMedia},
		{"media library", testMediaLibrary},
		{"media uses", testMediaUses},
		{"planned posts", testPlanned},
		{"publishing settings", testPublishingSettings},
		{"plan feeds", testPlanFeeds},
		{"events", testEvents},
		{"notices", testNotices},
		{"mails", testMails},
		{"watch", testWatch},
		{"idempotency", testIdempotency},
		{"articles", testArticles},
		{"public alerts", testPublicAlerts},
		{"agenda", testAgenda},
		{"recurrences", testRecurrences},
		{"sources", testSources},
		{"source items", testSourceItems},
		{"templates", testTemplates},
		{"wake", testWake},
		{"cancellation", testCancellation},
	}
	for _, g := range groups {
		t.Run(g.name, func(t *testing.T) { g.test(t, NewWorld(t, open(t), 2)) })
	}
}

// same compares, with empty and missing lists alike.
func same(t testing.TB, got, want any, options ...cmp.Option) {
	t.Helper()
	if diff := cmp.Diff(want, got, append(options, cmpopts.EquateEmpty())...); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// wantErr checks which of the ledger's answers an error is.
func wantErr(t testing.TB, got, want error) {
	t.Helper()
	if !errors.Is(got, want) {
		t.Errorf("got error %v, want %v", got, want)
	}
}

// parallel runs n calls at the same moment and returns their errors.
func parallel(n int, call func(i int) error) []error {
	errs := make([]error, n)
	start := make(chan struct{})
	var wg sync.WaitGroup
	for i := range n {
		wg.Go(func() {
			<-start
			errs[i] = call(i)
		})
	}
	close(start)
	wg.Wait()
	return errs
}

// mustAll stops the test on any error.
func mustAll(t testing.TB, errs []error) {
	t.Helper()
	Must(t, errors.Join(errs...))
}

const lane = post.LaneOrdinary
