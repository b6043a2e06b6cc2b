package tweets

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
	"unicode/utf8"
)

// maxAccounts bounds the accounts file.
const maxAccounts = 1_000_000

// accountColumns are the columns of accounts.csv that are read.
var accountColumns = []string{"target_id", "Cargo", "Nombre", "screen_name", "Partido", "Coalicion"}

// ReadAccounts reads accounts.csv: a header with at least screen_name and Partido,
// separated by semicolons as in the study, or by commas or tabs.
// Two rows with the same screen_name, whatever the case, are an error, since the
// join would give their tweets twice.
func ReadAccounts(path string) ([]Account, error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, fmt.Errorf("accounts: %w", err)
	}
	defer func() { _ = file.Close() }()
	r := bufio.NewReader(file)
	skipBOM(r)
	accounts, err := scanAccounts(r)
	if err != nil {
		return nil, fmt.Errorf("accounts: %s:%w", path, err)
	}
	return accounts, nil
}

// scanAccounts reads accounts; errors begin with the line.
func scanAccounts(r *bufio.Reader) ([]Account, error) {
	start := peekLine(r)
	if endsInCR(start) {
		return nil, fmt.Errorf("1: %w", errBareCR)
	}
	rows := newCSVScanner(newLineReader(r), guessComma(start))
	header, err := rows.next()
	if errors.Is(err, io.EOF) {
		return nil, errors.New("1: the file is empty: it needs a header and one row for each account")
	}
	if err != nil {
		return nil, placed(err, rows.line)
	}
	columns := make(map[string]int, len(header))
	for i, field := range header {
		name := strings.TrimSpace(string(field.value))
		if _, twice := columns[name]; twice && slices.Contains(accountColumns, name) {
			return nil, fmt.Errorf("%d: two columns are called %s: remove or rename one of them", rows.line, name)
		}
		columns[name] = i
	}
	for _, name := range []string{"screen_name", "Partido"} {
		if _, ok := columns[name]; !ok {
			return nil, fmt.Errorf("%d: the header has no column %s; it begins: %s", rows.line, name, Excerpt(rows.record))
		}
	}
	width := len(header)
	var accounts []Account
	lines := make(map[string]int)
	for {
		fields, err := rows.next()
		if errors.Is(err, io.EOF) {
			return accounts, nil
		}
		if err != nil {
			return nil, placed(err, rows.line)
		}
		if len(fields) != width {
			return nil, fmt.Errorf("%d: %d fields, the header has %d: %s", rows.line, len(fields), width, Excerpt(rows.record))
		}
		if !utf8.Valid(rows.record) {
			return nil, fmt.Errorf("%d: not UTF-8: save the file as UTF-8: %s", rows.line, Excerpt(rows.record))
		}
		value := func(name string) string {
			if i, ok := columns[name]; ok {
				return strings.TrimSpace(string(fields[i].value))
			}
			return ""
		}
		a := Account{
			TargetID:   value("target_id"),
			Cargo:      value("Cargo"),
			Nombre:     value("Nombre"),
			ScreenName: strings.TrimPrefix(value("screen_name"), "@"),
			Partido:    value("Partido"),
			Coalicion:  value("Coalicion"),
		}
		if a.ScreenName == "" {
			return nil, fmt.Errorf("%d: no screen_name: %s", rows.line, Excerpt(rows.record))
		}
		if first, ok := lines[foldName(a.ScreenName)]; ok {
			return nil, fmt.Errorf("%d: screen_name %q is already on line %d: remove one of the two", rows.line, clip(a.ScreenName, 60), first)
		}
		if len(accounts) == maxAccounts {
			return nil, fmt.Errorf("%d: more than %d accounts", rows.line, maxAccounts)
		}
		lines[foldName(a.ScreenName)] = rows.line
		accounts = append(accounts, a)
	}
}

// placed puts line and column before the message of a record's error.
func placed(err error, line int) error {
	var bad *recordError
	if !errors.As(err, &bad) {
		return fmt.Errorf("%d: %w", line, err)
	}
	if bad.line > 0 {
		line = bad.line
	}
	if bad.column > 0 {
		return fmt.Errorf("%d:%d: %w", line, bad.column, err)
	}
	return fmt.Errorf("%d: %w", line, err)
}

// byteOrderMark is that with which some programs begin UTF-8 files.
var byteOrderMark = []byte("\ufeff")

// skipBOM skips the byte order mark.
func skipBOM(r *bufio.Reader) {
	if mark, err := r.Peek(len(byteOrderMark)); err == nil && bytes.Equal(mark, byteOrderMark) {
		_, _ = r.Discard(len(byteOrderMark))
	}
}

// peekLine returns the beginning of the first line, without reading it.
func peekLine(r *bufio.Reader) []byte {
	start, _ := r.Peek(4096)
	if end := bytes.IndexByte(start, '\n'); end >= 0 {
		start = start[:end]
	}
	return start
}
