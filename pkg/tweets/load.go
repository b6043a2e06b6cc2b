package tweets

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"math"
	"runtime"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"
)

// Load reads the accounts and the tweets and takes them through the steps that
// the package comment lists. The result depends on the files and options alone,
// not on Workers.
//
// It fails when a file cannot be read, when a CSV lacks a column, and when more
// than MaxMalformed of all records are malformed; the Result then returned with
// the error holds the malformed records and nothing else.
func Load(ctx context.Context, o Options) (*Result, error) {
	if o.Days < 0 {
		return nil, fmt.Errorf("tweets: a date window of %d days: give 0 for none", o.Days)
	}
	if math.IsNaN(o.MaxMalformed) || o.MaxMalformed > 1 {
		return nil, fmt.Errorf("tweets: a share of malformed records of %v: give a number from 0 to 1", o.MaxMalformed)
	}
	names, err := columnNames(o.Columns)
	if err != nil {
		return nil, fmt.Errorf("tweets: %w", err)
	}
	accounts, err := ReadAccounts(o.Accounts)
	if err != nil {
		return nil, err
	}
	files, err := find(o.Tweets, o.Accounts)
	if err != nil {
		return nil, fmt.Errorf("tweets: %w", err)
	}
	l := &loader{
		options:  o,
		files:    files,
		columns:  names,
		accounts: make(map[string]*Account, len(accounts)),
		results:  make([]fileResult, len(files)),
	}
	for i := range accounts {
		l.accounts[foldName(accounts[i].ScreenName)] = &accounts[i]
	}
	for _, file := range files {
		l.bytesTotal += file.size
	}
	if err := l.readAll(ctx); err != nil {
		return nil, fmt.Errorf("tweets: %w", err)
	}
	result := l.merge()
	result.Accounts = accounts
	result.Files = len(files)
	if total := result.Rows(StepRead) + result.MalformedCount; tooMany(result.MalformedCount, total, o.MaxMalformed) {
		bad := &Result{Malformed: result.Malformed, MalformedCount: result.MalformedCount}
		return bad, fmt.Errorf("tweets: %d of %d records are malformed, which is more than the share of %v that is allowed; the first: %v",
			result.MalformedCount, total, share(o.MaxMalformed), result.Malformed[0])
	}
	return result, nil
}

// share is the share of malformed records that an option's value allows.
func share(option float64) float64 {
	if option == 0 {
		return DefaultMaxMalformed
	}
	return max(option, 0)
}

func tooMany(malformed, total int, option float64) bool {
	return float64(malformed) > share(option)*float64(total)
}

// loader reads files, several at a time.
type loader struct {
	options    Options
	files      []tweetFile
	columns    map[string][]string
	accounts   map[string]*Account // by foldName
	bytesTotal int64
	results    []fileResult // of each file

	bytes    atomic.Int64
	rows     atomic.Int64
	done     atomic.Int64
	progress struct {
		sync.Mutex
		last time.Time
	}
}

// readAll reads every file. Files are begun in their order, and one that was
// begun is read to its end even if another failed, so that the error is always
// that of the first bad file.
func (l *loader) readAll(ctx context.Context) error {
	workers := l.options.Workers
	if workers < 1 {
		workers = runtime.GOMAXPROCS(0)
	}
	var next atomic.Int64
	var failed atomic.Bool
	var group sync.WaitGroup
	errs := make([]error, len(l.files))
	for range min(workers, len(l.files)) {
		group.Go(func() {
			for !failed.Load() {
				i := int(next.Add(1)) - 1
				if i >= len(l.files) {
					return
				}
				if errs[i] = l.readFile(ctx, i); errs[i] != nil {
					failed.Store(true)
					return
				}
				l.done.Add(1)
				l.report(l.files[i].path, true)
			}
		})
	}
	group.Wait()
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}

// report calls the progress callback, at most ten times a second but for always.
func (l *loader) report(file string, always bool) {
	if l.options.Progress == nil {
		return
	}
	l.progress.Lock()
	defer l.progress.Unlock()
	if now := time.Now(); always || now.Sub(l.progress.last) > 100*time.Millisecond {
		l.progress.last = now
		l.options.Progress(Progress{
			FilesDone:  int(l.done.Load()),
			FilesTotal: len(l.files),
			Bytes:      min(l.bytes.Load(), l.bytesTotal),
			BytesTotal: l.bytesTotal,
			Rows:       int(l.rows.Load()),
			File:       file,
		})
	}
}

// merge takes the records of all files, in their order, through the steps that
// need them all.
func (l *loader) merge() *Result {
	result := &Result{}
	formats := make(map[string]bool)
	var originals []record
	read, distinct := 0, 0
	seen := make(map[string]struct{}, l.rows.Load())
	for i := range l.results {
		file := &l.results[i]
		for _, format := range file.formats {
			formats[format] = true
		}
		result.MalformedCount += file.malformedCount
		if room := maxMalformedKept - len(result.Malformed); room > 0 {
			result.Malformed = append(result.Malformed, file.malformed[:min(room, len(file.malformed))]...)
		}
		read += len(file.records)
		for _, r := range file.records {
			if _, again := seen[r.id]; again {
				continue
			}
			seen[r.id] = struct{}{}
			distinct++
			if r.fate != fateNotOriginal {
				originals = append(originals, r)
				if r.time.After(result.Newest) {
					result.Newest = r.time
				}
			}
		}
		file.records = nil
	}
	var after time.Time
	if l.options.Days > 0 {
		after = result.Newest.Add(-time.Duration(l.options.Days) * 24 * time.Hour)
	}
	rows := make(map[fate]int) // that reach each fate or a later one
	window := 0
	for _, r := range originals {
		if !r.time.After(after) {
			continue
		}
		window++
		for f := fateBlank; f <= r.fate; f++ {
			rows[f]++
		}
		if r.fate == fateKept {
			result.Tweets = append(result.Tweets, *r.tweet)
		}
	}
	slices.SortFunc(result.Tweets, func(a, b Tweet) int {
		return cmp.Or(a.Time.Compare(b.Time), compareIDs(a.ID, b.ID))
	})
	result.Steps = []Step{
		{StepRead, read},
		{StepDistinct, distinct},
		{StepOriginal, len(originals)},
		{StepWindow, window},
		{StepJoined, rows[fateBlank]},
		{StepNotBlank, rows[fateShort]},
		{StepMinTokens, rows[fateKept]},
	}
	result.Format = strings.Join(slices.Sorted(maps.Keys(formats)), "+")
	return result
}
