package calllog_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"callscout/calllog"
	"callscout/settings"
)

// writesOf reads "a b > a b c": what was read, and what was written.
func writesOf(texts ...string) calllog.TagWrites {
	var writes calllog.TagWrites
	for i, text := range texts {
		before, after, _ := strings.Cut(text, ">")
		writes = append(writes, calllog.TagWrite{Call: int64(i + 1), Before: strings.Fields(before), After: strings.Fields(after)})
	}
	return writes
}

func TestWhichChangeWasOverwritten(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		writes        []string
		seen          string
		by            int64
		restore, drop string
	}{
		"no writes":                          {nil, "vip", 0, "", ""},
		"our own write":                      {[]string{"> call"}, "call", 0, "", ""},
		"our own write, in another order":    {[]string{"a > a call"}, "call a", 0, "", ""},
		"what we read":                       {[]string{"vip > vip call"}, "vip", 0, "", ""},
		"put between reading and writing":    {[]string{"> call"}, "vip", 1, "vip", ""},
		"taken off between the two":          {[]string{"vip > vip call"}, "", 1, "", "vip"},
		"both of two":                        {[]string{"old > old call"}, "vip", 1, "vip", "old"},
		"put while we take one off":          {[]string{"call a > a"}, "call a vip", 1, "vip", ""},
		"put what we put as well":            {[]string{"> call vip"}, "vip", 0, "", ""},
		"taken off what we take off as well": {[]string{"a b c > a"}, "a b", 0, "", ""},
		"put after our write":                {[]string{"> call"}, "call vip", 0, "", ""},
		"taken off after our write":          {[]string{"vip > vip call"}, "call", 0, "", ""},
		"one of ours taken off":              {[]string{"> call line"}, "line", 0, "", ""},
		"while the first of two writes":      {[]string{"> a", "a > a b"}, "vip", 1, "vip", ""},
		"while the second of two writes":     {[]string{"> a", "a > a b"}, "a vip", 2, "vip", ""},
		"after both writes":                  {[]string{"> a", "a > a b"}, "a b vip", 0, "", ""},
		"read by the second":                 {[]string{"> a", "a vip > a vip b"}, "a vip", 0, "", ""},
		"on the way to what the second read": {[]string{"> a", "a vip new > a vip new b"}, "a vip", 0, "", ""},
		"taken off on the way there":         {[]string{"x y > x y a", "a > a b"}, "x a", 0, "", ""},
		"while the second, with one read":    {[]string{"> a", "a new > a new b"}, "a new vip", 2, "vip", ""},
		"one of ours taken off meanwhile":    {[]string{"> a", "a vip > a vip b"}, "vip", 2, "", "a"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			by, restore, drop := calllog.Overwritten(writesOf(test.writes...), strings.Fields(test.seen))
			require.Equal(t, strings.Fields(test.restore), append([]string{}, restore...))
			require.Equal(t, strings.Fields(test.drop), append([]string{}, drop...))
			if len(restore)+len(drop) > 0 {
				require.Equal(t, test.by, by.Call)
			}
		})
	}
}

// contested is a conversation whose tags people and calls write at the same time.
type contested struct {
	tags   []string
	writes calllog.TagWrites
	// read is what a call has read that has not written yet.
	read    []string
	reading bool
	// told are the events that did not arrive yet.
	told [][]string
}

func (c *contested) put(before, after []string, right bool) {
	c.tags = after
	c.writes = c.writes.Add(calllog.TagWrite{Before: before, After: after, Right: right})
	c.told = append(c.told, after)
}

// arrives brings one event, and puts right what it shows to be lost.
func (c *contested) arrives(i int) {
	seen := c.told[i]
	c.told = slices.Delete(c.told, i, i+1)
	_, restore, drop := calllog.Overwritten(c.writes, seen)
	after := slices.DeleteFunc(slices.Clone(c.tags), func(tag string) bool { return slices.Contains(drop, tag) })
	for _, tag := range restore {
		if !slices.Contains(after, tag) {
			after = append(after, tag)
		}
	}
	if !slices.Equal(after, c.tags) {
		c.put(c.tags, after, true)
	}
}

