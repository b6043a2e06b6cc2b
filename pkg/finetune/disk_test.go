//go:build unix

package finetune

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/hemiciclo/hemiciclo/pkg/finetune/training"
)

// limitFiles makes every write beyond so many bytes of a file fail in this process,
// as a full disk does; size 0 lifts the limit.
func limitFiles(t *testing.T, size uint64) {
	t.Helper()
	var limit syscall.Rlimit
	if err := syscall.Getrlimit(syscall.RLIMIT_FSIZE, &limit); err != nil {
		t.Fatal(err)
	}
	limit.Cur = size
	if size == 0 {
		limit.Cur = limit.Max
	}
	if err := syscall.Setrlimit(syscall.RLIMIT_FSIZE, &limit); err != nil {
		t.Fatal(err)
	}
}

// The disk is full when the checkpoint of step 4 is written: at its weights, at its
// moments. What is there stays, and the run goes on from it when there is room.
func TestFullDiskLeavesTheLastCheckpoint(t *testing.T) {
	want, wantModel := straight(t)
	train, eval, s := resumable()
	for file, room := range map[string]uint64{"model.safetensors": 60 << 10, momentsFile: 180 << 10} {
		dir := t.TempDir()
		_, err := Train(t.Context(), openEngine(t, "go"), tiny(t), train, eval, s, RunOptions{Dir: dir, Progress: func(p training.Progress) {
			if p.Step == 3 {
				limitFiles(t, room)
			}
		}})
		limitFiles(t, 0)
		if err == nil || !strings.Contains(err.Error(), file) || !strings.Contains(err.Error(), "step 4") {
			t.Errorf("%s: error %v", file, err)
		}
		if entries, err := os.ReadDir(dir); err != nil || len(entries) != 1 || entries[0].Name() != "checkpoint-2" {
			t.Errorf("%s: the folder holds %v (%v)", file, entries, err)
		}
		m := tiny(t)
		h, err := Train(t.Context(), openEngine(t, "go"), m, train, eval, s, RunOptions{Dir: dir})
		if err != nil {
			t.Fatal(err)
		}
		if h.ResumedFrom != 2 {
			t.Errorf("%s: went on from %d", file, h.ResumedFrom)
		}
		want.BestModelCheckpoint = h.BestModelCheckpoint
		checkSameRun(t, h, want, m, wantModel)
	}
}

// A run is killed at each point of saving step 4: the folder is what such a run
// leaves, and the next one goes on from it.
func TestRunKilledWhileSavingGoesOn(t *testing.T) {
	want, wantModel := straight(t)
	train, eval, s := resumable()
	engine := openEngine(t, "go")
	stopAfter := func(step int) string {
		dir := t.TempDir()
		ctx, cancel := context.WithCancel(t.Context())
		defer cancel()
		_, err := Train(ctx, engine, tiny(t), train, eval, s, RunOptions{Dir: dir, Progress: func(p training.Progress) {
			if p.Step == step && p.Saved != "" {
				cancel()
			}
		}})
		if !errors.Is(err, context.Canceled) {
			t.Fatal(err)
		}
		return dir
	}
	saved, next := stopAfter(2), filepath.Join(stopAfter(4), "checkpoint-4")
	files := []string{"config.json", "model.safetensors", momentsFile, stateFile}
	for point := range len(files) + 2 {
		dir := t.TempDir()
		if err := os.CopyFS(dir, os.DirFS(saved)); err != nil {
			t.Fatal(err)
		}
		making := filepath.Join(dir, unfinished)
		if err := os.CopyFS(making, os.DirFS(next)); err != nil {
			t.Fatal(err)
		}
		from := 2
		for i, file := range files {
			path := filepath.Join(making, file)
			var err error
			switch {
			case i == point: // half written, under its temporary name
				half := filepath.Join(making, "."+file+".1.tmp")
				err = errors.Join(os.Rename(path, half), os.Truncate(half, 100))
			case i > point:
				err = os.Remove(path)
			}
			if err != nil {
				t.Fatal(err)
			}
		}
		if point == len(files)+1 { // renamed, and the one before not yet removed
			if err := os.Rename(making, filepath.Join(dir, "checkpoint-4")); err != nil {
				t.Fatal(err)
			}
			from = 4
		}
		m := tiny(t)
		h, err := Train(t.Context(), engine, m, train, eval, s, RunOptions{Dir: dir, Progress: func(p training.Progress) {
			if _, err := os.Stat(making); p.Step > from && p.Saved == "" && err == nil {
				t.Errorf("killed at point %d: step %d begins beside what was half written", point, p.Step)
			}
		}})
		if err != nil {
			t.Fatal(err)
		}
		if h.ResumedFrom != from {
			t.Errorf("killed at point %d: went on from %d", point, h.ResumedFrom)
		}
		want.BestModelCheckpoint = h.BestModelCheckpoint
		checkSameRun(t, h, want, m, wantModel)
	}
}

// A folder that cannot be written to is an error before the first step.
func TestUnwritableFolderIsAnErrorAtOnce(t *testing.T) {
	train, eval, s := resumable()
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o666); err != nil {
		t.Fatal(err)
	}
	for _, dir := range []string{file, filepath.Join(file, "folder")} {
		_, err := Train(t.Context(), openEngine(t, "go"), tiny(t), train, eval, s, RunOptions{Dir: dir, Progress: func(p training.Progress) {
			t.Errorf("it began: %+v", p)
		}})
		if err == nil || !strings.Contains(err.Error(), dir) || !strings.Contains(err.Error(), "name another folder") {
			t.Errorf("error %v", err)
		}
	}
}
