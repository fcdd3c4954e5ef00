package facebook

import (
	"encoding/json"
	"net/http"
	"time"

	"github.com/crieur/crieur/channels"
	"github.com/crieur/crieur/channels/rest"
)

// usage is how much of an allowance is used, in percent, and in how many
// minutes calls are let through again once it is used up.
type usage struct {
	Type         string  `json:"type"`
	CallCount    float64 `json:"call_count"`
	TotalTime    float64 `json:"total_time"`
	TotalCPUTime float64 `json:"total_cputime"`
	Minutes      float64 `json:"estimated_time_to_regain_access"`
}

// budget is a usage as what is left of a hundred. Graph stops at whichever of
// the three is used up first.
func (u usage) budget(bucket string, now time.Time) channels.Budget {
	used := max(u.CallCount, u.TotalTime, u.TotalCPUTime)
	b := channels.Budget{Bucket: bucket, Total: 100, Remaining: int(min(max(100-used, 0), 100))}
	if u.Minutes > 0 {
		b.ResetsAt = now.Add(time.Duration(u.Minutes * float64(time.Minute)))
	}
	return b
}

// budgetsOf reads the usage headers: of the application, of the Page, and of
// the use cases of a business, of which only those of Pages concern us
// (developers.facebook.com/docs/graph-api/overview/rate-limiting, read
// 2026-11-21). A header that cannot be read says nothing.
func budgetsOf(h http.Header, now time.Time) []channels.Budget {
	var all []channels.Budget
	for _, part := range []struct{ header, bucket string }{{"X-App-Usage", "app"}, {"X-Page-Usage", "page"}} {
		var u usage
		if text := h.Get(part.header); text != "" && json.Unmarshal([]byte(text), &u) == nil {
			all = append(all, u.budget(part.bucket, now))
		}
	}
	var cases map[string][]usage
	if text := h.Get("X-Business-Use-Case-Usage"); text != "" && json.Unmarshal([]byte(text), &cases) == nil {
		for _, usages := range cases {
			for _, u := range usages {
				// A token knows one Page, so there is one such entry.
				if u.Type == "pages" {
					all = append(all, u.budget("business_pages", now))
				}
			}
		}
	}
	return append(all, channels.RetryAfterBudget(rest.RetryAfter(h, now))...)
}
