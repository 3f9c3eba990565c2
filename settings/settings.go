// Package settings is what a company can choose: the schema, the defaults, the
// overrides per number, their validation, and the YAML file they stand in.
//
// It imports nothing of ours but phone. The values here travel into each call's
// workflow when it begins, so every type has a stable JSON form.
package settings

import "time"

// Duration is a time.Duration that reads and writes as text, such as "45s".
type Duration time.Duration

// Std returns the value as a time.Duration.
func (d Duration) Std() time.Duration { return time.Duration(d) }

// Language is the language of the texts. Tags stay as they are; see TagText.
type Language string

// The languages that Callscout writes.
const (
	English Language = "en"
	German  Language = "de"
	French  Language = "fr"
	Spanish Language = "es"
)

// MatchingRule chooses among several customers with the same number.
type MatchingRule string

// The rules for several customers with the same number.
const (
	MostRecentlyUpdated  MatchingRule = "most_recently_updated"
	Newest               MatchingRule = "newest"
	Oldest               MatchingRule = "oldest"
	WithOpenConversation MatchingRule = "with_open_conversation"
)

// AnonymousRule says what happens to calls without a number.
type AnonymousRule string

// What happens to calls without a number.
const (
	SharedCustomer AnonymousRule = "shared_customer"
	SkipAnonymous  AnonymousRule = "skip"
)

// LogTarget says where a call is logged.
type LogTarget string

// Where a call is logged.
const (
	ExistingConversation LogTarget = "existing_conversation"
	NewConversation      LogTarget = "new_conversation"
)

// CallType is a kind of call that can be logged or left out.
type CallType string

// The kinds of calls.
const (
	InboundAnswered    CallType = "inbound_answered"
	Missed             CallType = "missed"
	Voicemail          CallType = "voicemail"
	OutboundAnswered   CallType = "outbound_answered"
	OutboundUnanswered CallType = "outbound_unanswered"
)

// TagName names an operational tag. What is written is TagText's to say.
type TagName string

// The operational tags.
const (
	TagMissed     TagName = "missed"
	TagCallback   TagName = "callback"
	TagVoicemail  TagName = "voicemail"
	TagInProgress TagName = "in_progress"
	TagInbound    TagName = "inbound"
	TagOutbound   TagName = "outbound"
	TagNumber     TagName = "number"
	TagTeam       TagName = "team"
	TagVoiceAgent TagName = "voice_agent"
)

// Settings is everything that a company can choose, with defaults filled in.
type Settings struct {
	// Active is whether anything is logged at all.
	Active   bool     `json:"active"`
	Language Language `json:"language"`
	Matching Matching `json:"matching"`
	Contacts Contacts `json:"contacts"`
	// InsightCard is whether agents see who calls in Aircall.
	InsightCard bool       `json:"insight_card"`
	Calls       Calls      `json:"calls"`
	AI          AI         `json:"ai"`
	VoiceAgent  VoiceAgent `json:"voice_agent"`
	Messages    Messages   `json:"messages"`
	Tags        Tags       `json:"tags"`
	// FallbackAdmin is the Help Scout user (id or e-mail) in whose name is
	// written what no agent's user can be found for. Empty means the user
	// behind the token.
	FallbackAdmin string `json:"fallback_admin,omitempty"`
	// Settle is how long a finished call waits for late facts.
	Settle Duration `json:"settle"`
}

// Matching says how a customer is chosen.
type Matching struct {
	Rule MatchingRule `json:"rule"`
}

// Contacts says which address book gets what it lacks.
type Contacts struct {
	CreateCustomer       bool          `json:"create_customer"`
	CreateAircallContact bool          `json:"create_aircall_contact"`
	Anonymous            AnonymousRule `json:"anonymous"`
}

// Calls says where and how calls are logged.
type Calls struct {
	LogTo              LogTarget `json:"log_to"`
	ReopenClosed       bool      `json:"reopen_closed"`
	ClosedWindow       Duration  `json:"closed_window"`
	AssignConversation bool      `json:"assign_conversation"`
	ReassignOwned      bool      `json:"reassign_owned"`
	// PostCallDelay is the time from the end of a call to its second log.
	PostCallDelay Duration `json:"post_call_delay"`
	// EndTimeout is how long after the hang-up Aircall's last word is awaited
	// before the call is fetched.
	EndTimeout Duration `json:"end_timeout"`
	// SilenceTimeout is how long nothing may be heard of a running call before
	// it is fetched.
	SilenceTimeout Duration   `json:"silence_timeout"`
	RecordingLinks bool       `json:"recording_links"`
	Types          []CallType `json:"types"`
	// ClosedAfter lists the types whose new conversation is closed once logged.
	ClosedAfter []CallType `json:"closed_after,omitempty"`
}

