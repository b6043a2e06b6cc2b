package generate

import (
	"cmp"
	"fmt"
	"math"
	"slices"
)

// search35 is the task of a beam search, or of beam sampling, as transformers 3.5.1
// did it (BeamSearchScorer, generation_utils.py). When it samples, it is for one
// text.
type search35 struct {
	job
	running []beam
	kept    []hypothesis35 // at most as many as beams, in the order in which they came
	worst   float64        // lowest score in kept
	over    bool
	flat    []float32
}

// hypothesis35 is a text that such a search keeps.
type hypothesis35 struct {
	text  []int32
	score float64
	ended string
	end   int32
}

func newSearch35(j job) *search35 {
	s := &search35{job: j, worst: 1e9}
	for i := range j.options.beams() {
		b := beam{text: j.given}
		if i > 0 && !j.options.DoSample {
			b.score = far
		}
		s.running = append(s.running, b)
	}
	return s
}

func (s *search35) step(scores [][]float32, parents []int, tokens []int32) error {
	beams := len(s.running)
	s.flat = accumulate(s.flat, s.running, scores, func(i int, b beam, scores []float32) {
		logSoftmax(scores)
		apply(s.processors[i], b.text, len(s.given), scores)
		for token := range scores {
			scores[token] += b.score
		}
		apply(s.warpers[i], b.text, len(s.given), scores)
	})
	candidates, err := s.choose(s.flat, beams, 2*beams)
	if err != nil {
		return err
	}
	// torch.sort does not define the order of ties. Here the last drawn comes first, as in
	// the one tie among the recorded runs of that release.
	slices.Reverse(candidates)
	slices.SortStableFunc(candidates, func(a, b candidate) int { return descending(a.score, b.score) })
	var running []beam
	for i, c := range candidates {
		if slices.Contains(s.ends, c.token) {
			if i < beams {
				s.keep(hypothesis35{text: s.running[c.beam].text, ended: ByEnd, end: c.token}, c.score)
			}
			continue
		}
		parents[len(running)], tokens[len(running)] = c.beam, c.token
		if running = append(running, beam{s.running[c.beam].with(c.token), c.score}); len(running) == beams {
			break
		}
	}
	if len(running) < beams {
		return fmt.Errorf("only %d of %d beams go on: the vocabulary is too small for so many", len(running), beams)
	}
	enough := len(s.kept) == beams && (s.options.EarlyStopping == WhenEnough ||
		s.worst >= float64(candidates[0].score)/math.Pow(float64(s.length), s.options.lengthPenalty()))
	s.running = running
	s.length++
	switch {
	case enough:
		s.over = true
	case s.length >= s.most:
		for _, b := range running {
			s.keep(hypothesis35{text: b.text, ended: ByLength}, b.score)
		}
		s.over = true
	}
	return nil
}

// keep adds a text with its sum of log-probabilities if there is room or it beats the worst
// one, which is then dropped.
func (s *search35) keep(h hypothesis35, sum float32) {
	h.score = float64(sum) / math.Pow(float64(len(h.text)), s.options.lengthPenalty())
	if len(s.kept) == len(s.running) && !(h.score > s.worst) {
		return
	}
	if s.kept = append(s.kept, h); len(s.kept) <= len(s.running) {
		s.worst = min(s.worst, h.score)
		return
	}
	lowest := 0
	for i, other := range s.kept {
		if other.score < s.kept[lowest].score {
			lowest = i
		}
	}
	s.kept = slices.Delete(s.kept, lowest, lowest+1)
	s.worst = s.kept[0].score
	for _, other := range s.kept {
		s.worst = min(s.worst, other.score)
	}
}

// ranked returns the kept texts in descending order; of ties, the last comes first.
func (s *search35) ranked() []hypothesis35 {
	list := slices.Clone(s.kept)
	slices.Reverse(list)
	slices.SortStableFunc(list, func(a, b hypothesis35) int { return descending(a.score, b.score) })
	return list
}

func (s *search35) done() bool { return s.over }

func (s *search35) texts() int {
	if s.options.DoSample {
		return 1
	}
	return cmp.Or(s.options.NumReturnSequences, 1)
}

func (s *search35) best() []int32 {
	if s.over {
		return s.ranked()[0].text
	}
	return s.running[0].text
}

func (s *search35) sequences() []Sequence {
	var list []Sequence
	for _, h := range s.ranked()[:s.texts()] {
		if !math.IsInf(h.score, -1) {
			list = append(list, s.sequence(len(list), h.text, h.ended, h.end, h.score))
		}
	}
	return list
}
