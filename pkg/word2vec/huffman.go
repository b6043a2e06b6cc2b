package word2vec

import "fmt"

// maxCodeLength is the longest Huffman code that is trained, as in the original
// program and in Spark. A longer one needs a corpus of more words than the 42nd
// Fibonacci number, with counts to match.
const maxCodeLength = 40

// path is the way from the root of the Huffman tree down to one word.
type path struct {
	points []int32 // inner nodes passed, the root first
	codes  []uint8 // at each of them the branch taken: 0 or 1
}

// huffmanPaths builds the Huffman tree over counts, which must fall or stay
// equal, and returns the path to every word. The n−1 inner nodes are numbered in
// the order in which they are made, so that the root is number n−2. A single
// word has an empty path.
//
// With sorted counts the two lightest nodes are always at the front of one of
// two queues (the words not yet joined, lightest first, and the inner nodes as
// made), which makes the tree in linear time. Where a word and an inner node
// weigh the same the inner node is joined first, as in word2vec.c and Spark.
func huffmanPaths(counts []int64) ([]path, error) {
	n := len(counts)
	paths := make([]path, n)
	if n < 2 {
		return paths, nil
	}
	// Nodes 0 … n−1 are the words, n … 2n−2 the inner ones.
	weight := make([]int64, 2*n-1)
	copy(weight, counts)
	parent := make([]int, 2*n-1)
	branch := make([]uint8, 2*n-1)
	word, inner := n-1, n
	for made := n; made < len(weight); made++ {
		lightest := func() int {
			if word >= 0 && (inner >= made || weight[word] < weight[inner]) {
				word--
				return word + 1
			}
			inner++
			return inner - 1
		}
		first, second := lightest(), lightest()
		weight[made] = weight[first] + weight[second]
		parent[first], parent[second] = made, made
		branch[second] = 1
	}
	root := len(weight) - 1
	for w := range paths {
		length := 0
		for node := w; node != root; node = parent[node] {
			length++
		}
		if length > maxCodeLength {
			return nil, fmt.Errorf("word2vec: the Huffman code of a word that occurs %d times has %d bits, more than %d; raise MinCount", counts[w], length, maxCodeLength)
		}
		p := path{points: make([]int32, length), codes: make([]uint8, length)}
		for node := w; node != root; node = parent[node] {
			length--
			p.points[length] = int32(parent[node] - n)
			p.codes[length] = branch[node]
		}
		paths[w] = p
	}
	return paths, nil
}
