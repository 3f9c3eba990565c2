package desk

import (
	"os"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"callscout/calllog"
	"callscout/health"
)

// checkNames are all checks that there are.
func checkNames() []string {
	names := []string{
		health.CheckLogging, health.CheckGuard, health.CheckAttention, health.CheckAircallEvents, health.CheckHelpScoutEvents, health.CheckBudget,
		health.CheckWaiting, health.CheckHeld, health.CheckUnlogged, health.CheckTemporal, health.CheckWorkers, health.CheckDatabase, health.CheckDisk, health.CheckClock,
		health.CheckAddress, health.CheckVersion,
	}
	for _, check := range calllog.Checks() {
		names = append(names, string(check))
	}
	return names
}

// problemNames are all problems that a check may have.
var problemNames = []string{
	string(calllog.Misconfigured), string(calllog.AircallUnauthorized), string(calllog.HelpScoutUnauthorized), string(calllog.HelpScoutForbidden), string(calllog.HelpScoutEnding),
	string(calllog.WebhookGone), string(calllog.WebhookOff), string(calllog.WebhookIncomplete), string(calllog.NumberGone), string(calllog.InboxGone),
	string(calllog.InboxForbidden),
	health.Paused, health.NotMapped, health.GuardSilent, health.CallsParked, health.AircallSilent, health.HelpScoutSilent, health.BudgetExhausted,
	health.EventsWaiting, health.EventsHeld, health.CallsUnlogged, health.TemporalAway, health.TemporalNotSet, health.NoWorker, health.DatabaseAway, health.DiskFull,
	health.ClockOff, health.NotHTTPS,
}

func TestEveryCheckAndProblemHasItsWords(t *testing.T) {
	t.Parallel()
	for _, lang := range languages {
		for _, name := range checkNames() {
			for _, count := range []int64{0, 1, 7} {
				check := health.Check{Name: name, State: health.OK, Count: count, Of: 9, Detail: "there", At: time.Unix(1, 0)}
				view := checkOf(lang, check, "Ada", seen{})
				require.NotContains(t, view.Title+view.Text, "health.", "%s in %s", name, lang)
				require.NotContains(t, view.Text, "{", "%s in %s", name, lang)
				check.State = health.Unknown
				require.NotEqual(t, view.Text, checkOf(lang, check, "", seen{}).Text, "what is not known is not told as well")
			}
		}
		for _, problem := range problemNames {
			for _, count := range []int64{1, 7} {
				view := problemOf(lang, "acme", health.Check{Name: health.CheckDisk, State: health.Fail, Problem: problem, Subject: 4711, Count: count, Detail: "there"}, seen{})
				all := view.What + view.Effect + view.Mend + view.LinkText
				require.NotContains(t, all, "health.", "%s in %s", problem, lang)
				require.NotContains(t, all, "{", "%s in %s", problem, lang)
				require.NotContains(t, all, "!", "%s in %s", problem, lang)
			}
		}
	}
}

// The guard's problems are read from its source: a new one needs words.
func TestEverythingThatTheGuardFindsHasWords(t *testing.T) {
	t.Parallel()
	source, err := os.ReadFile("../../calllog/guard.go")
	require.NoError(t, err)
	found := regexp.MustCompile(`add\(Check\w+, ([A-Z]\w+),`).FindAllStringSubmatch(string(source), -1)
	require.NotEmpty(t, found)
	for _, problem := range found {
		require.Contains(t, problemNames, problem[1])
	}
}

// Words of checks and problems that there are no longer would only be translated in vain.
func TestNoWordIsOfACheckThatIsGone(t *testing.T) {
	t.Parallel()
	for key := range problemWords {
		parts := strings.Split(key, ".")
		require.Contains(t, problemNames, parts[2], key)
	}
	for key := range healthWords {
		for _, kind := range []string{"health.check.", "health.value."} {
			if name, is := strings.CutPrefix(key, kind); is && name != "owner" {
				require.Contains(t, checkNames(), strings.TrimSuffix(strings.TrimSuffix(name, ".one"), ".many"), key)
			}
		}
	}
	for problem, page := range mendedAt {
		require.Contains(t, problemNames, problem)
		require.Contains(t, mendPages, page)
	}
}

func TestTheCommandLineSaysTheSameAsTheDesk(t *testing.T) {
	t.Parallel()
	what, effect, mend := HealthText("en", health.Check{Name: health.CheckWorkers, State: health.Fail, Problem: health.NoWorker})
	require.Equal(t, "No worker of Callscout is running.", what)
	require.NotEmpty(t, effect)
	require.NotEmpty(t, mend)
	what, effect, mend = HealthText("en", health.Check{Name: health.CheckWorkers, State: health.OK, Count: 1})
	require.Equal(t, "1 asks for work.", what)
	require.Empty(t, effect+mend)
}
