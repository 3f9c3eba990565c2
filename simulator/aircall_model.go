package simulator

import (
	"slices"
	"strings"
	"time"
)

// Number is a line of the Aircall company.
type Number struct {
	ID   int64  `json:"id"`
	Name string `json:"name"`
	// Digits is the display form, with spaces.
	Digits    string    `json:"digits"`
	Country   string    `json:"country,omitempty"`
	TimeZone  string    `json:"time_zone,omitempty"`
	IsIVR     bool      `json:"is_ivr,omitempty"`
	CreatedAt time.Time `json:"created_at"`
}

// AircallUser is an Aircall user: an agent.
type AircallUser struct {
	ID              int64  `json:"id"`
	Name            string `json:"name"`
	Email           string `json:"email"`
	Language        string `json:"language,omitempty"`
	TimeZone        string `json:"time_zone,omitempty"`
	WrapUpTime      int    `json:"wrap_up_time,omitempty"`
	Extension       string `json:"extension,omitempty"`
	DefaultNumberID int64  `json:"default_number_id,omitempty"`
	// Unavailable makes Aircall start no calls for the user: the app is closed, or
	// the user is away or in a call.
	Unavailable bool      `json:"unavailable,omitempty"`
	CreatedAt   time.Time `json:"created_at"`
}

// Dialled is a call that somebody asked Aircall to start from a user's app.
type Dialled struct {
	UserID   int64     `json:"user_id"`
	NumberID int64     `json:"number_id"`
	To       string    `json:"to"`
	At       time.Time `json:"at"`
}

// Team is a group of agents.
type Team struct {
	ID        int64     `json:"id"`
	Name      string    `json:"name"`
	UserIDs   []int64   `json:"user_ids"`
	CreatedAt time.Time `json:"created_at"`
}

// Contact is a shared contact, the only kind the API shows.
type Contact struct {
	ID           int64     `json:"id"`
	FirstName    string    `json:"first_name,omitempty"`
	LastName     string    `json:"last_name,omitempty"`
	CompanyName  string    `json:"company_name,omitempty"`
	Information  string    `json:"information,omitempty"`
	PhoneNumbers []Detail  `json:"phone_numbers,omitempty"`
	Emails       []Detail  `json:"emails,omitempty"`
	CreatedAt    time.Time `json:"created_at"`
	UpdatedAt    time.Time `json:"updated_at"`
}

// Detail is one phone number or e-mail address of a contact.
type Detail struct {
	ID    int64  `json:"id"`
	Label string `json:"label"`
	Value string `json:"value"`
}

// Webhook is where events go.
type Webhook struct {
	// ID is the old number, WebhookID the UUID that replaced it.
	ID         int64  `json:"id"`
	WebhookID  string `json:"webhook_id"`
	URL        string `json:"url"`
	CustomName string `json:"custom_name,omitempty"`
	// Token is sent with every event. Empty: 32 hex characters are made.
	Token string `json:"token"`
	// Events are the events wanted. Empty: all.
	Events []string `json:"events"`
	// Active is set by AddWebhook, and cleared after too many failures.
	Active bool `json:"active"`
	// Failures counts the failed attempts since the last success.
	Failures int `json:"failures"`
	// OffSince is when failures switched the webhook off. A success within 12
	// hours switches it on again.
	OffSince time.Time `json:"off_since,omitzero"`
	// App is the OAuth application that made it; empty for an API key.
	App       string    `json:"app,omitempty"`
	CreatedAt time.Time `json:"created_at"`
}

