package wordpress_test

import (
	"testing"

	"github.com/crieur/crieur/channels"
	"github.com/crieur/crieur/channels/channeltest"
	"github.com/crieur/crieur/channels/simulator"
	"github.com/crieur/crieur/channels/wordpress"
)

func TestConformance(t *testing.T) {
	channeltest.Run(t, channeltest.Harness{
		Driver: wordpress.New(),
		New:    channeltest.Simulated(townSite("valmeuse")),
		Errors: recordedRefusals(),
		Opens: func(tb testing.TB, address string) string {
			tb.Helper()
			return read(tb, address).url
		},
	})
}

func FuzzRender(f *testing.F) { channeltest.Fuzz(f, wordpress.New()) }

// recordedRefusals are answers of WordPress 6.1 in French, and of what stands
// before it.
func recordedRefusals() []channeltest.ErrorCase {
	var cases []channeltest.ErrorCase
	for _, c := range []struct {
		name, operation string
		status          int
		body            string
		kind            channels.Kind
		code            string
	}{
		{
			"not-public", "post", 403, `{"code":"rest_cannot_publish","message":"Désolé, vous n’avez pas l’autorisation de publier des articles.","data":{"status":403}}`,
			channels.Permission, "wordpress.rest_cannot_publish",
		},
		{
			"stranger", "post", 401, `{"code":"rest_cannot_create","message":"Désolé, vous n’avez pas l’autorisation de créer des articles.","data":{"status":401}}`,
			channels.Auth, "wordpress.rest_cannot_create",
		},
		{
			"no-category", "post", 400, `{"code":"rest_invalid_param","message":"Paramètre(s) non valide(s) : categories","data":{"status":400,"params":{"categories":"Terme non valide."},"details":[]}}`,
			channels.Rejected, "wordpress.rest_invalid_param",
		},
		{
			"database", "post", 500, `{"code":"db_insert_error","message":"Impossible d’insérer l’article.","data":{"status":500}}`,
			channels.UnknownOutcome, "wordpress.db_insert_error",
		},
		{
			"critical-error", "post", 500, `<p>Il y a eu une erreur critique sur ce site.</p>`,
			channels.UnknownOutcome, "wordpress.http_internal_server_error",
		},
		{"firewall", "post", 406, `<html><title>Not Acceptable!</title>Mod_Security</html>`, channels.Policy, "wordpress.http_not_acceptable"},
		{
			"upload-type", "media", 500, `{"code":"rest_upload_unknown_error","message":"Désolé, vous n’avez pas l’autorisation de téléverser ce type de fichier.","data":{"status":500}}`,
			channels.MediaRefused, "wordpress.rest_upload_unknown_error",
		},
		{
			"upload-space", "media", 400, `{"code":"rest_upload_limited_space","message":"Espace insuffisant.","data":{"status":400}}`,
			channels.MediaRefused, "wordpress.rest_upload_limited_space",
		},
		{"upload-nginx", "media", 413, `<html><h1>413 Request Entity Too Large</h1></html>`, channels.MediaRefused, "wordpress.http_request_entity_too_large"},
		{
			"upload-not-allowed", "media", 400, `{"code":"rest_cannot_create","message":"Désolé, vous n’avez pas l’autorisation de téléverser des médias.","data":{"status":400}}`,
			channels.Permission, "wordpress.rest_cannot_create",
		},
		{
			"no-api", "read", 404, `{"code":"rest_no_route","message":"Aucune route n’a été trouvée pour cette URL et cette méthode.","data":{"status":404}}`,
			channels.Internal, "wordpress.rest_no_route",
		},
	} {
		cases = append(cases, channeltest.ErrorCase{
			Name: c.name, Kind: c.kind, Code: c.code,
			Fault: simulator.Fault{Operation: c.operation, Status: c.status, Body: c.body},
		})
	}
	return cases
}

// townSite is a site with an editor.
func townSite(id string) simulator.AccountSpec {
	return simulator.AccountSpec{
		Network: "wordpress", ID: id, Name: "Commune de Valmeuse",
		Settings: map[string]string{"site_url": "https://www.commune.example/" + id},
		Credentials: map[string]string{
			"username": "communication", "application_password": "abcd EFGH 1234 ijkl MNOP 5678",
		},
	}
}
