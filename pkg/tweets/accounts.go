package tweets

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/hemiciclo/hemiciclo/pkg/tweets/internal/record"
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
	record.SkipByteOrderMark(r)
	accounts, err := scanAccounts(r)
	if err != nil {
		return nil, fmt.Errorf("accounts: %s:%w", path, err)
	}
	return accounts, nil
}

// scanAccounts reads accounts; errors begin with the line.
func scanAccounts(r *bufio.Reader) ([]Account, error) {
	rows, err := record.NewCSV(record.NewLines(r, 0))
	if err != nil {
		return nil, err
	}
	header, err := rows.Next()
	if errors.Is(err, io.EOF) {
		return nil, errors.New("1: the file is empty: it needs a header and one row for each account")
	}
	if err != nil {
		return nil, rows.Placed(err)
	}
	columns := make(map[string]int, len(header))
	for i, field := range header {
		name := strings.TrimSpace(string(field.Value))
		if _, twice := columns[name]; twice && slices.Contains(accountColumns, name) {
			return nil, fmt.Errorf("%d: two columns are called %s: remove or rename one of them", rows.Line(), name)
		}
		columns[name] = i
	}
	for _, name := range []string{"screen_name", "Partido"} {
		if _, ok := columns[name]; !ok {
			return nil, fmt.Errorf("%d: the header has no column %s; it begins: %s", rows.Line(), name, Excerpt(rows.Raw()))
		}
	}
	width := len(header)
	var accounts []Account
	lines := make(map[string]int)
	for {
		fields, err := rows.Next()
		if errors.Is(err, io.EOF) {
			return accounts, nil
		}
		if err != nil {
			return nil, rows.Placed(err)
		}
		if len(fields) != width {
			return nil, fmt.Errorf("%d: %d fields, the header has %d: %s", rows.Line(), len(fields), width, Excerpt(rows.Raw()))
		}
		if !utf8.Valid(rows.Raw()) {
			return nil, fmt.Errorf("%d: not UTF-8: save the file as UTF-8: %s", rows.Line(), Excerpt(rows.Raw()))
		}
		value := func(name string) string {
			if i, ok := columns[name]; ok {
				return strings.TrimSpace(string(fields[i].Value))
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
			return nil, fmt.Errorf("%d: no screen_name: %s", rows.Line(), Excerpt(rows.Raw()))
		}
		if first, ok := lines[FoldName(a.ScreenName)]; ok {
			return nil, fmt.Errorf("%d: screen_name %q is already on line %d: remove one of the two", rows.Line(), Clip(a.ScreenName, 60), first)
		}
		if len(accounts) == maxAccounts {
			return nil, fmt.Errorf("%d: more than %d accounts", rows.Line(), maxAccounts)
		}
		lines[FoldName(a.ScreenName)] = rows.Line()
		accounts = append(accounts, a)
	}
}
