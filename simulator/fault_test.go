package simulator_test

import (
	"fmt"
	"net/http"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"callscout/simulator"
)

// fault switches a fault on by request, as somebody outside does.
func (c *client) fault(body string) {
	c.t.Helper()
	c.want(http.StatusCreated, "POST", "/_simulator/faults", body)
}

func TestADroppedConnectionBeforeTheCommitChangesNothing(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	path := fmt.Sprint("/v2/conversations/", d.opened("active"))
	d.fault(`{"name":"cut","method":"POST","path":"/v2/conversations/*/notes","drop":"before","times":1}`)
	_, err := d.try("POST", path+"/notes", "application/json", `{"text":"x"}`)
	require.Error(t, err, "no answer at all")
	require.Len(t, d.threads(path), 1)
	d.created(path+"/notes", `{"text":"x"}`)
	require.Len(t, d.threads(path), 2)
}

func TestADroppedConnectionAfterTheCommitHasChangedEverything(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	path := fmt.Sprint("/v2/conversations/", d.opened("active"))
	d.ResetRequests()
	d.fault(`{"name":"cut","method":"POST","path":"/v2/conversations/*/notes","drop":"after","times":1}`)
	_, err := d.try("POST", path+"/notes", "application/json", `{"text":"x"}`)
	require.Error(t, err)
	require.Len(t, d.threads(path), 2)
	record := d.Requests()[0]
	require.Zero(t, record.Status)
	require.True(t, record.Committed)
	require.Equal(t, "cut", record.Fault)
	require.Equal(t, 2, record.Units)
}

func TestAFaultedStatus(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	path := fmt.Sprint("/v2/conversations/", d.opened("active"))
	steps := []struct {
		fault   string
		status  int
		threads int
		check   func(reply)
	}{
		{`{"status":500,"times":1,"method":"POST"}`, 500, 1, func(r reply) { require.Contains(t, r.body, "logRef") }},
		{`{"status":503,"times":1,"method":"POST"}`, 503, 1, func(r reply) { require.Contains(t, r.raw, "<html>") }},
		{`{"status":429,"times":1,"method":"POST","header":{"X-RateLimit-Retry-After":"7"}}`, 429, 1, func(r reply) {
			require.Equal(t, "7", r.header.Get("X-RateLimit-Retry-After"))
			require.NotContains(t, r.body, "logRef")
		}},
		{`{"status":400,"times":1,"method":"POST","body":"{\"message\":\"no\"}"}`, 400, 1, func(r reply) { require.Equal(t, "no", r.body["message"]) }},
		{`{"status":401,"times":1,"method":"POST"}`, 401, 1, func(reply) {}},
		{`{"status":504,"commit":true,"times":1,"method":"POST"}`, 504, 2, func(reply) {}},
	}
	for _, step := range steps {
		d.fault(step.fault)
		step.check(d.want(step.status, "POST", path+"/notes", `{"text":"x"}`))
		require.Len(t, d.threads(path), step.threads, step.fault)
	}
}

func TestADelayHoldsARequestBack(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	d.fault(`{"delay":"60ms","path":"/v2/users/me"}`)
	begin := time.Now()
	d.want(200, "GET", "/v2/users/me", "")
	require.GreaterOrEqual(t, time.Since(begin), 60*time.Millisecond)
}

func TestAClientThatGivesUpDoesNotUndoItsRequest(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	path := fmt.Sprint("/v2/conversations/", d.opened("active"))
	d.fault(`{"delay":"10s","method":"POST"}`)
	hasty := *d.client
	impatient := *d.http
	impatient.Timeout = 50 * time.Millisecond
	hasty.http = &impatient
	_, err := hasty.try("POST", path+"/notes", "application/json", `{"text":"x"}`)
	require.Error(t, err)
	require.Eventually(t, func() bool { return len(d.threads(path)) == 2 }, 5*time.Second, 10*time.Millisecond)
}

func TestFaultsSkipCountAndEnd(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	d.fault(`{"name":"third","path":"^/v2/users","status":500,"skip":2,"times":1}`)
	for _, status := range []int{200, 200, 500, 200} {
		d.want(status, "GET", "/v2/users/me", "")
	}
	require.Equal(t, 1, d.Faults()[0].Applied)
	require.Equal(t, "third", d.Faults()[0].Fault.Name)
	d.fault(`{"status":500}`)
	d.want(500, "GET", "/v2/users/me", "")
	d.want(204, "DELETE", "/_simulator/faults", "")
	d.want(200, "GET", "/v2/users/me", "")
	require.Empty(t, d.Faults())
}

func TestFaultsThatCannotBeMeant(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	for _, body := range []string{
		`{}`, `{"drop":"during"}`, `{"status":99}`, `{"status":500,"path":"["}`, `{"status":500,"path":"^("}`,
		`{"status":500,"probability":2}`, `{"status":500,"when":"later"}`, `{"delay":5}`, `no JSON`,
	} {
		require.Equal(t, 400, d.send("POST", "/_simulator/faults", body).status, body)
	}
	require.Empty(t, d.Faults())
}

func TestFaultsTouchTheTokenEndpointToo(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	require.NoError(t, d.Fault(simulator.Fault{PathPattern: "/v2/oauth2/token", Status: 500, Times: 1}))
	result, err := d.try("POST", "/v2/oauth2/token", formType, "grant_type=client_credentials&client_id=app&client_secret=secret")
	require.NoError(t, err)
	require.Equal(t, 500, result.status)
}

func TestTheRecordIsReadOverHTTP(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	d.want(204, "DELETE", "/_simulator/requests", "")
	d.want(200, "GET", "/v2/users/me", "")
	d.created("/v2/customers", `{"firstName":"A"}`)
	listed := d.get("/_simulator/requests")
	require.Contains(t, listed.raw, `"path": "/v2/users/me"`)
	require.Contains(t, listed.raw, `"units": 2`)
	require.EqualValues(t, 3, d.get("/_simulator/units").body["units"])
	require.Contains(t, d.get("/_simulator/state").body, "conversations")
}
