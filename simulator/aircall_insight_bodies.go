package simulator

import "net/http"

// insightEvent is the data of a webhook: the keys of Aircall's reference.
func (a *Aircall) insightEvent(i Insight) map[string]any {
	data := map[string]any{
		"id": i.ID, "call_id": i.CallID, "type": i.kindOfAudio(), "created_at": i.CreatedAt.Unix(),
	}
	if i.IDsAsText {
		data["id"], data["call_id"] = decimal(i.ID), decimal(i.CallID)
	}
	if call := a.calls[i.CallID]; call != nil {
		data["call_uuid"], data["number_id"], data["call_created_at"] = call.UUID, call.NumberID, call.StartedAt.Unix()
	}
	if i.WithoutContent || i.Kind == InsightTranscription && !i.UtterancesInline {
		return data
	}
	for key, value := range i.said() {
		data[key] = value
	}
	return data
}

func (i Insight) kindOfAudio() string {
	if i.Voicemail {
		return "voicemail"
	}
	return "call"
}

// said are the keys in which the kinds differ; webhooks and REST share them.
func (i Insight) said() map[string]any {
	if i.Content != nil {
		return map[string]any{"content": i.Content}
	}
	switch i.Kind {
	case InsightTranscription:
		return map[string]any{"content": map[string]any{"language": i.Language, "utterances": i.utterances()}}
	case InsightTopics:
		return map[string]any{"content": orNone(i.Texts)}
	case InsightSentiment:
		return map[string]any{"participants": i.participants("participant_type")}
	case InsightActionItem:
		return map[string]any{
			"content": i.text(), "ai_generated": true, "created_by": nil, "updated_at": nil, "updated_by": nil,
		}
	case InsightCustomSummary:
		return map[string]any{
			"language": i.Language, "custom_summary": map[string]any{"name": i.Name},
			"summary_template_results": i.entries("content"),
		}
	case InsightEvaluation:
		return map[string]any{"ai_generated": true, "evaluations": []any{map[string]any{
			"scorecard": map[string]any{"name": i.Name}, "score": map[string]any{"normalized_score": i.Score},
		}}}
	case InsightPlaybook:
		return map[string]any{
			"adherence_score":        i.Score,
			"playbook":               map[string]any{"id": 1, "name": i.Name, "language": i.Language},
			"playbook_result_topics": i.entries("result"),
		}
	default:
		return map[string]any{"content": i.text()}
	}
}

func (i Insight) text() string {
	if len(i.Texts) == 0 {
		return ""
	}
	return i.Texts[0]
}

func (i Insight) entries(key string) []any {
	all := []any{}
	for _, entry := range i.Entries {
		all = append(all, map[string]any{"name": entry.Name, key: entry.Text})
	}
	return all
}

// participants name a party's type participant_type in webhooks, and type in REST.
func (i Insight) participants(typeKey string) []any {
	all := []any{}
	for _, p := range i.Participants {
		body := p.body(typeKey)
		body["value"] = p.Value
		all = append(all, body)
	}
	return all
}

// body has an id of the party's own kind only.
func (p InsightParticipant) body(typeKey string) map[string]any {
	body := map[string]any{typeKey: p.Type}
	switch {
	case p.UserID != 0:
		body["user_id"] = p.UserID
	case p.VoiceAgentID != "":
		body["ai_voice_agent_id"] = p.VoiceAgentID
	case p.PhoneNumber != "":
		body["phone_number"] = p.PhoneNumber
	}
	return body
}

func (i Insight) utterances() []any {
	all := make([]any, 0, len(i.Utterances))
	for _, u := range i.Utterances {
		body := u.body("participant_type")
		body["start_time"], body["end_time"], body["text"] = u.Start, u.End, u.Text
		all = append(all, body)
	}
	return all
}

// insightRoutes are the last words of the addresses, with the key that wraps the
// answer; where the reference shows no key there is none.
var insightRoutes = map[string]struct{ kind, wrapper string }{
	"transcription":         {InsightTranscription, "transcription"},
	"summary":               {InsightSummary, "summary"},
	"topics":                {InsightTopics, "topic"},
	"sentiments":            {InsightSentiment, "sentiment"},
	"custom_summary_result": {InsightCustomSummary, ""},
	"evaluations":           {InsightEvaluation, ""},
	"playbook_result":       {InsightPlaybook, ""},
	"predicted_csat":        {InsightCSAT, "csat"},
}

// getInsight answers 404 for what is not there, and 403 on a plan without
// conversation intelligence.
func getInsight(last string) route[*acCall] {
	at := insightRoutes[last]
	return func(c *acCall) answer {
		if c.a.options.NoIntelligence {
			return notOnPlan()
		}
		for _, stored := range c.a.insights[c.id()] {
			if stored.Kind != at.kind {
				continue
			}
			body := c.insightBody(stored)
			if at.wrapper != "" {
				body = map[string]any{at.wrapper: body}
			}
			return jsonAnswer(http.StatusOK, body)
		}
		return noSuch(capitalised(at.kind))
	}
}

func notOnPlan() answer {
	return aircallError(http.StatusForbidden, "Forbidden", "Conversation intelligence is not part of your plan")
}

func (c *acCall) insightBody(i Insight) map[string]any {
	call := c.a.calls[i.CallID]
	body := map[string]any{"id": i.ID, "call_id": i.CallID, "created_at": i.CreatedAt.Unix()}
	for key, value := range i.said() {
		body[key] = value
	}
	switch i.Kind {
	case InsightTranscription:
		delete(body, "created_at")
		body["type"], body["call_created_at"] = i.kindOfAudio(), nil
		if call != nil {
			body["call_created_at"] = call.StartedAt.Unix()
		}
	case InsightSentiment:
		if i.Content == nil {
			body["participants"] = i.participants("type")
		}
	case InsightCustomSummary, InsightPlaybook:
		if call != nil {
			body["number_id"] = call.NumberID
		}
	case InsightCSAT:
		body = map[string]any{"call_id": i.CallID, "score": i.Score, "drivers": []any{}}
		if call != nil {
			body["call_uuid"] = call.UUID
		}
	}
	return body
}

// getActionItems lists those of the call, each as a person's or the machine's.
func (c *acCall) getActionItems() answer {
	if c.a.options.NoIntelligence {
		return notOnPlan()
	}
	var items []any
	for _, stored := range c.a.insights[c.id()] {
		if stored.Kind != InsightActionItem {
			continue
		}
		item := stored.said()
		item["id"], item["created_at"] = stored.ID, stored.CreatedAt.Unix()
		items = append(items, item)
	}
	if items == nil {
		return noSuch("Action items")
	}
	return jsonAnswer(http.StatusOK, map[string]any{"call_id": c.id(), "action_items": items})
}
