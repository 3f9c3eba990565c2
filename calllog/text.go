package calllog

import (
	"bytes"
	"fmt"
	"html/template"
	"strings"
	"time"

	"callscout/settings"
)

// Text is what is needed to write a part besides its number.
type Text struct {
	Facts    Facts
	Settings settings.Settings
	// DashboardURL is Aircall's web address, scheme and host.
	DashboardURL string
	// Continues is the web address of the conversation that the log was begun
	// in, where that one took no more threads.
	Continues string
	// Alone says that there is no first log: this thread says it all.
	Alone bool
}

// HTML is a part as Help Scout shows it to an agent. Everything that came from
// outside is escaped.
func (t Text) HTML(part Part) (string, error) {
	sheet, err := t.sheet(part)
	if err != nil {
		return "", err
	}
	var out bytes.Buffer
	if err := threadTemplate.Execute(&out, sheet); err != nil {
		return "", fmt.Errorf("text of %s: %w", part, err)
	}
	return strings.TrimSpace(out.String()), nil
}

// The line breaks are Help Scout's: it gives paragraphs no visible space.
var threadTemplate = template.Must(template.New("thread").Parse(
	`<strong>{{.Heading}}</strong><br>` +
		`{{range .Rows}}{{.Label}}: {{if .URL}}<a href="{{.URL}}">{{.Value}}</a>{{else}}{{.Value}}{{end}}<br>{{end}}` +
		`{{range .Notes}}<br><strong>{{.Heading}}</strong><br>{{range .Lines}}{{.}}<br>{{end}}{{end}}` +
		`<br>{{.Reference}}`))

// sheet is a thread before it is markup.
type sheet struct {
	Heading   string
	Rows      []row
	Notes     []note
	Reference string
}

type row struct{ Label, Value, URL string }

type note struct {
	Heading string
	Lines   []string
}

func (t Text) sheet(part Part) (sheet, error) {
	w := wordsFor(t.Settings.Language)
	s := sheet{Reference: Reference(t.Facts.CallID, part)}
	switch {
	case part == PartFirstLog:
		s.Heading, s.Rows = t.answeredHeading(w), t.firstRows(w)
	case part == PartSecondLog:
		s.Heading, s.Rows, s.Notes = t.endedHeading(w), t.secondRows(w), t.comments(w)
	case part == PartVoicemail:
		s.Heading, s.Rows = w.newVoicemail, []row{mediaRow(w, w.voicemail, t.Facts.Voicemail)}
	case part == PartRecording:
		s.Heading, s.Rows = w.newRecording, []row{mediaRow(w, w.recording, t.Facts.Recording)}
	default:
		comment, found := t.comment(part)
		if !found {
			return sheet{}, fmt.Errorf("no text for %q: nothing is known of it", part)
		}
		s.Heading = fmt.Sprintf(w.newComment, nameOr(comment.By, w.unknownAgent))
		s.Notes = []note{{Heading: t.clock(w, comment.At), Lines: lines(comment.Text)}}
	}
	return s, nil
}

func (t Text) answeredHeading(w words) string {
	f := t.Facts
	switch {
	case f.Direction == Outbound && f.Agent != nil:
		return fmt.Sprintf(w.outboundAnsweredBy, f.Agent.Name)
	case f.Direction == Outbound:
		return w.outboundAnswered
	case f.Agent != nil:
		return fmt.Sprintf(w.inboundAnsweredBy, f.Agent.Name)
	default:
		return w.inboundAnswered
	}
}

func (t Text) endedHeading(w words) string {
	switch t.Facts.Outcome() {
	case OutcomeMissed:
		return w.missedCall
	case OutcomeVoicemail:
		return w.voicemailLeft
	case OutcomeCallback:
		return w.callbackAsked
	case OutcomeUnanswered:
		return w.notAnswered
	default:
		if t.Alone {
			return t.answeredHeading(w)
		}
		return fmt.Sprintf(w.callEnded, seconds(t.Facts.Talk()))
	}
}

// firstRows is what is known when somebody has just answered.
func (t Text) firstRows(w words) []row {
	f := t.Facts
	rows := t.who(w)
	rows = appendRow(rows, w.team, strings.Join(f.Teams, ", "))
	rows = appendRow(rows, w.menu, strings.Join(f.IVR, " / "))
	rows = appendRow(rows, w.started, t.clock(w, f.StartedAt))
	rows = appendRow(rows, w.answered, t.clock(w, f.AnsweredAt))
	rows = appendRow(rows, w.waited, seconds(f.Waiting()))
	if f.CallbackOf != 0 {
		rows = appendRow(rows, w.callbackAsked, fmt.Sprintf(w.callbackOf, f.CallbackOf))
	}
	return append(rows, t.aircallRow(w))
}

