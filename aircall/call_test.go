package aircall_test

import (
	"encoding/json"
	"maps"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"callscout/aircall"
)

func callOf(t testing.TB, name string) aircall.Call {
	t.Helper()
	e, err := aircall.ParseEvent(fixture(t, name))
	require.NoError(t, err)
	require.True(t, e.IsCall())
	call, err := e.Call()
	require.NoError(t, err)
	return call
}

func unix(sec int64) time.Time { return time.Unix(sec, 0).UTC() }

func TestCallReadsAMissedCallWithVoicemail(t *testing.T) {
	t.Parallel()
	require.Equal(t, aircall.Call{
		ID:               5186780377,
		Direction:        aircall.Inbound,
		Status:           aircall.StatusDone,
		MissedCallReason: aircall.AgentsDidNotAnswer,
		StartedAt:        unix(1767607239),
		EndedAt:          unix(1767607256),
		Duration:         17 * time.Second,
		RawDigits:        "+44 20 7946 0123",
		Number: &aircall.Number{
			ID: 301, Name: "Berlin office", Digits: "+49 30 23125 100", E164Digits: "+493023125100",
			Country: "DE", TimeZone: "Europe/Berlin",
		},
		Contact: &aircall.Contact{
			ID: 77, FirstName: "Grace", LastName: "Example", CompanyName: "Example Ltd", Information: "external_custom_id:1",
			PhoneNumbers: []aircall.ContactDetail{{ID: 78, Label: "Work", Value: "+442079460123"}},
			Emails:       []aircall.ContactDetail{{ID: 79, Label: "Work", Value: "grace@example.com"}},
		},
		AutomaticCallbackCallID: 5186780300,
		Teams:                   []aircall.Team{{ID: 9, Name: "Support"}},
		Comments:                []aircall.Comment{},
		Tags:                    []aircall.Tag{},
		Voicemail:               "https://bucket.example.com/call-5186780377-voicemail.mp3?X-Amz-Expires=600",
		VoicemailShortURL:       "https://short-urls.aircall.io/v1/00000000-0000-4000-8000-000000000001",
		Asset:                   "https://assets.aircall.io/calls/5186780377/voicemail",
		Cost:                    "0.0",
	}, callOf(t, "call.ended-missed.json"))
}

func TestCallReadsTagsCommentsAndTransfers(t *testing.T) {
	t.Parallel()
	ada := &aircall.User{ID: 41, Name: "Ada Example", Email: "ada@example.com"}
	require.Equal(t, aircall.Call{
		ID:                    5186780378,
		Direction:             aircall.Inbound,
		Status:                aircall.StatusDone,
		StartedAt:             unix(1767607174),
		AnsweredAt:            unix(1767607189),
		EndedAt:               unix(1767607382),
		Duration:              208 * time.Second,
		RawDigits:             "anonymous",
		User:                  ada,
		TransferredBy:         ada,
		TransferredTo:         &aircall.User{ID: 42, Name: "Bob Example", Email: "bob@example.com"},
		ExternalTransferredTo: "+1 202-555-0199",
		ExternalCallerNumber:  "+49 30 23125 555",
		Archived:              true,
		Comments:              []aircall.Comment{{ID: 61, Content: "line one\nline two", PostedAt: unix(1767607380)}},
		Tags: []aircall.Tag{
			{ID: 51, Name: "Callback Request", TaggedAt: unix(1767607300)},
			{ID: 52, Name: "Billing", TaggedBy: &aircall.User{ID: 41, Name: "Ada Example"}, TaggedAt: unix(1767607384)},
		},
	}, callOf(t, "call.tagged.json"))
}

func TestCallTakesEmptyObjectsAndNullAsNotSaid(t *testing.T) {
	t.Parallel()
	require.Equal(t, aircall.Call{
		ID:        5186780376,
		UUID:      "CA00000000000000000000000000000001",
		Direction: aircall.Outbound,
		Status:    aircall.StatusInitial,
		StartedAt: unix(1767607199),
		RawDigits: "+1 202-555-0143",
		Cost:      "0",
		Participants: []aircall.Participant{
			{Type: aircall.ParticipantExternal, PhoneNumber: "+1 202-555-0143"},
			{Type: aircall.ParticipantUser, ID: 41, Name: "Ada Example"},
		},
	}, callOf(t, "call.created-sparse.json"))
}

func TestListsTellUnknownFromNone(t *testing.T) {
	t.Parallel()
	tags := func(c aircall.Call) (bool, int) { return c.Tags != nil, len(c.Tags) }
	comments := func(c aircall.Call) (bool, int) { return c.Comments != nil, len(c.Comments) }
	teams := func(c aircall.Call) (bool, int) { return c.Teams != nil, len(c.Teams) }
	participants := func(c aircall.Call) (bool, int) { return c.Participants != nil, len(c.Participants) }
	options := func(c aircall.Call) (bool, int) { return c.IVROptions != nil, len(c.IVROptions) }

	for key, list := range map[string]func(aircall.Call) (said bool, length int){
		"tags": tags, "comments": comments, "teams": teams,
		"participants": participants, "conference_participants": participants, "ivr_options_selected": options,
	} {
		check := func(fields string, wantSaid bool, wantLength int) {
			call, err := aircall.ParseCall(json.RawMessage(`{"id":1` + fields + `}`))
			require.NoError(t, err)
			said, length := list(call)
			require.Equal(t, wantSaid, said, "%s%s", key, fields)
			require.Equal(t, wantLength, length, "%s%s", key, fields)
		}
		check(``, false, 0)
		for _, raw := range []string{`null`, `{}`, `"x"`, `7`, `true`, `{"id":1}`, `["x"]`, `[null]`, `[{}]`, `[[]]`} {
			check(`,"`+key+`":`+raw, false, 0)
		}
		check(`,"`+key+`":[]`, true, 0)
		check(`,"`+key+`":[null,{"id":"5","name":"n"},"x",{}]`, true, 1)
	}
}

