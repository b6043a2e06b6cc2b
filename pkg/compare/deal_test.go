package compare

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
)

// Accounts are dealt where there are enough of them, whole and as many to a pile as the side
// has; else single texts, as many as the side has. No text is lost or doubled.
func TestDeal(t *testing.T) {
	writers := func(name string, texts ...int) (owners []string) {
		for account, n := range texts {
			for range n {
				owners = append(owners, fmt.Sprint(name, account))
			}
		}
		return owners
	}
	giants := func(n, of int) []int { return slices.Repeat([]int{of}, n) }
	for name, c := range map[string]struct {
		owners    [2][]string
		byAccount bool
	}{
		"enough accounts":                         {[2][]string{writers("a", giants(10, 4)...), writers("b", 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12)}, true},
		"nine on one side":                        {[2][]string{writers("a", giants(9, 4)...), writers("b", giants(30, 4)...)}, false},
		"one account has most of a side":          {[2][]string{writers("a", append(giants(9, 1), 200)...), writers("b", giants(10, 5)...)}, true},
		"no piles of accounts are like the sides": {[2][]string{writers("a", giants(10, 100)...), writers("b", giants(1000, 1)...)}, false},
	} {
		first, second := c.owners[0], c.owners[1]
		all := slices.Concat(first, second)
		deals, byAccount := Deal(19, [2]int{len(first), len(second)}, c.owners, rand.New(rand.NewPCG(1, 2)))
		if byAccount != c.byAccount || len(deals) != 19 {
			t.Errorf("%s: %d deals, by account %t", name, len(deals), byAccount)
		}
		for _, deal := range deals {
			if texts := slices.Sorted(slices.Values(slices.Concat(deal[0], deal[1]))); len(texts) != len(all) || !slices.Equal(texts, slices.Compact(slices.Clone(texts))) {
				t.Fatalf("%s: %d texts of %d", name, len(texts), len(all))
			}
			piles := Dealt(deal, first, second)
			if !byAccount {
				if len(piles[0]) != len(first) {
					t.Errorf("%s: a pile has %d texts, want %d", name, len(piles[0]), len(first))
				}
				continue
			}
			if 2*len(piles[0]) < len(first) || 2*len(piles[1]) < len(second) {
				t.Errorf("%s: piles of %d and %d texts", name, len(piles[0]), len(piles[1]))
			}
			for pile, owners := range piles {
				slices.Sort(owners)
				if got, want := len(slices.Compact(owners)), len(accountsOf(c.owners[pile], 0)); got != want {
					t.Errorf("%s: pile %d has %d accounts, want %d", name, pile, got, want)
				}
			}
		}
	}
	texts := [2]int{3, 2}
	if deals, byAccount := Deal(1, texts, [2][]string{}, rand.New(rand.NewPCG(1, 2))); byAccount || len(deals[0][0]) != 3 {
		t.Errorf("without owners: %v, by account %t", deals, byAccount)
	}
}
