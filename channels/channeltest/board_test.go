package channeltest_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/crieur/crieur/channels"
	"github.com/crieur/crieur/channels/adapt"
	"github.com/crieur/crieur/channels/rest"
	"github.com/crieur/crieur/media"
)

// board is a small but whole channel: the village's notice board with an HTTP
// door. docs/add-a-channel.md walks through it, and the suite is tried on it.
// sabotage spoils it in one place, for the tests of the suite itself.
type board struct{ sabotage sabotage }

const boardTextMax = 500

// sabotage names one way in which a channel breaks the contract.
type sabotage string

const (
	none              sabotage = ""
	postsTwice        sabotage = "posts twice"
	forgetsCreating   sabotage = "forgets Creating"
	createsEarly      sabotage = "calls Creating before the uploads"
	ignoresLedger     sabotage = "goes on although Creating failed"
	retriesAfterSend  sabotage = "calls a lost answer temporary"
	believesAnything  sabotage = "takes an unreadable answer for success"
	forgetsUploads    sabotage = "uploads again"
	losesAlt          sabotage = "drops alternative texts"
	shufflesImages    sabotage = "turns the order of the pictures round"
	tellsSecrets      sabotage = "logs its token"
	stealsPosts       sabotage = "claims the posts of others"
	trustsBlindly     sabotage = "trusts a reading without its canary"
	rendersTooMuch    sabotage = "renders over the limit"
	shortensOverrides sabotage = "shortens what was written for it"
	leavesGoroutines  sabotage = "leaves goroutines behind"
	givesUpLate       sabotage = "fails after the post is visible"
	plainErrors       sabotage = "returns a plain error"
	cutsAlerts        sabotage = "cuts an alert like any text"
	hidesExercises    sabotage = "does not say that it is an exercise"
	forgetsAlert      sabotage = "replaces what an alert said before"
)

func (board) Info() channels.Info {
	return channels.Info{
		Kind: "board", Title: "Tableau d’affichage", DocsURL: "https://board.example/api",
		Credentials: []channels.Field{{Name: "token", Label: "Jeton", Required: true, Secret: true}},
		Idempotency: channels.NotIdempotent, ReadBack: channels.ReadBackStrong,
	}
}

func (board) Limits(channels.Settings) channels.Limits {
	source := channels.Source{URL: "https://board.example/api#limits", Date: "2026-11-21"}
	return channels.Limits{
		Text: channels.TextLimit{Max: boardTextMax, Rule: channels.CountCodePoints, Source: source},
		Images: channels.ImageLimit{
			Max: 4, AltMax: 200, Source: source,
			Spec: media.Spec{Formats: []media.Format{media.JPEG}, MaxBytes: 1 << 20, MaxWidth: 800, MaxHeight: 800},
		},
	}
}

func (d board) Render(m channels.Message, settings channels.Settings) (channels.Rendered, []channels.Issue) {
	limits := d.Limits(settings)
	issues := channels.CheckCommon(m, limits)
	if m.Alert != nil && d.sabotage != cutsAlerts {
		return d.renderAlert(m, limits), issues
	}
	parts := []string{strings.TrimSpace(m.Title), strings.TrimSpace(m.Text), m.Link}
	parts = slices.DeleteFunc(parts, func(part string) bool { return part == "" })
	text := strings.ToValidUTF8(strings.Join(parts, "\n\n"), "\uFFFD")
	r := channels.Rendered{Kind: "board", Key: m.Key, Limit: limits.Text.Max, Text: text}
	if over := adapt.Count(limits.Text.Rule, text) - limits.Text.Max; over > 0 && d.sabotage != rendersTooMuch {
		if m.Overridden && d.sabotage != shortensOverrides {
			issues = append(issues, d.tooLong(over))
		} else {
			r.Text = string([]rune(text)[:limits.Text.Max-1]) + "…"
			r.Shortened = true
		}
	}
	r.Length = adapt.Count(limits.Text.Rule, r.Text)
	for _, image := range m.Images {
		planned := channels.RenderedImage{
			MediaID: image.MediaID, SHA256: image.SHA256,
			Plan: media.PlanFor(image.Width, image.Height, image.Focal, limits.Images.Spec),
		}
		if !image.Decorative {
			planned.Alt = image.Alt
		}
		r.Images = append(r.Images, planned)
	}
	return r, issues
}

// renderAlert keeps number, hour, title and link at every length.
func (d board) renderAlert(m channels.Message, limits channels.Limits) channels.Rendered {
	count := func(text string) int { return adapt.Count(limits.Text.Rule, text) }
	r := channels.Rendered{Kind: "board", Key: m.Key, Limit: limits.Text.Max, Alert: m.Alert}
	r.Text, r.Shortened = adapt.ShortenAlert(adapt.AlertText(m.Text, m.Title, *m.Alert), *m.Alert, limits.Text.Max, count)
	if d.sabotage == hidesExercises {
		r.Text = strings.ReplaceAll(r.Text, adapt.ExerciseMark, "")
	}
	r.Length = count(r.Text)
	return r
}

