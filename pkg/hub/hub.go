package hub

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"strings"
)

// ErrUnavailable is wrapped by the errors of [Resolve] that say that a model is
// neither on this computer nor to be had from the hub now. Other errors (a folder
// that is not a model, an impossible name) do not wrap it.
var ErrUnavailable = errors.New("the model is not on this computer")

// Options change how [Resolve] works; the zero value is sensible.
type Options struct {
	// Revision is a commit, branch or tag of the model; [Revision] of its name if
	// empty. A folder has none.
	Revision string
	// Progress gets what the downloader prints: bars and messages, with carriage
	// returns. Nil drops it.
	Progress io.Writer
	// Command is the downloader; the project's own `hf` if empty.
	Command string
}

// Names as the hub allows them. None can be taken for a path or an option.
var (
	validName     = regexp.MustCompile(`^[A-Za-z0-9_][A-Za-z0-9_.-]*(/[A-Za-z0-9_][A-Za-z0-9_.-]*)?$`)
	validRevision = regexp.MustCompile(`^[A-Za-z0-9_][A-Za-z0-9_.-]*(/[A-Za-z0-9_][A-Za-z0-9_.-]*)*$`)
)

// Resolve returns the folder of a model. If name is a folder, it is that; else the
// model's snapshot in Hugging Face's cache; else, unless HF_HUB_OFFLINE forbids it,
// the snapshot after a download. A folder that lacks its configuration, weights or
// tokenizer is an error, and in the cache a reason to download again.
func Resolve(ctx context.Context, name string, o Options) (string, error) {
	if dir, isPath, err := localFolder(name); isPath {
		return dir, err
	}
	if !validName.MatchString(name) || strings.Contains(name, "--") || strings.Contains(name, "..") {
		return "", fmt.Errorf("%q is neither a folder that exists nor a model's name on the hub, such as gpt2 or owner/model", name)
	}
	if o.Revision == "" {
		o.Revision = Revision(name)
	}
	if !validRevision.MatchString(o.Revision) || strings.Contains(o.Revision, "..") {
		return "", fmt.Errorf("model %s: %q is not a revision: give a commit, a branch or a tag", name, o.Revision)
	}
	cache, err := cacheDir()
	if err != nil {
		return "", err
	}
	dir, missing := cached(cache, name, o.Revision)
	if missing == nil {
		return dir, nil
	}
	if offline() {
		return "", fmt.Errorf("%w: %s at %s: %w, and HF_HUB_OFFLINE forbids downloading; unset it, or %s", ErrUnavailable, name, o.Revision, missing, byHand)
	}
	if err := download(ctx, cache, name, o); err != nil {
		return "", err
	}
	dir, missing = cached(cache, name, o.Revision)
	if missing != nil {
		return "", fmt.Errorf("%w: %s at %s is not complete after the download: %w; try again to resume it", ErrUnavailable, name, o.Revision, missing)
	}
	return dir, nil
}

// byHand is the mend that works without a connection.
const byHand = "copy the model's folder from a computer that has it and give its path instead of the name"

// localFolder tells whether name means a folder here, as in transformers: because
// it is one, or because it can be nothing else.
func localFolder(name string) (dir string, isPath bool, err error) {
	info, err := os.Stat(name)
	switch {
	case err == nil && info.IsDir():
		if err := checkComplete(name); err != nil {
			return "", true, fmt.Errorf("the folder %s is no model: %w", name, err)
		}
		return name, true, nil
	case err == nil && !validName.MatchString(name):
		return "", true, fmt.Errorf("%s is a file: give the folder of a model", name)
	case filepath.IsAbs(name) || strings.HasPrefix(name, "."):
		return "", true, fmt.Errorf("no model folder: %w", err)
	}
	return "", false, nil
}
