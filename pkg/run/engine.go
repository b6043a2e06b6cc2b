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
// bar, it also says when a program is compiled. If there is a GPU and this process cannot use
// it, as when another has taken it since the run began, the bar says so for as long as it stands.
func (r *Run) EngineTrack(label, unit string, total int64) (*chart.Track, error) {
	engine, err := r.openEngine()
	if err != nil {
		return nil, err
	}
	unused := unusedGPU(engine)
	if unused != "" {
		label += " (sin la GPU)"
	}
	track := r.compilingTrack(label, unit, total)
	if unused != "" {
		LogUnshown(track.Say(unused))
	}
	return track, nil
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
	if engine.GPUs > 1 {
		text += fmt.Sprintf("Hay %d tarjetas gráficas y se usa la primera; la segunda se elige con CUDA_VISIBLE_DEVICES=1, y así las demás.\n", engine.GPUs)
	}
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
	case e.Platform == "cuda":
		card := "la tarjeta gráfica"
		if e.GPU != "" {
			card += " " + e.GPU
		}
		if e.TF32 {
			return "XLA, en " + card + " (CUDA), con TF32 en los productos de matrices de float32"
		}
		return "XLA, en " + card + " (CUDA), con float32 completo"
	default:
		return "XLA, " + e.Platform
	}
}

// unusedGPUs say in Spanish why an NVIDIA GPU computes nothing, and the mend.
var unusedGPUs = []struct {
	reason error
	text   string
}{
	{task.ErrNoPlugin, "Hay una GPU de NVIDIA, pero falta su complemento de XLA: ejecute scripts/setup --cuda"},
	{task.ErrNoDevice, "Hay una tarjeta de NVIDIA, pero el sistema no la ofrece: instale el controlador de NVIDIA; en un contenedor, ábralo con ella (docker run --gpus all)"},
	{task.ErrNoDriver, "Hay una GPU de NVIDIA, pero falta la biblioteca de su controlador (libcuda.so.1): en un contenedor, ábralo con ella (apptainer exec --nv, docker run --gpus all)"},
	{task.ErrOldDriver, "Hay una GPU de NVIDIA, pero su controlador es demasiado antiguo: XLA necesita el 525 o uno más nuevo"},
	{task.ErrOtherCUDA, "Hay una GPU de NVIDIA, pero lo instalado es CUDA 13, que pide el controlador 580 y una GPU Turing (2018) o más nueva: ejecute scripts/setup --cuda=12"},
	{task.ErrNotHere, "Hay una GPU de NVIDIA, pero XLA no tiene complemento para ella en esta máquina: existe para Linux en x86-64"},
	{task.ErrHiddenGPU, "Hay una GPU de NVIDIA, pero este proceso no puede usarla: pídala al gestor de trabajos (en Slurm, --gres=gpu:1) o quite CUDA_VISIBLE_DEVICES"},
}

// unusedGPU says in Spanish that there is an NVIDIA GPU that computes nothing, and the
// mend; it is empty if there is none.
func unusedGPU(e *task.Engine) string {
	if e.UnusedGPU == nil {
		return ""
	}
	for _, u := range unusedGPUs {
		if errors.Is(e.UnusedGPU, u.reason) {
			return u.text
		}
	}
	text := "Hay una GPU de NVIDIA, pero no se usa"
	if errors.Is(e.UnusedGPU, task.ErrBusyGPU) {
		text += "; quizá la ocupa otro programa (nvidia-smi lo dice)"
	}
	return fmt.Sprintf("%s: %v", text, e.UnusedGPU)
}
