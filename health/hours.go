package health

import (
	"math/big"
	"slices"
	"strconv"
	"strings"
	"time"
)

const (
	// week is in hours.
	week = 7 * 24
	// keptWeeks is how far back hours are kept; one more than are compared, so that
	// the hour of the oldest one is not lost while it is needed.
	keptWeeks = 5
	// leastWeeks is how many weeks must be known before an hour can be usual.
	leastWeeks = 2
	// comparedWeeks is how many are compared at most.
	comparedWeeks = 4
)

// Hours are those in which something came, as hours since 1970, sorted. They tell at
// what hours of the week something usually comes, wherever the company works.
type Hours []int64

// HourOf is the hour of a moment.
func HourOf(at time.Time) int64 { return at.Unix() / 3600 }

// With adds the hour of a moment, and drops what is too old to be compared.
func (h Hours) With(at time.Time) Hours {
	hour := HourOf(at)
	kept := slices.DeleteFunc(slices.Clone(h), func(known int64) bool { return known <= hour-keptWeeks*week })
	if place, found := slices.BinarySearch(kept, hour); !found {
		kept = slices.Insert(kept, place, hour)
	}
	return kept
}

// Joined is both together.
func (h Hours) Joined(other Hours) Hours {
	all := append(slices.Clone(h), other...)
	slices.Sort(all)
	return slices.Compact(all)
}

// String writes them short: the first hour, and a bit for each that follows.
func (h Hours) String() string {
	if len(h) == 0 {
		return ""
	}
	bits := new(big.Int)
	for _, hour := range h {
		bits.SetBit(bits, int(hour-h[0]), 1)
	}
	return strconv.FormatInt(h[0], 10) + " " + bits.Text(16)
}

// ParseHours reads what String wrote; what it did not write gives none.
func ParseHours(text string) Hours {
	first, rest, found := strings.Cut(text, " ")
	start, err := strconv.ParseInt(first, 10, 64)
	bits, ok := new(big.Int).SetString(rest, 16)
	if !found || err != nil || !ok || bits.Sign() < 0 || bits.BitLen() > 2*keptWeeks*week {
		return nil
	}
	var hours Hours
	for i := range bits.BitLen() {
		if bits.Bit(i) == 1 {
			hours = append(hours, start+int64(i))
		}
	}
	return hours
}

// Learnt tells whether enough weeks are known to say what is usual.
func (h Hours) Learnt(now time.Time) bool {
	return len(h) > 0 && HourOf(now)-h[0] >= leastWeeks*week
}

// usual tells whether something usually comes in an hour: in the same hour of each of
// the weeks before, as far as they are known, but one, which may have been a holiday.
func (h Hours) usual(hour int64) bool {
	if len(h) == 0 {
		return false
	}
	known, came := 0, 0
	for weeks := int64(1); weeks <= comparedWeeks; weeks++ {
		before := hour - weeks*week
		if before < h[0] {
			break
		}
		known++
		if _, found := slices.BinarySearch(h, before); found {
			came++
		}
	}
	return known >= leastWeeks && came >= max(leastWeeks, known-1)
}

// UsualSince counts the whole hours between two moments in which something usually
// comes.
func (h Hours) UsualSince(last, now time.Time) int {
	count := 0
	for hour := max(HourOf(last)+1, HourOf(now)-week); hour < HourOf(now); hour++ {
		if h.usual(hour) {
			count++
		}
	}
	return count
}
