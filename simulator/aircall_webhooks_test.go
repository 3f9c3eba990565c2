package simulator_test

import (
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"callscout/simulator"
)

func id(number int64) string { return strconv.FormatInt(number, 10) }

func TestFailedDeliveriesAreRepeatedUnchanged(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	o.hub.answer(http.StatusServiceUnavailable)
	o.place(simulator.Script{Kind: simulator.InboundMissed, Lose: []string{"call.ringing_on_agent", "call.hungup", "call.ended"}})
	require.Eventually(t, func() bool { return len(o.hub.all()) >= 3 }, 5*time.Second, time.Millisecond)
	o.hub.answer(http.StatusNoContent)
	require.Eventually(t, func() bool {
		all := o.Deliveries()
		return all[len(all)-1].Status == http.StatusNoContent
	}, 5*time.Second, time.Millisecond)
	all := o.hub.all()
	for _, repeated := range all {
		require.Equal(t, all[0].body, repeated.body)
	}
	deliveries := o.Deliveries()
	require.Equal(t, len(deliveries), deliveries[len(deliveries)-1].Attempt)
	require.Equal(t, "application/json", all[0].header.Get("Content-Type"))
	require.Equal(t, "webhooks", all[0].header.Get("Aircall-Origin"))
	require.Empty(t, all[0].header.Get("X-Aircall-Signature"), "there is no signature")
}

func TestTooManyFailuresSwitchAWebhookOffAndASuccessOn(t *testing.T) {
	t.Parallel()
	o := newOffice(t, func(options *simulator.AircallOptions) { options.DisableAfter = 3 })
	o.hub.answer(http.StatusUnauthorized)
	o.place(simulator.Script{Kind: simulator.InboundMissed, Lose: []string{"call.ringing_on_agent", "call.hungup", "call.ended"}})
	require.Eventually(t, func() bool { return !o.Webhooks()[0].Active }, 5*time.Second, time.Millisecond)
	var off int
	for _, delivery := range o.Deliveries() {
		if delivery.SwitchedOff {
			off = delivery.Attempt
		}
	}
	require.Equal(t, 3, off)
	o.place(simulator.Script{Kind: simulator.OutboundUnanswered})
	require.NotContains(t, strings.Join(o.hub.names(), " "), "call.ended", "what happens meanwhile is lost")
	o.hub.answer(http.StatusOK)
	require.Eventually(t, func() bool { return o.Webhooks()[0].Active }, 5*time.Second, time.Millisecond)
}

func TestASlowReceiverCountsAsAFailure(t *testing.T) {
	t.Parallel()
	o := newOffice(t, func(options *simulator.AircallOptions) { options.DeliveryTimeout = 20 * time.Millisecond })
	release := make(chan struct{})
	url, stop, err := simulator.Listen(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { <-release }), "")
	require.NoError(t, err)
	t.Cleanup(stop)
	t.Cleanup(func() { close(release) })
	slow := o.AddWebhook(simulator.Webhook{URL: url, Events: []string{"call.created"}})
	o.place(simulator.Script{Kind: simulator.InboundMissed})
	for _, delivery := range o.Deliveries() {
		if delivery.WebhookID == slow.WebhookID {
			require.Equal(t, "no answer in time", delivery.Error)
			require.Zero(t, delivery.Status)
			return
		}
	}
	require.Fail(t, "the slow webhook was not tried")
}

