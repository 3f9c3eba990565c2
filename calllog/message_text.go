package calllog

import (
	"bytes"
	"cmp"
	"fmt"
	"strings"
	"time"

	"callscout/settings"
)

// MessageThread is what is needed to write a thread about messages.
type MessageThread struct {
	Part     MessagePart
	Messages []Message
	Settings settings.Settings
	// Files says what becomes of the files with this thread, by FileName's keys;
	// those that it leaves out are as the messages know them.
	Files map[FileKey]FileNow
	// FreeUntil is until when WhatsApp takes a free answer; zero if not known.
	FreeUntil time.Time
	// Continues is where the messages stood before, and ContinuesURL its address.
	Continues    *Earlier
	ContinuesURL string
}

// FileKey names a file of a message.
type FileKey struct {
	Message string `json:"message"`
	File    int    `json:"file"`
}

// FileNow is what a thread does with a file.
type FileNow string

// What a thread does with a file.
const (
	// FileAttached goes with the thread.
	FileAttached FileNow = "attached"
	// FileFollows is too much for this thread, and goes with one of its own.
	FileFollows FileNow = "follows"
	// FileNotTaken is one that Help Scout refused.
	FileNotTaken FileNow = "not taken"
)

// HTML is the thread as Help Scout shows it to an agent. Everything that came from
// outside is escaped.
func (t MessageThread) HTML() (string, error) {
	if len(t.Messages) == 0 {
		return "", fmt.Errorf("no text: no message is given")
	}
	var out bytes.Buffer
	if err := threadTemplate.Execute(&out, t.sheet()); err != nil {
		return "", fmt.Errorf("text of messages: %w", err)
	}
	return strings.TrimSpace(out.String()), nil
}

func (t MessageThread) sheet() sheet {
	w, mw, first := wordsFor(t.Settings.Language), messageWordsFor(t.Settings.Language), t.Messages[0]
	s := sheet{Colon: w.colon, Country: first.Line.Country}
	var references []string
	for _, m := range t.Messages {
		references = append(references, t.Part.Reference(m.ID))
	}
	s.Reference = strings.Join(references, " · ")
	if t.Continues != nil {
		s.Rows = append(s.Rows, row{w.continues, (Text{Begins: t.Continues}).begins(w), t.ContinuesURL})
	}
	switch t.Part.Kind {
	case MessageFailure:
		s.Heading, s.Rows = mw.notArrived, append(s.Rows, t.aboutRows(w, mw)...)
		s.Rows = appendRow(s.Rows, mw.status, first.statusText(mw))
	case MessageFile:
		s.Heading, s.Rows = mw.lateFile, append(s.Rows, t.aboutRows(w, mw)...)
		s.Notes = []note{{Heading: mw.file, Lines: t.fileLines(w, mw, first, t.Part.File, t.Part.File+1)}}
	default:
		s.Heading, s.Rows = t.heading(w, mw), append(s.Rows, t.rows(w, mw)...)
		for _, m := range t.Messages {
			s.Notes = append(s.Notes, t.one(w, mw, m))
		}
	}
	return s
}

// heading says what it is, of whom, and by whom it was sent.
func (t MessageThread) heading(w words, mw messageWords) string {
	m := t.Messages[0]
	party := m.partyName(w, mw)
	switch agent := name(m.Agent); {
	case m.Direction != Outbound:
		return fmt.Sprintf(mw.from, t.channel(mw), party)
	case agent != "":
		return fmt.Sprintf(mw.toBy, t.channel(mw), party, agent)
	default:
		return fmt.Sprintf(mw.to, t.channel(mw), party)
	}
}

func (t MessageThread) channel(mw messageWords) string {
	switch channel := t.Messages[0].Channel; {
	case channel == WhatsApp:
		return mw.whatsApp
	case channel != SMS:
		return string(channel)
	}
	for _, m := range t.Messages {
		if len(m.Files) > 0 {
			return mw.mms
		}
	}
	return mw.sms
}

// partyName is the other party's name, or else the number.
func (m Message) partyName(w words, mw messageWords) string {
	f := m.Facts()
	switch {
	case f.Party() != "":
		return f.Party()
	case f.Anonymous:
		return mw.fromWithheld
	default:
		return partyText(f, w)
	}
}

func (t MessageThread) rows(w words, mw messageWords) []row {
	m := t.Messages[0]
	f := m.Facts()
	party := partyText(f, w)
	if f.Anonymous {
		party = w.withheld
	}
	if called := f.Party(); called != "" {
		party = called + ", " + party
	}
	label := mw.sender
	if m.Direction == Outbound {
		label = mw.recipient
	}
	rows := appendRow(nil, label, party)
	spaced := Text{Facts: f}
	if m.Group != "" {
		var people []string
		for _, number := range m.Participants {
			people = append(people, spaced.spaced(number))
		}
		rows = appendRow(rows, mw.group, cmp.Or(strings.Join(people, ", "), m.Group))
	}
	line := m.Line.Name
	if m.Line.Digits != "" {
		line = strings.TrimSpace(line + " (" + spaced.spaced(m.Line.Digits) + ")")
	}
	rows = appendRow(rows, w.line, line)
	if m.Channel == WhatsApp && !t.FreeUntil.IsZero() {
		rows = append(rows, row{Label: "WhatsApp", Value: fmt.Sprintf(mw.freeUntil, t.clock(w, m, t.FreeUntil))})
	}
	return rows
}

