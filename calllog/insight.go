package calllog

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"callscout/aircall"
	"callscout/settings"
)

// InsightKind is one kind of what Aircall's AI says of a call.
type InsightKind string

// The kinds, in the order in which a note has them.
const (
	Summary       = InsightKind(aircall.InsightSummary)
	CustomSummary = InsightKind(aircall.InsightCustomSummary)
	Topics        = InsightKind(aircall.InsightTopics)
	Sentiment     = InsightKind(aircall.InsightSentiment)
	ActionItem    = InsightKind(aircall.InsightActionItem)
	Evaluation    = InsightKind(aircall.InsightEvaluation)
	Playbook      = InsightKind(aircall.InsightPlaybook)
	Transcript    = InsightKind(aircall.InsightTranscription)
)

var insightOrder = []InsightKind{Summary, CustomSummary, Topics, Sentiment, ActionItem, Evaluation, Playbook}

// expectedInsights are those that Aircall makes for every eligible call; custom
// summaries, evaluations and playbooks are there for companies that set them up
// (https://support.aircall.io, "AI call summaries").
var expectedInsights = []InsightKind{Summary, Topics, Sentiment, ActionItem}

// Insight is one thing that Aircall's AI says of a call. A transcript is named
// only: it is read where it is written.
type Insight struct {
	Kind InsightKind `json:"kind"`
	ID   string      `json:"id,omitempty"`
	// Voicemail says that it is about the voicemail and not about the call.
	Voicemail bool `json:"voicemail,omitempty"`
	// Name is that of a custom summary, a scorecard or a playbook.
	Name  string        `json:"name,omitempty"`
	Items []InsightItem `json:"items,omitempty"`
	// Missing says that Aircall was asked for what the event left out, and has it
	// not or does not give it.
	Missing bool `json:"missing,omitempty"`
}

// InsightItem is one line of an insight; what it is about stands in Name, and whom
// in UserID or Number.
type InsightItem struct {
	Name   string `json:"name,omitempty"`
	Text   string `json:"text,omitempty"`
	UserID int64  `json:"user_id,omitempty"`
	Number string `json:"number,omitempty"`
}

// mostInsight is how much of one insight is kept, in characters: a history has
// limits, and a note readers.
const mostInsight = 20_000

// FromInsight reduces a webhook of Aircall's conversation intelligence. Its error
// says what could not be understood, without personal data.
func FromInsight(event aircall.Event) (Event, error) {
	insight, err := event.Insight()
	if err != nil {
		return Event{}, err
	}
	if event.Timestamp.IsZero() {
		return Event{}, fmt.Errorf("%s has no timestamp", event.Name)
	}
	return insightEvent(event.Name, event.Timestamp, insight)
}

// InsightFromREST makes an event of an insight that was fetched at the given time,
// because its own event left out what it says.
func InsightFromREST(insight aircall.Insight, at time.Time) (Event, error) {
	event, err := insightEvent(Fetched, at, insight)
	if err != nil {
		return Event{}, err
	}
	for i := range event.Insights {
		// What is empty now is not asked for again.
		event.Insights[i].Missing = event.Insights[i].blank()
	}
	return event, event.digest()
}

// NoInsight is the event that Aircall has nothing of that kind to give.
func NoInsight(call int64, kind InsightKind, at time.Time) Event {
	return Event{
		ID: "no " + string(kind), Name: Fetched, At: at.UTC(), Call: Snapshot{ID: call},
		Insights: []Insight{{Kind: kind, Missing: true}},
	}
}

// NoTranscript is the event that Aircall has no transcript for that part. It comes
// after all that was known when it was asked for, whatever our clock and Aircall's
// say; a later event of Aircall's asks again.
func NoTranscript(f Facts, part Part, at time.Time) Event {
	if after := f.LastWordAt.Add(time.Millisecond); at.Before(after) {
		at = after
	}
	return Event{
		ID: fmt.Sprintf("no %s %d", part, at.UnixNano()), Name: Fetched, At: at.UTC(), Call: Snapshot{ID: f.CallID},
		Insights: []Insight{{Kind: Transcript, Voicemail: part == TranscriptPart(true), Missing: true}},
	}
}

// OfAI says that the part is of Aircall's AI or of a voice agent: what can wait while
// Help Scout's requests are short.
func OfAI(part Part) bool {
	name := string(part)
	return TellsInsights(part) || strings.HasPrefix(name, string(TranscriptPart(false))) || strings.HasPrefix(name, string(PartVoiceAgent))
}

// TellsInsights says that the part is a note of insights.
func TellsInsights(part Part) bool {
	return part == PartInsights || strings.HasPrefix(string(part), insightPrefix)
}

