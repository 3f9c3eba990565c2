package settings

import (
	"fmt"
	"strings"
)

// didYouMean names the word that was probably meant, as the end of a sentence,
// or gives "" if none is near.
func didYouMean(written string, words []string) string {
	best, distance := "", 0
	for _, word := range words {
		d := editDistance(strings.ToLower(written), word)
		if d <= 1+min(len(written), len(word))/3 && (best == "" || d < distance) {
			best, distance = word, d
		}
	}
	if best == "" {
		return ""
	}
	return fmt.Sprintf(" (did you mean %q?)", best)
}

// editDistance counts the letters to insert, remove or replace (Levenshtein).
func editDistance(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		diagonal := row[0]
		row[0] = i + 1
		for j := range len(b) {
			cost := 1
			if a[i] == b[j] {
				cost = 0
			}
			diagonal, row[j+1] = row[j+1], min(row[j]+1, row[j+1]+1, diagonal+cost)
		}
	}
	return row[len(b)]
}
