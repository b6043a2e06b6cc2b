package exploring

import (
	"cmp"
	"context"
	"maps"
	"slices"
	"strings"

	"github.com/hemiciclo/hemiciclo/pkg/compare"
	"github.com/hemiciclo/hemiciclo/pkg/run"
	"github.com/hemiciclo/hemiciclo/pkg/study/loading"
	"github.com/hemiciclo/hemiciclo/pkg/tweets"
)

// tagsVersion is raised when hashtags and mentions are counted otherwise.
const tagsVersion = 2

// mostTags are those of each side that are kept and shown.
const mostTags = 12

// Tags are the hashtags and mentions that each side uses most, over time.
type Tags struct {
	Calendar Calendar         `json:"calendar"`
	Totals   map[string][]int `json:"totals"` // tweets of each side by period; keys are the sides' folders
	Hashtags map[string][]Tag `json:"hashtags"`
	Mentions map[string][]Tag `json:"mentions"` // not of oneself

	Record run.Record `json:"-"`

	run *run.Run
}

// Tag is a hashtag or mention as one side uses it.
type Tag struct {
	Name     string `json:"name"`   // without its sign, in its most frequent spelling
	Tweets   int    `json:"tweets"` // with it, of the side
	Accounts int    `json:"accounts"`
	Counts   []int  `json:"counts"` // of those tweets, by period
}

// TagsOf counts the hashtags and mentions of each side by week, month, quarter or year, as
// the corpus's span asks, and keeps the most used in tags.json. A tweet counts once for
// each, whatever the case in which it spells it and whatever unseen signs it holds.
func TagsOf(ctx context.Context, r *run.Run) (*Tags, error) {
	chosen, err := loading.ChooseSides(ctx, r)
	if err != nil {
		return nil, err
	}
	const path = "tags.json"
	g, made, err := run.Cached(ctx, r, run.Step{
		Name: "tags", Version: tagsVersion,
		Inputs:    []any{chosen.Loaded.Record.Fingerprint, r.SideCriteria(run.Sides...), mostTags, mostPeriods, enoughShare},
		Artifacts: []string{path},
	}, func() (Tags, error) { return tagsOf(chosen.Tweets), nil })
	if err != nil {
		return nil, err
	}
	g.run, g.Record = r, made
	var figures []run.Figure
	for kind, sides := range map[string]map[string][]Tag{"hashtag": g.Hashtags, "mention": g.Mentions} {
		for folder, list := range sides {
			for _, tag := range list {
				figures = append(figures, run.Figure{ID: "tags." + kind + "." + folder + "." + tag.Name, Value: float64(tag.Tweets),
					Unit: "tweets", N: sum(g.Totals[folder]), Source: path})
			}
		}
	}
	return &g, r.RecordFigures(ctx, "tags", figures...)
}

func sum(list []int) (total int) {
	for _, n := range list {
		total += n
	}
	return total
}

// tagsOf counts the tags of both sides, over the time of both.
func tagsOf(rows map[run.Side][]tweets.Tweet) Tags {
	g := Tags{
		Calendar: calendarOf(slices.Concat(rows[run.Right], rows[run.Left])),
		Totals:   map[string][]int{}, Hashtags: map[string][]Tag{}, Mentions: map[string][]Tag{},
	}
	for _, side := range run.Sides {
		totals := make([]int, len(g.Calendar.Labels))
		for _, t := range rows[side] {
			totals[g.Calendar.At(t.Time)]++
		}
		g.Totals[side.Folder()] = totals
		g.Hashtags[side.Folder()] = g.mostUsed(rows[side], func(t tweets.Tweet) []string { return t.Hashtags })
		g.Mentions[side.Folder()] = g.mostUsed(rows[side], othersMentioned)
	}
	return g
}

// othersMentioned are the accounts that a tweet mentions, but its own.
func othersMentioned(t tweets.Tweet) []string {
	return slices.DeleteFunc(slices.Clone(t.Mentions), func(name string) bool { return accountKey(name) == accountKey(t.ScreenName) })
}

// mostUsed returns the names that most tweets have.
func (g Tags) mostUsed(rows []tweets.Tweet, of func(tweets.Tweet) []string) []Tag {
	type use struct {
		Tag
		spellings map[string]int
		accounts  map[string]bool
	}
	uses := map[string]*use{}
	for _, t := range rows {
		seen := map[string]bool{}
		for _, name := range of(t) {
			name = compare.Normalize(name)
			key := strings.ToLower(name)
			u := uses[key]
			if u == nil {
				u = &use{Tag: Tag{Counts: make([]int, len(g.Calendar.Labels))}, spellings: map[string]int{}, accounts: map[string]bool{}}
				uses[key] = u
			}
			u.spellings[name]++
			if seen[key] {
				continue
			}
			seen[key] = true
			u.Tweets++
			u.Counts[g.Calendar.At(t.Time)]++
			u.accounts[t.ScreenName] = true
		}
	}
	var list []Tag
	for _, u := range uses {
		u.Accounts = len(u.accounts)
		u.Name = slices.MinFunc(slices.Collect(maps.Keys(u.spellings)), func(a, b string) int {
			return cmp.Or(cmp.Compare(u.spellings[b], u.spellings[a]), cmp.Compare(a, b))
		})
		list = append(list, u.Tag)
	}
	slices.SortFunc(list, func(a, b Tag) int { return cmp.Or(cmp.Compare(b.Tweets, a.Tweets), cmp.Compare(a.Name, b.Name)) })
	return list[:min(mostTags, len(list))]
}
