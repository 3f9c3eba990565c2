package simulator

import (
	"bytes"
	"encoding/json"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
)

// messagePageRoutes are the form that sends a message, and a page for each message.
func (a *Aircall) messagePageRoutes(mux *http.ServeMux) {
	mux.HandleFunc("POST /messages", a.textByForm)
	mux.HandleFunc("GET /messages/{id}", func(w http.ResponseWriter, r *http.Request) {
		a.showMessage(w, r, http.StatusOK, "")
	})
	mux.HandleFunc("POST /messages/{id}/status", func(w http.ResponseWriter, r *http.Request) {
		if !readForm(w, r) {
			return
		}
		id := r.PathValue("id")
		if _, err := a.setTextStatus(id, r.PostFormValue("status")); err != nil {
			a.showMessage(w, r, http.StatusUnprocessableEntity, capitalised(err.Error())+".")
			return
		}
		http.Redirect(w, r, "/messages/"+url.PathEscape(id), http.StatusSeeOther)
	})
}

// messageForm is the form that sends a message, as it was filled in.
type messageForm struct {
	Kind, Outside, Body, File string
	Line, Agent               int64
	// Problem is why the message could not be sent.
	Problem string
}

var messageKinds = []struct{ Kind, Name string }{
	{"inbound", "SMS comes in"},
	{"outbound", "SMS goes out"},
	{"whatsapp-inbound", "WhatsApp comes in"},
	{"whatsapp-outbound", "WhatsApp goes out"},
	{"whatsapp-template", "WhatsApp template goes out"},
}

// fileKinds are what may hang on a message, good or bad.
var fileKinds = []struct{ Key, Name string }{
	{"", "None"},
	{"picture", "A picture"},
	{"html", "A web page that is called a picture"},
	{MediaExpired, "A picture whose link is over"},
	{MediaEndless, "A file without an end"},
	{MediaSlow, "A file that comes very slowly"},
}

func (a *Aircall) emptyMessageForm() messageForm {
	a.mu.Lock()
	defer a.mu.Unlock()
	return messageForm{Kind: "inbound", Outside: defaultOutside, Line: firstKey(a.numbers), Agent: firstKey(a.users)}
}

func (f messageForm) message() TextMessage {
	t := TextMessage{
		NumberID: f.Line, UserID: f.Agent, Outside: f.Outside, Direction: "inbound",
		Body: strings.TrimSpace(strings.ReplaceAll(f.Body, "\r\n", "\n")),
	}
	if f.Kind != "inbound" && f.Kind != "whatsapp-inbound" {
		t.Direction = "outbound"
	}
	if strings.HasPrefix(f.Kind, whatsApp) {
		t.WhatsApp = &WhatsAppText{}
	}
	if f.Kind == "whatsapp-template" {
		t.WhatsApp.Category, t.WhatsApp.Template = "utility", "order_shipped"
		t.WhatsApp.Parameters = []TemplateParameter{{Name: "order", Value: "1042"}}
	}
	switch f.File {
	case "":
	case "picture":
		t.Files = []TextFile{{}}
	case "html":
		t.Files = []TextFile{{Name: "holiday.jpg", Type: "image/jpeg", Data: []byte("<!doctype html><script>alert(1)</script>")}}
	default:
		t.Files = []TextFile{{Trouble: f.File}}
	}
	return t
}

func (a *Aircall) textByForm(w http.ResponseWriter, r *http.Request) {
	if !readForm(w, r) {
		return
	}
	// What is no number stays 0 and means the first line or agent.
	line, _ := strconv.ParseInt(r.PostFormValue("line"), 10, 64)
	agent, _ := strconv.ParseInt(r.PostFormValue("agent"), 10, 64)
	form := messageForm{
		Kind: r.PostFormValue("kind"), Outside: r.PostFormValue("outside"), Body: r.PostFormValue("body"),
		File: r.PostFormValue("file"), Line: line, Agent: agent,
	}
	id, _, err := a.text(form.message())
	if err != nil {
		form.Problem = capitalised(err.Error()) + "."
		a.showCompany(w, r, http.StatusUnprocessableEntity, a.emptyForm(), form)
		return
	}
	http.Redirect(w, r, "/messages/"+url.PathEscape(id)+"?watch=1", http.StatusSeeOther)
}

// messageLine is a message as a person sees it.
type messageLine struct {
	Message
	Line, Agent, Channel, State string
}

// messageLine names the people of a message. The company must be locked.
func (a *Aircall) messageLine(m *Message) messageLine {
	shown := messageLine{Message: m.clone(), Line: decimal(m.NumberID), Channel: "SMS", State: capitalised(m.Status)}
	if number := a.numbers[m.NumberID]; number != nil {
		shown.Line = number.Name
	}
	if user := a.users[m.UserID]; user != nil {
		shown.Agent = user.Name
	}
	switch {
	case m.WhatsApp != nil:
		shown.Channel = "WhatsApp"
	case len(m.Group) > 0:
		shown.Channel = "Group"
	case len(m.Files) > 0:
		shown.Channel = "MMS"
	}
	return shown
}

// messageLines are all messages, newest first. The company must be locked.
func (a *Aircall) messageLines() []messageLine {
	lines := make([]messageLine, 0, len(a.messages))
	for _, m := range a.messages {
		lines = append(lines, a.messageLine(m))
	}
	slices.SortFunc(lines, func(x, y messageLine) int { return y.SentAt.Compare(x.SentAt) })
	return lines
}

func (a *Aircall) showMessage(w http.ResponseWriter, r *http.Request, status int, problem string) {
	deliveries := a.Deliveries()
	a.mu.Lock()
	m, known := a.messages[r.PathValue("id")]
	content := struct {
		messageLine
		Problem  string
		Events   []sentEvent
		Statuses []string
	}{Problem: problem, Statuses: textStatuses}
	if known {
		content.messageLine = a.messageLine(m)
	}
	urls, hide := a.receivers()
	a.mu.Unlock()
	if !known {
		a.notFound(w, "There is no such message.")
		return
	}
	for _, d := range deliveries {
		if d.MessageID == content.ID {
			content.Events = append(content.Events, shownEvent(d, urls, hide))
		}
	}
	f := frame{Vendor: "Aircall", Theme: "aircall", Title: "Message", Page: content}
	if r.Method == http.MethodGet {
		f.watching(r.URL)
	}
	show(w, status, aircallPages["message"], f)
}

// receivers are the webhooks' addresses by id, and what keeps all secrets off a page.
// The company must be locked.
func (a *Aircall) receivers() (urls map[string]string, hide *strings.Replacer) {
	urls = map[string]string{}
	var secrets []string
	for _, webhook := range a.webhooks {
		urls[webhook.WebhookID] = webhook.URL
		secrets = append(secrets, webhook.Token, "…")
	}
	for _, c := range a.configurations {
		secrets = append(secrets, c.Token, "…")
	}
	return urls, strings.NewReplacer(secrets...)
}

func shownEvent(d Delivery, urls map[string]string, hide *strings.Replacer) sentEvent {
	var text bytes.Buffer
	if json.Indent(&text, []byte(d.Body), "", "  ") != nil {
		text.Reset()
	}
	to := urls[d.WebhookID]
	if d.Callback {
		to = "the line's callback"
	}
	return sentEvent{
		Delivery: d, To: to, OK: d.Status >= 200 && d.Status < 300,
		Millis: max(1, d.Took.Milliseconds()), Text: hide.Replace(text.String()),
	}
}
