package aircall

import "strings"

// bookkeeping are keys that say of a result when and by whom it was made. They are
// no content.
var bookkeeping = []string{
	"id", "call_id", "call_uuid", "number_id", "call_created_at", "created_at", "created_by",
	"updated_at", "updated_by", "ai_generated",
}

// whose are keys that say whose words or feelings an object tells of.
var whose = []string{"user_id", "phone_number", "participant_type", "ai_voice_agent_id"}

// insightContent finds what data says, wherever the kind has it. Aircall's reference
// gives "content" as text, list or object, and REST has other keys than webhooks.
func insightContent(kind InsightKind, data value) (name string, items []InsightItem) {
	switch kind {
	case InsightSummary:
		items = contentItems(data.firstField("content", "summary"))
	case InsightTopics:
		items = contentItems(data.firstField("content", "topics", "topic"))
	case InsightActionItem:
		items = contentItems(data.firstField("content", "action_items", "action_item"))
	case InsightSentiment:
		items = sentimentItems(data)
	case InsightCustomSummary:
		name = nameOf(data, "custom_summary", "template", "summary_template")
		items = contentItems(data.firstField("summary_template_results", "content", "results"))
	case InsightEvaluation:
		return evaluationItems(data)
	case InsightPlaybook:
		name = nameOf(data, "playbook")
		items = playbookItems(data)
	}
	return name, items
}

// nameOf is the name of the thing under the first key that has one; the thing may be
// an object or its name alone.
func nameOf(data value, keys ...string) string {
	for _, key := range keys {
		thing := data.field(key)
		if name := firstOf(thing.field("name").text, thing.field("title").text, thing.text); name != "" {
			return name
		}
	}
	return data.field("name").text
}

// contentItems makes items of content in any shape.
func contentItems(content value) []InsightItem { return appendItems(nil, InsightItem{}, content) }

// appendItems says v under the name and the person of about.
func appendItems(items []InsightItem, about InsightItem, v value) []InsightItem {
	switch {
	case v.items != nil:
		for _, entry := range v.items {
			items = appendItems(items, about, entry)
		}
	case v.fields != nil:
		items = appendObject(items, about, v)
	case v.text != "":
		about.Text = v.text
		items = append(items, about)
	}
	return items
}

// appendObject tells an object of two halves, a name and what is said of it, from one
// that nobody described, whose keys become names.
func appendObject(items []InsightItem, about InsightItem, v value) []InsightItem {
	v = v.without(bookkeeping...)
	if plain := v.without(whose...); plain.speaks() {
		about, v = about.withPerson(v), plain
	}
	name, text := v.halves()
	switch {
	case name != "" && text != "":
		about.Name = under(about.Name, v.field(name).text)
		items = appendItems(items, about, v.field(text))
		v = v.without(name, text)
	case name != "" && v.only(name), text != "" && v.only(text):
		return appendItems(items, about, v.fields[0].value)
	}
	for _, field := range v.fields {
		inner := about
		inner.Name = under(about.Name, field.name)
		items = appendItems(items, inner, field.value)
	}
	return items
}

// withPerson adds whose words the object tells of, if it says so.
func (i InsightItem) withPerson(v value) InsightItem {
	if id := wholeID(v.field("user_id").text); id != 0 {
		i.UserID = id
	}
	i.PhoneNumber = firstOf(v.field("phone_number").text, i.PhoneNumber)
	i.ParticipantType = SpeakerType(firstOf(v.field("participant_type").text, string(i.ParticipantType)))
	return i
}

// sentimentItems reads the value of each participant. Participants without one are
// only listed, and a sentiment without participants is that of the call.
func sentimentItems(data value) []InsightItem {
	var items []InsightItem
	for _, key := range []string{"participants", "content", "sentiments", "sentiment", "value"} {
		list := data.field(key)
		if inner := list.field("participants"); inner.items != nil {
			list = inner
		}
		if items = sentiments(list); len(items) > 0 {
			break
		}
	}
	for i := range items {
		if word := strings.ToUpper(items[i].Text); word == SentimentPositive || word == SentimentNeutral || word == SentimentNegative {
			items[i].Text = word
		}
	}
	return items
}

func sentiments(list value) []InsightItem {
	if list.items == nil {
		return contentItems(list)
	}
	var items []InsightItem
	for _, participant := range list.items {
		if participant.fields == nil {
			items = appendItems(items, InsightItem{}, participant)
			continue
		}
		feeling := participant.firstField("value", "sentiment")
		about := InsightItem{
			Name: participant.field("name").text, ParticipantType: SpeakerType(participant.field("type").text),
		}.withPerson(participant)
		items = appendItems(items, about, feeling)
	}
	return items
}

// playbookItems begin with the score of the whole.
func playbookItems(data value) []InsightItem {
	items := appendItems(nil, InsightItem{Name: AdherenceScore}, data.field(AdherenceScore))
	return append(items, contentItems(data.firstField("playbook_result_topics", "content", "topics"))...)
}

// evaluationItems has an item for each scorecard's score, and whatever else is said
// under the scorecard's name.
func evaluationItems(data value) (name string, items []InsightItem) {
	list := data.firstField("evaluations", "content", "evaluation")
	if list.empty() {
		list = data.with("scorecard", "score", "normalized_score")
	}
	entries := list.items
	if entries == nil {
		entries = []value{list}
	}
	for _, entry := range entries {
		score := entry.field("score")
		if !entry.has("scorecard") && !entry.has("normalized_score") && !score.has("normalized_score") {
			items = appendItems(items, InsightItem{}, entry)
			continue
		}
		about := InsightItem{Name: nameOf(entry, "scorecard")}
		points := score.field("normalized_score")
		if score.fields == nil {
			points = entry.firstField("score", "normalized_score")
		}
		items = appendItems(items, about, points)
		items = appendItems(items, about, score.without("normalized_score"))
		items = appendItems(items, about, entry.without("scorecard", "score", "normalized_score", "name"))
		if len(entries) == 1 {
			name = about.Name
		}
	}
	return name, items
}
