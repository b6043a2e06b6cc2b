package comparing

import "testing"

func TestJudgedBytesAreThoseAfterThePrompt(t *testing.T) {
	text := leanText{Text: "Vamos con todo", Given: 1, Scored: ScoredWords{Words: []string{"Vamos", "con", "todo"}}}
	if got := text.judgedBytes(); got != len(" con todo") {
		t.Errorf("%d bytes after the prompt", got)
	}
	if text.Given = 0; text.judgedBytes() != len(text.Text) {
		t.Errorf("%d bytes of %d", text.judgedBytes(), len(text.Text))
	}
}
