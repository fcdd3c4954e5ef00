package x

import (
	"net/http"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/crieur/crieur/channels"
)

func TestHeadersTellWhatIsLeft(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 11, 21, 10, 0, 0, 0, time.UTC)
	reset := time.Unix(1795263300, 0).UTC()
	window := map[string]string{"x-rate-limit-limit": "25", "x-rate-limit-remaining": "7", "x-rate-limit-reset": "1795263300"}
	for name, tt := range map[string]struct {
		op     string
		header map[string]string
		want   []channels.Budget
	}{
		"nothing said":  {opPost, nil, nil},
		"the window":    {opPost, window, []channels.Budget{{Bucket: "posts", Total: 25, Remaining: 7, ResetsAt: reset}}},
		"of a reading":  {opCheck, window, []channels.Budget{{Bucket: "account", Total: 25, Remaining: 7, ResetsAt: reset, ReadOnly: true}}},
		"without reset": {opUpload, map[string]string{"x-rate-limit-limit": "500", "x-rate-limit-remaining": "0"}, []channels.Budget{{Bucket: "media", Total: 500}}},
		"not a number":  {opPost, map[string]string{"x-rate-limit-limit": "many", "x-rate-limit-remaining": "some"}, nil},
		"below zero":    {opPost, map[string]string{"x-rate-limit-limit": "25", "x-rate-limit-remaining": "-1"}, []channels.Budget{{Bucket: "posts", Total: 25}}},
		"the day": {opPost, map[string]string{
			"x-user-limit-24hour-limit": "100", "x-user-limit-24hour-remaining": "99", "x-user-limit-24hour-reset": "1795263300",
			"x-app-limit-24hour-limit": "10000", "x-app-limit-24hour-remaining": "1", "x-app-limit-24hour-reset": "1795263300",
		}, []channels.Budget{
			{Bucket: "posts_user_day", Total: 100, Remaining: 99, ResetsAt: reset},
			{Bucket: "posts_app_day", Total: 10000, Remaining: 1, ResetsAt: reset},
		}},
		"retry after": {opFind, map[string]string{"Retry-After": "30"}, []channels.Budget{{Bucket: "retry_after", ResetsAt: now.Add(30 * time.Second)}}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := http.Header{}
			for field, value := range tt.header {
				h.Set(field, value)
			}
			if diff := cmp.Diff(tt.want, budgetsOf(tt.op, h, now)); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}