// Call is a phone call as it stands now.
type Call struct {
	ID int64 `json:"id"`
	// UUID is call_uuid in webhooks and sid in REST.
	UUID string `json:"call_uuid"`
	// Direction is inbound or outbound; Status initial, answered or done.
	Direction        string    `json:"direction"`
	Status           string    `json:"status"`
	MissedCallReason string    `json:"missed_call_reason,omitempty"`
	StartedAt        time.Time `json:"started_at"`
	AnsweredAt       time.Time `json:"answered_at,omitzero"`
	EndedAt          time.Time `json:"ended_at,omitzero"`
	// RawDigits is the outside number in display form, or "anonymous".
	RawDigits string `json:"raw_digits"`
	NumberID  int64  `json:"number_id"`
	// UserID is who took or made the call; 0 as long as nobody did.
	UserID        int64         `json:"user_id,omitempty"`
	ContactID     int64         `json:"contact_id,omitempty"`
	TransferredBy int64         `json:"transferred_by,omitempty"`
	TransferredTo int64         `json:"transferred_to,omitempty"`
	TeamIDs       []int64       `json:"team_ids,omitempty"`
	Comments      []CallComment `json:"comments,omitempty"`
	Tags          []CallTag     `json:"tags,omitempty"`
	// Recording and Voicemail tell that the file is ready.
	Recording bool `json:"recording"`
	Voicemail bool `json:"voicemail"`
	Archived  bool `json:"archived"`
	// VoiceAgents are the parts of the call that AI voice agents had.
	VoiceAgents []VoiceAgentSession `json:"ai_voice_agents,omitempty"`
	// Cost is in US cents.
	Cost string `json:"cost"`
}

// CallComment is an agent's note on a call.
type CallComment struct {
	ID       int64     `json:"id"`
	Content  string    `json:"content"`
	PostedBy int64     `json:"posted_by,omitempty"`
	PostedAt time.Time `json:"posted_at"`
}

// CallTag is a tag on a call. TaggedBy 0 is a system tag.
type CallTag struct {
	ID       int64     `json:"id"`
	Name     string    `json:"name"`
	TaggedBy int64     `json:"tagged_by,omitempty"`
	TaggedAt time.Time `json:"tagged_at"`
}

// Tag is a tag of the company.
type Tag struct {
	ID          int64  `json:"id"`
	Name        string `json:"name"`
	Color       string `json:"color"`
	Description string `json:"description,omitempty"`
}

// Card is an insight card that was shown.
type Card struct {
	CallID   int64         `json:"call_id"`
	At       time.Time     `json:"at"`
	Contents []CardContent `json:"contents"`
}

// CardContent is one line of a card: title or shortText.
type CardContent struct {
	Type  string `json:"type"`
	Label string `json:"label,omitempty"`
	Text  string `json:"text"`
	Link  string `json:"link,omitempty"`
}

// Delivery is one attempt to deliver an event.
type Delivery struct {
	N         int64     `json:"n"`
	At        time.Time `json:"at"`
	WebhookID string    `json:"webhook_id"`
	Event     string    `json:"event"`
	// CallID is 0 for events that do not belong to a placed call.
	CallID int64 `json:"call_id,omitempty"`
	// MessageID is empty for events that do not belong to a message.
	MessageID string `json:"message_id,omitempty"`
	// Callback tells that this went to the callback of a number in proxy mode, and not
	// to a webhook.
	Callback bool `json:"callback,omitempty"`
	// Attempt counts from 1.
	Attempt int `json:"attempt"`
	// Status is the receiver's answer; 0 when there was none.
	Status int           `json:"status"`
	Error  string        `json:"error,omitempty"`
	Took   time.Duration `json:"took_ns"`
	// SwitchedOff tells that this failure switched the webhook off.
	SwitchedOff bool   `json:"switched_off,omitempty"`
	Body        string `json:"body"`
}

func (c Call) clone() Call {
	c.TeamIDs, c.Comments, c.Tags = slices.Clone(c.TeamIDs), slices.Clone(c.Comments), slices.Clone(c.Tags)
	c.VoiceAgents = slices.Clone(c.VoiceAgents)
	return c
}

func (c Contact) clone() Contact {
	c.PhoneNumbers, c.Emails = slices.Clone(c.PhoneNumbers), slices.Clone(c.Emails)
	return c
}

func (w Webhook) clone() Webhook {
	w.Events = slices.Clone(w.Events)
	return w
}

// wants tells whether an event goes to the webhook.
func (w *Webhook) wants(event string) bool {
	return len(w.Events) == 0 || slices.Contains(w.Events, event)
}

func (c *Contact) hasNumber(digits string) bool {
	return slices.ContainsFunc(c.PhoneNumbers, func(d Detail) bool { return onlyDigits(d.Value) == onlyDigits(digits) })
}

// onlyDigits makes two spellings of an international number equal.
func onlyDigits(number string) string {
	return strings.Map(func(r rune) rune {
		if r < '0' || r > '9' {
			return -1
		}
		return r
	}, number)
}