func (d board) Validate(r channels.Rendered, settings channels.Settings) []channels.Issue {
	if d.sabotage == rendersTooMuch {
		return nil
	}
	if over := adapt.Count(channels.CountCodePoints, r.Text) - d.Limits(settings).Text.Max; over > 0 {
		return []channels.Issue{d.tooLong(over)}
	}
	return nil
}

func (board) tooLong(over int) channels.Issue {
	return channels.Issue{
		Severity: channels.SeverityError, Code: "text_too_long", Field: "text",
		Message: fmt.Sprintf("Raccourcissez le texte de %d caractères.", over),
	}
}

func (d board) Open(a channels.Account, deps channels.Deps) (channels.Channel, error) {
	base := deps.BaseURL
	if base == "" {
		base = "https://board.example/api"
	}
	return &boardChannel{board: d, account: a, deps: deps, base: base}, nil
}

type boardChannel struct {
	board
	account channels.Account
	deps    channels.Deps
	base    string
}

var (
	_ channels.Finder  = (*boardChannel)(nil)
	_ channels.Deleter = (*boardChannel)(nil)
	_ channels.Updater = (*boardChannel)(nil)
)

// note is a post as the board's API shows it.
type note struct {
	ID     string      `json:"id"`
	URL    string      `json:"url"`
	Text   string      `json:"text"`
	At     time.Time   `json:"at"`
	Images []noteImage `json:"images"`
}

type noteImage struct {
	ID  string `json:"id"`
	Alt string `json:"alt"`
}

func (c *boardChannel) Check(ctx context.Context) (channels.Health, error) {
	var me struct{ ID, Name string }
	if err := c.call(ctx, "check", http.MethodGet, "/me", nil, &me, repeatable); err != nil {
		return channels.Health{}, err
	}
	return channels.Health{AccountID: me.ID, AccountName: me.Name}, nil
}

func (c *boardChannel) Publish(ctx context.Context, r channels.Rendered, a channels.Attempt) (channels.Receipt, error) {
	if c.sabotage == createsEarly {
		if err := a.Creating(ctx); err != nil {
			return channels.Receipt{}, c.internal("post", err)
		}
	}
	wanted := note{Text: r.Text}
	for i, image := range r.Images {
		id, err := c.upload(ctx, a, i)
		if err != nil {
			return channels.Receipt{}, err
		}
		alt := image.Alt
		if c.sabotage == losesAlt {
			alt = ""
		}
		wanted.Images = append(wanted.Images, noteImage{ID: id, Alt: alt})
	}
	if c.sabotage == shufflesImages {
		slices.Reverse(wanted.Images)
	}
	if c.sabotage != forgetsCreating && c.sabotage != createsEarly {
		if err := a.Creating(ctx); err != nil && c.sabotage != ignoresLedger {
			return channels.Receipt{}, c.internal("post", err)
		}
	}
	var made note
	err := c.call(ctx, "post", http.MethodPost, "/posts", wanted, &made, creating)
	if err != nil && c.sabotage != believesAnything {
		return channels.Receipt{}, err
	}
	if c.sabotage == postsTwice {
		_ = c.call(ctx, "post", http.MethodPost, "/posts", wanted, &made, creating)
	}
	if c.sabotage == forgetsAlert && r.ReplyTo != "" {
		_ = c.Delete(ctx, channels.Receipt{RemoteID: r.ReplyTo})
	}
	receipt := channels.Receipt{RemoteID: made.ID, URL: made.URL, At: c.deps.Now()}
	if c.sabotage == believesAnything && made.ID == "" {
		receipt.RemoteID = "0"
	}
	if err := a.SaveStep(ctx, channels.StepPublish, 0, made.ID, time.Time{}); err != nil && c.sabotage == givesUpLate {
		return channels.Receipt{}, c.internal("post", err)
	}
	return receipt, nil
}

// upload takes up what an earlier attempt uploaded, or uploads.
func (c *boardChannel) upload(ctx context.Context, a channels.Attempt, i int) (string, error) {
	if id, ok := a.Step(channels.StepUpload, i); ok && c.sabotage != forgetsUploads {
		return id, nil
	}
	image, err := a.Image(ctx, i)
	if err != nil {
		return "", c.internal("media", err)
	}
	var made noteImage
	if err := c.call(ctx, "media", http.MethodPost, "/media", image.Data, &made, repeatable); err != nil {
		return "", err
	}
	if err := a.SaveStep(ctx, channels.StepUpload, i, made.ID, time.Time{}); err != nil {
		return "", c.internal("media", err)
	}
	return made.ID, nil
}

