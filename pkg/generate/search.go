package generate

import (
	"cmp"
	"math"
	"slices"
)

// far is the score of what must not be chosen: transformers' -1e9. It is added in
// float32, as there.
const far float32 = -1e9

// search is the task of a beam search, or of beam sampling, as today's transformers does it
// (GenerationMixin._beam_search): one search for all texts of a prompt. It looks at the
// best continuations of all beams, twice as many as there are beams. Those that end a text
// are kept if they are in the first half and better than what was kept before; the best of
// the others become the new beams.
type search struct {
	job
	running []beam
	alive   []bool       // whether the running beam has a probability above 0
	kept    []hypothesis // as many as beams, from the best down
	open    bool         // whether a beam may still beat what is kept
	over    bool
	flat    []float32
}

// hypothesis is a text that a search keeps.
type hypothesis struct {
	text  []int32
	score float32
	ended string // empty: it is none yet
	end   int32  // the end token, if one came
	alive bool   // whether it has a probability above 0
}

func newSearch(j job) *search {
	s := &search{job: j, open: true}
	for i := range j.options.beams() {
		// At first all beams are the same: only one has continuations that count.
		b := beam{text: j.given}
		if i > 0 {
			b.score = far
		}
		s.running = append(s.running, b)
		s.alive = append(s.alive, i == 0)
		s.kept = append(s.kept, hypothesis{text: j.given, score: far})
	}
	return s
}

func (s *search) step(scores [][]float32, parents []int, tokens []int32) error {
	beams := len(s.running)
	s.flat = accumulate(s.flat, s.running, scores, func(i int, b beam, scores []float32) {
		logSoftmax(scores)
		apply(s.processors[i], b.text, len(s.given), scores)
		apply(s.warpers[i], b.text, len(s.given), scores)
		for token := range scores {
			scores[token] += b.score
		}
	})
	candidates, err := s.choose(s.flat, beams, max(2, 1+len(s.ends))*beams)
	if err != nil {
		return err
	}
	ended := make([]string, len(candidates))
	goesOn := false
	for i, c := range candidates {
		ended[i] = s.ending(c.token)
		goesOn = goesOn || ended[i] == ""
	}
	before, alive := s.running, s.alive
	s.follow(candidates, ended, parents, tokens)
	s.keep(before, alive, candidates, ended)
	s.length++
	s.open = s.open && s.mayImprove()
	s.over = !s.open || !goesOn || s.full() && s.options.EarlyStopping == WhenEnough
	return nil
}

// follow makes the best candidates that do not end a text the running beams.
func (s *search) follow(candidates []candidate, ended []string, parents []int, tokens []int32) {
	scores := make([]float32, len(candidates))
	for i, c := range candidates {
		scores[i] = c.score
		if ended[i] != "" {
			scores[i] += far
		}
	}
	running, alive := make([]beam, len(s.running)), make([]bool, len(s.running))
	for row, i := range highest(scores, len(running)) {
		c := candidates[i]
		running[row] = beam{s.running[c.beam].with(c.token), scores[i]}
		alive[row] = s.lives(s.alive, c) && ended[i] == ""
		parents[row], tokens[row] = c.beam, c.token
	}
	s.running, s.alive = running, alive
}

// lives tells whether a candidate has a probability above 0, given which of the
// beams have.
func (s *search) lives(alive []bool, c candidate) bool {
	return alive[c.beam] && !math.IsInf(float64(c.score), -1)
}

// keep adds the texts that ended to those that are kept, as far as they are better.
func (s *search) keep(before []beam, alive []bool, candidates []candidate, ended []string) {
	length := s.length + 1 - len(s.given)
	full := s.full()
	merged := slices.Clone(s.kept)
	for i, c := range candidates {
		h := hypothesis{score: c.score / float32(math.Pow(float64(length), s.options.lengthPenalty()))}
		if full && s.options.EarlyStopping == WhenEnough {
			h.score += far
		}
		if !s.open {
			h.score += far
		}
		if ended[i] == "" || i >= len(before) {
			h.score += far
		} else {
			h.ended, h.alive = ended[i], s.lives(alive, c)
		}
		h.text = before[c.beam].text
		if ended[i] == ByEnd {
			h.end = c.token
		} else {
			h.text = before[c.beam].with(c.token)
		}
		merged = append(merged, h)
	}
	slices.SortStableFunc(merged, func(a, b hypothesis) int { return descending(a.score, b.score) })
	s.kept = merged[:len(s.kept)]
}

// full tells whether as many texts are complete as there are beams.
func (s *search) full() bool {
	return !slices.ContainsFunc(s.kept, func(h hypothesis) bool { return h.ended == "" })
}

// mayImprove tells whether the best beam looks as if it could beat what is kept.
func (s *search) mayImprove() bool {
	penalty := s.options.lengthPenalty()
	length := s.length - len(s.given)
	if s.options.EarlyStopping == WhenImpossible && penalty > 0 {
		length = s.most - len(s.given)
	}
	hoped := s.running[0].score / float32(math.Pow(float64(length), penalty))
	worst := s.kept[len(s.kept)-1].score
	for _, h := range s.kept {
		if h.ended == "" && hoped > far || h.ended != "" && hoped > worst {
			return true
		}
	}
	return false
}

func (s *search) done() bool { return s.over }
func (s *search) texts() int { return cmp.Or(s.options.NumReturnSequences, 1) }

func (s *search) best() []int32 {
	if s.over {
		return s.kept[0].text
	}
	return s.running[0].text
}

func (s *search) sequences() []Sequence {
	var list []Sequence
	for _, h := range s.kept[:s.texts()] {
		if h.ended != "" && h.alive {
			list = append(list, s.sequence(len(list), h.text, h.ended, h.end, float64(h.score)))
		}
	}
	return list
}
