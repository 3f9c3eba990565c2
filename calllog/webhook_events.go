package calllog

import (
	"slices"

	"callscout/aircall"
)

// WebhookEvents are the events of Aircall that Callscout uses, no more and no fewer:
// what a webhook is made with, and what is checked later. README.md lists the same.
func WebhookEvents() []string { return slices.Clone(webhookEvents) }

var webhookEvents = []string{
	aircall.EventCallCreated, aircall.EventCallRingingOnAgent, aircall.EventCallAgentDeclined, aircall.EventCallAnswered,
	aircall.EventCallTransferred, aircall.EventCallUnsuccessfulTransfer, aircall.EventCallExternalTransferred,
	aircall.EventCallIVROptionSelected, aircall.EventCallHungup, aircall.EventCallEnded, aircall.EventCallVoicemailLeft,
	aircall.EventCallCommAssetsGenerated, aircall.EventCallTagged, aircall.EventCallUntagged, aircall.EventCallCommented,
	aircall.EventSummaryCreated, aircall.EventTopicsCreated, aircall.EventSentimentCreated, aircall.EventActionItemCreated,
	aircall.EventCustomSummaryResultCreated, aircall.EventCustomSummaryResultUpdated, aircall.EventTranscriptionCreated,
	aircall.EventCallEvaluationCreated, aircall.EventCallEvaluationUpdated,
	aircall.EventPlaybookResultCreated, aircall.EventPlaybookResultUpdated,
	aircall.EventAIVoiceAgentStarted, aircall.EventAIVoiceAgentEnded, aircall.EventAIVoiceAgentEscalated,
	aircall.EventAIVoiceAgentSummary,
	aircall.EventMessageSent, aircall.EventMessageReceived, aircall.EventMessageStatusUpdated,
	aircall.EventGroupMessageSent, aircall.EventGroupMessageReceived, aircall.EventGroupMessageStatusUpdated,
	// Sent to webhooks of OAuth applications only; to others it never comes.
	aircall.EventIntegrationDeleted,
}
