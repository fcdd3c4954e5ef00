// Command docgen writes the pages of docs/ that are made from the code, so that
// they cannot say anything else: the states of a delivery, what each channel
// takes, the settings.
package main

import (
	"bytes"
	"cmp"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/crieur/crieur/channels"
	"github.com/crieur/crieur/internal/app"
	"github.com/crieur/crieur/internal/config"
	"github.com/crieur/crieur/internal/post"
)

func main() {
	dir := "docs"
	if len(os.Args) > 1 {
		dir = os.Args[1]
	}
	for name, text := range Pages() {
		if err := os.WriteFile(filepath.Join(dir, name), text, 0o600); err != nil { // #nosec G703 -- who runs it names the folder
			fmt.Fprintln(os.Stderr, "docgen:", err)
			os.Exit(1)
		}
	}
}

// Pages gives every generated page by file name.
func Pages() map[string][]byte {
	return map[string][]byte{"states.md": states(), "channels.md": kinds(), "settings.md": settings()}
}

const made = "<!-- made by `make generate`; do not edit -->\n"

func states() []byte {
	var b bytes.Buffer
	b.WriteString("# The states of a delivery\n" + made + `
A delivery is one post on one channel. Its states are shown to people as they are and never collapsed. The one table of
allowed changes is ` + "`post.Transitions()`" + `: the store refuses any other change, this page is made from it, and the tests walk it.

`)
	b.WriteString("```mermaid\nstateDiagram-v2\n    [*] --> draft\n    [*] --> scheduled\n")
	for _, t := range post.Transitions() {
		fmt.Fprintf(&b, "    %s --> %s\n", t.From, t.To)
	}
	for _, s := range post.States() {
		if s.Final() {
			fmt.Fprintf(&b, "    %s --> [*]\n", s)
		}
	}
	b.WriteString("```\n\n| from | to | because |\n|---|---|---|\n")
	for _, t := range post.Transitions() {
		fmt.Fprintf(&b, "| `%s` | `%s` | %s |\n", t.From, t.To, t.Because)
	}
	b.WriteString(`
Outside, ` + "`reconciling`" + ` is shown as ` + "`unknown`" + `: nothing more is known while a worker reads. An ` + "`unknown`" + ` that no worker will
read again needs a person (` + "`needs_person`" + `).

## The status of a post
Derived from its deliveries and never stored: work in progress wins over results, and a mixture of results is never shown as a success.
`)
	return b.Bytes()
}

func kinds() []byte {
	var b bytes.Buffer
	b.WriteString("# What each channel takes\n" + made + "\nLimits are data: the forms show them, the renderer obeys them, and a post is checked against them when it is saved and again when it leaves.\n")
	for _, driver := range app.Drivers() {
		info, limits := driver.Info(), driver.Limits(nil)
		abilities := channels.Abilities{}
		if ch, err := driver.Open(channels.Account{}, channels.Deps{}); err == nil {
			abilities = channels.AbilitiesOf(ch)
		}
		fmt.Fprintf(&b, "\n## %s (`%s`)\n", info.Title, info.Kind)
		if info.DocsURL != "" {
			fmt.Fprintf(&b, "Documentation: <%s>\n", info.DocsURL)
		}
		b.WriteString("\n| | | source |\n|---|---|---|\n")
		row := func(what, value string, source channels.Source) {
			fmt.Fprintf(&b, "| %s | %s | %s |\n", what, value, sourceText(source))
		}
		if limits.TitleUsed {
			row("title", textLimit(limits.Title), limits.Title.Source)
		}
		row("text", textLimit(limits.Text), limits.Text.Source)
		row("pictures", imageLimit(limits.Images), limits.Images.Source)
		if limits.LinkLength > 0 {
			row("a link counts", fmt.Sprint(limits.LinkLength), limits.Text.Source)
		}
		if limits.Cost.Currency != "" {
			row("cost of a post", fmt.Sprintf("%.3f %s; with a link %.3f; each alternative text %.3f", limits.Cost.Post, limits.Cost.Currency, limits.Cost.WithLink, limits.Cost.AltText), limits.Cost.Source)
		}
		fmt.Fprintf(&b, "\nA second publication is made impossible by: %s. The list of posts can be trusted: %s. Abilities: %s.\n", idempotency(info.Idempotency), info.ReadBack, abilityText(abilities))
		fields(&b, "Settings", info.Settings)
		fields(&b, "Credentials", info.Credentials)
	}
	return b.Bytes()
}

func sourceText(s channels.Source) string {
	if s.URL == "" {
		return ""
	}
	return fmt.Sprintf("<%s>, %s", s.URL, s.Date)
}

func textLimit(l channels.TextLimit) string {
	if l.Max == 0 {
		return "no bound"
	}
	return fmt.Sprintf("%d, counted as `%s`", l.Max, l.Rule)
}

func imageLimit(l channels.ImageLimit) string {
	formats := make([]string, len(l.Spec.Formats))
	for i, f := range l.Spec.Formats {
		formats[i] = strings.TrimPrefix(string(f), "image/")
	}
	text := fmt.Sprintf("%d at most; %s; ≤ %d × %d px; ≤ %d kB", l.Max, strings.Join(formats, ", "), l.Spec.MaxWidth, l.Spec.MaxHeight, l.Spec.MaxBytes>>10)
	if l.Spec.MinRatio > 0 || l.Spec.MaxRatio > 0 {
		text += fmt.Sprintf("; ratio %.2f to %.2f", l.Spec.MinRatio, l.Spec.MaxRatio)
	}
	return fmt.Sprintf("%s; alternative text ≤ %d", text, l.AltMax)
}

func idempotency(i channels.Idempotency) string {
	if i == channels.IdempotentByKey {
		return "the network keeps one post for one key"
	}
	return "the ledger alone; an unclear answer is read back"
}

func abilityText(a channels.Abilities) string {
	var able []string
	for _, ability := range []struct {
		name string
		has  bool
	}{{"find", a.Find}, {"delete", a.Delete}, {"update", a.Update}, {"renew credentials", a.Renew}, {"hold whole articles", a.Article}} {
		if ability.has {
			able = append(able, ability.name)
		}
	}
	return cmp.Or(strings.Join(able, ", "), "none")
}

func fields(b *bytes.Buffer, title string, list []channels.Field) {
	if len(list) == 0 {
		return
	}
	fmt.Fprintf(b, "\n%s:\n\n", title)
	for _, f := range list {
		need := ""
		if f.Required {
			need = " (required)"
		}
		fmt.Fprintf(b, "- `%s`%s: %s. %s\n", f.Name, need, f.Label, f.Help)
	}
}

func settings() []byte {
	var b bytes.Buffer
	b.WriteString("# Settings\n" + made + "\nEnvironment variables; a file of `NAME=value` lines named by `CRIEUR_CONFIG` may set them too, and `NAME__FILE` reads a value from a file.\n\n| name | default | |\n|---|---|---|\n")
	for _, s := range config.Settings() {
		secret := ""
		if s.Secret {
			secret = " (secret : `" + s.Name + "__FILE`)"
		}
		fmt.Fprintf(&b, "| `%s` | `%s` | %s%s |\n", s.Name, s.Default, s.Help, secret)
	}
	return b.Bytes()
}
