package workflows

import (
	"slices"
	"strconv"
	"time"

	"go.temporal.io/sdk/temporal"
	"go.temporal.io/sdk/workflow"

	"callscout/activities/contract"
	"callscout/calllog"
)

const (
	// sliceOf is the time of which calls are listed at once. Aircall shows 10,000 of a
	// list; where there are more, the time is halved.
	sliceOf = 24 * time.Hour
	// lookAgain is how soon calls that are under way are looked at, and askAgain how soon
	// a vendor's requests: it may have some before the time that it named, since others
	// ask it and are told.
	lookAgain = time.Second
	askAgain  = 5 * time.Second
	// mostDelivered and mostNamed keep a state small enough to be carried.
	mostDelivered, mostNamed = 3000, 300
)

// slice is a time, its end left out.
type slice struct {
	From time.Time `json:"from"`
	To   time.Time `json:"to"`
}

// sweepState is how far a look through Aircall's list has come.
type sweepState struct {
	// Rest is what no slice was cut from yet, Slices are those that were and are not
	// compared, the next one last; Page is the page of that one.
	Rest   slice   `json:"rest"`
	Slices []slice `json:"slices,omitempty"`
	Page   int     `json:"page,omitempty"`

	Table     calllog.Table           `json:"table,omitempty"`
	Following []contract.FollowedCall `json:"following,omitempty"`
	Delivered []int64                 `json:"delivered,omitempty"`
	Count     int                     `json:"count,omitempty"`
	Done      int                     `json:"done,omitempty"`
	Attention []int64                 `json:"attention,omitempty"`
	NotLogged []int64                 `json:"not_logged,omitempty"`
	// Held says that not all of the page could be delivered yet.
	Held bool `json:"held,omitempty"`
	// Unlucky is how many calls in a row needed attention.
	Unlucky int  `json:"unlucky,omitempty"`
	Gone    bool `json:"gone,omitempty"`
	Limit   int  `json:"limit,omitempty"`

	WaitsUntil time.Time       `json:"waits_until,omitzero"`
	Of         contract.Vendor `json:"of,omitempty"`
	Parked     *Parked         `json:"parked,omitempty"`

	// compared is how many slices this run has come through.
	compared int
}

// listed says that the whole time is compared.
func (s *sweepState) listed() bool {
	return len(s.Slices) == 0 && !s.Rest.From.Before(s.Rest.To)
}

// over says that nothing is left to do.
func (s *sweepState) over() bool { return s.Gone || s.listed() && len(s.Following) == 0 }

// cut takes the next slice from the rest.
func (s *sweepState) cut(newestFirst bool) {
	if len(s.Slices) > 0 || !s.Rest.From.Before(s.Rest.To) {
		return
	}
	next := s.Rest
	if newestFirst {
		next.From = later(next.From, next.To.Add(-sliceOf))
		s.Rest.To = next.From
	} else {
		next.To = earlier(next.To, next.From.Add(sliceOf))
		s.Rest.From = next.To
	}
	s.Slices, s.Page = []slice{next}, 1
}

// halve is for a slice of which Aircall would not show all.
func (s *sweepState) halve(newestFirst bool) {
	whole := s.Slices[len(s.Slices)-1]
	middle := whole.From.Add(whole.To.Sub(whole.From) / 2).Truncate(time.Second)
	first, second := slice{whole.From, middle}, slice{middle, whole.To}
	if newestFirst {
		first, second = second, first
	}
	s.Slices, s.Page = append(s.Slices[:len(s.Slices)-1], second, first), 1
}

// reached is up to when the list is compared, or from when with the newest first.
func (s *sweepState) reached(newestFirst bool) time.Time {
	if newestFirst {
		if n := len(s.Slices); n > 0 {
			return s.Slices[n-1].To
		}
		return s.Rest.To
	}
	if n := len(s.Slices); n > 0 {
		return s.Slices[n-1].From
	}
	return s.Rest.From
}

// step has the next page compared; once there is none, it follows.
func (s *sweepState) step(ctx workflow.Context, in contract.ListCallsInput) {
	s.cut(in.NewestFirst)
	n := len(s.Slices)
	if n == 0 {
		s.follow(ctx, in)
		return
	}
	in.From, in.To, in.Page = s.Slices[n-1].From, s.Slices[n-1].To, s.Page
	s.ask(ctx, in, "Compare Aircall's calls with what is logged: "+in.From.UTC().Format(time.DateTime)+", page "+strconv.Itoa(s.Page))
}

