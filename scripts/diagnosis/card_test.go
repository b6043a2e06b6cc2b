package main

import (
	"math"
	"testing"
)

// A step's operations are counted here one product of matrices at a time.
func TestOperationsOfAStep(t *testing.T) {
	c := config{NLayer: 3, NEmbd: 8, NHead: 2, NPositions: 16, VocabSize: 50}
	const rows, tokens = 2, 16
	multiplied := 0 // forwards, in multiplications
	for range c.NLayer {
		for _, matrix := range [][2]int{{8, 24}, {8, 8}, {8, 32}, {32, 8}} {
			multiplied += rows * tokens * matrix[0] * matrix[1]
		}
		multiplied += rows * c.NHead * 2 * (tokens * tokens * (c.NEmbd / c.NHead))
	}
	multiplied += rows * tokens * c.NEmbd * c.VocabSize
	// Biases and layer norms count as weights, and are what is more.
	few := 6.0 * rows * tokens * float64(c.NLayer*13*c.NEmbd+2*c.NEmbd)
	if got, want := c.flops(rows, tokens), 6*float64(multiplied)+few; math.Abs(got-want) > 1e-9*want {
		t.Errorf("%v, want %v", got, want)
	}
	// As nanoGPT and llm.c count them: 124 million weights, 6 operations each, and attention.
	if got := models["gpt2"].flops(1, 1024); math.Abs(got-1024*(6*123.65e6+12*12*768*1024)) > 1e-3*got {
		t.Errorf("GPT-2 small: %v", got)
	}
}

func TestPeakOfCards(t *testing.T) {
	for _, c := range []struct {
		name, compute string
		want          float64
	}{
		{"NVIDIA H100 80GB HBM3, 81559 MiB", "bfloat16", 989e12},
		{"NVIDIA H100 80GB HBM3, 81559 MiB", "float32", 67e12},
		{"NVIDIA H100 PCIe, 81559 MiB", "bfloat16", 756e12},
		{"NVIDIA H200, 143771 MiB", "tf32", 494e12},
		{"NVIDIA A100-SXM4-80GB, 81920 MiB", "bfloat16", 312e12},
		{"NVIDIA L4, 23034 MiB", "bfloat16", 121e12},
		{"NVIDIA L40, 46068 MiB", "bfloat16", 0},      // neither an L4 nor an L40S
		{"NVIDIA H100 80GB HBM3", "bfloat16", 989e12}, // as the driver names it
		{"NVIDIA A100-SXM4-80GB MIG 1g.10gb", "bfloat16", 0},
		{"", "bfloat16", 0},
	} {
		if got := peakOf(c.name, c.compute); got != c.want {
			t.Errorf("%s, %s: %v, want %v", c.name, c.compute, got, c.want)
		}
	}
}
