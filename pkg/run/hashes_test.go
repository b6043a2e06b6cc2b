package run

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"
)

// TestContents: what a file holds counts, not where it lies nor when it was written.
func TestContents(t *testing.T) {
	dir := t.TempDir()
	r := &Run{Dir: t.TempDir()}
	write := func(name, text string, at time.Time) NamedFile {
		t.Helper()
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		if err := os.Chtimes(path, at, at); err != nil {
			t.Fatal(err)
		}
		return NamedFile{"a", path}
	}
	contents := func(r *Run, file NamedFile) string {
		t.Helper()
		list, err := r.Contents(t.Context(), "test", []NamedFile{file})
		if err != nil {
			t.Fatal(err)
		}
		return list[0]
	}
	now := time.Now()
	old := now.Add(-time.Hour)
	first := contents(r, write("a", "aaaa", old))
	if want := "a 61be55a8e2f6b4e172338bddf184d6dbee29c98853e0a0485ecee7f27b9af0b4"; first != want {
		t.Errorf("contents are %q, want %q", first, want)
	}
	for what, got := range map[string]string{
		"a touched file": contents(r, write("a", "aaaa", old.Add(time.Minute))),
		"a copy":         contents(r, write("b", "aaaa", now)),
	} {
		if got != first {
			t.Errorf("%s is another: %s", what, got)
		}
	}
	if got := contents(r, write("a", "bbbb", old.Add(time.Second))); got == first {
		t.Error("a changed file is the same")
	}

	// One that is written to as it is hashed may change without its time.
	fresh := contents(r, write("c", "cccc", now))
	if got := contents(r, write("c", "dddd", now)); got == fresh {
		t.Error("a file that was just written to is trusted")
	}

	// Hashes are kept: a file that pretends not to have changed is not read again, by
	// another process either; without them it is.
	kept := contents(r, write("e", "eeee", old))
	pretending := write("e", "ffff", old)
	if got := contents(&Run{Dir: r.Dir}, pretending); got != kept {
		t.Error("an unchanged file is hashed again")
	}
	cache := r.Path("steps", "test.hashes.json")
	for _, broken := range []string{"", "{", `{"` + pretending.Path + `": 1}`, "null"} {
		if err := os.WriteFile(cache, []byte(broken), 0o600); err != nil {
			t.Fatal(err)
		}
		if got := contents(&Run{Dir: r.Dir}, pretending); got == kept {
			t.Errorf("hashes are taken from %q", broken)
		}
	}
	// As scripts/notebook/fingerprint.py writes them.
	if err := os.WriteFile(cache, fmt.Appendf(nil, `{%q: {"size": 4, "mtime": %d, "sha256": "f00"}}`, pretending.Path, old.UnixNano()), 0o600); err != nil {
		t.Fatal(err)
	}
	if got := contents(&Run{Dir: r.Dir}, pretending); got != "a f00" {
		t.Errorf("the hash that is kept is f00, the contents are %q", got)
	}
	if err := os.Remove(cache); err != nil {
		t.Fatal(err)
	}
	if got := contents(&Run{Dir: r.Dir}, pretending); got == kept {
		t.Error("hashes are taken from nowhere")
	}
}
