package run

import (
	"errors"
	"fmt"
	"path/filepath"

	"github.com/hemiciclo/hemiciclo/pkg/corpus"
	"github.com/hemiciclo/hemiciclo/pkg/generate"
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
		{task.ErrOutOfMemory, "la memoria no alcanza para un paso: en Recipe.Tune o Recipe.Base baje BatchSize (y suba GradientAccumulation otro tanto) o BlockSize, o ponga GradientCheckpointing = true; si fue al validar, baje EvalBatchSize; lo que ya se guardó no se pierde"},
		{generate.ErrOutOfMemory, "la memoria no alcanza para escribir tantos textos a la vez: en Recipe.Generation (en los cuadernos 9a y 9b, Recipe.Generation2020) baje NumReturnSequences o NumBeams, o MaxNewTokens o MaxLength, o ponga BFloat16 = true (la mitad de la memoria de la tarjeta gráfica) o Int8 = true (escribe el procesador)"},
		{task.ErrScoringOutOfMemory, "la memoria no alcanza para medir textos con un modelo: en Recipe.Perplexity ponga un BatchSize menor (sin él son 8 ventanas a la vez) o baje Window; si otro programa ocupa la tarjeta gráfica (nvidia-smi lo dice), ciérrelo, o mida en el procesador, con GOMLX_BACKEND=xla:cpu"},
		{task.ErrNoFlashAttention, "la tarjeta gráfica no puede calcular la atención «flash»: ponga s.Recipe.FlashAttention = false; lo que ya se guardó no se pierde"},
	} {
		if errors.Is(err, known.is) {
			return fmt.Errorf("%s: %w", known.text, err)
		}
	}
	return err
}
