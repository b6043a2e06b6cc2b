package home_test

import (
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/hemiciclo/hemiciclo/pkg/home"
)

func TestDirFindsModuleRootFromWithin(t *testing.T) {
	t.Setenv(home.Env, "")
	root, err := home.Dir()
	if err != nil {
		t.Fatal(err)
	}
	want, err := filepath.Abs("../..")
	if err != nil {
		t.Fatal(err)
	}
	if root != want {
		t.Errorf("Dir() = %q, want %q", root, want)
	}
}

func TestDirOutsideNamesTheMend(t *testing.T) {
	t.Setenv(home.Env, "")
	dir := t.TempDir()
	// A module of another name does not count.
	if err := os.WriteFile(filepath.Join(dir, "go.mod"), []byte("module example.org/other\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	t.Chdir(dir)
	if _, err := home.Dir(); err == nil || !strings.Contains(err.Error(), home.Env) {
		t.Errorf("Dir() error = %v, want one that names %s", err, home.Env)
	}
}

func TestDirEnvironmentWins(t *testing.T) {
	dir := t.TempDir()
	t.Setenv(home.Env, dir)
	if got, err := home.Dir(); err != nil || got != dir {
		t.Errorf("Dir() = %q, %v; want %q", got, err, dir)
	}
	t.Setenv(home.Env, filepath.Join(dir, "missing"))
	if _, err := home.Dir(); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("Dir() error = %v, want not-exist", err)
	}
}

func TestLib(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "with a space")
	t.Setenv(home.Env, dir)
	lib := filepath.Join(dir, ".tools", "lib")
	if err := os.MkdirAll(lib, 0o755); err != nil {
		t.Fatal(err)
	}
	if _, err := home.Lib("part.js"); !errors.Is(err, os.ErrNotExist) || !strings.Contains(err.Error(), "scripts/setup") {
		t.Errorf("Lib of a missing part: %v, want not-exist that names scripts/setup", err)
	}
	if err := os.WriteFile(filepath.Join(lib, "part.js"), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if got, err := home.Lib("part.js"); err != nil || got != filepath.Join(lib, "part.js") {
		t.Errorf("Lib = %q, %v", got, err)
	}
	if _, err := home.Lib("../../secret"); err == nil {
		t.Error("Lib accepted a path that leaves the folder")
	}
}

func TestWriteFileReplacesWholeOrNotAtAll(t *testing.T) {
	path := filepath.Join(t.TempDir(), "new", "folder", "file.txt")
	put := func(text string, fail error) error {
		return home.WriteFile(path, func(w io.Writer) error {
			if _, err := io.WriteString(w, text); err != nil {
				return err
			}
			return fail
		})
	}
	if err := put("first", nil); err != nil {
		t.Fatal(err)
	}
	broken := errors.New("broken")
	if err := put("second, half", broken); !errors.Is(err, broken) {
		t.Fatalf("error = %v, want it to wrap the writer's", err)
	}
	if got, err := os.ReadFile(path); err != nil || string(got) != "first" {
		t.Errorf("after a failed write: %q, %v; want the old content", got, err)
	}
	if err := put("third", nil); err != nil {
		t.Fatal(err)
	}
	if got, err := os.ReadFile(path); err != nil || string(got) != "third" {
		t.Errorf("content = %q, %v", got, err)
	}
	entries, err := os.ReadDir(filepath.Dir(path))
	if err != nil {
		t.Fatal(err)
	}
	if len(entries) != 1 {
		t.Errorf("temporary files left behind: %v", entries)
	}
}

func TestRemovePartial(t *testing.T) {
	dir := t.TempDir()
	if err := home.RemovePartial(filepath.Join(dir, "missing")); err != nil {
		t.Errorf("a folder that is not there: %v", err)
	}
	var left string
	err := home.WriteFile(filepath.Join(dir, "a.bin"), func(io.Writer) error {
		// As a program that is killed here leaves it.
		entries, err := os.ReadDir(dir)
		if err == nil {
			left = filepath.Join(dir, entries[0].Name())
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	kept := []string{"a.bin", "b.tmp", ".hidden"}
	for _, name := range append(kept[1:], filepath.Base(left)) {
		if err := os.WriteFile(filepath.Join(dir, name), nil, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if err := home.RemovePartial(dir); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(left); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("%s is still there", left)
	}
	for _, name := range kept {
		if _, err := os.Stat(filepath.Join(dir, name)); err != nil {
			t.Errorf("%s is gone", name)
		}
	}
}

func TestTailKeepsTheEnd(t *testing.T) {
	said := home.Tail{Limit: 5}
	for _, piece := range []string{"abc", "defg", "", "h"} {
		if n, err := said.Write([]byte(piece)); n != len(piece) || err != nil {
			t.Errorf("writing %q: %d, %v", piece, n, err)
		}
	}
	if got := said.String(); got != "defgh" {
		t.Errorf("the end is %q, want defgh", got)
	}
}

func TestRemoveOfWhatIsMissing(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a")
	if err := os.WriteFile(path, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	for range 2 {
		if err := home.Remove(path); err != nil {
			t.Fatal(err)
		}
		if _, err := os.Stat(path); !errors.Is(err, os.ErrNotExist) {
			t.Errorf("the file is still there: %v", err)
		}
	}
}
