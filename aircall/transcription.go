package aircall

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"net/http"
	"strings"
	"time"
)

// maxTranscription bounds the answer with what was said in a call: three hours of
// talk are some megabytes.
const maxTranscription = 16 << 20

// SpeakerType says what kind of party speaks. Unknown values are kept.
type SpeakerType string

// The types of Aircall's reference.
const (
	// SpeakerInternal is a user of the company.
	SpeakerInternal SpeakerType = "internal"
	// SpeakerExternal is the other party.
	SpeakerExternal SpeakerType = "external"
	// SpeakerVoiceAgent is an AI voice agent.
	SpeakerVoiceAgent SpeakerType = "ai_voice_agent"
)

// Transcription is what was said in a call or on its voicemail. String and LogValue
// show none of it.
type Transcription struct {
	ID          string
	CallID      int64
	OfVoicemail bool
	// Language is a code such as "en" or "en-GB".
	Language string
	// Utterances are in the order of the wire; those without a text are left out.
	Utterances []Utterance
}

// Utterance is what one party said without a break.
type Utterance struct {
	// Start and End count from the beginning of the recording; End is never before
	// Start.
	Start, End  time.Duration
	Text        string
	Participant SpeakerType
	// UserID is set for internal speakers only, PhoneNumber for external ones only,
	// and VoiceAgentID for voice agents only.
	UserID       int64
	PhoneNumber  string
	VoiceAgentID string
}

// String names the transcription without what was said.
func (t Transcription) String() string {
	return fmt.Sprintf("transcription of call %d (%d utterances)", t.CallID, len(t.Utterances))
}

// LogValue logs the transcription without what was said.
func (t Transcription) LogValue() slog.Value {
	return slog.GroupValue(slog.Int64("call", t.CallID), slog.Int("utterances", len(t.Utterances)))
}

// Transcription reads what was said in a call; the answer may have 16 MiB. NotOnPlan
// and NotForCall tell why there is none. An id below one is refused with a
// *FieldError.
func (c *Client) Transcription(ctx context.Context, call int64) (Transcription, error) {
	if call < 1 {
		return Transcription{}, &FieldError{Field: "id", Expected: positive}
	}
	path := intelligencePath(call, "transcription")
	body, err := c.do(ctx, http.MethodGet, path, nil, nil, maxTranscription)
	if err != nil {
		return Transcription{}, err
	}
	answer, err := understood(http.MethodGet, path, body)
	if err != nil {
		return Transcription{}, err
	}
	read, wrong := readTranscription(answer)
	if wrong != nil {
		return Transcription{}, notUnderstood(http.MethodGet, path, wrong)
	}
	read.CallID = call
	return read, nil
}

// readTranscription takes the object with or without the key that the reference wraps
// it in, and the utterances inside of content or beside it.
func readTranscription(answer object) (Transcription, error) {
	o := answer
	if inner := toObject(answer["transcription"]); inner != nil {
		o = inner
	}
	content := toObject(o["content"])
	t := Transcription{
		ID:          strings.TrimSpace(o.text("id")),
		CallID:      o.idOr("call_id", "call"),
		OfVoicemail: strings.EqualFold(strings.TrimSpace(o.text("type")), "voicemail"),
		Language:    firstOf(content.text("language"), o.text("language")),
	}
	for _, raw := range []json.RawMessage{content["utterances"], o["utterances"], o["content"]} {
		var entries []json.RawMessage
		if err := json.Unmarshal(raw, &entries); err != nil || entries == nil {
			continue
		}
		t.Utterances = make([]Utterance, 0, len(entries))
		for _, entry := range entries {
			if u := readUtterance(toObject(entry)); u.Text != "" {
				t.Utterances = append(t.Utterances, u)
			}
		}
		return t, nil
	}
	return Transcription{}, &FieldError{Field: "transcription.content.utterances", Expected: "an array"}
}

func readUtterance(o object) Utterance {
	u := Utterance{
		Start:        o.seconds("start_time"),
		End:          o.seconds("end_time"),
		Text:         strings.TrimSpace(o.text("text")),
		Participant:  SpeakerType(o.text("participant_type")),
		UserID:       o.id("user_id"),
		PhoneNumber:  o.text("phone_number"),
		VoiceAgentID: o.text("ai_voice_agent_id"),
	}
	u.End = max(u.End, u.Start)
	return u
}
