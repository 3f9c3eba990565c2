package calllog

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"callscout/phone"
	"callscout/settings"
)

// Profile is what a customer's record says of the person.
type Profile struct {
	FirstName string   `json:"first_name,omitempty"`
	LastName  string   `json:"last_name,omitempty"`
	Emails    []string `json:"emails,omitempty"`
	Company   string   `json:"company,omitempty"`
	JobTitle  string   `json:"job_title,omitempty"`
	Notes     string   `json:"notes,omitempty"`
}

// Name is what to call the person: the name, else the company, else the e-mail
// address, else "".
func (p Profile) Name() string {
	name := strings.TrimSpace(p.FirstName + " " + p.LastName)
	if name == "" {
		name = p.Company
	}
	if name == "" && len(p.Emails) > 0 {
		name = p.Emails[0]
	}
	return name
}

// How says in which way the customer of a call was come by.
type How string

// The ways.
const (
	// Remembered: an earlier call of the same number has found the customer.
	Remembered How = "remembered"
	// FoundByNumber: Help Scout's search shows a customer with the number.
	FoundByNumber How = "found"
	// MadeByCall: nobody had the number, so a customer was made.
	MadeByCall How = "made"
	// JoinedByEmail: a customer had the contact's e-mail address and got the
	// number.
	JoinedByEmail How = "joined"
)

// Namesake is another customer with the same number.
type Namesake struct {
	ID   int64  `json:"id"`
	Name string `json:"name,omitempty"`
}

// LatestConversation is the customer's last conversation in the inbox.
type LatestConversation struct {
	Number               int64
	Subject, Status, URL string
	// Owner is the name of the user or team that has it; empty for nobody.
	Owner string
}

// Caller is what Help Scout knows of the other party of a call.
type Caller struct {
	// Customer is 0 where nobody has the number.
	Customer int64
	How      How
	Profile  Profile
	// Others have the same number.
	Others []Namesake
	// Latest is nil where there is none.
	Latest *LatestConversation
}

// CardLine is one line of an insight card. Without a Label it is a title.
type CardLine struct {
	Label string `json:"label,omitempty"`
	Text  string `json:"text"`
	Link  string `json:"link,omitempty"`
}

// Lengths that can be read at a glance while the phone rings.
const (
	maxCardTitle = 80
	maxCardText  = 200
	// maxCard keeps well under the 10 KB that Aircall takes for a card as JSON
	// (an integrator's finding; Aircall's reference names no limit).
	maxCard = 8 << 10
	// mostOthers are named; the rest is a count.
	mostOthers = 3
)

// Card is what the agent sees in Aircall while it rings: who it is, and where the
// last conversation stands. webURL is Help Scout's web address.
func Card(f Facts, s settings.Settings, who Caller, webURL string) []CardLine {
	w := wordsFor(s.Language)
	var lines []CardLine
	add := func(label, text, link string) {
		if text = cut(text, maxCardText); text != "" {
			lines = append(lines, CardLine{Label: label, Text: text, Link: link})
		}
	}
	profile := ""
	if who.Customer != 0 {
		profile = CustomerURL(webURL, who.Customer)
	}
	known := who.Customer != 0 && (who.How != MadeByCall || f.Party() != "")
	switch {
	case f.Anonymous:
		add("", cut(w.cardWithheld, maxCardTitle), "")
		add("Help Scout", w.cardNobody, profile)
		return lines
	case !known:
		add("", cut(partyText(f, w), maxCardTitle), profile)
		if who.Customer == 0 {
			add("Help Scout", w.cardUnknown, "")
		} else {
			add("Help Scout", w.cardMade, profile)
		}
		return lines
	}
	name := cut(who.Profile.Name(), maxCardTitle)
	if name == "" {
		name = partyText(f, w)
	}
	add("", name, profile)
	if who.How == MadeByCall {
		add("Help Scout", w.cardMade, profile)
	}
	for _, email := range who.Profile.Emails {
		add(w.cardEmail, email, "")
		break
	}
	if who.Profile.Company != name {
		add(w.cardCompany, who.Profile.Company, "")
	}
	add(w.cardJobTitle, who.Profile.JobTitle, "")
	add(w.cardNotes, who.Profile.Notes, "")
	if latest := who.Latest; latest != nil {
		subject := latest.Subject
		if subject == "" {
			subject = "#" + fmt.Sprint(latest.Number)
		}
		owner := latest.Owner
		if owner == "" {
			owner = w.cardNoOwner
		}
		add(w.cardLatest, subject, latest.URL)
		add(w.cardStatus, w.status(latest.Status)+", "+owner, "")
	}
	for i, other := range who.Others {
		if i == mostOthers {
			add(w.cardOther, fmt.Sprintf(w.cardMore, len(who.Others)-mostOthers), "")
			break
		}
		text := other.Name
		if text == "" {
			text = fmt.Sprint(other.ID)
		}
		add(w.cardOther, text, CustomerURL(webURL, other.ID))
	}
	return fitted(lines)
}

// CustomerURL is the page of a customer's profile in Help Scout (seen in use by
// integrations; not documented).
func CustomerURL(webURL string, customer int64) string {
	return fmt.Sprintf("%s/customer/%d/0/", strings.TrimRight(webURL, "/"), customer)
}

// fitted halves the longest text until the card is small enough: signs that JSON
// has to escape take up to six times their room.
func fitted(lines []CardLine) []CardLine {
	lines = slices.Clone(lines)
	for {
		encoded, err := json.Marshal(lines)
		if err != nil || len(encoded) < maxCard {
			return lines
		}
		longest := 0
		for i := range lines {
			if len(lines[i].Text) > len(lines[longest].Text) {
				longest = i
			}
		}
		half := len([]rune(lines[longest].Text)) / 2
		if half < 2 {
			return lines[:1]
		}
		lines[longest].Text = cut(lines[longest].Text, half)
	}
}

// partyText is the outside number as people read it, and what it is where it is
// no number.
func partyText(f Facts, w words) string {
	number, kind := phone.Classify(f.OutsideNumber, f.Line.Country)
	switch kind {
	case phone.Dialable:
		return number.International()
	case phone.ShortCode:
		return f.OutsideNumber + " (" + w.shortCode + ")"
	case phone.AlphanumericSender:
		return f.OutsideNumber + " (" + w.senderName + ")"
	default:
		return f.OutsideNumber
	}
}
