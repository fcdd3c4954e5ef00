//go:build torture

package scenario

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/crieur/crieur/channels/simulator"
	"github.com/crieur/crieur/internal/testrig"
)

// hearWithin is how long after something went wrong people are told of it in
// the product, at most; mailWithin is when they have the mail.
const (
	hearWithin = time.Minute
	mailWithin = 3 * time.Minute
)

// notice is what the administrator reads.
type notice struct {
	Kind       string    `json:"kind"`
	DeliveryID *string   `json:"delivery_id"`
	CreatedAt  time.Time `json:"created_at"`
	SettledAt  *string   `json:"settled_at"`
}

// TestT60PeopleHear lets networks refuse posts, and lose their answers while
// their pages cannot be read: of each delivery people are told in the product
// within a minute and by mail, and no longer once it is settled.
func TestT60PeopleHear(t *testing.T) {
	onSetups(t, allSetups(), func(t *testing.T, s setup) {
		box := testrig.StartMailServer(t, testrig.MailOptions{})
		in := install(t, s, map[string]string{
			"CRIEUR_SMTP_URL": "smtp://" + box.Addr + "?tls=none", "CRIEUR_MAIL_FROM": "crieur@valmeuse.example",
		})
		in.start()
		refusing, silent := in.pages(2), in.profiles(2)
		in.plan(
			simulator.Fault{
				Network: "facebook", Operation: "post", Effect: simulator.EffectStatus, Status: 400, Times: -1,
				Body: `{"error":{"message":"(#368) blocked","type":"OAuthException","code":368}}`,
			},
			simulator.Fault{Network: "x", Operation: "post", After: true, Effect: simulator.EffectReset, Times: -1},
			simulator.Fault{Network: "x", Operation: "read", Effect: simulator.EffectStatus, Status: 503, Times: -1},
		)
		// Fewer together than one mail spells out.
		runs := size(10)
		var refused, unclear []draft
		for i := range runs {
			refused = append(refused, draft{accounts: refusing[i%2 : i%2+1], refused: true})
			unclear = append(unclear, draft{accounts: silent[i%2 : i%2+1]})
		}
		failed, unknown := in.announce(refused...), in.announce(unclear...)
		troubled := append(append([]*expectation{}, failed...), unknown...)

		var worst time.Duration
		testrig.Eventually(t, 3*time.Minute, "people are told of each", func() bool {
			told := in.notices()
			for _, e := range troubled {
				if _, ok := told[e.seen.ID]; !ok {
					return false
				}
			}
			return true
		})
		told := in.notices()
		for _, e := range troubled {
			n, since := told[e.seen.ID], in.since(e)
			if late := n.CreatedAt.Sub(since); late > hearWithin {
				t.Errorf("%s: told %s after it went wrong", e.reference, late)
			} else {
				worst = max(worst, late)
			}
		}
		testrig.Eventually(t, mailWithin, "a mail tells of each", func() bool {
			var text strings.Builder
			for _, m := range box.Received() {
				text.WriteString(m.Text)
			}
			for _, e := range troubled {
				if !strings.Contains(text.String(), e.reference) {
					return false
				}
			}
			return true
		})

		in.networks.ClearFaults()
		if !in.settle(20 * time.Minute) {
			t.Error("not settled in twenty minutes")
		}
		testrig.Eventually(t, hearWithin, "what was found is no longer told", func() bool {
			told := in.notices()
			for _, e := range unknown {
				if e.seen.Status == "sent" && told[e.seen.ID].SettledAt == nil {
					return false
				}
			}
			return true
		})
		r := in.judge()
		r.Runs = len(troubled)
		r.Note = fmt.Sprintf("told within %s, by %d mails", worst.Round(time.Second), len(box.Received()))
		report(t, s, r)
	})
}

// notices are the administrator's, by delivery: the newest of each.
func (in *installation) notices() map[string]notice {
	in.t.Helper()
	all := map[string]notice{}
	for cursor := ""; ; {
		var page struct {
			Notices    []notice `json:"notices"`
			NextCursor *string  `json:"next_cursor"`
		}
		if !in.ask(http.MethodGet, "/notices?cursor="+url.QueryEscape(cursor), nil, http.StatusOK, &page) {
			return all
		}
		for _, n := range page.Notices {
			if n.DeliveryID == nil || n.Kind == "overdue" {
				continue
			}
			if _, known := all[*n.DeliveryID]; !known {
				all[*n.DeliveryID] = n
			}
		}
		if page.NextCursor == nil {
			return all
		}
		cursor = *page.NextCursor
	}
}

// since is when the last attempt at a delivery ended.
func (in *installation) since(e *expectation) time.Time {
	in.t.Helper()
	var detail struct {
		Attempts []struct {
			StartedAt time.Time  `json:"started_at"`
			EndedAt   *time.Time `json:"ended_at"`
		} `json:"attempts"`
	}
	if !in.ask(http.MethodGet, "/deliveries/"+e.seen.ID, nil, http.StatusOK, &detail) || len(detail.Attempts) == 0 {
		in.t.Errorf("%s was not attempted", e.reference)
		return time.Time{}
	}
	last := detail.Attempts[len(detail.Attempts)-1]
	if last.EndedAt != nil {
		return *last.EndedAt
	}
	return last.StartedAt
}
