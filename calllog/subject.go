package calllog

import (
	"fmt"
	"strings"

	"callscout/settings"
)

// maxSubject is a cautious limit: Help Scout's own is not documented.
const maxSubject = 150

// Subject is the subject of a conversation that this call opens.
func Subject(f Facts, s settings.Settings) string {
	w := wordsFor(s.Language)
	party := f.Party()
	switch {
	case party != "":
	case f.Anonymous:
		party = w.withheldParty
	default:
		party = partyText(f, w)
	}
	pattern := w.subjectInbound
	switch f.Outcome() {
	case OutcomeMissed:
		pattern = w.subjectMissed
	case OutcomeVoicemail:
		pattern = w.subjectVoicemail
	case OutcomeCallback:
		pattern = w.subjectCallback
	default:
		if f.Direction == Outbound {
			pattern = w.subjectOutbound
		}
	}
	return cut(fmt.Sprintf(pattern, party), maxSubject)
}

// cut folds white space, which these fields show in one line, and shortens.
func cut(text string, most int) string {
	text = strings.Join(strings.Fields(text), " ")
	if runes := []rune(text); len(runes) > most {
		return strings.TrimSpace(string(runes[:most-1])) + "…"
	}
	return text
}
