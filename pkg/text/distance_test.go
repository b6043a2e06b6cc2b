package text_test

import (
	"strings"
	"testing"

	"github.com/hemiciclo/hemiciclo/pkg/text"
)

func TestDistance(t *testing.T) {
	for pair, want := range map[string]int{"gobierno gobienro": 2, "año ano": 1, "a abc": 2, "mar mar": 0, "casa saco": 3} {
		a, b, _ := strings.Cut(pair, " ")
		if got := text.Distance([]rune(a), []rune(b)); got != want {
			t.Errorf("distance of %s is %d, want %d", pair, got, want)
		}
	}
}
