package run

import (
	"errors"
	"fmt"
	"time"

	"github.com/hemiciclo/hemiciclo/pkg/chart"
	"github.com/hemiciclo/hemiciclo/pkg/task"
)

// openEngine opens the engine on which models train, once.
func (r *Run) openEngine() (*task.Engine, error) {
	if r.Engine == nil {
		engine, err := r.Maker.Open(task.Arithmetic{TF32: r.Recipe.TF32, FlashAttention: r.Recipe.FlashAttention})
		if err != nil {
			return nil, err
		}
		r.Engine = &engine
	}
	return r.Engine, nil
}

// EngineInputs are a step's inputs where the engine multiplies matrices in it.
func (r *Run) EngineInputs(inputs ...any) []any {
	if r.Recipe.TF32 {
		inputs = append(inputs, "TF32")
	}
	if r.Recipe.FlashAttention {
		inputs = append(inputs, "FlashAttention")
	}
	return inputs
}

// EngineTrack opens the engine and starts the bar of work that it does. Until the next such
// bar, it also says when a program is compiled.
func (r *Run) EngineTrack(label, unit string, total int64) (*chart.Track, error) {
	if _, err := r.openEngine(); err != nil {
		return nil, err
	}
	return r.compilingTrack(label, unit, total), nil
}

// VectorTrack is EngineTrack for the training of word vectors, which have an engine of their
// own: see [Step.Vectors].
func (r *Run) VectorTrack(label, unit string) (*chart.Track, error) {
	if r.vectorEngine == nil {
		engine, err := r.Maker.OpenVectors()
		if err != nil {
			return nil, err
		}
		r.vectorEngine = &engine
	}
	return r.compilingTrack(label, unit, 0), nil
}

func (r *Run) compilingTrack(label, unit string, total int64) *chart.Track {
	track := chart.NewTrack(label, unit, total)
	r.Maker.OnCompile(func() (done func()) { return sayCompiling(track.Say) })
	return track
}

// CheckEngine opens the engine and says what computes, in a line, and in another what could.
func (r *Run) CheckEngine() (string, error) {
	engine, err := r.openEngine()
	if err != nil {
		return "", err
	}
	text := "Motor: " + engineLine(engine) + ".\n"
	if unused := unusedGPU(engine); unused != "" {
		text += "aviso: " + unused + ".\n"
	}
	return text, nil
}

// sayCompiling says that a program is compiled, which can take many seconds in which nothing
// else moves.
func sayCompiling(say func(string) error) (done func()) {
	begin := time.Now()
	LogUnshown(say("compilando el programa para este equipo"))
	return func() { LogUnshown(say("compilado en " + chart.Duration(time.Since(begin)))) }
}

// engineLine says in Spanish what computes. Why a slower engine was taken is
// said in the engine's own words.
func engineLine(e *task.Engine) string {
	switch {
	case e.Name != "xla":
		return "GoMLX en Go puro, en el procesador, más lento que XLA (" + e.Reason + ")"
	case e.Platform == "cpu":
		return "XLA, en el procesador"
	case e.Platform == "cuda" && e.TF32:
		return "XLA, en la tarjeta gráfica (CUDA), con TF32 en los productos de matrices de float32"
	case e.Platform == "cuda":
		return "XLA, en la tarjeta gráfica (CUDA), con float32 completo"
	default:
		return "XLA, " + e.Platform
	}
}

// unusedGPU says in Spanish that there is an NVIDIA GPU that computes nothing, and the
// mend; it is empty if there is none.
func unusedGPU(e *task.Engine) string {
	switch err := e.UnusedGPU; {
	case err == nil:
		return ""
	case errors.Is(err, task.ErrNoPlugin):
		return "Hay una GPU de NVIDIA, pero falta su complemento de XLA: ejecute scripts/setup --cuda"
	default:
		return fmt.Sprintf("Hay una GPU de NVIDIA, pero no se usa: %v", err)
	}
}
