package main

import (
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"time"
)

// variants are flags of XLA's to try: what they save of compiling, and what they cost of a
// step. XLA ends a process that names a flag that it does not know.
func (b *bench) variants() []string {
	if !b.onGPU() {
		return []string{
			"--xla_backend_optimization_level=1",
			"--xla_cpu_parallel_codegen_split_count=1",
		}
	}
	kept := "--xla_gpu_per_fusion_autotune_cache_dir=" + filepath.Join(b.folder, "autotune")
	return []string{
		// How XLA chooses among products of matrices: 0 takes the first, 4, its default,
		// measures all and checks what they give.
		"--xla_gpu_autotune_level=0",
		"--xla_gpu_autotune_level=2",
		"--xla_gpu_enable_triton_gemm=true",
		kept, kept, // filled, then used
		fmt.Sprintf("--xla_gpu_force_compilation_parallelism=%d", runtime.NumCPU()),
		"--xla_gpu_enable_command_buffer=", // no kernels are launched together
		"--xla_gpu_graph_min_graph_size=1", // all are
		"--xla_gpu_deterministic_ops=true",
		"--xla_gpu_exclude_nondeterministic_ops=true",
		"--xla_gpu_enable_cublaslt=true",
		"--xla_gpu_autotune_level=1",
		"--xla_gpu_autotune_level=3",
		"--xla_gpu_exhaustive_tiling_search=true",
	}
}

// tryFlags measures a step with each, all compiled anew.
func (b *bench) tryFlags() error {
	t := training{"4 × 256, 4 × 256 tokens, float32", "small", 4, 256, "float32"}
	if b.onGPU() {
		t = training{"2 layers of GPT-2 small, 16 × 1,024 tokens, bfloat16", "gpt2-2", 16, 1024, "bfloat16"}
	}
	plain, err := b.step(t)
	if err != nil {
		return err
	}
	if b.onGPU() {
		plain.command = append(plain.command, "--flash")
	}
	if err := os.MkdirAll(filepath.Join(b.folder, "autotune"), 0o777); err != nil {
		return err
	}
	plain.env, plain.beside, plain.limit = []string{"HEMICICLO_CACHE=off"}, true, time.Minute
	plain.name = "XLA's flags, " + t.name
	c := contest{name: plain.name, ours: []string{plain.name}}
	b.parts = append(b.parts, plain)
	before := ""
	for _, flag := range b.variants() {
		p := plain
		p.name = c.name + ", " + strings.TrimPrefix(flag, "--")
		if flag == before {
			p.name += ", again"
		}
		before = flag
		p.env = append([]string{"XLA_FLAGS=" + strings.TrimSpace(os.Getenv("XLA_FLAGS")+" "+flag)}, plain.env...)
		b.parts, c.others = append(b.parts, p), append(c.others, p.name)
	}
	b.contests = append(b.contests, c)
	return nil
}
