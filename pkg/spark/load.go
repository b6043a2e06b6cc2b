package spark

import (
	"context"
	"fmt"
	"time"

	"github.com/hemiciclo/hemiciclo/pkg/tweets"
	"github.com/hemiciclo/hemiciclo/pkg/tweets/parquet"
)

// Load is load.File on a Spark cluster: the survivors go to a Parquet file
// at path, whole or not at all, and Result.Tweets is nil. When the context ends,
// the work on the cluster is stopped too.
//
// It fails when no server answers, with what the server says where it fails, and
// when more than MaxMalformed of all records are malformed; the Result then
// returned with the error holds the malformed records and nothing else.
func Load(ctx context.Context, o Options, path string) (*tweets.Result, error) {
	accounts, err := tweets.ReadAccounts(o.Corpus.Accounts)
	if err != nil {
		return nil, err
	}
	r, err := o.request(accounts)
	if err != nil {
		return nil, fmt.Errorf("spark: %w", err)
	}
	var result *tweets.Result
	// Set aside, for with it comes a result that says more.
	var failed error
	err = parquet.WritePieces(path, func(write func([]tweets.Tweet) error) error {
		l := &loader{options: o, accounts: accounts, write: write}
		if failed = talk(ctx, r, l.hear); failed == nil {
			result, failed = l.result(r.MaxMalformed)
		}
		return failed
	})
	if failed != nil {
		return result, fmt.Errorf("spark: %w", failed)
	}
	return result, err
}

// loader is what is heard of one load.
type loader struct {
	options  Options
	accounts []tweets.Account
	write    func([]tweets.Tweet) error
	progress Progress
	answer   *answer
}

func (l *loader) hear(m *message) error {
	switch {
	case m.Progress != nil:
		p := m.Progress
		l.progress.Stage = tweets.StageRead
		if p.Stage == "write" {
			l.progress.Stage = tweets.StageWrite
			p.Bytes = p.BytesTotal
		}
		l.progress.Bytes, l.progress.BytesTotal = max(p.Bytes, l.progress.Bytes), p.BytesTotal
		l.progress.TasksDone, l.progress.Tasks = p.TasksDone, p.Tasks
	case m.Rows != nil:
		piece := make([]tweets.Tweet, len(m.Rows))
		for i := range m.Rows {
			var err error
			if piece[i], err = m.Rows[i].tweet(l.accounts); err != nil {
				return fmt.Errorf("a row that is not understood: %w", err)
			}
		}
		if err := l.write(piece); err != nil {
			return err
		}
		l.progress.Rows += len(piece)
	case m.Result != nil:
		l.answer = m.Result
	}
	if l.options.Progress != nil {
		l.options.Progress(l.progress)
	}
	return nil
}

// answer is what the program found, apart from the survivors.
type answer struct {
	Files          int                  `json:"files"`
	Read           int                  `json:"read"`
	MalformedCount int                  `json:"malformed_count"`
	Malformed      []malformed          `json:"malformed"`
	RoundedIDs     int                  `json:"rounded_ids"`
	Newest         *int64               `json:"newest"` // milliseconds since 1970
	Drops          map[string]int       `json:"drops"`  // by reason
	Examples       map[string][]example `json:"examples"`
	Kept           int                  `json:"kept"`
}

// example is a record that was dropped: an array in the order of these fields.
type example struct {
	id         string
	time       int64
	screenName string
	account    *int // nil: none of the accounts
	text       string
}

func (e *example) UnmarshalJSON(data []byte) error {
	return unmarshalArray(data, &e.id, &e.time, &e.screenName, &e.account, &e.text)
}

// steps are the steps and the reasons for which each drops records.
var steps = []struct {
	name    string
	reasons []string
}{
	{tweets.StepDistinct, []string{tweets.ReasonCopy}},
	{tweets.StepOriginal, []string{tweets.ReasonRetweet, tweets.ReasonQuote}},
	{tweets.StepWindow, []string{tweets.ReasonOutside}},
	{tweets.StepJoined, []string{tweets.ReasonStranger}},
	{tweets.StepNotBlank, []string{tweets.ReasonBlank}},
	{tweets.StepMinTokens, []string{tweets.ReasonShort}},
}

func (l *loader) result(share float64) (*tweets.Result, error) {
	a := l.answer
	result := &tweets.Result{MalformedCount: a.MalformedCount}
	for _, m := range a.Malformed {
		result.Malformed = append(result.Malformed, m.describe())
	}
	if total := a.Read + a.MalformedCount; float64(a.MalformedCount) > share*float64(total) {
		err := fmt.Errorf("%d of %d records are malformed, which is more than the share of %v that is allowed", a.MalformedCount, total, share)
		if len(result.Malformed) > 0 {
			err = fmt.Errorf("%w; the first: %v", err, result.Malformed[0])
		}
		return result, err
	}
	result.Format, result.RoundedIDs, result.Accounts, result.Files = tweets.FormatJSON, a.RoundedIDs, l.accounts, a.Files
	if a.Newest != nil {
		result.Newest = time.UnixMilli(*a.Newest).UTC()
	}
	left := a.Read
	result.Steps = []tweets.Step{{Name: tweets.StepRead, Rows: left}}
	for _, step := range steps {
		for _, reason := range step.reasons {
			left -= a.Drops[reason]
			drop := tweets.Drop{Step: step.name, Reason: reason, Rows: a.Drops[reason]}
			for _, e := range a.Examples[reason] {
				drop.Examples = append(drop.Examples, l.example(e))
			}
			result.Drops = append(result.Drops, drop)
		}
		result.Steps = append(result.Steps, tweets.Step{Name: step.name, Rows: left})
	}
	if left != a.Kept || left != l.progress.Rows {
		return nil, fmt.Errorf("%d rows are left, %d were counted and %d have come: the files changed while they were read; load again", left, a.Kept, l.progress.Rows)
	}
	return result, nil
}

func (l *loader) example(e example) tweets.Example {
	if e.account != nil && *e.account >= 0 && *e.account < len(l.accounts) {
		e.screenName = l.accounts[*e.account].ScreenName
	}
	return tweets.Example{ID: e.id, Time: time.UnixMilli(e.time).UTC(), ScreenName: e.screenName, Text: e.text}
}
