package load

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/hemiciclo/hemiciclo/pkg/tweets"
)

// TestPieces: a corpus worked on in many small pieces gives what it gives as one,
// with malformed records reported on their own lines.
func TestPieces(t *testing.T) {
	dir := t.TempDir()
	for file, ending := range []string{"\n", "\r\n", "\n\n"} {
		var b strings.Builder
		for i := range 300 {
			id := (file*113 + i*7) % 500
			switch {
			case i%37 == 0:
				fmt.Fprintf(&b, `{"id_str": broken %d`, i)
			case i%5 == 0:
				fmt.Fprintf(&b, `{"created_at":"2020/10/12 08:00:00","id_str":"%d","screen_name":"ana_faro","text":"x","retweeted_text":"y"}`, id)
			default:
				fmt.Fprintf(&b, `{"created_at":"2020/10/%02d 08:00:00","id_str":"%d","screen_name":"ana_faro","text":"del archivo %d en la línea %d%s"}`,
					1+id%28, id, file, i, strings.Repeat(" largo", i%90))
			}
			b.WriteString(ending)
		}
		if err := os.WriteFile(filepath.Join(dir, fmt.Sprintf("%d.jsonl", file)), []byte(b.String()), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	o := tweets.Options{Accounts: "testdata/study/accounts.csv", Tweets: []string{dir}, Days: 10, MaxMalformed: 0.5}
	run := func(pieces sizes, workers int) (*tweets.Result, []tweets.Tweet) {
		t.Helper()
		o.Workers = workers
		var rows []tweets.Tweet
		result, err := load(t.Context(), o, pieces, t.TempDir(), func(piece []tweets.Tweet) error {
			rows = append(rows, piece...)
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		return result, rows
	}
	whole, wholeRows := run(pieceSizes, 1)
	if len(wholeRows) < 50 || whole.MalformedCount != 27 {
		t.Fatalf("%d tweets, %d malformed", len(wholeRows), whole.MalformedCount)
	}
	for _, pieces := range []sizes{{chunk: 1 << 20, part: 1000}, {chunk: 999, part: 1 << 20}, {chunk: 101, part: 100}, {chunk: 20_000, part: 7000}} {
		result, rows := run(pieces, 4)
		if !slices.EqualFunc(rows, wholeRows, func(a, b tweets.Tweet) bool { return a.ID == b.ID && a.Text == b.Text && a.Time.Equal(b.Time) }) {
			t.Errorf("%+v: other tweets", pieces)
		}
		if !slices.Equal(result.Steps, whole.Steps) || !slices.Equal(result.Malformed, whole.Malformed) || !result.Newest.Equal(whole.Newest) {
			t.Errorf("%+v: %v, %v; want %v, %v", pieces, result.Steps, result.Malformed, whole.Steps, whole.Malformed)
		}
		for i, drop := range result.Drops {
			if drop.Rows != whole.Drops[i].Rows || len(drop.Examples) == 0 && drop.Rows > 0 && drop.Step != tweets.StepDistinct && drop.Step != tweets.StepOriginal {
				t.Errorf("%+v: dropped %+v, want %+v", pieces, drop, whole.Drops[i])
			}
		}
	}
}

// TestPlain holds the search by words against one byte by byte.
func TestPlain(t *testing.T) {
	slow := func(s string) int {
		for i := range len(s) {
			if s[i] == '"' || s[i] == '\\' || s[i] < 0x20 {
				return i
			}
		}
		return len(s)
	}
	for first := range 256 {
		for _, second := range []byte{'"', '\\', 0, 0x1f, 0x20, 0x7f, 0x80, 0xff, 'a'} {
			for at := range 17 {
				s := strings.Repeat("á", 4) + strings.Repeat("x", at) + string([]byte{byte(first), second}) + "12345678"
				if got, want := plain([]byte(s)), slow(s); got != want {
					t.Fatalf("%q: %d, want %d", s, got, want)
				}
			}
		}
	}
}
