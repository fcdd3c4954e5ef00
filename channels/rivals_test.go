package channels_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/crieur/crieur/channels"
)

func TestMine(t *testing.T) {
	t.Parallel()
	at := func(seconds int) time.Time {
		return time.Date(2026, 11, 21, 12, 0, 0, 0, time.UTC).Add(time.Duration(seconds) * time.Second)
	}
	span := func(from, to int) channels.Span { return channels.Span{Start: at(from), End: at(to)} }
	tests := map[string]struct {
		own    channels.Span
		rivals []channels.Span
		made   []int
		want   []int
	}{
		"alone":                           {span(0, 45), nil, []int{3}, []int{0}},
		"alone, twice":                    {span(0, 45), nil, []int{7, 3}, []int{1, 0}},
		"nothing":                         {span(0, 45), nil, nil, nil},
		"two attempts, two posts: first":  {span(0, 45), []channels.Span{span(180, 225)}, []int{181, 1}, []int{1}},
		"two attempts, two posts: second": {span(180, 225), []channels.Span{span(0, 45)}, []int{181, 1}, []int{0}},
		"only the rival's was taken":      {span(0, 45), []channels.Span{span(180, 225)}, []int{181}, nil},
		"only the own was taken":          {span(0, 45), []channels.Span{span(180, 225)}, []int{2}, []int{0}},
		"the first came late":             {span(0, 45), []channels.Span{span(180, 225)}, []int{182, 190}, []int{1}},
		"a rival's double is not ours":    {span(0, 45), []channels.Span{span(180, 225)}, []int{1, 181, 183}, []int{0}},
		"and is the rival's":              {span(180, 225), []channels.Span{span(0, 45)}, []int{1, 181, 183}, []int{1, 2}},
		"a rival that is still at it":     {span(0, 45), []channels.Span{{Start: at(180)}}, []int{500}, nil},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var made []time.Time
			for _, seconds := range tt.made {
				made = append(made, at(seconds))
			}
			got := channels.Probe{StartedAt: tt.own.Start, EndedAt: tt.own.End, Rivals: tt.rivals}.Mine(made)
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}
