package desk

import (
	"fmt"
	"strconv"
	"time"

	"callscout/health"
)

// HealthText says a problem of a check: what it is, what it means for calls, and what to
// do; of another check, what was seen. It is for whoever shows the list elsewhere.
func HealthText(lang string, check health.Check) (what, effect, mend string) {
	if check.Problem != "" {
		problem := problemOf(lang, check.Installation, check, seen{})
		return problem.What, problem.Effect, problem.Mend
	}
	view := checkOf(lang, check, "", seen{})
	if !view.When.IsZero() {
		view.Text += " " + view.When.UTC().Format(time.RFC3339)
	}
	return view.Text, "", ""
}

func problemOf(lang, installation string, check health.Check, accounts seen) problemView {
	args := problemArgs(installation, check, accounts)
	view := problemView{
		Check: check, ID: "problem-" + check.Name, Title: say(lang, "health.check."+check.Name),
		What: sayCounted(lang, "health.what."+check.Problem, check.Count, args...), Effect: say(lang, "health.effect."+check.Problem, args...),
		Mend: say(lang, "health.mend."+check.Problem, args...),
	}
	if check.Subject != 0 {
		view.ID += "-" + strconv.FormatInt(check.Subject, 10)
	}
	if page, known := mendedAt[check.Problem]; known {
		view.Link, view.LinkText = "/i/"+installation+mendPages[page], say(lang, "health.go."+page)
	}
	return view
}

// mendedAt are the problems that are mended in the desk, by the page.
var mendedAt = map[string]string{
	"Misconfigured": "connect", "AircallUnauthorized": "connect", "HelpScoutUnauthorized": "connect", "HelpScoutEnding": "connect", "WebhookGone": "connect",
	"NumberGone": "numbers", "InboxGone": "numbers", health.NotMapped: "numbers", health.Paused: "overview", health.EventsHeld: "overview",
	health.AircallSilent: "test",
}

var mendPages = map[string]string{"connect": "/connect", "numbers": "/numbers", "overview": "", "test": "/test"}

// problemArgs are what a problem's words leave open.
func problemArgs(installation string, check health.Check, accounts seen) []any {
	switch check.Problem {
	case "NumberGone":
		return []any{accounts.lineName(check.Subject)}
	case "InboxGone", "InboxForbidden":
		return []any{accounts.inboxName(check.Subject)}
	case health.DiskFull:
		return []any{gigabytes(check.Count)}
	case health.ClockOff:
		return []any{check.Count, check.Detail}
	case health.NotHTTPS:
		return []any{check.Detail}
	case health.GuardSilent:
		return []any{installation}
	default:
		return []any{check.Count}
	}
}

// sayCounted chooses by a count where the text has two forms.
func sayCounted(lang, key string, count int64, args ...any) string {
	if _, counted := catalog[key+".many"]; counted {
		return sayMany(lang, key, int(count), args[1:]...)
	}
	return say(lang, key, args...)
}

func checkOf(lang string, check health.Check, owner string, accounts seen) seenCheck {
	view := seenCheck{Check: check, Title: say(lang, "health.check."+check.Name)}
	switch {
	case check.Problem != "":
		view.Text, view.When = problemOf(lang, check.Installation, check, accounts).What, check.At
	case check.State == health.Unknown && check.At.IsZero() && !check.CheckedAt.IsZero() &&
		(check.Name == health.CheckAircallEvents || check.Name == health.CheckHelpScoutEvents):
		view.Text = say(lang, "health.unknown.came")
	case check.State == health.Unknown && check.Since.IsZero():
		view.Text = say(lang, "health.unknown.yet")
	case check.State == health.Unknown:
		view.Text, view.When = say(lang, "health.unknown"), check.Since
	default:
		args := []any{check.Count, check.Of}
		switch check.Name {
		case health.CheckDisk:
			args = []any{gigabytes(check.Count), gigabytes(check.Of)}
		case health.CheckClock:
			args = []any{check.Count, check.Detail}
		case health.CheckDatabase, health.CheckAddress, health.CheckVersion:
			args = []any{check.Detail}
		}
		view.Text = sayCounted(lang, "health.value."+check.Name, check.Count, args...)
		switch check.Name {
		case health.CheckGuard, health.CheckAircallEvents, health.CheckHelpScoutEvents, health.CheckBudget, health.CheckUnlogged:
			view.When = check.At
		case "helpscout":
			if owner != "" {
				view.Text += " " + say(lang, "health.value.owner", owner)
			}
		}
	}
	return view
}

func gigabytes(bytes int64) string { return fmt.Sprintf("%.1f", float64(bytes)/(1<<30)) }