// However people and calls come between each other, and in whatever order Help
// Scout tells of it: in the end every change of everybody stands.
func TestEveryChangeStandsOnceAllIsTold(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		c := &contested{}
		var wanted []string
		for i := range 6 {
			c.tags = append(c.tags, fmt.Sprintf("old-%d", i))
		}
		wanted = slices.Clone(c.tags)
		changed := func(tags []string, i int, by string) []string {
			old := fmt.Sprintf("old-%d", i)
			if rapid.Bool().Draw(t, "takes off") && slices.Contains(wanted, old) {
				wanted = slices.DeleteFunc(wanted, func(tag string) bool { return tag == old })
				return slices.DeleteFunc(slices.Clone(tags), func(tag string) bool { return tag == old })
			}
			tag := fmt.Sprintf("%s-%d", by, i)
			wanted = append(wanted, tag)
			return append(slices.Clone(tags), tag)
		}
		for i, event := range rapid.SliceOfN(rapid.SampledFrom([]string{"call", "person", "arrives"}), 1, 14).Draw(t, "happens") {
			switch {
			case event == "call" && !c.reading:
				c.read, c.reading = c.tags, true
			case event == "call":
				// A call puts a tag of its own, whatever else it does.
				after := append(slices.Clone(c.read), fmt.Sprintf("call-%d", i))
				wanted = append(wanted, fmt.Sprintf("call-%d", i))
				c.put(c.read, after, false)
				c.reading = false
			case event == "person":
				c.tags = changed(c.tags, i, "person")
				if len(c.writes) > 0 || c.reading {
					c.told = append(c.told, c.tags)
				}
			case len(c.told) > 0 && !c.reading:
				c.arrives(rapid.IntRange(0, len(c.told)-1).Draw(t, "which"))
			}
		}
		if c.reading {
			c.put(c.read, append(slices.Clone(c.read), "call-last"), false)
			wanted = append(wanted, "call-last")
		}
		for len(c.told) > 0 {
			c.arrives(rapid.IntRange(0, len(c.told)-1).Draw(t, "which"))
		}
		require.ElementsMatch(t, wanted, c.tags)
	})
}

func TestWritesOfTagsAreKeptForAMoment(t *testing.T) {
	t.Parallel()
	var writes calllog.TagWrites
	for i := range 25 {
		writes = writes.Add(calllog.TagWrite{Call: int64(i), Before: []string{}, After: []string{"a"}, At: ring.Add(time.Duration(i) * time.Second)})
	}
	require.Len(t, writes, 20)
	text, err := writes.Text()
	require.NoError(t, err)
	require.Equal(t, writes, calllog.ReadTagWrites(text, ring.Add(24*time.Second)))
	late := calllog.ReadTagWrites(text, ring.Add(2*time.Minute+23*time.Second))
	require.Len(t, late, 2)
	require.EqualValues(t, 23, late[0].Call)
	require.Empty(t, calllog.ReadTagWrites(text, ring.Add(time.Hour)))
	require.Empty(t, calllog.ReadTagWrites("", ring))
	require.Empty(t, calllog.ReadTagWrites("{", ring))
}

func TestWhatWasLostLaterHasTheLastWord(t *testing.T) {
	t.Parallel()
	first := calllog.Lost{Conversation: 55, Restore: []string{"a", "b"}, Drop: []string{"c"}}
	require.Equal(t, calllog.Lost{Conversation: 55, Restore: []string{"b", "c", "d"}, Drop: []string{"a"}},
		first.And(calllog.Lost{Conversation: 55, Restore: []string{"c", "d"}, Drop: []string{"a"}}))
	require.True(t, calllog.Lost{Conversation: 55}.None())
}

func TestWhatWasOverwrittenIsPutRightBeforeACallWaitsOrEnds(t *testing.T) {
	t.Parallel()
	lost := calllog.Lost{Conversation: 55, Restore: []string{"vip"}, Drop: []string{"old"}}
	for name, c := range map[string]calllog.Case{
		"waits to write": ended(t, nil),
		"is settled": ended(t, func(c *calllog.Case) {
			c.Written.Add(calllog.PartSecondLog)
			c.Written.InProgress = false
			c.Written.Tags = calllog.Tags(c.Facts, c.Settings)
		}),
		"is skipped":    ended(t, func(c *calllog.Case) { c.Written.Add(calllog.PartSkipped) }),
		"is not logged": ended(t, func(c *calllog.Case) { c.Settings.Calls.Types = []settings.CallType{settings.OutboundAnswered} }),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			now := ring.Add(61 * time.Second)
			require.Equal(t, calllog.Wait, calllog.Next(c, now).Do)
			c.Lost = lost
			step := calllog.Next(c, now)
			require.Equal(t, calllog.UpdateConversation, step.Do)
			require.Equal(t, calllog.Change{Restore: lost.Restore, Drop: lost.Drop}, step.Change)
			require.True(t, step.Change.PutsRight())
		})
	}
}
