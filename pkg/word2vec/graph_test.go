package word2vec

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/gomlx/compute"
	"github.com/gomlx/gomlx/core/tensors"
)

// likelihood returns the log-likelihood that a batch raises, by the definition:
// Σ log σ(±u·h) over its pairs.
func likelihood(pairs map[pair]int, input, output []float64, size int) (sum float64) {
	for p, n := range pairs {
		dot := 0.0
		for d := range size {
			dot += input[int(p.word)*size+d] * output[int(p.node)*size+d]
		}
		if p.code == 1 {
			dot = -dot
		}
		sum -= float64(n) * math.Log1p(math.Exp(-dot))
	}
	return sum
}

// trained runs one batch on copies of the tables.
func trained(t *testing.T, be compute.Backend, l layout, b *batch, input, output []float32, size int) (newInput, newOutput []float32) {
	t.Helper()
	d, err := newDevice(be, l, input, output, size)
	if err != nil {
		t.Fatal(err)
	}
	defer d.finalize()
	if err := d.train(b); err != nil {
		t.Fatal(err)
	}
	if newInput, err = d.rows(d.input); err != nil {
		t.Fatal(err)
	}
	if newOutput, err = d.rows(d.output); err != nil {
		t.Fatal(err)
	}
	return newInput, newOutput
}

// forEachForm runs a test on each engine with each form of the loop that it knows.
func forEachForm(t *testing.T, l layout, test func(*testing.T, compute.Backend, layout)) {
	t.Helper()
	for name, be := range engines(t) {
		l.oneKernel = false
		t.Run(name+"/kernels", func(t *testing.T) { test(t, be, l) })
		if name == "go" {
			continue // It lacks the operation DynamicSlice.
		}
		l.oneKernel = true
		t.Run(name+"/one kernel", func(t *testing.T) { test(t, be, l) })
	}
}

// TestStepFollowsTheGradient holds micro-batches, at a rate so small that they do
// not feel each other, against the derivative of the log-likelihood.
func TestStepFollowsTheGradient(t *testing.T) {
	const size, rate, small = 3, 1e-3, 1e-5
	counts := []int64{40, 21, 13, 8, 5, 3, 2, 2, 1}
	paths, err := huffmanPaths(counts)
	if err != nil {
		t.Fatal(err)
	}
	rng := rand.New(rand.NewPCG(3, 4))
	tables := [2][]float64{make([]float64, len(counts)*size), make([]float64, len(counts)*size)}
	var start [2][]float32
	for which, table := range tables {
		for i := range table {
			table[i] = float64(float32(rng.NormFloat64()))
			start[which] = append(start[which], float32(table[i]))
		}
	}
	c := corpus{tokens: []int32{0, 3, 1, 0, 8, 2, 5, 0, 1, 7, 4, 6}, ends: []int{7, 12}}
	l := layout{steps: 5, positions: 4, words: 8, nodes: 16}
	pairs := map[pair]int{}
	b := newBatch(l)
	c.fill(newPacker(l, b, len(counts)), pathTo(paths), Options{Iterations: 1, StepSize: rate, Window: 2}, rng, func(b *batch) *batch {
		b.add(l, pairs)
		return nil
	})
	forEachForm(t, l, func(t *testing.T, be compute.Backend, l layout) {
		input, output := trained(t, be, l, b, start[0], start[1], size)
		for which, after := range [][]float32{input, output} {
			for i, x := range after {
				at := &tables[which][i]
				old := *at
				*at = old + small
				above := likelihood(pairs, tables[0], tables[1], size)
				*at = old - small
				below := likelihood(pairs, tables[0], tables[1], size)
				*at = old
				want := (above - below) / (2 * small)
				if got := (float64(x) - old) / rate; math.Abs(got-want) > 0.02*(1+math.Abs(want)) {
					t.Errorf("table %d, value %d moved by %.5f × rate, the derivative is %.5f", which, i, got, want)
				}
			}
		}
	})
}

