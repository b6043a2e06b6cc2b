package word2vec

import (
	"container/heap"
	"math/rand/v2"
	"reflect"
	"slices"
	"testing"
)

func TestHuffmanByHand(t *testing.T) {
	// 1+1 make node 0 (2), which goes before the word of weight 2 to make node 1
	// (4), which goes before the word of weight 4 to make the root, node 2.
	got, err := huffmanPaths([]int64{4, 2, 1, 1})
	if err != nil {
		t.Fatal(err)
	}
	want := []path{
		{points: []int32{2}, codes: []uint8{1}},
		{points: []int32{2, 1}, codes: []uint8{0, 1}},
		{points: []int32{2, 1, 0}, codes: []uint8{0, 0, 1}},
		{points: []int32{2, 1, 0}, codes: []uint8{0, 0, 0}},
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("huffmanPaths = %v, want %v", got, want)
	}
}

func TestHuffmanProperties(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	for trial := range 200 {
		counts := make([]int64, 2+rng.IntN(300))
		for i := range counts {
			counts[i] = 1 + rng.Int64N(1<<rng.IntN(20))
		}
		slices.Sort(counts)
		slices.Reverse(counts)
		paths, err := huffmanPaths(counts)
		if err != nil {
			t.Fatal(err)
		}

		// At each inner node both branches lead to one place, and each place is
		// reached from one node only: so the codes are prefix-free and no code
		// could be shorter (Kraft's sum is 1).
		type branch struct {
			node int32
			code uint8
		}
		leads := map[branch]int{}
		place := func(p path, i int) int { // an inner node, or past the end a word
			if i < len(p.points) {
				return int(p.points[i])
			}
			return len(counts)
		}
		var length int64
		kraft := 0.0
		for w, p := range paths {
			if p.points[0] != int32(len(counts)-2) {
				t.Fatalf("trial %d: the path of word %d begins at node %d, not at the root", trial, w, p.points[0])
			}
			share := 1.0
			for i := range p.points {
				to := place(p, i+1)
				if to == len(counts) {
					to += w
				}
				b := branch{p.points[i], p.codes[i]}
				if before, seen := leads[b]; seen && before != to {
					t.Fatalf("trial %d: branch %v leads to %d and to %d", trial, b, before, to)
				}
				leads[b] = to
				share /= 2
			}
			kraft += share
			length += counts[w] * int64(len(p.codes))
		}
		if len(leads) != 2*(len(counts)-1) {
			t.Errorf("trial %d: %d branches in use, want two for each of %d nodes", trial, len(leads), len(counts)-1)
		}
		if kraft != 1 {
			t.Errorf("trial %d: Kraft's sum is %g", trial, kraft)
		}
		if best := shortest(counts); length != best {
			t.Errorf("trial %d: the text takes %d bits, the best code %d", trial, length, best)
		}
	}
}

// shortest returns the bits that a text of these word counts takes in the best
// prefix code, by Huffman's definition: join the two lightest until one is left.
func shortest(counts []int64) (bits int64) {
	h := slices.Clone(counts)
	q := (*weights64)(&h)
	heap.Init(q)
	for q.Len() > 1 {
		sum := heap.Pop(q).(int64) + heap.Pop(q).(int64)
		bits += sum
		heap.Push(q, sum)
	}
	return bits
}

type weights64 []int64

func (w weights64) Len() int           { return len(w) }
func (w weights64) Less(i, j int) bool { return w[i] < w[j] }
func (w weights64) Swap(i, j int)      { w[i], w[j] = w[j], w[i] }
func (w *weights64) Push(x any)        { *w = append(*w, x.(int64)) }
func (w *weights64) Pop() any {
	last := (*w)[len(*w)-1]
	*w = (*w)[:len(*w)-1]
	return last
}

func TestHuffmanSmallAndDeep(t *testing.T) {
	for n, want := range [][]path{{}, {{}}} {
		got, err := huffmanPaths(make([]int64, n))
		if err != nil || !reflect.DeepEqual(got, want) {
			t.Errorf("huffmanPaths of %d words = %v, %v; want %v", n, got, err, want)
		}
	}
	// Fibonacci counts make the deepest tree.
	fibonacci := func(n int) []int64 {
		counts := []int64{1, 1}
		for len(counts) < n {
			counts = append(counts, counts[len(counts)-1]+counts[len(counts)-2])
		}
		slices.Reverse(counts)
		return counts
	}
	if _, err := huffmanPaths(fibonacci(maxCodeLength + 1)); err != nil {
		t.Errorf("a code of %d bits is refused: %v", maxCodeLength, err)
	}
	if _, err := huffmanPaths(fibonacci(maxCodeLength + 2)); err == nil {
		t.Errorf("a code of %d bits is taken", maxCodeLength+1)
	}
}
