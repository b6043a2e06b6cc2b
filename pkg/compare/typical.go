package compare

import (
	"cmp"
	"maps"
	"slices"
)

// Weight of the prior, and the fewest times that a word counts, of [Typical].
const (
	typicalScale = 0.1
	typicalCount = 5
)

// Typical returns, for each label, at most n words that set its documents apart from all
// others, the most telling first: by the z of [KeynessOf], with all documents as the
// background. A document is its list of words, and labels has one label for each. The empty
// word and words seen fewer than 5 times are left out.
func Typical(documents [][]string, labels []string, n int) map[string][]string {
	counts := map[string]map[string]int{} // by label and word
	words, size := map[string]int{}, map[string]int{}
	total := 0
	for i, document := range documents {
		of := counts[labels[i]]
		if of == nil {
			of = map[string]int{}
			counts[labels[i]] = of
		}
		for _, word := range document {
			if word != "" {
				of[word]++
				words[word]++
				size[labels[i]]++
				total++
			}
		}
	}
	typical := make(map[string][]string, len(counts))
	for label, of := range counts {
		z := map[string]float64{}
		for word, y := range of {
			all := words[word]
			if all < typicalCount {
				continue
			}
			_, score := logOdds([2]float64{float64(y), float64(all - y)}, [2]float64{float64(size[label]), float64(total - size[label])},
				typicalScale*float64(all), typicalScale*float64(total))
			if score > 0 {
				z[word] = score
			}
		}
		list := slices.SortedFunc(maps.Keys(z), func(a, b string) int { return cmp.Or(cmp.Compare(z[b], z[a]), cmp.Compare(a, b)) })
		typical[label] = list[:min(n, len(list))]
	}
	return typical
}