// TestWindowFeelsItself holds one position, its nodes still near zero, against pairs
// trained one after the other from left to right and from right to left: words must
// move as they do on average of the two, which is all by what the pairs of the
// window do to each other.
func TestWindowFeelsItself(t *testing.T) {
	const size, rate = 3, 0.1
	counts := []int64{40, 21, 13, 8, 5, 3, 3, 2, 2, 1, 1}
	paths, err := huffmanPaths(counts)
	if err != nil {
		t.Fatal(err)
	}
	left, right := []int32{1, 10, 3, 7, 0}, []int32{2, 4, 5, 8, 6}
	rng := rand.New(rand.NewPCG(8, 9))
	input, output := make([]float32, len(counts)*size), make([]float32, len(counts)*size)
	for i := range input {
		input[i], output[i] = float32(rng.NormFloat64()), float32(rng.NormFloat64()/100)
	}
	l := layout{steps: 1, positions: 1, words: 16, nodes: 8}
	b := newBatch(l)
	b.rate = rate
	p := newPacker(l, b, len(counts))
	p.empty()
	if !p.put([2][]int32{left, right}, paths[9]) {
		t.Fatal("no room")
	}
	tokens := slices.Concat(left, []int32{9}, right)
	var want [2][]float64 // moves of each table
	for range 2 {
		in, out := slices.Clone(input), slices.Clone(output)
		trainInOrder(tokens, 5, 5, 5, rate, paths[9], in, out, size)
		for which, moved := range [][2][]float32{{in, input}, {out, output}} {
			if want[which] == nil {
				want[which] = make([]float64, len(moved[0]))
			}
			for i := range moved[0] {
				want[which][i] += float64(moved[0][i]-moved[1][i]) / 2
			}
		}
		slices.Reverse(tokens)
	}
	forEachForm(t, l, func(t *testing.T, be compute.Backend, l layout) {
		in, out := trained(t, be, l, b, input, output, size)
		for which, moved := range [][2][]float32{{in, input}, {out, output}} {
			var wrong, all float64
			for i, w := range want[which] {
				wrong += math.Pow(float64(moved[0][i]-moved[1][i])-w, 2)
				all += w * w
			}
			if off := math.Sqrt(wrong / all); off > 0.12 {
				t.Errorf("table %d moved wrongly by %.3f of its way", which, off)
			}
		}
	})
}

// TestVectorsKeepTheirSize trains vectors that are wider on the device than they are:
// what comes back has their size, and what they are filled up with stays zero.
func TestVectorsKeepTheirSize(t *testing.T) {
	const words, size = 20, 70
	if width(size) == size {
		t.Fatalf("vectors of %d dimensions are no wider on the device", size)
	}
	rng := rand.New(rand.NewPCG(6, 7))
	input := firstVectors(words, size, rng)
	l := layout{steps: 1, positions: 1, words: 4, nodes: 8}
	b := newBatch(l)
	b.rate = 0.1
	p := newPacker(l, b, words)
	p.empty()
	if !p.put([2][]int32{{1, 2}, {3}}, path{points: []int32{5, 9}, codes: []uint8{0, 1}}) {
		t.Fatal("no room")
	}
	for name, be := range engines(t) {
		d, err := newDevice(be, l, input, make([]float32, len(input)), size)
		if err != nil {
			t.Fatal(err)
		}
		for range 3 {
			if err := d.train(b); err != nil {
				t.Fatal(err)
			}
		}
		for _, table := range []*tensors.Tensor{d.input, d.output} {
			values, err := tensors.CopyFlatData[float32](table)
			if err != nil {
				t.Fatal(err)
			}
			for i, x := range values {
				if row, component := i/width(size), i%width(size); (row >= words || component >= size) && x != 0 {
					t.Fatalf("%s: component %d of row %d, which is padding, is %g", name, component, row, x)
				}
			}
		}
		got, err := d.rows(d.input)
		d.finalize()
		if err != nil {
			t.Fatal(err)
		}
		if len(got) != len(input) {
			t.Fatalf("%s: %d values came back, want %d", name, len(got), len(input))
		}
		for i, x := range got {
			row := i / size
			if moved := x != input[i]; moved != (row >= 1 && row <= 3) {
				t.Errorf("%s: component %d of word %d is %g, was %g", name, i%size, row, x, input[i])
				break
			}
		}
	}
}
