package load

import (
	"bufio"
	"cmp"
	"container/heap"
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/hemiciclo/hemiciclo/pkg/tweets"
)

// reduce takes the spilled records through the steps that need all of them.
//
// First each part is read by itself, since copies of a tweet lie in one part:
// copies, retweets and quotes are dropped there, and the originals left, ordered,
// are spilled again. Then all parts are merged in order, the window's place now
// being known, and the survivors given to keep.
func (l *loader) reduce(ctx context.Context, in *spill, temporary string, result *tweets.Result, keep func([]tweets.Tweet) error) error {
	parts := len(in.parts)
	runs, err := newSpill(temporary, parts)
	if err != nil {
		return err
	}
	defer runs.close()
	var all tally
	var newest int64
	var mu sync.Mutex // of both
	err = inParallel(min(l.workers, parts), parts, func() (func(int) error, func() error) {
		var own tally
		var last int64
		do := func(part int) error {
			if err := ctx.Err(); err != nil {
				return err
			}
			t, err := originals(in, runs, part, !result.Undated, &own)
			last = max(last, t)
			return err
		}
		return do, func() error {
			mu.Lock()
			defer mu.Unlock()
			all.merge(&own)
			newest = max(newest, last)
			return nil
		}
	})
	if err != nil {
		return err
	}
	if newest > 0 {
		result.Newest = time.UnixMilli(newest).UTC()
	}
	if err := l.merge(ctx, runs, result.Newest, &all, keep); err != nil {
		return err
	}
	result.Steps = all.steps(result.Steps[0].Rows, &l.options)
	result.Drops = all.drops(l.accounts, &l.options)
	for i := range result.Drops {
		switch d := &result.Drops[i]; d.Reason {
		case tweets.ReasonRetweet:
			d.Unknown = d.Rows == 0 && l.unmarked(retweet)
		case tweets.ReasonQuote:
			d.Unknown = d.Rows == 0 && l.unmarked(quote)
		}
	}
	return nil
}

// unmarked tells whether some file does not mark the records of a kind.
func (l *loader) unmarked(k kind) bool {
	return slices.ContainsFunc(l.results, func(r taskResult) bool { return r.unmarked[k] })
}

// ref is where a record lies within a part.
type ref struct {
	id, place uint64
	time      int64
	at        int
}

// originals drops a part's copies, retweets and quotes, writes what is left to
// runs, and returns its latest time, or 0. Records without a date are passed over if
// the corpus is dated: they are malformed.
func originals(in, runs *spill, part int, dated bool, dropped *tally) (newest int64, err error) {
	data, err := in.read(part)
	if err != nil {
		return 0, err
	}
	var refs []ref
	var e entry
	for at := 0; at < len(data); {
		size := e.head(data[at:])
		if !dated || e.time != undated {
			refs = append(refs, ref{e.id, e.place, e.time, at})
		}
		at += entryHead + size
	}
	read := func(r ref) {
		size := e.head(data[r.at:])
		e.payload = data[r.at+entryHead:][:size]
	}
	slices.SortFunc(refs, func(a, b ref) int {
		return cmp.Or(cmp.Compare(a.id, b.id), cmp.Compare(a.place, b.place))
	})
	left := refs[:0]
	for i, r := range refs {
		read(r)
		switch {
		case i > 0 && refs[i-1].id == r.id:
			dropped.drop(fateCopy, &e)
		case e.fate == fateRetweet || e.fate == fateQuote:
			dropped.drop(e.fate, &e)
		default:
			left = append(left, r)
			newest = max(newest, e.time)
		}
	}
	slices.SortFunc(left, func(a, b ref) int {
		return cmp.Or(cmp.Compare(a.time, b.time), cmp.Compare(a.id, b.id))
	})
	run := make([]byte, 0, len(data))
	for _, r := range left {
		size := e.head(data[r.at:])
		run = append(run, data[r.at:r.at+entryHead+size]...)
	}
	return newest, runs.append(part, run)
}

