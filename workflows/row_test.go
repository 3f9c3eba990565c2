package workflows_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/mock"
	"github.com/stretchr/testify/require"

	"callscout/calllog"
	"callscout/workflows"
)

// rows notes each row that lists are told.
func (d *desk) rows() *[]workflows.Row {
	told := &[]workflows.Row{}
	d.env.OnUpsertMemo(mock.MatchedBy(func(memo map[string]any) bool {
		*told = append(*told, memo[workflows.RowMemo].(workflows.Row))
		return true
	})).Return(nil)
	return told
}

func TestListsAreToldWhoItWasAndWhyACallStandsStill(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	rows := d.rows()
	d.wholeCall()
	d.fail[string(calllog.OpenConversation)] = []error{refused(calllog.HelpScoutRefused)}
	d.env.RegisterDelayedCallback(func() { d.retry(func(string, error) {}) }, 15*time.Second)
	d.run()

	var parked *workflows.Parked
	for _, row := range *rows {
		require.Equal(t, "0143", row.LastDigits)
		require.Equal(t, "Support", row.Line)
		if row.Parked != nil {
			parked = row.Parked
		}
	}
	require.NotNil(t, parked)
	require.Equal(t, calllog.HelpScoutRefused, parked.Problem)
	require.True(t, parked.NextTry.After(parked.Since))
	last := (*rows)[len(*rows)-1]
	require.Equal(t, workflows.Row{
		Name: "Jane", LastDigits: "0143", Line: "Support", Inbox: 85, Agent: "Mia Berg",
		StartedAt: ring, EndedAt: ring.Add(70 * time.Second), Conversation: last.Conversation,
	}, last)
}

// Each telling is an event in the history and a write into Temporal's store.
func TestAnOrdinaryCallTellsListsLittle(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	rows := d.rows()
	d.wholeCall()
	d.run()
	require.LessOrEqual(t, len(*rows), 4)
	require.NotEmpty(t, *rows)
}

func TestARowShowsNoMoreOfANumberThanItsEnd(t *testing.T) {
	t.Parallel()
	for number, want := range map[string]string{
		"+1 202-555-0143": "0143", "030 23125-001": "5001", "112": "", "": "", "anonymous": "", "4711 12": "",
	} {
		require.Equal(t, want, workflows.RowOf(calllog.Facts{OutsideNumber: number}, 85).LastDigits, number)
	}
}
