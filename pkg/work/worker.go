package work

import (
	"errors"
	"fmt"
	"sync"

	"github.com/hemiciclo/hemiciclo/pkg/backend"
	"github.com/hemiciclo/hemiciclo/pkg/task"
)

// Worker does tasks on the engines that it opens. Several goroutines may use it at once as
// far as [task.Maker] says.
type Worker struct {
	engine *backend.Engine // opened by Open

	mu   sync.Mutex
	idle []*backend.Engine // those of vectorEngine that nobody uses
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
	return described(w.engine), nil
}

// OpenVectors implements [task.Maker].
func (w *Worker) OpenVectors() (task.Engine, error) {
	engine, done, err := w.vectorEngine()
	if err != nil {
		return task.Engine{}, err
	}
	defer done()
	return described(engine), nil
}

// unusedGPUs are the reasons for which a GPU is not used, as backend and as task name them.
var unusedGPUs = map[error]error{
	backend.ErrNoPlugin:  task.ErrNoPlugin,
	backend.ErrNoDevice:  task.ErrNoDevice,
	backend.ErrNoDriver:  task.ErrNoDriver,
	backend.ErrOldDriver: task.ErrOldDriver,
	backend.ErrOtherCUDA: task.ErrOtherCUDA,
	backend.ErrBusyGPU:   task.ErrBusyGPU,
	backend.ErrNotHere:   task.ErrNotHere,
	backend.ErrHiddenGPU: task.ErrHiddenGPU,
}

func described(engine *backend.Engine) task.Engine {
	e := task.Engine{
		Name: engine.Name, Platform: engine.Platform, Reason: engine.Reason, TF32: engine.TF32,
		GPU: engine.GPU, GPUs: engine.GPUs, UnusedGPU: engine.UnusedGPU,
	}
	for ours, theirs := range unusedGPUs {
		if errors.Is(engine.UnusedGPU, ours) {
			e.UnusedGPU = fmt.Errorf("%w: %w", theirs, engine.UnusedGPU)
		}
	}
	return e
}

// open is the engine, with full float32 if nobody said otherwise before.
func (w *Worker) open() (*backend.Engine, error) {
	_, err := w.Open(task.Arithmetic{})
	return w.engine, err
}

// vectorEngine returns an engine to train word2vec on, for the caller alone until done is
// called, since XLA on the CPU runs an engine's programs one after the other, and these keep
// one processor busy. It is never on a graphics card, which waits for the host after each of
// the many small steps.
func (w *Worker) vectorEngine() (engine *backend.Engine, done func(), err error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if n := len(w.idle); n > 0 {
		engine, w.idle = w.idle[n-1], w.idle[:n-1]
	} else if engine, err = backend.OpenWith(backend.Options{CPU: true}); err != nil {
		return nil, nil, err
	}
	return engine, func() {
		w.mu.Lock()
		defer w.mu.Unlock()
		w.idle = append(w.idle, engine)
	}, nil
}

// OnCompile implements [task.Maker].
func (w *Worker) OnCompile(begin func() (done func())) {
	backend.OnCompile(func(string) func() { return begin() })
}
