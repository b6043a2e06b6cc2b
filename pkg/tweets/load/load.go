package load

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"runtime"
	"sync"
	"sync/atomic"
	"time"

	"github.com/hemiciclo/hemiciclo/pkg/tweets"
	"github.com/hemiciclo/hemiciclo/pkg/tweets/parquet"
)

// Tweets reads the accounts and the tweets, takes them through the steps that the
// package comment lists, and returns the survivors, all in memory. The result
// depends on the files and options alone, not on Workers.
//
// It fails when a file cannot be read, when a CSV lacks a column, when the options
// ask for dates of a corpus that has none ([tweets.ErrUndated]), and when more
// than MaxMalformed of all records are malformed; the Result then returned with
// the error holds the malformed records and nothing else.
func Tweets(ctx context.Context, o tweets.Options) (*tweets.Result, error) {
	var kept []tweets.Tweet
	result, err := load(ctx, o, pieceSizes, os.TempDir(), func(rows []tweets.Tweet) error {
		kept = append(kept, rows...)
		return nil
	})
	if err == nil {
		result.Tweets = kept
	}
	return result, err
}

// File is Tweets for a corpus of any size: the survivors go to a Parquet file, as
// [parquet.Write] writes them, and Result.Tweets is nil. Some hundred megabytes
// of memory are enough for hundreds of gigabytes of tweets; beside the file it
// needs room on its disk for twice the original tweets' texts.
func File(ctx context.Context, o tweets.Options, path string) (*tweets.Result, error) {
	var result *tweets.Result
	// Set aside, for with it comes a result that says more.
	var failed error
	err := parquet.WritePieces(path, func(write func([]tweets.Tweet) error) error {
		result, failed = load(ctx, o, pieceSizes, filepath.Dir(path), write)
		return failed
	})
	if failed != nil {
		return result, failed
	}
	return result, err
}

// sizes, in bytes of input, are those of the pieces in which a corpus is worked on.
type sizes struct {
	chunk int64 // of a large file, so that it keeps all workers busy
	part  int64 // of what is spilled together, and later read into memory as one
}

var pieceSizes = sizes{chunk: 64 << 20, part: 64 << 20}

// load gives the survivors, in their order, to keep, in pieces that are keep's.
func load(ctx context.Context, o tweets.Options, pieces sizes, temporary string, keep func([]tweets.Tweet) error) (*tweets.Result, error) {
	l, err := newLoader(o, pieces.chunk)
	if err != nil {
		return nil, err
	}
	return l.load(ctx, pieces, temporary, keep)
}

func (l *loader) load(ctx context.Context, pieces sizes, temporary string, keep func([]tweets.Tweet) error) (*tweets.Result, error) {
	o := l.options
	parts := int(min(max(l.bytesTotal/pieces.part, 1), maxParts))
	if l.shown = ^uint64(0); parts > 1 {
		l.shown >>= 4 // one in 16 is enough to choose from
	}
	in, err := newSpill(temporary, parts)
	if err != nil {
		return nil, fmt.Errorf("tweets: %w", err)
	}
	defer in.close()
	if err := l.readAll(ctx, in); err != nil {
		return nil, fmt.Errorf("tweets: %w", err)
	}
	result := l.summary()
	if err := result.CheckMalformed(o.MaxMalformed); err != nil {
		return &tweets.Result{Malformed: result.Malformed, MalformedCount: result.MalformedCount}, err
	}
	if result.Undated && (o.Columns["created_at"] != "" || o.Days > 0 || !o.From.IsZero() || !o.To.IsZero()) {
		return nil, fmt.Errorf("tweets: %w: %s", tweets.ErrUndated, cmp.Or(o.Columns["created_at"], "created_at"))
	}
	if len(o.Languages) > 0 && result.Steps[0].Rows > 0 && !l.spoken.Load() {
		return nil, errors.New("tweets: no original tweet tells its language: keep those of all languages, or name the column under [columns] in study.toml, as in lang = \"its name\"")
	}
	if err := l.reduce(ctx, in, temporary, result, keep); err != nil {
		return nil, fmt.Errorf("tweets: %w", err)
	}
	return result, nil
}

// loader is what the goroutines of one load share.
type loader struct {
	options    tweets.Options
	workers    int
	columns    map[string][]string
	zone       *time.Location
	most       int // records read of a task; 0: all
	accounts   []tweets.Account
	byName     map[string]int // FoldName → place in accounts
	shown      uint64         // of retweets and quotes, those whose mixed id is at most this may be shown
	files      int
	bytesTotal int64
	tasks      []task
	results    []taskResult // of each task

	bytes    atomic.Int64
	rows     atomic.Int64
	rounded  atomic.Int64 // rows whose id had lost digits
	spoken   atomic.Bool  // an original tweet told its language
	cut      atomic.Bool  // a task holds more than the most that is read of it
	done     atomic.Int64 // tasks
	progress struct {
		sync.Mutex
		last time.Time
	}
}

