package generate

import "slices"

// TopK keeps the k highest scores, but at least keep of them, and any that tie with the
// last. (transformers' TopKLogitsWarper; Fan, Lewis and Dauphin, 2018)
func TopK(k, keep int) Processor {
	k = max(k, keep)
	var heap []float32
	return func(_ []int32, _ int, scores []float32) {
		if k >= len(scores) {
			return
		}
		heap = heapOfHighest(heap, scores, k)
		lowest := heap[0]
		for i, score := range scores {
			if score < lowest {
				scores[i] = ruledOut
			}
		}
	}
}

// heapOfHighest fills a heap with the n highest scores, the lowest of them on top.
func heapOfHighest(heap, scores []float32, n int) []float32 {
	heap = append(heap[:0], scores[:n]...)
	slices.Sort(heap)
	for _, score := range scores[n:] {
		if score > heap[0] {
			heap[0] = score
			sink(heap)
		}
	}
	return heap
}

// sink moves the first element of a min-heap down to its place.
func sink(heap []float32) {
	for parent := 0; ; {
		child := 2*parent + 1
		if child >= len(heap) {
			return
		}
		if child+1 < len(heap) && heap[child+1] < heap[child] {
			child++
		}
		if heap[parent] <= heap[child] {
			return
		}
		heap[parent], heap[child] = heap[child], heap[parent]
		parent = child
	}
}
