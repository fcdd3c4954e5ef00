package simulator

import (
	"net/http"
	"strconv"
)

// xProblems is where the types of X's problems lie.
const xProblems = "https://api.twitter.com/2/problems/"

// xProblem is an error in X's shape.
func xProblem(status int, title, kind, detail string) reply {
	return jsonReply(status, map[string]any{"title": title, "type": kind, "status": status, "detail": detail})
}

// xInvalid is what X says of a request that it does not understand.
func xInvalid(parameter, message string) reply {
	return jsonReply(http.StatusBadRequest, map[string]any{
		"errors": []map[string]any{{
			"parameters": map[string][]string{parameter: {}}, "message": message,
		}},
		"title": "Invalid Request", "detail": "One or more parameters to your request was invalid.",
		"type": xProblems + "invalid-request", "status": http.StatusBadRequest,
	})
}

func xUnauthorized() reply {
	return xProblem(http.StatusUnauthorized, "Unauthorized", "about:blank", "Unauthorized")
}

// xForbidden is X's answer to what an account may not do or say.
func xForbidden() reply {
	return xProblem(http.StatusForbidden, "Forbidden", "about:blank", "You are not permitted to perform this action.")
}

func number(text string) (int, bool) {
	n, err := strconv.Atoi(text)
	return n, err == nil && n >= 0
}

func itoa(n int) string { return strconv.Itoa(n) }
