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
	// Begins is the conversation that the log was begun in, where it goes on
	// elsewhere, and BeginsURL its web address.
	Begins    *Earlier
	BeginsURL string
	// LegOf is the call of which this one is the second leg.
	LegOf int64
	// Tells are the other parts that a note of Aircall's AI says.
	Tells []Part
	// Alone says that there is no first log here: this thread says it all.
	Alone bool
}

// HTML is a part as Help Scout shows it to an agent. Everything that came from
// outside is escaped.
func (t Text) HTML(part Part) (string, error) {
	sheet, err := t.sheet(part)
	if err != nil {
		return "", err
	}
	return t.render(sheet, part)
}

func (t Text) render(s sheet, part Part) (string, error) {
	s.Country = t.Facts.Line.Country
	var out bytes.Buffer
	if err := threadTemplate.Execute(&out, s); err != nil {
		return "", fmt.Errorf("text of %s: %w", part, err)
	}
	return strings.TrimSpace(out.String()), nil
}

// The line breaks are Help Scout's: it gives paragraphs no visible space. A number is
// a link to dial it, and reads as before.
var threadTemplate = template.Must(template.New("thread").Funcs(template.FuncMap{"dialled": dialled}).Parse(
	`{{define "text"}}{{range .}}{{if .Digits}}<a href="tel:+{{.Digits}}">{{.Text}}</a>{{else}}{{.Text}}{{end}}{{end}}{{end}}` +
		`<strong>{{.Heading}}</strong><br>` +
		`{{range .Rows}}{{.Label}}{{$.Colon}}{{if .URL}}<a href="{{.URL}}">{{.Value}}</a>` +
		`{{else}}{{template "text" dialled .Value $.Country}}{{end}}<br>{{end}}` +
		`{{range .Notes}}<br>{{with .Heading}}<strong>{{.}}</strong><br>{{end}}` +
		`{{range .Lines}}{{template "text" dialled . $.Country}}<br>{{end}}{{end}}` +
		`{{with .Footer}}<br>{{.Label}}{{$.Colon}}<a href="{{.URL}}">{{.Value}}</a><br>{{end}}` +
		`<br>{{.Reference}}`))

// sheet is a thread before it is markup.
type sheet struct {
	Heading string
	// Colon stands between a label and its value: French puts a space before it.
	Colon     string
	Rows      []row
	Notes     []note
	Footer    *row
	Reference string
	// Country is the line's: there, numbers are written without a country code.
	Country string
}

type row struct{ Label, Value, URL string }

type note struct {
	Heading string
	Lines   []string
}

func (t Text) sheet(part Part) (sheet, error) {
	w := wordsFor(t.Settings.Language)
	if TellsInsights(part) {
		return t.completed(w, part)(t.insightsSheet(w, part))
	}
	if part == PartVoiceAgent || strings.HasPrefix(string(part), string(PartVoiceAgent)+"/") {
		return t.completed(w, part)(t.sessionsSheet(w))
	}
	s := sheet{Colon: w.colon, Reference: Reference(t.Facts.CallID, part)}
	switch {
	case part == PartFirstLog:
		s.Heading, s.Rows = t.answeredHeading(w), t.firstRows(w)
	case part == PartSecondLog:
		s.Heading, s.Rows, s.Notes = t.endedHeading(w), t.secondRows(w), t.comments(w)
	case part == PartVoicemail && !t.Facts.Voicemail.None():
		s.Heading, s.Rows = w.newVoicemail, []row{mediaRow(w, w.voicemail, t.Facts.Voicemail)}
	case part == PartRecording && !t.Facts.Recording.None():
		s.Heading, s.Rows = w.newRecording, []row{mediaRow(w, w.recording, t.Facts.Recording)}
	default:
		comment, found := t.comment(part)
		if !found {
			return sheet{}, fmt.Errorf("no text for %q: nothing is known of it", part)
		}
		s.Heading = commentHeading(w, comment)
		s.Notes = []note{{Heading: t.clock(w, comment.At), Lines: lines(comment.Text)}}
	}
	return s, nil
}

// completed gives every sheet what all have.
func (t Text) completed(w words, part Part) func(sheet, error) (sheet, error) {
	return func(s sheet, err error) (sheet, error) {
		s.Colon, s.Reference = w.colon, Reference(t.Facts.CallID, part)
		return s, err
	}
}

func (t Text) answeredHeading(w words) string {
	outbound, agent := t.Facts.Direction == Outbound, t.answeredBy()
	switch {
	case outbound && agent != "":
		return fmt.Sprintf(w.outboundAnsweredBy, agent)
	case outbound:
		return w.outboundAnswered
	case agent != "":
		return fmt.Sprintf(w.inboundAnsweredBy, agent)
	default:
		return w.inboundAnswered
	}
}

func (t Text) endedHeading(w words) string {
	switch t.Facts.Outcome() {
	case OutcomeMissed:
		return t.handedOn(w.missedCall)
	case OutcomeVoicemail:
		return t.handedOn(w.voicemailLeft)
	case OutcomeCallback:
		return t.handedOn(w.callbackAsked)
	case OutcomeUnanswered:
		return w.notAnswered
	case OutcomeVoiceAgent:
		ai := aiWordsFor(t.Settings.Language)
		return fmt.Sprintf(ai.handledBy, t.Facts.theVoiceAgent(ai))
	default:
		if t.Alone {
			return t.answeredHeading(w)
		}
		if talk := seconds(t.Facts.Talk()); talk != "" {
			return fmt.Sprintf(w.callEnded, talk)
		}
		return w.callOver
	}
}

func (t Text) comments(w words) []note {
	var notes []note
	for _, c := range t.Facts.Comments {
		heading := commentHeading(w, c)
		if at := t.clock(w, c.At); at != "" {
			heading += ", " + at
		}
		notes = append(notes, note{Heading: heading, Lines: lines(c.Text)})
	}
	return notes
}

// commentHeading names no author where there is none: such a comment came over
// Aircall's API.
func commentHeading(w words, c Comment) string {
	if author := name(c.By); author != "" {
		return fmt.Sprintf(w.newComment, author)
	}
	return w.comment
}

func (t Text) comment(part Part) (Comment, bool) {
	for _, c := range t.Facts.Comments {
		if CommentPart(c.ID) == part {
			return c, true
		}
	}
	return Comment{}, false
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
