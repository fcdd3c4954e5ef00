package x

import (
	"net/http"
	"strconv"
	"time"

	"github.com/crieur/crieur/channels"
	"github.com/crieur/crieur/channels/rest"
)

// budgetsOf reads what an answer says of the user's allowances. X counts each
// endpoint by itself, so each operation has its bucket: a window of 15 minutes,
// and for some a day of the user and of the application (docs.x.com, Rate
// limits, read 2026-11-21).
func budgetsOf(op string, h http.Header, now time.Time) []channels.Budget {
	bucket, readOnly := bucketOf(op)
	var all []channels.Budget
	for _, allowance := range []struct{ header, suffix string }{
		{"X-Rate-Limit", ""},
		{"X-User-Limit-24hour", "_user_day"},
		{"X-App-Limit-24hour", "_app_day"},
	} {
		total, totalErr := strconv.Atoi(h.Get(allowance.header + "-Limit"))
		remaining, err := strconv.Atoi(h.Get(allowance.header + "-Remaining"))
		if totalErr != nil || err != nil || total <= 0 {
			continue
		}
		budget := channels.Budget{Bucket: bucket + allowance.suffix, Total: total, Remaining: max(remaining, 0), ReadOnly: readOnly}
		if seconds, err := strconv.ParseInt(h.Get(allowance.header+"-Reset"), 10, 64); err == nil && seconds > 0 {
			budget.ResetsAt = time.Unix(seconds, 0).UTC()
		}
		all = append(all, budget)
	}
	return append(all, channels.RetryAfterBudget(rest.RetryAfter(h, now))...)
}

// bucketOf names the allowance that an operation spends, and tells whether no
// publication needs it.
func bucketOf(op string) (bucket string, readOnly bool) {
	switch op {
	case opPost:
		return "posts", false
	case opUpload:
		return "media", false
	case opAlt:
		return "media_metadata", false
	case opCheck:
		return "account", true
	case opFind:
		return "timeline", true
	case opDelete:
		return "deletions", true
	default:
		return op, true
	}
}
