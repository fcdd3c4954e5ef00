package agenda

import (
	"strconv"
	"strings"
	"time"

	"github.com/crieur/crieur/internal/post"
)

// RecurrenceBlanks lists the blanks of a recurrence's texts.
func RecurrenceBlanks() []string {
	return []string{"nom", "libelle", "date", "Date", "jour", "compte", "Compte", "jours", "ancienne_date", "lien"}
}

// recurrenceWordings are the product's own. There are several of each, so that
// the same words do not come back week after week: networks refuse those.
func recurrenceWordings(topic string) []wording {
	switch topic {
	case "waste":
		return []wording{
			{title: "Collecte {compte} : {libelle}", text: "Collecte {compte}, {date} : {libelle}.\nSortez vos déchets la veille au soir."},
			{title: "{libelle} : collecte {date}", text: "À sortir pour {date} : {libelle}."},
			{title: "Collecte des déchets, {date}", text: "Pensez-y : {libelle}, c’est {compte}, {date}."},
			{title: "{libelle}, c’est {compte}", text: "{Date}, on collecte : {libelle}. Merci de dégager les trottoirs après le passage du camion."},
			{title: "Rappel collecte : {libelle}", text: "Rappel : collecte {date}.\n{libelle}"},
			{title: "Déchets : {date}", text: "Les camions passent {compte}, {date} : {libelle}."},
		}
	case "market":
		return []wording{
			{title: "{nom} : {date}", text: "{nom} vous attend {compte}, {date}."},
			{title: "{Compte} : {nom}", text: "{Compte}, {date} : {nom}. Venez faire le plein de produits frais."},
			{title: "{nom}, c’est {compte}", text: "Rendez-vous {date} pour {nom}. {libelle_autre}"},
			{title: "{nom} {compte}", text: "Vos commerçants sont là {date} : {nom}."},
		}
	case "office":
		return []wording{
			{title: "{libelle} : {date}", text: "À noter pour {date} : {libelle}."},
			{title: "Bureaux communaux : {date}", text: "{Date} : {libelle}. Merci d’en tenir compte pour vos démarches."},
			{title: "{libelle}, {compte}", text: "{libelle} : c’est {compte}, {date}."},
		}
	default:
		return []wording{
			{title: "{libelle} : {date}", text: "{libelle} : {date}."},
			{title: "{Compte} : {libelle}", text: "{Compte}, {date} : {libelle}."},
			{title: "{libelle}, c’est {compte}", text: "À noter : {libelle}, {date}."},
		}
	}
}

// wordOccurrence is what is said of one date of a recurrence.
func wordOccurrence(c *post.Recurrence, o *post.Occurrence) (title, text string) {
	day := takesPlace(c, o)
	reader := day.AddDate(0, 0, -c.Body.Before)
	label := o.Label
	if label == "" {
		label = c.Name
	}
	date := frenchDay(day, reader.Year())
	values := words{
		"nom": c.Name, "libelle": label, "date": date, "Date": capital(date), "jour": weekday(day.Weekday()),
		"compte": count(c.Body.Before), "Compte": capital(count(c.Body.Before)), "jours": strconv.Itoa(c.Body.Before), "lien": c.Body.Link,
	}
	if o.Label != "" && o.Label != c.Name {
		values["libelle_autre"] = o.Label
	}
	all := recurrenceWordings(c.Body.Topic)
	chosen := all[o.Ordinal%len(all)]
	if n := len(c.Body.Texts); n > 0 {
		chosen.text = c.Body.Texts[o.Ordinal%n]
	}
	if c.Body.Title != "" {
		chosen.title = c.Body.Title
	}
	title, text = values.fill(chosen.title), values.fill(chosen.text)
	// A text without its date would be the same again and again.
	if !strings.Contains(text, date) && !strings.Contains(text, values["Date"]) {
		text += "\n" + values["Date"] + "."
	}
	if original, err := time.Parse(dayLayout, o.Date); err == nil && !original.Equal(day) {
		text = "Changement de jour : " + date + " au lieu de " + frenchDay(original, reader.Year()) + ".\n" + text
	}
	return title, text
}
