package simulator

import (
	"cmp"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
)

// maxForm is far above what the forms of the pages hold.
const maxForm = 64 << 10

var aircallPages = parsePages("company", "call", "message", "missing", "consent", "installed")

// pageRoutes are pages for a person who tries the product: the company at a
// glance, forms that place a call and send a message, and each of these with what
// became of it.
func (a *Aircall) pageRoutes(mux *http.ServeMux) {
	styleRoute(mux)
	mux.HandleFunc("GET /{$}", func(w http.ResponseWriter, r *http.Request) {
		a.showCompany(w, r, http.StatusOK, a.emptyForm(), a.emptyMessageForm())
	})
	a.messagePageRoutes(mux)
	mux.HandleFunc("POST /calls", a.placeByForm)
	mux.HandleFunc("GET /calls/{id}", func(w http.ResponseWriter, r *http.Request) {
		a.showCall(w, r, http.StatusOK, "")
	})
	mux.HandleFunc("POST /calls/{id}/comments", a.amendByForm(func(id int64, r *http.Request) error {
		return a.Comment(id, 0, r.PostFormValue("text"))
	}))
	mux.HandleFunc("POST /calls/{id}/tags", a.amendByForm(func(id int64, r *http.Request) error {
		return a.Tag(id, 0, r.PostFormValue("name"))
	}))
	mux.HandleFunc("POST /calls/{id}/archive", a.amendByForm(func(id int64, _ *http.Request) error {
		return a.Archive(id)
	}))
	mux.HandleFunc("GET /", func(w http.ResponseWriter, _ *http.Request) { a.notFound(w, "There is no such page.") })
}

func (a *Aircall) notFound(w http.ResponseWriter, why string) {
	show(w, http.StatusNotFound, aircallPages["missing"], a.frame("Not found", why))
}

func (a *Aircall) frame(title string, page any) frame {
	return frame{Vendor: "Aircall", Theme: "aircall", Title: title, Page: page}
}

func readForm(w http.ResponseWriter, r *http.Request) bool {
	r.Body = http.MaxBytesReader(w, r.Body, maxForm)
	if err := r.ParseForm(); err != nil {
		http.Error(w, "The form could not be read.", http.StatusBadRequest)
		return false
	}
	return true
}

// callForm is the form that places a call, as it was filled in.
type callForm struct {
	Kind, Outside, Tag, Comment string
	Line, Agent                 int64
	Speed                       float64
	Recording, Hold, Insights   bool
	Delivery                    string
	// Problem is why the call could not be placed.
	Problem string
}

// kindNames say what happens in each kind of call, in the order of the form.
var kindNames = []struct{ Kind, Name string }{
	{InboundAnswered, "Comes in, is answered"},
	{InboundMissed, "Comes in, nobody answers"},
	{InboundVoicemail, "Comes in, leaves a voicemail"},
	{InboundAbandoned, "Comes in, hangs up while ringing"},
	{FailedTransfer, "Comes in, is answered, transfer fails"},
	{CallbackRequest, "Comes in, asks to be called back"},
	{VoiceAgentAlone, "Comes in, a voice agent deals with it"},
	{VoiceAgentAnswered, "Comes in, a voice agent hands over, is answered"},
	{VoiceAgentMissed, "Comes in, a voice agent hands over, nobody answers"},
	{VoiceAgentVoicemail, "Comes in, a voice agent hands over, leaves a voicemail"},
	{OutboundAnswered, "Goes out, is answered"},
	{OutboundUnanswered, "Goes out, nobody answers"},
}

// deliveryNames are ways in which webhooks go wrong.
var deliveryNames = []struct{ Key, Name string }{
	{"", "Every event once, in order"},
	{"twice", "Every event twice"},
	{"shuffled", "Events out of order"},
	{"unended", "call.ended is lost"},
}

var speedNames = []struct {
	Speed float64
	Name  string
}{{1, "As in real life"}, {5, "5 times as fast"}, {20, "20 times as fast"}}

