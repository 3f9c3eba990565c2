package simulator_test

import (
	"net/http"
	"testing"

	"github.com/stretchr/testify/require"

	"callscout/simulator"
)

func TestACallIsStartedFromAUsersApp(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	line := o.AddNumber(simulator.Number{Name: "Support", Digits: "+1 984-555-0178"})
	user := o.AddUser(simulator.AircallUser{Name: "Ann", Email: "ann@example.com"})
	away := o.AddUser(simulator.AircallUser{Name: "Bob", Email: "bob@example.com", Unavailable: true})
	dial := func(user, line int64, to string) int {
		return o.send(http.MethodPost, "/v1/users/"+id(user)+"/calls", `{"number_id":`+id(line)+`,"to":"`+to+`"}`).status
	}
	require.Equal(t, http.StatusNoContent, dial(user.ID, line.ID, "+12025550143"))
	require.Equal(t, http.StatusBadRequest, dial(user.ID, line.ID, "+1 202-555-0143"))
	require.Equal(t, http.StatusNotFound, dial(user.ID, 1, "+12025550143"))
	require.Equal(t, http.StatusNotFound, dial(1, line.ID, "+12025550143"))
	require.Equal(t, http.StatusMethodNotAllowed, dial(away.ID, line.ID, "+12025550143"))
	require.Len(t, o.Dialled(), 1)
	require.Equal(t, "+12025550143", o.Dialled()[0].To)
	require.Equal(t, user.ID, o.Dialled()[0].UserID)
}
