package settings

import (
	"net/mail"
	"net/url"
	"regexp"
	"time"
)

// The ranges of durations end where a value can only be a slip of the pen.
var settingsShape = shared{name: "settings", group: group{fields: []field{
	{key: "active", doc: "Whether anything is logged at all.", shape: flag{}},
	{key: "language", doc: "The language of the texts in the log. Tags stay as they are.",
		shape: choices(English, German, French, Spanish)},
	{key: "matching", doc: "How a customer is chosen.", shape: group{fields: []field{
		{key: "rule", doc: "Which customer is taken if several have the number.",
			shape: choices(MostRecentlyUpdated, Newest, Oldest, WithOpenConversation)},
	}}},
	{key: "contacts", doc: "Which address book gets what it lacks.", shape: group{fields: []field{
		{key: "create_customer", doc: "Create the customer in Help Scout if there is none.", shape: flag{}},
		{key: "create_aircall_contact", doc: "Create the contact in Aircall if there is none.", shape: flag{}},
		{key: "anonymous", doc: "Log calls without a number under one shared customer, or skip them.",
			shape: choices(SharedCustomer, SkipAnonymous)},
	}}},
	{key: "insight_card", doc: "Show agents in Aircall who is calling.", shape: flag{}},
	{key: "calls", doc: "Where and how calls are logged.", shape: callsShape},
	{key: "ai", doc: "What of Aircall's AI is logged.", shape: group{fields: []field{
		{key: "insights", doc: "Log summary, topics, sentiment and action items.", shape: flag{}},
		{key: "transcript", doc: "Log the transcript.", shape: flag{}},
		{key: "blank_numbers", doc: "Make card and account numbers unreadable in what Aircall's AI wrote down.", shape: flag{}},
		{key: "settle", doc: "How long the kinds of insights are awaited, so that one note holds all.",
			shape: span{0, time.Hour}},
		{key: "wait", doc: "How long after the call the first insight is awaited. What comes later is appended all the same.",
			shape: span{0, 24 * time.Hour}},
	}}},
	{key: "voice_agent", doc: "What the company's voice agent is told.", shape: group{fields: []field{
		{key: "knowledge_base_url", doc: "Where the company's knowledge base stands.", shape: httpsURL},
	}}},
	{key: "messages", doc: "Which messages are logged, and how.", shape: group{fields: []field{
		{key: "sms", doc: "Log SMS and MMS.", shape: flag{}},
		{key: "whatsapp", doc: "Log WhatsApp messages.", shape: flag{}},
		{key: "reopen_closed", doc: "Log into a closed conversation and reopen it. As calls.reopen_closed if left out.", shape: flag{}},
		{key: "set_owner", doc: "Assign the conversation to the agent who wrote, whoever has it.", shape: flag{}},
		{key: "burst", doc: "How long a message waits for others, so that those sent within this time become one thread in their order.",
			shape: span{0, 5 * time.Minute}},
	}}},
	{key: "tags", doc: "Which tags are written, under which names.", shape: group{fields: []field{
		{key: "operational", doc: "Write the tags that say what happened in the call.", shape: flag{}},
		{key: "names", doc: "Other names for these tags. They are written in lower case.", shape: group{fields: tagFields()}},
	}}},
	{key: "fallback_admin", doc: "The Help Scout user in whose name is written what no agent's user can be found for. The user behind the token if left out.",
		shape: user{words{
			rule:    "write a Help Scout user's id or e-mail address",
			pattern: regexp.MustCompile(`^([1-9][0-9]{0,18}|[^@\s]+@[^@\s]+)$`),
			also:    isUser,
		}}},
	{key: "settle", doc: "How long a finished call waits for late facts.", shape: span{0, 24 * time.Hour}},
}}}

var callsShape = group{fields: []field{
	{key: "log_to", doc: "Look for a conversation of the customer first, or always begin a new one.",
		shape: choices(ExistingConversation, NewConversation)},
	{key: "reopen_closed", doc: "Log into a closed conversation and reopen it, if none is open.", shape: flag{}},
	{key: "closed_window", doc: "How long ago a conversation may have been closed to be reopened.",
		shape: span{time.Minute, 365 * 24 * time.Hour}},
	{key: "assign_conversation", doc: "Assign the conversation to the agent of the call.", shape: flag{}},
	{key: "reassign_owned", doc: "Assign it even if somebody else has it.", shape: flag{}},
	{key: "post_call_delay", doc: "The time from the end of a call to its second log.", shape: span{0, 10 * time.Minute}},
	{key: "end_timeout", doc: "How long after the hang-up Aircall's last word is awaited before the call is fetched.",
		shape: span{time.Second, time.Hour}},
	{key: "silence_timeout", doc: "How long nothing may be heard of a running call before it is fetched.",
		shape: span{time.Second, 24 * time.Hour}},
	{key: "recording_links", doc: "Log links to recordings and voicemails.", shape: flag{}},
	{key: "types", doc: "The kinds of calls that are logged.",
		shape: several{item: callType, atLeast: 1, hint: "to log nothing, write active: false"}},
	{key: "closed_after", doc: "The kinds of calls whose new conversation is closed once logged.", shape: several{item: callType}},
}}

var callType = choices(InboundAnswered, Missed, Voicemail, OutboundAnswered, OutboundUnanswered)

var httpsURL = words{
	rule:    "write an address that begins with https://, without a user name or password",
	pattern: regexp.MustCompile(`^https://[^\s/@]+(/\S*)?$`),
	also: func(text string) bool {
		u, err := url.Parse(text)
		return err == nil && u.Scheme == "https" && u.Hostname() != "" && u.User == nil
	},
}

func isUser(text string) bool {
	if _, ok := positive(text); ok {
		return true
	}
	address, err := mail.ParseAddress(text)
	return err == nil && address.Address == text
}

func tagFields() []field {
	docs := map[TagName]string{
		TagMissed:     "A call that nobody answered.",
		TagCallback:   "A customer who asked to be called back.",
		TagVoicemail:  "A call with a voicemail.",
		TagInProgress: "A running call. This tag is removed when the call ends.",
		TagInbound:    "A call from a customer.",
		TagOutbound:   "A call to a customer.",
		TagNumber:     "The line of the call; {name} stands for its name.",
		TagTeam:       "The team of the agent who had the call; {name} stands for its name.",
		TagVoiceAgent: "A call that a voice agent handled.",
	}
	fixed := words{
		rule:    "write a tag without commas and braces",
		pattern: regexp.MustCompile(`^[^,{}]*[^,{}\s][^,{}]*$`),
	}
	named := words{
		rule:    "write a tag without commas that holds {name} once",
		pattern: regexp.MustCompile(`^[^,{}]*\{name\}[^,{}]*$`),
	}
	var fields []field
	for _, name := range tagNames {
		rule := fixed
		if name.takesName() {
			rule = named
		}
		fields = append(fields, field{
			key: string(name), shape: rule,
			doc: docs[name] + " `" + defaultTagNames[name] + "` if left out.",
		})
	}
	return fields
}
