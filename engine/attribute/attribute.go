// Package attribute names Callscout's search attributes, typed, once. Ids are
// keywords: they are names, not quantities, and integer columns are scarce in
// Temporal's SQL stores. None of them holds personal data: they are stored in
// clear.
package attribute

import (
	"go.temporal.io/api/enums/v1"
	"go.temporal.io/sdk/temporal"
)

// The search attributes of every run.
var (
	Installation = temporal.NewSearchAttributeKeyKeyword("CallscoutInstallation")
	// Kind is "call", "messages" and so on.
	Kind            = temporal.NewSearchAttributeKeyKeyword("CallscoutKind")
	AircallCallID   = temporal.NewSearchAttributeKeyKeyword("AircallCallId")
	AircallNumberID = temporal.NewSearchAttributeKeyKeyword("AircallNumberId")
	CallDirection   = temporal.NewSearchAttributeKeyKeyword("CallDirection")
	CallOutcome     = temporal.NewSearchAttributeKeyKeyword("CallOutcome")
	SyncStatus      = temporal.NewSearchAttributeKeyKeyword("SyncStatus")
	SyncProblem     = temporal.NewSearchAttributeKeyKeyword("SyncProblem")
	ConversationID  = temporal.NewSearchAttributeKeyKeyword("HelpScoutConversationId")
	// CustomerNumberHash is a keyed hash, so that a number can be found and not
	// read.
	CustomerNumberHash = temporal.NewSearchAttributeKeyKeyword("CustomerNumberHash")
	// AgentID is Aircall's id of the user who had the call, of the last one after a
	// transfer. It is a number because a namespace on SQL has ten columns for keywords,
	// all taken by those above, and because only a column of one value is indexed in
	// the order of lists; a list of keywords is not.
	AgentID = temporal.NewSearchAttributeKeyInt64("AircallUserId")
)

// All gives each attribute's name and type, as Temporal's operator service
// wants them.
func All() map[string]enums.IndexedValueType {
	all := map[string]enums.IndexedValueType{}
	for _, key := range []temporal.SearchAttributeKeyKeyword{
		Installation, Kind, AircallCallID, AircallNumberID, CallDirection, CallOutcome,
		SyncStatus, SyncProblem, ConversationID, CustomerNumberHash,
	} {
		all[key.GetName()] = enums.INDEXED_VALUE_TYPE_KEYWORD
	}
	all[AgentID.GetName()] = enums.INDEXED_VALUE_TYPE_INT
	return all
}
