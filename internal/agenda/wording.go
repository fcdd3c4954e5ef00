package agenda

import (
	"hash/fnv"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/crieur/crieur/internal/post"
)

// words are the values of the blanks in a text.
type words map[string]string

var blank = regexp.MustCompile(`\{([A-Za-z_]+)\}`)

// EventBlanks lists the blanks of an announcement's text.
func EventBlanks() []string {
	return []string{
		"titre", "date", "jour", "heure", "lieu", "adresse", "jours", "compte", "Compte", "prix", "contact", "organisateur", "lien",
		"description", "pratique", "acces", "langues", "ancienne_date", "raison",
	}
}

// fill puts words into the blanks of a text. A line of which every blank is
// empty is dropped.
func (w words) fill(text string) string {
	var kept []string
	for line := range strings.SplitSeq(text, "\n") {
		found := blank.FindAllStringSubmatch(line, -1)
		empty := len(found) > 0
		for _, f := range found {
			empty = empty && w[f[1]] == ""
		}
		if !empty {
			kept = append(kept, blank.ReplaceAllStringFunc(line, func(name string) string { return w[strings.Trim(name, "{}")] }))
		}
	}
	filled := strings.TrimSpace(strings.Join(kept, "\n"))
	for strings.Contains(filled, "\n\n\n") {
		filled = strings.ReplaceAll(filled, "\n\n\n", "\n\n")
	}
	return filled
}

// checkBlanks finds a blank that nobody fills.
func checkBlanks(field, text string, known []string) error {
	for _, f := range blank.FindAllStringSubmatch(text, -1) {
		if !slices.Contains(known, f[1]) {
			return fieldProblem(field, "blank_unknown", "« "+f[0]+" » n’est pas un champ connu. Champs : {"+strings.Join(known, "}, {")+"}.")
		}
	}
	return nil
}

// eventWords are what can be said of an event to who reads at a moment. date is
// the one that is announced; nil: all of them.
func eventWords(e *post.Event, reader time.Time, date *span) words {
	all := spans(e)
	first := all[0]
	if date != nil {
		all, first = []span{*date}, *date
	}
	until := int(midnight(first.start).Sub(midnight(reader)).Hours() / 24)
	c := &e.Content
	w := words{
		"titre": c.Title, "date": frenchDates(all, e.AllDay, reader.Year()), "lieu": c.Place.Name, "adresse": c.Place.Address,
		"jours": strconv.Itoa(until), "compte": count(until), "Compte": capital(count(until)),
		"prix": frenchPrice(c.Price), "contact": frenchParty(c.Contact), "organisateur": frenchParty(c.Organizer), "lien": c.Link,
		"description": c.Description, "acces": strings.Join(c.Accessibility, " "), "langues": strings.Join(languageNames(c.Languages), ", "),
	}
	w["jour"] = frenchDay(first.start, reader.Year())
	if !e.AllDay {
		w["heure"] = frenchHour(first.start)
	}
	if e.Status == post.EventPostponed {
		w["jour"], w["heure"] = "", ""
		w["date"], w["jours"], w["compte"], w["Compte"] = "", "", "", ""
	}
	if w["lieu"] == "" {
		w["lieu"] = w["adresse"]
	}
	where := c.Place.Name
	if c.Place.Address != "" && c.Place.Address != where {
		where = strings.TrimPrefix(where+", "+c.Place.Address, ", ")
	}
	w["ou"] = where
	w["pratique"] = w.fill("Quand : {date}\nOù : {ou}\nPrix : {prix}\nAccessibilité : {acces}\nLangues : {langues}\nOrganisation : {organisateur}\nInfos : {contact}")
	return w
}

func languageNames(tags []string) []string {
	names := map[string]string{"fr": "français", "nl": "néerlandais", "de": "allemand", "en": "anglais", "wa": "wallon", "lsfb": "langue des signes (LSFB)", "sfb": "langue des signes (LSFB)"}
	out := make([]string, len(tags))
	for i, tag := range tags {
		base, _, _ := strings.Cut(strings.ToLower(tag), "-")
		if out[i] = names[base]; out[i] == "" {
			out[i] = tag
		}
	}
	return out
}

