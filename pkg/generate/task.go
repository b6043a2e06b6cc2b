package generate

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/hemiciclo/hemiciclo/pkg/gpt2/config"
)

// task is the work on one text, or on a search for several, of one prompt. It takes as many
// rows of a batch as there are beams.
type task interface {
	// step reads the scores of each row's next token, which it may change, and sets the
	// row's parent and its next token. It sets neither once the task is done.
	step(scores [][]float32, parents []int, tokens []int32) error
	// done tells whether nothing more will come.
	done() bool
	// best is the most promising text so far.
	best() []int32
	// texts is how many texts will come of the task.
	texts() int
	// sequences are the texts of a task that is done.
	sequences() []Sequence
	// work is what all tasks have.
	work() *job
}

// job is what all tasks have.
type job struct {
	options Options
	prompt  int // its place in the list
	index   int // of the task's first text among those of the prompt
	given   []int32
	before  int // of given, the first that are no part of the text
	most    int // greatest length of a text
	length  int // of the texts so far
	ends    []int32
	draw    drawer
	// Of each row, for they keep buffers.
	processors, warpers [][]Processor
}

func (j *job) work() *job { return j }

// ending tells why a text is complete once the token is added; "" if it is not.
func (j *job) ending(token int32) (why string) {
	switch {
	case slices.Contains(j.ends, token):
		return ByEnd
	case j.length+1 >= j.most:
		return ByLength
	}
	return ""
}

// sequence makes a text's result. The text has no end token.
func (j *job) sequence(rank int, text []int32, why string, end int32, score float64) Sequence {
	s := Sequence{
		Prompt: j.prompt, Index: j.index + rank, Given: j.given,
		New: slices.Clone(text[len(j.given):]), Ended: why, Score: score,
	}
	if why == ByEnd {
		s.End = end
	}
	return s
}

// tasks prepares the tasks of all prompts.
func (g *Generator) tasks(prompts [][]int32, o Options) ([]task, error) {
	ends := o.ends(g.config)
	texts := cmp.Or(o.NumReturnSequences, 1)
	number := 1 // of tasks of a prompt
	if o.independent() {
		number = texts
	}
	seen := map[string]int{}
	var list []task
	for p, prompt := range prompts {
		given, most, err := o.start(p, prompt, g.config)
		if err != nil {
			return nil, err
		}
		key := fmt.Sprint(given)
		for index := range number {
			// Equal prompts are told apart by how often the prompt came before.
			random := stream(o.Seed, given, seen[key]*number+index)
			j := job{
				options: o, prompt: p, index: index, given: given, before: len(given) - len(prompt), most: most, length: len(given),
				ends: ends, draw: drawFrom(random),
			}
			for range o.beams() {
				j.processors, j.warpers = append(j.processors, o.processors(ends)), append(j.warpers, o.warpers(ends))
			}
			if o.draws != nil {
				j.draw = o.draws(p, index)
			}
			switch {
			case o.beams() == 1:
				list = append(list, newRow(j))
			case o.Compat == Transformers35:
				list = append(list, newSearch35(j))
			default:
				list = append(list, newSearch(j))
			}
		}
		seen[key]++
	}
	return list, nil
}

// start returns the tokens that a text begins with and its greatest length.
func (o Options) start(place int, prompt []int32, c config.GPT2) (given []int32, most int, err error) {
	prompt = slices.Concat(o.Opening, prompt)
	if len(prompt) == 0 {
		begin := o.BOS
		if begin == nil {
			begin = c.BOSTokenID
		}
		if begin == nil {
			return nil, 0, fmt.Errorf("prompt %d is empty and the model has no begin token to start from; give one as BOS", place)
		}
		prompt = []int32{*begin}
	}
	if len(prompt) >= c.NPositions {
		return nil, 0, fmt.Errorf("prompt %d has %d tokens: the model has %d positions, so nothing can follow it", place, len(prompt), c.NPositions)
	}
	most = o.limit(len(prompt), c)
	if most <= len(prompt) {
		return nil, 0, fmt.Errorf("prompt %d has %d tokens, so that MaxLength, %d, leaves nothing to add; raise it, or set MaxNewTokens in its place", place, len(prompt), o.MaxLength)
	}
	return prompt, most, nil
}