func TestWebhooksOverTheAPI(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	made := o.want(http.StatusCreated, "POST", "/v1/webhooks", `{"url":"https://example.com/hook","events":["call.ended"]}`).body["webhook"].(map[string]any)
	require.Regexp(t, "^[0-9a-f]{32}$", made["token"])
	require.NotContains(t, made, "custom_name")
	path := "/v1/webhooks/" + made["webhook_id"].(string)
	require.Equal(t, made["token"], o.get(path).body["webhook"].(map[string]any)["token"], "tokens are shown in clear")
	added := o.want(200, "PUT", path+"?events_action=add", `{"events":["call.created"]}`).body["webhook"].(map[string]any)
	require.ElementsMatch(t, []any{"call.ended", "call.created"}, added["events"])
	reset := o.want(200, "PUT", path, `{"active":true}`).body["webhook"].(map[string]any)
	require.Len(t, reset["events"], 67, "without events it subscribes to all again")
	o.want(204, "DELETE", path, "")
	o.want(404, "GET", path, "")
	for name, body := range map[string]string{
		"no address": `{}`, "plain HTTP elsewhere": `{"url":"http://example.com/hook"}`, "no host": `{"url":"https:"}`,
		"an unknown event": `{"url":"https://example.com","events":["call.missed"]}`, "no JSON": `x`,
	} {
		require.Equal(t, 400, o.send("POST", "/v1/webhooks", body).status, name)
	}
	require.NotContains(t, o.get("/v1/webhooks").body["meta"], "next_page_link")
	for len(o.Webhooks()) < 100 {
		o.AddWebhook(simulator.Webhook{URL: "https://example.com"})
	}
	o.want(400, "POST", "/v1/webhooks", `{"url":"https://example.com/hook"}`)
}

func TestAircallRefusesWithItsOwnShapes(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	none, wrong := *o.client, *o.client
	none.authorization, wrong.authorization = "", "Basic aWQ6bm8="
	require.JSONEq(t, `{"message":"Unauthorized"}`, none.want(401, "GET", "/v1/ping", "").raw)
	require.JSONEq(t, `{"message":"Forbidden"}`, wrong.want(403, "GET", "/v1/ping", "").raw, "wrong credentials are 403")
	require.JSONEq(t, `{"message":"Not Found"}`, o.want(404, "GET", "/v1/users", "").raw, "users of v1 are withdrawn")
	require.Equal(t, "Not Found", o.want(404, "GET", "/v1/calls/1", "").body["error"])
	o.want(405, "DELETE", "/v1/ping", "")
	require.JSONEq(t, `{"ping":"pong"}`, o.want(200, "GET", "/v1/ping", "").raw)
	o.want(400, "GET", "/v1/calls?page=300&per_page=50", "")
	o.want(400, "GET", "/v1/calls?page=0", "")
	o.want(422, "GET", "/v1/calls?from=yesterday", "")
	result, err := o.try("POST", "/v1/contacts", "text/plain", `{}`)
	require.NoError(t, err)
	require.Equal(t, 400, result.status)
}

func TestAircallBlocksForAMinute(t *testing.T) {
	t.Parallel()
	clock := newClock()
	o := newOffice(t, func(options *simulator.AircallOptions) { options.LimitPerMinute, options.Clock = 2, clock.Now })
	clock.Advance(50 * time.Second)
	ordinary := o.want(200, "GET", "/v1/ping", "")
	require.Empty(t, ordinary.header.Get("X-AircallApi-Limit"), "ordinary answers have no limit headers")
	o.want(200, "GET", "/v1/ping", "")
	over := o.want(429, "GET", "/v1/ping", "")
	require.Equal(t, "2", over.header.Get("X-AircallApi-Limit"))
	require.Equal(t, fmt.Sprint(noon.Add(110*time.Second).Unix()), over.header.Get("X-AircallApi-Reset"))
	clock.Advance(59 * time.Second)
	o.want(429, "GET", "/v1/ping", "")
	clock.Advance(time.Second)
	o.want(200, "GET", "/v1/ping", "")
}

