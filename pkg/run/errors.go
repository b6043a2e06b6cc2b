package run

import (
	"errors"
	"fmt"
	"path/filepath"

	"github.com/hemiciclo/hemiciclo/pkg/corpus"
	"github.com/hemiciclo/hemiciclo/pkg/task"
	"github.com/hemiciclo/hemiciclo/pkg/tweets"
)

// explained puts into Spanish, with the mend, the errors of the libraries that a researcher can
// mend. The library's own words follow.
func (r *Run) explained(err error) error {
	toml := filepath.Join(r.Corpus, "study.toml")
	for _, known := range []struct {
		is   error
		text string
	}{
		{tweets.ErrUndated, fmt.Sprintf("ningún tweet tiene fecha: quite days, from y to de %s, o diga en [columns] cómo se llama la columna de las fechas, como en created_at = \"fecha\"", toml)},
		{corpus.ErrOneAuthor, fmt.Sprintf("escribe una sola cuenta, y sus tweets no se pueden repartir por autor (split = %q): ponga split = %q o %q en %s", SplitAuthor, SplitRandom, SplitTime, toml)},
		{corpus.ErrNoEnd, fmt.Sprintf("el modelo base no tiene un token de fin de texto (eos_token en los archivos de su vocabulario) con que separar los tweets; póngalo, o two_blanks = true en %s", toml)},
		{task.ErrNoWords, fmt.Sprintf("ninguna aparece lo bastante, y word2vec no tiene de qué aprender: reúna más tweets, o deje más de ellos en %s (min_tokens, days, from, to, languages, near_copies)", toml)},
		{task.ErrOutOfMemory, "la memoria no alcanza para un paso: en Recipe.Tune o Recipe.Base baje BatchSize (y suba GradientAccumulation otro tanto) o BlockSize, o ponga GradientCheckpointing = true; lo que ya se guardó no se pierde"},
		{task.ErrNoFlashAttention, "la tarjeta gráfica no puede calcular la atención «flash»: ponga s.Recipe.FlashAttention = false; lo que ya se guardó no se pierde"},
	} {
		if errors.Is(err, known.is) {
			return fmt.Errorf("%s: %w", known.text, err)
		}
	}
	return err
}
