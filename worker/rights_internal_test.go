package worker

import (
	"testing"
	"time"

	"github.com/crieur/crieur/internal/clock"
	"github.com/crieur/crieur/internal/post"
	"github.com/crieur/crieur/internal/store/storetest"
)

// A picture that may not be published any more is told of before the hour; the
// post itself stays scheduled.
func TestAPictureWithoutItsRightsIsToldBeforeTheHour(t *testing.T) {
	t.Parallel()
	day := func(days int) *string {
		text := clock.Now().AddDate(0, 0, days).Format(time.DateOnly)
		return &text
	}
	consent := func(c post.Consent) *post.Consent { return &c }
	storetest.Each(t, func(t *testing.T, e storetest.Engine) {
		t.Parallel()
		b := beforeTheHour(t, e, 1)
		d := b.due(t, 30*time.Minute, b.Channels[0])
		for _, step := range []struct {
			patch post.MediaPatch
			told  bool
		}{
			{post.MediaPatch{Consent: consent(post.ConsentUnknown)}, false},
			{post.MediaPatch{Consent: consent(post.ConsentRefused)}, true},
			{post.MediaPatch{Consent: consent(post.ConsentGiven)}, false},
			{post.MediaPatch{ExpiresOn: day(-2)}, true},
			{post.MediaPatch{ExpiresOn: day(2)}, false},
		} {
			_, err := b.Store.UpdateMedia(t.Context(), b.Commune.ID, b.image.ID, step.patch)
			storetest.Must(t, err)
			b.again(t, d)
			notice, told := b.open(t)[d.ID]
			if told != step.told || (told && notice.Kind != post.NoticePreflight) {
				t.Errorf("%+v: told %v, %+v", step.patch, told, notice)
			}
			if got := b.Read(t, d.ID); got.State != post.Scheduled {
				t.Errorf("%+v: %s", step.patch, got.State)
			}
		}
	})
}