func TestACallIsReadByRESTWithOtherKeysThanInWebhooks(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	o.AddContact(simulator.Contact{ID: 9, FirstName: "Cleo", PhoneNumbers: []simulator.Detail{{Value: "+12025550143"}}})
	call := o.place(simulator.Script{Kind: simulator.InboundMissed, Lose: []string{"call.ended"}})
	path := "/v1/calls/" + id(call.ID)
	body := o.get(path).body["call"].(map[string]any)
	require.Equal(t, call.UUID, body["sid"])
	require.Contains(t, body, "user")
	require.Nil(t, body["user"], "null, where a webhook leaves it out")
	require.Nil(t, body["contact"])
	require.NotContains(t, body, "call_uuid")
	require.Equal(t, "done", body["status"])
	require.EqualValues(t, call.EndedAt.Unix(), body["ended_at"])
	require.NotNil(t, o.get(path + "?fetch_contact=true").body["call"].(map[string]any)["contact"])

	started := call.StartedAt.Unix()
	count := func(parameters string) int { return len(items(o.get("/v1/calls?" + parameters).body["calls"])) }
	require.Equal(t, 0, count("from="+id(started)), "from is exclusive")
	require.Equal(t, 1, count("from="+id(started-1)+"&to="+id(started)), "to is inclusive")
	require.Equal(t, 0, count("to="+id(started-1)))
}

func TestInsightCards(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	running, err := o.PlaceAsync(simulator.Script{Kind: simulator.InboundMissed, Ring: time.Hour})
	require.NoError(t, err)
	require.Eventually(t, func() bool { _, ok := o.Call(running); return ok }, 5*time.Second, time.Millisecond)
	path := "/v1/calls/" + id(running) + "/insight_cards"
	o.want(201, "POST", path, `{"contents":[{"type":"title","text":"Cleo"},{"type":"shortText","label":"Plan","text":"Gold","link":"https://example.com"}]}`)
	require.Len(t, o.Cards(), 1)
	for name, c := range map[string]struct {
		body   string
		status int
	}{
		"no contents":        {`{"contents":[]}`, 400},
		"another key":        {`{"cards":[]}`, 400},
		"another type":       {`{"contents":[{"type":"user","text":"x"}]}`, 422},
		"a text unlabelled":  {`{"contents":[{"type":"shortText","text":"x"}]}`, 422},
		"a script as a link": {`{"contents":[{"type":"title","text":"x","link":"javascript:alert(1)"}]}`, 422},
		"ten kilobytes":      {`{"contents":[{"type":"title","text":"` + strings.Repeat("x", 10<<10) + `"}]}`, 400},
	} {
		require.Equal(t, c.status, o.send("POST", path, c.body).status, name)
	}
	over := o.place(simulator.Script{Kind: simulator.OutboundUnanswered})
	o.want(405, "POST", "/v1/calls/"+id(over.ID)+"/insight_cards", `{"contents":[{"type":"title","text":"x"}]}`)
}

func TestContactsOverTheAPI(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	body := `{"first_name":"Nia","phone_numbers":[{"label":"Work","value":"+442079460003"}]}`
	first := o.want(201, "POST", "/v1/contacts", body).body["contact"].(map[string]any)
	o.want(201, "POST", "/v1/contacts", body)
	require.Len(t, items(o.get("/v1/contacts/search?phone_number=%2B442079460003").body["contacts"]), 2, "there is no key to repeat by")
	path := fmt.Sprintf("/v1/contacts/%.0f", first["id"])
	o.want(200, "POST", path, `{"company_name":"Acme"}`)
	o.want(422, "POST", path, `{"first_name":" "}`)
	for _, wrong := range []string{
		`{}`, `{"phone_numbers":[]}`, `{"phone_numbers":[{"value":"1"}]}`, `{"phone_numbers":[{"label":"Work"}]}`,
		`{"phone_numbers":[{"label":"Work","value":"1"}],"emails":[{"label":"Work","value":"nia at acme"}]}`,
	} {
		o.want(422, "POST", "/v1/contacts", wrong)
	}
	o.want(201, "POST", path+"/phone_details", `{"label":"Home","value":"+442079460004"}`)
	o.want(422, "POST", path+"/phone_details", `{"value":"+442079460004"}`)
	o.want(404, "POST", "/v1/contacts/1/phone_details", `{"label":"Home","value":"+442079460004"}`)
	require.Len(t, items(o.get("/v1/contacts/search?phone_number=%2B442079460004").body["contacts"]), 1)
	require.Eventually(t, func() bool { return len(o.hub.all()) == 4 }, 5*time.Second, time.Millisecond)
	require.Equal(t, "contact", o.hub.first(t, "contact.updated").Resource)
}
