package facebook

import (
	"net/http"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/crieur/crieur/channels"
)

func TestUsageHeadersTellWhatIsLeft(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 11, 21, 10, 0, 0, 0, time.UTC)
	for name, tt := range map[string]struct {
		header, value string
		want          []channels.Budget
	}{
		"nothing said":      {"X-Other", "1", nil},
		"not JSON":          {"X-App-Usage", "28 %", nil},
		"the application":   {"X-App-Usage", `{"call_count":28,"total_time":25,"total_cputime":25}`, []channels.Budget{{Bucket: "app", Total: 100, Remaining: 72}}},
		"the worst of them": {"X-Page-Usage", `{"call_count":1,"total_time":2,"total_cputime":91}`, []channels.Budget{{Bucket: "page", Total: 100, Remaining: 9}}},
		"over it":           {"X-Page-Usage", `{"call_count":104}`, []channels.Budget{{Bucket: "page", Total: 100}}},
		"a business, with the way back": {
			"X-Business-Use-Case-Usage",
			`{"77":[{"type":"pages","call_count":100,"total_cputime":20,"total_time":20,"estimated_time_to_regain_access":7},{"type":"instagram","call_count":99}]}`,
			[]channels.Budget{{Bucket: "business_pages", Total: 100, ResetsAt: now.Add(7 * time.Minute)}},
		},
		"retry after": {"Retry-After", "60", []channels.Budget{{Bucket: "retry_after", ResetsAt: now.Add(time.Minute)}}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if diff := cmp.Diff(tt.want, budgetsOf(http.Header{tt.header: {tt.value}}, now)); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}
