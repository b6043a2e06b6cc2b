package load

import (
	"bufio"
	"encoding/json"
	"errors"
	"math"
	"math/big"
	"strconv"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/hemiciclo/hemiciclo/pkg/tweets"
	"github.com/hemiciclo/hemiciclo/pkg/tweets/internal/record"
)

func TestParseID(t *testing.T) {
	for in, want := range map[string]uint64{
		"934874874526433300":     934874874526433300,
		"9.2305013341525606e+17": 923050133415256060,
		"934575503259906e3":      934575503259906000,
		"x123":                   123,
		"0012":                   12,
		"0":                      0,
		"0.0e5":                  0,
		"120e-1":                 12,
		"1.50e1":                 15,
		"18446744073709551615":   math.MaxUint64,
	} {
		if got, _, err := parseID([]byte(in)); got != want || err != nil {
			t.Errorf("parseID(%q) = %d, %v; want %d", in, got, err, want)
		}
	}
	for _, in := range []string{"", "x", "-1", "+1", "1.5", "12e-3", "1e99", "1e", "e1", "1 2", "١", "NaN", "0x1", "1_0", "9345755E+2", "1.23E+18", "1.23457E+18", "18446744073709551616", "1e999999999999999999999"} {
		if got, _, err := parseID([]byte(in)); err == nil {
			t.Errorf("parseID(%q) = %d", in, got)
		}
	}
}

func TestDates(t *testing.T) {
	chile, err := time.LoadLocation("America/Santiago")
	if err != nil {
		t.Fatal(err)
	}
	want := time.Date(2020, 10, 13, 22, 15, 30, 0, time.UTC)
	dates := dateReader{zone: chile}
	for in, zoned := range map[string]bool{
		"2020/10/13 19:15:30": false, "2020-10-13 19:15:30": false, "2020-10-13T19:15:30": false,
		"2020-10-13T22:15:30Z": true, "2020-10-13T22:15:30.000Z": true, "2020-10-13T19:15:30-03:00": true, "2020-10-13T22:15:30+0000": true,
		"2020-10-13 22:15:30+00:00": true, "2020-10-13 19:15:30 -0300": true, "2020-10-13 22:15:30 UTC": true,
		"2020-10-13 19:15:30-03": true, "2020-10-13 22:15:30.000+00": true, "2020-10-13 19:15:30 -03": true, "2020-10-13T22:15:30+00": true,
		"Tue Oct 13 22:15:30 +0000 2020": true, "Tue, 13 Oct 2020 22:15:30 +0000": true, "1602627330": true, "1602627330000": true, " 1602627330 ": true,
	} {
		if got, err := dates.parse([]byte(in)); !got.Equal(want) || got.Location() != time.UTC || err != nil {
			t.Errorf("%q is %v, %v", in, got, err)
		}
		if got, err := (&dateReader{zone: time.UTC}).parse([]byte(in)); got.Equal(want) != zoned || err != nil {
			t.Errorf("%q is %v in UTC, %v", in, got, err)
		}
	}
	for _, in := range []string{"", "2020-10-13", "13/10/2020 22:15:00", "2020/13/10 22:15:00", "2020-10-13 22:15:00 CLT", "1969/01/01 00:00:00", "9999/01/01 00:00:00", "160262733"} {
		if got, err := dates.parse([]byte(in)); err == nil {
			t.Errorf("%q is %v", in, got)
		}
	}
}

// FuzzParseID holds what is accepted against arithmetic.
func FuzzParseID(f *testing.F) {
	for _, s := range []string{"934874874526433300", "9.2305013341525606e+17", "934575503259906e3", "120e-1", "1.5", "x7", "00", "."} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		id, _, err := parseID([]byte(s))
		if err != nil {
			return
		}
		value, ok := new(big.Rat).SetString(strings.TrimPrefix(s, "x"))
		if !ok || !value.IsInt() || value.Num().Cmp(new(big.Int).SetUint64(id)) != 0 {
			t.Fatalf("parseID(%q) = %d", s, id)
		}
		if again, _, err := parseID(strconv.AppendUint(nil, id, 10)); again != id || err != nil {
			t.Fatalf("parseID(%d) = %d, %v", id, again, err)
		}
	})
}

