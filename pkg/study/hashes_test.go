package study

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/hemiciclo/hemiciclo/pkg/work"
)

// TestContents: what a file holds counts, not where it lies nor when it was written.
func TestContents(t *testing.T) {
	dir := t.TempDir()
	s := &Study{Dir: t.TempDir()}
	write := func(name, text string, at time.Time) namedFile {
		t.Helper()
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		if err := os.Chtimes(path, at, at); err != nil {
			t.Fatal(err)
		}
		return namedFile{"a", path}
	}
	contents := func(s *Study, file namedFile) string {
		t.Helper()
		list, err := s.contents(t.Context(), "test", []namedFile{file})
		if err != nil {
			t.Fatal(err)
		}
		return list[0]
	}
	now := time.Now()
	old := now.Add(-time.Hour)
	first := contents(s, write("a", "aaaa", old))
	if want := "a 61be55a8e2f6b4e172338bddf184d6dbee29c98853e0a0485ecee7f27b9af0b4"; first != want {
		t.Errorf("contents are %q, want %q", first, want)
	}
	for what, got := range map[string]string{
		"a touched file": contents(s, write("a", "aaaa", old.Add(time.Minute))),
		"a copy":         contents(s, write("b", "aaaa", now)),
	} {
		if got != first {
			t.Errorf("%s is another: %s", what, got)
		}
	}
	if got := contents(s, write("a", "bbbb", old.Add(time.Second))); got == first {
		t.Error("a changed file is the same")
	}

	// One that is written to as it is hashed may change without its time.
	fresh := contents(s, write("c", "cccc", now))
	if got := contents(s, write("c", "dddd", now)); got == fresh {
		t.Error("a file that was just written to is trusted")
	}

	// Hashes are kept: a file that pretends not to have changed is not read again, by
	// another process either; without them it is.
	kept := contents(s, write("e", "eeee", old))
	pretending := write("e", "ffff", old)
	if got := contents(&Study{Dir: s.Dir}, pretending); got != kept {
		t.Error("an unchanged file is hashed again")
	}
	cache := s.path("steps", "test.hashes.json")
	for _, broken := range []string{"", "{", `{"` + pretending.path + `": 1}`, "null"} {
		if err := os.WriteFile(cache, []byte(broken), 0o600); err != nil {
			t.Fatal(err)
		}
		if got := contents(&Study{Dir: s.Dir}, pretending); got == kept {
			t.Errorf("hashes are taken from %q", broken)
		}
	}
	// As scripts/notebook/fingerprint.py writes them.
	if err := os.WriteFile(cache, fmt.Appendf(nil, `{%q: {"size": 4, "mtime": %d, "sha256": "f00"}}`, pretending.path, old.UnixNano()), 0o600); err != nil {
		t.Fatal(err)
	}
	if got := contents(&Study{Dir: s.Dir}, pretending); got != "a f00" {
		t.Errorf("the hash that is kept is f00, the contents are %q", got)
	}
	if err := os.Remove(cache); err != nil {
		t.Fatal(err)
	}
	if got := contents(&Study{Dir: s.Dir}, pretending); got == kept {
		t.Error("hashes are taken from nowhere")
	}
}

// TestLoadDependsOnContents: the load stands whatever else happens to the corpus's
// folder, and falls with what it reads.
func TestLoadDependsOnContents(t *testing.T) {
	t.Setenv(EnvRuns, t.TempDir())
	const line = `{"created_at":"2020/01/02 03:04:05","id_str":"1","screen_name":"uno","text":"uno dos tres cuatro cinco seis","quoted_text":"","retweeted_text":""}` + "\n"
	dir := writeCorpus(t, "", line)
	write := func(name, text string) {
		t.Helper()
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	load := func() (*Loaded, error) {
		t.Helper()
		s, err := NewWith(work.New(), Options{Corpus: dir, Name: "contents"})
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
		if loaded.made.reused != c.reused {
			t.Errorf("%s: the load is reused %v, want %v", c.what, loaded.made.reused, c.reused)
		}
	}
	write("study.toml", "max_malformed = 0.1\n"+sides)
	if _, err := load(); err == nil || !strings.Contains(err.Error(), "1 of 3 records") || !strings.Contains(err.Error(), "max_malformed") || !strings.Contains(err.Error(), "\ntweets/c.jsonl:1") {
		t.Errorf("a load that stands from when more unreadable records were allowed: %v", err)
	}
}
