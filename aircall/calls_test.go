package aircall_test

import (
	"net/http"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"callscout/aircall"
)

func TestCallsReadsOnePageOfATime(t *testing.T) {
	t.Parallel()
	server := record(t, answering(http.StatusOK, `{
		"meta": {"count": 2, "total": 120, "current_page": 2, "per_page": 50, "next_page_link": "https://api.aircall.io/v1/calls?page=3"},
		"calls": [
			{"id": 4186780376, "direction": "inbound", "status": "done", "started_at": 1767607174, "ended_at": 1767607382, "raw_digits": "+44 20 7946 0456"},
			{"id": "4186780377", "direction": "outbound", "status": "initial", "started_at": 1767607175, "ended_at": null}
		]}`))
	page, err := server.client(t).Calls(t.Context(), aircall.CallsQuery{
		From: time.Unix(1767600000, 0), To: time.Unix(1767610000, 0), NewestFirst: true, Page: 2,
	})
	require.NoError(t, err)
	require.Len(t, page.Calls, 2)
	require.EqualValues(t, 4186780377, page.Calls[1].ID)
	require.Equal(t, aircall.StatusDone, page.Calls[0].Status)
	require.Equal(t, 120, page.Total)
	require.False(t, page.Last)
	require.Equal(t, []string{"GET /v1/calls?fetch_aiva_conv=true&fetch_call_timeline=true&fetch_contact=true&fetch_short_urls=true" +
		"&from=1767600000&order=desc&page=2&per_page=50&to=1767610000"}, server.seen())
}

func TestTheLastPageOfCallsIsKnown(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		page int
		meta string
		want bool
	}{
		"by the link":          {1, `{"total": 3, "next_page_link": null}`, true},
		"not by the link":      {1, `{"total": 1, "next_page_link": "https://api.aircall.io/v1/calls?page=2"}`, false},
		"by the total":         {3, `{"total": 101}`, true},
		"not by the total":     {2, `{"total": 102}`, false},
		"by a page with space": {1, `{}`, true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			server := record(t, answering(http.StatusOK, `{"calls": [{"id": 1}], "meta": `+test.meta+`}`))
			page, err := server.client(t).Calls(t.Context(), aircall.CallsQuery{Page: test.page})
			require.NoError(t, err)
			require.Equal(t, test.want, page.Last)
		})
	}
}

func TestAPageOfCallsThatAircallRefusesIsNotAskedFor(t *testing.T) {
	t.Parallel()
	server := record(t, answering(http.StatusOK, `{"calls": []}`))
	for _, page := range []int{0, aircall.MostListed/aircall.CallsPerPage + 1} {
		_, err := server.client(t).Calls(t.Context(), aircall.CallsQuery{Page: page})
		var wrong *aircall.FieldError
		require.ErrorAs(t, err, &wrong)
	}
	require.Empty(t, server.seen())
}

func TestAListOfCallsThatIsNoneIsNotUnderstood(t *testing.T) {
	t.Parallel()
	for _, body := range []string{`{}`, `{"calls": null}`, `{"calls": [{"direction": "inbound"}]}`, `{"calls": [7]}`} {
		server := record(t, answering(http.StatusOK, body))
		_, err := server.client(t).Calls(t.Context(), aircall.CallsQuery{Page: 1})
		var answer *aircall.AnswerError
		require.ErrorAs(t, err, &answer, body)
	}
}
