package notifying

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"net/url"
	"strings"

	"github.com/crieur/crieur/internal/post"
	"github.com/crieur/crieur/internal/store"
)

// listedNotices is how many notices one mail spells out.
const listedNotices = 25

// Mail is a mail in plain text.
type Mail struct {
	// To is an address; Name is the person's.
	To, Name string
	Subject  string
	Text     string
	// MessageID is the same for each try at the same mail, so that one that
	// comes twice is recognised.
	MessageID string
}

// compose writes the mail that tells a reader of notices.
func compose(m *store.Mailing, publicURL string) Mail {
	var text strings.Builder
	fmt.Fprintf(&text, "Bonjour %s,\n", m.User.Name)
	for i := range m.Notices {
		if i == listedNotices {
			fmt.Fprintf(&text, "\nEt %d de plus : %s/notices\n", len(m.Notices)-i, publicURL)
			break
		}
		n := &m.Notices[i]
		fmt.Fprintf(&text, "\n%s\n%s\n%s\n%s\n", n.Title, n.Message, n.NextStep, link(n, publicURL))
	}
	fmt.Fprintf(&text, "\n-- \nCrieur vous écrit parce que vous l’avez demandé. Pour ne plus recevoir ces courriels : %s/settings\n", publicURL)
	subject := "Crieur : " + m.Notices[0].Title
	if len(m.Notices) > 1 {
		subject = fmt.Sprintf("Crieur : %d avis à lire", len(m.Notices))
	}
	return Mail{To: m.User.Email, Name: m.User.Name, Subject: oneLine(subject), Text: text.String(), MessageID: messageID(m, publicURL)}
}

// link leads to where a notice can be dealt with.
func link(n *post.Notice, publicURL string) string {
	switch {
	case n.Kind == post.NoticeReview || n.Kind == post.NoticeRecovery:
		return publicURL + "/review"
	case n.Kind == post.NoticeReauth:
		return publicURL + "/channels"
	case n.PostID != "":
		return publicURL + "/posts/" + url.PathEscape(n.PostID)
	default:
		return publicURL + "/notices"
	}
}

// oneLine keeps what people wrote from beginning another header.
func oneLine(text string) string { return strings.Join(strings.Fields(text), " ") }

func messageID(m *store.Mailing, publicURL string) string {
	sum := sha256.New()
	sum.Write([]byte(m.User.ID))
	for i := range m.Notices {
		sum.Write([]byte(" " + m.Notices[i].ID))
	}
	host := "crieur.invalid"
	if u, err := url.Parse(publicURL); err == nil && u.Hostname() != "" {
		host = u.Hostname()
	}
	return hex.EncodeToString(sum.Sum(nil)) + "@" + host
}