// secondRows is what is known at the end. What the first log said already is
// only repeated where there is no first log.
func (t Text) secondRows(w words) []row {
	f := t.Facts
	var rows []row
	if t.Continues != "" {
		rows = append(rows, row{w.continues, t.Continues, t.Continues})
	}
	if t.Alone {
		rows = append(rows, t.who(w)...)
		rows = appendRow(rows, w.menu, strings.Join(f.IVR, " / "))
		rows = appendRow(rows, w.started, t.clock(w, f.StartedAt))
		rows = appendRow(rows, w.answered, t.clock(w, f.AnsweredAt))
	}
	if f.Agent != nil && !t.Alone {
		rows = appendRow(rows, w.agent, f.Agent.Name)
	}
	if f.Answered() {
		rows = appendRow(rows, w.team, strings.Join(f.Teams, ", "))
	}
	rows = appendRow(rows, w.ended, t.clock(w, f.EndedAt))
	if f.Answered() {
		rows = appendRow(rows, w.talked, seconds(f.Talk()))
	} else {
		rows = appendRow(rows, w.rang, names(f.Rang))
	}
	rows = appendRow(rows, w.waited, seconds(f.Waiting()))
	if f.Missed() {
		rows = appendRow(rows, w.reason, missedReason(w, f.MissedReason))
	}
	rows = appendRow(rows, w.transfer, t.transfer(w))
	rows = appendRow(rows, w.tags, strings.Join(f.Tags, ", "))
	if t.Settings.Calls.RecordingLinks {
		if !f.Recording.None() {
			rows = append(rows, mediaRow(w, w.recording, f.Recording))
		}
		if !f.Voicemail.None() {
			rows = append(rows, mediaRow(w, w.voicemail, f.Voicemail))
		}
	}
	if f.CallbackOf != 0 && t.Alone {
		rows = appendRow(rows, w.callbackAsked, fmt.Sprintf(w.callbackOf, f.CallbackOf))
	}
	return append(rows, t.aircallRow(w))
}

func (t Text) who(w words) []row {
	f := t.Facts
	label := w.caller
	if f.Direction == Outbound {
		label = w.called
	}
	party := f.OutsideNumber
	if f.Anonymous {
		party = w.withheld
	}
	if name := f.Party(); name != "" {
		party = name + ", " + party
	}
	rows := appendRow(nil, label, party)
	line := f.Line.Name
	if f.Line.Digits != "" {
		line = strings.TrimSpace(line + " (" + f.Line.Digits + ")")
	}
	return appendRow(rows, w.line, line)
}

func (t Text) transfer(w words) string {
	f := t.Facts
	switch {
	case f.TransferredToOutside != "":
		return fmt.Sprintf(w.transferredOutside, f.TransferredToOutside)
	case f.TransferredTo == nil:
		return ""
	case f.TransferFailed:
		return fmt.Sprintf(w.transferFailed, nameOr(f.TransferredBy, w.unknownAgent), f.TransferredTo.Name)
	default:
		return fmt.Sprintf(w.transferredTo, nameOr(f.TransferredBy, w.unknownAgent), f.TransferredTo.Name)
	}
}

func (t Text) comments(w words) []note {
	var notes []note
	for _, c := range t.Facts.Comments {
		heading := fmt.Sprintf(w.newComment, nameOr(c.By, w.unknownAgent))
		if at := t.clock(w, c.At); at != "" {
			heading += ", " + at
		}
		notes = append(notes, note{Heading: heading, Lines: lines(c.Text)})
	}
	return notes
}

func (t Text) comment(part Part) (Comment, bool) {
	for _, c := range t.Facts.Comments {
		if CommentPart(c.ID) == part {
			return c, true
		}
	}
	return Comment{}, false
}

func (t Text) aircallRow(w words) row {
	return row{w.inAircall, w.open, fmt.Sprintf("%s/calls/%d", strings.TrimRight(t.DashboardURL, "/"), t.Facts.CallID)}
}

// clock shows a moment where the line is, or in UTC where that is not known.
func (t Text) clock(w words, at time.Time) string {
	if at.IsZero() {
		return ""
	}
	zone, err := time.LoadLocation(t.Facts.Line.TimeZone)
	if err != nil {
		zone = time.UTC
	}
	return at.In(zone).Format(w.clock)
}

func appendRow(rows []row, label, value string) []row {
	if value == "" {
		return rows
	}
	return append(rows, row{Label: label, Value: value})
}

func mediaRow(w words, label string, m Media) row { return row{label, w.listen, m.URL()} }

func missedReason(w words, reason string) string {
	if text, known := w.reasons[reason]; known {
		return text
	}
	return reason
}

func nameOr(p *Person, otherwise string) string {
	if p == nil || p.Name == "" {
		return otherwise
	}
	return p.Name
}

func names(people []Person) string {
	var out []string
	for _, p := range people {
		if p.Name != "" {
			out = append(out, p.Name)
		}
	}
	return strings.Join(out, ", ")
}

func lines(text string) []string {
	return strings.Split(strings.ReplaceAll(strings.TrimSpace(text), "\r\n", "\n"), "\n")
}

// seconds writes a length of time with the signs that all four languages share.
func seconds(d time.Duration) string {
	d = d.Round(time.Second)
	if d <= 0 {
		return ""
	}
	h, m, s := int(d.Hours()), int(d.Minutes())%60, int(d.Seconds())%60
	switch {
	case h > 0:
		return fmt.Sprintf("%d h %d min", h, m)
	case m > 0 && s == 0:
		return fmt.Sprintf("%d min", m)
	case m > 0:
		return fmt.Sprintf("%d min %d s", m, s)
	default:
		return fmt.Sprintf("%d s", s)
	}
}
