package simulator

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"
)

// Values of Insight.Kind.
const (
	InsightTranscription = "transcription"
	InsightSummary       = "summary"
	InsightTopics        = "topics"
	InsightSentiment     = "sentiment"
	InsightActionItem    = "action_item"
	InsightCustomSummary = "custom_summary"
	InsightEvaluation    = "call_evaluation"
	InsightPlaybook      = "playbook_result"
	// InsightCSAT is in REST only: it has no event.
	InsightCSAT = "predicted_csat"
)

// insightEvents are the events by which results become known.
var insightEvents = map[string]string{
	InsightTranscription: "transcription.created", InsightSummary: "summary.created", InsightTopics: "topics.created",
	InsightSentiment: "sentiment.created", InsightActionItem: "action_item.created",
	InsightCustomSummary: "custom_summary.result_created", InsightEvaluation: "call_evaluation.created",
	InsightPlaybook: "playbook_result.created", InsightCSAT: "",
}

// InsightKinds lists the values of Insight.Kind that have an event.
func InsightKinds() []string {
	return []string{
		InsightTranscription, InsightSummary, InsightTopics, InsightSentiment, InsightActionItem,
		InsightCustomSummary, InsightEvaluation, InsightPlaybook,
	}
}

// Insight is one result of conversation intelligence. Which fields count depends on
// its kind.
type Insight struct {
	Kind string `json:"kind"`
	// ID is chosen if it is 0.
	ID     int64 `json:"id,omitempty"`
	CallID int64 `json:"call_id"`
	// Voicemail makes it one of the voicemail and not of the talk.
	Voicemail bool `json:"voicemail,omitempty"`
	// Name is that of the custom summary, the scorecard or the playbook.
	Name     string `json:"name,omitempty"`
	Language string `json:"language,omitempty"`
	// Texts are one text for a summary or an action item, and any number of topics.
	Texts []string `json:"texts,omitempty"`
	// Entries are the sections of a custom summary or the topics of a playbook.
	Entries []InsightEntry `json:"entries,omitempty"`
	// Score is that of an evaluation, of a playbook, or of the predicted CSAT.
	Score float64 `json:"score,omitempty"`
	// Participants carry the values of a sentiment.
	Participants []InsightParticipant `json:"participants,omitempty"`
	Utterances   []Utterance          `json:"utterances,omitempty"`
	CreatedAt    time.Time            `json:"created_at,omitzero"`

	// Content replaces the whole content, in the event and in REST: shapes that no
	// source shows.
	Content json.RawMessage `json:"content,omitempty"`
	// Event replaces the name of the event, for example by one that ends in
	// "updated".
	Event string `json:"event,omitempty"`
	// IDsAsText writes id and call_id as text in the event.
	IDsAsText bool `json:"ids_as_text,omitempty"`
	// WithoutContent leaves what it says out of the event: it must be fetched. An
	// event of a transcription has content only if UtterancesInline is set.
	WithoutContent   bool `json:"without_content,omitempty"`
	UtterancesInline bool `json:"utterances_inline,omitempty"`
	// Unstored sends the event only: REST answers as if there were nothing.
	Unstored bool `json:"unstored,omitempty"`
}

// InsightEntry is something said under a name.
type InsightEntry struct {
	Name string `json:"name"`
	Text string `json:"text"`
}

// InsightParticipant is one party, with what it felt.
type InsightParticipant struct {
	// Type is internal, external or ai_voice_agent.
	Type         string `json:"type"`
	UserID       int64  `json:"user_id,omitempty"`
	PhoneNumber  string `json:"phone_number,omitempty"`
	VoiceAgentID string `json:"ai_voice_agent_id,omitempty"`
	// Value is POSITIVE, NEUTRAL or NEGATIVE.
	Value string `json:"value,omitempty"`
}

// Utterance is what one party said. Start and End are in seconds.
type Utterance struct {
	InsightParticipant
	Start float64 `json:"start"`
	End   float64 `json:"end"`
	Text  string  `json:"text"`
}

func (i Insight) clone() Insight {
	i.Texts, i.Entries = slices.Clone(i.Texts), slices.Clone(i.Entries)
	i.Participants, i.Utterances = slices.Clone(i.Participants), slices.Clone(i.Utterances)
	i.Content = slices.Clone(i.Content)
	return i
}

// errNoIntelligence is why a company without the add-on has no results.
var errNoIntelligence = errors.New("conversation intelligence is not part of this company's plan")

// AddInsight stores a result without telling anybody. A later one of the same kind
// takes its place, save for action items, which a call has many of. It fails if the
// kind is unknown, or the plan has no conversation intelligence.
func (a *Aircall) AddInsight(i Insight) (Insight, error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.storeInsight(i)
}

