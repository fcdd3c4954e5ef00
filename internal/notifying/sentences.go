package notifying

import (
	"fmt"
	"strings"
	"time"

	"github.com/crieur/crieur/internal/post"
	"github.com/crieur/crieur/internal/store"
)

// place is a channel as people know it: its name, and the network's where the
// name does not say it.
func place(name, network string) string {
	if strings.Contains(strings.ToLower(name), strings.ToLower(network)) {
		return name
	}
	return name + " (" + network + ")"
}

// moment is an instant as people say it, in the commune's zone.
func moment(at time.Time, zone string) string {
	location, err := time.LoadLocation(zone)
	if err != nil {
		location = time.UTC // zones are checked where they are saved
	}
	at = at.In(location)
	months := [...]string{
		"janvier", "février", "mars", "avril", "mai", "juin",
		"juillet", "août", "septembre", "octobre", "novembre", "décembre",
	}
	day := fmt.Sprint(at.Day())
	if at.Day() == 1 {
		day = "1er"
	}
	return fmt.Sprintf("%s %s %d à %d h %02d", day, months[at.Month()-1], at.Year(), at.Hour(), at.Minute())
}

func orElse(text, otherwise string) string {
	if text == "" {
		return otherwise
	}
	return text
}

// deliveryNotice puts what happened to a delivery into words. network is what
// people call the channel's kind.
func deliveryNotice(t *store.DeliveryTrouble, network string) post.Notice {
	where, what := place(t.ChannelName, network), "« "+t.Content.Headline()+" »"
	failure := post.Failure{}
	if t.Failure != nil {
		failure = *t.Failure
	}
	n := post.Notice{
		CommuneID: t.CommuneID, Kind: t.Kind, Subject: t.DeliveryID, Severity: post.SeverityError,
		PostID: t.PostID, DeliveryID: t.DeliveryID, ChannelID: t.ChannelID,
	}
	switch {
	case t.Kind == post.NoticeMissed:
		n.Title = "Heure manquée sur " + where + " : " + what
		n.Message = orElse(failure.Message, "L’heure est passée depuis trop longtemps : rien n’a été publié.") +
			" C’était prévu le " + moment(t.DueAt, t.Zone) + "."
		n.NextStep = orElse(failure.NextStep, "Ouvrez la publication : réessayez si elle vaut encore, sinon annulez-la.")
	case t.Kind == post.NoticeUnknown && t.NeedsPerson:
		n.Title = "À vérifier par vous sur " + where + " : " + what
		n.Message = orElse(failure.Message, network+" n’a pas répondu clairement : la publication est peut-être en ligne.")
		n.NextStep = "Ouvrez la page et regardez si la publication y est, puis dites-le dans Crieur. Rien n’est envoyé une seconde fois sans vous."
	case t.Kind == post.NoticeUnknown:
		n.Severity = post.SeverityWarning
		n.Title = "Vérification en cours sur " + where + " : " + what
		n.Message = orElse(failure.Message, network+" n’a pas répondu clairement : la publication est peut-être en ligne.")
		n.NextStep = "Crieur relit la page. Ne republiez pas à la main : il vous le dira s’il a besoin de vous."
	default:
		n.Title = "Pas publié sur " + where + " : " + what
		n.Message = orElse(failure.Message, network+" n’a pas pris la publication.")
		n.NextStep = orElse(failure.NextStep, "Ouvrez la publication, puis réessayez.")
	}
	return n
}

// publications counts them in words.
func publications(n int) string {
	if n == 1 {
		return "1 publication"
	}
	return fmt.Sprintf("%d publications", n)
}

// verb agrees with a number.
func verb(n int, one, several string) string {
	if n == 1 {
		return one
	}
	return several
}

// channelNotice puts a channel's trouble into words. only is the delivery that
// it concerns, where it concerns just one.
func channelNotice(t *store.ChannelTrouble, only *store.DeliveryTrouble, network string) post.Notice {
	where := place(t.ChannelName, network)
	n := post.Notice{
		CommuneID: t.CommuneID, Kind: t.Kind, Subject: t.ChannelID, Severity: post.SeverityError, ChannelID: t.ChannelID,
	}
	what := publications(t.Deliveries)
	if only != nil {
		n.PostID, n.DeliveryID = only.PostID, only.DeliveryID
		what = "« " + only.Content.Headline() + " »"
	}
	switch t.Kind {
	case post.NoticeOverdue:
		n.Title = "En retard sur " + where + " : " + what
		n.Message = verb(t.Deliveries, "Son heure est passée", "Leur heure est passée") + ", rien n’est parti et rien n’explique l’attente."
		if only != nil {
			n.Message += " C’était prévu le " + moment(only.DueAt, only.Zone) + "."
		}
		n.NextStep = "Demandez à la personne qui s’occupe du serveur si Crieur y travaille. " +
			verb(t.Deliveries, "La publication part", "Les publications partent") + " dès qu’il reprend ; ne republiez pas à la main."
	case post.NoticeReview:
		n.Title = "À revoir pour " + where + " : " + what
		n.Message = verb(t.Deliveries, "L’heure est passée", "Les heures sont passées") + " pendant une panne. Rien ne part sans vous."
		n.NextStep = "Ouvrez « À revoir » : publiez ce qui vaut encore, annulez le reste."
	case post.NoticeRecovery:
		n.Title = "À revoir après une restauration, pour " + where + " : " + what
		n.Message = "Les données ont été restaurées d’une sauvegarde : Crieur ne peut pas savoir si " +
			verb(t.Deliveries, "cette publication est partie", "ces publications sont parties") + " depuis. Rien ne part sans vous."
		n.NextStep = "Regardez la page, puis ouvrez « À revoir » : publiez ce qui n’y est pas, annulez le reste."
	default:
		n.PostID, n.DeliveryID = "", ""
		failure := post.Failure{}
		if t.Failure != nil {
			failure = *t.Failure
		}
		n.Title = "À reconnecter : " + where
		n.Message = orElse(failure.Message, network+" ne reconnaît plus l’autorisation de la commune.")
		if t.Deliveries > 0 {
			n.Message += " " + publications(t.Deliveries) + " " +
				verb(t.Deliveries, "prévue ne partira pas", "prévues ne partiront pas") + " avant la reconnexion."
		}
		n.NextStep = "Un administrateur ouvre « Canaux » et reconnecte " + where + "."
	}
	return n
}
