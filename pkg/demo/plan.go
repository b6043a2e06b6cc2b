package demo

import (
	"cmp"
	"math"
	"math/rand/v2"
	"slices"
	"time"
)

// kind is what becomes of a tweet in the study's steps.
type kind byte

const (
	survivor kind = iota
	tooShort      // at most five tokens
	blank         // nothing but links
	stranger      // by none of the accounts, or by nobody
	tooOld        // original, before the date window
	retweet
	quote
)

// Days is the length of the study's date window.
const Days = 500

// newest is the time of the newest tweet, that of the study's.
var newest = time.Date(2020, 10, 13, 22, 15, 0, 0, time.UTC)

// Times between which the corpus lies.
var (
	oldest       = time.Date(2012, 3, 1, 12, 0, 0, 0, time.UTC)
	firstHarvest = time.Date(2020, 1, 2, 10, 0, 0, 0, time.UTC)
	lastHarvest  = time.Date(2020, 10, 13, 23, 0, 0, 0, time.UTC)
)

// The study's row counts, whose proportions the demo keeps.
const (
	studyRead     = 1_173_079
	studyDistinct = 1_078_000
	studyOriginal = 488_541
	studyWindow   = 239_892
	studyBlank    = 1_851
	studyKept     = 170_306
)

// Counts are the rows after each of the study's steps.
type Counts struct {
	Read      int `json:"read"`
	Distinct  int `json:"distinct"`
	Original  int `json:"original"`
	Window    int `json:"window"`
	Joined    int `json:"joined"`
	NotBlank  int `json:"not_blank"`
	MinTokens int `json:"min_tokens"`
}

// plan says how many tweets of each kind make the study's proportions, with kept
// survivors. The study does not say how many the join dropped: here 1 %.
func plan(kept int) (map[kind]int, Counts) {
	window := proportion(kept, studyWindow, studyKept)
	original := proportion(window, studyOriginal, studyWindow)
	distinct := proportion(original, studyDistinct, studyOriginal)
	n := map[kind]int{
		survivor: kept,
		stranger: proportion(window, 1, 100),
		blank:    proportion(window, studyBlank, studyWindow),
		tooOld:   original - window,
		quote:    proportion(distinct-original, 15, 100),
	}
	n[tooShort] = window - kept - n[stranger] - n[blank]
	n[retweet] = distinct - original - n[quote]
	return n, Counts{
		Read:      proportion(distinct, studyRead, studyDistinct),
		Distinct:  distinct,
		Original:  original,
		Window:    window,
		Joined:    window - n[stranger],
		NotBlank:  window - n[stranger] - n[blank],
		MinTokens: kept,
	}
}

// proportion is n × part ÷ whole, rounded.
func proportion(n int, part, whole float64) int {
	return int(math.Round(float64(n) * (part / whole)))
}

// planned is a tweet before it has a text.
type planned struct {
	kind       kind
	when       time.Time
	authorless bool
}

// Of so many tweets one does not say who wrote it: here 0.5 %. In the window, those are
// half of the strangers, which the join drops.
const (
	authorless         = 200
	authorlessStranger = 2
)

// schedule gives each tweet of the plan a time, and orders them by it.
func schedule(r *rand.Rand, n map[kind]int) []planned {
	var all []planned
	start := newest.AddDate(0, 0, -Days)
	for k := survivor; k <= quote; k++ {
		for i := range n[k] {
			p := planned{kind: k}
			switch {
			case k == survivor && i == 0:
				p.when = newest
			case k == tooOld:
				p.when = between(r, oldest, start)
				p.authorless = i%authorless == 0
			case k == retweet || k == quote:
				p.when = between(r, oldest, newest)
				p.authorless = i%authorless == 0
			case k == stranger:
				p.when = between(r, start.Add(time.Hour), newest)
				p.authorless = i%authorlessStranger == 0
			default:
				p.when = between(r, start.Add(time.Hour), newest)
			}
			all = append(all, p)
		}
	}
	slices.SortStableFunc(all, func(a, b planned) int {
		return cmp.Or(a.when.Compare(b.when), cmp.Compare(a.kind, b.kind))
	})
	return all
}

// between is a time from the first to before the second, seldom at night.
func between(r *rand.Rand, from, to time.Time) time.Time {
	for {
		t := from.Add(time.Duration(r.Float64() * float64(to.Sub(from)))).Truncate(time.Second)
		if hour := t.Hour(); t.Before(to) && (hour >= 11 || hour < 3 || r.IntN(6) == 0) {
			return t
		}
	}
}

// harvests are n times at which tweets were fetched, from the first to
// lastHarvest: each gives one file.
func harvests(first time.Time, n int) []time.Time {
	step := lastHarvest.Sub(first) / time.Duration(n-1)
	times := make([]time.Time, n)
	for i := range times {
		times[i] = first.Add(time.Duration(i) * step).Truncate(time.Hour)
	}
	times[n-1] = lastHarvest
	return times
}

// harvestOf is the place, in times, of the harvest that fetched a tweet first:
// the first one after it was written, or any if it is older than them all.
func harvestOf(r *rand.Rand, times []time.Time, written time.Time) int {
	place, _ := slices.BinarySearchFunc(times, written, time.Time.Compare)
	if place == 0 {
		place = r.IntN(len(times))
	}
	return place
}
