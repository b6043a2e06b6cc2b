package compare

import "math/rand/v2"

// Piles are the texts of two sides dealt at random into two piles; texts are numbered through
// both sides.
type Piles [2][]int

// Deal deals the texts of two sides n times at random, to see how far piles differ that no
// side made: a permutation test (Good, "Permutation Tests", 2000). texts counts those of each
// side, owners name who wrote each.
//
// One account's texts are alike, so that sides differ more than piles of single texts do,
// whatever the sides. Where both have [FewestAccounts], accounts are dealt, each with all its
// texts: as many to a pile as the side has, and, since more text shows more differences, never
// less than half its texts. Few accounts can be dealt in few ways; then, and where accounts
// are too unequal for such piles or owners are nil, texts are dealt, as many as the side has.
func Deal(n int, texts [2]int, owners [2][]string, random *rand.Rand) (deals []Piles, byAccount bool) {
	first, second := accountsOf(owners[0], 0), accountsOf(owners[1], texts[0])
	if min(len(first), len(second)) >= FewestAccounts {
		units := append(first, second...)
		for range tries * n {
			if piles := deal(units, len(first), random); 2*len(piles[0]) >= texts[0] && 2*len(piles[1]) >= texts[1] {
				if deals = append(deals, piles); len(deals) == n {
					return deals, true
				}
			}
		}
	}
	units := make([][]int, texts[0]+texts[1])
	for i := range units {
		units[i] = []int{i}
	}
	deals = make([]Piles, n)
	for i := range deals {
		deals[i] = deal(units, texts[0], random)
	}
	return deals, false
}

// tries are the deals of accounts among which one should have piles that are large enough.
const tries = 200

// deal shuffles units of texts that stay together, and puts the first of them on one pile.
func deal(units [][]int, first int, random *rand.Rand) (piles Piles) {
	random.Shuffle(len(units), func(i, j int) { units[i], units[j] = units[j], units[i] })
	for i, unit := range units {
		pile := 0
		if i >= first {
			pile = 1
		}
		piles[pile] = append(piles[pile], unit...)
	}
	return piles
}

// accountsOf gives each account's texts, which are numbered from start.
func accountsOf(owners []string, start int) (accounts [][]int) {
	at := map[string]int{}
	for i, name := range owners {
		account, known := at[name]
		if !known {
			account = len(accounts)
			at[name], accounts = account, append(accounts, nil)
		}
		accounts[account] = append(accounts[account], start+i)
	}
	return accounts
}

// Dealt gives the texts of each pile, out of those of the two sides.
func Dealt[T any](piles Piles, first, second []T) (dealt [2][]T) {
	for pile, texts := range piles {
		for _, i := range texts {
			if i < len(first) {
				dealt[pile] = append(dealt[pile], first[i])
			} else {
				dealt[pile] = append(dealt[pile], second[i-len(first)])
			}
		}
	}
	return dealt
}
