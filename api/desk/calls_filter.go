package desk

import (
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
)

// CallChoice is what a list is filtered by. A zero field does not filter.
type CallChoice struct {
	// Status is one of the five words.
	Status           string
	Problem, Outcome string
	// Line is the id of a number of Aircall's, Inbox one of Help Scout's, Agent that of
	// a user of Aircall's.
	Line, Inbox, Agent int64
	// Who are hashes of a number, any of which may fit.
	Who          []string
	Call         int64
	Conversation string
	From, To     time.Time
}

// has tells whether a row is chosen.
func (c CallChoice) has(row CallRow) bool {
	return (c.Status == "" || c.Status == row.Status) &&
		(c.Problem == "" || c.Problem == row.Problem) && (c.Outcome == "" || c.Outcome == row.Outcome) &&
		(c.Line == 0 || c.Line == row.LineID) && (c.Inbox == 0 || c.Inbox == row.Inbox) && (c.Agent == 0 || c.Agent == row.AgentID) &&
		(len(c.Who) == 0 || slices.Contains(c.Who, row.Who)) && (c.Call == 0 || c.Call == row.Call) &&
		(c.Conversation == "" || c.Conversation == row.Conversation) &&
		(c.From.IsZero() || !row.StartedAt.Before(c.From)) && (c.To.IsZero() || row.StartedAt.Before(c.To))
}

// callFilter is the state of the page, all of which is in its address. None of it is
// personal data: a number is there as its hash.
type callFilter struct {
	// Status is the tab, "all" for every one; View a saved view that is no tab.
	Status, View string
	Choice       CallChoice
	// When is a word for a time, "" where From and To say it, as days.
	When, From, To string
	After          string
}

var (
	hashForm = regexp.MustCompile(`^[A-Za-z0-9_-]{8,128}$`)
	wordForm = regexp.MustCompile(`^[A-Za-z_]{1,40}$`)
)

// mostHashes is how many numbers a list may be sought for at once.
const mostHashes = 5

// filterOf reads an address. What is no filter is left out.
func filterOf(q url.Values, now time.Time) callFilter {
	f := callFilter{Status: q.Get("status"), View: q.Get("view"), When: q.Get("when"), From: q.Get("from"), To: q.Get("to"), After: q.Get("after")}
	if !slices.Contains(tabs, f.Status) {
		f.Status = statusAttention
	}
	if f.View != "retrying" {
		f.View = ""
	}
	number := func(name string) int64 {
		n, _ := strconv.ParseInt(q.Get(name), 10, 64) // what is none does not filter
		return max(0, n)
	}
	word := func(name string) string {
		if text := q.Get(name); wordForm.MatchString(text) {
			return text
		}
		return ""
	}
	f.Choice = CallChoice{
		Problem: word("problem"), Outcome: word("outcome"), Line: number("line"), Inbox: number("inbox"), Agent: number("agent"), Call: number("call"),
	}
	if conversation := number("conversation"); conversation != 0 {
		f.Choice.Conversation = formatID(conversation)
	}
	for hash := range strings.SplitSeq(q.Get("who"), ",") {
		if hashForm.MatchString(hash) && len(f.Choice.Who) < mostHashes {
			f.Choice.Who = append(f.Choice.Who, hash)
		}
	}
	if f.View == "" && f.Status != "all" {
		f.Choice.Status = f.Status
	}
	f.readTimes(now)
	return f
}

func (f *callFilter) readTimes(now time.Time) {
	now = now.UTC()
	midnight := now.Truncate(24 * time.Hour)
	from := map[string]time.Time{
		"today": midnight, "24h": now.Add(-24 * time.Hour), "7d": now.Add(-7 * 24 * time.Hour), "30d": now.Add(-30 * 24 * time.Hour),
	}
	if begin, known := from[f.When]; known {
		f.Choice.From, f.From, f.To = begin, "", ""
		return
	}
	f.When = ""
	var err error
	if f.Choice.From, err = time.Parse(time.DateOnly, f.From); err != nil {
		f.From = ""
	}
	if f.Choice.To, err = time.Parse(time.DateOnly, f.To); err != nil {
		f.To = ""
	} else {
		f.Choice.To = f.Choice.To.AddDate(0, 0, 1) // the day is part of it
	}
}