func TestCallNeedsAnID(t *testing.T) {
	t.Parallel()
	for _, raw := range []string{
		`"x":1`, `"id":null`, `"id":{}`, `"id":[7]`, `"id":true`, `"id":""`, `"id":"abc"`, `"id":0`, `"id":-7`, `"id":7.0`,
		`"id":1e3`, `"id":"1e3"`, `"id":"+12025550143"`, `"id":9223372036854775808`, `"ID":7`,
	} {
		e := aircall.Event{Name: aircall.EventCallEnded, Data: json.RawMessage(`{"raw_digits":"+1 202-555-0143",` + raw + `}`)}
		_, err := e.Call()
		var field *aircall.FieldError
		require.ErrorAs(t, err, &field, raw)
		require.Equal(t, "data.id", field.Field, raw)
		require.EqualError(t, err, "data.id: expected a positive whole number")
	}
	for raw, want := range map[string]int64{`7`: 7, `"7"`: 7, `" 7 "`: 7, `9223372036854775807`: 9223372036854775807} {
		call, err := aircall.ParseCall(json.RawMessage(`{"id":` + raw + `}`))
		require.NoError(t, err, raw)
		require.Equal(t, want, call.ID, raw)
	}
	for _, data := range []string{``, `null`, `[]`, `"x"`, `7`, `{"id":`} {
		_, err := aircall.Event{Name: aircall.EventCallEnded, Data: json.RawMessage(data)}.Call()
		require.EqualError(t, err, "data: expected an object with a call", data)
	}
}

// One field after the other gets each kind of wrong value. The call must come
// out with only that field changed.
func TestOneWrongFieldNeverLosesTheCall(t *testing.T) {
	t.Parallel()
	full := map[string]json.RawMessage{}
	for _, name := range []string{"call.ended-missed.json", "call.tagged.json"} {
		e, err := aircall.ParseEvent(fixture(t, name))
		require.NoError(t, err)
		var data map[string]json.RawMessage
		require.NoError(t, json.Unmarshal(e.Data, &data))
		for key, raw := range data {
			if old := string(full[key]); old == "" || old == "null" || old == "[]" {
				full[key] = raw
			}
		}
	}
	parse := func(fields map[string]json.RawMessage) aircall.Call {
		raw, err := json.Marshal(fields)
		require.NoError(t, err)
		call, err := aircall.ParseCall(raw)
		require.NoError(t, err)
		return call
	}
	for key := range full {
		if key == "id" {
			continue
		}
		without := maps.Clone(full)
		delete(without, key)
		want := parse(without)
		for _, wrong := range []string{`null`, `{}`, `[1,"x",null]`, `{"id":[],"name":{}}`, `false`} {
			broken := maps.Clone(full)
			broken[key] = json.RawMessage(wrong)
			require.Equal(t, want, parse(broken), "%s: %s", key, wrong)
		}
	}
}

func TestScalarsComeInSeveralForms(t *testing.T) {
	t.Parallel()
	parse := func(fields string) aircall.Call {
		call, err := aircall.ParseCall(json.RawMessage(`{"id":1,` + fields + `}`))
		require.NoError(t, err)
		return call
	}
	for raw, want := range map[string]time.Duration{
		`17`: 17 * time.Second, `"17"`: 17 * time.Second, `17.5`: 17500 * time.Millisecond,
		`-1`: 0, `"NaN"`: 0, `1e300`: 0, `"x"`: 0,
	} {
		require.Equal(t, want, parse(`"duration":`+raw).Duration, raw)
	}
	for raw, want := range map[string]bool{
		`true`: true, `"true"`: true, `"True"`: true, `"1"`: true, `1`: true,
		`false`: false, `"false"`: false, `0`: false, `2`: false, `"yes"`: false, `null`: false, `[true]`: false,
	} {
		require.Equal(t, want, parse(`"archived":`+raw).Archived, raw)
	}
	for raw, want := range map[string]string{`"2.34"`: "2.34", `2.34`: "2.34", `0`: "0", `null`: "", `{}`: ""} {
		require.Equal(t, want, parse(`"cost":`+raw).Cost, raw)
	}
	for raw, want := range map[string]bool{
		`"anonymous"`: true, `"Anonymous"`: true, `" ANONYMOUS "`: true,
		`"+1 202-555-0143"`: false, `null`: false, `""`: false, `{}`: false,
	} {
		require.Equal(t, want, parse(`"raw_digits":`+raw).Anonymous(), raw)
	}
	require.False(t, parse(`"direction":"inbound"`).Anonymous())
	require.Equal(t, aircall.Status("of_tomorrow"), parse(`"status":"of_tomorrow"`).Status)
	require.Equal(t, aircall.Direction("sideways"), parse(`"direction":"sideways"`).Direction)
	require.Equal(t, aircall.MissedCallReason("odd"), parse(`"missed_call_reason":"odd"`).MissedCallReason)
}

func TestCallSurvivesJSON(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"call.ended-missed.json", "call.tagged.json", "call.created-sparse.json"} {
		want := callOf(t, name)
		raw, err := json.Marshal(want)
		require.NoError(t, err)
		var got aircall.Call
		require.NoError(t, json.Unmarshal(raw, &got))
		require.Equal(t, want, got)
	}
}
