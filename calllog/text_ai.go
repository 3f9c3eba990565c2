package calllog

import (
	"fmt"
	"slices"
	"strings"

	"callscout/aircall"
)

// insightsSheet is a note of what Aircall's AI says: the parts that this thread
// tells, in the order of a note.
func (t Text) insightsSheet(w words, part Part) (sheet, error) {
	ai := aiWordsFor(t.Settings.Language)
	s := sheet{Heading: ai.insights}
	if part != PartInsights {
		s.Heading = ai.moreInsights
	}
	for _, kind := range insightOrder {
		var gathered []string
		for _, insight := range t.Facts.Insights {
			if insight.Kind != kind || !slices.Contains(t.Tells, insight.Part()) {
				continue
			}
			said := t.insightLines(w, ai, insight)
			if insight.Voicemail || kind != ActionItem {
				s.Notes = append(s.Notes, note{Heading: insightHeading(ai, insight), Lines: said})
				continue
			}
			gathered = append(gathered, said...)
		}
		if len(gathered) > 0 {
			s.Notes = append(s.Notes, note{Heading: ai.actionItems, Lines: gathered})
		}
	}
	if len(s.Notes) == 0 {
		return sheet{}, fmt.Errorf("no text for %q: nothing is known of it", part)
	}
	s.Rows = []row{{w.inAircall, w.open, t.callURL(t.Facts.CallID)}}
	return s, nil
}

func insightHeading(ai aiWords, insight Insight) string {
	heading := map[InsightKind]string{
		Summary: ai.summary, CustomSummary: ai.summary, Topics: ai.topics, Sentiment: ai.sentiment,
		ActionItem: ai.actionItems, Evaluation: ai.evaluation, Playbook: ai.playbook,
	}[insight.Kind]
	if insight.Name != "" {
		heading += " «" + insight.Name + "»"
	}
	if insight.Voicemail {
		heading += " (" + ai.ofVoicemail + ")"
	}
	return heading
}

func (t Text) insightLines(w words, ai aiWords, insight Insight) []string {
	var out []string
	switch insight.Kind {
	case Topics:
		for _, item := range insight.Items {
			out = append(out, itemText(w, item.Name, t.blank(item.Text)))
		}
		return []string{strings.Join(out, ", ")}
	case Sentiment:
		for _, item := range insight.Items {
			out = append(out, itemText(w, t.speaker(w, ai, item), feeling(ai, item.Text)))
		}
		return out
	case ActionItem:
		for _, item := range insight.Items {
			said := lines(itemText(w, item.Name, t.blank(item.Text)))
			said[0] = "• " + said[0]
			out = append(out, said...)
		}
		return out
	default:
		for _, item := range insight.Items {
			out = append(out, lines(itemText(w, sectionName(ai, insight, item), t.blank(item.Text)))...)
		}
		return out
	}
}

// sectionName leaves out what the heading says already, and says in words what
// Aircall has a key for.
func sectionName(ai aiWords, insight Insight, item InsightItem) string {
	switch item.Name {
	case insight.Name:
		return ""
	case aircall.AdherenceScore:
		return ai.adherence
	default:
		return item.Name
	}
}

func itemText(w words, name, text string) string {
	switch {
	case name == "":
		return text
	case text == "":
		return name
	default:
		return name + w.colon + text
	}
}

func feeling(ai aiWords, value string) string {
	switch strings.ToUpper(value) {
	case "POSITIVE":
		return ai.positive
	case "NEUTRAL":
		return ai.neutral
	case "NEGATIVE":
		return ai.negative
	default:
		return value
	}
}

// speaker is who took part in the call: an agent by name, the other party by name
// or number.
func (t Text) speaker(w words, ai aiWords, item InsightItem) string {
	switch {
	case item.Name != "":
		return item.Name
	case item.UserID != 0:
		if known := name(t.Facts.colleague(item.UserID)); known != "" {
			return known
		}
		return w.agent
	case t.Facts.Party() != "":
		return t.Facts.Party()
	case item.Number != "":
		return t.spaced(item.Number)
	default:
		return ai.customer
	}
}

