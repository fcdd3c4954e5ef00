package config_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/crieur/crieur/internal/config"
)

func TestDefaults(t *testing.T) {
	c, err := config.Load()
	if err != nil {
		t.Fatal(err)
	}
	if c.Addr != "127.0.0.1:8080" || c.PublicURL != "http://127.0.0.1:8080" || c.Role != config.RoleAll || c.Zone != "Europe/Brussels" || !c.Practice {
		t.Errorf("defaults: %+v", c)
	}
}

func TestFileThenEnvironmentThenSecretFile(t *testing.T) {
	dir := t.TempDir()
	write := func(name, text string) string {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	t.Setenv("CRIEUR_CONFIG", write("crieur.env", "CRIEUR_ADDR=10.0.0.1:80\nCRIEUR_ZONE=Europe/Paris\n"))
	t.Setenv("CRIEUR_ADDR", "127.0.0.1:9000")
	t.Setenv("CRIEUR_DATABASE_URL__FILE", write("url", "postgres://u:hunter2@db/crieur\n"))
	t.Setenv("CRIEUR_EGRESS_ALLOW", "127.0.0.0/8, ::1/128")
	c, err := config.Load()
	if err != nil {
		t.Fatal(err)
	}
	if c.Addr != "127.0.0.1:9000" || c.Zone != "Europe/Paris" || c.DatabaseURL != "postgres://u:hunter2@db/crieur" || len(c.EgressAllow) != 2 {
		t.Errorf("%+v", c)
	}
}

func TestEveryFaultIsNamedAtOnceAndNoSecretIsShown(t *testing.T) {
	t.Setenv("CRIEUR_ZONE", "Mars/Olympus")
	t.Setenv("CRIEUR_EGRESS_ALLOW", "everything")
	t.Setenv("CRIEUR_ROLES", "worker")
	t.Setenv("CRIEUR_REDIS_URL", "http://:hunter2@redis")
	t.Setenv("CRIEUR_PUBLISH_SLOTS", "many")
	_, err := config.Load()
	if err == nil {
		t.Fatal("accepted")
	}
	for _, want := range []string{"CRIEUR_ZONE", "CRIEUR_EGRESS_ALLOW", "CRIEUR_REDIS_URL", "CRIEUR_DATABASE_URL", "CRIEUR_PUBLISH_SLOTS"} {
		if !strings.Contains(err.Error(), want) {
			t.Errorf("%s is not named in %v", want, err)
		}
	}
	if strings.Contains(err.Error(), "hunter2") {
		t.Error("the password is shown")
	}
}
