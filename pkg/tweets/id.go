package tweets

import (
	"cmp"
	"fmt"
	"strconv"
	"strings"
)

// maxIDDigits bounds an id's length. Twitter's have up to 19 digits.
const maxIDDigits = 40

// normalizeID returns the plain integer, without leading zeros, that s spells:
// 1234, x1234 (rtweet's guard against spreadsheets), or what R makes of large
// numbers, 9.2305013341525606e+17 and 934575503259906e3.
func normalizeID(s string) (string, error) {
	number := strings.TrimPrefix(s, "x")
	mantissa, exponent := number, 0
	if i := strings.IndexAny(number, "eE"); i >= 0 {
		var err error
		if exponent, err = strconv.Atoi(number[i+1:]); err != nil || exponent < -maxIDDigits || exponent > maxIDDigits {
			return "", badID(s)
		}
		mantissa = number[:i]
	}
	whole, fraction, _ := strings.Cut(mantissa, ".")
	digits := whole + fraction
	if digits == "" || strings.Trim(digits, "0123456789") != "" {
		return "", badID(s)
	}
	// The value is digits × 10^shift, and must be an integer.
	shift := exponent - len(fraction)
	digits = strings.TrimLeft(digits, "0")
	if digits == "" {
		return "0", nil
	}
	if shift < 0 {
		cut := len(digits) + shift
		if cut <= 0 || strings.Trim(digits[cut:], "0") != "" {
			return "", badID(s)
		}
		digits = digits[:cut]
	} else if len(digits)+shift <= maxIDDigits {
		digits += strings.Repeat("0", shift)
	} else {
		return "", badID(s)
	}
	if len(digits) > maxIDDigits {
		return "", badID(s)
	}
	return digits, nil
}

func badID(s string) error {
	return fmt.Errorf("%q is not a tweet's id: it must be a whole number", clip(s, 60))
}

// compareIDs orders normalised ids by their value.
func compareIDs(a, b string) int {
	return cmp.Or(cmp.Compare(len(a), len(b)), cmp.Compare(a, b))
}
