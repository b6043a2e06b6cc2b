package compare

import "strings"

// Piece is a stretch of a text.
type Piece struct {
	Text string
	Same bool // its words stand, in the same order, in the other text too
}

// Differences splits two texts into what they share, the words of their longest common
// subsequence (by which [Index.Search] judges near copies), and the rest. Case and
// punctuation do not matter; white space between words becomes one blank. The pieces of
// each text, joined by blanks, are the text.
func Differences(a, b string) (inA, inB []Piece) {
	ids := map[string]int32{}
	read := func(s string) (fields []string, words []int32, at []int) {
		fields = strings.FieldsFunc(s, func(r rune) bool { return strings.ContainsRune(" \t\n\v\f\r", r) })
		for i, field := range fields {
			for _, word := range Words(field) { // one; none in punctuation, several around a no-break space
				if _, known := ids[word]; !known {
					ids[word] = int32(len(ids))
				}
				words, at = append(words, ids[word]), append(at, i)
			}
		}
		return fields, words, at
	}
	fieldsA, wordsA, atA := read(a)
	fieldsB, wordsB, atB := read(b)
	sameA, sameB := make([]bool, len(fieldsA)), make([]bool, len(fieldsB))
	for _, pair := range common(wordsA, wordsB) {
		sameA[atA[pair[0]]], sameB[atB[pair[1]]] = true, true
	}
	return pieces(fieldsA, sameA), pieces(fieldsB, sameB)
}

// common pairs the places of a longest common subsequence.
func common(a, b []int32) (pairs [][2]int) {
	// length[i][j] is that of a[i:] and b[j:].
	length := make([][]int, len(a)+1)
	for i := range length {
		length[i] = make([]int, len(b)+1)
	}
	for i := len(a) - 1; i >= 0; i-- {
		for j := len(b) - 1; j >= 0; j-- {
			if a[i] == b[j] {
				length[i][j] = length[i+1][j+1] + 1
			} else {
				length[i][j] = max(length[i+1][j], length[i][j+1])
			}
		}
	}
	for i, j := 0, 0; i < len(a) && j < len(b); {
		switch {
		case a[i] == b[j]:
			pairs = append(pairs, [2]int{i, j})
			i, j = i+1, j+1
		case length[i+1][j] >= length[i][j+1]:
			i++
		default:
			j++
		}
	}
	return pairs
}

// pieces joins neighbouring fields that are alike.
func pieces(fields []string, same []bool) (list []Piece) {
	for i, field := range fields {
		if n := len(list); n > 0 && list[n-1].Same == same[i] {
			list[n-1].Text += " " + field
		} else {
			list = append(list, Piece{field, same[i]})
		}
	}
	return list
}
