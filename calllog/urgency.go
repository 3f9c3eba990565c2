package calllog

// Urgency says which work has a vendor's requests first where they are short: they
// are counted per account and minute, over everybody who uses them.
type Urgency int

// What is more urgent comes first.
const (
	// LiveLog is the log of a call that runs or has just ended; it waits for nothing.
	LiveLog Urgency = iota
	// AINote tells what Aircall's AI says.
	AINote
	// Backfill logs what was missed.
	Backfill
)

// Leaves is the share of a minute's requests that the work leaves to what is more
// urgent: where less is left, it waits for the next minute.
func (u Urgency) Leaves() float64 {
	switch u {
	case AINote:
		return 0.25
	case Backfill:
		return 0.5
	default:
		return 0
	}
}

// RetriesPerMinute is how many calls that need attention are tried again in a minute
// where many are at once, so that calls that run now keep their share; limit is how many
// requests Help Scout grants per minute, 0 if that is not known.
func RetriesPerMinute(limit int) float64 {
	if limit <= 0 {
		limit = leastGranted
	}
	return max(1, float64(limit)*(1-Backfill.Leaves())/BackfillUnits)
}

// leastGranted is what the smallest plan of Help Scout grants per minute (its reference,
// "Rate Limiting").
const leastGranted = 200
