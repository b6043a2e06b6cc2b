package study

import (
	"strings"
	"testing"

	"github.com/hemiciclo/hemiciclo/pkg/finetune"
)

// Whoever interrupts a training is told where it will go on, whether or not the
// checkpoint is written in time.
func TestAnInterruptTellsWhereItGoesOn(t *testing.T) {
	s := openTest(t)
	w := newWatch(t.Context(), &Trained{Name: baseName, study: s})
	defer w.close(nil)
	for _, step := range []struct {
		progress finetune.Progress
		want     string
	}{
		{finetune.Progress{Step: 3, Steps: 90}, "empezará de nuevo"},
		{finetune.Progress{Step: 20, Steps: 90, ResumedFrom: 20}, "el del paso 20"},
		{finetune.Progress{Step: 30, Steps: 90, ResumedFrom: 20, Saved: "checkpoint-30"}, "el del paso 30"},
		{finetune.Progress{Step: 31, Steps: 90, ResumedFrom: 20}, "el del paso 30"},
	} {
		w.progress(step.progress)
		if got := w.afterInterrupt(); !strings.Contains(got, step.want) {
			t.Errorf("at step %d: %q does not say %q", step.progress.Step, got, step.want)
		}
	}
}

// What a cell sets in the recipe is what trains, stands in the recipe's table, and
// is told where it ended the training.
func TestTrainingOptionsOfARecipe(t *testing.T) {
	s := openTest(t)
	b := &s.Recipe.Base
	b.MaxSteps, b.EvalEvery, b.EarlyStoppingPatience, b.EarlyStoppingThreshold = 20, 3, 1, 10
	b.LoadBestAtEnd, b.GradientAccumulation, b.BFloat16, b.GradientCheckpointing = true, 2, true, true
	shown := texts(t, s.Recipe.Table())
	for _, want := range []string{"si 1 seguidas no mejoran", "acumulan", "bfloat16", "mejor punto", "ahorrar memoria"} {
		if !strings.Contains(shown, want) {
			t.Errorf("the recipe does not say %q:\n%s", want, shown)
		}
	}
	if plain := texts(t, Test().Table()); strings.Contains(plain, "bfloat16") {
		t.Errorf("options that are not taken are shown:\n%s", plain)
	}
	base, err := s.Base(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if h := base.History; h.GlobalStep != 3 || h.Settings.GradientAccumulation != 2 || !h.Settings.BFloat16 || !h.Settings.GradientCheckpointing {
		t.Errorf("%d steps with %+v", h.GlobalStep, h.Settings)
	}
	shown = texts(t, element(base.Table()))
	for _, want := range []string{"se detuvo en el paso 3 de 20 porque la validación no mejoró", "8 por paso (2 lotes de 4)", "el mejor", "la del paso 3"} {
		if !strings.Contains(shown, want) {
			t.Errorf("the table does not say %q:\n%s", want, shown)
		}
	}
	shown = texts(t, base.LossChart())
	for _, want := range []string{"Entrenamiento (último)", "Validación (mejor)", "Tasa de aprendizaje (último)", "Velocidad (último)"} {
		if !strings.Contains(shown, want) {
			t.Errorf("the chart does not hold %q:\n%s", want, shown)
		}
	}
}
