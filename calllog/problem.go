package calllog

// Problem is the kind of fault that a call is parked with: the value of the
// search attribute SyncProblem and the type of the failed activity's error.
// Somebody who retries all calls of one kind at once selects by it.
type Problem string

// The problems, by who has to do something about them.
const (
	HelpScoutDown         Problem = "HelpScoutDown"
	HelpScoutRateLimited  Problem = "HelpScoutRateLimited"
	HelpScoutUnauthorized Problem = "HelpScoutUnauthorized"
	HelpScoutForbidden    Problem = "HelpScoutForbidden"
	HelpScoutNotFound     Problem = "HelpScoutNotFound"
	HelpScoutRefused      Problem = "HelpScoutRefused"
	HelpScoutConflict     Problem = "HelpScoutConflict"
	CustomerGone          Problem = "CustomerGone"
	ConversationGone      Problem = "ConversationGone"
	ConversationFull      Problem = "ConversationFull"
	AircallDown           Problem = "AircallDown"
	AircallRateLimited    Problem = "AircallRateLimited"
	AircallUnauthorized   Problem = "AircallUnauthorized"
	AircallRefused        Problem = "AircallRefused"
	// WriteUncertain: an answer was lost, and what was sent may or may not have
	// arrived; it is looked for before it is sent again.
	WriteUncertain Problem = "WriteUncertain"
	// FileUnavailable: a file of a message could not be had this time.
	FileUnavailable Problem = "FileUnavailable"
	StoreDown       Problem = "StoreDown"
	// The guard's problems: nothing fails yet, but calls will not be heard of or
	// cannot be logged.
	WebhookGone       Problem = "WebhookGone"
	WebhookOff        Problem = "WebhookOff"
	WebhookIncomplete Problem = "WebhookIncomplete"
	NumberGone        Problem = "NumberGone"
	InboxGone         Problem = "InboxGone"
	InboxForbidden    Problem = "InboxForbidden"
	HelpScoutEnding   Problem = "HelpScoutEnding"
	Misconfigured     Problem = "Misconfigured"
	Internal          Problem = "Internal"
)

// Explain says in plain words what a problem means.
func (p Problem) Explain() string {
	if text, known := explanations[p]; known {
		return text[0]
	}
	return explanations[Internal][0]
}

// Remedy says what a person can do before retrying.
func (p Problem) Remedy() string {
	if text, known := explanations[p]; known {
		return text[1]
	}
	return explanations[Internal][1]
}

var explanations = map[Problem][2]string{
	HelpScoutDown:         {"Help Scout could not be reached or answered with a server error.", "Wait until Help Scout works again, then retry."},
	HelpScoutRateLimited:  {"Help Scout's requests per minute are used up.", "Wait a minute, or let other integrations of the account send less, then retry."},
	HelpScoutUnauthorized: {"Help Scout did not accept the connection.", "Connect Help Scout again in Callscout, then retry. With an application of your own, check app_id and app_secret and that its owner is an active user, apply the settings, and retry."},
	HelpScoutForbidden:    {"Help Scout denied access.", "Give the user behind the token access to the inbox and the permission to use the API, then retry."},
	HelpScoutNotFound:     {"Help Scout does not know the customer or user that the log belongs to.", "Check that the inbox and the customer still exist, then retry."},
	HelpScoutRefused:      {"Help Scout refused the log as invalid.", "Read Help Scout's message, remove the cause (a deleted inbox, a wrong setting), then retry. If it cannot be removed, skip the call."},
	HelpScoutConflict:     {"Help Scout reports a conflict with an existing record.", "Look for two customers with the same e-mail address, merge them, then retry."},
	CustomerGone:          {"The customer was merged or deleted in Help Scout meanwhile.", "Retry: the customer is looked up anew."},
	ConversationGone:      {"The conversation was deleted or marked as spam meanwhile.", "Retry: another conversation is chosen."},
	ConversationFull:      {"The conversation takes no more threads: it holds 100 or is locked by age.", "Retry: another conversation is chosen."},
	AircallDown:           {"Aircall could not be reached or answered with a server error.", "Wait until Aircall works again, then retry."},
	AircallRateLimited:    {"Aircall's requests per minute are used up.", "Wait a minute, then retry."},
	AircallUnauthorized:   {"Aircall did not accept the connection.", "Connect Aircall again in Callscout, then retry. With an API key, check api_id and api_token, apply the settings, and retry."},
	AircallRefused:        {"Aircall refused the request.", "Read Aircall's message, then retry or skip."},
	WriteUncertain:        {"An answer of Help Scout was lost, and it is not sure yet whether the log arrived.", "Nothing: it is looked for before it is written again."},
	FileUnavailable:       {"A file of a message could not be fetched.", "Nothing: it is tried again, and the message is logged without it meanwhile."},
	StoreDown:             {"Callscout's own database did not answer.", "Check the database and its disk space, then retry."},
	Misconfigured:         {"The installation's settings do not allow this call to be logged.", "Correct the settings, then retry."},
	WebhookGone:           {"Aircall has no webhook with this installation's token, so Callscout hears of no call.", "Make the webhook anew, put its token into the settings as aircall.webhook_token, then apply them."},
	WebhookOff:            {"Aircall has switched the webhook off, and it could not be switched on again.", "Check that Aircall reaches Callscout over HTTPS, then activate the webhook in Aircall's dashboard."},
	WebhookIncomplete:     {"Aircall's webhook lacks events that Callscout needs, and they could not be added.", "Add the events that README.md lists to the webhook, with events_action=add."},
	NumberGone:            {"A mapped number is no longer in Aircall.", "Take the number out of the settings, or map the one that replaced it, then apply them."},
	InboxGone:             {"A mapped inbox is no longer in Help Scout.", "Map the number to another inbox, then apply the settings."},
	InboxForbidden:        {"The user behind Help Scout's token cannot reach a mapped inbox.", "Give this user access to the inbox in Help Scout."},
	HelpScoutEnding:       {"Help Scout gives no new tokens for this connection. Calls are still logged, with the last token for a day at most, or with an application of the same account.", "Connect Help Scout again in Callscout."},
	Internal:              {"Callscout met a fault of its own.", "Read the message; a newer version may be needed. Nothing is lost: retry after the upgrade."},
}
