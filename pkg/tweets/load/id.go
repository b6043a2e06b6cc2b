package load

import (
	"cmp"
	"fmt"
	"strconv"
	"strings"

	"github.com/hemiciclo/hemiciclo/pkg/tweets"
)

// maxExponent bounds what is written in scientific notation.
const maxExponent = 40

// minIDDigits is the number of digits that a large id must have kept. Of numbers
// that R wrote most have 15 to 17 of 18, and hardly one in a million fewer than
// ten; spreadsheets leave 1.23457E+18, which stands for hours of tweets.
const minIDDigits = 10

// parseID returns the whole number that s spells: 1234, x1234 (rtweet's guard
// against spreadsheets), or what R makes of large numbers,
// 9.2305013341525606e+17 and 934575503259906e3. Ids have 64 bits, as Twitter's.
// A number that lost its last digits on the way is rounded; with fewer than
// minIDDigits left it is an error.
func parseID(s []byte) (id uint64, rounded bool, err error) {
	if id, ok := plainID(s); ok {
		return id, false, nil
	}
	digits, zeros, err := wholeNumber(string(s))
	if err != nil {
		return 0, false, err
	}
	if zeros > 0 && len(digits) < minIDDigits {
		return 0, false, fmt.Errorf("id %q has lost its last %d digits, as in a spreadsheet: take the original file, or its ids as text", tweets.Clip(string(s), 60), zeros)
	}
	id, err = strconv.ParseUint(digits+strings.Repeat("0", zeros), 10, 64)
	if err != nil {
		return 0, false, badID(string(s))
	}
	return id, zeros > 0, nil
}

// plainID reads up to 19 digits, which every id of Twitter's is.
func plainID(s []byte) (id uint64, ok bool) {
	if len(s) == 0 || len(s) > 19 {
		return 0, false
	}
	for _, c := range s {
		if c < '0' || c > '9' {
			return 0, false
		}
		id = id*10 + uint64(c-'0')
	}
	return id, true
}

// wholeNumber returns the digits, without leading zeros, of a whole number in any
// notation, and how many zeros the notation puts after them.
func wholeNumber(s string) (digits string, zeros int, err error) {
	number := strings.TrimPrefix(s, "x")
	mantissa, exponent := number, 0
	if i := strings.IndexAny(number, "eE"); i >= 0 {
		if exponent, err = strconv.Atoi(number[i+1:]); err != nil || exponent < -maxExponent || exponent > maxExponent {
			return "", 0, badID(s)
		}
		mantissa = number[:i]
	}
	whole, fraction, _ := strings.Cut(mantissa, ".")
	digits = whole + fraction
	if digits == "" || strings.Trim(digits, "0123456789") != "" {
		return "", 0, badID(s)
	}
	// The value is digits × 10^shift, and must be a whole number.
	shift := exponent - len(fraction)
	digits = strings.TrimLeft(digits, "0")
	if digits == "" {
		return "0", 0, nil
	}
	if shift >= 0 {
		return digits, shift, nil
	}
	cut := len(digits) + shift
	if cut <= 0 || strings.Trim(digits[cut:], "0") != "" {
		return "", 0, badID(s)
	}
	return digits[:cut], 0, nil
}

func badID(s string) error {
	return fmt.Errorf("%q is not a tweet's id: it must be a whole number of at most 64 bits", tweets.Clip(s, 60))
}

// compareIDs orders ids, as they stand in Tweet.ID, by their value.
func compareIDs(a, b string) int {
	return cmp.Or(cmp.Compare(len(a), len(b)), cmp.Compare(a, b))
}
