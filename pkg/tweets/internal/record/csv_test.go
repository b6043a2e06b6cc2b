package record

import (
	"bufio"
	"encoding/csv"
	"errors"
	"io"
	"slices"
	"strings"
	"testing"
)

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
		scanner := &CSV{lines: NewLines(bufio.NewReader(strings.NewReader(s)), 0), comma: ','}
		var got [][]string
		bad := 0
		for n := 0; ; n++ {
			if n > strings.Count(s, "\n")+1 {
				t.Fatalf("more records than lines in %q", s)
			}
			fields, err := scanner.Next()
			if errors.Is(err, io.EOF) {
				break
			}
			var malformed *Error
			if err != nil {
				if !errors.As(err, &malformed) || malformed.Line < 1 || malformed.Column < 1 {
					t.Fatalf("%q: %v", s, err)
				}
				bad++
				continue
			}
			var record []string
			for _, field := range fields {
				record = append(record, string(field.Value))
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
