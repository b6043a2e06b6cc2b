//go:build linux && (amd64 || arm64) && cgo && !noxla

package backend

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/hemiciclo/hemiciclo/pkg/home"
)

func TestCacheFolder(t *testing.T) {
	root := t.TempDir()
	t.Setenv(home.Env, root)
	if err := os.Mkdir(filepath.Join(root, ".tools"), 0o700); err != nil {
		t.Fatal(err)
	}
	usual := filepath.Join(root, ".tools", "cache", "xla")
	for _, c := range []struct{ platform, wish, folder, why string }{
		{"cpu", "", usual, ""},
		{"cpu", "/folder", "/folder", ""},
		{"cpu", "off", "", "HEMICICLO_CACHE=off"},
		{"cpu", "folder", "", "neither an absolute path"},
		{"cuda", "", usual, ""},
		{"cuda", "/folder", "/folder", ""},
		{"cuda", "off", "", "HEMICICLO_CACHE=off"},
		{"tpu", "", "", "never tried"},
	} {
		t.Setenv(cacheEnv, c.wish)
		folder, err := cacheFolder(c.platform)
		if folder != c.folder || (err == nil) != (c.why == "") || err != nil && !strings.Contains(err.Error(), c.why) {
			t.Errorf("%s, %q: %q, %v; want %q, %q", c.platform, c.wish, folder, err, c.folder, c.why)
		}
	}
	t.Setenv(cacheEnv, "")
	t.Setenv(home.Env, t.TempDir())
	if folder, err := cacheFolder("cpu"); err == nil {
		t.Errorf("where nothing is set up programs are kept in %q", folder)
	}
}
