package calllog

import "callscout/aircall"

// Reducer is what makes an event of a call's log of a webhook; nil where the webhook is
// none of a call.
func Reducer(event aircall.Event) func(aircall.Event) (Event, error) {
	switch {
	case event.IsCall():
		return FromWebhook
	case event.IsInsight():
		return FromInsight
	case event.IsVoiceAgent():
		return FromVoiceAgent
	default:
		return nil
	}
}
