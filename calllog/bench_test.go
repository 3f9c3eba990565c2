package calllog_test

import (
	"fmt"
	"testing"
	"time"

	"callscout/aircall"
	"callscout/calllog"
	"callscout/settings"
)

// BenchmarkOneDecision is what a call's workflow does for each event: all facts
// anew, and the next step. Compare the sizes with each other: 100 events should
// cost little more than ten times as much as 10.
func BenchmarkOneDecision(b *testing.B) {
	for _, size := range []int{10, 100} {
		events := []calllog.Event{
			webhook(b, aircall.EventCallCreated, 0, inbound()),
			webhook(b, aircall.EventCallEnded, time.Minute, with(inbound(), answeredAfter(time.Second, mia), endedAfter(time.Minute))),
		}
		for i := len(events); i < size; i++ {
			data := with(inbound(), answeredAfter(time.Second, mia), endedAfter(time.Minute), tagged(fmt.Sprint(i)))
			events = append(events, webhook(b, aircall.EventCallTagged, time.Minute+time.Duration(i)*time.Second, data))
		}
		b.Run(fmt.Sprintf("events=%d", size), func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				c := calllog.Case{
					Facts: calllog.Gather(events), Settings: settings.Defaults(), HeardAt: ring,
					Written: calllog.Written{Recalled: true, Customer: 7},
				}
				if calllog.Next(c, ring.Add(time.Hour)).Do != calllog.ChooseConversation {
					b.Fatal("another decision than the one to be measured")
				}
			}
		})
	}
}
