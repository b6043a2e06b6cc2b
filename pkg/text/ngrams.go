package text

import "strings"

// NGrams is Spark ML's NGram: every run of n tokens, joined by one space. Fewer
// than n tokens, or an n below 1, give none.
func NGrams(tokens []string, n int) []string {
	if n < 1 || len(tokens) < n {
		return nil
	}
	grams := make([]string, 0, len(tokens)-n+1)
	for i := range len(tokens) - n + 1 {
		grams = append(grams, strings.Join(tokens[i:i+n], " "))
	}
	return grams
}