func (c *boardChannel) Find(ctx context.Context, p channels.Probe) (channels.Finding, error) {
	var notes []note
	if err := c.call(ctx, "read", http.MethodGet, "/posts", nil, &notes, repeatable); err != nil {
		return channels.Finding{}, err
	}
	finding := channels.Finding{Trustworthy: len(p.KnownOlder) == 0 || c.sabotage == trustsBlindly}
	for _, n := range notes {
		if slices.Contains(p.KnownOlder, n.ID) {
			finding.Trustworthy = true
		}
		own := slices.Contains(p.KnownOwn, n.ID) && c.sabotage != stealsPosts
		if own || n.Text != p.Rendered.Text || len(n.Images) != len(p.Rendered.Images) {
			continue
		}
		finding.Matches++
		finding.Receipt = &channels.Receipt{RemoteID: n.ID, URL: n.URL, At: n.At}
	}
	return finding, nil
}

func (c *boardChannel) Delete(ctx context.Context, r channels.Receipt) error {
	err := c.call(ctx, "delete", http.MethodDelete, "/posts/"+url.PathEscape(r.RemoteID), nil, nil, repeatable)
	if e, ok := channels.AsError(err); ok && e.Status == http.StatusNotFound {
		return nil
	}
	return err
}

func (c *boardChannel) Update(
	ctx context.Context, receipt channels.Receipt, r channels.Rendered,
) (channels.Receipt, error) {
	path := "/posts/" + url.PathEscape(receipt.RemoteID)
	return receipt, c.call(ctx, "update", http.MethodPut, path, note{Text: r.Text}, nil, repeatable)
}

// effect is whether a request that was lost may be made again.
type effect bool

const (
	repeatable effect = false
	creating   effect = true
)

// call makes one request. out nil: the answer has no body.
func (c *boardChannel) call(ctx context.Context, op, method, path string, in, out any, does effect) error {
	if c.sabotage == leavesGoroutines {
		go func() { <-make(chan struct{}) }()
	}
	body, isBytes := in.([]byte)
	if !isBytes && in != nil {
		var err error
		if body, err = json.Marshal(in); err != nil {
			return c.internal(op, err)
		}
	}
	req, err := http.NewRequestWithContext(ctx, method, c.base+path, bytes.NewReader(body))
	if err != nil {
		return c.internal(op, err)
	}
	token := c.account.Credentials["token"].Reveal()
	if c.sabotage == tellsSecrets {
		c.deps.Log.Debug("calling", "token", token)
	}
	req.Header.Set("Authorization", "Bearer "+token)
	resp, err := rest.Do(c.deps.HTTP, req)
	if err != nil {
		return c.lost(op, 0, err, does)
	}
	c.deps.Told(channels.RetryAfterBudget(rest.RetryAfter(resp.Header, c.deps.Now())))
	if resp.Status >= 300 {
		return c.refused(op, resp, does)
	}
	if out == nil {
		return nil
	}
	if err := json.Unmarshal(resp.Body, out); err != nil {
		return c.lost(op, resp.Status, err, does)
	}
	return nil
}

// lost is a request without a clear answer: the one place that decides between
// "try again" and "unknown".
func (c *boardChannel) lost(op string, status int, err error, does effect) error {
	if c.sabotage == plainErrors {
		return err
	}
	kind := channels.Temporary
	var transport *rest.TransportError
	sent := !errors.As(err, &transport) || transport.Sent
	if does == creating && sent && c.sabotage != retriesAfterSend {
		kind = channels.UnknownOutcome
	}
	return &channels.Error{Kind: kind, Op: "board." + op, Status: status, Err: err}
}

func (c *boardChannel) refused(op string, resp *rest.Response, does effect) error {
	e := &channels.Error{Op: "board." + op, Status: resp.Status, Code: fmt.Sprintf("board.%d", resp.Status)}
	switch {
	case resp.Status == http.StatusUnauthorized:
		e.Kind = channels.Auth
	case resp.Status == http.StatusForbidden:
		e.Kind = channels.Permission
	case resp.Status == http.StatusTooManyRequests:
		e.Kind, e.RetryAt = channels.RateLimited, rest.RetryAfter(resp.Header, c.deps.Now())
	case resp.Status >= 400 && resp.Status < 500:
		e.Kind = channels.Rejected
	default:
		return c.lost(op, resp.Status, errors.New("no clear answer"), does)
	}
	return e
}

func (c *boardChannel) internal(op string, err error) error {
	return &channels.Error{Kind: channels.Internal, Op: "board." + op, Err: err}
}
