package load

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/hemiciclo/hemiciclo/pkg/text"
	"github.com/hemiciclo/hemiciclo/pkg/tweets"
	"github.com/hemiciclo/hemiciclo/pkg/tweets/internal/record"
)

// maxMalformedKept bounds the malformed records, and the empty files, that are kept to
// be shown.
const maxMalformedKept = 100

// A file of which at least hopelessRows records were read and most were
// malformed is not read further: it is no file of tweets, or its columns have
// other names.
const hopelessRows = 10_000

// placeBits is the room for records within one task in an entry's place.
const placeBits = 40

// taskResult is what one task found, apart from the records it spilled.
type taskResult struct {
	rows           int // well-formed records, those without a date among them
	lines          int // lines gone through
	malformed      []fault
	malformedCount int
	undatedCount   int
	formats        []string
	unmarked       [kinds]bool // the kinds that some file with records does not mark
}

// fault is a malformed record, or one without a date: whether that is malformed is
// known when all were read.
type fault struct {
	tweets.Malformed
	undated bool
}

// worker reads one task after the other.
type worker struct {
	*loader
	spill   *spillWriter
	names   map[string]int // screen names met, as spelt → place in the accounts, or -1
	payload []byte
	dates   dateReader
}

// maxNames bounds worker.names.
const maxNames = 100_000

// run reads the task with number i into its result.
func (w *worker) run(ctx context.Context, i int) error {
	task := w.tasks[i]
	err := w.readContents(task, func(c content) error {
		return w.readRecords(ctx, c, uint64(i)<<placeBits, &w.results[i])
	})
	if errors.Is(err, errEnough) {
		return nil
	}
	return err
}

// errEnough ends the reading of a task of which a sample is taken.
var errEnough = errors.New("enough records")

func (w *worker) readRecords(ctx context.Context, c content, place uint64, result *taskResult) error {
	rows, err := c.rows(w.columns, &w.options)
	if err != nil {
		return err
	}
	var r row
	var enough error
	n := 0
	for {
		if w.most > 0 && result.rows+result.malformedCount >= w.most {
			w.cut.Store(true)
			enough = errEnough
			break
		}
		if n%256 == 255 {
			if err := ctx.Err(); err != nil {
				return fmt.Errorf("reading %s: %w", c.name, err)
			}
			w.report(tweets.StageRead, c.name, false)
		}
		err := rows.next(&r)
		if errors.Is(err, io.EOF) {
			break
		}
		n++
		w.rows.Add(1)
		if err == nil {
			// The place goes on through the members of a zip.
			err = w.take(&r, place|uint64(result.rows+result.malformedCount))
		}
		var bad *record.Error
		switch {
		case err == nil:
			result.rows++
			if r.undated() {
				if result.undatedCount++; result.undatedCount <= maxMalformedKept {
					result.malformed = append(result.malformed, fault{describe(c.name, rows, errNoDate), true})
				}
			}
		case errors.As(err, &bad):
			if result.malformedCount++; result.malformedCount <= maxMalformedKept {
				result.malformed = append(result.malformed, fault{describe(c.name, rows, bad), false})
			}
		default:
			return damaged(c.name, err)
		}
		if n >= hopelessRows && 2*result.malformedCount > n && tweets.TooManyMalformed(result.malformedCount, n, w.options.MaxMalformed) {
			first := slices.IndexFunc(result.malformed, func(f fault) bool { return !f.undated })
			return fmt.Errorf("%s: of the first %d records %d are malformed; the first: %v", c.name, n, result.malformedCount, result.malformed[first])
		}
	}
	result.lines = rows.position()
	for _, k := range []kind{retweet, quote} {
		result.unmarked[k] = result.unmarked[k] || n > 0 && !rows.marks(k)
	}
	if !slices.Contains(result.formats, rows.format()) {
		result.formats = append(result.formats, rows.format())
	}
	return enough
}

func describe(name string, rows rowReader, bad *record.Error) tweets.Malformed {
	m := tweets.Malformed{File: name, Line: rows.position(), Column: bad.Column, Err: bad.Msg, Excerpt: tweets.Excerpt(bytes.TrimRight(rows.raw(), "\r\n"))}
	if bad.Line > 0 {
		m.Line = bad.Line
	}
	return m
}

// take judges a row as far as it can be judged alone, and spills it.
func (w *worker) take(r *row, place uint64) error {
	if r.authorless() && !w.options.DropAuthorless {
		return errNoAuthor
	}
	id, rounded, err := parseID(r.id)
	if err != nil {
		return &record.Error{Msg: err.Error()}
	}
	if rounded {
		w.rounded.Add(1)
	}
	e := entry{id: id, place: place, time: undated}
	if !r.undated() {
		written, err := w.dates.parse(r.created)
		if err != nil {
			return &record.Error{Msg: err.Error()}
		}
		e.time = written.UnixMilli()
	}
	p := payload{account: w.account(r.screenName), screenName: r.screenName, text: r.text}
	e.fate = w.judge(r, p.account)
	switch {
	case e.fate == fateKept:
		p.hashtags = bare(r.hashtags.of('#', r.text))
		p.mentions = bare(r.mentions.of('@', r.text))
		w.payload = p.append(w.payload[:0])
		e.payload = w.payload
	case e.fate != fateRetweet && e.fate != fateQuote || mix(id) <= w.shown:
		p.text = clipBytes(r.text, shownText)
		w.payload = p.append(w.payload[:0])
		e.payload = w.payload
	}
	return w.spill.write(&e)
}

// account is the place of the account with a screen name, or -1.
func (w *worker) account(screenName []byte) int {
	if i, met := w.names[string(screenName)]; met {
		return i
	}
	i, ok := w.byName[tweets.FoldName(string(screenName))]
	if !ok {
		i = -1
	}
	if len(w.names) < maxNames {
		w.names[string(screenName)] = i
	}
	return i
}

// judge finds out a row's fate, but for what depends on other records.
func (w *worker) judge(r *row, account int) fate {
	switch r.kind {
	case retweet:
		return fateRetweet
	case quote:
		return fateQuote
	}
	if !w.speaks(r.lang) {
		return fateForeign
	}
	if r.authorless() {
		return fateAuthorless
	}
	if account < 0 {
		return fateStranger
	}
	cleaned := w.options.Cleaning.Clean(string(r.text))
	if cleaned == "" {
		return fateBlank
	}
	if text.Count(cleaned) <= minTokens(w.options.MinTokens) {
		return fateShort
	}
	return fateKept
}

// speaks tells whether a tweet's language is one of those kept. A tweet that tells
// none is kept: it may be any.
func (w *worker) speaks(lang []byte) bool {
	if len(w.options.Languages) == 0 || len(lang) == 0 {
		return true
	}
	w.spoken.Store(true)
	code, _, _ := strings.Cut(string(lang), "-")
	return slices.ContainsFunc(w.options.Languages, func(kept string) bool { return strings.EqualFold(kept, code) })
}

func minTokens(option int) int {
	if option == 0 {
		return tweets.DefaultMinTokens
	}
	return option
}

// bare takes the signs from names.
func bare(names []string) []string {
	for i, name := range names {
		names[i] = strings.TrimLeft(name, "#@")
	}
	return names
}

// clipBytes is tweets.Clip for bytes, which it may return as they are.
func clipBytes(s []byte, n int) []byte {
	if len(s) <= n {
		return s
	}
	return []byte(tweets.Clip(string(s), n))
}
