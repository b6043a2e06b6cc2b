package study

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/hemiciclo/hemiciclo/pkg/run"
	"github.com/hemiciclo/hemiciclo/pkg/study/loading"
	"github.com/hemiciclo/hemiciclo/pkg/study/studytest"
	"github.com/hemiciclo/hemiciclo/pkg/work"
)

// TestLoadDependsOnContents: the load stands whatever else happens to the corpus's
// folder, and falls with what it reads.
func TestLoadDependsOnContents(t *testing.T) {
	t.Setenv(run.EnvRuns, t.TempDir())
	const line = `{"created_at":"2020/01/02 03:04:05","id_str":"1","screen_name":"uno","text":"uno dos tres cuatro cinco seis","quoted_text":"","retweeted_text":""}` + "\n"
	dir := studytest.WriteCorpus(t, "", line)
	write := func(name, text string) {
		t.Helper()
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	load := func() (*loading.Loaded, error) {
		t.Helper()
		s, err := NewWith(t.Context(), work.New(), Options{Corpus: dir, Name: "contents"})
		if err != nil {
			t.Fatal(err)
		}
		return s.Load(context.Background())
	}
	const sides = "[sides.right]\npartido=[\"A\"]\n[sides.left]\npartido=[\"B\"]\n"
	for _, c := range []struct {
		what   string
		change func()
		reused bool
	}{
		{"the first load", func() {}, false},
		{"study.toml as it was", func() { write("study.toml", sides) }, true},
		{"another title", func() { write("study.toml", "title = \"Otro\"\n"+sides) }, true},
		{"a README", func() { write("README.md", "Notas") }, true},
		{"a stray file among the tweets", func() { write("tweets/notas.txt", "Notas"); write("tweets/.oculto.jsonl", "{") }, true},
		{"the tweets written again", func() { write("tweets/a.jsonl", line) }, true},
		{"a copy elsewhere", func() {
			to := filepath.Join(t.TempDir(), "copia")
			if err := os.CopyFS(to, os.DirFS(dir)); err != nil {
				t.Fatal(err)
			}
			dir = to
		}, true},
		{"the tweets elsewhere", func() {
			to := filepath.Join(t.TempDir(), "los-tweets")
			if err := os.Rename(filepath.Join(dir, "tweets"), to); err != nil {
				t.Fatal(err)
			}
			if err := os.Symlink(to, filepath.Join(dir, "tweets")); err != nil {
				t.Fatal(err)
			}
		}, true},
		{"another tweet", func() { write("tweets/b.jsonl", strings.ReplaceAll(line, `"1"`, `"2"`)) }, false},
		{"another account", func() {
			write("accounts.csv", "target_id;Cargo;Nombre;screen_name;Partido;Coalicion\n1;x;Uno;uno;B;C\n2;x;Dos;dos;B;D\n")
		}, false},
		{"a setting of the load", func() { write("study.toml", "min_tokens = 1\n"+sides) }, false},
		{"an unreadable record", func() { write("study.toml", "max_malformed = 0.5\n"+sides); write("tweets/c.jsonl", "{") }, false},
		{"a bound that it keeps to", func() { write("study.toml", "max_malformed = 0.4\n"+sides) }, true},
	} {
		c.change()
		loaded, err := load()
		if err != nil {
			t.Fatalf("%s: %v", c.what, err)
		}
		if loaded.Record.Reused != c.reused {
			t.Errorf("%s: the load is reused %v, want %v", c.what, loaded.Record.Reused, c.reused)
		}
	}
	write("study.toml", "max_malformed = 0.1\n"+sides)
	if _, err := load(); err == nil || !strings.Contains(err.Error(), "1 of 3 records") || !strings.Contains(err.Error(), "max_malformed") || !strings.Contains(err.Error(), "\ntweets/c.jsonl:1") {
		t.Errorf("a load that stands from when more unreadable records were allowed: %v", err)
	}
}
