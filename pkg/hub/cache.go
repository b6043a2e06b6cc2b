package hub

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
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

// Files that make a model.
const (
	configFile  = "config.json"
	weightsFile = "model.safetensors"
	indexFile   = "model.safetensors.index.json"
	torchFile   = "pytorch_model.bin"
)

// checkComplete returns an error that names what a model's folder lacks: a
// configuration, weights in one of the formats that can be read, with all shards,
// and a tokenizer.
func checkComplete(dir string) error {
	var missing []string
	if !hasFile(dir, configFile) {
		missing = append(missing, configFile)
	}
	switch {
	case hasFile(dir, weightsFile):
	case hasFile(dir, indexFile):
		shards, err := shardNames(filepath.Join(dir, indexFile))
		if err != nil {
			return err
		}
		for _, shard := range shards {
			if !hasFile(dir, shard) {
				missing = append(missing, shard)
			}
		}
	case hasFile(dir, torchFile):
	default:
		missing = append(missing, "weights ("+weightsFile+" or "+torchFile+")")
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

// maxIndexBytes bounds the index of shards that is read.
const maxIndexBytes = 16 << 20

// shardNames returns the files that an index names, sorted.
func shardNames(path string) ([]string, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, err
	}
	if info.Size() > maxIndexBytes {
		return nil, fmt.Errorf("%s has %d bytes: not an index of shards", path, info.Size())
	}
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	var index struct {
		WeightMap map[string]string `json:"weight_map"`
	}
	if err := json.Unmarshal(data, &index); err != nil {
		return nil, fmt.Errorf("%s is not an index of shards: %w", path, err)
	}
	var names []string
	for _, name := range index.WeightMap {
		if !filepath.IsLocal(name) {
			return nil, fmt.Errorf("%s names the file %q: must be beside it", path, name)
		}
		names = append(names, name)
	}
	slices.Sort(names)
	return slices.Compact(names), nil
}
