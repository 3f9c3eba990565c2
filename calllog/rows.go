package calllog

import (
	"fmt"
	"strings"

	"callscout/phone"
)

// firstRows is what is known when somebody has just answered.
func (t Text) firstRows(w words) []row {
	f := t.Facts
	rows := t.who(w)
	rows = appendRow(rows, w.team, strings.Join(f.Teams, ", "))
	rows = appendRow(rows, w.menu, strings.Join(f.IVR, " / "))
	rows = appendRow(rows, w.started, t.clock(w, f.StartedAt))
	rows = appendRow(rows, w.answered, t.clock(w, f.AnsweredAt))
	rows = appendRow(rows, w.waited, seconds(f.Waiting()))
	return append(rows, t.related(w)...)
}

// related leads to the calls that this one belongs together with, and to itself.
func (t Text) related(w words) []row {
	var rows []row
	if id := t.Facts.CallbackOf; id != 0 {
		rows = append(rows, row{w.callback, fmt.Sprintf(w.callbackOf, id), t.callURL(id)})
	}
	if t.LegOf != 0 {
		rows = append(rows, row{w.secondLeg, fmt.Sprintf(w.legOf, t.LegOf), t.callURL(t.LegOf)})
	}
	return append(rows, row{w.inAircall, w.open, t.callURL(t.Facts.CallID)})
}

// begins says where the log was begun, and why it goes on here.
func (t Text) begins(w words) string {
	number := t.Begins.Number
	if number == 0 {
		number = t.Begins.ID
	}
	pattern := w.begunIn
	if said, known := w.because[t.Begins.Because]; known {
		pattern = said
	}
	return fmt.Sprintf(pattern, number)
}

// secondRows is what is known at the end. What the first log said already is
// only repeated where there is no first log.
func (t Text) secondRows(w words) []row {
	f := t.Facts
	var rows []row
	if t.Begins != nil {
		rows = append(rows, row{w.continues, t.begins(w), t.BeginsURL})
	}
	if t.Alone {
		rows = append(rows, t.who(w)...)
		if !f.Answered() {
			// Who took a call stands in the heading; who dialled in vain does not.
			rows = appendRow(rows, w.agent, name(f.Agent))
		}
		rows = appendRow(rows, w.menu, strings.Join(f.IVR, " / "))
		rows = appendRow(rows, w.started, t.clock(w, f.StartedAt))
		rows = appendRow(rows, w.answered, t.clock(w, f.AnsweredAt))
		rows = appendRow(rows, w.waited, seconds(f.Waiting()))
	} else {
		rows = appendRow(rows, w.agent, name(f.Agent))
	}
	rows = appendRow(rows, aiWordsFor(t.Settings.Language).voiceAgent, f.voiceAgents())
	if f.Answered() {
		rows = appendRow(rows, w.team, strings.Join(f.Teams, ", "))
	}
	rows = appendRow(rows, w.ended, t.clock(w, f.EndedAt))
	if f.Answered() {
		rows = appendRow(rows, w.talked, seconds(f.Talk()))
	} else {
		rows = appendRow(rows, w.rang, names(f.Rang))
	}
	if f.Missed() {
		rows = appendRow(rows, w.reason, missedReason(w, f.MissedReason))
	}
	rows = appendRow(rows, w.conference, t.conference())
	rows = appendRow(rows, w.transfer, t.transfers(w))
	rows = appendRow(rows, w.tags, strings.Join(f.Tags, ", "))
	if t.Settings.Calls.RecordingLinks {
		if !f.Recording.None() {
			rows = append(rows, mediaRow(w, w.recording, f.Recording))
		}
		if !f.Voicemail.None() {
			rows = append(rows, mediaRow(w, w.voicemail, f.Voicemail))
		}
	}
	if !t.Alone {
		return append(rows, row{w.inAircall, w.open, t.callURL(f.CallID)})
	}
	return append(rows, t.related(w)...)
}

func (t Text) who(w words) []row {
	f := t.Facts
	label := w.caller
	if f.Direction == Outbound {
		label = w.called
	}
	party := partyText(f, w)
	if f.Anonymous {
		party = w.withheld
	}
	if name := f.Party(); name != "" {
		party = name + ", " + party
	}
	rows := appendRow(nil, label, party)
	line := f.Line.Name
	if f.Line.Digits != "" {
		line = strings.TrimSpace(line + " (" + t.spaced(f.Line.Digits) + ")")
	}
	return appendRow(rows, w.line, line)
}

// spaced writes a number as people read it, with its country code; what is no
// number stays as it is.
func (t Text) spaced(number string) string {
	parsed, err := phone.Parse(number, t.Facts.Line.Country)
	if err != nil {
		return number
	}
	return parsed.International()
}

func (t Text) conference() string {
	var out []string
	for _, who := range t.Facts.Conference {
		out = append(out, t.spaced(who))
	}
	return strings.Join(out, ", ")
}

// transfers is the chain of those who handed the call on.
func (t Text) transfers(w words) string {
	var chain []string
	for _, transfer := range t.Facts.Transfers {
		to := t.spaced(transfer.Outside)
		if to == "" {
			to = name(transfer.To)
		}
		if to == "" {
			continue
		}
		text := fmt.Sprintf(w.transferredTo, to)
		if by := name(transfer.By); by != "" {
			text = fmt.Sprintf(w.transferredBy, by) + " " + text
		}
		if transfer.Failed {
			text += " (" + w.notTaken + ")"
		}
		chain = append(chain, text)
	}
	return strings.Join(chain, "; ")
}

// callURL is a call's page in Aircall's dashboard.
func (t Text) callURL(call int64) string {
	return fmt.Sprintf("%s/calls/%d", strings.TrimRight(t.DashboardURL, "/"), call)
}

func appendRow(rows []row, label, value string) []row {
	if value == "" {
		return rows
	}
	return append(rows, row{Label: label, Value: value})
}

func mediaRow(w words, label string, m Media) row {
	text := w.listen
	if m.Page == "" {
		text = w.listenSoon
	}
	return row{label, text, m.URL()}
}

func missedReason(w words, reason string) string {
	if text, known := w.reasons[reason]; known {
		return text
	}
	return reason
}

// name is how an agent is called: by name, else by e-mail address, or "".
func name(p *Person) string {
	switch {
	case p == nil:
		return ""
	case p.Name != "":
		return p.Name
	default:
		return p.Email
	}
}

func names(people []Person) string {
	var out []string
	for _, p := range people {
		if called := name(&p); called != "" {
			out = append(out, called)
		}
	}
	return strings.Join(out, ", ")
}
