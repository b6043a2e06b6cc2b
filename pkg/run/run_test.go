package run

import (
	"os"
	"path/filepath"
	"testing"
)

// A run has the name of its corpus's folder, however that is given.
func TestRunIsNamedAfterTheCorpus(t *testing.T) {
	for _, variable := range []string{EnvCorpus, EnvName, EnvRecipe} {
		t.Setenv(variable, "")
	}
	parent := t.TempDir()
	folder := filepath.Join(parent, "Chile-2017")
	if err := os.Mkdir(folder, 0o755); err != nil {
		t.Fatal(err)
	}
	t.Chdir(folder)
	for _, c := range []struct{ given, corpus, name string }{
		{"", "", "demo"}, {folder, folder, "chile-2017"}, {folder + "/", folder, "chile-2017"}, {".", folder, "chile-2017"}, {"../Chile-2017", folder, "chile-2017"},
	} {
		o, err := Options{Corpus: c.given}.complete()
		if err != nil || o.Corpus != c.corpus || o.Name != c.name {
			t.Errorf("%q: %+v, %v; want %q in %q", c.given, o, err, c.name, c.corpus)
		}
	}
	t.Setenv(EnvName, "otra")
	if o, err := (Options{Corpus: folder}).complete(); err != nil || o.Name != "otra" {
		t.Errorf("with a name: %+v, %v", o, err)
	}
}