func newLoader(o tweets.Options, chunk int64) (*loader, error) {
	if o.Days < 0 {
		return nil, fmt.Errorf("tweets: a date window of %d days: give 0 for none", o.Days)
	}
	if math.IsNaN(o.MaxMalformed) || o.MaxMalformed > 1 {
		return nil, fmt.Errorf("tweets: a share of malformed records of %v: give a number from 0 to 1", o.MaxMalformed)
	}
	l := &loader{options: o, workers: o.Workers, byName: make(map[string]int)}
	if l.workers < 1 {
		l.workers = runtime.GOMAXPROCS(0)
	}
	if err := errors.Join(checkFormat(o.Format), o.Cleaning.Check()); err != nil {
		return nil, fmt.Errorf("tweets: %w", err)
	}
	if !o.From.IsZero() && !o.To.IsZero() && !o.From.Before(o.To) {
		return nil, fmt.Errorf("tweets: a date window from %v to %v holds nothing", o.From, o.To)
	}
	var err error
	if l.zone, err = tweets.Zone(o.TimeZone); err != nil {
		return nil, fmt.Errorf("tweets: time zone %q: give one as in \"America/Santiago\", or none for UTC: %w", o.TimeZone, err)
	}
	if l.columns, err = tweets.ColumnNames(o.Columns); err != nil {
		return nil, fmt.Errorf("tweets: %w", err)
	}
	if l.accounts, err = tweets.ReadAccounts(o.Accounts); err != nil {
		return nil, err
	}
	for i, a := range l.accounts {
		l.byName[tweets.FoldName(a.ScreenName)] = i
	}
	files, err := tweets.Files(o)
	if err != nil {
		return nil, err
	}
	l.files = len(files)
	for _, file := range files {
		l.bytesTotal += file.Size
	}
	if l.tasks, err = split(&o, files, chunk); err != nil {
		return nil, fmt.Errorf("tweets: %w", err)
	}
	l.results = make([]taskResult, len(l.tasks))
	return l, nil
}

// readAll takes every task. Tasks are begun in their order, and one that was
// begun is brought to its end even if another failed, so that the error is always
// that of the first bad file.
func (l *loader) readAll(ctx context.Context, in *spill) error {
	workers := min(l.workers, len(l.tasks))
	buffer := spillBuffer(workers * len(in.parts))
	return inParallel(workers, len(l.tasks), func() (func(int) error, func() error) {
		w := &worker{loader: l, spill: in.writer(buffer), names: make(map[string]int), dates: dateReader{zone: l.zone}}
		return func(i int) error {
			if err := w.run(ctx, i); err != nil {
				return err
			}
			l.done.Add(1)
			l.report(tweets.StageRead, l.tasks[i].file.Path, true)
			return nil
		}, w.spill.flush
	})
}

// inParallel does tasks 0 … n−1, each begun in its order, with several workers;
// newWorker returns what one does with a task, and what it does at the end. The
// error is that of the first task that failed.
func inParallel(workers, n int, newWorker func() (do func(i int) error, end func() error)) error {
	var next atomic.Int64
	var failed atomic.Bool
	var group sync.WaitGroup
	errs := make([]error, n)
	ends := make([]error, workers)
	for number := range workers {
		group.Go(func() {
			do, end := newWorker()
			for !failed.Load() {
				i := int(next.Add(1)) - 1
				if i >= n {
					ends[number] = end()
					return
				}
				if errs[i] = do(i); errs[i] != nil {
					failed.Store(true)
				}
			}
		})
	}
	group.Wait()
	for _, err := range append(errs, ends...) {
		if err != nil {
			return err
		}
	}
	return nil
}

// report calls the progress callback, at most ten times a second but for always.
func (l *loader) report(stage tweets.Stage, file string, always bool) {
	if l.options.Progress == nil {
		return
	}
	l.progress.Lock()
	defer l.progress.Unlock()
	if now := time.Now(); always || now.Sub(l.progress.last) > 100*time.Millisecond {
		l.progress.last = now
		done := int(l.done.Load())
		p := tweets.Progress{
			Stage:      stage,
			FilesTotal: l.files,
			Bytes:      min(l.bytes.Load(), l.bytesTotal),
			BytesTotal: l.bytesTotal,
			Rows:       int(l.rows.Load()),
			File:       file,
		}
		// A file in pieces counts once, when all are done.
		p.FilesDone = max(0, l.files-(len(l.tasks)-done))
		l.options.Progress(p)
	}
}

// summary is what the tasks found, in their order.
func (l *loader) summary() *tweets.Result {
	result := &tweets.Result{Accounts: l.accounts, Files: l.files, RoundedIDs: int(l.rounded.Load())}
	read, without := 0, 0 // without a date
	for _, r := range l.results {
		read, without = read+r.rows, without+r.undatedCount
	}
	if result.Undated = read > 0 && without == read; !result.Undated {
		read, result.MalformedCount = read-without, without
	}
	lines := 0 // of the file's earlier pieces
	formats := make(map[string]bool)
	for i := range l.results {
		r := &l.results[i]
		result.MalformedCount += r.malformedCount
		if l.tasks[i].from == 0 {
			lines = 0
		}
		for _, f := range r.malformed {
			if f.undated && result.Undated || len(result.Malformed) == maxMalformedKept {
				continue
			}
			f.Line += lines
			result.Malformed = append(result.Malformed, f.Malformed)
		}
		lines += r.lines
		if l.tasks[i].to == 0 && r.rows+r.malformedCount == 0 && len(result.Empty) < maxMalformedKept {
			result.Empty = append(result.Empty, l.tasks[i].file.Path)
		}
		for _, format := range r.formats {
			formats[format] = true
		}
	}
	result.Steps = []tweets.Step{{Name: tweets.StepRead, Rows: read}}
	result.Format = joined(formats)
	return result
}
