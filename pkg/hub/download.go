package hub

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"time"

	"github.com/hemiciclo/hemiciclo/pkg/home"
	"github.com/hemiciclo/hemiciclo/pkg/tensorfile"
)

// wanted are the files of a model that are of use here, by `hf download`'s patterns.
// PyTorch's file, as large as the weights in safetensors, is fetched only where a
// model has nothing else.
var wanted = []string{
	configFile, tensorfile.SafetensorsFile, tensorfile.IndexFile, "model-*-of-*.safetensors",
	"tokenizer.json", "tokenizer_config.json", "vocab.json", "merges.txt", "special_tokens_map.json", "added_tokens.json",
}

// download fetches a model into the cache.
func download(ctx context.Context, cache, name string, o Options) error {
	if o.Command == "" {
		command, err := installed()
		if err != nil {
			return fmt.Errorf("%w: downloading %s: %w", ErrUnavailable, name, err)
		}
		o.Command = command
	}
	if err := o.run(ctx, cache, name, wanted); err != nil {
		return err
	}
	dir, _ := cached(cache, name, o.Revision)
	if dir != "" && (hasFile(dir, tensorfile.SafetensorsFile) || hasFile(dir, tensorfile.IndexFile)) {
		return nil
	}
	return o.run(ctx, cache, name, []string{tensorfile.TorchFile})
}

// installed returns the path of the project's own downloader.
func installed() (string, error) {
	root, err := home.Dir()
	if err != nil {
		return "", err
	}
	path := filepath.Join(root, ".tools", "venv", "bin", "hf")
	if _, err := os.Stat(path); err != nil {
		return "", fmt.Errorf("the downloader of Hugging Face is not installed: run scripts/setup: %w", err)
	}
	return path, nil
}

// run calls `hf download` for the files of some patterns.
func (o Options) run(ctx context.Context, cache, name string, patterns []string) error {
	args := []string{"download", "--revision", o.Revision, "--cache-dir", cache, "--format", "human"}
	for _, pattern := range patterns {
		args = append(args, "--include", pattern)
	}
	command := exec.CommandContext(ctx, o.Command, append(args, "--", name)...)
	command.Env = append(os.Environ(),
		"TQDM_POSITION=-1", // Shows progress where the output is no terminal.
		"HF_HUB_DISABLE_TELEMETRY=1", "HF_HUB_DISABLE_UPDATE_CHECK=1")
	// An interrupted download keeps what it has, and is resumed by the next.
	command.Cancel = func() error { return command.Process.Signal(os.Interrupt) }
	command.WaitDelay = 10 * time.Second
	said := &home.Tail{Limit: 4096}
	var output io.Writer = said
	if o.Progress != nil {
		output = io.MultiWriter(said, o.Progress)
	}
	command.Stdout, command.Stderr = output, output
	err := command.Run()
	switch {
	case err == nil:
		return nil
	case ctx.Err() != nil:
		return fmt.Errorf("downloading %s: %w; what has arrived is kept: run again to go on", name, context.Cause(ctx))
	case errors.Is(err, os.ErrNotExist) || errors.Is(err, os.ErrPermission):
		return fmt.Errorf("%w: downloading %s: %w; run scripts/setup", ErrUnavailable, name, err)
	}
	reason := reasonIn(said.String())
	if reason == "" {
		reason = err.Error()
	}
	return fmt.Errorf("%w: downloading %s at %s: hf says: %s; check the name and the connection, or %s", ErrUnavailable, name, o.Revision, strings.TrimSuffix(reason, "."), byHand)
}

// ansi are the colours of a terminal.
var ansi = regexp.MustCompile("\x1b\\[[0-9;]*[A-Za-z]")

// reasonIn returns the line in which hf says what went wrong, else its last line.
func reasonIn(output string) string {
	last := ""
	for line := range strings.FieldsFuncSeq(ansi.ReplaceAllString(output, ""), func(r rune) bool { return r == '\n' || r == '\r' }) {
		line = strings.TrimSpace(line)
		if said, isError := strings.CutPrefix(line, "Error: "); isError {
			return said
		}
		if line != "" && !strings.HasPrefix(line, "Hint:") {
			last = line
		}
	}
	return last
}
