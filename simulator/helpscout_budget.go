package simulator

import "time"

// minuteBudget is Help Scout's rate limit: one per account and clock minute,
// for all users and apps together.
type minuteBudget struct {
	limit  int
	minute time.Time
	used   int
}

// take spends cost and returns 0, or returns how long to wait.
func (b *minuteBudget) take(now time.Time, cost int) time.Duration {
	b.turn(now)
	if b.used+cost > b.limit {
		return b.minute.Add(time.Minute).Sub(now)
	}
	b.used += cost
	return 0
}

func (b *minuteBudget) remaining(now time.Time) int {
	b.turn(now)
	return b.limit - b.used
}

func (b *minuteBudget) turn(now time.Time) {
	if minute := now.Truncate(time.Minute); !minute.Equal(b.minute) {
		b.minute, b.used = minute, 0
	}
}
