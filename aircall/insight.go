package aircall

import (
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"time"
)

// ErrNotInsight says that an event is not about a result of conversation
// intelligence.
var ErrNotInsight = errors.New("aircall: the event is not about conversation intelligence")

// InsightKind is a kind of result of conversation intelligence.
type InsightKind string

// The kinds of Aircall's reference. A transcription is one too: it has an event
// like the others, but what was said is read by Transcription only.
const (
	InsightSummary       InsightKind = "summary"
	InsightTopics        InsightKind = "topics"
	InsightSentiment     InsightKind = "sentiment"
	InsightActionItem    InsightKind = "action_item"
	InsightCustomSummary InsightKind = "custom_summary"
	InsightEvaluation    InsightKind = "call_evaluation"
	InsightPlaybook      InsightKind = "playbook_result"
	InsightTranscription InsightKind = "transcription"
)

// The values of a sentiment in Aircall's reference.
const (
	SentimentPositive = "POSITIVE"
	SentimentNeutral  = "NEUTRAL"
	SentimentNegative = "NEGATIVE"
)

// AdherenceScore is the name of the item that says how closely a call followed its
// playbook, before the items of the playbook's topics.
const AdherenceScore = "adherence_score"

// Insight is one result of conversation intelligence. It holds what people said:
// String and LogValue show none of it.
type Insight struct {
	Kind InsightKind
	// ID is the result's own; empty if not said, and for action items read by
	// REST, which are several.
	ID               string
	CallID, NumberID int64
	// OfVoicemail tells that it is about the voicemail and not about a talk.
	OfVoicemail bool
	// Name is that of the custom summary, the playbook, or the scorecard if there
	// is but one; empty for all else.
	Name string
	// Language is a code such as "en" or "en-GB"; mostly not said.
	Language string
	// Items is what it says, in the order of the wire; empty where an event comes
	// without content, and always for a transcription.
	Items                []InsightItem
	CreatedAt, UpdatedAt time.Time
	// AIGenerated is said of action items and evaluations only: people can write
	// them too.
	AIGenerated bool
}

// InsightItem is one thing that an Insight says.
type InsightItem struct {
	// Name is what Text is about: the section of a custom summary, the topic of a
	// playbook, a scorecard. Names of nested keys are joined with " / ". Empty
	// where the text stands for itself.
	Name string
	// Text is never empty. Numbers and truth values are as on the wire.
	Text string
	// UserID, PhoneNumber and ParticipantType say whose sentiment it is.
	UserID          int64
	PhoneNumber     string
	ParticipantType SpeakerType
}

// insightNames are the first words of the events, with spellings that were seen in
// REST only.
var insightNames = map[string]InsightKind{
	"summary": InsightSummary, "topics": InsightTopics, "topic": InsightTopics,
	"sentiment": InsightSentiment, "sentiments": InsightSentiment,
	"action_item": InsightActionItem, "action_items": InsightActionItem,
	"custom_summary": InsightCustomSummary, "call_evaluation": InsightEvaluation,
	"playbook_result": InsightPlaybook, "transcription": InsightTranscription,
}

func insightKind(event string) (InsightKind, bool) {
	first, did, _ := strings.Cut(event, ".")
	kind, ok := insightNames[first]
	return kind, ok && (strings.HasSuffix(did, "created") || strings.HasSuffix(did, "updated"))
}

// IsInsight tells whether Data is a result of conversation intelligence that was
// created or updated. What is said during a call, realtime_transcription, is none.
func (e Event) IsInsight() bool {
	_, ok := insightKind(e.Name)
	return ok
}

// Insight reads Data as a result of conversation intelligence. Only the call's id is
// required. It fails with ErrNotInsight if the event is about something else, and
// with a *FieldError if the data cannot be understood.
func (e Event) Insight() (Insight, error) {
	kind, ok := insightKind(e.Name)
	if !ok {
		return Insight{}, ErrNotInsight
	}
	o := toObject(e.Data)
	if o == nil {
		return Insight{}, &FieldError{Field: "data", Expected: "an object with a result of conversation intelligence"}
	}
	insight := readInsight(kind, o, ordered(e.Data))
	if insight.CallID == 0 {
		return Insight{}, &FieldError{Field: "data.call_id", Expected: positive}
	}
	return insight, nil
}

// readInsight reads the fields that webhooks and REST share. The values are those of
// o in the order of the wire.
func readInsight(kind InsightKind, o object, values value) Insight {
	insight := Insight{
		Kind:        kind,
		ID:          strings.TrimSpace(o.text("id")),
		CallID:      o.idOr("call_id", "call"),
		NumberID:    o.idOr("number_id", "number"),
		OfVoicemail: strings.EqualFold(strings.TrimSpace(o.text("type")), "voicemail"),
		Language:    firstOf(o.text("language"), toObject(o["content"]).text("language"), toObject(o["playbook"]).text("language")),
		CreatedAt:   o.time("created_at"),
		UpdatedAt:   o.time("updated_at"),
		AIGenerated: o.flag("ai_generated"),
	}
	insight.Name, insight.Items = insightContent(kind, values)
	return insight
}

// idOr reads an id of its own key, or that of the object it belongs to.
func (o object) idOr(key, owner string) int64 {
	if id := o.id(key); id != 0 {
		return id
	}
	return toObject(o[owner]).id("id")
}

// String names the insight without what it says.
func (i Insight) String() string {
	return fmt.Sprintf("%s of call %d (%d items)", i.Kind, i.CallID, len(i.Items))
}

// LogValue logs the insight without what it says.
func (i Insight) LogValue() slog.Value {
	return slog.GroupValue(
		slog.String("kind", string(i.Kind)),
		slog.Int64("call", i.CallID),
		slog.Int("items", len(i.Items)),
	)
}
