package desk

import (
	"strconv"
	"strings"
	"time"

	"callscout/calllog"
	"callscout/settings"
	"callscout/story"
)

// itemView is one line of what happened to a call's log.
type itemView struct {
	ID       string
	At       time.Time
	Text     string
	Problem  bool
	Failed   bool
	Going    bool
	Why      string
	Next     time.Time
	Tries    int
	Rounds   int
	SaidAt   time.Time
	NewRun   bool
	Quietly  bool
	Decision bool
}

// itemOf says one thing that happened in words.
func itemOf(lang string, i story.Item, s settings.Settings) itemView {
	v := itemView{
		At: i.At, Problem: i.Problem(), Failed: i.State == story.Failed, Next: i.Next,
		Going: i.State == story.Going || i.State == story.Trying, Tries: i.Tries, Rounds: i.Rounds,
	}
	v.Text = itemText(lang, i, s)
	v.Decision = i.Kind == story.Finds || i.Kind == story.Chooses
	v.Quietly = i.Kind == story.Begins || i.Kind == story.Recalls || i.Again
	if i.Kind == story.Hears && i.At.Sub(i.Said) > lateEvent {
		v.SaidAt = i.Said
	}
	if i.Failure != nil && i.Kind != story.AsksRetry {
		v.Why = failureText(lang, i.Failure)
	}
	return v
}

// lateEvent is from when on it is said that an event came later than it was told.
const lateEvent = 10 * time.Second

// failureText says why a try failed.
func failureText(lang string, f *story.Failure) string {
	if f.NoAnswer {
		return say(lang, "story.no_answer")
	}
	text := say(lang, "fault."+string(f.Problem))
	if _, known := catalog["fault."+string(f.Problem)]; !known {
		text = string(f.Problem)
	}
	if said := strings.TrimSpace(statusCode(f.Status) + f.Message); said != "" {
		text += " (" + said + ")"
	}
	return text
}

func itemText(lang string, i story.Item, s settings.Settings) string {
	t := func(key string, args ...any) string { return say(lang, "story."+key, args...) }
	part := func() string { return partName(lang, i.Part) }
	asked := i.Kind == story.AsksRetry || i.Kind == story.AsksSkip
	switch {
	case i.State == story.Failed && asked:
		return t("not."+string(i.Kind), i.By)
	case i.State == story.Failed, i.State == story.Trying:
		return t("not."+string(i.Kind), part())
	case i.State == story.Going && !asked:
		return t("going", t("kind."+string(i.Kind), part()))
	case i.State == story.Stopped && i.Kind != story.Ends && i.Next.IsZero() && !asked:
		return t("stopped", t("kind."+string(i.Kind), part()))
	}
	switch i.Kind {
	case story.Begins:
		if i.Run > 1 {
			return t("begins.again")
		}
	case story.Ends:
		return strings.TrimSpace(t("ends."+i.Did) + " " + i.Reason)
	case story.Hears:
		if i.Again {
			return t("hears.again", i.Event)
		}
		return t("hears", i.Event)
	case story.Recalls:
		if len(i.Written) == 0 {
			return t("recalls.nothing")
		}
		return sayMany(lang, "story.recalls", len(i.Written))
	case story.Finds:
		return foundText(lang, i, s)
	case story.Chooses:
		switch {
		case i.Conversation == 0:
			return t("chooses.none")
		case i.LegOf != 0:
			return t("chooses.leg", conversationName(i), i.LegOf)
		}
		return t("chooses", conversationName(i))
	case story.Opens:
		if i.Existing {
			return t("opens.meanwhile", conversationName(i))
		}
		return t("opens", conversationName(i), part()) + tagsText(lang, i)
	case story.Updates:
		if i.Left {
			return t("updates.left", conversationName(i), say(lang, "because."+string(i.Because)))
		}
		if tags := tagsText(lang, i); tags != "" {
			return t("updates", conversationName(i)) + tags
		}
		return t("updates.read", conversationName(i))
	case story.Writes:
		switch {
		case i.Missing:
			return t("writes.missing", part())
		case i.State == story.Stopped:
			return t("writes.yields", part())
		}
		return t("writes", part(), conversationName(i), i.Thread)
	case story.Fetches, story.Card, story.Names:
		switch {
		case i.Missing:
			return t(string(i.Kind) + ".missing")
		case i.Left && i.Kind == story.Card:
			return t("card.left")
		}
	case story.Contact:
		return t("contact." + contactDid(i.Did))
	case story.AsksRetry:
		return t("asks_retry", i.By)
	case story.AsksSkip:
		return t("asks_skip", i.By, i.Reason)
	case story.Overwrote:
		return t("overwrote") + tagsText(lang, i)
	case story.Other:
		return t("other", i.Name)
	}
	return t(string(i.Kind))
}

func contactDid(did string) string {
	key, known := map[calllog.ContactDid]string{
		calllog.ContactKnown: "known", calllog.ContactMade: "made", calllog.ContactJoined: "joined",
		calllog.ContactNamed: "named", calllog.ContactNone: "none",
	}[calllog.ContactDid(did)]
	if !known {
		return "done"
	}
	return key
}

// conversationName is a conversation as people know it.
func conversationName(i story.Item) string {
	if i.Number != 0 {
		return "#" + strconv.FormatInt(i.Number, 10)
	}
	return strconv.FormatInt(i.Conversation, 10)
}

func tagsText(lang string, i story.Item) string {
	var said []string
	put := func(key string, args ...any) { said = append(said, say(lang, "story.tags."+key, args...)) }
	if len(i.Tags) > 0 {
		put("put", strings.Join(i.Tags, ", "))
	}
	if len(i.TagsOff) > 0 {
		put("off", strings.Join(i.TagsOff, ", "))
	}
	if i.Held {
		put("held")
	}
	if i.Released {
		put("released")
	}
	if len(said) == 0 {
		return ""
	}
	return " " + strings.Join(said, " ")
}

// foundText says whom the search found.
func foundText(lang string, i story.Item, s settings.Settings) string {
	if i.Customer == 0 {
		return say(lang, "story.finds.none")
	}
	return say(lang, "story.finds", i.Customer) + " " + foundHow(lang, i, s)
}

// foundHow says how a customer was come by, and by which rule where there were several.
func foundHow(lang string, i story.Item, s settings.Settings) string {
	text := say(lang, "how."+string(i.How))
	if len(i.Others) == 0 {
		return text
	}
	var others []string
	for _, other := range i.Others {
		name := strconv.FormatInt(other.ID, 10)
		if other.Name != "" {
			name = other.Name + " (" + name + ")"
		}
		others = append(others, name)
	}
	return text + " " + say(lang, "how.others", strings.Join(others, ", "), say(lang, "choice."+string(s.Matching.Rule)))
}
