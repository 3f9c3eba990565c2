package calllog

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"time"

	"callscout/aircall"
	"callscout/phone"
)

// Fetched is the name of an event that Aircall did not send: the call as REST
// showed it when its last webhook was missing.
const Fetched = "fetched"

// Event is what one webhook says about a call, reduced to what a log needs. It
// travels into the call's workflow as a signal.
type Event struct {
	// ID is the same for each delivery of one webhook. Aircall gives no delivery
	// id, so it is a digest of what was said.
	ID string `json:"id"`
	// Name is Aircall's event name, such as "call.answered", or Fetched.
	Name string `json:"name"`
	// At is when Aircall built the body (or when REST answered), in UTC.
	At   time.Time `json:"at"`
	Call Snapshot  `json:"call"`
	// Insights are what Aircall's AI says, Session what happened between the caller
	// and a voice agent. Of the call itself, such events have little more than the id.
	Insights []Insight `json:"insights,omitempty"`
	Session  *Session  `json:"session,omitempty"`
	// Sessions are those that a fetched call shows.
	Sessions []Session `json:"sessions,omitempty"`
}

// Snapshot is a call as Aircall showed it at one moment. A zero value or a nil
// slice means that the body did not say, never that there is none.
type Snapshot struct {
	ID                   int64     `json:"id"`
	Direction            Direction `json:"direction,omitempty"`
	Done                 bool      `json:"done,omitempty"`
	MissedReason         string    `json:"missed_reason,omitempty"`
	StartedAt            time.Time `json:"started_at,omitzero"`
	AnsweredAt           time.Time `json:"answered_at,omitzero"`
	EndedAt              time.Time `json:"ended_at,omitzero"`
	OutsideNumber        string    `json:"outside_number,omitempty"`
	Anonymous            bool      `json:"anonymous,omitempty"`
	Line                 *Line     `json:"line,omitempty"`
	User                 *Person   `json:"user,omitempty"`
	Contact              *Contact  `json:"contact,omitempty"`
	Teams                []string  `json:"teams,omitempty"`
	TransferredBy        *Person   `json:"transferred_by,omitempty"`
	TransferredTo        *Person   `json:"transferred_to,omitempty"`
	TransferredToOutside string    `json:"transferred_to_outside,omitempty"`
	CallbackOf           int64     `json:"callback_of,omitempty"`
	IVR                  []string  `json:"ivr,omitempty"`
	Conference           []string  `json:"conference,omitempty"`
	Comments             []Comment `json:"comments,omitempty"`
	Tags                 []Tag     `json:"tags"` // null and [] differ: unknown, and none
	Recording            Media     `json:"recording,omitzero"`
	Voicemail            Media     `json:"voicemail,omitzero"`
}

// Direction is where a call came from: Aircall's "inbound" or "outbound".
type Direction string

// Aircall's two directions.
const (
	Inbound  Direction = "inbound"
	Outbound Direction = "outbound"
)

// Line is the Aircall number that a call ran over.
type Line struct {
	ID       int64  `json:"id"`
	Name     string `json:"name,omitempty"`
	Digits   string `json:"digits,omitempty"`
	Country  string `json:"country,omitempty"`
	TimeZone string `json:"time_zone,omitempty"`
}

// Person is an Aircall user.
type Person struct {
	ID    int64  `json:"id,omitempty"`
	Name  string `json:"name,omitempty"`
	Email string `json:"email,omitempty"`
}

// Contact is the entry of Aircall's address book that Aircall found.
type Contact struct {
	ID        int64    `json:"id,omitempty"`
	FirstName string   `json:"first_name,omitempty"`
	LastName  string   `json:"last_name,omitempty"`
	Company   string   `json:"company,omitempty"`
	Emails    []string `json:"emails,omitempty"`
	// LacksNumber says that the contact has numbers, and the other party's is not
	// among them.
	LacksNumber bool `json:"lacks_number,omitempty"`
}

// Comment is a note that an agent wrote on the call in Aircall.
type Comment struct {
	ID   int64     `json:"id"`
	Text string    `json:"text"`
	At   time.Time `json:"at,omitzero"`
	By   *Person   `json:"by,omitempty"`
}

