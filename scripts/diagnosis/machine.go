package main

import (
	"bufio"
	"cmp"
	"context"
	"fmt"
	"maps"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"runtime"
	"runtime/debug"
	"slices"
	"strings"
	"time"

	"github.com/hemiciclo/hemiciclo/pkg/backend"
)

// machineLimit is what opening an engine may take; on a GPU that is a few seconds.
const machineLimit = time.Minute

// machine is what the doctor finds before it tries anything.
type machine struct {
	System    string            `json:"system"`
	Processor string            `json:"processor"`
	Cores     int               `json:"cores"`
	Memory    string            `json:"memory"`
	GPU       []string          `json:"gpu"`
	Driver    string            `json:"driver,omitempty"`
	Used      string            `json:"used_gpu,omitempty"` // the name of the GPU that computes
	Engine    string            `json:"engine"`
	Platform  string            `json:"platform"`
	Reason    string            `json:"reason"`
	TF32      bool              `json:"tf32"` // float32 matrices are multiplied in TF32
	Cache     string            `json:"cache"`
	Versions  map[string]string `json:"versions"`
	Mends     []string          `json:"mends,omitempty"` // what is missing, and what to do
}

// examine looks at the machine and opens the engine that Hemiciclo would use.
func examine() (machine, error) {
	m := machine{
		System:    runtime.GOOS + " on " + runtime.GOARCH,
		Processor: field("/proc/cpuinfo", "model name"),
		Cores:     runtime.NumCPU(),
		Memory:    gibibytes(field("/proc/meminfo", "MemTotal")),
		Versions:  map[string]string{"Go": runtime.Version()},
	}
	if info, ok := debug.ReadBuildInfo(); ok {
		for _, module := range info.Deps {
			switch module.Path {
			case "github.com/gomlx/compute", "github.com/gomlx/go-xla":
				m.Versions[path.Base(module.Path)] = module.Version
			}
		}
	}
	m.GPU, m.Driver = graphics()
	engine, err := backend.Open()
	if err != nil {
		return m, err
	}
	defer engine.Close()
	m.Engine, m.Platform, m.Reason, m.Cache = engine.Name, engine.Platform, engine.Reason, engine.Cache
	m.TF32, m.Used = engine.TF32, engine.GPU
	m.Mends = mends(engine)
	return m, nil
}

// mends says what keeps this machine from computing as fast as it can.
func mends(engine *backend.Engine) (list []string) {
	if engine.Name == "go" && os.Getenv("GOMLX_BACKEND") == "" {
		list = append(list, "falta el complemento de XLA: ejecute scripts/setup o, en una carpeta de --bundle, nombre en PYTHON un Python que tenga JAX con CUDA (XLA's plugin is missing: run scripts/setup or, in a bundle, name in PYTHON one that has JAX with CUDA)")
	}
	if engine.UnusedGPU != nil {
		list = append(list, "hay una GPU que no se usa (there is a GPU that is not used): "+engine.UnusedGPU.Error())
	}
	if engine.Platform == "cuda" || engine.UnusedGPU != nil {
		for _, folder := range otherCUDA() {
			list = append(list, "LD_LIBRARY_PATH nombra otras bibliotecas de CUDA, que pasan delante de las instaladas: si algo falla, quítelas (names other CUDA libraries, which go before those installed: if anything fails, take it out): "+folder)
		}
	}
	return list
}

// otherCUDA returns the folders in which the loader finds some of CUDA's libraries before it
// looks beside XLA's plugin.
func otherCUDA() (folders []string) {
	for _, folder := range filepath.SplitList(os.Getenv("LD_LIBRARY_PATH")) {
		for _, library := range []string{"cublas", "cublasLt", "cudart", "cudnn", "cufft", "cusolver", "cusparse", "cupti", "nccl", "nvJitLink"} {
			if found, _ := filepath.Glob(filepath.Join(folder, "lib"+library+".so*")); len(found) > 0 {
				folders = append(folders, folder)
				break
			}
		}
	}
	return folders
}

// graphics asks NVIDIA's driver, or else the kernel, for its cards.
func graphics() (cards []string, driver string) {
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()
	out, err := exec.CommandContext(ctx, "nvidia-smi", "--query-gpu=name,memory.total,driver_version", "--format=csv,noheader").Output()
	if err == nil {
		for line := range strings.Lines(string(out)) {
			name, rest, _ := strings.Cut(strings.TrimSpace(line), ", ")
			if memory, version, found := strings.Cut(rest, ", "); found { // else it is an error
				cards, driver = append(cards, name+", "+memory), version
			}
		}
		return cards, driver
	}
	found, _ := filepath.Glob("/proc/driver/nvidia/gpus/*/information")
	for _, card := range found {
		cards = append(cards, field(card, "Model"))
	}
	if version, err := os.ReadFile("/proc/driver/nvidia/version"); err == nil {
		driver, _, _ = strings.Cut(string(version), "\n")
	}
	return cards, driver
}

// field returns the value of the first line "key: value" of a file of the kernel's.
func field(name, key string) string {
	file, err := os.Open(name)
	if err != nil {
		return "unknown"
	}
	defer func() { _ = file.Close() }()
	lines := bufio.NewScanner(file)
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		if before, value, found := strings.Cut(lines.Text(), ":"); found && strings.TrimSpace(before) == key {
			return strings.Join(strings.Fields(value), " ")
		}
	}
	return "unknown"
}

// gibibytes gives in GiB what the kernel says in kB.
func gibibytes(told string) string {
	var kilobytes float64
	if _, err := fmt.Sscanf(told, "%g kB", &kilobytes); err != nil {
		return told
	}
	return fmt.Sprintf("%.1f GiB", kilobytes/(1<<20))
}

// lines tells what was found, for people.
func (m machine) lines() []string {
	gpu := cmp.Or(m.Used, "none")
	if len(m.GPU) > 0 {
		gpu = strings.Join(m.GPU, "; ") + "; driver " + m.Driver
	}
	arithmetic := "float32 as it is"
	if m.TF32 {
		arithmetic = "float32 matrices multiplied in TF32"
	}
	lines := []string{
		"system      " + m.System,
		fmt.Sprintf("processor   %s, %d cores", m.Processor, m.Cores),
		"memory      " + m.Memory,
		"GPU         " + gpu,
	}
	if m.Used != "" {
		lines = append(lines, "in use      "+m.Used)
	}
	lines = append(lines,
		fmt.Sprintf("engine      %s on %s: %s", m.Engine, m.Platform, m.Reason),
		"arithmetic  "+arithmetic,
		"programs    "+m.Cache,
	)
	for _, name := range slices.Sorted(maps.Keys(m.Versions)) {
		lines = append(lines, fmt.Sprintf("%-11s %s", name, m.Versions[name]))
	}
	for _, mend := range m.Mends {
		lines = append(lines, "!           "+mend)
	}
	return lines
}
