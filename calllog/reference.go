package calllog

import (
	"fmt"
	"strings"
	"unicode"

	"golang.org/x/net/html"
)

// Reference is the line that names a thread, visible to people and found again
// by the program: Help Scout has no field for a foreign id, and rewrites markup.
func Reference(call int64, part Part) string {
	short := map[Part]string{PartFirstLog: "start", PartSecondLog: "end"}[part]
	if short == "" {
		short = strings.ReplaceAll(string(part), "/", " ")
	}
	return fmt.Sprintf("Aircall call %d / %s", call, short)
}

// Carries says that a stored thread is the one with that reference, whatever
// Help Scout did to its markup and white space.
func Carries(body, reference string) bool {
	text, ref := VisibleText(body), VisibleText(reference)
	for rest := text; ; {
		i := strings.Index(rest, ref)
		if i < 0 {
			return false
		}
		rest = rest[i+len(ref):]
		if next := []rune(rest); len(next) == 0 || !(unicode.IsLetter(next[0]) || unicode.IsDigit(next[0])) {
			return true
		}
	}
}

// VisibleText is what a reader sees of some HTML, with white space folded.
func VisibleText(body string) string {
	var out strings.Builder
	for z := html.NewTokenizer(strings.NewReader(body)); ; {
		switch z.Next() {
		case html.ErrorToken:
			return strings.Join(strings.Fields(out.String()), " ")
		case html.TextToken:
			out.Write(z.Text())
		case html.StartTagToken, html.EndTagToken, html.SelfClosingTagToken:
			if name, _ := z.TagName(); breaks[string(name)] {
				out.WriteByte(' ')
			}
		}
	}
}

var breaks = map[string]bool{"br": true, "p": true, "div": true, "li": true, "ul": true, "ol": true, "tr": true, "td": true, "h1": true, "h2": true, "h3": true, "blockquote": true, "pre": true}