func insightEvent(name string, at time.Time, insight aircall.Insight) (Event, error) {
	event := Event{Name: name, At: at.UTC(), Call: Snapshot{ID: insight.CallID}, Insights: reduced(insight)}
	if insight.NumberID != 0 {
		event.Call.Line = &Line{ID: insight.NumberID}
	}
	return event, event.digest()
}

// reduced keeps action items apart: each has an event of its own, and a fetched
// list has all of them.
func reduced(insight aircall.Insight) []Insight {
	whole := Insight{Kind: InsightKind(insight.Kind), ID: insight.ID, Voicemail: insight.OfVoicemail, Name: strings.TrimSpace(insight.Name)}
	if whole.Kind == Transcript {
		return []Insight{whole}
	}
	left := mostInsight
	for _, item := range insight.Items {
		text := []rune(strings.TrimSpace(item.Text))
		if len(text) > left {
			text = append(text[:left], '…')
		}
		if left -= len(text); left < 0 {
			break
		}
		if len(text) > 0 || strings.TrimSpace(item.Name) != "" {
			whole.Items = append(whole.Items, InsightItem{
				Name: strings.TrimSpace(item.Name), Text: string(text), UserID: item.UserID, Number: item.PhoneNumber,
			})
		}
	}
	if whole.Kind != ActionItem {
		return []Insight{whole}
	}
	var apart []Insight
	for _, item := range whole.Items {
		one := whole
		one.Items = []InsightItem{item}
		apart = append(apart, one)
	}
	if apart == nil {
		return []Insight{whole}
	}
	return apart
}

// Part is what tells the insight. It goes by what is said: the same said twice is
// told once, and what Aircall or a person corrects is told again.
func (i Insight) Part() Part {
	if i.Kind == Transcript {
		return TranscriptPart(i.Voicemail)
	}
	said := []string{strconv.FormatBool(i.Voicemail), i.Name}
	for _, item := range i.Items {
		said = append(said, item.Name, item.Text, strconv.FormatInt(item.UserID, 10), item.Number)
	}
	return Part(fmt.Sprintf("%s%s/%s", insightPrefix, i.Kind, digest(said...)))
}

// replaces says that the other one is an older version of it. An action item has
// no versions: whether its event comes once per item or once per call is not known.
func (i Insight) replaces(older Insight) bool {
	if i.Kind != older.Kind || i.Kind == ActionItem && !i.blank() && !older.blank() {
		return false
	}
	switch {
	case older.blank():
		// What was asked for by kind answers every event that left it out.
		return !i.blank() || i.ID == older.ID
	case i.blank(), i.Voicemail != older.Voicemail:
		return false
	case i.ID != "" && older.ID != "":
		return i.ID == older.ID
	default:
		return i.Name == older.Name
	}
}

// blank says that the event left out what Aircall's AI says.
func (i Insight) blank() bool { return i.Kind != Transcript && len(i.Items) == 0 && !i.Missing }

func (f *Facts) addInsights(insights []Insight) {
	for _, insight := range insights {
		f.Insights = addInsight(f.Insights, insight)
	}
}

func addInsight(known []Insight, insight Insight) []Insight {
	if insight.blank() && slices.ContainsFunc(known, func(k Insight) bool {
		return k.Kind == insight.Kind && (k.Missing || k.ID == insight.ID && !k.blank())
	}) {
		return known
	}
	out := slices.DeleteFunc(slices.Clone(known), func(k Insight) bool {
		return insight.replaces(k) || k.Part() == insight.Part() && k.Missing == insight.Missing
	})
	return append(out, insight)
}

// sortInsights brings them into the order of a note, those of one kind as they
// came.
func sortInsights(insights []Insight) {
	slices.SortStableFunc(insights, func(a, b Insight) int {
		return cmp.Or(cmp.Compare(slices.Index(insightOrder, a.Kind), slices.Index(insightOrder, b.Kind)), boolean(a.Voicemail)-boolean(b.Voicemail))
	})
}

func boolean(b bool) int {
	if b {
		return 1
	}
	return 0
}

// TellableInsights are the insights that a note can have, in its order.
func TellableInsights(f Facts, s settings.Settings) []Insight {
	if !s.AI.Insights {
		return nil
	}
	var tellable []Insight
	for _, insight := range f.Insights {
		if insight.Kind != Transcript && len(insight.Items) > 0 {
			tellable = append(tellable, insight)
		}
	}
	return tellable
}

// WantsInsight says that an event of Aircall's AI is worth a run of its own.
func WantsInsight(event Event, s settings.Settings) bool {
	return slices.ContainsFunc(event.Insights, func(i Insight) bool {
		if i.Kind == Transcript {
			return s.AI.Transcript
		}
		return s.AI.Insights
	})
}
