package tweets

import (
	"bufio"
	"bytes"
	"encoding/csv"
	"encoding/json"
	"errors"
	"io"
	"math/big"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf8"
)

func TestNormalizeID(t *testing.T) {
	for in, want := range map[string]string{
		"934874874526433300":     "934874874526433300",
		"9.2305013341525606e+17": "923050133415256060",
		"934575503259906e3":      "934575503259906000",
		"9345755E+2":             "934575500",
		"x123":                   "123",
		"0012":                   "12",
		"0":                      "0",
		"0.0e5":                  "0",
		"120e-1":                 "12",
		"1.50e1":                 "15",
	} {
		if got, err := normalizeID(in); got != want || err != nil {
			t.Errorf("normalizeID(%q) = %q, %v; want %q", in, got, err, want)
		}
	}
	for _, in := range []string{"", "x", "-1", "+1", "1.5", "12e-3", "1e99", "1e", "e1", "1 2", "١", "NaN", "0x1", "1_0", strings.Repeat("9", 41), "1e999999999999999999999"} {
		if got, err := normalizeID(in); err == nil {
			t.Errorf("normalizeID(%q) = %q", in, got)
		}
	}
}

func TestParseTime(t *testing.T) {
	want := time.Date(2020, 10, 13, 22, 15, 30, 0, time.UTC)
	for _, in := range []string{"2020/10/13 22:15:30", "2020-10-13T22:15:30Z", "2020-10-13T19:15:30-03:00", "2020-10-13 22:15:30", "Tue Oct 13 22:15:30 +0000 2020"} {
		if got, err := parseTime(in); !got.Equal(want) || got.Location() != time.UTC || err != nil {
			t.Errorf("parseTime(%q) = %v, %v", in, got, err)
		}
	}
	for _, in := range []string{"", "2020-10-13", "13/10/2020 22:15:30", "2020/13/10 22:15:30", "1969/01/01 00:00:00", "9999/01/01 00:00:00"} {
		if got, err := parseTime(in); err == nil {
			t.Errorf("parseTime(%q) = %v", in, got)
		}
	}
}

func TestClean(t *testing.T) {
	for in, want := range map[string]string{
		"":                                     "",
		"hola https://t.co/aB_9 mundo":         "hola  mundo",
		"https://t.co/":                        "",
		"a https://t.co/ñu b":                  "a ñu b",
		"https://t.co/ahttps://t.co/b":         "://t.co/b", // \w* takes the next one's beginning
		"http://t.co/a\u00a0\n https://x":      "https://x",
		"http https://t.com httphttp://t.co/z": "http https://t.com http",
		"HTTPS://t.co/a":                       "HTTPS://t.co/a",
		"https://t.co/abc…":                    "…",
	} {
		if got := clean(in); got != want {
			t.Errorf("clean(%q) = %q, want %q", in, got, want)
		}
	}
}

func TestNamesAfter(t *testing.T) {
	text := "#Uno,#dos_2 #ñandú! correo@x.cl @ana: @ @ana #Uno ##tres"
	if got, want := namesAfter('#', text), []string{"Uno", "dos_2", "ñandú", "tres"}; !slices.Equal(got, want) {
		t.Errorf("hashtags %q, want %q", got, want)
	}
	if got, want := namesAfter('@', text), []string{"ana"}; !slices.Equal(got, want) {
		t.Errorf("mentions %q, want %q", got, want)
	}
}

func TestExcerpt(t *testing.T) {
	if got, want := excerpt([]byte("año\x1b[1m\n\xff")), `año\x1b[1m\n\xff`; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	if got := excerpt(bytes.Repeat([]byte("ñ"), 1000)); len(got) > maxExcerpt+utf8.UTFMax || !strings.HasSuffix(got, "ñ…") {
		t.Errorf("got %q", got)
	}
}

// FuzzNormalizeID holds what is accepted against arithmetic.
func FuzzNormalizeID(f *testing.F) {
	for _, s := range []string{"934874874526433300", "9.2305013341525606e+17", "934575503259906e3", "120e-1", "1.5", "x7", "00", "."} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		id, err := normalizeID(s)
		if err != nil {
			return
		}
		value, ok := new(big.Rat).SetString(strings.TrimPrefix(s, "x"))
		if !ok || !value.IsInt() || value.Num().String() != id {
			t.Fatalf("normalizeID(%q) = %q", s, id)
		}
		if again, err := normalizeID(id); again != id || err != nil {
			t.Fatalf("normalizeID(%q) = %q, %v", id, again, err)
		}
	})
}

// FuzzCSV: what encoding/csv reads without an error is read alike, and anything
// else ends.
func FuzzCSV(f *testing.F) {
	for _, s := range []string{"a,b\n1,\"x\ny\"\n", "\"a\"\"b\",c\r\n", "\"", "a\"b\nc,d", "\"a\nb\n\"\nc", "\"a\"x\n\"b\n", ",\n\n,,", "a\r", "\"a\"\r"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		reader := csv.NewReader(strings.NewReader(s))
		reader.FieldsPerRecord = -1
		want, wantErr := reader.ReadAll()
		scanner := newCSVScanner(newLineReader(bufio.NewReader(strings.NewReader(s))), ',')
		var got [][]string
		bad := 0
		for n := 0; ; n++ {
			if n > strings.Count(s, "\n")+1 {
				t.Fatalf("more records than lines in %q", s)
			}
			fields, err := scanner.next()
			if errors.Is(err, io.EOF) {
				break
			}
			var malformed *recordError
			if err != nil {
				if !errors.As(err, &malformed) || malformed.line < 1 || malformed.column < 1 {
					t.Fatalf("%q: %v", s, err)
				}
				bad++
				continue
			}
			var record []string
			for _, field := range fields {
				record = append(record, string(field.value))
			}
			got = append(got, record)
		}
		// The standard library drops the carriage return of line ends in fields.
		if wantErr != nil || strings.Contains(s, "\r") {
			return
		}
		if bad > 0 || !slices.EqualFunc(got, want, slices.Equal) {
			t.Fatalf("%q: %d errors, got %q, want %q", s, bad, got, want)
		}
	})
}

// FuzzJSON: any input ends, without a panic, and an array gives its elements.
func FuzzJSON(f *testing.F) {
	for _, s := range []string{
		`[{"id_str":"1","created_at":"2020/10/13 22:15:30","screen_name":"a","text":"b"}, 2]`, "[", "[]", `["a\"]", [[]], {"a":"}"}]`,
		"{}\n\n{\"id_str\":1,\"text\":null}", `{"id_str":"\u0031","text":"x","screen_name":"y","created_at":"z","hashtags":["\ud800"],"mentions":[{}]}`,
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		array := strings.HasPrefix(s, "[")
		rows := newJSONReader(bufio.NewReader(strings.NewReader(s)), array, aliases)
		records := 0
		for n := 0; n <= len(s)+1; n++ {
			var r row
			err := rows.next(&r)
			var malformed *recordError
			switch {
			case err == nil:
				records++
				rows.list(r.hashtags)
				rows.list(r.mentions)
				if r.id == "" || r.created == "" || r.screenName == "" {
					t.Fatalf("%q: %+v", s, r)
				}
			case errors.As(err, &malformed):
				records++
			default:
				var elements []json.RawMessage
				if array && json.Unmarshal([]byte(s), &elements) == nil && len(elements) != records {
					t.Fatalf("%q: %d elements, %v", s, records, err)
				}
				return
			}
		}
		t.Fatalf("no end of %q", s)
	})
}
