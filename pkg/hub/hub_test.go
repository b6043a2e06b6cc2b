package hub_test

import (
	"bytes"
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/hemiciclo/hemiciclo/pkg/home"
	"github.com/hemiciclo/hemiciclo/pkg/hub"
)

const commit = "0123456789abcdef0123456789abcdef01234567"

// environment takes away what the caller's own environment says about the hub, and
// returns an empty cache.
func environment(t *testing.T) (cache string) {
	t.Helper()
	for _, variable := range []string{"HF_HUB_CACHE", "HUGGINGFACE_HUB_CACHE", "HF_HUB_OFFLINE", "TRANSFORMERS_OFFLINE", "XDG_CACHE_HOME"} {
		t.Setenv(variable, "")
	}
	dir := filepath.Join(t.TempDir(), "with a space")
	t.Setenv("HF_HOME", dir)
	return filepath.Join(dir, "hub")
}

var complete = []string{"config.json", "model.safetensors", "tokenizer.json"}

func write(t *testing.T, dir string, names ...string) {
	t.Helper()
	for _, name := range names {
		put(t, filepath.Join(dir, name), "content", 0o644)
	}
}

func put(t *testing.T, path, text string, mode os.FileMode) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), mode); err != nil {
		t.Fatal(err)
	}
}

func snapshot(cache, model string) string {
	return filepath.Join(cache, "models--"+strings.ReplaceAll(model, "/", "--"), "snapshots", commit)
}

// fakeHF is a downloader that writes its arguments to a file and then runs body,
// with the cache's folder of the model in $model.
func fakeHF(t *testing.T, body string) (command, arguments string) {
	t.Helper()
	dir := t.TempDir()
	command, arguments = filepath.Join(dir, "hf"), filepath.Join(dir, "arguments")
	script := `#!/bin/sh
printf '%s ' "$@" >>'` + arguments + `'
printf '\n' >>'` + arguments + `'
for name; do :; done
cache=
for argument; do [ "$previous" = --cache-dir ] && cache=$argument; previous=$argument; done
model=$cache/models--$(printf %s "$name" | sed 's|/|--|')
` + body
	put(t, command, script, 0o755)
	return command, arguments
}

func TestFolder(t *testing.T) {
	environment(t)
	dir := t.TempDir()
	write(t, dir, "config.json", "pytorch_model.bin", "vocab.json", "merges.txt")
	if got, err := hub.Resolve(t.Context(), dir, hub.Options{}); err != nil || got != dir {
		t.Errorf("Resolve = %q, %v", got, err)
	}
	// A folder wins over a model of the same name, as in transformers.
	t.Chdir(filepath.Dir(dir))
	if got, err := hub.Resolve(t.Context(), filepath.Base(dir), hub.Options{}); err != nil || got != filepath.Base(dir) {
		t.Errorf("Resolve = %q, %v", got, err)
	}
}

func TestFolderThatIsNoModel(t *testing.T) {
	environment(t)
	dir := t.TempDir()
	for _, c := range []struct{ remove, want string }{
		{"config.json", "lacks config.json"},
		{"model-00002-of-00002.safetensors", "lacks model-00002-of-00002.safetensors"},
		{"model.safetensors.index.json", "lacks weights"},
		{"merges.txt", "lacks the tokenizer"},
	} {
		write(t, dir, "config.json", "model-00001-of-00002.safetensors", "model-00002-of-00002.safetensors", "vocab.json", "merges.txt")
		put(t, filepath.Join(dir, "model.safetensors.index.json"),
			`{"weight_map": {"a": "model-00001-of-00002.safetensors", "b": "model-00002-of-00002.safetensors"}}`, 0o644)
		if _, err := hub.Resolve(t.Context(), dir, hub.Options{}); err != nil {
			t.Fatal(err)
		}
		if err := os.Remove(filepath.Join(dir, c.remove)); err != nil {
			t.Fatal(err)
		}
		_, err := hub.Resolve(t.Context(), dir, hub.Options{})
		if err == nil || !strings.Contains(err.Error(), c.want) || errors.Is(err, hub.ErrUnavailable) {
			t.Errorf("without %s: error = %v, want one with %q", c.remove, err, c.want)
		}
	}
	if _, err := hub.Resolve(t.Context(), filepath.Join(dir, "none"), hub.Options{}); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("error = %v, want not-exist", err)
	}
}

