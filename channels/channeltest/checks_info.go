package channeltest

import (
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/crieur/crieur/channels"
	"github.com/crieur/crieur/media"
)

func infoChecks() []Check {
	return []Check{
		{Name: "info/named", Run: checkNamed},
		{Name: "info/fields", Run: checkFields},
		{Name: "info/abilities", Run: checkAbilities},
		{Name: "limits/sourced", Run: checkSources},
		{Name: "limits/same-answer", Run: checkLimitsPure},
	}
}

var (
	kindPattern  = regexp.MustCompile(`^[a-z][a-z0-9]*$`)
	fieldPattern = regexp.MustCompile(`^[a-z][a-z0-9_]*$`)
	// secretPattern are the words by which a field is known to be a secret.
	secretPattern = regexp.MustCompile(`token|secret|password|private|_key$`)
)

func checkNamed(tb testing.TB, h Harness) {
	tb.Helper()
	info := h.Driver.Info()
	if !kindPattern.MatchString(info.Kind) {
		tb.Errorf("Kind %q is not a lower-case word", info.Kind)
	}
	if info.Title == "" {
		tb.Error("no Title for people")
	}
	if len(info.Credentials) > 0 && !isWebURL(info.DocsURL) {
		tb.Errorf("DocsURL %q: a kind with credentials says where to get them", info.DocsURL)
	}
	if !slices.Contains([]channels.Idempotency{channels.IdempotentByKey, channels.NotIdempotent}, info.Idempotency) {
		tb.Errorf("Idempotency %q is unknown", info.Idempotency)
	}
	readBacks := []channels.ReadBack{channels.ReadBackStrong, channels.ReadBackEventual, channels.ReadBackNone}
	if !slices.Contains(readBacks, info.ReadBack) {
		tb.Errorf("ReadBack %q is unknown", info.ReadBack)
	}
}

func checkFields(tb testing.TB, h Harness) {
	tb.Helper()
	info := h.Driver.Info()
	seen := map[string]bool{}
	for _, f := range slices.Concat(info.Settings, info.Credentials) {
		if !fieldPattern.MatchString(f.Name) || seen[f.Name] {
			tb.Errorf("the field name %q is not in snake_case, or is there twice", f.Name)
		}
		seen[f.Name] = true
		if f.Label == "" {
			tb.Errorf("the field %s has no label", f.Name)
		}
		if secretPattern.MatchString(f.Name) && !f.Secret {
			tb.Errorf("the field %s is a secret and does not say so", f.Name)
		}
	}
	for _, f := range info.Settings {
		if f.Secret {
			tb.Errorf("the secret field %s is among the public settings", f.Name)
		}
	}
	account := h.New(tb).Account()
	for _, f := range slices.Concat(info.Settings, info.Credentials) {
		_, given := account.Credentials[f.Name]
		if f.Required && !given && account.Settings[f.Name] == "" {
			tb.Errorf("the field %s is required, and the account of the suite does without", f.Name)
		}
	}
	for name := range account.Credentials {
		if !seen[name] {
			tb.Errorf("the account is connected with %s, which Info does not declare", name)
		}
	}
}

func checkAbilities(tb testing.TB, h Harness) {
	tb.Helper()
	info := h.Driver.Info()
	able := channels.AbilitiesOf(h.open(tb).channel)
	if able.Find != (info.ReadBack != channels.ReadBackNone) {
		tb.Errorf("Find is %v and ReadBack is %q", able.Find, info.ReadBack)
	}
	if info.Idempotency == channels.IdempotentByKey && !able.Find {
		tb.Error("IdempotentByKey without Find: nothing can look for the key")
	}
}

func checkSources(tb testing.TB, h Harness) {
	tb.Helper()
	limits := h.limits()
	today := h.clock()()
	sourced := func(what string, s channels.Source) {
		tb.Helper()
		if !isWebURL(s.URL) {
			tb.Errorf("%s: source %q is not a web address", what, s.URL)
		}
		if at, err := time.Parse(time.DateOnly, s.Date); err != nil || at.After(today) {
			tb.Errorf("%s: date %q is not a day in the past (YYYY-MM-DD)", what, s.Date)
		}
	}
	for what, text := range map[string]channels.TextLimit{"title": limits.Title, "text": limits.Text} {
		if text.Max == 0 {
			continue
		}
		sourced(what, text.Source)
		if !slices.Contains([]channels.CountRule{channels.CountCodePoints, channels.CountXWeighted}, text.Rule) {
			tb.Errorf("%s: counting rule %q is unknown", what, text.Rule)
		}
	}
	if limits.TitleRequired && !limits.TitleUsed || limits.Title.Max > 0 && !limits.TitleUsed {
		tb.Error("title: required or bounded, and not used")
	}
	if limits.Images.Max > 0 {
		sourced("images", limits.Images.Source)
		formats := limits.Images.Spec.Formats
		if len(formats) == 0 || !slices.Contains([]media.Format{media.JPEG, media.PNG}, formats[0]) {
			tb.Errorf("images: formats %v; the first is what is written, JPEG or PNG", formats)
		}
		if limits.Images.Spec.MaxBytes <= 0 {
			tb.Error("images: no bound on their bytes")
		}
	}
	if c := limits.Cost; c.Post+c.WithLink+c.AltText > 0 {
		sourced("cost", c.Source)
		if len(c.Currency) != 3 {
			tb.Errorf("cost: currency %q is not an ISO 4217 code", c.Currency)
		}
	}
}

func checkLimitsPure(tb testing.TB, h Harness) {
	tb.Helper()
	if diff := cmp.Diff(h.Driver.Limits(nil), h.Driver.Limits(channels.Settings{})); diff != "" {
		tb.Errorf("nil and empty settings differ:\n%s", diff)
	}
	if diff := cmp.Diff(h.Driver.Info(), h.Driver.Info()); diff != "" {
		tb.Errorf("Info answers differently:\n%s", diff)
	}
}

func isWebURL(text string) bool {
	u, err := url.Parse(text)
	return err == nil && (u.Scheme == "https" || u.Scheme == "http") && strings.Contains(u.Host, ".")
}
