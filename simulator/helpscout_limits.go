package simulator

import (
	"fmt"
	"regexp"
	"unicode/utf8"
)

// atMost refuses a text that is longer than a limit; 0 is none.
func (f form) atMost(path, text string, limit int) {
	if limit > 0 && utf8.RuneCountInString(text) > limit {
		f.fail(path, "Size", fmt.Sprintf("size must be between 1 and %d", limit), nil)
	}
}

var telLink = regexp.MustCompile(`(?is)<a\s[^>]*href="tel:[^"]*"[^>]*>(.*?)</a>`)

// stored is storedHTML of this account.
func (h *HelpScout) stored(text string) string {
	if h.options.NoTelLinks {
		text = telLink.ReplaceAllString(text, "$1")
	}
	return storedHTML(text)
}