// AI says what of Aircall's AI is logged.
type AI struct {
	Insights   bool `json:"insights"`
	Transcript bool `json:"transcript"`
	// BlankNumbers is whether card and account numbers are made unreadable.
	BlankNumbers bool     `json:"blank_numbers"`
	Settle       Duration `json:"settle"`
	Wait         Duration `json:"wait"`
}

// VoiceAgent holds what the company's voice agent is told.
type VoiceAgent struct {
	KnowledgeBaseURL string `json:"knowledge_base_url,omitempty"`
}

// Messages says which messages are logged, and how.
type Messages struct {
	SMS          bool `json:"sms"`
	WhatsApp     bool `json:"whatsapp"`
	ReopenClosed bool `json:"reopen_closed"`
	SetOwner     bool `json:"set_owner"`
	// Burst is how long a message waits for neighbours that go into the same
	// thread, and for earlier ones that come late.
	Burst Duration `json:"burst"`
}

// Tags says which tags are written, under which names.
type Tags struct {
	Operational bool `json:"operational"`
	// Names holds the names that the company chose; the others have their default.
	Names map[TagName]string `json:"names,omitempty"`
}

// Overrides is a part of Settings as somebody wrote it: only what differs from
// the layer below. Its keys are those of Settings' JSON form.
type Overrides map[string]any

// Connection is the way in which an account is reached.
type Connection string

// The ways in which an account is reached. The empty one means ByCredentials.
const (
	// ByCredentials is with an API key of Aircall, or the client credentials of an
	// application of one's own in Help Scout.
	ByCredentials Connection = "credentials"
	// ByOAuth is with what a person consented to. The tokens stand in the store and
	// never in a file.
	ByOAuth Connection = "oauth"
)

// Installation is one company: its two accounts, its settings, its numbers.
type Installation struct {
	ID        string           `json:"id"`
	Aircall   AircallAccount   `json:"aircall"`
	HelpScout HelpScoutAccount `json:"helpscout"`
	Settings  Overrides        `json:"settings,omitempty"`
	Numbers   []Number         `json:"numbers,omitempty"`
	// Uninstalled is set by the store once the company has gone: nothing more is
	// logged for it, and what runs is brought to its end.
	Uninstalled bool `json:"-"`
}

// AircallAccount is how Aircall is reached, and how its webhooks are known.
type AircallAccount struct {
	Connection   Connection `json:"connection,omitempty"`
	APIID        string     `json:"api_id"`
	APIToken     string     `json:"api_token"`
	WebhookToken string     `json:"webhook_token"`
	// MessagesToken is the token of the callbacks of numbers in proxy mode, which
	// Aircall gives for each number: several are separated by commas. A callback
	// with the webhook token is taken as well.
	MessagesToken string `json:"messages_token,omitempty"`
}

// OAuth tells whether the account is reached with an access token of the store.
func (a AircallAccount) OAuth() bool { return a.Connection == ByOAuth }

// HelpScoutAccount is how Help Scout is reached, an app's client credentials, and
// how its webhooks are known.
type HelpScoutAccount struct {
	Connection Connection `json:"connection,omitempty"`
	// AppID and AppSecret are those of an application of the company's own. With
	// ByOAuth they are what is fallen back to when the consent does not hold any
	// more.
	AppID     string `json:"app_id"`
	AppSecret string `json:"app_secret"`
	// WebhookSecret signs Help Scout's webhooks. Without it none is taken, and
	// everything else works.
	WebhookSecret string `json:"webhook_secret,omitempty"`
	// SidebarSecret signs what Help Scout's sidebar asks of the app page. Without it
	// there is no page, and everything else works.
	SidebarSecret string `json:"sidebar_secret,omitempty"`
}

// OAuth tells whether the account is reached with tokens of the store.
func (h HelpScoutAccount) OAuth() bool { return h.Connection == ByOAuth }

// Number maps an Aircall number to the Help Scout inbox its calls are logged in.
type Number struct {
	AircallNumber int64     `json:"aircall_number"`
	Inbox         int64     `json:"inbox"`
	Settings      Overrides `json:"settings,omitempty"`
}
