package main

import (
	"slices"
	"strings"
	"testing"
)

// lineUp returns all that is measured on an engine, with peers of every kind.
func lineUp(t *testing.T, platform string) *bench {
	t.Helper()
	b := &bench{
		programs: "programs", folder: t.TempDir(), platform: platform,
		python: python{command: "python", scripts: "peers", device: platform, found: libraries{Versions: map[string]string{"torch": "1", "jax": "1", "transformers": "1"}}},
	}
	for _, err := range []error{b.trainSmall(false), b.trainGPT2(), b.decode(), b.tryFlags(), b.trainInHalf()} {
		if err != nil {
			t.Fatal(err)
		}
	}
	return b
}

func TestPartsAreKnownByTheirNames(t *testing.T) {
	for _, platform := range []string{"cpu", "cuda"} {
		b := lineUp(t, platform)
		seen := map[string]bool{}
		for _, p := range b.parts {
			if seen[p.name] {
				t.Errorf("%s: there are two parts %q", platform, p.name)
			}
			if p.after != "" && !seen[p.after] {
				t.Errorf("%s: %q comes before %q", platform, p.name, p.after)
			}
			seen[p.name] = true
		}
		for _, c := range b.contests {
			for _, name := range slices.Concat(c.ours, c.others) {
				if !seen[name] {
					t.Errorf("%s: nothing is measured as %q", platform, name)
				}
			}
		}
	}
}

// Peers do the same work, on the same model and batch, and know their options.
func TestPeersDoTheSame(t *testing.T) {
	const step = "training step: GPT-2 small, 16 × 1,024 tokens, bfloat16"
	commands := map[string]string{}
	for _, p := range lineUp(t, "cuda").parts {
		commands[p.name] = strings.Join(p.command, " ")
	}
	ours, flash := strings.CutSuffix(commands[step], " --flash")
	_, work, _ := strings.Cut(ours, " ")
	if !flash || commands[step+", without flash attention"] != ours || commands[step+", again"] != commands[step] {
		t.Errorf("ours: %q", commands)
	}
	for name, want := range map[string]string{
		"PyTorch":       "python peers/pytorch_step.py " + work + " --device cuda --compute bfloat16 --pad-vocabulary",
		"torch.compile": "python peers/pytorch_step.py " + work + " --compile --device cuda --compute bfloat16 --pad-vocabulary",
		"JAX":           "python peers/jax_step.py " + work + " --device cuda --compute bfloat16 --pad-vocabulary",
	} {
		if got := commands[step+", "+name]; got != want {
			t.Errorf("%s: %q, want %q", name, got, want)
		}
	}
	for name, command := range commands {
		if strings.Contains(command, "python ") && strings.Contains(command, "--flash") {
			t.Errorf("%s: %s", name, command)
		}
	}
	for _, p := range lineUp(t, "cpu").parts {
		if strings.Contains(p.name, "torch.compile") || slices.Contains(p.command, "--flash") {
			t.Errorf("on a CPU: %s: %q", p.name, p.command)
		}
	}
}

func TestWhatThePythonHas(t *testing.T) {
	var p python
	finding, _, err := p.look().judge([]byte(`{"versions": {"Python": "3.12", "torch": "2.11"}, "missing": {"jax": "it sees no GPU"}}`))
	if err != nil || finding != "Python 3.12, torch 2.11, no jax (it sees no GPU)" || p.found.Versions["torch"] != "2.11" {
		t.Errorf("%q, %+v, %v", finding, p, err)
	}
	if _, _, err := p.look().judge([]byte("Traceback")); err == nil {
		t.Error("what is no answer is taken for one")
	}
}
