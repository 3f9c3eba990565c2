package cli

import (
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"callscout/api/desk"
	"callscout/calllog"
	"callscout/health"
	"callscout/store"
)

// about is what a line of the doctor is about.
type about struct {
	// check is its stable name, installation "" for what all share.
	check, installation string
}

// String is how a line begins: «Public address» or «acme, webhook events».
func (a about) String() string {
	words := strings.ReplaceAll(a.check, "_", " ")
	if a.installation != "" {
		return a.installation + ", " + words
	}
	return strings.ToUpper(words[:1]) + words[1:]
}

func (a about) is(state health.State) health.Check {
	return health.Check{Name: a.check, Installation: a.installation, State: state, CheckedAt: time.Now().UTC().Truncate(time.Second)}
}

// reportLine is one line of the doctor. Its JSON is stable: docs/operations.md.
type reportLine struct {
	health.Check
	// Text says what was seen, in English.
	Text string `json:"text"`
	// Effect is what a problem means for calls, Remedy what to do.
	Effect string `json:"effect,omitempty"`
	Remedy string `json:"remedy,omitempty"`
}

// reportGap is a time in which Aircall's webhook did not deliver.
type reportGap struct {
	Installation string    `json:"installation"`
	From         time.Time `json:"from,omitzero"`
	To           time.Time `json:"to"`
}

// report is what the doctor says, line by line.
type report struct {
	out io.Writer
	// json keeps the lines until the verdict.
	json  bool
	lines []reportLine
	gaps  []reportGap
}

func (r *report) ok(a about, text string) { r.add(reportLine{Check: a.is(health.OK), Text: text}) }

func (r *report) warn(a about, text, remedy string) {
	r.add(reportLine{Check: a.is(health.Warn), Text: text, Remedy: remedy})
}

func (r *report) fail(a about, text, remedy string) {
	r.add(reportLine{Check: a.is(health.Fail), Text: text, Remedy: remedy})
}

// finding is what is wrong with an account, as the guard would say it.
func (r *report) finding(installation string, finding calllog.Finding) {
	line := reportLine{Check: about{string(finding.Check), installation}.is(health.Fail), Text: finding.Problem.Explain(), Remedy: finding.Problem.Remedy()}
	line.Problem, line.Subject = string(finding.Problem), finding.Subject
	if finding.Subject != 0 {
		line.Text = fmt.Sprintf("%d: %s", finding.Subject, line.Text)
	}
	r.add(line)
}

// examined are the checks that the doctor makes himself, from outside.
var examined = append([]string{health.CheckDatabase, health.CheckTemporal, health.CheckClock, health.CheckAddress}, guardNames()...)

func guardNames() []string {
	var names []string
	for _, check := range calllog.Checks() {
		names = append(names, string(check))
	}
	return names
}

// checks tells what the desk's page Health tells as well, but for what the doctor looks
// at himself.
func (r *report) checks(checks []health.Check) {
	for _, check := range checks {
		told := slices.ContainsFunc(r.lines, func(line reportLine) bool { return line.Name == check.Name && line.Installation == check.Installation })
		if told || slices.Contains(examined, check.Name) {
			continue
		}
		what, effect, mend := desk.HealthText("en", check)
		r.add(reportLine{Check: check, Text: what, Effect: effect, Remedy: mend})
	}
}

// gapsOf tells of the newest gaps.
func (r *report) gapsOf(installation string, gaps []store.Gap) {
	for _, gap := range gaps[max(0, len(gaps)-mostGaps):] {
		r.gaps = append(r.gaps, reportGap{installation, gap.From, gap.To})
		if r.json {
			continue
		}
		from := "an unknown time"
		if !gap.From.IsZero() {
			from = gap.From.UTC().Format(time.RFC3339)
		}
		r.print("warn", about{"gap", installation},
			fmt.Sprintf("Aircall's webhook did not deliver from %s to %s", from, gap.To.UTC().Format(time.RFC3339)), "Compare the calls of that time in Aircall with Help Scout.")
	}
}

var stateWords = map[health.State]string{health.OK: "ok", health.Warn: "warn", health.Fail: "FAIL", health.Unknown: "?"}

func (r *report) add(line reportLine) {
	r.lines = append(r.lines, line)
	if r.json {
		return
	}
	r.print(stateWords[line.State], about{line.Name, line.Installation}, strings.TrimSpace(line.Text+" "+line.Effect), line.Remedy)
}

func (r *report) print(level string, a about, text, remedy string) {
	_, _ = fmt.Fprintf(r.out, "%-5s %s: %s\n", level, a, text)
	if remedy != "" {
		_, _ = fmt.Fprintf(r.out, "      -> %s\n", remedy)
	}
}

func (r *report) count(state health.State) int {
	count := 0
	for _, line := range r.lines {
		if line.State == state {
			count++
		}
	}
	return count
}

// reportVersion grows when a field of the JSON goes or changes its meaning.
const reportVersion = 1

// verdict ends the report. Its error says that something failed.
func (r *report) verdict() error {
	failed, warned := r.count(health.Fail), r.count(health.Warn)+len(r.gaps)
	if r.json {
		document := struct {
			Version   int          `json:"version"`
			CheckedAt time.Time    `json:"checked_at"`
			Well      bool         `json:"well"`
			Failed    int          `json:"failed"`
			Warned    int          `json:"warned"`
			Unknown   int          `json:"unknown"`
			Checks    []reportLine `json:"checks"`
			Gaps      []reportGap  `json:"gaps"`
		}{reportVersion, time.Now().UTC().Truncate(time.Second), failed == 0, failed, warned, r.count(health.Unknown), r.lines, slices.Concat([]reportGap{}, r.gaps)}
		encoder := json.NewEncoder(r.out)
		encoder.SetIndent("", "  ")
		encoder.SetEscapeHTML(false)
		if err := encoder.Encode(document); err != nil {
			return err
		}
	}
	switch {
	case failed > 0:
		return fmt.Errorf("checks that failed: %d; points that need a look: %d", failed, warned)
	case r.json:
		return nil
	case warned > 0:
		_, err := fmt.Fprintf(r.out, "Nothing is broken. Points that need a look: %d.\n", warned)
		return err
	default:
		_, err := fmt.Fprintln(r.out, "All is well.")
		return err
	}
}
