package calllog

import "slices"

// Lost is what somebody changed in a conversation's tags and a call overwrote:
// Help Scout's tag write replaces the whole list and knows no version.
type Lost struct {
	Conversation int64 `json:"conversation"`
	// Restore are tags that somebody put, Drop those that somebody took off.
	Restore []string `json:"restore,omitempty"`
	Drop    []string `json:"drop,omitempty"`
}

// None says that nothing was lost.
func (l Lost) None() bool { return len(l.Restore) == 0 && len(l.Drop) == 0 }

// And gives both: what was lost later in the same conversation has the last word
// on a tag.
func (l Lost) And(later Lost) Lost {
	return Lost{
		Conversation: l.Conversation,
		Restore:      union(without(l.Restore, later.Drop), later.Restore),
		Drop:         union(without(l.Drop, later.Restore), later.Drop),
	}
}

// Overwritten says which change of somebody's the writes overwrote, and which
// call's write it was, from the tags that Help Scout told of after one change.
//
// The change was made to the state that the tags seen differ from least, the
// later one of two. A state is what a write read or wrote. A change to what a
// write had read, and that the write does not have, was overwritten by it. Nothing
// was lost where the tags are one of the states (most events are the echo of our
// own writes), where the change came after all writes, and where it is on the way
// from what one write wrote to what the next one read: that one has it.
//
// It takes for granted that what people did before the first write was told before
// it: of what led to the first state nothing is known. Of a tag that is put and
// taken off again within one write it cannot tell which came last.
func Overwritten(writes TagWrites, seen []string) (by TagWrite, restore, drop []string) {
	over := overwriting(writes, seen)
	if over < 0 {
		return TagWrite{}, nil, nil
	}
	write := writes[over]
	for _, tag := range difference(seen, write.Before) {
		if !slices.Contains(write.After, tag) {
			restore = append(restore, tag)
		}
	}
	for _, tag := range difference(write.Before, seen) {
		if slices.Contains(write.After, tag) {
			drop = append(drop, tag)
		}
	}
	return write, restore, drop
}

// overwriting is the write that the change fell into, or -1 where it fell into none.
func overwriting(writes TagWrites, seen []string) int {
	if writes.Have(seen) {
		return -1
	}
	// What was put right already tells nothing about when a change was made: the
	// next change of the same moment has it too. It decides where all else is equal.
	repaired := writes.repaired()
	far := func(state []string) [2]int {
		return [2]int{distance(without(state, repaired), without(seen, repaired)), distance(state, seen)}
	}
	over := -1
	var nearest *[2]int
	consider := func(state []string, write int) {
		if d := far(state); nearest == nil || slices.Compare(d[:], nearest[:]) < 0 {
			over, nearest = write, &d
		}
	}
	// From the last state to the first, so that a later one wins.
	for i := len(writes) - 1; i >= 0; i-- {
		after := -1
		if i+1 < len(writes) {
			next := writes[i+1].Before
			if between(writes[i].After, seen, next) {
				return -1
			}
			if distance(writes[i].After, next) == 0 {
				after = i + 1
			}
		}
		consider(writes[i].After, after)
		consider(writes[i].Before, i)
	}
	return over
}

// repaired are the tags that were put right.
func (w TagWrites) repaired() []string {
	var tags []string
	for _, write := range w {
		if write.Right {
			tags = slices.Concat(tags, difference(write.Before, write.After), difference(write.After, write.Before))
		}
	}
	return tags
}

// between says that the tags are on a way from one state to another, different
// one: they have what both have, and lack what both lack.
func between(from, seen, to []string) bool {
	return distance(from, to) > 0 && distance(from, seen)+distance(seen, to) == distance(from, to)
}

// distance is the number of tags that one list has and the other lacks.
func distance(a, b []string) int { return len(difference(a, b)) + len(difference(b, a)) }

// difference are the tags of a that b lacks, each once.
func difference(a, b []string) []string {
	var out []string
	for _, tag := range a {
		if !slices.Contains(b, tag) && !slices.Contains(out, tag) {
			out = append(out, tag)
		}
	}
	return out
}

func without(tags, other []string) []string {
	return slices.DeleteFunc(slices.Clone(tags), func(tag string) bool { return slices.Contains(other, tag) })
}

func union(a, b []string) []string { return append(slices.Clone(a), difference(b, a)...) }

// putsRight: before a call waits or ends, what it overwrote in a conversation's
// tags is made as somebody had made it.
func (c Case) putsRight() (Step, bool) {
	if c.Lost.Conversation == 0 || c.Lost.None() {
		return Step{}, false
	}
	return Step{
		Do: UpdateConversation, Why: "Put tags right that this call overwrote",
		Change: Change{Restore: c.Lost.Restore, Drop: c.Lost.Drop},
	}, true
}

// PutsRight says that the change does nothing but put right what was overwritten.
func (c Change) PutsRight() bool { return len(c.Restore) > 0 || len(c.Drop) > 0 }
