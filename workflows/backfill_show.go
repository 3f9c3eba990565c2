package workflows

import (
	"fmt"
	"strings"
	"time"

	"go.temporal.io/sdk/workflow"

	"callscout/calllog"
)

// Progress is the memo of a backfill: what a list of runs shows of it. It is written
// after each slice and where something is decided, not after each page.
type Progress struct {
	BackfillWish
	By        string         `json:"by,omitempty"`
	Stage     BackfillStage  `json:"stage"`
	Total     calllog.Counts `json:"total"`
	Delivered int            `json:"delivered"`
	Attention int            `json:"attention,omitempty"`
	EndedAt   time.Time      `json:"ended_at,omitzero"`
}

// ProgressMemo is the memo's name.
const ProgressMemo = "progress"

// show tells operators how far it has come.
func (b *backfill) show(ctx workflow.Context) {
	stage, status := b.stage()
	next := shown{status: status, details: b.details(stage)}
	if b.Parked != nil {
		next.problem = b.Parked.Problem
	}
	b.shown.tell(ctx, next)
	b.shown = next
	// A wait of seconds is no news for a list.
	told := fmt.Sprint(len(b.Slices), b.Rest, b.Decided, b.Parked != nil, b.over(), b.EndedAt)
	if told == b.told {
		return
	}
	b.told = told
	progress := Progress{
		BackfillWish: b.BackfillWish, By: b.BackfillInput.By, Stage: stage, Total: b.Table.Total(), Delivered: b.Count,
		Attention: len(b.Attention), EndedAt: b.EndedAt,
	}
	if err := workflow.UpsertMemo(ctx, map[string]any{ProgressMemo: progress}); err != nil {
		workflow.GetLogger(ctx).Error("the memo was not updated", "error", err)
	}
}

// details is what somebody reads who opens the run. Markdown, ids only.
func (b *backfill) details(stage BackfillStage) string {
	var out strings.Builder
	line := func(format string, args ...any) { fmt.Fprintf(&out, format+"\n", args...) }
	total := b.Table.Total()
	did := "Logs what is missing"
	if b.DryRun {
		did = "Counts what is missing, and logs nothing"
	}
	line("**%s** from %s to %s", did, utc(b.From), utc(b.To))
	line("")
	line("- Stage: **%s**", stage)
	line("- Compared: %.0f %%, %s %s", 100*b.share(), map[bool]string{false: "up to", true: "back to"}[b.NewestFirst], utc(b.reached(b.NewestFirst)))
	if b.BackfillInput.By != "" {
		line("- Asked for by %s", b.BackfillInput.By)
	}
	line("- At Aircall: %d; logged before: %d; missing: %d; number not mapped: %d; not wanted: %d; still running: %d; cannot be logged: %d",
		total.Listed, total.Logged, total.Missing, total.NotMapped, total.NotWanted, total.Running, total.Cannot)
	if !b.DryRun {
		line("- Delivered: %d; logged: %d; under way: %d; needing attention: %d; not logged: %d",
			b.Count, b.Done, len(b.Following), len(b.Attention), len(b.NotLogged))
	}
	if b.Decided != "" {
		line("- Last decision: %s, by %s", b.Decided, b.Who)
	}
	switch {
	case b.Gone:
		line("- There is no such installation any more.")
	case b.Parked != nil:
		b.Parked.tell(line, "To try again now, send the update `resume` to this run; to end it, `stop`.")
	case stage == BackfillWaits:
		line("- Next: the requests of %s are left to live calls, until %s at the latest", b.Of, utc(b.WaitsUntil))
	case stage == BackfillPaused:
		line("- Next: nothing, until somebody sends the update `resume` or `stop`")
	}
	return out.String()
}

func utc(t time.Time) string { return t.UTC().Format(time.DateTime) + " UTC" }