// Tell stores a result and sends its event to every webhook that wants it. It returns
// after the first attempt. The call need not be known: a result may come for a call
// that nobody heard of.
func (a *Aircall) Tell(ctx context.Context, i Insight) error {
	a.mu.Lock()
	stored, err := a.storeInsight(i)
	if err != nil {
		a.mu.Unlock()
		return err
	}
	event, now := stored.event(), a.clock()
	data, err := json.Marshal(a.insightEvent(stored))
	a.mu.Unlock()
	if err != nil {
		return fmt.Errorf("%s: %w", stored.Kind, err)
	}
	if event == "" {
		return nil
	}
	return wait(ctx, a.send(event, stored.CallID, data, now))
}

// Insights returns what is stored for a call, oldest first.
func (a *Aircall) Insights(callID int64) []Insight {
	a.mu.Lock()
	defer a.mu.Unlock()
	var all []Insight
	for _, stored := range a.insights[callID] {
		all = append(all, stored.clone())
	}
	return all
}

// allInsights lists by call what is stored.
func (a *Aircall) allInsights() []Insight {
	a.mu.Lock()
	defer a.mu.Unlock()
	all := []Insight{}
	for _, id := range sortedKeys(a.insights) {
		for _, stored := range a.insights[id] {
			all = append(all, stored.clone())
		}
	}
	return all
}

// SwitchIntelligence puts the company on a plan with conversation intelligence, or on
// one without: then REST answers 403, and nothing comes by itself.
func (a *Aircall) SwitchIntelligence(on bool) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.options.NoIntelligence = !on
}

// storeInsight needs the company locked.
func (a *Aircall) storeInsight(i Insight) (Insight, error) {
	if _, known := insightEvents[i.Kind]; !known {
		return Insight{}, fmt.Errorf("insight kind %q: use one of %v or %s", i.Kind, InsightKinds(), InsightCSAT)
	}
	if i.CallID < 1 {
		return Insight{}, errors.New("an insight needs a call")
	}
	if i.Content != nil && !json.Valid(i.Content) {
		return Insight{}, errors.New("the content is not JSON")
	}
	if a.options.NoIntelligence {
		return Insight{}, errNoIntelligence
	}
	i = i.clone()
	i.ID = a.claim("insight", i.ID)
	i.CreatedAt = a.since(i.CreatedAt)
	if i.Unstored {
		return i, nil
	}
	list := a.insights[i.CallID]
	if i.Kind != InsightActionItem {
		list = slices.DeleteFunc(list, func(old Insight) bool { return old.Kind == i.Kind })
	}
	list = slices.DeleteFunc(list, func(old Insight) bool { return old.ID == i.ID && old.Kind == i.Kind })
	a.insights[i.CallID] = append(list, i)
	return i.clone(), nil
}

func (i Insight) event() string { return cmp.Or(i.Event, insightEvents[i.Kind]) }

// sampleInsight is a result as it might come of the call.
func (a *Aircall) sampleInsight(kind string, call *Call) Insight {
	agent := InsightParticipant{Type: "internal", UserID: call.UserID}
	if len(call.VoiceAgents) > 0 && call.UserID == 0 {
		agent = InsightParticipant{Type: "ai_voice_agent", VoiceAgentID: call.VoiceAgents[0].AgentID}
	}
	caller := InsightParticipant{Type: "external", PhoneNumber: call.RawDigits}
	i := Insight{Kind: kind, CallID: call.ID, Voicemail: call.Voicemail, Language: "en"}
	switch kind {
	case InsightTranscription:
		i.Utterances = []Utterance{
			{caller, 0.4, 4.2, "Hello, I ordered a phone last week and it has not arrived."},
			{agent, 4.9, 9.1, "I am sorry. Let me see where the parcel is."},
			{caller, 9.8, 13, "The order number is 4711."},
		}
		if call.Voicemail {
			i.Utterances = i.Utterances[:1]
		}
	case InsightSummary:
		i.Texts = []string{"The caller asks where order 4711 is. The parcel is late and will be traced."}
	case InsightTopics:
		i.Texts = []string{"Late delivery", "Order status"}
	case InsightSentiment:
		caller.Value, agent.Value = "NEGATIVE", "NEUTRAL"
		i.Participants = []InsightParticipant{caller, agent}
	case InsightActionItem:
		i.Texts = []string{"Trace the parcel of order 4711."}
	case InsightCustomSummary:
		i.Name = "Service call"
		i.Entries = []InsightEntry{{"Reason for the call", "Order 4711 has not arrived."}, {"Agreed", "The parcel is traced."}}
	case InsightEvaluation:
		i.Name, i.Score = "Service", 85
	case InsightPlaybook:
		i.Name, i.Score = "First contact", 75
		i.Entries = []InsightEntry{{"Greeting", "covered"}, {"Next step", "covered"}}
	case InsightCSAT:
		i.Score = 75
	}
	return i
}
