package load

import (
	"cmp"
	"math"
	"slices"
	"time"

	"github.com/hemiciclo/hemiciclo/pkg/tweets"
)

// fate is what becomes of a record: the reason why a step dropped it, in the
// order of the steps, or fateKept.
type fate uint8

const (
	fateCopy       fate = iota // dropped by StepDistinct
	fateRetweet                // by StepOriginal
	fateQuote                  // by StepOriginal
	fateOutside                // by StepWindow
	fateForeign                // by StepLanguage
	fateAuthorless             // by StepJoined
	fateStranger               // by StepJoined
	fateBlank                  // by StepNotBlank
	fateShort                  // by StepMinTokens
	fateNear                   // by StepNearCopies
	fateKept
	fates
)

// reasons name the fates but the last, and the step that drops each.
var reasons = [fateKept]struct{ step, reason string }{
	fateCopy:       {tweets.StepDistinct, tweets.ReasonCopy},
	fateRetweet:    {tweets.StepOriginal, tweets.ReasonRetweet},
	fateQuote:      {tweets.StepOriginal, tweets.ReasonQuote},
	fateOutside:    {tweets.StepWindow, tweets.ReasonOutside},
	fateForeign:    {tweets.StepLanguage, tweets.ReasonForeign},
	fateAuthorless: {tweets.StepJoined, tweets.ReasonAuthorless},
	fateStranger:   {tweets.StepJoined, tweets.ReasonStranger},
	fateBlank:      {tweets.StepNotBlank, tweets.ReasonBlank},
	fateShort:      {tweets.StepMinTokens, tweets.ReasonShort},
	fateNear:       {tweets.StepNearCopies, tweets.ReasonNear},
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

// taken tells whether the step that drops for a reason is taken.
func taken(o *tweets.Options, why fate) bool {
	switch why {
	case fateForeign:
		return len(o.Languages) > 0
	case fateAuthorless:
		return o.DropAuthorless
	case fateNear:
		return o.NearCopies
	}
	return true
}

// steps are the rows left after each step, of so many that were read.
func (t *tally) steps(read int, o *tweets.Options) []tweets.Step {
	steps := []tweets.Step{{Name: tweets.StepRead, Rows: read}}
	left := read
	for why, r := range reasons {
		if !taken(o, fate(why)) {
			continue
		}
		left -= t.rows[why]
		if last := &steps[len(steps)-1]; last.Name == r.step {
			last.Rows = left
		} else {
			steps = append(steps, tweets.Step{Name: r.step, Rows: left})
		}
	}
	return steps
}

// drops lists what was dropped, in the order of the steps.
func (t *tally) drops(accounts []tweets.Account, o *tweets.Options) []tweets.Drop {
	var drops []tweets.Drop
	for why, r := range reasons {
		if !taken(o, fate(why)) {
			continue
		}
		d := tweets.Drop{Step: r.step, Reason: r.reason, Rows: t.rows[why]}
		for _, x := range t.examples[why] {
			tweet := x.entry.tweet(accounts, o.Cleaning)
			d.Examples = append(d.Examples, tweets.Example{ID: tweet.ID, Time: tweet.Time, ScreenName: tweet.ScreenName, Text: tweet.Text})
		}
		slices.SortFunc(d.Examples, func(a, b tweets.Example) int {
			return cmp.Or(a.Time.Compare(b.Time), compareIDs(a.ID, b.ID))
		})
		drops = append(drops, d)
	}
	return drops
}

// longestWindow is the number of days beyond which a window holds every year in which
// tweets can have been written.
const longestWindow = 1_000_000

// window is the times, from the first to before the second, that the options
// keep, in milliseconds.
func window(o *tweets.Options, newest time.Time) (from, to int64) {
	from, to = math.MinInt64, math.MaxInt64
	if !o.From.IsZero() {
		from = o.From.UnixMilli()
	}
	if !o.To.IsZero() {
		to = o.To.UnixMilli()
	}
	if o.Days > 0 {
		// Later than the time so many days before the newest, as the study has it.
		from = max(from, newest.AddDate(0, 0, -min(o.Days, longestWindow)).UnixMilli()+1)
	}
	return from, to
}
