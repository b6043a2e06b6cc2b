package tweets

import (
	"slices"
	"testing"
)

func TestNamesAfter(t *testing.T) {
	text := "#Uno,#dos_2 #ñandú! correo@x.cl @ana: @ @ana #Uno ##tres"
	if got, want := NamesAfter('#', text), []string{"Uno", "dos_2", "ñandú", "tres"}; !slices.Equal(got, want) {
		t.Errorf("hashtags %q, want %q", got, want)
	}
	if got, want := NamesAfter('@', text), []string{"ana"}; !slices.Equal(got, want) {
		t.Errorf("mentions %q, want %q", got, want)
	}
}
