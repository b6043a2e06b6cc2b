package generate

import "slices"

// row is the task of a text that is written token by token, without beams.
type row struct {
	job
	text  []int32 // given and new
	ended string
	end   int32 // the end token, if one came
}

func newRow(j job) *row {
	return &row{job: j, text: slices.Clone(j.given)}
}

func (r *row) step(scores [][]float32, parents []int, tokens []int32) error {
	apply(r.processors[0], r.text, len(r.given), scores[0])
	apply(r.warpers[0], r.text, len(r.given), scores[0])
	var token int32
	if r.options.DoSample {
		drawn, err := r.draw(scores[0], 1)
		if err != nil {
			return err
		}
		token = int32(drawn[0])
	} else {
		chosen, err := likeliest(scores[0])
		if err != nil {
			return err
		}
		token = int32(chosen)
	}
	if r.ended = r.ending(token); r.ended == ByEnd {
		r.end = token
		return nil
	}
	r.text = append(r.text, token)
	r.length++
	parents[0], tokens[0] = 0, token
	return nil
}

func (r *row) done() bool    { return r.ended != "" }
func (r *row) best() []int32 { return r.text }
func (r *row) texts() int    { return 1 }

func (r *row) sequences() []Sequence {
	return []Sequence{r.sequence(0, r.text, r.ended, r.end, 0)}
}
