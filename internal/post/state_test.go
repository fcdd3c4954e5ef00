package post_test

import (
	"slices"
	"testing"

	"github.com/crieur/crieur/internal/post"
)

func TestTransitionsAreSoundlyMade(t *testing.T) {
	t.Parallel()
	seen := map[[2]post.State]bool{}
	for _, tr := range post.Transitions() {
		if !tr.From.Valid() || !tr.To.Valid() || tr.From == tr.To || tr.Because == "" {
			t.Errorf("%+v is not a change between two states with a reason", tr)
		}
		if seen[[2]post.State{tr.From, tr.To}] {
			t.Errorf("%s → %s stands twice", tr.From, tr.To)
		}
		seen[[2]post.State{tr.From, tr.To}] = true
		if !post.May(tr.From, tr.To) || !slices.Contains(post.Sources(tr.To), tr.From) {
			t.Errorf("May and Sources do not agree on %s → %s", tr.From, tr.To)
		}
	}
}

func TestEveryStateCanBeReached(t *testing.T) {
	t.Parallel()
	reached := map[post.State]bool{post.Draft: true}
	for range post.States() {
		for _, tr := range post.Transitions() {
			if reached[tr.From] {
				reached[tr.To] = true
			}
		}
	}
	for _, s := range post.States() {
		if !reached[s] {
			t.Errorf("%s cannot be reached", s)
		}
	}
}

// What the promise forbids.
func TestForbiddenTransitions(t *testing.T) {
	t.Parallel()
	for _, s := range post.States() {
		if post.May(post.Sent, s) {
			t.Errorf("sent → %s: after sent nothing can move the state back", s)
		}
	}
	for _, bad := range [][2]post.State{
		{post.Unknown, post.Sending},
		{post.Unknown, post.Retrying},
		{post.Unknown, post.Scheduled},
		{post.Reconciling, post.Sending},
		{post.Held, post.Sending},
		{post.Draft, post.Sending},
		{post.Cancelled, post.Scheduled},
		{post.Sending, post.Scheduled},
		{post.Unknown, post.Cancelled},
	} {
		if post.May(bad[0], bad[1]) {
			t.Errorf("%s → %s is allowed", bad[0], bad[1])
		}
	}
	for _, s := range []post.State{post.Sent, post.Cancelled} {
		if !s.Final() {
			t.Errorf("%s is not final", s)
		}
	}
}

func TestStatusOf(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name   string
		states []post.State
		want   post.Status
	}{
		{"no channel yet", nil, post.StatusDraft},
		{"draft", []post.State{post.Draft, post.Draft}, post.StatusDraft},
		{"awaiting approval", []post.State{post.AwaitingApproval}, post.StatusAwaitingApproval},
		{"scheduled", []post.State{post.Scheduled, post.Scheduled}, post.StatusScheduled},
		{"held is still scheduled", []post.State{post.Held, post.Cancelled}, post.StatusScheduled},
		{"one is leaving", []post.State{post.Sending, post.Scheduled}, post.StatusPublishing},
		{"one is unknown", []post.State{post.Sent, post.Unknown}, post.StatusPublishing},
		{"one is out, one is to come", []post.State{post.Sent, post.Scheduled}, post.StatusPublishing},
		{"all out", []post.State{post.Sent, post.Sent}, post.StatusPublished},
		{"out, the rest cancelled", []post.State{post.Sent, post.Cancelled}, post.StatusPublished},
		{"a mixture is never a success", []post.State{post.Sent, post.Failed}, post.StatusPartlyPublished},
		{"missed counts as a failure", []post.State{post.Sent, post.Missed}, post.StatusPartlyPublished},
		{"nothing out", []post.State{post.Failed, post.Missed}, post.StatusFailed},
		{"cancelled", []post.State{post.Cancelled, post.Cancelled}, post.StatusCancelled},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			deliveries := make([]post.Delivery, len(tt.states))
			for i, s := range tt.states {
				deliveries[i].State = s
			}
			if got := post.StatusOf(deliveries); got != tt.want {
				t.Errorf("StatusOf(%v) = %s, want %s", tt.states, got, tt.want)
			}
		})
	}
}
