package adapt_test

import (
	"bufio"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/crieur/crieur/channels"
	"github.com/crieur/crieur/channels/adapt"
)

// The conformance vectors of twitter-text are not part of this repository.
// CRIEUR_SHARED_DATA names the folder that holds twitter-text/*.jsonl; without
// it, ../shared/data beside the repository is tried.
func vectors(t *testing.T, name string) []json.RawMessage {
	t.Helper()
	dir := os.Getenv("CRIEUR_SHARED_DATA")
	if dir == "" {
		dir = filepath.Join("..", "..", "..", "shared", "data")
	}
	f, err := os.Open(filepath.Join(dir, "twitter-text", name))
	if os.IsNotExist(err) {
		if os.Getenv("CRIEUR_TEST_REQUIRE_ALL") == "1" {
			t.Fatalf("the twitter-text vectors are required: %v", err)
		}
		t.Skipf("no twitter-text vectors here; set CRIEUR_SHARED_DATA: %v", err)
	}
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = f.Close() }() // only read
	var lines []json.RawMessage
	scanner := bufio.NewScanner(f)
	scanner.Buffer(nil, 1<<20)
	for scanner.Scan() {
		lines = append(lines, json.RawMessage(strings.Clone(scanner.Text())))
	}
	if err := scanner.Err(); err != nil {
		t.Fatal(err)
	}
	if len(lines) == 0 {
		t.Fatalf("%s is empty", name)
	}
	return lines
}

func decode[T any](t *testing.T, line json.RawMessage) T {
	t.Helper()
	var v T
	if err := json.Unmarshal(line, &v); err != nil {
		t.Fatalf("%s: %v", line, err)
	}
	return v
}

func TestWeightConformance(t *testing.T) {
	t.Parallel()
	type vector struct {
		Description, Text string
		Ref               struct {
			WeightedLength int
			Valid          bool
			ValidRangeEnd  *int
		} `json:"ref_v3"`
	}
	for _, name := range []string{"weighted.jsonl", "validate_tweets.jsonl"} {
		for _, line := range vectors(t, name) {
			v := decode[vector](t, line)
			got := adapt.WeighForX(v.Text)
			want := adapt.XWeight{Length: v.Ref.WeightedLength, Valid: v.Ref.Valid, ValidEnd: got.ValidEnd}
			if v.Ref.ValidRangeEnd != nil {
				want.ValidEnd = *v.Ref.ValidRangeEnd
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("%s: %s: %q (-want +got):\n%s", name, v.Description, v.Text, diff)
			}
			if got := adapt.Count(channels.CountXWeighted, v.Text); got != v.Ref.WeightedLength {
				t.Errorf("%s: %s: Count = %d, want %d", name, v.Description, got, v.Ref.WeightedLength)
			}
		}
	}
}

func TestExtractionConformance(t *testing.T) {
	t.Parallel()
	type vector struct {
		Suite, Description, Text string
		Expected                 json.RawMessage
		WeightedLength           *int  `json:"weightedLength_v3"`
		Valid                    *bool `json:"valid_v3"`
	}
	type entity struct {
		URL, Hashtag string
	}
	for _, name := range []string{"extract.jsonl", "tlds.jsonl"} {
		for _, line := range vectors(t, name) {
			v := decode[vector](t, line)
			if v.WeightedLength != nil {
				if got := adapt.Count(channels.CountXWeighted, v.Text); got != *v.WeightedLength {
					t.Errorf("%s: %s: %q: Count = %d, want %d", v.Suite, v.Description, v.Text, got, *v.WeightedLength)
				}
			}
			if v.Valid != nil {
				if got := adapt.WeighForX(v.Text).Valid; got != *v.Valid {
					t.Errorf("%s: %s: %q: Valid = %v, want %v", v.Suite, v.Description, v.Text, got, *v.Valid)
				}
			}
			var want, got []string
			switch v.Suite {
			case "urls", "tco_urls_with_params", "tld_country", "tld_generic":
				want = decode[[]string](t, v.Expected)
				got = written(v.Text, adapt.Links(v.Text))
			case "urls_with_indices", "urls_with_directional_markers":
				for _, e := range decode[[]entity](t, v.Expected) {
					want = append(want, e.URL)
				}
				got = written(v.Text, adapt.Links(v.Text))
			case "hashtags", "hashtags_from_astral":
				want = decode[[]string](t, v.Expected)
				got = names(v.Text, adapt.Hashtags(v.Text))
			case "hashtags_with_indices":
				for _, e := range decode[[]entity](t, v.Expected) {
					want = append(want, e.Hashtag)
				}
				got = names(v.Text, adapt.Hashtags(v.Text))
			case "mentions":
				want = decode[[]string](t, v.Expected)
				got = names(v.Text, adapt.Mentions(v.Text))
			default:
				continue
			}
			if diff := cmp.Diff(want, got, cmpopts.EquateEmpty()); diff != "" {
				t.Errorf("%s: %s: %q (-want +got):\n%s", v.Suite, v.Description, v.Text, diff)
			}
		}
	}
}

func written(text string, spans []adapt.Span) []string {
	var all []string
	for _, s := range spans {
		all = append(all, s.In(text))
	}
	return all
}

// names are the spans without their # or @.
func names(text string, spans []adapt.Span) []string {
	var all []string
	for _, s := range spans {
		all = append(all, strings.TrimLeft(s.In(text), "#＃@＠"))
	}
	return all
}