func TestImpossibleNames(t *testing.T) {
	environment(t)
	for _, name := range []string{"", "a/b/c", "../x", "--help", "a b", "a--b", "a/..", "https://example.org/x", "gpt2\n"} {
		if _, err := hub.Resolve(t.Context(), name, hub.Options{}); err == nil || errors.Is(err, hub.ErrUnavailable) {
			t.Errorf("%q: error = %v", name, err)
		}
	}
	for _, revision := range []string{"--force", "../../x", "a b", "/x"} {
		_, err := hub.Resolve(t.Context(), "gpt2", hub.Options{Revision: revision})
		if err == nil || !strings.Contains(err.Error(), "not a revision") {
			t.Errorf("%q: error = %v", revision, err)
		}
	}
}

func TestCache(t *testing.T) {
	cache := environment(t)
	t.Setenv("HF_HUB_OFFLINE", "1")
	dir := snapshot(cache, "owner/model")
	// Files of a snapshot are links, as hf makes them.
	for _, name := range complete {
		put(t, filepath.Join(dir, "..", "..", "blobs", name), "content", 0o644)
		if err := os.MkdirAll(dir, 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.Symlink(filepath.Join("..", "..", "blobs", name), filepath.Join(dir, name)); err != nil {
			t.Fatal(err)
		}
	}
	put(t, filepath.Join(dir, "..", "..", "refs", "main"), commit, 0o644)
	for _, revision := range []string{"", "main", commit} {
		if got, err := hub.Resolve(t.Context(), "owner/model", hub.Options{Revision: revision}); err != nil || got != dir {
			t.Errorf("revision %q: Resolve = %q, %v; want %q", revision, got, err, dir)
		}
	}
	// The variables of Hugging Face's library, the more particular one first.
	t.Setenv("HF_HOME", filepath.Join(t.TempDir(), "elsewhere"))
	if _, err := hub.Resolve(t.Context(), "owner/model", hub.Options{}); !errors.Is(err, hub.ErrUnavailable) {
		t.Errorf("with another HF_HOME: error = %v", err)
	}
	t.Setenv("HF_HUB_CACHE", cache)
	if got, err := hub.Resolve(t.Context(), "owner/model", hub.Options{}); err != nil || got != dir {
		t.Errorf("with HF_HUB_CACHE: Resolve = %q, %v", got, err)
	}
	t.Setenv("HF_HUB_CACHE", "")
	t.Setenv("HF_HOME", "$BASE/~")
	t.Setenv("BASE", filepath.Dir(cache))
	if _, err := hub.Resolve(t.Context(), "owner/model", hub.Options{}); err == nil || !strings.Contains(err.Error(), filepath.Join(filepath.Dir(cache), "~")) {
		t.Errorf("with a variable in HF_HOME: error = %v", err)
	}

	// A blob that never arrived leaves a link to nothing.
	t.Setenv("HF_HUB_CACHE", cache)
	if err := os.Remove(filepath.Join(dir, "..", "..", "blobs", "model.safetensors")); err != nil {
		t.Fatal(err)
	}
	_, err := hub.Resolve(t.Context(), "owner/model", hub.Options{})
	if !errors.Is(err, hub.ErrUnavailable) || !strings.Contains(err.Error(), "lacks weights") || !strings.Contains(err.Error(), "HF_HUB_OFFLINE") {
		t.Errorf("incomplete snapshot: error = %v", err)
	}
}

func TestDownload(t *testing.T) {
	cache := environment(t)
	command, arguments := fakeHF(t, `
dir=$model/snapshots/`+commit+`
mkdir -p "$dir" "$model/refs"
printf `+commit+` >"$model/refs/main"
for file in config.json vocab.json merges.txt; do printf x >"$dir/$file"; done
case "$*" in *pytorch_model.bin*) printf x >"$dir/pytorch_model.bin" ;; esac
printf 'half\rwhole\n' >&2
`)
	var progress bytes.Buffer
	o := hub.Options{Command: command, Progress: &progress}
	got, err := hub.Resolve(t.Context(), "owner/model", o)
	if err != nil || got != snapshot(cache, "owner/model") {
		t.Fatalf("Resolve = %q, %v", got, err)
	}
	if !strings.Contains(progress.String(), "half\rwhole") {
		t.Errorf("progress = %q", progress.String())
	}
	data, err := os.ReadFile(arguments)
	if err != nil {
		t.Fatal(err)
	}
	calls := strings.Split(strings.TrimSpace(string(data)), "\n")
	if len(calls) != 2 || strings.Contains(calls[0], "pytorch_model.bin") || !strings.Contains(calls[1], "--include pytorch_model.bin") ||
		!strings.Contains(calls[0], "download --revision main") || !strings.HasSuffix(calls[0], "-- owner/model ") {
		t.Errorf("calls of hf: %q", calls)
	}
	// Once there, it is not fetched again.
	if _, err := hub.Resolve(t.Context(), "owner/model", hub.Options{Command: "no such program"}); err != nil {
		t.Error(err)
	}
}

func TestDownloadTakesSafetensorsAlone(t *testing.T) {
	environment(t)
	command, arguments := fakeHF(t, `
dir=$model/snapshots/607a30d783dfa663caf39e06633721c8d4cfcd7e
mkdir -p "$dir"
for file in config.json tokenizer.json model.safetensors; do printf x >"$dir/$file"; done
`)
	if _, err := hub.Resolve(t.Context(), "gpt2", hub.Options{Command: command}); err != nil {
		t.Fatal(err)
	}
	data, err := os.ReadFile(arguments)
	if err != nil {
		t.Fatal(err)
	}
	if strings.Count(string(data), "\n") != 1 || !strings.Contains(string(data), "--revision 607a30d783dfa663caf39e06633721c8d4cfcd7e ") {
		t.Errorf("calls of hf: %q", data)
	}
}

func TestDownloadThatFails(t *testing.T) {
	for name, c := range map[string]struct{ body, want string }{
		"no such model": {"printf '\\033[1m\\033[31mError: Model not found.\\033[0m\\nHint: create it\\n' >&2; exit 1", "hf says: Model not found; check the name and the connection"},
		"no connection": {"echo retrying; echo 'Error: Local entry not found. Name or service not known' >&2; exit 1", "Name or service not known"},
		"cut": {`dir=$model/snapshots/` + commit + `; mkdir -p "$dir" "$model/refs"; printf ` + commit + ` >"$model/refs/main"
			printf x >"$dir/config.json"; printf x >"$dir/tokenizer.json"; : >"$dir/model.safetensors"`, "not complete after the download"},
		"nothing": {"exit 0", "not complete after the download"},
		"killed":  {"kill -9 $$", "killed"},
	} {
		t.Run(name, func(t *testing.T) {
			environment(t)
			command, _ := fakeHF(t, c.body)
			_, err := hub.Resolve(t.Context(), "owner/model", hub.Options{Command: command})
			if !errors.Is(err, hub.ErrUnavailable) || !strings.Contains(err.Error(), c.want) {
				t.Errorf("error = %v, want one with %q", err, c.want)
			}
		})
	}
}

func TestDownloadIsInterrupted(t *testing.T) {
	environment(t)
	ctx, cancel := context.WithCancel(t.Context())
	command, _ := fakeHF(t, "echo started\nexec sleep 60")
	_, err := hub.Resolve(ctx, "owner/model", hub.Options{Command: command, Progress: onWrite(cancel)})
	if !errors.Is(err, context.Canceled) {
		t.Errorf("error = %v, want canceled", err)
	}
}

// onWrite is a writer that calls a function.
type onWrite func()

func (f onWrite) Write(p []byte) (int, error) {
	f()
	return len(p), nil
}

func TestDownloaderNotInstalled(t *testing.T) {
	environment(t)
	t.Setenv(home.Env, t.TempDir())
	_, err := hub.Resolve(t.Context(), "gpt2", hub.Options{})
	if !errors.Is(err, hub.ErrUnavailable) || !strings.Contains(err.Error(), "scripts/setup") {
		t.Errorf("error = %v, want one that names scripts/setup", err)
	}
}

func TestPinnedRevisions(t *testing.T) {
	for name, want := range map[string]string{
		"gpt2":                               "607a30d783dfa663caf39e06633721c8d4cfcd7e",
		"ensamblador/gpt2_espanol_8hx512pos": "d66fc91e911078ab71d8a74663668804f47d20b2",
		"ensamblador/gpt2-es-48heads":        "main",
		"some/other":                         "main",
	} {
		if got := hub.Revision(name); got != want {
			t.Errorf("Revision(%q) = %q, want %q", name, got, want)
		}
	}
}
