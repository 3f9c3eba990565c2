package simulator

import (
	"html"
	"html/template"
	"regexp"
	"slices"
	"strings"
)

var (
	comments   = regexp.MustCompile(`(?s)<!--.*?-->`)
	breaks     = regexp.MustCompile(`(?i)<br\s*/?>`)
	lineFeeds  = regexp.MustCompile(`\r\n|\r|\n`)
	blocks     = regexp.MustCompile(`(?i)<(p|div|ul|ol|table|blockquote|pre|h[1-6]|hr|details)\b`)
	spaces     = regexp.MustCompile(`[ \t]+`)
	tagShape   = regexp.MustCompile(`^<(/?)([a-zA-Z][a-zA-Z0-9]*)((?:[^>"']|"[^"]*"|'[^']*')*)>`)
	hrefShape  = regexp.MustCompile(`(?i)(?:^|\s)href\s*=\s*(?:"([^"]*)"|'([^']*)')`)
	safeScheme = regexp.MustCompile(`(?i)^(https?://|mailto:|tel:)`)
)

// storedHTML is what becomes of a thread's text: comments go, line feeds turn
// into <br>, white space shrinks, and text without a block element is wrapped in
// <p>. Clients that compare what they wrote must normalise it.
func storedHTML(text string) string {
	text = comments.ReplaceAllString(text, "")
	text = lineFeeds.ReplaceAllString(strings.TrimSpace(text), "<br>")
	text = breaks.ReplaceAllString(text, "<br>")
	text = spaces.ReplaceAllString(text, " ")
	if !blocks.MatchString(text) {
		text = "<p>" + text + "</p>"
	}
	return text
}

// kept are the elements that a page shows; all others lose their tags, and the
// dropped ones their content as well.
var (
	kept = strings.Fields("p br b strong i em u s a ul ol li blockquote pre code hr div span " +
		"table thead tbody tr td th h1 h2 h3 h4 h5 h6 details summary small sub sup del ins")
	dropped = strings.Fields("script style iframe object template noscript title textarea svg math")
	void    = []string{"br", "hr"}
)

// safeHTML keeps known elements without their attributes, a link's web address
// excepted. What is opened is closed, so that a thread cannot leave its box.
func safeHTML(body string) template.HTML {
	var out strings.Builder
	var open []string
	eachPiece(body, func(text string) { out.WriteString(html.EscapeString(text)) }, func(closing bool, name, rest string) {
		switch {
		case !slices.Contains(kept, name):
		case slices.Contains(void, name):
			out.WriteString("<" + name + ">")
		case closing:
			at := lastIndex(open, name)
			if at < 0 {
				return
			}
			for _, inner := range slices.Backward(open[at:]) {
				out.WriteString("</" + inner + ">")
			}
			open = open[:at]
		default:
			out.WriteString("<" + name + linkAttributes(name, rest) + ">")
			open = append(open, name)
		}
	})
	for _, name := range slices.Backward(open) {
		out.WriteString("</" + name + ">")
	}
	return template.HTML(out.String()) //nolint:gosec // built from kept names and escaped text only
}

func linkAttributes(name, rest string) string {
	match := hrefShape.FindStringSubmatch(rest)
	if name != "a" || match == nil {
		return ""
	}
	href := html.UnescapeString(match[1] + match[2])
	if !safeScheme.MatchString(href) {
		return ""
	}
	return ` href="` + html.EscapeString(href) + `" rel="noopener noreferrer" target="_blank"`
}

// plainText is the visible text of HTML.
func plainText(body string) string {
	var out strings.Builder
	eachPiece(body, func(text string) { out.WriteString(text) }, func(_ bool, name, _ string) {
		if blocks.MatchString("<"+name) || slices.Contains([]string{"br", "li", "tr", "td"}, name) {
			out.WriteString(" ")
		}
	})
	return strings.Join(strings.Fields(out.String()), " ")
}

// eachPiece walks over HTML: text is given unescaped, a stray "<" is text.
func eachPiece(body string, text func(string), tag func(closing bool, name, rest string)) {
	body = comments.ReplaceAllString(body, "")
	for body != "" {
		next := strings.IndexByte(body, '<')
		if next < 0 {
			next = len(body)
		}
		if next > 0 {
			text(html.UnescapeString(body[:next]))
			body = body[next:]
			continue
		}
		match := tagShape.FindStringSubmatch(body)
		if match == nil {
			text("<")
			body = body[1:]
			continue
		}
		body = body[len(match[0]):]
		name := strings.ToLower(match[2])
		if match[1] == "" && slices.Contains(dropped, name) {
			end := strings.Index(strings.ToLower(body), "</"+name)
			if end < 0 {
				return
			}
			body = body[end:]
			continue
		}
		tag(match[1] == "/", name, match[3])
	}
}

func lastIndex(list []string, wanted string) int {
	for i, value := range slices.Backward(list) {
		if value == wanted {
			return i
		}
	}
	return -1
}
