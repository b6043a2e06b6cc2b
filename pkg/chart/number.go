package chart

import (
	"math"
	"strconv"
	"strings"
	"time"
)

// minus is the typographic minus sign, as wide as a digit.
const minus = "−"

// Integer writes n as in Spanish: 1.234.567.
func Integer[T ~int | ~int8 | ~int16 | ~int32 | ~int64](n T) string {
	return Number(float64(n), 0)
}

// Count writes how many there are of something, whose name it is given for one and for
// several: 1 cuenta, 1.234 cuentas.
func Count[T ~int | ~int8 | ~int16 | ~int32 | ~int64](n T, one, several string) string {
	if n == 1 {
		return "1 " + one
	}
	return Integer(n) + " " + several
}

// Number writes v with a decimal comma and points between thousands: 1.234,50. It writes
// "–" for a value that is not a number and "∞" for an infinite one.
func Number(v float64, decimals int) string {
	switch {
	case math.IsNaN(v):
		return "–"
	case math.IsInf(v, 1):
		return "∞"
	case math.IsInf(v, -1):
		return minus + "∞"
	}
	s := strconv.FormatFloat(math.Abs(v), 'f', max(decimals, 0), 64)
	whole, fraction, _ := strings.Cut(s, ".")
	var b strings.Builder
	if v < 0 && strings.Trim(s, "0.") != "" {
		b.WriteString(minus)
	}
	for i, digit := range whole {
		if i > 0 && (len(whole)-i)%3 == 0 {
			b.WriteByte('.')
		}
		b.WriteRune(digit)
	}
	if fraction != "" {
		b.WriteByte(',')
		b.WriteString(fraction)
	}
	return b.String()
}

// Percent writes a share (0…1) as a percentage: 0.153 → 15,3 %.
func Percent(share float64, decimals int) string {
	// The space that does not break keeps figure and sign on one line.
	return Number(100*share, decimals) + "\u00a0%"
}

// Duration writes d as a person would say it: 0,4 s, 12 s, 3 min 05 s, 2 h 07 min.
func Duration(d time.Duration) string {
	seconds := d.Seconds()
	switch {
	case seconds < 9.95:
		return Number(max(seconds, 0), 1) + " s"
	case seconds < 59.5:
		return Number(seconds, 0) + " s"
	case seconds < 3599.5:
		s := int(seconds + 0.5)
		return strconv.Itoa(s/60) + " min " + twoDigits(s%60) + " s"
	default:
		m := int(d.Minutes() + 0.5)
		return Integer(m/60) + " h " + twoDigits(m%60) + " min"
	}
}

func twoDigits(n int) string {
	if n < 10 {
		return "0" + strconv.Itoa(n)
	}
	return strconv.Itoa(n)
}
