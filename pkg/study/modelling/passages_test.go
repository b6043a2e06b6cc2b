package modelling

import (
	"testing"

	"github.com/hemiciclo/hemiciclo/pkg/generate"
)

func TestFirstTweetOfAGeneratedText(t *testing.T) {
	for _, c := range []struct {
		text  GeneratedText
		want  string
		given int
	}{
		{GeneratedText{Prompt: "Vamos con", Continuation: " todo  ya"}, "Vamos con todo ya", 2},
		{GeneratedText{Prompt: "El presidente", Continuation: "s dicen"}, "El presidentes dicen", 1},
		{GeneratedText{Prompt: "El ", Continuation: "mar"}, "El mar", 1},
		{GeneratedText{Prompt: "Vamos con", Continuation: ""}, "Vamos con", 2},
		{GeneratedText{Prompt: "", Continuation: "Gracias a todos"}, "Gracias a todos", 0},
		{GeneratedText{Prompt: "Vamos con", Continuation: " todo  Otro tweet", TwoBlanks: true}, "Vamos con todo", 2},
		{GeneratedText{Prompt: "Vamos ", Continuation: " con todo  Otro tweet", TwoBlanks: true}, "Vamos con todo", 1},
	} {
		if got, given := c.text.FirstTweet(); got != c.want || given != c.given {
			t.Errorf("%q + %q: %q, %d words given; want %q, %d", c.text.Prompt, c.text.Continuation, got, given, c.want, c.given)
		}
	}
}

func TestOwnWordsOfAGeneratedText(t *testing.T) {
	for _, c := range []struct {
		text GeneratedText
		want string
	}{
		{GeneratedText{Prompt: "Vamos con", Continuation: " todo ya"}, " todo ya"},
		{GeneratedText{Prompt: "El presidente", Continuation: "s dicen más"}, "dicen más"},
		{GeneratedText{Prompt: "El ", Continuation: "mar azul"}, "mar azul"},
		{GeneratedText{Prompt: "", Continuation: "Gracias a todos"}, "Gracias a todos"},
		{GeneratedText{Prompt: "Vamos con", Continuation: " todo y", Ended: generate.ByLength}, " todo "},
	} {
		if got := c.text.OwnWords(); got != c.want {
			t.Errorf("%q + %q: %q, want %q", c.text.Prompt, c.text.Continuation, got, c.want)
		}
	}
}
