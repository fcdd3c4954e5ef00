package failpoint_test

import (
	"bytes"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
)

const root = "../.."

// names are the places by the names of their constants.
func names(t *testing.T) map[string]string {
	t.Helper()
	all := map[string]string{}
	inspect(t, "names.go", func(n ast.Node) {
		if spec, ok := n.(*ast.ValueSpec); ok {
			all[spec.Names[0].Name] = ""
		}
	})
	inspect(t, "places.go", func(n ast.Node) {
		pair, ok := n.(*ast.KeyValueExpr)
		if !ok {
			return
		}
		text, err := strconv.Unquote(pair.Value.(*ast.BasicLit).Value)
		if err != nil {
			t.Fatal(err)
		}
		all[pair.Key.(*ast.Ident).Name] = text
	})
	return all
}

func inspect(t *testing.T, path string, look func(ast.Node)) {
	t.Helper()
	file, err := parser.ParseFile(token.NewFileSet(), path, nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	ast.Inspect(file, func(n ast.Node) bool {
		look(n)
		return true
	})
}

// TestEachPlaceStandsOnceWhereItSays: a name that is used nowhere proves
// nothing, and one that is used twice or elsewhere proves something else.
func TestEachPlaceStandsOnceWhereItSays(t *testing.T) {
	t.Parallel()
	all := names(t)
	if len(all) < 40 {
		t.Errorf("%d places, want at least 40", len(all))
	}
	places, used := map[string]string{}, map[string][]string{}
	for constant, place := range all {
		if twin := places[place]; twin != "" {
			t.Errorf("%s and %s are both %q", constant, twin, place)
		}
		places[place] = constant
	}
	for _, folder := range []string{"worker", "channels", "internal/store"} {
		err := filepath.WalkDir(filepath.Join(root, folder), func(path string, entry fs.DirEntry, err error) error {
			if err != nil || entry.IsDir() || filepath.Ext(path) != ".go" || strings.HasSuffix(path, "_test.go") {
				return err
			}
			relative, err := filepath.Rel(root, path)
			if err != nil {
				return err
			}
			inspect(t, path, func(n ast.Node) {
				selector, ok := n.(*ast.SelectorExpr)
				if !ok {
					return
				}
				if from, ok := selector.X.(*ast.Ident); ok && from.Name == "failpoint" {
					if _, known := all[selector.Sel.Name]; known {
						used[selector.Sel.Name] = append(used[selector.Sel.Name], filepath.ToSlash(relative))
					}
				}
			})
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	for constant, place := range all {
		file, _, _ := strings.Cut(place, ":")
		if in := used[constant]; len(in) != 1 || in[0] != file+".go" {
			t.Errorf("%s (%q) stands in %v", constant, place, in)
		}
	}
}

// TestTheReleaseHoldsNoPlace builds the program as people get it, and as the
// tests do.
func TestTheReleaseHoldsNoPlace(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("builds the program twice")
	}
	for _, build := range []struct {
		tags string
		want bool
	}{{"nodynamic", false}, {"nodynamic,failpoints", true}} {
		path := filepath.Join(t.TempDir(), "crieur")
		if out, err := exec.CommandContext(t.Context(), "go", "build", "-tags", build.tags, "-o", path, "github.com/crieur/crieur").CombinedOutput(); err != nil {
			t.Fatalf("go build: %v\n%s", err, out)
		}
		program, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		for constant, place := range names(t) {
			if bytes.Contains(program, []byte(place)) != build.want {
				t.Errorf("tags %s: %s is in the program: %t", build.tags, constant, !build.want)
			}
		}
		if bytes.Contains(program, []byte("CRIEUR_FAILPOINTS")) != build.want {
			t.Errorf("tags %s: the program reads CRIEUR_FAILPOINTS: %t", build.tags, !build.want)
		}
	}
}
