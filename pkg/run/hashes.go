package run

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"log/slog"
	"maps"
	"os"
	"runtime"
	"sync"
	"sync/atomic"
	"time"

	"github.com/hemiciclo/hemiciclo/pkg/chart"
)

// NamedFile is a file and what it is called wherever it lies.
type NamedFile struct {
	Name, Path string
}

// hashes are files' hashes by their paths. scripts/notebook/fingerprint.py keeps those of the
// corpus in the same file.
type hashes map[string]hashed

// hashed is a file's hash, and what it looked like when it had it.
type hashed struct {
	Size   int64  `json:"size"`
	MTime  int64  `json:"mtime"` // nanoseconds since 1970
	SHA256 string `json:"sha256"`
}

// clockStep is more than the step in which any disk tells the time. A file that had
// been written to later than that before it was hashed may have been written to again
// without another time.
const clockStep = 2 * time.Second

// Contents returns name and hash of each file: what a step depends on that reads
// them. Hashes are kept in steps/<of>.hashes.json for files that do not change;
// without it, or where it cannot be read, they only take their time again.
func (r *Run) Contents(ctx context.Context, of string, files []NamedFile) ([]string, error) {
	path := r.Path("steps", of+".hashes.json")
	known := r.hashes[of]
	if known == nil {
		_ = ReadJSON(path, &known)
	}
	now := hashes{}
	var missing []string
	var bytes int64
	for _, file := range files {
		info, err := os.Stat(file.Path)
		if err != nil {
			return nil, err
		}
		seen := hashed{Size: info.Size(), MTime: info.ModTime().UnixNano()}
		if before := known[file.Path]; before.Size == seen.Size && before.MTime == seen.MTime {
			seen.SHA256 = before.SHA256
		}
		if seen.SHA256 == "" {
			missing = append(missing, file.Path)
			bytes += seen.Size
		}
		now[file.Path] = seen
	}
	start := time.Now()
	sums, err := hashFiles(ctx, missing, bytes)
	if err != nil {
		return nil, err
	}
	for i, path := range missing {
		seen := now[path]
		seen.SHA256 = sums[i]
		now[path] = seen
	}
	list := make([]string, len(files))
	for i, file := range files {
		list[i] = file.Name + " " + now[file.Path].SHA256
	}
	maps.DeleteFunc(now, func(_ string, h hashed) bool { return time.Unix(0, h.MTime).After(start.Add(-clockStep)) })
	if r.hashes == nil {
		r.hashes = map[string]hashes{}
	}
	r.hashes[of] = now
	if len(missing) > 0 && !maps.Equal(now, known) {
		if err := WriteJSON(path, now); err != nil {
			slog.Warn("keeping hashes of files", "error", err)
		}
	}
	return list, nil
}

// hashFiles hashes files, of so many bytes in all, several at a time. It shows how far
// it is where it takes long.
func hashFiles(ctx context.Context, paths []string, bytes int64) ([]string, error) {
	const patience = time.Second
	start := time.Now()
	track := chart.NewTrack("Reconociendo los archivos", "kB", bytes/1000)
	var shown atomic.Bool
	var read, next atomic.Int64
	sums, errs := make([]string, len(paths)), make([]error, len(paths))
	count := func(n int) error {
		done := read.Add(int64(n))
		if time.Since(start) < patience {
			return nil
		}
		shown.Store(true)
		LogUnshown(track.Set(done/1000, 0, ""))
		return ctx.Err()
	}
	var group sync.WaitGroup
	for range min(runtime.GOMAXPROCS(0), len(paths)) {
		group.Go(func() {
			for i := int(next.Add(1)) - 1; i < len(paths); i = int(next.Add(1)) - 1 {
				if sums[i], errs[i] = FileHash(paths[i], passing(count)); errs[i] != nil {
					next.Store(int64(len(paths))) // The others end, too.
				}
			}
		})
	}
	group.Wait()
	err := cmp.Or(errs...)
	if shown.Load() {
		LogUnshown(track.Close(err))
	}
	return sums, err
}

// passing is a writer that only counts.
type passing func(n int) error

// Write counts the bytes.
func (count passing) Write(p []byte) (int, error) { return len(p), count(len(p)) }

// FileHash returns the SHA-256 of a file, in hexadecimal. What it reads goes to the
// writers as well.
func FileHash(path string, also ...io.Writer) (string, error) {
	file, err := os.Open(path)
	if err != nil {
		return "", err
	}
	defer func() { _ = file.Close() }() // Only read from.
	sum := sha256.New()
	if _, err := io.Copy(io.MultiWriter(append(also, sum)...), file); err != nil {
		return "", fmt.Errorf("leer %s: %w", path, err)
	}
	return hex.EncodeToString(sum.Sum(nil)), nil
}