func (a *Aircall) emptyForm() callForm {
	a.mu.Lock()
	defer a.mu.Unlock()
	return callForm{
		Kind: InboundAnswered, Outside: defaultOutside, Line: firstKey(a.numbers), Agent: firstKey(a.users),
		Speed: 5, Recording: true,
	}
}

func (f callForm) script() Script {
	s := Script{
		Kind: f.Kind, NumberID: f.Line, UserID: f.Agent, Outside: strings.TrimSpace(f.Outside), Speed: f.Speed,
		Recording: f.Recording, Hold: f.Hold,
	}
	if f.Insights {
		s.Insights = []string{"*"}
	}
	for name := range strings.SplitSeq(f.Tag, ",") {
		if name = strings.TrimSpace(name); name != "" {
			s.Tags = append(s.Tags, name)
		}
	}
	if comment := strings.TrimSpace(f.Comment); comment != "" {
		s.Comments = []string{strings.ReplaceAll(comment, "\r\n", "\n")}
	}
	switch f.Delivery {
	case "twice":
		s.Duplicate = []string{"*"}
	case "shuffled":
		s.Reorder = []string{"*"}
	case "unended":
		s.Lose = []string{"call.ended"}
	}
	return s
}

func (a *Aircall) placeByForm(w http.ResponseWriter, r *http.Request) {
	if !readForm(w, r) {
		return
	}
	// What is no number stays 0 and means the first line or agent, or real time.
	line, _ := strconv.ParseInt(r.PostFormValue("line"), 10, 64)
	agent, _ := strconv.ParseInt(r.PostFormValue("agent"), 10, 64)
	speed, _ := strconv.ParseFloat(r.PostFormValue("speed"), 64)
	form := callForm{
		Kind: r.PostFormValue("kind"), Outside: r.PostFormValue("outside"), Line: line, Agent: agent, Speed: speed,
		Recording: r.PostFormValue("recording") != "", Hold: r.PostFormValue("hold") != "",
		Insights: r.PostFormValue("insights") != "", Tag: r.PostFormValue("tags"), Comment: r.PostFormValue("comment"), Delivery: r.PostFormValue("delivery"),
	}
	id, err := a.PlaceAsync(form.script())
	if err != nil {
		form.Problem = capitalised(err.Error()) + "."
		a.showCompany(w, r, http.StatusUnprocessableEntity, form, a.emptyMessageForm())
		return
	}
	http.Redirect(w, r, fmt.Sprintf("/calls/%d?watch=1", id), http.StatusSeeOther)
}

func (a *Aircall) amendByForm(do func(id int64, r *http.Request) error) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		if !readForm(w, r) {
			return
		}
		if err := do(pathID(r), r); err != nil {
			a.showCall(w, r, http.StatusUnprocessableEntity, capitalised(err.Error())+".")
			return
		}
		http.Redirect(w, r, fmt.Sprintf("/calls/%d", pathID(r)), http.StatusSeeOther) //nolint:gosec // a path with a number
	}
}

func (a *Aircall) showCompany(w http.ResponseWriter, r *http.Request, status int, form callForm, message messageForm) {
	calls := a.Calls()
	slices.SortFunc(calls, func(x, y Call) int { return cmp.Or(y.StartedAt.Compare(x.StartedAt), cmp.Compare(y.ID, x.ID)) })
	a.mu.Lock()
	content := struct {
		Form                      callForm
		Kinds, Speeds, Deliveries any
		Numbers                   []Number
		Users                     []AircallUser
		Contacts                  []Contact
		Webhooks                  []Webhook
		Calls                     []callLine
		MessageForm               messageForm
		MessageKinds, FileKinds   any
		Messages                  []messageLine
	}{
		form, kindNames, speedNames, deliveryNames,
		values(a.numbers), values(a.users), values(a.contacts), values(a.webhooks), nil,
		message, messageKinds, fileKinds, a.messageLines(),
	}
	for i := range calls {
		content.Calls = append(content.Calls, a.line(&calls[i]))
	}
	a.mu.Unlock()
	f := a.frame("Calls", content)
	if r.Method == http.MethodGet {
		f.watching(r.URL)
	}
	show(w, status, aircallPages["company"], f)
}