// colleague is the Aircall user with that id, if the call has had to do with one.
func (f Facts) colleague(id int64) *Person {
	people := slices.Clone(f.Rang)
	if f.Agent != nil {
		people = append(people, *f.Agent)
	}
	for _, transfer := range f.Transfers {
		for _, p := range []*Person{transfer.By, transfer.To} {
			if p != nil {
				people = append(people, *p)
			}
		}
	}
	for _, comment := range f.Comments {
		if comment.By != nil {
			people = append(people, *comment.By)
		}
	}
	for _, p := range people {
		if p.ID == id {
			return &p
		}
	}
	return nil
}

// blank makes card and account numbers unreadable, unless the company wants them.
func (t Text) blank(text string) string {
	if !t.Settings.AI.BlankNumbers {
		return text
	}
	return BlankNumbers(text)
}

// theVoiceAgent names who talked for the company.
func (f Facts) theVoiceAgent(ai aiWords) string {
	if names := f.voiceAgents(); names != "" {
		return fmt.Sprintf(ai.theVoiceAgent, names)
	}
	return ai.aVoiceAgent
}

// answeredBy is who answered, a voice agent before a colleague; "" where that is
// not known.
func (t Text) answeredBy() string {
	agent := name(t.Facts.Agent)
	if len(t.Facts.Sessions) == 0 {
		return agent
	}
	ai := aiWordsFor(t.Settings.Language)
	voice := t.Facts.theVoiceAgent(ai)
	if agent == "" || t.Facts.leftByVoiceAgent() {
		return voice
	}
	return fmt.Sprintf(ai.thenAgent, voice, agent)
}

// handedOn adds to the heading of a call that nobody took who was to.
func (t Text) handedOn(heading string) string {
	if !t.Facts.Escalated() {
		return heading
	}
	ai := aiWordsFor(t.Settings.Language)
	return fmt.Sprintf(ai.handedOnBy, heading, t.Facts.theVoiceAgent(ai))
}

// sessionsSheet is the note of what a voice agent learnt.
func (t Text) sessionsSheet(w words) (sheet, error) {
	ai := aiWordsFor(t.Settings.Language)
	s := sheet{Heading: fmt.Sprintf(ai.voiceAgentLearnt, t.Facts.theVoiceAgent(ai))}
	if len(t.Facts.Sessions) == 0 {
		return sheet{}, fmt.Errorf("no text for %q: no voice agent is known", PartVoiceAgent)
	}
	for _, session := range t.Facts.Sessions {
		rows := []row{}
		if len(t.Facts.Sessions) > 1 {
			rows = appendRow(rows, ai.voiceAgent, session.Agent)
		}
		rows = appendRow(rows, w.started, t.clock(w, session.StartedAt))
		rows = appendRow(rows, w.ended, t.clock(w, session.EndedAt))
		rows = appendRow(rows, ai.sessionEnded, endReason(ai, session))
		rows = appendRow(rows, ai.escalation, t.blank(session.EscalationReason))
		rows = appendRow(rows, ai.escalatedTo, session.EscalationTarget)
		s.Rows = append(s.Rows, rows...)
		if len(session.Intake) == 0 {
			continue
		}
		asked := note{Heading: ai.intake}
		if len(t.Facts.Sessions) > 1 && session.Agent != "" {
			asked.Heading += " (" + session.Agent + ")"
		}
		for _, answer := range session.Intake {
			asked.Lines = append(asked.Lines, lines(answered(w, answer.Question, t.blank(answer.Answer)))...)
		}
		s.Notes = append(s.Notes, asked)
	}
	s.Rows = append(s.Rows, row{w.inAircall, w.open, t.callURL(t.Facts.CallID)})
	if link := t.Settings.VoiceAgent.KnowledgeBaseURL; link != "" {
		s.Footer = &row{ai.helpBase, link, link}
	}
	return s, nil
}

// answered sets a question before its answer; a question mark needs no colon.
func answered(w words, question, answer string) string {
	question = strings.TrimSuffix(question, ":")
	if strings.HasSuffix(question, "?") && answer != "" {
		return question + " " + answer
	}
	return itemText(w, question, answer)
}

func endReason(ai aiWords, session Session) string {
	reason := session.EndReason
	if reason == "" && session.Escalated {
		reason = string(aircall.VoiceAgentEscalated)
	}
	if text, known := ai.endReasons[reason]; known {
		return text
	}
	return strings.ReplaceAll(reason, "_", " ")
}
