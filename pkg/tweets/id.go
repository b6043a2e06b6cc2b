package tweets

import (
	"cmp"
	"fmt"
	"strconv"
	"strings"
)

// maxExponent bounds what is written in scientific notation.
const maxExponent = 40

// parseID returns the whole number that s spells: 1234, x1234 (rtweet's guard
// against spreadsheets), or what R makes of large numbers,
// 9.2305013341525606e+17 and 934575503259906e3. Ids have 64 bits, as Twitter's.
func parseID(s []byte) (uint64, error) {
	if id, ok := plainID(s); ok {
		return id, nil
	}
	digits, err := wholeNumber(string(s))
	if err != nil {
		return 0, err
	}
	id, err := strconv.ParseUint(digits, 10, 64)
	if err != nil {
		return 0, badID(string(s))
	}
	return id, nil
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
// notation.
func wholeNumber(s string) (string, error) {
	number := strings.TrimPrefix(s, "x")
	mantissa, exponent := number, 0
	if i := strings.IndexAny(number, "eE"); i >= 0 {
		var err error
		if exponent, err = strconv.Atoi(number[i+1:]); err != nil || exponent < -maxExponent || exponent > maxExponent {
			return "", badID(s)
		}
		mantissa = number[:i]
	}
	whole, fraction, _ := strings.Cut(mantissa, ".")
	digits := whole + fraction
	if digits == "" || strings.Trim(digits, "0123456789") != "" {
		return "", badID(s)
	}
	// The value is digits × 10^shift, and must be a whole number.
	shift := exponent - len(fraction)
	digits = strings.TrimLeft(digits, "0")
	if digits == "" {
		return "0", nil
	}
	if shift >= 0 {
		return digits + strings.Repeat("0", shift), nil
	}
	cut := len(digits) + shift
	if cut <= 0 || strings.Trim(digits[cut:], "0") != "" {
		return "", badID(s)
	}
	return digits[:cut], nil
}

func badID(s string) error {
	return fmt.Errorf("%q is not a tweet's id: it must be a whole number of at most 64 bits", clip(s, 60))
}

// compareIDs orders ids, as they stand in Tweet.ID, by their value.
func compareIDs(a, b string) int {
	return cmp.Or(cmp.Compare(len(a), len(b)), cmp.Compare(a, b))
}
