package aircall_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strconv"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"callscout/aircall"
)

func numbers(from, to int) []map[string]any {
	list := []map[string]any{}
	for id := from; id <= to; id++ {
		list = append(list, map[string]any{"id": id, "name": fmt.Sprintf("Line %d", id)})
	}
	return list
}

// numberPages answers page n of total numbers, 50 a page, with meta(n).
func numberPages(total int, meta func(page int) map[string]any) http.HandlerFunc {
	return func(w http.ResponseWriter, req *http.Request) {
		page, _ := strconv.Atoi(req.URL.Query().Get("page"))
		_ = json.NewEncoder(w).Encode(map[string]any{
			"numbers": numbers((page-1)*50+1, min(page*50, total)),
			"meta":    meta(page),
		})
	}
}

func TestNumbersReadsEveryPage(t *testing.T) {
	t.Parallel()
	const total = 120
	link := func(page int) map[string]any {
		if page == 3 {
			return map[string]any{"total": 1, "next_page_link": nil}
		}
		return map[string]any{"total": 1, "next_page_link": "http://elsewhere.example.com/v1/numbers?page=9"}
	}
	for name, meta := range map[string]func(int) map[string]any{
		"by the link":                link,
		"by the total":               func(int) map[string]any { return map[string]any{"total": total} },
		"total as text":              func(int) map[string]any { return map[string]any{"total": strconv.Itoa(total)} },
		"by a page that is not full": func(int) map[string]any { return nil },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			server := record(t, numberPages(total, meta))
			got, err := server.client(t).Numbers(t.Context())
			require.NoError(t, err)
			require.Len(t, got, total)
			require.Equal(t, aircall.Number{ID: 1, Name: "Line 1"}, got[0])
			require.Equal(t, aircall.Number{ID: total, Name: "Line 120"}, got[total-1])
			require.Equal(t, []string{
				"GET /v1/numbers?page=1&per_page=50",
				"GET /v1/numbers?page=2&per_page=50",
				"GET /v1/numbers?page=3&per_page=50",
			}, server.seen())
		})
	}
}

func TestNumbersAsksNoMoreThanNeeded(t *testing.T) {
	t.Parallel()
	total := func(n int) func(int) map[string]any {
		return func(int) map[string]any { return map[string]any{"total": n} }
	}
	for _, tc := range []struct{ numbers, requests int }{{0, 1}, {1, 1}, {50, 1}, {51, 2}} {
		server := record(t, numberPages(tc.numbers, total(tc.numbers)))
		got, err := server.client(t).Numbers(t.Context())
		require.NoError(t, err)
		require.NotNil(t, got)
		require.Len(t, got, tc.numbers)
		require.Len(t, server.seen(), tc.requests, tc.numbers)
	}
	server := record(t, numberPages(50, func(int) map[string]any { return nil }))
	got, err := server.client(t).Numbers(t.Context())
	require.NoError(t, err)
	require.Len(t, got, 50)
	require.Len(t, server.seen(), 2)
}

func TestAnEmptyPageEndsAListWhateverItsLinkSays(t *testing.T) {
	t.Parallel()
	server := record(t, numberPages(50, func(int) map[string]any {
		return map[string]any{"next_page_link": "https://api.aircall.io/v1/numbers?page=2"}
	}))
	got, err := server.client(t).Numbers(t.Context())
	require.NoError(t, err)
	require.Len(t, got, 50)
	require.Len(t, server.seen(), 2)
}

func TestAListWithoutAnEndIsRefused(t *testing.T) {
	t.Parallel()
	server := record(t, func(w http.ResponseWriter, _ *http.Request) {
		_ = json.NewEncoder(w).Encode(map[string]any{
			"numbers": numbers(1, 1),
			"meta":    map[string]any{"next_page_link": "https://api.aircall.io/v1/numbers?page=2"},
		})
	})
	_, err := server.client(t).Numbers(t.Context())
	var answer *aircall.AnswerError
	require.ErrorAs(t, err, &answer)
	require.ErrorContains(t, err, "200 pages")
	require.Len(t, server.seen(), 200)
}

func TestAFailureOnALaterPageFailsTheList(t *testing.T) {
	t.Parallel()
	pages := numberPages(120, func(int) map[string]any { return map[string]any{"total": 120} })
	server := record(t, func(w http.ResponseWriter, req *http.Request) {
		if req.URL.Query().Get("page") == "2" {
			w.WriteHeader(http.StatusTooManyRequests)
			return
		}
		pages(w, req)
	})
	got, err := server.client(t).Numbers(t.Context())
	var answer *aircall.Error
	require.ErrorAs(t, err, &answer)
	require.Equal(t, http.StatusTooManyRequests, answer.Status)
	require.Nil(t, got)
	require.Len(t, server.seen(), 2)
}

func TestWebhooksReadsBothKindsOfID(t *testing.T) {
	t.Parallel()
	server := record(t, answering(http.StatusOK, `{
		"meta": {"count": 2, "total": 2, "current_page": 1, "per_page": 50},
		"webhooks": [
			{"id": 4, "webhook_id": "00000000-0000-4000-8000-000000000004", "url": "https://callscout.example.com/webhooks/aircall",
			 "active": true, "events": ["call.created", null, "call.ended"], "token": "fixture-webhook-token", "created_at": "2026-01-05T10:00:00.250Z"},
			{"id": 5, "url": "https://callscout.example.com/old", "active": false, "events": [], "token": "other"}
		]}`))
	got, err := server.client(t).Webhooks(t.Context())
	require.NoError(t, err)
	require.Equal(t, []aircall.Webhook{
		{
			ID: "00000000-0000-4000-8000-000000000004", URL: "https://callscout.example.com/webhooks/aircall", Active: true,
			Events: []string{aircall.EventCallCreated, aircall.EventCallEnded}, Token: "fixture-webhook-token",
			CreatedAt: time.Date(2026, 1, 5, 10, 0, 0, 250e6, time.UTC),
		},
		{ID: "5", URL: "https://callscout.example.com/old", Token: "other"},
	}, got)
	require.Equal(t, []string{"GET /v1/webhooks?page=1&per_page=50"}, server.seen())
}
