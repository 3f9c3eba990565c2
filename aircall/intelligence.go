package aircall

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"net/url"
	"regexp"
	"strconv"
)

// insightPaths are the last words of the addresses, with the keys that wrap the
// answers. Not every answer is wrapped in Aircall's reference, so both are taken.
var insightPaths = map[InsightKind]struct {
	path     string
	query    url.Values
	wrappers []string
}{
	InsightSummary:       {"summary", nil, []string{"summary"}},
	InsightTopics:        {"topics", nil, []string{"topic", "topics"}},
	InsightSentiment:     {"sentiments", nil, []string{"sentiment", "sentiments"}},
	InsightActionItem:    {"action_items", nil, nil},
	InsightCustomSummary: {"custom_summary_result", nil, []string{"custom_summary_result"}},
	InsightEvaluation:    {"evaluations", nil, []string{"evaluation", "call_evaluation", "evaluations"}},
	InsightPlaybook:      {"playbook_result", url.Values{"fetch_playbook": {"true"}}, []string{"playbook_result"}},
}

func intelligencePath(call int64, last string) string {
	return "/v1/calls/" + strconv.FormatInt(call, 10) + "/" + last
}

// Insight reads what conversation intelligence made of a call (Aircall's reference,
// "Conversation intelligence"). The action items of a call come as one Insight
// without an ID. NotOnPlan and NotForCall tell why there is none. An id below one and
// a kind that is not read by this, such as InsightTranscription, are refused with a
// *FieldError.
func (c *Client) Insight(ctx context.Context, call int64, kind InsightKind) (Insight, error) {
	if call < 1 {
		return Insight{}, &FieldError{Field: "id", Expected: positive}
	}
	at, ok := insightPaths[kind]
	if !ok {
		return Insight{}, &FieldError{Field: "kind", Expected: "a kind of insight other than a transcription"}
	}
	path := intelligencePath(call, at.path)
	answer, err := c.get(ctx, path, at.query)
	if err != nil {
		return Insight{}, err
	}
	insight, found := answeredInsight(kind, answer, at.wrappers)
	if !found {
		return Insight{}, notUnderstood(http.MethodGet, path, &FieldError{Field: at.path, Expected: "an object with a result"})
	}
	insight.CallID = call
	return insight, nil
}

func answeredInsight(kind InsightKind, answer object, wrappers []string) (insight Insight, found bool) {
	for _, key := range wrappers {
		if inner := toObject(answer[key]); inner != nil {
			return readInsight(kind, inner, ordered(answer[key])), true
		}
	}
	raw, err := json.Marshal(answer)
	if err != nil {
		return Insight{}, false
	}
	insight = readInsight(kind, answer, ordered(raw))
	if kind == InsightActionItem {
		insight.AIGenerated = allGenerated(answer)
		_, found = answer["action_items"]
	}
	return insight, found || insight.ID != "" || insight.CallID != 0 || len(insight.Items) > 0
}

// allGenerated tells whether no person wrote any of the action items.
func allGenerated(answer object) bool {
	var actions []object
	if json.Unmarshal(answer["action_items"], &actions) != nil || len(actions) == 0 {
		return false
	}
	for _, action := range actions {
		if !action.flag("ai_generated") {
			return false
		}
	}
	return true
}

var intelligencePattern = regexp.MustCompile(`^/v1/calls/\d+/(transcription|summary|topics|sentiments|action_items|custom_summary_result|evaluations|playbook_result)$`)

// NotOnPlan tells whether Aircall refuses conversation intelligence as such: the
// company lacks the add-on, or the number has no transcription (Aircall's reference:
// 403). A withdrawn credential is answered with 403 as well; every other request
// shows which it is.
func NotOnPlan(err error) bool {
	refused, ok := errors.AsType[*Error](err)
	return ok && refused.notOnPlan()
}

func (e *Error) notOnPlan() bool {
	return e.Status == http.StatusForbidden && intelligencePattern.MatchString(e.Path)
}

// NotForCall tells whether conversation intelligence has nothing of this kind for the
// call, or not yet: 404 in Aircall's reference, and some report 400.
func NotForCall(err error) bool {
	refused, ok := errors.AsType[*Error](err)
	return ok && (refused.Status == http.StatusNotFound || refused.Status == http.StatusBadRequest) &&
		intelligencePattern.MatchString(refused.Path)
}