// wording is one way to say something: a title, a text, and one for channels
// that take short texts only.
type wording struct{ title, text, short string }

// eventWordings are the product's own. Each kind has several, so that the
// announcements of two events do not sound alike.
func eventWordings(kind post.AnnouncementKind) []wording {
	switch kind {
	case post.AnnounceFirst:
		return []wording{
			{"{titre} : {date}", "À vos agendas : {titre}, {date}.\n{lieu}\n\n{description}\n\n{pratique}\n\n{lien}", "À vos agendas : {titre}, {date}.\n{lieu}\n{lien}"},
			{"{titre}, {date}", "Notez la date : {titre}, c’est {date}.\n{lieu}\n\n{description}\n\n{pratique}\n\n{lien}", "Notez la date : {titre}, {date}.\n{lieu}\n{lien}"},
			{"Bientôt : {titre}", "{titre} : rendez-vous {date}.\n{lieu}\n\n{description}\n\n{pratique}\n\n{lien}", "{titre} : rendez-vous {date}.\n{lieu}\n{lien}"},
		}
	case post.AnnounceCountdown:
		return []wording{
			{"{Compte} : {titre}", "{Compte} : {titre} ! Rendez-vous {date}.\n\n{pratique}\n\n{lien}", "{Compte} : {titre} ! Rendez-vous {date}.\n{lieu}\n{lien}"},
			{"{titre}, c’est {compte}", "Le compte à rebours est lancé : {titre}, c’est {compte}.\n\n{pratique}\n\n{lien}", "Le compte à rebours est lancé : {titre}, c’est {compte}, {date}.\n{lieu}\n{lien}"},
		}
	case post.AnnounceLastPlaces:
		return []wording{
			{"Dernières places : {titre}", "Dernières places pour {titre}, {date} ! Ne tardez pas à réserver.\n\n{pratique}\n\n{lien}", "Dernières places pour {titre}, {date} !\n{contact}\n{lien}"},
			{"{titre} : il reste quelques places", "Il reste quelques places pour {titre}, {date}.\n\n{pratique}\n\n{lien}", "Il reste quelques places pour {titre}, {date}.\n{contact}\n{lien}"},
		}
	case post.AnnouncePractical:
		return []wording{
			{"{Compte} : {titre}, infos pratiques", "{titre}, c’est {compte}. Tout ce qu’il faut savoir :\n\n{pratique}\n\n{lien}", "{titre}, c’est {compte} : {date}.\n{lieu}\nPrix : {prix}\n{lien}"},
			{"{titre} : les infos pratiques", "{Compte}, {titre} vous attend. En pratique :\n\n{pratique}\n\n{lien}", "{Compte}, {titre} vous attend : {date}.\n{lieu}\nPrix : {prix}\n{lien}"},
		}
	case post.AnnounceToday:
		return []wording{
			{"Aujourd’hui : {titre}", "C’est aujourd’hui : {titre} !\n{date}\n{lieu}\n\nBienvenue à toutes et à tous.\n{lien}", "C’est aujourd’hui : {titre} ! {date}.\n{lieu}\n{lien}"},
			{"C’est le jour : {titre}", "Le jour est venu : {titre}, {date}.\n{lieu}\n\nOn vous attend !\n{lien}", "Le jour est venu : {titre}, {date}.\n{lieu}\n{lien}"},
		}
	case post.AnnounceThanks:
		return []wording{
			{"Merci : {titre}", "Merci à toutes les personnes qui ont fait vivre {titre} : public, bénévoles, services communaux et partenaires.", "Merci à toutes les personnes qui ont fait vivre {titre} !"},
			{"{titre} : merci !", "{titre}, c’était {date}. Merci d’être venus, et merci à celles et ceux qui l’ont préparé.", "{titre}, c’était {date}. Merci à toutes et à tous !"},
		}
	case post.AnnouncePostponed:
		return []wording{{
			"Changement de date : {titre}",
			"Changement de date : {titre} n’aura pas lieu {ancienne_date}.\nNouvelle date : {date}.\n{lieu}\n\n{raison}\n\n{contact_ligne}\n{lien}",
			"Changement de date : {titre} n’aura pas lieu {ancienne_date}.\nNouvelle date : {date}.\n{lien}",
		}}
	case post.AnnounceCancelled:
		return []wording{{
			"Annulation : {titre}",
			"Annulation : {titre} n’aura pas lieu {ancienne_date}.\n\n{raison}\n\n{contact_ligne}\n{lien}",
			"Annulation : {titre} n’aura pas lieu {ancienne_date}.\n{lien}",
		}}
	case post.AnnounceChanged:
		return []wording{{
			"Du changement : {titre}",
			"Du changement pour {titre}. Voici ce qui vaut désormais :\n\n{pratique}\n\n{raison}\n{lien}",
			"Du changement pour {titre} : {date}.\n{lieu}\n{lien}",
		}}
	default:
		return eventWordings(post.AnnounceFirst)
	}
}

