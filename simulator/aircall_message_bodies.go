package simulator

import (
	"encoding/json"
	"time"
)

// messageBody is the message object of a webhook, put together from what several
// integrations read: no capture of a whole one is known. The company must be locked.
func (a *Aircall) messageBody(m *Message) map[string]any {
	body := a.messageStatusBody(m)
	body["direction"], body["body"], body["origin"] = m.Direction, m.Body, "native"
	body["created_at"], body["sent_at"] = messageTime(m, m.CreatedAt), messageTime(m, m.SentAt)
	media := []any{}
	for _, file := range m.files {
		media = append(media, map[string]any{
			"file_name": file.Name, "file_type": file.Type, "presigned_url": a.mediaLink(file, a.clock()),
		})
	}
	body["media_details"] = media
	if user := a.users[m.UserID]; user != nil {
		body["user"] = a.webhookUser(m.UserID)
	}
	if m.WhatsApp != nil {
		for key, value := range whatsAppBody(m.WhatsApp) {
			body[key] = value
		}
	}
	return body
}

// messageStatusBody lacks body and direction, as was seen.
func (a *Aircall) messageStatusBody(m *Message) map[string]any {
	number := a.numberBody(m.NumberID)
	number["e164_digits"] = "+" + onlyDigits(a.numbers[m.NumberID].Digits)
	body := map[string]any{
		"id": m.ID, "direct_link": a.direct("v1/numbers", m.NumberID) + "/messages/" + m.ID,
		"external_number": m.Outside, "raw_digits": onlyDigits(m.Outside), "status": m.Status,
		"channel": nil, "updated_at": messageTime(m, m.UpdatedAt), "number": number, "contact": nil,
	}
	if contact := a.contacts[m.ContactID]; contact != nil {
		body["contact"] = a.contactBody(contact)
	}
	if m.WhatsApp != nil {
		body["channel"] = whatsApp
	}
	if len(m.Group) > 0 {
		participants := []string{}
		for _, number := range m.Group {
			participants = append(participants, onlyDigits(number))
		}
		body["participants"], body["group_conversation_id"] = participants, m.GroupConversationID
	}
	return body
}

func messageTime(m *Message, at time.Time) any {
	if m.ISO {
		return iso(at.UTC())
	}
	return at.UnixMilli()
}

func whatsAppBody(w *WhatsAppText) map[string]any {
	kind := w.Type
	if kind == "free_customer_service" {
		kind = "free_customer_serivce" // Aircall spells it so
	}
	return map[string]any{
		"whatsapp_message_type": kind, "whatsapp_message_category": orNull(w.Category), "template_content": templateContent(w),
		"parent_id": orNull(w.ParentID), "recipient_country": orNull(w.Country), "metadata": map[string]any{}, "type": nil,
	}
}

// templateContent has the form of WhatsApp's own API. Aircall's is not known.
func templateContent(w *WhatsAppText) any {
	switch {
	case len(w.TemplateContent) > 0 && json.Valid(w.TemplateContent):
		return w.TemplateContent
	case w.Template == "":
		return nil
	}
	parameters := []any{}
	for _, p := range w.Parameters {
		parameter := map[string]any{"type": "text", "text": p.Value}
		if p.Name != "" {
			parameter["parameter_name"] = p.Name
		}
		parameters = append(parameters, parameter)
	}
	return map[string]any{
		"name": w.Template, "language": map[string]any{"code": "en"},
		"components": []any{map[string]any{"type": "body", "parameters": parameters}},
	}
}
