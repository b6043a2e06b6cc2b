package main

import (
	"encoding/json"
	"fmt"
	"maps"
	"path/filepath"
	"slices"
	"strings"
	"time"
)

// python is a Python whose libraries are measured beside ours.
type python struct {
	command string // empty: there is none
	scripts string // folder of the peers' programs: scripts/benchmarks
	device  string // "cuda" or "cpu"
	found   libraries
}

// libraries are those that scripts/benchmarks/available.py looks for.
type libraries struct {
	Versions map[string]string `json:"versions"` // of those that can compute on the device
	Missing  map[string]string `json:"missing,omitempty"`
}

// peer is a program that does what ours does.
type peer struct {
	name    string
	library string // that it needs
	script  string
	options []string
	gpuOnly bool // on a CPU it takes minutes
}

var (
	trainers = []peer{
		{"PyTorch", "torch", "pytorch_step.py", nil, false},
		{"torch.compile", "torch", "pytorch_step.py", []string{"--compile"}, true},
		{"JAX", "jax", "jax_step.py", nil, false},
	}
	generators = []peer{
		{"transformers", "transformers", "transformers_generate.py", nil, false},
	}
)

// look is the part that finds out which libraries there are.
func (p *python) look() part {
	return part{
		name:    "the others",
		command: []string{p.command, filepath.Join(p.scripts, "available.py"), p.device},
		env:     []string{"PYTHONDONTWRITEBYTECODE=1"},
		limit:   time.Minute, beside: true,
		judge: func(output []byte) (string, *figures, error) {
			if err := json.Unmarshal(output, &p.found); err != nil {
				return "", nil, err
			}
			var list []string
			for _, name := range slices.Sorted(maps.Keys(p.found.Versions)) {
				list = append(list, name+" "+p.found.Versions[name])
			}
			for _, name := range slices.Sorted(maps.Keys(p.found.Missing)) {
				list = append(list, fmt.Sprintf("no %s (%s)", name, p.found.Missing[name]))
			}
			return strings.Join(list, ", "), nil, nil
		},
	}
}

// beside returns the parts in which those peers that are there do what ours does.
func (b *bench) beside(peers []peer, ours part, compute string) []part {
	var parts []part
	for _, peer := range peers {
		if _, found := b.python.found.Versions[peer.library]; !found || peer.gpuOnly && !b.onGPU() {
			continue
		}
		p := ours
		p.name, p.beside = peer.name, true
		if !b.onGPU() { // where nothing of theirs is compiled for long
			p.limit = 45 * time.Second
		}
		p.command = slices.Concat([]string{b.python.command, filepath.Join(b.python.scripts, peer.script)}, ours.command[1:], peer.options,
			[]string{"--device", b.python.device, "--compute", compute})
		if compute == "bfloat16" && b.onGPU() && peer.script != "transformers_generate.py" {
			p.command = append(p.command, "--pad-vocabulary") // their best
		}
		// What they compile is compiled anew, and goes with the doctor.
		p.env = []string{
			"PYTHONDONTWRITEBYTECODE=1", "HF_HUB_OFFLINE=1",
			"TORCHINDUCTOR_CACHE_DIR=" + filepath.Join(b.folder, "inductor"), "TRITON_CACHE_DIR=" + filepath.Join(b.folder, "triton"),
		}
		parts = append(parts, p)
	}
	return parts
}