// postponedWithoutDate is the notice where the new date is not known.
func postponedWithoutDate() wording {
	return wording{
		"Report : {titre}",
		"{titre} n’aura pas lieu {ancienne_date}. La nouvelle date sera annoncée dès qu’elle est connue.\n\n{raison}\n\n{contact_ligne}\n{lien}",
		"{titre} n’aura pas lieu {ancienne_date}. La nouvelle date suivra.\n{lien}",
	}
}

// choose turns by the name of what is worded, so that the same announcement is
// always worded the same.
func choose(all []wording, name string) wording {
	h := fnv.New32a()
	_, _ = h.Write([]byte(name))                // a hash takes everything
	return all[int(h.Sum32()%uint32(len(all)))] // #nosec G115 -- a handful
}

// say words one announcement. Only the short text needs the link in it: to
// others the post's own link goes beside it.
func (w wording) say(values words) post.AnnouncementBody {
	return post.AnnouncementBody{
		Title: values.fill(w.title), Text: values.fill(strings.ReplaceAll(w.text, "\n{lien}", "")), Short: values.fill(w.short),
	}
}

// word is the announcement of a step as it will be read at due.
func word(e *post.Event, step post.SeriesStep, due time.Time, date *span) post.AnnouncementBody {
	values := eventWords(e, due, date)
	chosen := wordingOf(e, step)
	own := chosen.say(values)
	if step.Text != "" {
		own.Text = values.fill(step.Text)
	}
	return own
}

// wordingOf is how a step says it, its blanks still in it. It is the same before
// the event is saved and after, also when its date changes.
func wordingOf(e *post.Event, step post.SeriesStep) wording {
	first := e.Dates[0].Start
	if len(e.Previous) > 0 {
		first = e.Previous[0].Start
	}
	own := choose(eventWordings(step.Kind), e.Content.Title+"/"+first+"/"+step.Key)
	if step.Text != "" {
		// The person's own words go everywhere; each channel adapts them.
		own.text, own.short = step.Text, ""
	}
	if step.Title != "" {
		own.title = step.Title
	}
	return own
}

// wordNotice tells of a change of an event that was at its former dates.
func wordNotice(kind post.AnnouncementKind, before, after *post.Event, reader time.Time, reason, text string) post.AnnouncementBody {
	values := eventWords(after, reader, nil)
	values["ancienne_date"] = frenchDates(spans(before), before.AllDay, reader.Year())
	values["raison"] = reason
	if contact := values["contact"]; contact != "" {
		values["contact_ligne"] = "Infos : " + contact
	}
	chosen := eventWordings(kind)[0]
	if kind == post.AnnouncePostponed && after.Status == post.EventPostponed {
		chosen = postponedWithoutDate()
	}
	own := chosen.say(values)
	if text != "" {
		own.Text, own.Short = values.fill(text), ""
	}
	return own
}
