package backend

import (
	"cmp"
	"errors"
	"fmt"
	"os"
	"strings"

	"github.com/gomlx/compute"
	"github.com/gomlx/compute/gobackend"

	"github.com/hemiciclo/hemiciclo/pkg/pjrtshim"
)

// Engine is an open GoMLX backend together with what it is.
type Engine struct {
	// Backend is what GoMLX's functions take. It is a field, not embedded: GoMLX
	// compares backends by identity, so a wrapper must not pass for one.
	Backend compute.Backend

	// Name of the engine: "xla" or "go".
	Name string
	// Platform on which it computes: "cuda", "cpu", or whatever plugin was asked for.
	Platform string
	// Reason says in one sentence why this engine was chosen.
	Reason string
	// Cache is the folder in which compiled programs are kept, or why none are.
	Cache string
	// TF32 tells whether float32 matrices are multiplied in TF32.
	TF32 bool
	// GPU is the name of the NVIDIA GPU on which it computes, the first of the GPUs that this
	// process may use; both are zero if it computes on none, or if its driver does not say.
	GPU  string
	GPUs int
	// UnusedGPU says why this machine's NVIDIA GPU is not used although no other engine was
	// asked for, for example [ErrNoPlugin]; nil if there is no such GPU.
	UnusedGPU error

	plugin string // the name of XLA's plugin for go-xla
}

// Describe returns the engine, its platform and why it was chosen, in one line.
func (e *Engine) Describe() string {
	return fmt.Sprintf("%s on %s: %s", e.Name, e.Platform, e.Reason)
}

// PeakMemory returns the peak memory use of a GPU so far, in bytes; 0 for the CPU, whose
// memory is the process's.
func (e *Engine) PeakMemory() int64 { return pjrtshim.PeakMemory(e.plugin) }

// Close ends the engine and frees what it holds. Nothing made with it can be used
// afterwards.
func (e *Engine) Close() {
	pjrtshim.Closed(e.plugin)
	e.Backend.Finalize()
}

// Options say how an engine computes.
type Options struct {
	// TF32 multiplies float32 matrices in TF32 if the engine is XLA on CUDA: faster, with
	// mantissas of 10 bits instead of 23. GOMLX_BACKEND's own option tf32 wins.
	TF32 bool
	// FlashAttention allows cuDNN's flash attention for attention in bfloat16 if the engine
	// is XLA on CUDA. Its gradients are summed in no fixed order, so repeated runs differ
	// in the last digits. Without it they do not.
	FlashAttention bool
	// CPU leaves a GPU unused, also one that GOMLX_BACKEND asks for.
	CPU bool
}

// Open opens an engine as [OpenWith] does, with the zero Options: float32 in full
// precision.
func Open() (*Engine, error) { return OpenWith(Options{}) }

// OpenWith opens the engine that GOMLX_BACKEND names ("go", "xla", "xla:cpu", "xla:cuda",
// "xla:/path/to/plugin.so", each with GoMLX's options after a comma). If that engine cannot
// be opened, the error says what to do. If the variable is unset, it takes XLA on CUDA if
// there is an NVIDIA GPU with its plugin, else XLA on the CPU if scripts/setup installed
// its plugin, else the pure-Go engine; [Engine.Reason] then says what was missing.
//
// The caller ends the engine with [Engine.Close].
func OpenWith(o Options) (*Engine, error) {
	wish := os.Getenv(compute.ConfigEnvVar)
	if wish == "" {
		return openBest(o)
	}
	engine, err := openWish(wish, o)
	if err != nil {
		return nil, fmt.Errorf("%s=%q cannot be met: %w", compute.ConfigEnvVar, wish, err)
	}
	engine.Reason = cmp.Or(engine.Reason, fmt.Sprintf("asked for by %s=%s", compute.ConfigEnvVar, wish))
	return engine, nil
}

