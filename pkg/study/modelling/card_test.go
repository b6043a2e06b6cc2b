package modelling

import (
	"strings"
	"testing"

	"github.com/hemiciclo/hemiciclo/pkg/finetune/training"
	"github.com/hemiciclo/hemiciclo/pkg/run"
)

func TestCardQuotesWhatItIsGiven(t *testing.T) {
	loss, mean := 2.5, 2.75
	c := card{
		Title:    "Modelo de la <derecha>",
		Corpus:   "A | <b>B</b>\n# [C](https://example.org)",
		Language: "es\nmalo: \"sí\"",
		Recipe:   run.LaptopRecipe(),
		Texts:    []cardText{{Path: "derecha/train.txt", Use: "entrenamiento", Tweets: 26886, Characters: 5690881, SHA256: "abc"}},
		History: &training.History{
			LogHistory: []training.Entry{{Step: 30, EvalLoss: &loss}, {Step: 30, TrainLoss: &mean}},
			BestMetric: &loss, BestGlobalStep: 20, Settings: training.Settings{LoadBestAtEnd: true},
		},
		Engine: "XLA, en el procesador",
	}
	for _, synthetic := range []bool{false, true} {
		c.Synthetic = synthetic
		var b strings.Builder
		if err := c.write(&b); err != nil {
			t.Fatal(err)
		}
		text := b.String()
		for _, part := range []string{
			"---\nlanguage: \"es\\nmalo: \\\"sí\\\"\"\nlibrary_name: transformers\n",
			`«A \| \<b\>B\</b\> \# \[C\]\(https://example.org\)»`,
			"| derecha/train.txt | entrenamiento | 26.886 | 5.690.881 | `abc` |",
			"# Modelo de la \\<derecha\\>", "media de todos los pasos | 2,7500 nats", "los del paso 20, el mejor: 2,5000 nats",
			"pesos al azar", "paso 30 | 2,5000 nats", "generado por una máquina",
		} {
			if !strings.Contains(text, part) {
				t.Errorf("the card lacks %q:\n%s", part, text)
			}
		}
		if said := strings.Contains(text, "synthetic-corpus") && strings.Contains(text, "inventados"); said != synthetic {
			t.Errorf("synthetic is %v, the card says %v", synthetic, said)
		}
	}
}
