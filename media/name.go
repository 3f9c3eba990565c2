package media

import (
	"path"
	"slices"
	"strings"
	"unicode"
)

const longestName = 100

// CleanName makes a file name safe to store and to show: no path, nothing
// invisible, no sign that a system reserves, at most 100 characters, and the ending
// that belongs to the type. An empty name becomes "file". A type that Fetch does
// not take leaves the ending out.
func CleanName(name, contentType string) string {
	name = strings.ToValidUTF8(name, "")
	name = name[strings.LastIndexAny(name, `/\`)+1:]
	name = strings.Map(func(r rune) rune {
		switch {
		case unicode.IsSpace(r):
			return ' '
		case !unicode.IsPrint(r) || r == unicode.ReplacementChar || strings.ContainsRune(`<>:"|?*;`, r):
			return -1 // Cf too: it can turn the order of letters on the screen
		default:
			return r
		}
	}, name)
	name = strings.Trim(strings.Join(strings.Fields(name), " "), ". ")
	endings := extensions[contentType]
	ending := path.Ext(name)
	if !looksLikeEnding(ending) {
		ending = ""
	}
	stem := strings.TrimSuffix(name, ending)
	if ending = strings.ToLower(ending); !slices.Contains(endings, ending) {
		ending = ""
		if len(endings) > 0 {
			ending = endings[0]
		}
	}
	stem = strings.Trim(stem, ". ")
	if stem == "" {
		stem = "file"
	}
	letters := []rune(stem)
	if most := longestName - len(ending); len(letters) > most {
		stem = strings.TrimRight(string(letters[:most]), ". ")
	}
	return stem + ending
}

// looksLikeEnding tells "plan.exe" from "Mr. Smith" and "version 1.2".
func looksLikeEnding(ending string) bool {
	const longest = 6
	if len(ending) < 2 || len(ending) > longest {
		return false
	}
	letters := false
	for _, r := range ending[1:] {
		if r > unicode.MaxASCII || !unicode.IsLetter(r) && !unicode.IsDigit(r) {
			return false
		}
		letters = letters || unicode.IsLetter(r)
	}
	return letters
}
