package corpus

import (
	"slices"
	"strings"

	"github.com/hemiciclo/hemiciclo/pkg/vec"
)

// pieceSize is how much text a processor takes at a time: large enough to make the overhead
// negligible, small enough that none waits long for another at the end.
const pieceSize = 1 << 18

// linePieces cuts text after the ends of lines, into pieces of at least size bytes but the
// last.
func linePieces(text string, size int) (pieces []string) {
	for len(text) > size {
		end := strings.IndexByte(text[size:], '\n')
		if end < 0 {
			break
		}
		pieces = append(pieces, text[:size+end+1])
		text = text[size+end+1:]
	}
	if text != "" {
		pieces = append(pieces, text)
	}
	return pieces
}

// appendSideBySide appends to ids what encode appends for each piece, in their order. All
// processors encode.
func appendSideBySide(ids []int32, pieces []string, encode func(ids []int32, piece string) []int32) []int32 {
	if len(pieces) == 1 {
		return encode(ids, pieces[0])
	}
	encoded := make([][]int32, len(pieces))
	vec.Parallel(len(pieces), 1, func(i, _ int) {
		encoded[i] = encode(make([]int32, 0, len(pieces[i])/4), pieces[i])
	})
	return slices.Concat(append([][]int32{ids}, encoded...)...)
}
