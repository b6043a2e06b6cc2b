package backend

import (
	"fmt"
	"os"
	"strings"

	"github.com/gomlx/compute"
	"github.com/gomlx/compute/gobackend"
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
}

// Describe returns the engine, its platform and why it was chosen, in one line.
func (e *Engine) Describe() string {
	return fmt.Sprintf("%s on %s: %s", e.Name, e.Platform, e.Reason)
}

// Close ends the engine and frees what it holds. Nothing made with it can be used
// afterwards.
func (e *Engine) Close() { e.Backend.Finalize() }

// Open opens the engine that GOMLX_BACKEND names ("go", "xla", "xla:cpu",
// "xla:cuda", "xla:/path/to/plugin.so", each with GoMLX's options after a
// comma). That wish is met or an error says what to do. Without a wish, Open
// takes XLA on CUDA where there is an NVIDIA GPU and its plugin, else XLA on the
// CPU where scripts/setup installed its plugin, else the pure-Go engine;
// [Engine.Reason] then says what was missing.
//
// The caller ends the engine with [Engine.Close].
func Open() (*Engine, error) {
	if wish, found := os.LookupEnv(compute.ConfigEnvVar); found && wish != "" {
		engine, err := openWish(wish)
		if err != nil {
			return nil, fmt.Errorf("%s=%q cannot be met: %w", compute.ConfigEnvVar, wish, err)
		}
		engine.Reason = fmt.Sprintf("asked for by %s=%s", compute.ConfigEnvVar, wish)
		return engine, nil
	}
	return openBest()
}

// openWish opens exactly the engine that config names.
func openWish(config string) (*Engine, error) {
	name, options, _ := strings.Cut(config, ":")
	switch name {
	case gobackend.BackendName:
		return openGo(options)
	case xlaName:
		plugin, rest, _ := strings.Cut(options, ",")
		path, platform, err := findPlugin(plugin)
		if err != nil {
			return nil, err
		}
		if rest != "" {
			path += "," + rest
		}
		return open(xlaName, path, platform)
	}
	return nil, fmt.Errorf("no engine is called %q: the engines are %s, or unset %s to let one be chosen",
		name, strings.Join(engines(), " and "), compute.ConfigEnvVar)
}

// openGo opens the pure-Go engine. Unless the options say otherwise it runs one
// operation at a time, each on all processors. Its own default is several
// operations at once, of which each holds a worker while it waits for more of
// them: with few processors all of them can wait for ever (compute v0.1.2).
func openGo(options string) (*Engine, error) {
	if !strings.Contains(options, "ops_") {
		options = strings.TrimPrefix(options+",ops_sequential", ",")
	}
	return open(gobackend.BackendName, options, "cpu")
}

// openBest opens the fastest engine that works here.
func openBest() (*Engine, error) {
	cudaPath, noCUDA := findCUDA()
	if noCUDA == nil {
		var engine *Engine
		if engine, noCUDA = open(xlaName, cudaPath, "cuda"); noCUDA == nil {
			engine.Reason = "an NVIDIA GPU and its XLA plugin were found"
			return engine, nil
		}
	}
	cpuPath, noCPU := findCPU()
	if noCPU == nil {
		var engine *Engine
		if engine, noCPU = open(xlaName, cpuPath, "cpu"); noCPU == nil {
			engine.Reason = fmt.Sprintf("the XLA plugin for the CPU is installed, and no GPU is used (%v)", noCUDA)
			return engine, nil
		}
	}
	engine, err := openGo("")
	if err != nil {
		return nil, fmt.Errorf("opening the pure-Go engine: %w", err)
	}
	engine.Reason = fmt.Sprintf("XLA is not there (%v)", noCPU)
	return engine, nil
}

// open starts one registered GoMLX backend. GoMLX reports some mistakes by
// panicking; here they are errors.
func open(name, config, platform string) (engine *Engine, err error) {
	defer func() {
		if thrown := recover(); thrown != nil {
			engine, err = nil, fmt.Errorf("starting engine %s: %v", name, thrown)
		}
	}()
	if name == xlaName && platform == "cpu" {
		if err := askForWholeLoops(); err != nil {
			return nil, fmt.Errorf("starting engine %s: %w", name, err)
		}
	}
	kept := "this engine compiles nothing"
	if plugin, _, _ := strings.Cut(config, ","); name == xlaName {
		if kept, err = prepare(plugin, platform); err != nil {
			return nil, fmt.Errorf("starting engine %s: %w", name, err)
		}
	}
	started, err := compute.NewWithConfig(name + ":" + config)
	if err != nil {
		return nil, fmt.Errorf("starting engine %s: %w", name, err)
	}
	return &Engine{Backend: started, Name: name, Platform: platform, Cache: kept}, nil
}
