package bpe

// GPT-2 writes each of the 256 bytes as one visible character, so that a
// vocabulary file holds no blanks and no control characters: the printable
// Latin-1 characters stand for themselves, the other bytes for the characters
// from U+0100 on, in order. A blank becomes Ġ, a newline Ċ.

// byteRune holds the character that stands for each byte.
var byteRune = func() (table [256]rune) {
	next := rune(0x100)
	for b := range table {
		switch {
		case b >= '!' && b <= '~', b >= 0xA1 && b <= 0xAC, b >= 0xAE:
			table[b] = rune(b)
		default:
			table[b] = next
			next++
		}
	}
	return table
}()

// runeByte is the inverse of byteRune.
var runeByte = func() map[rune]byte {
	table := make(map[rune]byte, len(byteRune))
	for b, r := range byteRune {
		table[r] = byte(b)
	}
	return table
}()

// rawBytes returns the bytes that a token of the vocabulary stands for. A token with a
// character outside the alphabet (an added token may have one) stands for its own UTF-8
// bytes.
func rawBytes(token string) string {
	raw := make([]byte, 0, len(token))
	for _, r := range token {
		b, known := runeByte[r]
		if !known {
			return token
		}
		raw = append(raw, b)
	}
	return string(raw)
}
