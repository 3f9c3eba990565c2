package story

import (
	"encoding/json"
	"time"

	commonpb "go.temporal.io/api/common/v1"
	historypb "go.temporal.io/api/history/v1"

	"callscout/activities/contract"
	"callscout/calllog"
)

// input is what an activity was asked to do, as far as it could be read.
type input struct {
	name    string
	thread  contract.ThreadInput
	opening contract.OpenConversationInput
	update  contract.UpdateConversationInput
	insight contract.FetchInsightInput
}

var kinds = map[string]Kind{
	string(calllog.Remember):           Recalls,
	string(calllog.FindCustomer):       Finds,
	string(calllog.ChooseConversation): Chooses,
	string(calllog.OpenConversation):   Opens,
	string(calllog.UpdateConversation): Updates,
	string(calllog.WriteThread):        Writes,
	string(calllog.WriteTranscript):    Writes,
	string(calllog.FetchCall):          Fetches,
	string(calllog.FetchInsight):       FetchesInsight,
	string(calllog.NoteHandover):       HandsOn,
	contract.ShowCard:                  Card,
	contract.SyncContact:               Contact,
	contract.NameCustomer:              Names,
	contract.RecordSkip:                Skips,
}

func (o *Opener) input(name string, payloads *commonpb.Payloads) input {
	in := input{name: name}
	switch kinds[name] {
	case Writes:
		o.args(payloads, &in.thread)
	case Opens:
		o.args(payloads, &in.opening)
	case Updates:
		o.args(payloads, &in.update)
	case FetchesInsight:
		o.args(payloads, &in.insight)
	}
	return in
}

// step says that the call stands still where this fails: what is done for the agent
// beside the log holds nothing up.
func (i input) step() bool {
	switch kinds[i.name] {
	case Card, Contact, Names, "":
		return false
	default:
		return true
	}
}

// item is what is known of it before it is done.
func (i input) item() Item {
	item := Item{Kind: kinds[i.name]}
	switch item.Kind {
	case "":
		item.Kind, item.Name = Other, i.name
	case Writes:
		item.Part, item.Tells, item.Conversation = i.thread.Part, i.thread.Tells, i.thread.Conversation
	case Opens:
		item.Part, item.Tells, item.Tags = i.opening.Part, i.opening.Tells, i.opening.Change.AddTags
		item.Held = i.opening.Change.Hold && i.opening.Change.InProgress != ""
	case Updates:
		change := i.update.Change
		item.Conversation, item.Tags, item.TagsOff = i.update.Conversation, change.AddTags, change.RemoveTags
		item.Held, item.Released = change.Hold && change.InProgress != "", change.Release
	case FetchesInsight:
		item.Insight = i.insight.Kind
	}
	return item
}

// result tells what came of it.
func (i input) result(t *teller, item *Item, payloads *commonpb.Payloads) {
	switch item.Kind {
	case Recalls:
		var written calllog.Written
		t.open.args(payloads, &written)
		item.Written = written.Parts
	case Finds:
		var found contract.FindCustomerResult
		t.open.args(payloads, &found)
		item.Customer, item.How, item.Others = found.Customer, found.How, found.Others
	case Chooses:
		var chosen contract.Conversation
		t.open.args(payloads, &chosen)
		item.Conversation, item.Number, item.LegOf = chosen.ID, chosen.Number, chosen.LegOf
	case Opens, Updates:
		t.conversation(item, payloads)
	case Writes:
		var written contract.ThreadResult
		t.open.args(payloads, &written)
		item.Thread, item.Missing = written.Thread, written.Missing
		if len(written.Told) > 1 {
			item.Tells = written.Told[1:]
		}
		if written.Yields > 0 {
			item.State, item.Next = Stopped, item.End.Add(written.Yields)
		}
	case Fetches:
		var fetched contract.FetchCallResult
		t.open.args(payloads, &fetched)
		t.fetched(item, fetched.Event, fetched.Gone)
	case FetchesInsight:
		var fetched contract.FetchInsightResult
		t.open.args(payloads, &fetched)
		t.fetched(item, fetched.Event, false)
	case Contact:
		var synced contract.ContactResult
		t.open.args(payloads, &synced)
		item.Did = string(synced.Did)
	case Card:
		var shown contract.CardResult
		t.open.args(payloads, &shown)
		item.Left = shown.Gone
		item.Missing = shown.Over
	case Names:
		var named contract.NameResult
		t.open.args(payloads, &named)
		item.Missing = !named.Named
	}
}

func (t *teller) conversation(item *Item, payloads *commonpb.Payloads) {
	var got contract.Conversation
	if !t.open.args(payloads, &got) {
		return
	}
	if got.Gone {
		item.Left, item.Because, item.Tags, item.TagsOff, item.Held = true, got.Because, nil, nil, false
	}
	if got.ID != 0 {
		item.Conversation = got.ID
	}
	item.Number, item.Existing = got.Number, got.Existing
}

// fetched tells of an event that Aircall did not send.
func (t *teller) fetched(item *Item, event calllog.Event, gone bool) {
	item.Missing = gone
	if event.ID != "" {
		t.receive(event, item.End)
	}
}

// marker tells of the ledger being asked within the workflow's task.
func (t *teller) marker(marker *historypb.MarkerRecordedEventAttributes, at time.Time) {
	if marker.GetMarkerName() != "LocalActivity" || marker.GetFailure() != nil {
		return
	}
	var about struct{ ActivityType string }
	data := marker.GetDetails()["data"].GetPayloads()
	if len(data) != 1 || json.Unmarshal(data[0].GetData(), &about) != nil {
		var sealed map[string]any
		if !t.open.args(marker.GetDetails()["data"], &sealed) {
			return
		}
		about.ActivityType, _ = sealed["ActivityType"].(string)
	}
	if about.ActivityType != string(calllog.Remember) {
		return
	}
	item := Item{Kind: Recalls, State: Done, At: at, End: at, Tries: 1}
	input{name: about.ActivityType}.result(t, &item, marker.GetDetails()["result"])
	t.add(item)
}
