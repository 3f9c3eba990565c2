package aircall

import "time"

// Number is a phone line of the company.
type Number struct {
	ID   int64
	Name string
	// Digits is the display form with spaces.
	Digits string
	// E164Digits is in webhook events only, and not in all of them.
	E164Digits string
	// Country is an ISO 3166 code of two letters.
	Country string
	// TimeZone is an IANA name, for example "Europe/Vienna".
	TimeZone string
}

func readNumber(o object) Number {
	return Number{
		ID:         o.id("id"),
		Name:       o.text("name"),
		Digits:     o.text("digits"),
		E164Digits: o.text("e164_digits"),
		Country:    o.text("country"),
		TimeZone:   o.text("time_zone"),
	}
}

// User is a person of the company.
type User struct {
	ID          int64
	Name, Email string
}

func readUser(o object) User {
	return User{ID: o.id("id"), Name: o.text("name"), Email: o.text("email")}
}

// Contact is an entry of the company's shared address book.
type Contact struct {
	ID                   int64
	FirstName, LastName  string
	CompanyName          string
	Information          string
	PhoneNumbers, Emails []ContactDetail
}

// ContactDetail is one phone number or one e-mail address of a contact.
type ContactDetail struct {
	ID           int64
	Label, Value string
}

func readContact(o object) Contact {
	return Contact{
		ID:           o.id("id"),
		FirstName:    o.text("first_name"),
		LastName:     o.text("last_name"),
		CompanyName:  o.text("company_name"),
		Information:  o.text("information"),
		PhoneNumbers: many(o, "phone_numbers", readContactDetail),
		Emails:       many(o, "emails", readContactDetail),
	}
}

func readContactDetail(o object) ContactDetail {
	return ContactDetail{ID: o.id("id"), Label: o.text("label"), Value: o.text("value")}
}

// Team is a group of users that a call rang.
type Team struct {
	ID   int64
	Name string
}

func readTeam(o object) Team {
	return Team{ID: o.id("id"), Name: o.text("name")}
}

// Tag is a label that a call carries.
type Tag struct {
	ID   int64
	Name string
	// TaggedBy is nil for tags that Aircall itself sets; REST leaves it out.
	TaggedBy *User
	TaggedAt time.Time
}

func readTag(o object) Tag {
	return Tag{
		ID:       o.id("id"),
		Name:     o.text("name"),
		TaggedBy: one(o, "tagged_by", readUser),
		TaggedAt: o.time("tagged_at"),
	}
}

// Comment is a note on a call.
type Comment struct {
	ID       int64
	Content  string
	PostedAt time.Time
	// PostedBy is nil for comments posted by the API.
	PostedBy *User
}

func readComment(o object) Comment {
	return Comment{
		ID:       o.id("id"),
		Content:  o.text("content"),
		PostedAt: o.time("posted_at"),
		PostedBy: one(o, "posted_by", readUser),
	}
}

// ParticipantType says what kind of party a Participant is.
type ParticipantType string

// The types of Aircall's reference.
const (
	ParticipantUser     ParticipantType = "user"
	ParticipantContact  ParticipantType = "contact"
	ParticipantExternal ParticipantType = "external"
)

// Participant is one party of a call. An external one has no ID and no Name, a
// user has no PhoneNumber.
type Participant struct {
	Type        ParticipantType
	ID          int64
	Name        string
	PhoneNumber string
}

func readParticipant(o object) Participant {
	return Participant{
		Type:        ParticipantType(o.text("type")),
		ID:          o.id("id"),
		Name:        o.text("name"),
		PhoneNumber: o.text("phone_number"),
	}
}

// IVROption is a choice that the caller made in a menu. Its ID is text: the
// reference does not say that it is a number.
type IVROption struct {
	ID, Title string
	// Key is the digit pressed, or "fallback".
	Key    string
	Branch string
}

func readIVROption(o object) IVROption {
	return IVROption{ID: o.text("id"), Title: o.text("title"), Key: o.text("key"), Branch: o.text("branch")}
}