// FuzzJSON: any input ends, without a panic, and an array gives its elements.
func FuzzJSON(f *testing.F) {
	names := columnNames(f)
	for _, s := range []string{
		`[{"id_str":"1","created_at":"2020/10/13 22:15:30","screen_name":"a","text":"b"}, 2]`, "[", "[]", `["a\"]", [[]], {"a":"}"}]`,
		"{}\n\n{\"id_str\":1,\"text\":null}", `{"id_str":"\u0031","text":"x","screen_name":"y","created_at":"z","hashtags":["\ud800"],"mentions":[{}]}`,
		`{"id":1,"full_text":"a","user":{"screen_name":"b"},"created_at":"c","entities":{"hashtags":[{"text":"d"}]},"retweeted_status":{}}`,
		`{"data":[{"id":"1","author_id":"2","text":"a","created_at":"b"},3],"includes":{"users":[{"id":"2","username":"c"}]}}`,
		`{"_type":"x","id":1,"date":"a","rawContent":"b","user":{"username":"c"},"quotedTweet":{},"hashtags":null}`,
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		array := strings.HasPrefix(s, "[")
		r := bufio.NewReader(strings.NewReader(s))
		c := content{format: jsonFormat([]byte(s), nil), lines: record.NewLines(r, 0)}
		if array {
			c.array = r
		}
		rows := newJSONReader(c, names)
		records := 0
		for n := 0; n <= len(s)+1; n++ { // even a response of many tweets is longer than their number
			var r row
			err := rows.next(&r)
			var malformed *record.Error
			switch {
			case err == nil:
				records++
				r.hashtags.of('#', r.text)
				r.mentions.of('@', r.text)
				if len(r.id) == 0 || r.text == nil { // author and date are judged later
					t.Fatalf("%q: %+v", s, r)
				}
			case errors.As(err, &malformed):
				records++
			default:
				var elements []json.RawMessage
				if array && rows.format() != tweets.FormatTwitterV2 && json.Unmarshal([]byte(s), &elements) == nil && len(elements) != records {
					t.Fatalf("%q: %d elements, %v", s, records, err)
				}
				return
			}
		}
		t.Fatalf("no end of %q", s)
	})
}

// FuzzScan holds the scanner against encoding/json: both accept the same, and
// read the same from it.
func FuzzScan(f *testing.F) {
	for _, s := range []string{
		`{"a":[1,-0.5e+7,true,false,null,{"b":"\u00e1\ud83d\ude00\ud800"}],"text":"x\n\"y"}`, `{"text":"a","text":"b"}`, `{"text":null}`,
		`{"a":01}`, `{"a":1.}`, `{"a":"` + "\x1f" + `"}`, `{"a" :[ ] , "text": "ñ` + "\x7f" + `"}`, `{"a":[}`, `{}x`, `{"a":"\x"}`, `{"\u0074ext":"t"}`,
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		if !utf8.ValidString(s) {
			return
		}
		scanner := jsonScanner{data: []byte(s)}
		fields := make(map[string]string)
		err := scanner.object(func(key []byte) error {
			if scanner.peek() != '"' {
				return scanner.skip(0)
			}
			value, err := scanner.text()
			fields[string(key)] = string(value)
			return err
		})
		if err == nil {
			err = scanner.end()
		}
		var want map[string]any
		if wantErr := json.Unmarshal([]byte(s), &want); (wantErr == nil && want != nil) != (err == nil) {
			// Beyond its own bound of depth, the scanner refuses what could be read.
			if err == nil || !strings.Contains(err.Error(), "brackets") {
				t.Fatalf("%q: %v, encoding/json says %v", s, err, wantErr)
			}
		}
		if err != nil {
			return
		}
		for key, value := range fields {
			// Of a name given twice the last value counts.
			if text, ok := want[key].(string); ok && text != value {
				t.Fatalf("%q: %q is %q, encoding/json says %q", s, key, value, text)
			}
		}
	})
}

// FuzzTable: any CSV ends, without a panic, and its rows are whole.
func FuzzTable(f *testing.F) {
	names := columnNames(f)
	for _, s := range []string{
		"status_id,created_at,screen_name,text,is_retweet,hashtags\nx1,2020-10-13T22:15:30Z,a,b,TRUE,NA\n", "id;date;username;content;lang\n1;2;3;;es\n",
		"id\tcreated_at\tauthor.username\ttext\treferenced_tweets.quoted.id\n1\t2\t3\tRT @x\t9\n", "id,id,id", "",
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		reader, err := newCSVReader(record.NewLines(bufio.NewReader(strings.NewReader(s)), 0), names)
		if err != nil {
			return
		}
		for n := 0; n <= strings.Count(s, "\n")+1; n++ {
			var r row
			err := reader.next(&r)
			var malformed *record.Error
			switch {
			case err == nil:
				if r.complete() != nil || reader.format() != tweets.FormatCSV && reader.format() != tweets.FormatRtweet {
					t.Fatalf("%q: %+v", s, r)
				}
				r.hashtags.of('#', r.text)
				r.mentions.of('@', r.text)
			case !errors.As(err, &malformed):
				return
			}
		}
		t.Fatalf("no end of %q", s)
	})
}

// columnNames are those of files of which nothing is said.
func columnNames(f *testing.F) map[string][]string {
	f.Helper()
	names, err := tweets.ColumnNames(nil)
	if err != nil {
		f.Fatal(err)
	}
	return names
}
