package calllog

import (
	"slices"
	"strings"
	"time"

	"callscout/aircall"
	"callscout/phone"
)

// Transfer is one attempt to hand a call on.
type Transfer struct {
	By *Person `json:"by,omitempty"`
	// To is the colleague, and a team's first user where it went to a team.
	To *Person `json:"to,omitempty"`
	// Outside is the number that it went to where it left Aircall, or went to
	// another line.
	Outside string    `json:"outside,omitempty"`
	At      time.Time `json:"at,omitzero"`
	// Failed says that nobody took it.
	Failed bool `json:"failed,omitempty"`
}

func (t Transfer) same(other Transfer) bool {
	return key(t.By) == key(other.By) && key(t.To) == key(other.To) && t.Outside == other.Outside
}

// key tells people apart: by id, which every body of Aircall has.
func key(p *Person) int64 {
	if p == nil {
		return 0
	}
	return p.ID
}

// addTransfer keeps the chain. Later bodies repeat who handed the call on to whom,
// so that a transfer whose own event was lost is known from them; whether it was
// taken is only said by the event.
func (f *Facts) addTransfer(event Event) {
	c := event.Call
	if c.TransferredTo == nil && c.TransferredToOutside == "" {
		return
	}
	transfer := Transfer{By: c.TransferredBy, To: c.TransferredTo, Outside: c.TransferredToOutside, At: event.At}
	last := len(f.Transfers) - 1
	repeats := last >= 0 && f.Transfers[last].same(transfer)
	switch event.Name {
	case aircall.EventCallTransferred, aircall.EventCallExternalTransferred:
		if !repeats || f.Transfers[last].Failed {
			f.Transfers = append(slices.Clone(f.Transfers), transfer)
		}
	case aircall.EventCallUnsuccessfulTransfer:
		transfer.Failed = true
		if !repeats {
			f.Transfers = append(slices.Clone(f.Transfers), transfer)
			return
		}
		f.Transfers = slices.Clone(f.Transfers)
		f.Transfers[last].Failed = true
	default:
		if !slices.ContainsFunc(f.Transfers, transfer.same) {
			f.Transfers = append(slices.Clone(f.Transfers), transfer)
		}
	}
}

// taken is the transfer by which a colleague came to have the call, or nil.
func (f Facts) taken() *Transfer {
	for i := len(f.Transfers) - 1; i >= 0; i-- {
		if t := f.Transfers[i]; !t.Failed && t.To != nil && key(t.To) == key(f.Agent) {
			return &f.Transfers[i]
		}
	}
	return nil
}

// legWithin is how far apart a transfer and the start of the call that it leads to
// may be: agents talk to each other first, and clocks differ.
const legWithin = 2 * time.Minute

// Handover is a call that was handed on to a number. Aircall makes a new call of
// that and links the two by nothing
// (https://support.aircall.io/hc/de/articles/23002928124573), so that they are
// brought together by number and time.
type Handover struct {
	Call int64     `json:"call"`
	Line int64     `json:"line"`
	At   time.Time `json:"at"`
}

// Handover is where the call was last handed on to another number; ok is false
// where it was not.
func (f Facts) Handover() (h Handover, ok bool) {
	for i := len(f.Transfers) - 1; i >= 0; i-- {
		if t := f.Transfers[i]; t.Outside != "" && !t.Failed {
			return Handover{Call: f.CallID, Line: f.Line.ID, At: t.At}, true
		}
	}
	return Handover{}, false
}

// LegNumbers are what the second leg's outside number may be, as NumberKey has it:
// the one that the call went to, or the customer's, where it went to another line
// of ours.
func (f Facts) LegNumbers() []string {
	var keys []string
	for _, t := range f.Transfers {
		for _, number := range []string{t.Outside, f.OutsideNumber} {
			if key := NumberKey(number, f.Line.Country); t.Outside != "" && key != "" && !slices.Contains(keys, key) {
				keys = append(keys, key)
			}
		}
	}
	return keys
}

// IsLegOf says that the call is the second leg of one that was handed on, where
// both have to do with the same number.
func (f Facts) IsLegOf(h Handover) bool {
	apart := f.StartedAt.Sub(h.At)
	return h.Call != f.CallID && apart.Abs() <= legWithin &&
		// Who calls the same line again was not handed on to it.
		(f.Direction == Outbound || f.Line.ID != h.Line)
}

// NumberKey is what a number is remembered by, however it is written.
func NumberKey(number, country string) string {
	if parsed, kind := phone.Classify(number, country); kind == phone.Dialable {
		return parsed.E164()
	}
	return strings.TrimSpace(number)
}
