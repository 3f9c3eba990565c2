package aircall_test

import (
	"net/http"
	"testing"

	"github.com/stretchr/testify/require"

	"callscout/aircall"
	"callscout/simulator"
)

func TestAUserIsFoundByAddressAndMadeToCall(t *testing.T) {
	t.Parallel()
	sim, client := company(t)
	line := sim.AddNumber(simulator.Number{Name: "Support", Digits: "+1 984-555-0178"})
	ann := sim.AddUser(simulator.AircallUser{Name: "Ann", Email: "ann@example.com"})
	away := sim.AddUser(simulator.AircallUser{Name: "Bob", Email: "bob@example.com", Unavailable: true})

	found, ok, err := client.UserByEmail(t.Context(), " Ann@Example.com")
	require.NoError(t, err)
	require.True(t, ok)
	require.Equal(t, ann.ID, found.ID)
	_, ok, err = client.UserByEmail(t.Context(), "nobody@example.com")
	require.NoError(t, err)
	require.False(t, ok)

	require.NoError(t, client.StartCall(t.Context(), ann.ID, line.ID, "+12025550143"))
	require.Len(t, sim.Dialled(), 1)
	err = client.StartCall(t.Context(), away.ID, line.ID, "+12025550143")
	require.True(t, aircall.IsUserUnavailable(err), "%v", err)
	require.False(t, aircall.IsUserUnavailable(client.StartCall(t.Context(), 1, line.ID, "+12025550143")))
}

func TestACallThatCannotBeStartedIsNotSent(t *testing.T) {
	t.Parallel()
	server := record(t, answering(http.StatusNoContent, ""))
	client := server.client(t)
	for _, wrong := range []struct {
		user, line int64
		to         string
	}{{0, 1, "+12025550143"}, {1, 0, "+12025550143"}, {1, 1, "12025550143"}, {1, 1, "+1 202 555 0143"}, {1, 1, "+1234567890123456"}, {1, 1, "+"}} {
		require.ErrorAs(t, client.StartCall(t.Context(), wrong.user, wrong.line, wrong.to), new(*aircall.FieldError))
	}
	_, _, err := client.UserByEmail(t.Context(), " ")
	require.ErrorAs(t, err, new(*aircall.FieldError))
	require.Empty(t, server.seen())
}