// Tag is a tag that was set in Aircall.
type Tag struct {
	Name string `json:"name"`
	// Callback marks Aircall's own tag for a callback asked for in the queue.
	Callback bool `json:"callback,omitempty"`
}

// Media is where a recording or a voicemail can be heard.
type Media struct {
	// Page needs an Aircall sign-in and lasts.
	Page string `json:"page,omitempty"`
	// Link is signed, needs no sign-in, and dies within hours.
	Link string `json:"link,omitempty"`
}

// None says that there is nothing to hear.
func (m Media) None() bool { return m == Media{} }

// URL is the link to log: the one that lasts, and the signed one only where
// nothing else exists.
func (m Media) URL() string {
	if m.Page != "" {
		return m.Page
	}
	return m.Link
}

// callbackTag is the name of Aircall's system tag for a callback requested in
// the queue (seen on the wire: name "Callback Request", no colour of its own).
const callbackTag = "callback request"

// FromWebhook reduces a call.* webhook. Its error says what could not be
// understood, without personal data.
func FromWebhook(event aircall.Event) (Event, error) {
	call, err := event.Call()
	if err != nil {
		return Event{}, err
	}
	if event.Timestamp.IsZero() {
		return Event{}, fmt.Errorf("%s has no timestamp", event.Name)
	}
	return newEvent(event.Name, event.Timestamp, call)
}

// FromREST makes an event of a call that was fetched at the given time.
func FromREST(call aircall.Call, at time.Time) (Event, error) {
	event := Event{Name: Fetched, At: at.UTC(), Call: snapshot(call), Sessions: sessions(call)}
	return event, event.digest()
}

func newEvent(name string, at time.Time, call aircall.Call) (Event, error) {
	event := Event{Name: name, At: at.UTC(), Call: snapshot(call)}
	return event, event.digest()
}

// digest gives the event its id: what it says, without the id itself.
func (e *Event) digest() error {
	said, err := json.Marshal(*e)
	if err != nil {
		return fmt.Errorf("digest of %s: %w", e.Name, err)
	}
	sum := sha256.Sum256(said)
	e.ID = hex.EncodeToString(sum[:10])
	return nil
}

func snapshot(call aircall.Call) Snapshot {
	s := Snapshot{
		ID:                   call.ID,
		Direction:            Direction(call.Direction),
		Done:                 call.Status == aircall.StatusDone,
		MissedReason:         string(call.MissedCallReason),
		StartedAt:            call.StartedAt,
		AnsweredAt:           call.AnsweredAt,
		EndedAt:              call.EndedAt,
		Anonymous:            call.Anonymous(),
		User:                 person(call.User),
		TransferredBy:        person(call.TransferredBy),
		TransferredTo:        person(call.TransferredTo),
		TransferredToOutside: call.ExternalTransferredTo,
		CallbackOf:           call.AutomaticCallbackCallID,
	}
	if call.RawDigits != "" {
		// Carriers have more words for it than Aircall, and spell some in digits.
		_, kind := phone.Classify(call.RawDigits, "")
		s.Anonymous = s.Anonymous || kind == phone.Anonymous
	}
	if !s.Anonymous {
		s.OutsideNumber = call.RawDigits
	}
	if n := call.Number; n != nil && n.ID != 0 {
		digits := n.E164Digits
		if digits == "" {
			digits = n.Digits
		}
		s.Line = &Line{ID: n.ID, Name: strings.TrimSpace(n.Name), Digits: digits, Country: n.Country, TimeZone: n.TimeZone}
	}
	if c := call.Contact; c != nil && c.ID != 0 {
		s.Contact = contact(c)
		s.Contact.LacksNumber = lacks(c, s.OutsideNumber, s.Line)
	}
	for _, team := range call.Teams {
		s.Teams = appendText(s.Teams, team.Name)
	}
	for _, option := range call.IVROptions {
		s.IVR = appendText(s.IVR, ivrStep(option))
	}
	s.Conference = conference(call.Participants)
	for _, c := range call.Comments {
		s.Comments = append(s.Comments, Comment{ID: c.ID, Text: c.Content, At: c.PostedAt, By: person(c.PostedBy)})
	}
	if call.Tags != nil {
		s.Tags = make([]Tag, 0, len(call.Tags))
	}
	for _, tag := range call.Tags {
		if name := strings.TrimSpace(tag.Name); name != "" {
			s.Tags = append(s.Tags, Tag{Name: name, Callback: strings.EqualFold(name, callbackTag)})
		}
	}
	s.Recording = media(call.Recording, call.RecordingShortURL, assetOf(call.Asset, "recording"))
	s.Voicemail = media(call.Voicemail, call.VoicemailShortURL, assetOf(call.Asset, "voicemail"))
	return s
}

