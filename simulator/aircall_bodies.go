package simulator

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"net/url"
	"time"
)

// commonCall are the keys that webhooks and REST share.
func (a *Aircall) commonCall(call *Call, now time.Time) map[string]any {
	return map[string]any{
		"id": call.ID, "direct_link": a.direct("v1/calls", call.ID), "direction": call.Direction,
		"status": call.Status, "missed_call_reason": orNull(call.MissedCallReason),
		"started_at": call.StartedAt.Unix(), "answered_at": unixOrNull(call.AnsweredAt),
		"ended_at": unixOrNull(call.EndedAt), "duration": call.duration(), "cost": call.Cost,
		"voicemail": a.voicemailLink(call, now), "recording": a.recordingLink(call, now), "asset": asset(call),
		"raw_digits": call.RawDigits, "archived": call.Archived, "teams": a.callTeams(call),
		"comments": a.comments(call),
	}
}

// webhookCall is the call object of a webhook as captured in 2022: agent, contact
// and transfer are keys that are missing when there is none, and a system tag was
// set by {}.
func (a *Aircall) webhookCall(call *Call, now time.Time) map[string]any {
	body := a.commonCall(call, now)
	body["hangup_cause"] = nil
	body["number"] = a.numberBody(call.NumberID)
	for key, id := range map[string]int64{
		"user": call.UserID, "transferred_by": call.TransferredBy, "transferred_to": call.TransferredTo,
	} {
		if user := a.webhookUser(id); user != nil {
			body[key] = user
		}
	}
	if contact := a.contacts[call.ContactID]; contact != nil {
		body["contact"] = a.contactBody(contact)
	}
	tags := []any{}
	for _, tag := range call.Tags {
		by := a.webhookUser(tag.TaggedBy)
		if by == nil {
			by = map[string]any{}
		}
		tags = append(tags, map[string]any{
			"id": tag.ID, "name": tag.Name, "tagged_by": by, "tagged_at": tag.TaggedAt.Unix(),
		})
	}
	body["tags"] = tags
	if a.options.NewerBodies {
		body["call_uuid"], body["participants"] = call.UUID, a.participants(call)
		number := a.numberBody(call.NumberID)
		number["e164_digits"] = "+" + onlyDigits(a.numbers[call.NumberID].Digits)
		body["number"] = number
	}
	return body
}

func (a *Aircall) callTeams(call *Call) []any {
	teams := []any{}
	for _, id := range call.TeamIDs {
		if team := a.teams[id]; team != nil {
			teams = append(teams, map[string]any{
				"id": id, "name": team.Name, "direct_link": a.direct("v1/teams", id),
			})
		}
	}
	return teams
}

func (a *Aircall) participants(call *Call) []map[string]any {
	all := []map[string]any{{"phone_number": call.RawDigits, "type": "external"}}
	if user := a.users[call.UserID]; user != nil {
		all = append(all, map[string]any{"id": user.ID, "name": user.Name, "type": "user"})
	}
	return all
}

func (a *Aircall) comments(call *Call) []any {
	all := []any{}
	for _, comment := range call.Comments {
		all = append(all, map[string]any{
			"id": comment.ID, "content": comment.Content, "posted_by": a.webhookUser(comment.PostedBy),
			"posted_at": comment.PostedAt.Unix(),
		})
	}
	return all
}

func (c *Call) duration() int64 {
	if c.EndedAt.IsZero() {
		return 0
	}
	return c.EndedAt.Unix() - c.StartedAt.Unix()
}

// webhookUser is an agent inside a webhook, or nil.
func (a *Aircall) webhookUser(id int64) map[string]any {
	user := a.users[id]
	if user == nil {
		return nil
	}
	return map[string]any{
		"id": id, "direct_link": a.direct("v1/users", id), "name": user.Name, "email": user.Email,
		"available": true, "availability_status": "available", "language": user.Language,
		"wrap_up_time": user.WrapUpTime,
	}
}

func (a *Aircall) contactBody(c *Contact) map[string]any {
	details := func(list []Detail) []Detail {
		if list == nil {
			return []Detail{}
		}
		return list
	}
	return map[string]any{
		"id": c.ID, "direct_link": a.direct("v1/contacts", c.ID), "first_name": orNull(c.FirstName),
		"last_name": orNull(c.LastName), "company_name": orNull(c.CompanyName), "information": orNull(c.Information),
		"is_shared": true, "created_at": c.CreatedAt.Unix(), "updated_at": c.UpdatedAt.Unix(),
		"phone_numbers": details(c.PhoneNumbers), "emails": details(c.Emails),
	}
}

func (a *Aircall) numberBody(id int64) map[string]any {
	number := a.numbers[id]
	if number == nil {
		return map[string]any{}
	}
	media := "https://media.example.com/tracks/"
	return map[string]any{
		"id": id, "direct_link": a.direct("v1/numbers", id), "name": number.Name, "digits": number.Digits,
		"country": number.Country, "time_zone": number.TimeZone, "open": true, "availability_status": "open",
		"is_ivr": number.IsIVR, "live_recording_activated": true,
		"messages": map[string]any{
			"welcome": media + "welcome.mp3", "waiting": media + "waiting.mp3", "ivr": media + "ivr.mp3",
			"voicemail": media + "voicemail.mp3", "closed": media + "closed.mp3",
			"callback_later": media + "callback_later.mp3",
		},
	}
}

func (a *Aircall) direct(path string, id int64) string {
	return fmt.Sprintf("%s/%s/%d", a.options.BaseURL, path, id)
}

func (a *Aircall) voicemailLink(call *Call, now time.Time) *string {
	if !call.Voicemail {
		return nil
	}
	return a.signed(call, "-voicemail", now)
}

func (a *Aircall) recordingLink(call *Call, now time.Time) *string {
	if !call.Recording {
		return nil
	}
	return a.signed(call, "", now)
}

// signed looks like the presigned links of 2022: another one for each reading,
// and good for ten minutes.
func (a *Aircall) signed(call *Call, suffix string, now time.Time) *string {
	name := sha256.Sum256([]byte(call.UUID))
	signature := sha256.Sum256([]byte(call.UUID + suffix + now.String()))
	query := url.Values{
		"X-Amz-Algorithm":     {"AWS4-HMAC-SHA256"},
		"X-Amz-Credential":    {"SIMULATED/" + now.UTC().Format("20060102") + "/us-west-2/s3/aws4_request"},
		"X-Amz-Date":          {now.UTC().Format("20060102T150405Z")},
		"X-Amz-Expires":       {"600"},
		"X-Amz-SignedHeaders": {"host"},
		"X-Amz-Signature":     {hex.EncodeToString(signature[:])},
	}
	link := fmt.Sprintf("%s/companies/1/recordings/call-%d-%s%s.mp3?%s",
		a.options.RecordingURL, call.ID, hex.EncodeToString(name[:16]), suffix, query.Encode())
	return &link
}

// asset is the lasting page of a recording or voicemail, which needs a login.
func asset(call *Call) *string {
	var kind string
	switch {
	case call.Voicemail:
		kind = "voicemail"
	case call.Recording:
		kind = "recording"
	default:
		return nil
	}
	page := fmt.Sprintf("https://assets.aircall.io/calls/%d/%s", call.ID, kind)
	return &page
}

func orNull(text string) *string {
	if text == "" {
		return nil
	}
	return &text
}

func unixOrNull(at time.Time) *int64 {
	if at.IsZero() {
		return nil
	}
	seconds := at.Unix()
	return &seconds
}
