package work

import (
	"errors"
	"fmt"

	"github.com/hemiciclo/hemiciclo/pkg/backend"
	"github.com/hemiciclo/hemiciclo/pkg/task"
)

// Worker does tasks on the engine that it opens. It is not safe for use by several goroutines
// at once.
type Worker struct {
	engine *backend.Engine // opened by Open
	onCPU  *backend.Engine // opened by vectorEngine
}

var _ task.Maker = (*Worker)(nil)

// New returns a worker.
func New() *Worker { return &Worker{} }

// Open implements [task.Maker].
func (w *Worker) Open(a task.Arithmetic) (task.Engine, error) {
	if w.engine == nil {
		engine, err := backend.OpenWith(backend.Options{TF32: a.TF32, FlashAttention: a.FlashAttention})
		if err != nil {
			return task.Engine{}, err
		}
		w.engine = engine
	}
	e := task.Engine{Name: w.engine.Name, Platform: w.engine.Platform, Reason: w.engine.Reason, TF32: w.engine.TF32, UnusedGPU: w.engine.UnusedGPU}
	if errors.Is(e.UnusedGPU, backend.ErrNoPlugin) {
		e.UnusedGPU = fmt.Errorf("%w: %w", task.ErrNoPlugin, e.UnusedGPU)
	}
	return e, nil
}

// open is the engine, with full float32 if nobody said otherwise before.
func (w *Worker) open() (*backend.Engine, error) {
	_, err := w.Open(task.Arithmetic{})
	return w.engine, err
}

// vectorEngine opens the engine on which word2vec trains, once: never a graphics card's,
// which waits for the host after each of the many small steps.
func (w *Worker) vectorEngine() (*backend.Engine, error) {
	engine, err := w.open()
	if err != nil || engine.Platform != "cuda" {
		return engine, err
	}
	if w.onCPU == nil {
		if w.onCPU, err = backend.OpenWith(backend.Options{CPU: true}); err != nil {
			return nil, err
		}
	}
	return w.onCPU, nil
}

// OnCompile implements [task.Maker].
func (w *Worker) OnCompile(begin func() (done func())) {
	backend.OnCompile(func(string) func() { return begin() })
}
