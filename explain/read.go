package explain

import (
	"encoding/json"
	"net/http"
	"strings"
	"time"

	"callscout/calllog"
	"callscout/phone"
)

// Thread is a thread that would be written.
type Thread struct {
	At time.Time `json:"at"`
	// Kind is Help Scout's: "phone" or "note".
	Kind string `json:"kind"`
	// Author is the Help Scout user in whose name it is written; 0 is the user behind
	// the token.
	Author int64 `json:"author,omitempty"`
	// Text is what a reader sees of it.
	Text string `json:"text"`
	// Refused is the status that Help Scout would refuse it with.
	Refused int `json:"refused,omitempty"`
}

// CardField is a line of the insight card.
type CardField struct {
	Label string `json:"label,omitempty"`
	Text  string `json:"text"`
}

// sent is what of a request's body is told.
type sent struct {
	Text    string   `json:"text"`
	User    int64    `json:"user"`
	Tags    []string `json:"tags"`
	Threads []struct {
		Type string `json:"type"`
		Text string `json:"text"`
	} `json:"threads"`
	AssignTo int64       `json:"assignTo"`
	Contents []CardField `json:"contents"`
	// Path and Value are those of a patch.
	Path  string          `json:"path"`
	Value json.RawMessage `json:"value"`
}

// read tells what the requests would write, in words that a reader sees.
func (a *Answer) read(writes []Write, f calllog.Facts, masked bool) {
	hidden := func(text string) string { return hidden(text, f) }
	seen := func(text string) string {
		if text = calllog.VisibleText(text); masked {
			text = hidden(text)
		}
		return text
	}
	for _, w := range writes {
		var body sent
		if w.Body != "" && json.Unmarshal([]byte(w.Body), &body) != nil {
			continue
		}
		thread := Thread{At: w.At, Author: body.User, Refused: w.Refused}
		post := w.Method == http.MethodPost
		switch {
		case post && w.Path == "/v2/conversations":
			for _, one := range body.Threads {
				thread.Kind, thread.Text = one.Type, seen(one.Text)
				a.Threads = append(a.Threads, thread)
			}
			if w.Refused == 0 {
				a.Tags, a.Owner = body.Tags, body.AssignTo
			}
		case post && strings.HasPrefix(w.Path, "/v2/conversations/") && strings.HasSuffix(w.Path, "/phones"):
			thread.Kind, thread.Text = "phone", seen(body.Text)
			a.Threads = append(a.Threads, thread)
		case post && strings.HasPrefix(w.Path, "/v2/conversations/") && strings.HasSuffix(w.Path, "/notes"):
			thread.Kind, thread.Text = "note", seen(body.Text)
			a.Threads = append(a.Threads, thread)
		case w.Refused != 0:
		case w.Method == http.MethodPut && strings.HasSuffix(w.Path, "/tags"):
			a.Tags = body.Tags
		case w.Method == http.MethodPatch && body.Path == "/assignTo":
			_ = json.Unmarshal(body.Value, &a.Owner) // null is nobody
		case strings.HasSuffix(w.Path, "/insight_cards"):
			a.Card = nil
			for _, line := range body.Contents {
				if masked {
					line.Label, line.Text = hidden(line.Label), hidden(line.Text)
				}
				a.Card = append(a.Card, line)
			}
		}
	}
}

// hidden masks the numbers in a text: the outside number however it is written, and
// whatever else reads as one.
func hidden(text string, f calllog.Facts) string {
	number, _ := phone.Classify(f.OutsideNumber, f.Line.Country)
	for _, form := range []string{f.OutsideNumber, number.International(), number.E164(), number.National()} {
		if form != "" {
			text = strings.ReplaceAll(text, form, phone.Mask(f.OutsideNumber))
		}
	}
	places := phone.Find(text, f.Line.Country)
	for i := len(places) - 1; i >= 0; i-- {
		text = text[:places[i].From] + places[i].Number.String() + text[places[i].To:]
	}
	return text
}
