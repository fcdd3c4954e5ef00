package simulator

import (
	"encoding/json"
	"net/http"
)

// graphErrorBody is the envelope of the Graph API's errors.
type graphErrorBody struct {
	Message   string `json:"message"`
	Type      string `json:"type"`
	Code      int    `json:"code"`
	Subcode   int    `json:"error_subcode,omitempty"`
	Transient bool   `json:"is_transient,omitempty"`
	TraceID   string `json:"fbtrace_id"`
}

func graphFailure(status, code, subcode int, message string) reply {
	return jsonReply(status, map[string]graphErrorBody{"error": {
		Message: message, Type: "OAuthException", Code: code, Subcode: subcode,
		Transient: code == 1 || code == 2, TraceID: "Asimulated",
	}})
}

// FacebookError is a fault that refuses the next call as the Graph API refuses
// with this code and subcode (0: none). Set its other fields at will.
func FacebookError(code, subcode int) Fault {
	status := http.StatusBadRequest
	switch {
	case code == 1 || code == 2:
		status = http.StatusInternalServerError
	case code == 10 || code >= 200 && code < 300:
		status = http.StatusForbidden
	}
	failure := graphFailure(status, code, subcode, "(simulated)")
	return Fault{Network: facebookName, Effect: EffectStatus, Status: status, Body: string(failure.Body)}
}

// noSuchObject is the answer for an id that is not there or not visible.
func noSuchObject(id string) reply {
	name, _ := json.Marshal(id) // a string always has a JSON form
	return graphFailure(http.StatusBadRequest, 100, 33,
		"Unsupported request. Object with ID "+string(name)+" does not exist, cannot be loaded due to missing permissions, or does not support this operation")
}
