package tweets

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"github.com/hemiciclo/hemiciclo/pkg/text"
)

// maxMalformedKept bounds the malformed records that are kept to be shown.
const maxMalformedKept = 100

// A file of which at least hopelessRows records were read and most were
// malformed is not read further: it is no file of tweets, or its columns have
// other names.
const hopelessRows = 10_000

// fate is the last step that a record passes, apart from those that depend on
// the other records. The order is that of the steps.
type fate int8

const (
	fateNotOriginal fate = iota // dropped by StepOriginal
	fateStranger                // by StepJoined
	fateBlank                   // by StepNotBlank
	fateShort                   // by StepMinTokens
	fateKept
)

// record is what is kept of a row: no text but that of a tweet that may survive.
type record struct {
	id    string
	time  time.Time
	fate  fate
	tweet *Tweet // of fateKept
}

// fileResult is what one file held.
type fileResult struct {
	records        []record
	malformed      []Malformed
	malformedCount int
	formats        []string
}

// readFile reads the file with number i into its result.
func (l *loader) readFile(ctx context.Context, i int) error {
	return readContents(l.files[i], &l.bytes, func(c content) error {
		return l.readRecords(ctx, c, &l.results[i])
	})
}

func (l *loader) readRecords(ctx context.Context, c content, result *fileResult) error {
	var rows rowReader
	if c.format == formatCSV {
		reader, err := newCSVReader(c.r, l.columns)
		if err != nil {
			return fmt.Errorf("%s:%w", c.name, err)
		}
		rows = reader
	} else {
		rows = newJSONReader(c.r, c.array, l.columns)
	}
	for n := 1; ; n++ {
		if n%256 == 0 {
			if err := ctx.Err(); err != nil {
				return fmt.Errorf("reading %s: %w", c.name, err)
			}
			l.report(c.name, false)
		}
		var r row
		err := rows.next(&r)
		if errors.Is(err, io.EOF) {
			break
		}
		l.rows.Add(1)
		var kept record
		if err == nil {
			kept, err = l.judge(r, rows.list)
		}
		var bad *recordError
		switch {
		case err == nil:
			result.records = append(result.records, kept)
		case errors.As(err, &bad):
			result.malformedCount++
			if len(result.malformed) < maxMalformedKept {
				result.malformed = append(result.malformed, describe(c.name, rows, bad))
			}
		default:
			return damaged(c.name, err)
		}
		if n >= hopelessRows && 2*result.malformedCount > n && tooMany(result.malformedCount, n, l.options.MaxMalformed) {
			return fmt.Errorf("%s: of the first %d records %d are malformed; the first: %v", c.name, n, result.malformedCount, result.malformed[0])
		}
	}
	if !slices.Contains(result.formats, c.format) {
		result.formats = append(result.formats, c.format)
	}
	return nil
}

func describe(name string, rows rowReader, bad *recordError) Malformed {
	m := Malformed{File: name, Line: rows.position(), Column: bad.column, Err: bad.msg, Excerpt: excerpt(bytes.TrimRight(rows.raw(), "\r\n"))}
	if bad.line > 0 {
		m.Line = bad.line
	}
	return m
}

// judge finds out a row's fate.
func (l *loader) judge(r row, list func([]byte) []string) (record, error) {
	id, err := normalizeID(r.id)
	if err != nil {
		return record{}, &recordError{msg: err.Error()}
	}
	written, err := parseTime(r.created)
	if err != nil {
		return record{}, &recordError{msg: err.Error()}
	}
	// Strings are cloned where they outlive the record's buffer.
	kept := record{id: strings.Clone(id), time: written}
	if !r.original {
		return kept, nil
	}
	account := l.accounts[foldName(r.screenName)]
	if account == nil {
		kept.fate = fateStranger
		return kept, nil
	}
	cleaned := clean(r.text)
	if cleaned == "" {
		kept.fate = fateBlank
		return kept, nil
	}
	tokens := text.Count(cleaned)
	if tokens <= minTokens(l.options.MinTokens) {
		kept.fate = fateShort
		return kept, nil
	}
	kept.fate = fateKept
	kept.tweet = &Tweet{
		ID:         kept.id,
		ScreenName: account.ScreenName,
		Nombre:     account.Nombre,
		Cargo:      account.Cargo,
		Partido:    account.Partido,
		Coalicion:  account.Coalicion,
		Text:       strings.Clone(r.text),
		TextClean:  strings.Clone(cleaned),
		Time:       written,
		Tokens:     tokens,
		Hashtags:   names(r.hashtags, '#', r.text, list),
		Mentions:   names(r.mentions, '@', r.text, list),
	}
	return kept, nil
}

func minTokens(option int) int {
	if option == 0 {
		return DefaultMinTokens
	}
	return option
}

// names reads the file's list of hashtags or mentions or, where it has none,
// finds them in the text.
func names(raw []byte, sign rune, text string, list func([]byte) []string) []string {
	if raw == nil {
		return namesAfter(sign, text)
	}
	found := list(raw)
	for i, name := range found {
		found[i] = strings.Clone(strings.TrimLeft(name, "#@"))
	}
	return found
}
