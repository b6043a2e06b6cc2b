package tweets

import (
	"cmp"
	"slices"
	"time"
)

// fate is what becomes of a record: the reason why a step dropped it, in the
// order of the steps, or fateKept.
type fate uint8

const (
	fateCopy     fate = iota // dropped by StepDistinct
	fateRetweet              // by StepOriginal
	fateQuote                // by StepOriginal
	fateOld                  // by StepWindow
	fateStranger             // by StepJoined
	fateBlank                // by StepNotBlank
	fateShort                // by StepMinTokens
	fateKept
	fates
)

// reasons name the fates but the last, and the step that drops each.
var reasons = [fateKept]struct{ step, reason string }{
	fateCopy:     {StepDistinct, ReasonCopy},
	fateRetweet:  {StepOriginal, ReasonRetweet},
	fateQuote:    {StepOriginal, ReasonQuote},
	fateOld:      {StepWindow, ReasonOld},
	fateStranger: {StepJoined, ReasonStranger},
	fateBlank:    {StepNotBlank, ReasonBlank},
	fateShort:    {StepMinTokens, ReasonShort},
}

// maxExamples are kept of the records that a step dropped for one reason.
const maxExamples = 5

// shownText bounds, in bytes, the text of a dropped tweet that may be shown.
const shownText = 600

// tally counts records by fate, and keeps examples of those dropped: the ones
// whose ids, mixed, are the smallest, which are as good as drawn at random and
// do not depend on the order in which they are met.
type tally struct {
	rows     [fates]int
	examples [fates][]example
}

type example struct {
	key   uint64 // mix(id)
	place uint64
	entry entry
}

func (t *tally) drop(why fate, e *entry) {
	t.rows[why]++
	if len(e.payload) == 0 {
		return
	}
	key := mix(e.id)
	if list := t.examples[why]; len(list) == maxExamples && key > list[maxExamples-1].key {
		return
	}
	kept := *e
	kept.payload = slices.Clone(e.payload)
	t.add(why, example{key, e.place, kept})
}

func (t *tally) add(why fate, x example) {
	list := append(t.examples[why], x)
	slices.SortFunc(list, func(a, b example) int {
		return cmp.Or(cmp.Compare(a.key, b.key), cmp.Compare(a.place, b.place))
	})
	t.examples[why] = list[:min(len(list), maxExamples)]
}

func (t *tally) merge(other *tally) {
	for why := range other.rows {
		t.rows[why] += other.rows[why]
		for _, x := range other.examples[why] {
			t.add(fate(why), x)
		}
	}
}

// steps are the rows left after each step, of so many that were read.
func (t *tally) steps(read int) []Step {
	steps := []Step{{StepRead, read}}
	left := read
	for why, r := range reasons {
		left -= t.rows[why]
		if last := &steps[len(steps)-1]; last.Name == r.step {
			last.Rows = left
		} else {
			steps = append(steps, Step{r.step, left})
		}
	}
	return steps
}

// drops lists what was dropped, in the order of the steps.
func (t *tally) drops(accounts []Account) []Drop {
	var drops []Drop
	for why, r := range reasons {
		d := Drop{Step: r.step, Reason: r.reason, Rows: t.rows[why]}
		for _, x := range t.examples[why] {
			tweet := x.entry.tweet(accounts)
			d.Examples = append(d.Examples, Example{ID: tweet.ID, Time: tweet.Time, ScreenName: tweet.ScreenName, Text: tweet.Text})
		}
		slices.SortFunc(d.Examples, func(a, b Example) int {
			return cmp.Or(a.Time.Compare(b.Time), compareIDs(a.ID, b.ID))
		})
		drops = append(drops, d)
	}
	return drops
}

// windowStart is the time after which a tweet must have been written.
func windowStart(newest time.Time, days int) time.Time {
	if days == 0 {
		return time.Time{}
	}
	return newest.Add(-time.Duration(days) * 24 * time.Hour)
}
