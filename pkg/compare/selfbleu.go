package compare

import "math"

// bleuOrder is the longest n-gram of BLEU-4.
const bleuOrder = 4

// gram is an n-gram of words by their numbers, which begin with 1; what it lacks to
// four words is 0.
type gram [bleuOrder]int32

func gramOf(words []int32) (g gram) {
	copy(g[:], words)
	return g
}

// bleuTexts are texts whose BLEU against each other is asked for.
type bleuTexts struct {
	words   []int           // in each text
	lengths []int           // how many texts have so many words
	grams   [][]bleuGram    // of each text
	most    [][3]textsCount // of each n-gram: the three texts that have it most often
}

// bleuGram is an n-gram of a text, and how often the text has it.
type bleuGram struct {
	id, n, count int
}

type textsCount struct{ text, count int }

// nobody is the text that is left out where none is.
const nobody = -1

// selfBLEU is the mean BLEU-4 of each list against all others, with the variance
// that the jackknife gives it.
func selfBLEU(lists [][]int32) estimate {
	if len(lists) < 2 {
		return estimate{}
	}
	texts := newBLEUTexts(lists)
	e := estimate{value: texts.mean(nobody)}
	if len(lists) > 2 { // one text alone has nothing to be held against
		changes := make([]float64, len(lists))
		for i := range lists {
			changes[i] = texts.mean(i) - e.value
		}
		e.variance = jackknife(changes)
	}
	return e
}

func newBLEUTexts(lists [][]int32) *bleuTexts {
	t := &bleuTexts{words: make([]int, len(lists)), grams: make([][]bleuGram, len(lists))}
	ids := map[gram]int{}
	for i, list := range lists {
		t.words[i] = len(list)
		for len(t.lengths) <= len(list) {
			t.lengths = append(t.lengths, 0)
		}
		t.lengths[len(list)]++
		at := map[int]int{} // in grams[i]
		for n := 1; n <= bleuOrder; n++ {
			for j := 0; j+n <= len(list); j++ {
				g := gramOf(list[j : j+n])
				id, known := ids[g]
				if !known {
					id = len(ids)
					ids[g] = id
				}
				k, stands := at[id]
				if !stands {
					k = len(t.grams[i])
					at[id], t.grams[i] = k, append(t.grams[i], bleuGram{id: id, n: n})
				}
				t.grams[i][k].count++
			}
		}
	}
	t.most = make([][3]textsCount, len(ids))
	for i, grams := range t.grams {
		for _, g := range grams {
			c := textsCount{i, g.count}
			for k, m := range t.most[g.id] {
				if c.count > m.count {
					t.most[g.id][k], c = c, m
				}
			}
		}
	}
	return t
}

// mean is the mean over all texts but one, of which there are then at least two
// (or, if it is nobody, over all).
func (t *bleuTexts) mean(without int) float64 {
	total, texts := 0.0, 0
	for i := range t.grams {
		if i != without {
			total += t.score(i, without)
			texts++
		}
	}
	return total / float64(texts)
}

// score is a text's BLEU with all others but one as its references.
func (t *bleuTexts) score(i, without int) float64 {
	var matched, all [bleuOrder]int
	for _, g := range t.grams[i] {
		// It counts at most as often as it stands in any one of the others.
		for _, m := range t.most[g.id] {
			if m.text != i && m.text != without {
				matched[g.n-1] += min(g.count, m.count)
				break
			}
		}
		all[g.n-1] += g.count
	}
	return bleu(matched, all) * t.brevity(i, without)
}

// bleu is the geometric mean of the precisions. As in nltk, none but those of
// longer n-grams are smoothed: a text that shares no word has 0.
func bleu(matched, all [bleuOrder]int) float64 {
	if matched[0] == 0 {
		return 0
	}
	logs := 0.0
	for n := range matched {
		m := float64(matched[n])
		if matched[n] == 0 {
			m = 0.1
		}
		logs += math.Log(m / float64(max(1, all[n])))
	}
	return math.Exp(logs / bleuOrder)
}

// brevity is BLEU's penalty for a text that is shorter than the other one whose
// length is nearest (of two as near, the shorter).
func (t *bleuTexts) brevity(i, without int) float64 {
	others := func(length int) int {
		if length < 0 || length >= len(t.lengths) {
			return 0
		}
		n := t.lengths[length]
		if length == t.words[i] {
			n--
		}
		if without != nobody && length == t.words[without] {
			n--
		}
		return n
	}
	own, d := t.words[i], 0
	for others(own-d) == 0 && others(own+d) == 0 {
		d++
	}
	if d > 0 && others(own-d) == 0 {
		return math.Exp(1 - float64(own+d)/float64(own))
	}
	return 1
}
