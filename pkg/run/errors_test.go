package run

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/hemiciclo/hemiciclo/pkg/corpus"
	"github.com/hemiciclo/hemiciclo/pkg/generate"
	"github.com/hemiciclo/hemiciclo/pkg/task"
	"github.com/hemiciclo/hemiciclo/pkg/tweets"
)

// What a researcher can mend is said in Spanish, with what to change; it stays the error that
// it was, and no other error changes.
func TestErrorsAreExplained(t *testing.T) {
	r := &Run{Dir: t.TempDir(), Corpus: "/corpus"}
	for is, mend := range map[error]string{
		tweets.ErrUndated: "/corpus/study.toml", corpus.ErrOneAuthor: `"time"`, corpus.ErrNoEnd: "two_blanks", task.ErrNoWords: "min_tokens", task.ErrOutOfMemory: "EvalBatchSize", task.ErrNoFlashAttention: "FlashAttention",
		generate.ErrOutOfMemory: "NumReturnSequences", task.ErrScoringOutOfMemory: "Recipe.Perplexity",
	} {
		_, err := r.Do(t.Context(), Step{Name: "fails"}, func() error { return fmt.Errorf("deep: %w", is) })
		if !errors.Is(err, is) || !strings.Contains(fmt.Sprint(err), mend) {
			t.Errorf("%v is told as %v, without %q", is, err, mend)
		}
	}
	other := errors.New("another")
	if _, err := r.Do(t.Context(), Step{Name: "fails"}, func() error { return other }); err != other { //nolint:errorlint // the very same
		t.Errorf("%v became %v", other, err)
	}
}
