package calllog

import (
	"bytes"
	"fmt"
	"strings"
	"time"

	"callscout/aircall"
)

// Limits of a transcript in Help Scout.
const (
	// shortTranscript is how many characters of a transcript stand in the thread
	// itself; a longer one goes into a file, and its beginning into the thread.
	shortTranscript = 4000
	firstLines      = 20
	// mostTranscript is below the 10 MB that Help Scout's first API allowed a file;
	// the present one names no limit.
	mostTranscript = 9 << 20
)

// Attachment is what is attached to a thread.
type Attachment struct {
	Name string
	Type string
	Data []byte
}

// Transcript is the thread of a transcript, and the file with all of it where it
// is long; without files, the thread says where all of it is.
func (t Text) Transcript(said aircall.Transcription, part Part, files bool) (text string, file *Attachment, err error) {
	w, ai := wordsFor(t.Settings.Language), aiWordsFor(t.Settings.Language)
	spoken, length := make([]string, 0, len(said.Utterances)), 0
	for _, u := range said.Utterances {
		line := t.utterance(w, ai, u)
		spoken, length = append(spoken, line), length+len([]rune(line))
	}
	s := sheet{Heading: ai.transcript, Colon: w.colon, Reference: Reference(t.Facts.CallID, part)}
	if said.OfVoicemail {
		s.Heading = ai.transcriptOfVoicemail
	}
	s.Rows = appendRow(s.Rows, ai.language, said.Language)
	s.Rows = append(s.Rows, row{w.inAircall, w.open, t.callURL(t.Facts.CallID)})
	shown := note{Lines: spoken}
	if length > shortTranscript {
		shown.Lines = beginning(spoken)
		whole := row{Label: ai.transcript, Value: ai.notAttached}
		if files {
			whole.Value, file = ai.attached, t.transcriptFile(w, ai, said, spoken)
		}
		s.Rows = append(s.Rows, whole)
	}
	if t.Settings.AI.BlankNumbers && strings.Contains(strings.Join(spoken, "\n"), blankSign) {
		s.Rows = append(s.Rows, row{Label: ai.transcript, Value: ai.blanked})
	}
	s.Notes = []note{shown}
	text, err = t.render(s, part)
	return text, file, err
}

// beginning is what a thread shows of a long transcript.
func beginning(spoken []string) []string {
	var shown []string
	length := 0
	for _, line := range spoken[:min(firstLines, len(spoken))] {
		if length += len([]rune(line)); length > shortTranscript {
			break
		}
		shown = append(shown, line)
	}
	return append(shown, "…")
}

// utterance is one line: when, who, what. A line break within it would look like
// another speaker's line.
func (t Text) utterance(w words, ai aiWords, u aircall.Utterance) string {
	who := ai.customer
	switch u.Participant {
	case aircall.SpeakerInternal:
		who = w.agent
		if known := name(t.Facts.colleague(u.UserID)); known != "" {
			who = known
		}
	case aircall.SpeakerVoiceAgent:
		who = ai.voiceAgent
		for _, session := range t.Facts.Sessions {
			if session.AgentID == u.VoiceAgentID && session.Agent != "" {
				who = session.Agent
			}
		}
	default:
		if party := t.Facts.Party(); party != "" {
			who = party
		} else if u.PhoneNumber != "" {
			who = t.spaced(u.PhoneNumber)
		}
	}
	return fmt.Sprintf("[%s] %s%s%s", position(u.Start), who, w.colon, t.blank(strings.Join(strings.Fields(u.Text), " ")))
}

// position is a moment of a call as players of recordings show it.
func position(at time.Duration) string {
	at = at.Truncate(time.Second)
	return fmt.Sprintf("%02d:%02d:%02d", int(at.Hours()), int(at.Minutes())%60, int(at.Seconds())%60)
}

func (t Text) transcriptFile(w words, ai aiWords, said aircall.Transcription, spoken []string) *Attachment {
	var out bytes.Buffer
	heading := ai.transcript
	if said.OfVoicemail {
		heading = ai.transcriptOfVoicemail
	}
	fmt.Fprintf(&out, "%s, Aircall call %d\n", heading, t.Facts.CallID)
	for _, r := range appendRow(appendRow(t.who(w), w.started, t.clock(w, t.Facts.StartedAt)), ai.language, said.Language) {
		fmt.Fprintf(&out, "%s%s%s\n", r.Label, w.colon, r.Value)
	}
	out.WriteByte('\n')
	for _, line := range spoken {
		if out.Len()+len(line) > mostTranscript {
			fmt.Fprintf(&out, "\n%s %s\n", ai.tooLong, t.callURL(t.Facts.CallID))
			break
		}
		out.WriteString(line)
		out.WriteByte('\n')
	}
	return &Attachment{Name: fmt.Sprintf("aircall-call-%d-transcript.txt", t.Facts.CallID), Type: "text/plain; charset=utf-8", Data: out.Bytes()}
}
