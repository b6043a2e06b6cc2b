package backend

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"github.com/hemiciclo/hemiciclo/pkg/home"
	"github.com/hemiciclo/hemiciclo/pkg/pjrtshim"
)

const (
	// cacheEnv says where compiled programs are kept: in a folder, or nowhere ("off").
	cacheEnv = "HEMICICLO_CACHE"

	// cacheSize is room for the programs of some hundred models.
	cacheSize = 1 << 30
)

// prepare puts [pjrtshim] in front of a plugin, and returns its name for go-xla and the
// folder in which its compiled programs are kept, or why none are.
func prepare(plugin, platform string) (name, kept string, err error) {
	if !filepath.IsAbs(plugin) {
		return plugin, "go-xla looks for the plugin by itself", nil
	}
	folder, err := cacheFolder(platform)
	var cache *pjrtshim.Cache
	if err == nil {
		cache, err = pjrtshim.OpenCache(folder, cacheSize)
	}
	kept = folder
	if err != nil {
		kept = "compiled programs are not kept: " + err.Error()
	}
	name, err = pjrtshim.Register(plugin, platform, cache)
	return name, kept, err
}

// cacheFolder returns the folder for compiled programs, or why there is none.
func cacheFolder(platform string) (string, error) {
	wish := os.Getenv(cacheEnv)
	if wish == "off" {
		return "", fmt.Errorf("%s=off", cacheEnv)
	}
	if platform != "cpu" && platform != "cuda" {
		return "", fmt.Errorf("on %s they were never tried", platform)
	}
	switch {
	case filepath.IsAbs(wish):
		return wish, nil
	case wish != "":
		return "", fmt.Errorf("%s: %q is neither an absolute path nor off", cacheEnv, wish)
	}
	root, err := home.Dir()
	if err != nil {
		return "", err
	}
	if info, err := os.Stat(filepath.Join(root, ".tools")); err != nil || !info.IsDir() {
		return "", errors.New("scripts/setup has not been run here")
	}
	return filepath.Join(root, ".tools", "cache", "xla"), nil
}

// InPlace returns the name of a program whose output i may reuse the memory of argument
// first+i, for each i below n: see [pjrtshim.InPlace]. Engines other than XLA ignore it.
func InPlace(name string, first, n int) string { return pjrtshim.InPlace(name, first, n) }

// OnCompile arranges for begin to be called whenever XLA starts to compile a program, and
// for the function that it returns to be called when that is done: see
// [pjrtshim.OnCompile].
func OnCompile(begin func(program string) (done func())) { pjrtshim.OnCompile(begin) }
