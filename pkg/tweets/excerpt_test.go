package tweets

import (
	"bytes"
	"strings"
	"testing"
	"unicode/utf8"
)

func TestExcerpt(t *testing.T) {
	if got, want := Excerpt([]byte("año\x1b[1m\n\xff")), `año\x1b[1m\n\xff`; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	if got := Excerpt(bytes.Repeat([]byte("ñ"), 1000)); len(got) > maxExcerpt+utf8.UTFMax || !strings.HasSuffix(got, "ñ…") {
		t.Errorf("got %q", got)
	}
}
