package modelling

import "testing"

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
		{GeneratedText{Prompt: "Vamos con", Continuation: " todo  Otro tweet", TwoBlanks: true}, "Vamos con todo", 2},
		{GeneratedText{Prompt: "Vamos ", Continuation: " con todo  Otro tweet", TwoBlanks: true}, "Vamos con todo", 1},
	} {
		if got, given := c.text.FirstTweet(); got != c.want || given != c.given {
			t.Errorf("%q + %q: %q, %d words given; want %q, %d", c.text.Prompt, c.text.Continuation, got, given, c.want, c.given)
		}
	}
}
