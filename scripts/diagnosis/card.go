package main

import "strings"

// card is what a GPU multiplies matrices at, at most, in 10¹² operations a second: dense,
// which is half of what data sheets say "with sparsity".
type card struct {
	name                    string
	bfloat16, tf32, float32 float64
}

// cards are some that GPT-2 is trained on, each before those whose name begins as its own
// does. The figures are those of NVIDIA's pages and data sheets: nvidia.com/en-us/data-center/
// h100, h200, a100, l40s and l4.
var cards = []card{
	{"NVIDIA H100 PCIe", 756, 378, 51},
	{"NVIDIA H100 NVL", 835, 418, 60},
	{"NVIDIA H100", 989, 494, 67},
	{"NVIDIA H200 NVL", 835, 418, 60},
	{"NVIDIA H200", 989, 494, 67},
	{"NVIDIA A100", 312, 156, 19.5},
	{"NVIDIA L40S", 362, 183, 91.6},
	{"NVIDIA L4", 121, 60, 30.3},
}

// peakOf returns a card's peak in operations a second; 0 if the card is not known, or only a
// part of one (MIG).
func peakOf(name, compute string) float64 {
	if strings.Contains(name, " MIG ") {
		return 0
	}
	for _, c := range cards {
		rest, found := strings.CutPrefix(name, c.name)
		if !found || rest != "" && !strings.Contains(" -,", rest[:1]) {
			continue
		}
		return 1e12 * map[string]float64{"bfloat16": c.bfloat16, "tf32": c.tf32, "float32": c.float32}[compute]
	}
	return 0
}

// flops returns how many operations a training step takes, as is usual (PaLM's appendix B):
// 6 for each weight and token, of which 2 forwards, and in attention 12 · layers · width ·
// tokens for each token, though half of its products are masked. Positions multiply
// nothing; the tokens' matrix does once, as the head.
func (c config) flops(rows, tokens int) float64 {
	layers, width := float64(c.NLayer), float64(c.NEmbd)
	weights := layers*(12*width*width+13*width) + 2*width + float64(c.VocabSize)*width
	return float64(rows*tokens) * (6*weights + 12*layers*width*float64(tokens))
}
