package compare

import "math"

// EqualLengths compares the share of exact copies among some texts with that among real
// texts of the same lengths.
type EqualLengths struct {
	// Texts are those of [CopyWords] words or more, and no longer than the longest real one.
	// Without any there are no shares.
	Texts int `json:"texts"`
	// Written is the share of them that stand word for word inside one training text, Real
	// that of runs of as many words of real texts, Difference the first less the second.
	Written    Measure `json:"written"`
	Real       Measure `json:"real"`
	Difference Measure `json:"difference"`
}

// AtEqualLengths looks for the written texts and for the real ones in the training text.
// The shorter a text, the likelier it occurs verbatim in another. So each written text is
// compared with all runs of as many words in the real texts: with the share of copies among
// a real text's runs, averaged over the real texts that are long enough.
//
// The interval of the written share is [Wilson]'s; that of the real one is drawn over real
// texts, of which [FewestTexts] must be long enough, or Wilson's if none has a copy or all
// have. That of their difference combines the two: Newcombe, "Interval estimation for the
// difference between independent proportions: comparison of eleven methods", 1998, method
// 10. (A bootstrap interval of a share of zero has no width.)
func (t *Index) AtEqualLengths(written, real []string, seed uint64) EqualLengths {
	var runs [][]int // of each real text: the longest run found, by the word that it begins at
	longest := 0
	for _, text := range real {
		if words := Words(text); len(words) > 0 {
			shared, _ := t.search(words)
			runs = append(runs, shared)
			longest = max(longest, len(words))
		}
	}
	var e EqualLengths
	copies := 0
	having := map[int]int{} // how many of the written texts have so many words
	for _, text := range written {
		words := Words(text)
		if len(words) < CopyWords || len(words) > longest {
			continue
		}
		e.Texts++
		having[len(words)]++
		if shared, _ := t.search(words); shared[0] == len(words) {
			copies++
		}
	}
	if e.Texts == 0 {
		return e
	}
	// By length: which real texts are that long, and the share of copies in each.
	type sharesAt struct {
		texts int // written ones that have the length
		of    []float64
	}
	var lengths []sharesAt
	for words := CopyWords; words <= longest; words++ {
		if having[words] == 0 {
			continue
		}
		at := sharesAt{having[words], make([]float64, len(runs))}
		for i, shared := range runs {
			at.of[i] = shareOfRuns(shared, words)
		}
		lengths = append(lengths, at)
	}
	mean := func(sample []int) float64 {
		total := 0.0
		for _, at := range lengths {
			sum, n := 0.0, 0.0
			for _, i := range sample {
				if share := at.of[i]; !math.IsNaN(share) {
					sum, n = sum+share, n+1
				}
			}
			total += float64(at.texts) * (sum / n) // not a number where the draw has none that long
		}
		return total / float64(e.Texts) // exactly 1 where all are
	}
	all, long := make([]int, len(runs)), 0 // those too short for all of the lengths say nothing
	for i := range all {
		if all[i] = i; !math.IsNaN(lengths[0].of[i]) {
			long++
		}
	}
	e.Written = Measure{Value: float64(copies) / float64(e.Texts), Within: Wilson(copies, e.Texts)}
	e.Real.Value = mean(all)
	switch {
	case e.Real.Value == 0:
		e.Real.Within = Wilson(0, long)
	case e.Real.Value == 1:
		e.Real.Within = Wilson(long, long)
	case long >= FewestTexts:
		e.Real.Within = Bootstrap([]int{len(runs)}, 1, seed, func(samples [][]int, values []float64) { values[0] = mean(samples[0]) })[0]
	}
	e.Difference = ShareDifference(e.Written, e.Real)
	return e
}

// shareOfRuns is the share of copies among the runs of so many words in a text, of which
// the longest run found is given by the word that it begins at; NaN if it has none.
func shareOfRuns(shared []int, words int) float64 {
	if len(shared) < words {
		return math.NaN()
	}
	found := 0
	for _, run := range shared[:len(shared)-words+1] {
		if run >= words {
			found++
		}
	}
	return float64(found) / float64(len(shared)-words+1)
}

// ShareDifference is that of two independent shares, with Newcombe's interval.
func ShareDifference(a, b Measure) Measure {
	d := Measure{Value: a.Value - b.Value}
	if a.Within != nil && b.Within != nil {
		d.Within = &Interval{
			Low:  d.Value - math.Hypot(a.Value-a.Within.Low, b.Within.High-b.Value),
			High: d.Value + math.Hypot(a.Within.High-a.Value, b.Value-b.Within.Low),
		}
	}
	return d
}
