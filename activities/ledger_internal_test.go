package activities

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"callscout/calllog"
	"callscout/helpscout"
	"callscout/store"
	"callscout/store/storetest"
)

// pen stands for a vendor that something is written to.
type pen struct {
	stands bool
	wrote  int
	looked int
	answer error
}

func (p *pen) effect(lag time.Duration) effect {
	return effect{
		key: "acme/call/1/first-log", lag: lag,
		look: func(context.Context) (int64, bool, error) {
			p.looked++
			return 7, p.stands, nil
		},
		write: func(context.Context) (int64, error) {
			p.wrote++
			if p.answer != nil {
				return 0, p.answer
			}
			return 7, nil
		},
	}
}

func TestOnce(t *testing.T) {
	t.Parallel()
	lost := &helpscout.TransportError{Err: errors.New("reset"), Sent: true}
	storetest.Each(t, func(t *testing.T, open func(testing.TB) *store.Store) {
		ctx := t.Context()
		now := time.Now()
		a := &Activities{Store: open(t), Now: func() time.Time { return now }}
		p := &pen{}

		p.answer = &helpscout.Error{Status: 400}
		_, err := a.once(ctx, p.effect(0))
		require.Error(t, err)
		require.False(t, asFailure(err).details.Uncertain, "refused: nothing was written")

		p.answer = lost
		_, err = a.once(ctx, p.effect(0))
		require.True(t, asFailure(err).details.Uncertain)
		require.Zero(t, p.looked, "a first attempt costs no extra request")

		_, err = a.once(ctx, p.effect(time.Minute))
		require.Equal(t, calllog.WriteUncertain, asFailure(err).problem, "the index may still lag")
		require.Equal(t, 2, p.wrote)

		now = now.Add(2 * time.Minute)
		_, err = a.once(ctx, p.effect(time.Minute))
		require.Error(t, err)
		require.Equal(t, 3, p.wrote, "surely not there: written again")

		p.stands = true
		id, err := a.once(ctx, p.effect(time.Minute))
		require.NoError(t, err)
		require.EqualValues(t, 7, id)
		require.Equal(t, 3, p.wrote, "found, and not written again")

		looked := p.looked
		id, err = a.once(ctx, p.effect(time.Minute))
		require.NoError(t, err)
		require.EqualValues(t, 7, id)
		require.Equal(t, looked, p.looked, "done is done")
	})
}