// openWish opens exactly the engine that config names, unless that computes on a GPU and o
// leaves it unused.
func openWish(config string, o Options) (*Engine, error) {
	name, options, _ := strings.Cut(config, ":")
	switch name {
	case gobackend.BackendName:
		return openGo(options, o)
	case xlaName:
		plugin, rest, _ := strings.Cut(options, ",")
		path, platform, err := findPlugin(plugin)
		if err != nil {
			return nil, err
		}
		switch {
		case platform == "cuda" && o.CPU:
			return openBest(o)
		case platform == "cuda":
			return openCUDA(path, rest, o)
		}
		engine, err := openXLA(path, platform, rest, 0, o)
		if err == nil && plugin == "" {
			_, noCUDA := findCUDA()
			engine.UnusedGPU = unusedGPU(noCUDA)
		}
		return engine, err
	}
	return nil, fmt.Errorf("no engine is called %q: the engines are %s, or unset %s to let one be chosen",
		name, strings.Join(engines(), " and "), compute.ConfigEnvVar)
}

// openBest opens the fastest engine that works here.
func openBest(o Options) (*Engine, error) {
	if o.CPU {
		return openWithoutGPU(errors.New("the CPU was asked for"), o)
	}
	cudaPath, noCUDA := findCUDA()
	if noCUDA == nil {
		var engine *Engine
		if engine, noCUDA = openCUDA(cudaPath, "", o); noCUDA == nil {
			engine.Reason = "an NVIDIA GPU and its XLA plugin were found"
			return engine, nil
		}
	}
	engine, err := openWithoutGPU(noCUDA, o)
	if err == nil {
		engine.UnusedGPU = unusedGPU(noCUDA)
	}
	return engine, err
}

// unusedGPU returns why a GPU of this machine is not used, from why CUDA is not; nil if there
// is none.
func unusedGPU(noCUDA error) error {
	switch {
	case !gpuIsThere():
		if cardIsThere() {
			return ErrNoDevice
		}
		return nil
	case errors.Is(noCUDA, ErrNoPlugin):
		if cause := whyNoGPU(""); cause != nil {
			return cause // which no plugin mends
		}
	}
	return noCUDA
}

// openWithoutGPU opens the fastest engine on the CPU.
func openWithoutGPU(noCUDA error, o Options) (*Engine, error) {
	cpuPath, noCPU := findCPU()
	if noCPU == nil {
		var engine *Engine
		if engine, noCPU = openXLA(cpuPath, "cpu", "", 0, o); noCPU == nil {
			engine.Reason = fmt.Sprintf("the XLA plugin for the CPU is installed, and no GPU is used (%v)", noCUDA)
			return engine, nil
		}
	}
	engine, err := openGo("", o)
	if err != nil {
		return nil, fmt.Errorf("opening the pure-Go engine: %w", err)
	}
	engine.Reason = fmt.Sprintf("XLA is not there (%v)", noCPU)
	return engine, nil
}

// openGo opens the pure-Go engine.
func openGo(options string, o Options) (*Engine, error) {
	ours, _ := settingsFor(gobackend.BackendName, "cpu", "", 0, o)
	engine, err := start(gobackend.BackendName, merge(ours, options, ","))
	if err != nil {
		return nil, err
	}
	engine.Platform, engine.Cache = "cpu", "this engine compiles nothing"
	return engine, nil
}

// openXLA opens an XLA plugin; gpuCount is how many GPUs this process may use, 0 if that is
// not known or the plugin uses none.
func openXLA(plugin, platform, options string, gpuCount int, o Options) (*Engine, error) {
	ours, flags := settingsFor(xlaName, platform, plugin, gpuCount, o)
	if err := setFlags(flags); err != nil {
		return nil, err
	}
	name, kept, err := prepare(plugin, platform)
	if err != nil {
		return nil, fmt.Errorf("starting engine %s: %w", xlaName, err)
	}
	engine, err := start(xlaName, strings.TrimSuffix(name+","+merge(ours, options, ","), ","))
	if err != nil {
		return nil, fmt.Errorf("%s: %w", plugin, err)
	}
	engine.Platform, engine.Cache, engine.TF32, engine.plugin = platform, kept, usesTF32(engine.Backend), name
	return engine, nil
}

// start starts one registered GoMLX backend. GoMLX reports some mistakes by
// panicking; here they are errors.
func start(name, config string) (engine *Engine, err error) {
	defer func() {
		if thrown := recover(); thrown != nil {
			engine, err = nil, fmt.Errorf("starting engine %s: %v", name, thrown)
		}
	}()
	started, err := compute.NewWithConfig(name + ":" + config)
	if err != nil {
		return nil, fmt.Errorf("starting engine %s: %w", name, err)
	}
	return &Engine{Backend: started, Name: name}, nil
}