// follow looks at the calls that are under way.
func (s *sweepState) follow(ctx workflow.Context, in contract.ListCallsInput) {
	s.ask(ctx, in, "See what became of the calls that were delivered")
}

func (s *sweepState) ask(ctx workflow.Context, in contract.ListCallsInput, why string) {
	in.Following = s.Following
	how := options(why)
	how.Priority = temporal.Priority{PriorityKey: BackfillPriority}
	var out contract.ListCallsResult
	err := workflow.ExecuteActivity(workflow.WithActivityOptions(ctx, how), contract.ListCalls, in).Get(ctx, &out)
	if ctx.Err() != nil {
		return
	}
	now := workflow.Now(ctx)
	if err != nil {
		problem, message, details := readFailure(err)
		s.Parked = s.Parked.again(now, why, problem, message, details)
		return
	}
	s.Gone = out.Gone
	if in.Page > 0 || s.listed() {
		s.Parked, s.Of, s.WaitsUntil = nil, out.Of, time.Time{}
	}
	if out.Wait > 0 {
		s.WaitsUntil = now.Add(out.Wait)
	}
	if out.Limit > 0 {
		s.Limit = out.Limit
	}
	s.end(now, out.Ended)
	s.begin(out.Delivered)
	if in.Page == 0 {
		return
	}
	s.Held = !out.Complete && !out.Split
	switch {
	case out.Split:
		s.halve(in.NewestFirst)
	case out.Complete:
		s.Table = s.Table.Join(out.Rows)
		s.Page++
		if out.Last {
			s.Slices, s.Page = s.Slices[:len(s.Slices)-1], 1
			s.compared++
		}
	}
}

// begin notes calls that were delivered.
func (s *sweepState) begin(delivered []contract.FollowedCall) {
	for _, followed := range delivered {
		s.Following = append(s.Following, followed)
		s.Delivered = lastOf(append(s.Delivered, followed.Call), mostDelivered)
		s.Count++
	}
}

// end notes what became of them. Many in a row that need attention have one cause, and
// more of them help nobody.
func (s *sweepState) end(now time.Time, ended []contract.EndedCall) {
	for _, one := range ended {
		if slices.Contains(s.Attention, one.Call) || slices.Contains(s.NotLogged, one.Call) {
			continue
		}
		known := len(s.Following)
		s.Following = slices.DeleteFunc(s.Following, func(f contract.FollowedCall) bool { return f.Call == one.Call })
		if len(s.Following) == known {
			s.Delivered = lastOf(append(s.Delivered, one.Call), mostDelivered)
			s.Count++
		}
		switch {
		case one.Logged:
			s.Done++
			s.Unlucky = 0
		case one.Problem == "":
			s.NotLogged = lastOf(append(s.NotLogged, one.Call), mostNamed)
			s.Unlucky = 0
		default:
			s.Attention = lastOf(append(s.Attention, one.Call), mostNamed)
			if s.Unlucky++; s.Unlucky >= calllog.MostUnlucky {
				s.Unlucky = 0
				s.Parked = s.Parked.again(now, "Log the calls that were missed", one.Problem,
					"The last calls that were delivered need attention, all of them.", contract.FailureDetails{})
			}
		}
	}
}

// next is when the next step is due, and why not before.
func (s *sweepState) next(now time.Time) (time.Time, string) {
	switch {
	case s.Parked != nil:
		return s.Parked.NextTry, "Try again by itself"
	case s.WaitsUntil.After(now):
		return earlier(s.WaitsUntil, now.Add(askAgain)), "Leave the requests of " + string(s.Of) + " to live calls"
	case s.Held, s.listed():
		return now.Add(lookAgain), "Wait for calls that are being logged"
	default:
		return now, ""
	}
}

func earlier(a, b time.Time) time.Time {
	if b.Before(a) {
		return b
	}
	return a
}

func later(a, b time.Time) time.Time {
	if b.After(a) {
		return b
	}
	return a
}

func lastOf[T any](list []T, most int) []T { return list[max(0, len(list)-most):] }
