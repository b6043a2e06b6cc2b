package study

import (
	"errors"
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/hemiciclo/hemiciclo/pkg/run"
	"github.com/hemiciclo/hemiciclo/pkg/study/studytest"
	"github.com/hemiciclo/hemiciclo/pkg/task"
)

// What computes, and what could but does not, stands in the first notebook's table and in
// the first lines of a run.
func TestAboutTheEngine(t *testing.T) {
	s := openTest(t)
	unused := errors.New("no supported devices")
	for _, c := range []struct {
		engine task.Engine
		want   []string
		no     string
	}{
		{task.Engine{Name: "xla", Platform: "cpu"}, []string{"XLA, en el procesador"}, "GPU"},
		{task.Engine{Name: "xla", Platform: "cuda"}, []string{"CUDA", "float32 completo"}, "TF32"},
		{task.Engine{Name: "xla", Platform: "cuda", TF32: true}, []string{"CUDA", "TF32"}, "completo"},
		{task.Engine{Name: "xla", Platform: "cuda", GPU: "NVIDIA L4", GPUs: 1}, []string{"la tarjeta gráfica NVIDIA L4 (CUDA)"}, "VISIBLE"},
		{task.Engine{Name: "xla", Platform: "cpu", UnusedGPU: fmt.Errorf("opening: %w", task.ErrNoPlugin)},
			[]string{"Hay una GPU de NVIDIA, pero falta su complemento de XLA: ejecute scripts/setup"}, "opening"},
		{task.Engine{Name: "go", Platform: "cpu", Reason: "no XLA", UnusedGPU: unused},
			[]string{"Go puro", "Hay una GPU de NVIDIA, pero no se usa: no supported devices"}, "scripts/setup"},
		{task.Engine{Name: "xla", Platform: "cpu", UnusedGPU: fmt.Errorf("%w: out of memory", task.ErrBusyGPU)},
			[]string{"quizá la ocupa otro programa", "out of memory"}, "scripts/setup"},
		{task.Engine{Name: "xla", Platform: "cpu", UnusedGPU: fmt.Errorf("%w (403)", task.ErrOtherCUDA)}, []string{"scripts/setup --cuda=12"}, "403"},
	} {
		s.Engine = &c.engine
		if err := os.RemoveAll(s.Path("steps", "engine.json")); err != nil {
			t.Fatal(err)
		}
		lines, err := s.CheckEngine()
		if err != nil {
			t.Fatal(err)
		}
		for place, text := range map[string]string{"table": studytest.Texts(t, element(s.About(t.Context()))), "lines": lines} {
			for _, want := range c.want {
				if !strings.Contains(text, want) {
					t.Errorf("the %s does not say %q:\n%s", place, want, text)
				}
			}
			if strings.Contains(text, c.no) {
				t.Errorf("the %s says %q:\n%s", place, c.no, text)
			}
		}
	}
}

// TestKeepInfo: what a run is stands in run.json before any notebook has asked; what About said
// of the engine stays with the same run, and is asked again of another recipe.
func TestKeepInfo(t *testing.T) {
	s := openTest(t)
	keep := func() string {
		t.Helper()
		if err := s.KeepInfo(); err != nil {
			t.Fatal(err)
		}
		text, err := run.ReadText(s.Path("run.json"))
		if err != nil {
			t.Fatal(err)
		}
		return text
	}
	s.Engine = &task.Engine{Name: "xla", Platform: "cpu"}
	for _, recipe := range []string{"test", "other"} {
		s.Recipe.Name = recipe
		if text := keep(); !strings.Contains(text, `"engine": ""`) || !strings.Contains(text, recipe) {
			t.Errorf("%s, before About: %s", recipe, text)
		}
		if shown := studytest.Texts(t, element(s.About(t.Context()))); !strings.Contains(shown, "XLA, en el procesador") {
			t.Errorf("%s: About does not ask the engine:\n%s", recipe, shown)
		}
		if text := keep(); !strings.Contains(text, `"engine": "XLA`) || !strings.Contains(text, recipe) {
			t.Errorf("%s, after About: %s", recipe, text)
		}
	}
}

// Of several cards the first computes, which the first lines of a run say, with how to take
// another.
func TestSeveralCards(t *testing.T) {
	s := openTest(t)
	s.Engine = &task.Engine{Name: "xla", Platform: "cuda", GPU: "NVIDIA L4", GPUs: 4}
	lines, err := s.CheckEngine()
	if err != nil || !strings.Contains(lines, "4 tarjetas gráficas") || !strings.Contains(lines, "CUDA_VISIBLE_DEVICES=1") {
		t.Errorf("%v:\n%s", err, lines)
	}
}

// The recipe's table names the arithmetic of each training.
func TestArithmeticOfARecipe(t *testing.T) {
	published := run.PublishedRecipes[0]
	for _, r := range []run.Recipe{run.TestRecipe(), published} {
		for _, c := range []struct {
			tf32, bfloat16 bool
			want, no       string
		}{
			{false, false, "float32", "en los productos"},
			{true, false, "float32, y TF32 en los productos", "bfloat16"},
			{false, true, "float32, y bfloat16 en los productos", "TF32"},
			{true, true, "float32, y bfloat16 en los productos", "no: all is asked for"},
		} {
			r.TF32, r.Tune.BFloat16 = c.tf32, c.bfloat16
			text := studytest.Texts(t, r.Table())
			if !strings.Contains(text, c.want) || strings.Contains(text, c.no) {
				t.Errorf("%s with %+v:\n%s", r.Name, c, text)
			}
		}
	}
}
