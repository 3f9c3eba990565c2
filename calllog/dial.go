package calllog

import "callscout/phone"

// piece is a part of a text: plain, or a number that can be dialled.
type piece struct {
	Text string
	// Digits are those of the number's E.164, without the plus; empty for plain text.
	Digits string
}

// dialled cuts a text at its numbers. What anybody wrote is searched as well: agents
// note numbers to call back, and callers say them.
func dialled(text, country string) []piece {
	var out []piece
	last := 0
	for _, place := range phone.Find(text, country) {
		if place.From > last {
			out = append(out, piece{Text: text[last:place.From]})
		}
		out = append(out, piece{Text: text[place.From:place.To], Digits: place.Number.E164()[1:]})
		last = place.To
	}
	if last < len(text) {
		out = append(out, piece{Text: text[last:]})
	}
	return out
}
