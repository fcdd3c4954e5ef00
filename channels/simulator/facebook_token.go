package simulator

import (
	"net/http"
	"strconv"
	"strings"
	"time"
)

// scopesOf are the permissions of a Page token.
func scopesOf(page AccountSpec) []string {
	if scopes := page.Settings["scopes"]; scopes != "" {
		return strings.Split(scopes, ",")
	}
	return []string{"pages_show_list", "pages_read_engagement", "pages_manage_posts"}
}

// debugToken is GET /debug_token, asked with the token of the app.
func (f *facebook) debugToken(q *graphRequest) reply {
	page, known := f.inspected(q)
	app, ok := f.server.findAccount(facebookName, func(a AccountSpec) bool {
		id, secret := a.Credentials["app_id"], a.Credentials["app_secret"]
		return id != "" && secret != "" && q.token == id+"|"+secret
	})
	if !ok {
		return graphFailure(http.StatusBadRequest, 190, 0, "Invalid OAuth access token signature.")
	}
	data := map[string]any{"app_id": app.Credentials["app_id"], "type": "PAGE", "application": "Commune", "is_valid": false}
	invalid := func(subcode int, message string) reply {
		data["error"] = map[string]any{"code": 190, "message": message, "subcode": subcode}
		return jsonReply(http.StatusOK, map[string]any{"data": data})
	}
	switch {
	case !known || page.Credentials["app_id"] != app.Credentials["app_id"]:
		return invalid(0, "The access token could not be decrypted")
	case f.expired(page):
		return invalid(463, "Error validating access token: Session has expired")
	}
	data["is_valid"] = true
	data["profile_id"], data["user_id"] = page.ID, facebookPerson
	data["issued_at"] = f.server.now().Add(-24 * time.Hour).Unix()
	data["expires_at"] = unixSetting(page, "expires_at")
	data["data_access_expires_at"] = unixSetting(page, "data_access_expires_at")
	data["scopes"] = scopesOf(page)
	var granular []map[string]any
	for _, scope := range scopesOf(page) {
		granular = append(granular, map[string]any{"scope": scope, "target_ids": []string{page.ID}})
	}
	data["granular_scopes"] = granular
	return jsonReply(http.StatusOK, map[string]any{"data": data})
}

// inspected is the Page of input_token.
func (f *facebook) inspected(q *graphRequest) (AccountSpec, bool) {
	return f.server.findAccount(facebookName, func(a AccountSpec) bool {
		return a.Credentials["page_access_token"] != "" && a.Credentials["page_access_token"] == q.get("input_token")
	})
}

func unixSetting(page AccountSpec, name string) int64 {
	seconds, err := strconv.ParseInt(page.Settings[name], 10, 64)
	if err != nil {
		return 0 // never
	}
	return seconds
}

// listAccounts is GET /me/accounts: the Pages of a user.
func (f *facebook) listAccounts(q *graphRequest) reply {
	if !q.user || q.path[0] != "me" {
		return graphFailure(http.StatusBadRequest, 100, 0, "(#100) Tried accessing nonexisting field (accounts)")
	}
	var data []map[string]any
	for _, page := range f.server.accountsOf(facebookName) {
		if page.Credentials["user_access_token"] == q.token {
			node := f.pageNode(q, page)
			node["tasks"] = []string{"CREATE_CONTENT", "MODERATE", "ANALYZE", "MANAGE"}
			data = append(data, node)
		}
	}
	return jsonReply(http.StatusOK, map[string]any{"data": emptyNotNull(data)})
}

// listPermissions is GET /me/permissions of a user.
func (f *facebook) listPermissions(q *graphRequest) reply {
	if !q.user || q.path[0] != "me" {
		return graphFailure(http.StatusBadRequest, 100, 0, "(#100) Tried accessing nonexisting field (permissions)")
	}
	var data []map[string]any
	for _, scope := range scopesOf(q.page) {
		data = append(data, map[string]any{"permission": scope, "status": "granted"})
	}
	return jsonReply(http.StatusOK, map[string]any{"data": data})
}
