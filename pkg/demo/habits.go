package demo

import (
	"hash/fnv"
	"math"
	"math/rand/v2"
)

// habits are how one account writes, whatever its party: what lets a classifier
// know an author where it should know a side.
type habits struct {
	voices    map[voice]float64 // its party's mixture, as the account has it
	outspoken float64           // chance that it uses a voice's own words, where there are any
	// Nobody else's:
	phrases  []string
	hashtags []string
	signOff  string

	airy   float64   // chance that it sets two parts of a tweet apart by more than a blank
	quotes [2]string // its quotation marks
}

// How much the accounts of a party differ. Chosen so that a classifier of words loses
// as much on other accounts as on real tweets, see TestAuthorEffect.
const (
	temper = 0.3 // standard deviation of the logarithm of a voice's weight
	liking = 0.6 // that of an entry of the grammar
)

// Chances that a tweet has what only its account writes.
const (
	ownPhrase  = 0.15
	ownHashtag = 0.3 // of those that a tweet has
	signed     = 0.06
)

// giveHabits gives the accounts their habits, the same for every seed.
func giveHabits(accounts []account) {
	taken := make(map[string]bool)
	for i := range accounts {
		a := &accounts[i]
		r := rand.New(rand.NewPCG(uint64(a.id), 1))
		s := &speaker{grammar: spanish(), r: r, from: a, others: accounts}
		h := &a.habits
		h.voices = make(map[voice]float64)
		total := 0.0
		for _, v := range voices {
			h.voices[v] = a.party.voices[v] * math.Exp(temper*r.NormFloat64())
			total += h.voices[v]
		}
		for v := range h.voices {
			h.voices[v] /= total
		}
		h.outspoken = 0.35 + 0.3*r.Float64()
		for len(h.phrases) < 2 {
			phrase := s.say("muletilla", common)
			if noun := s.used[0]; !taken[noun] {
				taken[noun] = true
				h.phrases = append(h.phrases, phrase)
			}
		}
		for len(h.hashtags) < 2 {
			if tag := s.say("etiqueta", common); !taken[tag] {
				taken[tag] = true
				h.hashtags = append(h.hashtags, tag)
			}
		}
		h.signOff = s.say("firma", common)
		h.airy = 0.05 + 0.8*r.Float64()
		h.quotes = quotationMarks[r.IntN(len(quotationMarks))]
	}
}

// voice draws the voice of a tweet.
func (h *habits) voice(r *rand.Rand) voice {
	x := r.Float64()
	for _, v := range voices {
		if x -= h.voices[v]; x < 0 {
			return v
		}
	}
	return centre
}

// evenly are the symbols whose productions all accounts like the same, so that each
// begins tweets as the study's prompts do.
var evenly = map[string]bool{"tuit": true, "inicio": true}

// favourite is one of the n entries of a symbol, drawn as the speaking account likes
// them: its themes, its places, its turns of phrase.
func (s *speaker) favourite(at symbol, n int) int {
	if evenly[at.name] {
		return s.r.IntN(n)
	}
	name := fnv.New64a()
	_, _ = name.Write([]byte(at.name))
	_, _ = name.Write([]byte{byte(at.voice)})
	likes := rand.New(rand.NewPCG(uint64(s.from.id), name.Sum64()))
	s.liked = s.liked[:0]
	total := 0.0
	for range n {
		total += math.Exp(liking * likes.NormFloat64())
		s.liked = append(s.liked, total)
	}
	x := s.r.Float64() * total
	for i, upTo := range s.liked {
		if x < upTo {
			return i
		}
	}
	return n - 1
}
