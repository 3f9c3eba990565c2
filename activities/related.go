package activities

import (
	"context"
	"encoding/json"
	"slices"

	"callscout/activities/contract"
	"callscout/calllog"
)

// handedOn is the memory of the last call that was handed on to a number, or of
// the customer with that number.
const handedOn = "handed-on"

// NoteHandover lets the second leg find the call that was handed on.
func (a *Activities) NoteHandover(ctx context.Context, in contract.Call) (bool, error) {
	handover, handed := in.Facts.Handover()
	if !handed {
		return false, nil
	}
	text, err := json.Marshal(handover)
	if err != nil {
		return false, err
	}
	for _, key := range in.Facts.LegNumbers() {
		if err := a.Store.Remember(ctx, in.Installation, handedOn, key, string(text)); err != nil {
			return false, storeDown(err)
		}
	}
	return true, a.note(ctx, in, calllog.PartHandedOn, 0)
}

// legOf is the call of which this one is the second leg, or 0.
func (a *Activities) legOf(ctx context.Context, in contract.Call) (int64, error) {
	key := calllog.NumberKey(in.Facts.OutsideNumber, in.Facts.Line.Country)
	text, _, known, err := a.Store.Recall(ctx, in.Installation, handedOn, key)
	if err != nil {
		return 0, storeDown(err)
	}
	var handover calllog.Handover
	if known {
		err = json.Unmarshal([]byte(text), &handover)
	}
	if err != nil || !known || !in.Facts.IsLegOf(handover) {
		return 0, err
	}
	return handover.Call, a.note(ctx, in, calllog.PartLegOf, handover.Call)
}

// whereItBelongs gives the conversation of the call that this one goes on from: a
// callback answers the call that asked for it, a second leg continues the one that
// was handed on. They are one matter, also where each call is to get a conversation
// of its own. ID is 0 where there is none that may be chosen.
func (a *Activities) whereItBelongs(ctx context.Context, api HelpScout, in contract.ChooseConversationInput) (contract.Conversation, error) {
	leg, err := a.legOf(ctx, in.Call)
	if err != nil {
		return contract.Conversation{}, err
	}
	out, earlier := contract.Conversation{LegOf: leg}, leg
	if earlier == 0 {
		earlier = in.Facts.CallbackOf
	}
	if earlier == 0 {
		return out, nil
	}
	written, err := a.Recall(ctx, contract.RecallInput{Installation: in.Installation, CallID: earlier})
	if err != nil || written.Conversation.ID == 0 {
		return out, err
	}
	conversation, err := a.readFollowing(ctx, api, in.Call, written.Conversation.ID)
	if err != nil || conversation.ID == 0 || slices.Contains(in.Left, conversation.ID) ||
		!candidate(conversation).Eligible(in.Inbox, in.Settings, a.moment(in.Call)) {
		return out, err
	}
	out.ID, out.Number, out.Status = conversation.ID, conversation.Number, string(conversation.Status)
	// Whom the call was handed on to has no thread in the customer's conversation.
	out.Customer = written.Customer
	return out, a.note(ctx, in.Call, calllog.ConversationPart(conversation.ID), conversation.ID)
}