// values are the filter as an address says it.
func (f callFilter) values() url.Values {
	q := url.Values{}
	set := func(name, value string) {
		if value != "" && value != "0" {
			q.Set(name, value)
		}
	}
	if f.Status != statusAttention {
		set("status", f.Status)
	}
	c := f.Choice
	set("view", f.View)
	set("problem", c.Problem)
	set("outcome", c.Outcome)
	set("line", formatID(c.Line))
	set("inbox", formatID(c.Inbox))
	set("agent", formatID(c.Agent))
	set("who", strings.Join(c.Who, ","))
	set("call", formatID(c.Call))
	set("conversation", c.Conversation)
	set("when", f.When)
	set("from", f.From)
	set("to", f.To)
	set("after", f.After)
	return q
}

func (f callFilter) query() string { return f.values().Encode() }

// address is the page with this filter.
func (f callFilter) address(id string) string {
	address := "/i/" + id + "/calls"
	if query := f.query(); query != "" {
		address += "?" + query
	}
	return address
}

func (f callFilter) with(name, value string) callFilter {
	q := f.values()
	q.Set(name, value)
	return filterOf(q, time.Now())
}

// without drops one filter, and begins at the first page.
func (f callFilter) without(name string) callFilter {
	q := f.values()
	q.Del("after")
	q.Del(name)
	if name == "when" {
		q.Del("from")
		q.Del("to")
	}
	return filterOf(q, time.Now())
}

// tab is another tab with the same filters. A problem belongs to what stands still.
func (f callFilter) tab(status string) callFilter {
	f = f.without("view")
	if status != statusAttention && status != "all" {
		f = f.without("problem")
	}
	return f.with("status", status)
}

// savedViews are the filters that people want often.
var savedViews = []struct {
	key    string
	filter callFilter
}{
	{"needs_attention", callFilter{Status: statusAttention}},
	{"retrying", callFilter{Status: statusAttention, View: "retrying"}},
	{"waiting", callFilter{Status: "waiting"}},
	{"today", callFilter{Status: "all", When: "today"}},
}

// chipsOf names what is filtered by, besides the tab.
func chipsOf(f callFilter, id string, seen seen) []chipView {
	var chips []chipView
	add := func(key, value string) {
		if value != "" && value != "0" {
			chips = append(chips, chipView{Key: key, Value: value, Without: f.without(key).address(id)})
		}
	}
	c := f.Choice
	add("problem", c.Problem)
	add("outcome", c.Outcome)
	line, inbox, agent := formatID(c.Line), formatID(c.Inbox), formatID(c.Agent)
	if known, is := seen.line(c.Line); is {
		line = known.Name
	}
	for _, one := range seen.Inboxes {
		if one.ID == c.Inbox {
			inbox = one.Name
		}
	}
	for _, one := range seen.Agents {
		if one.ID == c.Agent {
			agent = one.Name
		}
	}
	add("line", line)
	add("inbox", inbox)
	add("agent", agent)
	if len(c.Who) > 0 {
		add("who", "who")
	}
	add("call", formatID(c.Call))
	add("conversation", c.Conversation)
	switch {
	case f.When != "":
		add("when", f.When)
	case f.From != "" || f.To != "":
		add("when", f.From+" – "+f.To)
	}
	return chips
}

// placeAfter is where the page after a row begins.
func placeAfter(row CallRow) string {
	return strconv.FormatInt(row.Since.UnixMicro(), 10) + "-" + formatID(row.Call)
}

func placeOf(after string) (since, call int64) {
	at, id, _ := strings.Cut(after, "-")
	since, _ = strconv.ParseInt(at, 10, 64) // an address that somebody made up begins at the start
	call, _ = strconv.ParseInt(id, 10, 64)
	return since, call
}

func secondsOf(text string) time.Time {
	seconds, err := strconv.ParseInt(text, 10, 64)
	if err != nil || seconds <= 0 {
		return time.Time{}
	}
	return time.Unix(seconds, 0)
}
