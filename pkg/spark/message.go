package spark

import (
	"fmt"
	"strconv"
	"strings"
	"unicode"

	"github.com/hemiciclo/hemiciclo/pkg/tweets"
)

// maxShown bounds, in bytes, what is shown of an error of the server.
const maxShown = 32 << 10

// failure is why the work ended early.
type failure struct {
	Kind    string `json:"kind"` // "unfit": can be mended here; "setup": no client; "server"
	Message string `json:"message"`
}

// Error implements error.
func (f *failure) Error() string {
	said := shown(f.Message, maxShown)
	switch f.Kind {
	case "setup":
		return "the client of Spark is not installed whole: run scripts/setup --spark: " + said
	case "server":
		return "Spark says: " + said
	}
	return said
}

// shown makes a foreign message fit to be shown: whole if it has at most limit
// bytes, else its beginning and its end, which hold the cause; line ends are kept,
// and all other characters that do not print are escaped.
func shown(message string, limit int) string {
	message = strings.ToValidUTF8(message, "\ufffd")
	if len(message) > limit {
		half := limit / 2
		left := strings.ToValidUTF8(message[:half], "")
		right := strings.ToValidUTF8(message[len(message)-half:], "")
		message = fmt.Sprintf("%s\n… (%d bytes left out)\n%s", left, len(message)-len(left)-len(right), right)
	}
	var b strings.Builder
	for _, r := range strings.ReplaceAll(message, "\r\n", "\n") {
		switch {
		case r == '\n' || r == '\t' || unicode.IsPrint(r):
			b.WriteRune(r)
		default:
			quoted := strconv.QuoteRune(r)
			b.WriteString(quoted[1 : len(quoted)-1])
		}
	}
	return strings.TrimSpace(b.String())
}

// malformed is a record that could not be read.
type malformed struct {
	File    string `json:"file"`
	Line    int    `json:"line"`
	Code    string `json:"code"`
	About   string `json:"about"`   // the value that is wrong
	Excerpt []byte `json:"excerpt"` // the record's beginning
}

func (m malformed) describe() tweets.Malformed {
	code, field, _ := strings.Cut(m.Code, ":")
	why := map[string]string{
		"long":    "line longer than 16 MiB",
		"utf8":    "not UTF-8: convert the file to UTF-8",
		"json":    "not a tweet's JSON: cut off, damaged, or not one object on one line",
		"type":    fmt.Sprintf("not a tweet's JSON: %s is not a string", field),
		"missing": fmt.Sprintf("no %s; if the file calls it otherwise, name it under [columns] in study.toml", field),
		"id":      fmt.Sprintf("%q is not a tweet's id: it must be a whole number of at most 64 bits", m.About),
		"rounded": fmt.Sprintf("id %q has lost its last digits, as in a spreadsheet: take the original file, or its ids as text", m.About),
		"date":    fmt.Sprintf("date %q is not in the years 2006 to 2100, or is not written as 2020/10/13 22:15:00 or in another known way", m.About),
	}[code]
	if why == "" {
		why = shown(m.Code, 120)
	}
	return tweets.Malformed{File: shown(m.File, 1<<10), Line: m.Line, Err: why, Excerpt: tweets.Excerpt(m.Excerpt)}
}
