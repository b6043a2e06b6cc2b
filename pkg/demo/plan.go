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
	stranger      // not by one of the accounts
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
	studyRead     = 1_173_079.0
	studyDistinct = 1_078_000.0
	studyOriginal = 488_541.0
	studyWindow   = 239_892.0
	studyBlank    = 1_851.0
	studyKept     = 170_306.0
)

// Counts are the rows after each of the study's steps.
type Counts struct {
	Read, Distinct, Original, Window, Joined, NotBlank, MinTokens int
}

// plan says how many tweets of each kind make the study's proportions, with kept
// survivors. The study does not say how many the join dropped: here 1 %.
func plan(kept int) (map[kind]int, Counts) {
	part := func(of int, share float64) int { return int(math.Round(float64(of) * share)) }
	window := part(kept, studyWindow/studyKept)
	original := part(window, studyOriginal/studyWindow)
	distinct := part(original, studyDistinct/studyOriginal)
	n := map[kind]int{
		survivor: kept,
		stranger: part(window, 0.01),
		blank:    part(window, studyBlank/studyWindow),
		tooOld:   original - window,
		quote:    part(distinct-original, 0.15),
	}
	n[tooShort] = window - kept - n[stranger] - n[blank]
	n[retweet] = distinct - original - n[quote]
	return n, Counts{
		Read:      part(distinct, studyRead/studyDistinct),
		Distinct:  distinct,
		Original:  original,
		Window:    window,
		Joined:    window - n[stranger],
		NotBlank:  window - n[stranger] - n[blank],
		MinTokens: kept,
	}
}

// planned is a tweet before it has a text.
type planned struct {
	kind kind
	when time.Time
}

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
			case k == retweet || k == quote:
				p.when = between(r, oldest, newest)
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

// harvests are the times at which the tweets were fetched: each gives one file.
func harvests(rows int) []time.Time {
	n := min(max(rows/150, 12), 160)
	step := lastHarvest.Sub(firstHarvest) / time.Duration(n-1)
	times := make([]time.Time, n)
	for i := range times {
		times[i] = firstHarvest.Add(time.Duration(i) * step).Truncate(time.Hour)
	}
	times[n-1] = lastHarvest
	return times
}
