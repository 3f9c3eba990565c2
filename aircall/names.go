package aircall

// Names of call events, from Aircall's reference.
const (
	EventCallCreated              = "call.created"
	EventCallRingingOnAgent       = "call.ringing_on_agent"
	EventCallAgentDeclined        = "call.agent_declined"
	EventCallAnswered             = "call.answered"
	EventCallHold                 = "call.hold"
	EventCallUnhold               = "call.unhold"
	EventCallTransferred          = "call.transferred"
	EventCallExternalTransferred  = "call.external_transferred"
	EventCallUnsuccessfulTransfer = "call.unsuccessful_transfer"
	EventCallIVROptionSelected    = "call.ivr_option_selected"
	EventCallHungup               = "call.hungup"
	EventCallEnded                = "call.ended"
	EventCallVoicemailLeft        = "call.voicemail_left"
	EventCallCommAssetsGenerated  = "call.comm_assets_generated"
	EventCallAssigned             = "call.assigned"
	EventCallArchived             = "call.archived"
	EventCallTagged               = "call.tagged"
	EventCallUntagged             = "call.untagged"
	EventCallCommented            = "call.commented"
)

var knownCallEvents = []string{
	EventCallCreated, EventCallRingingOnAgent, EventCallAgentDeclined, EventCallAnswered, EventCallHold, EventCallUnhold,
	EventCallTransferred, EventCallExternalTransferred, EventCallUnsuccessfulTransfer, EventCallIVROptionSelected,
	EventCallHungup, EventCallEnded, EventCallVoicemailLeft, EventCallCommAssetsGenerated, EventCallAssigned,
	EventCallArchived, EventCallTagged, EventCallUntagged, EventCallCommented,
}

// Names of message events. They come only for numbers in native mode.
const (
	EventMessageSent               = "message.sent"
	EventMessageReceived           = "message.received"
	EventMessageStatusUpdated      = "message.status_updated"
	EventGroupMessageSent          = "group_message.sent"
	EventGroupMessageReceived      = "group_message.received"
	EventGroupMessageStatusUpdated = "group_message.status_updated"
)

// Names of conversation-intelligence events.
const (
	EventTranscriptionCreated       = "transcription.created"
	EventSummaryCreated             = "summary.created"
	EventTopicsCreated              = "topics.created"
	EventSentimentCreated           = "sentiment.created"
	EventActionItemCreated          = "action_item.created"
	EventPlaybookResultCreated      = "playbook_result.created"
	EventPlaybookResultUpdated      = "playbook_result.updated"
	EventRealtimeUtterancesReceived = "realtime_transcription.utterances_received"
	EventCustomSummaryResultCreated = "custom_summary.result_created"
	EventCustomSummaryResultUpdated = "custom_summary.result_updated"
	EventCallEvaluationCreated      = "call_evaluation.created"
	EventCallEvaluationUpdated      = "call_evaluation.updated"
)

// Names of AI voice agent events.
const (
	EventAIVoiceAgentStarted   = "ai_voice_agent.started"
	EventAIVoiceAgentEnded     = "ai_voice_agent.ended"
	EventAIVoiceAgentEscalated = "ai_voice_agent.escalated"
	EventAIVoiceAgentSummary   = "ai_voice_agent.summary"
)

// Names of the events about numbers, contacts and the integration itself.
const (
	EventNumberCreated  = "number.created"
	EventNumberOpened   = "number.opened"
	EventNumberClosed   = "number.closed"
	EventNumberDeleted  = "number.deleted"
	EventContactCreated = "contact.created"
	EventContactUpdated = "contact.updated"
	EventContactDeleted = "contact.deleted"
	// EventIntegrationDeleted is sent only to webhooks made with OAuth
	// credentials.
	EventIntegrationDeleted = "integration.deleted"
)

// Known tells whether Aircall's reference names this event.
func Known(name string) bool {
	_, ok := known[name]
	return ok
}

var known = nameSet(
	EventCallCreated, EventCallRingingOnAgent, EventCallAgentDeclined, EventCallAnswered,
	EventCallHold, EventCallUnhold, EventCallTransferred, EventCallExternalTransferred,
	EventCallUnsuccessfulTransfer, EventCallIVROptionSelected, EventCallHungup, EventCallEnded,
	EventCallVoicemailLeft, EventCallCommAssetsGenerated, EventCallAssigned, EventCallArchived,
	EventCallTagged, EventCallUntagged, EventCallCommented,

	EventMessageSent, EventMessageReceived, EventMessageStatusUpdated,
	EventGroupMessageSent, EventGroupMessageReceived, EventGroupMessageStatusUpdated,

	EventTranscriptionCreated, EventSummaryCreated, EventTopicsCreated, EventSentimentCreated,
	EventActionItemCreated, EventPlaybookResultCreated, EventPlaybookResultUpdated,
	EventRealtimeUtterancesReceived, EventCustomSummaryResultCreated, EventCustomSummaryResultUpdated,
	EventCallEvaluationCreated, EventCallEvaluationUpdated,

	EventAIVoiceAgentStarted, EventAIVoiceAgentEnded, EventAIVoiceAgentEscalated, EventAIVoiceAgentSummary,

	EventNumberCreated, EventNumberOpened, EventNumberClosed, EventNumberDeleted,
	EventContactCreated, EventContactUpdated, EventContactDeleted,
	EventIntegrationDeleted,

	"analytics.report_created", "analytics.report_failed",

	"user.created", "user.deleted", "user.connected", "user.disconnected",
	"user.opened", "user.closed", "user.wut_start", "user.wut_end",
	"user.created.v2", "user.deleted.v2", "user.connected.v2", "user.disconnected.v2",
	"user.opened.v2", "user.closed.v2", "user.wut_start.v2", "user.wut_end.v2",
)

func nameSet(names ...string) map[string]struct{} {
	set := make(map[string]struct{}, len(names))
	for _, name := range names {
		set[name] = struct{}{}
	}
	return set
}
