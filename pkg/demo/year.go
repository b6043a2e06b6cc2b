package demo

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
	"runtime"
	"sync"
	"sync/atomic"
	"time"

	fastjson "github.com/goccy/go-json"

	"github.com/hemiciclo/hemiciclo/pkg/home"
)

// DefaultRows is the number of lines that the study read.
const DefaultRows = studyRead

// firstOfYear begins the study's year of harvests.
var firstOfYear = time.Date(2019, 10, 14, 0, 0, 0, 0, time.UTC)

// YearOptions say how large a year WriteYear makes.
type YearOptions struct {
	// Rows is the number of JSON lines, met to within a few; 0: DefaultRows, which
	// is met exactly, as are the study's other row counts.
	Rows    int
	Seed    uint64 // 0: DefaultSeed
	Workers int    // files written at a time; 0: one per CPU
	// Progress, if set, is called after each file, never twice at once.
	Progress func(filesDone, filesTotal int)
}

// WriteYear makes a corpus folder like Write's, of a size to measure with: at
// full scale 1,173,079 lines of 1.5 KB in some 1,460 files, four harvests
// a day for a year, and counts.json with the rows that each step must find.
//
// Every tweet comes from a random source of its own, made of the seed and the
// tweet's number, so that files are written side by side, copies are composed
// again rather than remembered, and some 40 bytes a line are all that is kept.
// NLP_FEATURES are as bulky as those of a language service.
func WriteYear(ctx context.Context, dir string, o YearOptions) (Counts, error) {
	o.Rows = cmp.Or(o.Rows, DefaultRows)
	o.Seed = cmp.Or(o.Seed, DefaultSeed)
	if o.Workers < 1 {
		o.Workers = runtime.GOMAXPROCS(0)
	}
	kept := proportion(o.Rows, studyKept, studyRead)
	if kept < 1 || kept > maxTweets {
		return Counts{}, fmt.Errorf("demo: %d rows: give a number from 10 to %d", o.Rows, maxTweets*studyRead/studyKept)
	}
	var counts Counts
	err := writeFolder(dir, func(dir string) (err error) {
		counts, err = writeYear(ctx, dir, kept, o)
		return err
	})
	if err != nil {
		return Counts{}, fmt.Errorf("demo: %w", err)
	}
	return counts, nil
}

// year is what the writers of files share.
type year struct {
	seed     uint64
	accounts []account
	tweets   []planned
	times    []time.Time
	lines    [][]line // of each file
}

// line is a tweet's number and whether the line is a copy.
type line struct {
	tweet int32
	again bool
}

func writeYear(ctx context.Context, dir string, kept int, o YearOptions) (Counts, error) {
	r := rand.New(rand.NewPCG(o.Seed, uint64(kept)))
	kinds, counts := plan(kept)
	y := &year{seed: o.Seed, accounts: people(), tweets: schedule(r, kinds)}
	y.times = harvests(firstOfYear, min(max(counts.Read/800, 12), 4*366))
	y.lines = make([][]line, len(y.times))
	place := make([]int32, len(y.tweets))
	for i, p := range y.tweets {
		file := harvestOf(r, y.times, p.when)
		place[i] = int32(file)
		y.lines[file] = append(y.lines[file], line{tweet: int32(i)})
	}
	for _, i := range r.Perm(len(y.tweets))[:counts.Read-counts.Distinct] {
		file := int(place[i]) + r.IntN(len(y.times)-int(place[i]))
		y.lines[file] = append(y.lines[file], line{int32(i), true})
	}
	active, err := y.writeFiles(ctx, dir, o)
	if err != nil {
		return Counts{}, err
	}
	if err := writeAccounts(filepath.Join(dir, "accounts.csv"), y.accounts, active); err != nil {
		return Counts{}, err
	}
	if err := writeStudy(filepath.Join(dir, "study.toml")); err != nil {
		return Counts{}, err
	}
	if err := writeCounts(filepath.Join(dir, "counts.json"), counts); err != nil {
		return Counts{}, err
	}
	return counts, writeReadme(filepath.Join(dir, "README.md"), Options{Seed: o.Seed}, counts)
}

// writeFiles writes all files and returns the accounts' activity.
func (y *year) writeFiles(ctx context.Context, dir string, o YearOptions) (activity, error) {
	active := make(activity)
	var next atomic.Int64
	var group sync.WaitGroup
	var mu sync.Mutex // of what follows, and of active
	var failure error
	done := 0
	for range o.Workers {
		group.Go(func() {
			c := newComposer(y.accounts)
			var buffer bytes.Buffer
			for {
				file := int(next.Add(1)) - 1
				if file >= len(y.lines) {
					return
				}
				seen, err := y.writeFile(ctx, dir, file, c, &buffer)
				mu.Lock()
				if err != nil {
					failure = cmp.Or(failure, err)
				}
				active.merge(seen)
				done++
				if o.Progress != nil && failure == nil {
					o.Progress(done, len(y.lines))
				}
				ended := failure != nil
				mu.Unlock()
				if ended {
					return
				}
			}
		})
	}
	group.Wait()
	return active, failure
}

// writeFile writes the file with a number. It is not synced to disk by itself:
// a folder that did not become whole is made again.
func (y *year) writeFile(ctx context.Context, dir string, file int, c *composer, buffer *bytes.Buffer) (activity, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	active := make(activity)
	buffer.Reset()
	encoder := fastjson.NewEncoder(buffer)
	encoder.SetEscapeHTML(false)
	for _, l := range y.lines[file] {
		// The odd factor spreads neighbouring numbers over all bits.
		r := rand.New(rand.NewPCG(y.seed, uint64(l.tweet)*0x9e3779b97f4a7c15))
		row := c.compose(r, y.tweets[l.tweet], int(l.tweet))
		active.note(row)
		row.Features = detailed(r, row.Features)
		if l.again {
			row.FavoriteCount += r.IntN(20)
		}
		if err := encoder.Encode(row); err != nil {
			return nil, err
		}
	}
	name := filepath.Join(dir, "tweets", y.times[file].Format("2006/01/02/15"), "part-00000.jsonl")
	if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
		return nil, err
	}
	return active, os.WriteFile(name, buffer.Bytes(), 0o644)
}

func writeCounts(path string, counts Counts) error {
	return home.WriteFile(path, func(w io.Writer) error {
		encoder := json.NewEncoder(w)
		encoder.SetIndent("", "  ")
		return encoder.Encode(counts)
	})
}