// mergeRows is the number of survivors that are kept at a time.
const mergeRows = 2000

// merge goes through the originals of all parts in their order.
func (l *loader) merge(ctx context.Context, runs *spill, newest time.Time, t *tally, keep func([]tweets.Tweet) error) error {
	queue := make(runQueue, 0, len(runs.parts))
	for part := range runs.parts {
		r := &run{from: bufio.NewReaderSize(runs.reader(part), spillBuffer(len(runs.parts)))}
		ok, err := r.next()
		if err != nil {
			return err
		}
		if ok {
			queue = append(queue, r)
		}
	}
	heap.Init(&queue)
	// Tweets are kept on another goroutine while the next ones are read.
	pieces := make(chan []tweets.Tweet, 2)
	kept := make(chan error, 1)
	go func() {
		var failed error
		for piece := range pieces {
			if failed == nil {
				failed = keep(piece)
			}
		}
		kept <- failed
	}()
	err := l.survivors(ctx, &queue, newest, t, pieces)
	close(pieces)
	return errors.Join(err, <-kept)
}

func (l *loader) survivors(ctx context.Context, queue *runQueue, newest time.Time, t *tally, pieces chan<- []tweets.Tweet) error {
	var piece []tweets.Tweet
	from, to := window(&l.options, newest)
	near := make(nearCopies)
	for n := 1; len(*queue) > 0; n++ {
		if n%10_000 == 0 {
			if err := ctx.Err(); err != nil {
				return err
			}
			l.report(tweets.StageWrite, "", false)
		}
		r := (*queue)[0]
		switch e := &r.entry; {
		case e.time < from || e.time >= to:
			t.drop(fateOutside, e)
		case e.fate < fateKept:
			t.drop(e.fate, e)
		default:
			tweet := e.tweet(l.accounts, l.options.Cleaning)
			if l.options.NearCopies && near.seen(tweet.TextClean) {
				t.drop(fateNear, e)
				break
			}
			t.rows[fateKept]++
			if piece = append(piece, tweet); len(piece) == mergeRows {
				pieces <- piece
				piece = make([]tweets.Tweet, 0, mergeRows)
			}
		}
		ok, err := r.next()
		if err != nil {
			return err
		}
		if ok {
			heap.Fix(queue, 0)
		} else {
			heap.Pop(queue)
		}
	}
	pieces <- piece
	return nil
}

// run is the ordered originals of one part.
type run struct {
	from  *bufio.Reader
	head  [entryHead]byte
	entry entry
}

// next reads the next record and tells whether there was one.
func (r *run) next() (bool, error) {
	if _, err := io.ReadFull(r.from, r.head[:]); err != nil {
		if errors.Is(err, io.EOF) {
			return false, nil
		}
		return false, fmt.Errorf("a temporary file: %w", err)
	}
	size := r.entry.head(r.head[:])
	r.entry.payload = slices.Grow(r.entry.payload[:0], size)[:size]
	if _, err := io.ReadFull(r.from, r.entry.payload); err != nil {
		return false, fmt.Errorf("a temporary file: %w", err)
	}
	return true, nil
}

// runQueue has the run with the next record in front.
type runQueue []*run

func (q runQueue) Len() int      { return len(q) }
func (q runQueue) Swap(i, j int) { q[i], q[j] = q[j], q[i] }
func (q runQueue) Less(i, j int) bool {
	a, b := &q[i].entry, &q[j].entry
	return cmp.Or(cmp.Compare(a.time, b.time), cmp.Compare(a.id, b.id)) < 0
}
func (q *runQueue) Push(r any) { *q = append(*q, r.(*run)) }
func (q *runQueue) Pop() any {
	last := len(*q) - 1
	r := (*q)[last]
	*q = (*q)[:last]
	return r
}

// joined writes the names of formats in their order.
func joined(formats map[string]bool) string {
	return strings.Join(slices.Sorted(maps.Keys(formats)), "+")
}