// conference names all who took part where they are more than the two of every
// call; an outside party has a number and no name.
func conference(participants []aircall.Participant) []string {
	const two = 2
	if len(participants) <= two {
		return nil
	}
	var names []string
	for _, p := range participants {
		name := strings.TrimSpace(p.Name)
		if name == "" {
			name = p.PhoneNumber
		}
		if !slices.Contains(names, name) {
			names = appendText(names, name)
		}
	}
	return names
}

// appendText leaves out what is blank: a nameless team makes no tag.
func appendText(list []string, text string) []string {
	if text = strings.TrimSpace(text); text == "" {
		return list
	}
	return append(list, text)
}

func person(u *aircall.User) *Person {
	if u == nil || (u.ID == 0 && u.Name == "" && u.Email == "") {
		return nil
	}
	return &Person{ID: u.ID, Name: strings.TrimSpace(u.Name), Email: strings.TrimSpace(u.Email)}
}

func contact(c *aircall.Contact) *Contact {
	out := &Contact{
		ID: c.ID, FirstName: strings.TrimSpace(c.FirstName), LastName: strings.TrimSpace(c.LastName),
		Company: strings.TrimSpace(c.CompanyName),
	}
	for _, email := range c.Emails {
		out.Emails = appendText(out.Emails, email.Value)
	}
	return out
}

// lacks says that a contact's numbers are told, and that this one is not among
// them.
func lacks(c *aircall.Contact, outside string, line *Line) bool {
	country := ""
	if line != nil {
		country = line.Country
	}
	number, kind := phone.Classify(outside, country)
	return kind == phone.Dialable && len(c.PhoneNumbers) > 0 &&
		!slices.ContainsFunc(c.PhoneNumbers, func(d aircall.ContactDetail) bool { return phone.Holds(d.Value, number, country) })
}

func ivrStep(option aircall.IVROption) string {
	if option.Title != "" {
		return option.Title
	}
	return option.Key
}

// media gathers the links to one asset. The page is the wire's
// https://assets.aircall.io/calls/<id>/<kind>, which lasts but needs a sign-in.
func media(direct, short, page string) Media {
	link := direct
	if short != "" {
		link = short
	}
	return Media{Page: webLink(page), Link: webLink(link)}
}

// webLink refuses what a browser would run or resolve inside Help Scout.
func webLink(link string) string {
	address, err := url.Parse(strings.TrimSpace(link))
	if err != nil || address.Host == "" || (address.Scheme != "https" && address.Scheme != "http") {
		return ""
	}
	return address.String()
}

// assetOf gives the asset page if it is of that kind: one key serves both, and
// its address ends in the kind (seen on the wire; the documented pattern has the
// kind in the middle).
func assetOf(asset, kind string) string {
	if strings.HasSuffix(asset, "/"+kind) || strings.Contains(asset, "/"+kind+"/") {
		return asset
	}
	return ""
}

// Vanished is the last word on a call that Aircall has no more: it ended, at the
// latest when it was last heard of.
func Vanished(f Facts, at time.Time) Event {
	return Event{ID: "vanished", Name: Fetched, At: at.UTC(), Call: Snapshot{ID: f.CallID, Done: true, EndedAt: f.LastWordAt}}
}
