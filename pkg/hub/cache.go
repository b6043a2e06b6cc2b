package hub

import (
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"github.com/hemiciclo/hemiciclo/pkg/tensorfile"
)

// cacheDir returns the folder of Hugging Face's cache, by the same rules as its own
// library.
func cacheDir() (string, error) {
	for _, variable := range []string{"HF_HUB_CACHE", "HUGGINGFACE_HUB_CACHE"} {
		if dir := os.Getenv(variable); dir != "" {
			return expand(dir)
		}
	}
	if dir := os.Getenv("HF_HOME"); dir != "" {
		return expand(filepath.Join(dir, "hub"))
	}
	if dir := os.Getenv("XDG_CACHE_HOME"); dir != "" {
		return expand(filepath.Join(dir, "huggingface", "hub"))
	}
	return expand(filepath.Join("~", ".cache", "huggingface", "hub"))
}

// expand replaces variables and a leading ~ in a path.
func expand(path string) (string, error) {
	path = os.ExpandEnv(path)
	if path == "~" || strings.HasPrefix(path, "~"+string(filepath.Separator)) {
		home, err := os.UserHomeDir()
		if err != nil {
			return "", fmt.Errorf("finding Hugging Face's cache: %w; set HF_HOME to a folder", err)
		}
		path = home + path[1:]
	}
	return filepath.Abs(path)
}

// offline tells whether the environment forbids downloads.
func offline() bool {
	value := os.Getenv("HF_HUB_OFFLINE")
	if value == "" {
		value = os.Getenv("TRANSFORMERS_OFFLINE")
	}
	return slices.Contains([]string{"1", "ON", "YES", "TRUE"}, strings.ToUpper(value))
}

// commitHash is a revision that needs no looking up.
var commitHash = regexp.MustCompile(`^[0-9a-f]{40}$`)

// cached returns a model's snapshot in the cache, or why there is none to use. The
// cache has a folder for each model with refs/<branch or tag>, which hold a commit,
// and snapshots/<commit>, whose files are links.
func cached(cache, name, revision string) (string, error) {
	model := filepath.Join(cache, "models--"+strings.ReplaceAll(name, "/", "--"))
	commit := revision
	if !commitHash.MatchString(revision) {
		data, err := os.ReadFile(filepath.Join(model, "refs", filepath.FromSlash(revision)))
		if err != nil {
			return "", errors.New("not in Hugging Face's cache, " + cache)
		}
		if commit = strings.TrimSpace(string(data)); !commitHash.MatchString(commit) {
			return "", fmt.Errorf("%s in Hugging Face's cache holds no commit", filepath.Join(model, "refs", revision))
		}
	}
	dir := filepath.Join(model, "snapshots", commit)
	if _, err := os.Stat(dir); err != nil {
		return "", errors.New("not in Hugging Face's cache, " + cache)
	}
	return dir, checkComplete(dir)
}

// configFile is a model's configuration.
const configFile = "config.json"

// checkComplete returns an error that names what a model's folder lacks: a
// configuration, weights in one of the formats that can be read, with all shards,
// and a tokenizer.
func checkComplete(dir string) error {
	var missing []string
	if !hasFile(dir, configFile) {
		missing = append(missing, configFile)
	}
	switch {
	case hasFile(dir, tensorfile.SafetensorsFile):
	case hasFile(dir, tensorfile.IndexFile):
		index := filepath.Join(dir, tensorfile.IndexFile)
		shards, err := tensorfile.ReadIndex(index)
		if err != nil {
			return fmt.Errorf("%s: %w", index, err)
		}
		for _, shard := range slices.Sorted(maps.Keys(shards)) {
			if !hasFile(dir, shard) {
				missing = append(missing, shard)
			}
		}
	case hasFile(dir, tensorfile.TorchFile):
	default:
		missing = append(missing, "weights ("+tensorfile.SafetensorsFile+" or "+tensorfile.TorchFile+")")
	}
	if !hasFile(dir, "tokenizer.json") && (!hasFile(dir, "vocab.json") || !hasFile(dir, "merges.txt")) {
		missing = append(missing, "the tokenizer (tokenizer.json, or vocab.json and merges.txt)")
	}
	if len(missing) > 0 {
		return fmt.Errorf("%s lacks %s", dir, strings.Join(missing, ", "))
	}
	return nil
}

// hasFile tells whether there is a file with something in it; links are followed.
func hasFile(dir, name string) bool {
	info, err := os.Stat(filepath.Join(dir, name))
	return err == nil && info.Mode().IsRegular() && info.Size() > 0
}