// aboutRows name the message that a later thread is about.
func (t MessageThread) aboutRows(w words, mw messageWords) []row {
	m := t.Messages[0]
	var rows []row
	if m.OutsideNumber != "" {
		label := mw.sender
		if m.Direction == Outbound {
			label = mw.recipient
		}
		rows = appendRow(rows, label, m.partyName(w, mw))
	}
	return appendRow(rows, mw.message, t.clock(w, m, m.At))
}

// one is one message of the thread, under the time at which it was sent.
func (t MessageThread) one(w words, mw messageWords, m Message) note {
	n := note{Heading: t.clock(w, m, m.At)}
	text := m.Text
	if text == "" && m.WhatsApp != nil {
		text = m.WhatsApp.Text
	}
	switch {
	case text != "":
		n.Lines = lines(text)
	case len(m.Files) == 0:
		n.Lines = []string{mw.empty}
	}
	n.Lines = append(n.Lines, t.fileLines(w, mw, m, 0, len(m.Files))...)
	add := func(label, value string) {
		if value != "" {
			n.Lines = append(n.Lines, label+w.colon+value)
		}
	}
	if i := m.WhatsApp; i != nil {
		add(mw.kind, wordFor(mw.kinds, i.Type))
		add(mw.category, wordFor(mw.categories, i.Category))
		add(mw.template, i.Template)
		add(mw.parameters, parameters(i.Parameters))
	}
	if m.Direction == Outbound {
		add(mw.status, m.statusText(mw))
	}
	return n
}

func parameters(list []Parameter) string {
	var out []string
	for _, p := range list {
		if p.Name == "" {
			out = append(out, p.Value)
		} else {
			out = append(out, p.Name+" = "+p.Value)
		}
	}
	return strings.Join(out, "; ")
}

// statusText says what became of it. That it did not arrive stays so, unless it is
// said later that it did.
func (m Message) statusText(mw messageWords) string {
	switch status := m.Status; {
	case Failing(status), m.Failed && status != "delivered" && status != "read":
		return mw.statusFailed
	case status == "pending", status == "queued", status == "sending":
		return mw.statusPending
	case status == "sent":
		return mw.statusSent
	case status == "delivered":
		return mw.statusDelivered
	case status == "read":
		return mw.statusRead
	default:
		return status
	}
}

func wordFor(known map[string]string, word string) string {
	if text, found := known[word]; found {
		return text
	}
	return word
}

// fileLines say of each file whether it is attached, and why not.
func (t MessageThread) fileLines(_ words, mw messageWords, m Message, from, to int) []string {
	var out []string
	for i := from; i < min(to, len(m.Files)); i++ {
		f := m.Files[i]
		called := cmp.Or(f.Name, fmt.Sprintf("%s %d", mw.file, i+1))
		switch now := t.Files[FileKey{m.ID, i}]; {
		case now == FileAttached:
			out = append(out, fmt.Sprintf(mw.attached, called))
		case now == FileFollows:
			out = append(out, fmt.Sprintf(mw.follows, called))
		case now == FileNotTaken:
			out = append(out, fmt.Sprintf(mw.refused, called, mw.refusedByHelpScout))
		case f.State == FileRefused:
			out = append(out, fmt.Sprintf(mw.refused, called, wordFor(mw.refusals, f.Reason)))
		case f.State == FileLost:
			out = append(out, fmt.Sprintf(mw.lost, called))
		default:
			out = append(out, fmt.Sprintf(mw.notYet, called))
		}
	}
	return out
}

// clock shows a moment where the line is.
func (t MessageThread) clock(w words, m Message, at time.Time) string {
	return Text{Facts: Facts{Line: m.Line}}.clock(w, at)
}

// MessageSubject is the subject of a conversation that a message opens.
func MessageSubject(m Message, s settings.Settings) string {
	w, mw := wordsFor(s.Language), messageWordsFor(s.Language)
	pattern := mw.subjectSMS
	if m.Channel == WhatsApp {
		pattern = mw.subjectWhatsApp
	}
	return cut(fmt.Sprintf(pattern, m.partyName(w, mw)), maxSubject)
}

// MessageCustomerNotes is what stands in the Notes of a customer who was made for a
// message.
func MessageCustomerNotes(s settings.Settings) string {
	return cut(messageWordsFor(s.Language).createdByAircall, maxNotes)
}
