// Package studytest is what the tests of the study's packages share. It knows none of them.
package studytest

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/hemiciclo/hemiciclo/pkg/chart"
	"github.com/hemiciclo/hemiciclo/pkg/chart/picture"
)

// Charts are drawn in the test's own process.
func init() { chart.DrawWith(picture.New(chart.Runtime).SVG) }

// WriteSettings makes a corpus folder that has only a study.toml.
func WriteSettings(t *testing.T, text string) string {
	t.Helper()
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "study.toml"), []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return dir
}

// WriteCorpus makes a corpus folder of one JSON lines file, of two accounts, one on each side.
func WriteCorpus(t *testing.T, settings, lines string) string {
	t.Helper()
	dir := WriteSettings(t, settings+"[sides.right]\npartido=[\"A\"]\n[sides.left]\npartido=[\"B\"]\n")
	accounts := "target_id;Cargo;Nombre;screen_name;Partido;Coalicion\n1;x;Uno;uno;A;C\n2;x;Dos;dos;B;D\n"
	if err := os.Mkdir(filepath.Join(dir, "tweets"), 0o755); err != nil {
		t.Fatal(err)
	}
	for name, text := range map[string]string{"accounts.csv": accounts, "tweets/a.jsonl": lines} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

// Texts is what elements say as text.
func Texts(t *testing.T, elements ...chart.Element) string {
	t.Helper()
	var all strings.Builder
	for _, e := range elements {
		bundle, err := e.MIME()
		if err != nil {
			t.Fatal(err)
		}
		all.WriteString(bundle.Text + "\n")
	}
	return all.String()
}
