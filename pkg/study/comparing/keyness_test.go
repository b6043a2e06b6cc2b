package comparing

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/hemiciclo/hemiciclo/pkg/compare"
)

// Sides of accounts drawn by lot differ more than piles of single tweets do, since each
// account has words of its own; but hardly more often than once in twenty times than piles of
// accounts.
func TestWordsOfSidesDrawnByLot(t *testing.T) {
	random := rand.New(rand.NewPCG(3, 4))
	const draws, accounts, tweets = 12, 12, 8
	beyondTweets, beyondAccounts := 0, 0
	for range draws {
		var texts, owners [2][]string
		for side := range texts {
			for account := range accounts {
				name := fmt.Sprint(side, "-", account)
				favourite := random.IntN(40)
				for range tweets {
					words := []string{word(favourite), word(random.IntN(40)), word(random.IntN(40))}
					texts[side], owners[side] = append(texts[side], strings.Join(words, " ")), append(owners[side], name)
				}
			}
		}
		sides, err := compare.KeynessOf(texts[0], texts[1], compare.KeynessOptions{Intervals: -1})
		if err != nil {
			t.Fatal(err)
		}
		differ := beyondChance(sides)
		for _, c := range []struct {
			owners    [2][]string
			byAccount bool
			beyond    *int
		}{{[2][]string{}, false, &beyondTweets}, {owners, true, &beyondAccounts}} {
			counts, byAccount, err := chanceOf(texts, c.owners, random.Uint64())
			if err != nil || byAccount != c.byAccount || len(counts) != keynessDeals {
				t.Fatalf("%d counts, by account %t: %v", len(counts), byAccount, err)
			}
			if differ > slices.Max(counts) {
				*c.beyond++
			}
		}
	}
	if beyondTweets < draws/2 || beyondAccounts > draws/8 {
		t.Errorf("of %d sides drawn by lot %d differ more than tweets by chance and %d more than accounts", draws, beyondTweets, beyondAccounts)
	}
}

func word(i int) string { return fmt.Sprint("palabra", i) }
