package load

import (
	"context"
	"math"
	"os"

	"github.com/hemiciclo/hemiciclo/pkg/tweets"
)

// Sample is Tweets for a look at a corpus of any size: it reads at most so many records,
// the first ones of each of at most so many files, which are spread evenly over all.
// Malformed records are no error. whole tells whether that was all there is, so that
// the Result is that of Tweets.
func Sample(ctx context.Context, o tweets.Options, files, records int) (result *tweets.Result, whole bool, err error) {
	o.MaxMalformed = 1
	l, err := newLoader(o, math.MaxInt64)
	if err != nil {
		return nil, false, err
	}
	all := l.tasks
	if len(all) > files {
		l.tasks = make([]task, files)
		for i := range l.tasks {
			l.tasks[i] = all[i*len(all)/files]
		}
	}
	l.files, l.results = len(l.tasks), l.results[:len(l.tasks)]
	l.most = max(1, records/max(1, len(l.tasks)))
	l.bytesTotal = 0 // so little is read that it is worked on as one part
	var kept []tweets.Tweet
	result, err = l.load(ctx, pieceSizes, os.TempDir(), func(rows []tweets.Tweet) error {
		kept = append(kept, rows...)
		return nil
	})
	if err != nil {
		return nil, false, err
	}
	result.Tweets = kept
	return result, len(l.tasks) == len(all) && !l.cut.Load(), nil
}
