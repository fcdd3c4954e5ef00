package publishing

import (
	"errors"
	"net/url"

	"github.com/crieur/crieur/internal/post"
)

func isConflict(err error) bool { return errors.Is(err, post.ErrConflict) }

func staleProblem() *post.Problem {
	return &post.Problem{
		Kind: post.Stale, Code: "version_changed",
		Detail: "Quelqu’un vient de modifier cette publication. Relisez-la avant d’enregistrer la vôtre.",
	}
}

// changeProblem puts into words why a post could not be changed.
func changeProblem(err error) error {
	switch {
	case errors.Is(err, post.ErrStale):
		return staleProblem()
	case errors.Is(err, post.ErrConflict):
		return &post.Problem{
			Kind: post.Conflict, Code: "already_leaving", Err: err,
			Detail: "Cette publication est déjà partie, ou part en ce moment : elle ne peut plus être modifiée ici.",
		}
	default:
		return err
	}
}

func fieldProblem(field, code, message string) *post.Problem {
	return invalidFields(post.Field{Field: field, Code: code, Message: message})
}

func invalidFields(fields ...post.Field) *post.Problem {
	detail := "La publication n’est pas prête : " + fields[0].Message
	if len(fields) > 1 {
		detail = "La publication n’est pas prête : plusieurs points sont à corriger."
	}
	return &post.Problem{Kind: post.Invalid, Code: fields[0].Code, Detail: detail, Fields: fields}
}

// checkRemoteURL accepts the address of a post that a person pasted.
func checkRemoteURL(text string) error {
	if text == "" {
		return nil
	}
	u, err := url.Parse(text)
	if err != nil || (u.Scheme != "https" && u.Scheme != "http") || u.Host == "" {
		return fieldProblem("remote_url", "url_invalid", "Cette adresse n’est pas une adresse web complète.")
	}
	return nil
}
