package cli_test

import (
	"encoding/json"
	"maps"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"callscout/calllog"
	"callscout/health"
	"callscout/secret"
	"callscout/simulator"
	"callscout/store"
)

// clinic is a machine whose accounts are simulated and sound.
type clinic struct {
	machine
	helpScout *simulator.HelpScout
	aircall   *simulator.Aircall
	hook      simulator.Webhook
}

func newClinic(t *testing.T, change ...func(*simulator.HelpScoutOptions)) *clinic {
	t.Helper()
	return newClinicBehind(t, func(next http.Handler) http.Handler { return next }, change...)
}

// newClinicBehind puts something before both vendors.
func newClinicBehind(t *testing.T, before func(http.Handler) http.Handler, change ...func(*simulator.HelpScoutOptions)) *clinic {
	t.Helper()
	options := simulator.HelpScoutOptions{LimitPerMinute: -1}
	for _, one := range change {
		one(&options)
	}
	c := &clinic{
		helpScout: simulator.NewHelpScout(options),
		aircall:   simulator.NewAircall(simulator.AircallOptions{APIID: "air-id", APIToken: "hush-air"}),
	}
	hs, air := httptest.NewServer(before(c.helpScout)), httptest.NewServer(before(c.aircall))
	public := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {}))
	t.Cleanup(func() { hs.Close(); air.Close(); public.Close() })
	c.helpScout.AddUser(simulator.User{ID: 600, FirstName: "Ada", Email: "ada@acme.example", Role: "owner"})
	c.helpScout.AddUser(simulator.User{ID: 612, FirstName: "Bot", Email: "bot@acme.example", Mailboxes: []int64{85}, NoDirectory: true})
	c.helpScout.AddApp(simulator.App{ID: "help-id", Secret: "hush-help", UserID: 600})
	c.helpScout.AddApp(simulator.App{ID: "limited-id", Secret: "hush-help", UserID: 612})
	for _, inbox := range []int64{85, 86} {
		c.helpScout.AddMailbox(simulator.Mailbox{ID: inbox, Name: "Inbox"})
	}
	for _, line := range []int64{4711, 4712} {
		c.aircall.AddNumber(simulator.Number{ID: line, Name: "Line"})
	}
	c.hook = c.aircall.AddWebhook(simulator.Webhook{URL: public.URL + "/webhooks/aircall", Token: "hush-webhook", Events: calllog.WebhookEvents()})
	c.machine = settingsMachine(t).with("AIRCALL_API_URL", air.URL, "HELPSCOUT_API_URL", hs.URL, "CALLSCOUT_PUBLIC_URL", public.URL)
	require.Zero(t, c.run(t, "apply", "-f", write(t, "a.yaml", settingsFile)).code)
	return c
}

// store opens what the machine's commands keep.
func (c *clinic) store(t *testing.T) *store.Store {
	t.Helper()
	key, err := os.ReadFile(filepath.Join(c.env["CALLSCOUT_DATA"], "encryption.key"))
	require.NoError(t, err)
	ring, err := secret.ParseRing(strings.TrimSpace(string(key)))
	require.NoError(t, err)
	db, err := store.Open(t.Context(), store.Config{DataDir: c.env["CALLSCOUT_DATA"], Keys: ring})
	require.NoError(t, err)
	t.Cleanup(func() { _ = db.Close() })
	return db
}

func TestTheDoctorLooksAtEverything(t *testing.T) {
	t.Parallel()
	c := newClinic(t)
	got := c.run(t, "doctor")
	require.Equal(t, 1, got.code, "Temporal is away")
	for _, line := range []string{
		"ok    Configuration: complete",
		"can be read by its owner only",
		"warn  Public address: ",
		"ok    Public address: Callscout answers at ",
		"ok    Database: sqlite is written and read",
		"ok    Database: what is committed survives a power cut: journal_mode wal, synchronous 2",
		"FAIL  Temporal: ",
		"ok    acme, settings: ",
		"ok    acme, aircall: Aircall accepts the credentials",
		"ok    acme, helpscout: Help Scout accepts the credentials",
		"ok    acme, webhook: the webhook is there and active",
		"ok    acme, webhook events: it has all events that are used",
		"ok    acme, number: every mapped number exists",
		"ok    acme, inbox: every mapped inbox can be reached",
		"ok    acme, permissions: user 600 may search for customers and list users",
		"ok    acme, clock: ",
		"?     acme, guard: Not known yet.",
		"?     acme, attention: Not known yet.",
		"?     acme, aircall events: None has come yet.",
		"ok    acme, logging: 2 numbers are mapped.",
		"ok    acme, held events: None.",
		"?     Workers: Not known yet.",
		"ok    Version: ",
		"ok    Disk: ",
	} {
		require.Contains(t, got.out, line)
	}
	require.Equal(t, 1, strings.Count(got.out, "FAIL"), got.out)
	require.Contains(t, got.err, "checks that failed: 1;")
	for _, request := range append(c.aircall.Requests(), c.helpScout.Requests()...) {
		if request.Path != "/v2/oauth2/token" {
			require.Equal(t, http.MethodGet, request.Method, "it changes nothing at the vendors")
		}
	}
	require.NotContains(t, got.out+got.err, "hush")
}

func TestTheDoctorSaysWhatToDo(t *testing.T) {
	t.Parallel()
	c := newClinic(t)
	c.aircall.SetWebhook(c.hook.ID, func(w *simulator.Webhook) {
		w.Active, w.URL = false, "https://old.example.com"
		w.Events = []string{"call.created", "user.opened", "user.closed"}
	})
	c.aircall.RemoveNumber(4712)
	limited := strings.Replace(settingsFile, `"help-id"`, `"limited-id"`, 1)
	require.Zero(t, c.run(t, "apply", "-f", write(t, "b.yaml", limited)).code)
	require.NoError(t, os.Chmod(filepath.Join(c.env["CALLSCOUT_DATA"], "encryption.key"), 0o644)) //nolint:gosec // it must be found
	require.NoError(t, c.store(t).KeepFindings(t.Context(), "acme", store.Findings{
		CheckedAt: time.Now().Add(-2 * time.Hour),
		Gaps:      []store.Gap{{From: time.Date(2026, 5, 4, 8, 0, 0, 0, time.UTC), To: time.Date(2026, 5, 4, 9, 0, 0, 0, time.UTC)}},
	}))
	got := c.run(t, "doctor", "--installation", "acme")
	require.Equal(t, 1, got.code)
	for _, line := range []string{
		"can be read by others (0644)\n      -> Run chmod 600 ",
		"FAIL  acme, webhook: ",
		"FAIL  acme, webhook events: ",
		"warn  acme, webhook events: it has 2 events that are not used",
		"warn  acme, webhook: it does not lead to " + c.env["CALLSCOUT_PUBLIC_URL"] + "/webhooks/aircall",
		"FAIL  acme, number: 4712: ",
		"FAIL  acme, inbox: 86: ",
		"FAIL  acme, permissions: the user behind the token may not search for customers",
		"?     acme, guard: Not known since ",
		"warn  acme, gap: Aircall's webhook did not deliver from 2026-05-04T08:00:00Z to 2026-05-04T09:00:00Z",
	} {
		require.Contains(t, got.out, line)
	}
	require.False(t, c.aircall.Webhooks()[0].Active, "the doctor repairs nothing")
}

func TestTheDoctorNamesRefusedCredentials(t *testing.T) {
	t.Parallel()
	c := newClinic(t)
	wrong := c.with("AIRCALL_API_TOKEN", "hush-wrong", "HELPSCOUT_APP_SECRET", "hush-wrong")
	require.Zero(t, wrong.run(t, "apply", "-f", write(t, "b.yaml", settingsFile)).code)
	got := c.run(t, "doctor")
	require.Contains(t, got.out, "FAIL  acme, aircall: ")
	require.Contains(t, got.out, "FAIL  acme, helpscout: ")
	require.NotContains(t, got.out, "acme, number", "what could not be looked at is neither well nor wrong")
	require.NotContains(t, got.out, "acme, permissions")
	require.NotContains(t, got.out+got.err, "hush")
}

func TestTheDoctorComparesTheClock(t *testing.T) {
	t.Parallel()
	c := newClinicBehind(t, func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Date", time.Now().Add(-10*time.Minute).UTC().Format(http.TimeFormat))
			next.ServeHTTP(w, r)
		})
	})
	require.Regexp(t, `FAIL  acme, clock: it differs from 127\.0\.0\.1:\d+ by (10m|9m59|10m1)`, c.run(t, "doctor").out)
}

func TestTheDoctorNeedsAConfigurationAndAnInstallation(t *testing.T) {
	t.Parallel()
	empty := newMachine(t).run(t, "doctor")
	require.Equal(t, 1, empty.code)
	require.Contains(t, empty.out, "warn  Installations: there is none yet")
	require.Contains(t, newClinic(t).run(t, "doctor", "--installation", "nobody").out, `FAIL  Installations: there is no installation "nobody"`)
	wrong := newMachine(t, "CALLSCOUT_PUBLIC_URL", "nowhere").run(t, "doctor")
	require.Equal(t, 1, wrong.code)
	require.Contains(t, wrong.out, "FAIL  Configuration: CALLSCOUT_PUBLIC_URL")
	require.NotContains(t, wrong.out, "Database")
}

func TestTheDoctorTriesLiveOnlyIfSomebodyAgrees(t *testing.T) {
	t.Parallel()
	c := newClinic(t, func(o *simulator.HelpScoutOptions) { o.ThreadsKeepClosed = true })
	asked := c.run(t, "doctor", "--live")
	require.Contains(t, asked.out, "Make a customer and a conversation in inbox 85 of acme")
	require.Contains(t, asked.out, "warn  acme, live: nothing was tried")
	require.Empty(t, c.helpScout.Conversations())

	tried := c.run(t, "doctor", "--live", "--yes")
	require.Contains(t, tried.out, "ok    acme, live: Does a note without a status change that of a conversation? no")
	require.Contains(t, tried.out, "ok    acme, live: Does an assignment reopen a closed conversation? yes")
	require.Len(t, c.helpScout.Conversations(), 1)
	require.Equal(t, "closed", c.helpScout.Conversations()[0].Status)
	require.EqualValues(t, 85, c.helpScout.Conversations()[0].MailboxID)
	answer, _, known, err := c.store(t).LiveAnswer(t.Context(), "acme", store.NoteReopens)
	require.NoError(t, err)
	require.True(t, known)
	require.Equal(t, store.LiveNo, answer)

	later := c.run(t, "doctor")
	require.Contains(t, later.out, "Does a note without a status change that of a conversation? no (tried on ")
	require.Len(t, c.helpScout.Conversations(), 1, "nothing is tried again unasked")

	other := c.run(t, "doctor", "--live", "--yes", "--inbox", "86")
	require.Zero(t, strings.Count(other.out, "warn  acme, live"), other.out)
	require.EqualValues(t, 86, c.helpScout.Conversations()[1].MailboxID)
}

// The names are a promise to whoever reads them by a program.
func TestTheDoctorSpeaksJSON(t *testing.T) {
	t.Parallel()
	c := newClinic(t)
	c.aircall.RemoveNumber(4712)
	require.NoError(t, c.store(t).KeepFindings(t.Context(), "acme", store.Findings{
		CheckedAt: time.Now(), Gaps: []store.Gap{{To: time.Date(2026, 5, 4, 9, 0, 0, 0, time.UTC)}},
	}))
	got := c.run(t, "doctor", "--json")
	require.Equal(t, 1, got.code)
	require.NotContains(t, got.out+got.err, "hush")
	var document map[string]any
	require.NoError(t, json.Unmarshal([]byte(got.out), &document), got.out)
	require.Equal(t, []string{"checked_at", "checks", "failed", "gaps", "unknown", "version", "warned", "well"}, slices.Sorted(maps.Keys(document)))
	require.EqualValues(t, 1, document["version"])
	require.Equal(t, false, document["well"])
	require.EqualValues(t, 2, document["failed"], "Temporal and a number")
	require.Equal(t, []any{map[string]any{"installation": "acme", "to": "2026-05-04T09:00:00Z"}}, document["gaps"])

	found := map[string]map[string]any{}
	for _, one := range document["checks"].([]any) {
		check := one.(map[string]any)
		require.Contains(t, []any{"ok", "warn", "fail", "unknown"}, check["state"])
		require.NotEmpty(t, check["text"])
		name := check["check"].(string)
		if installation, of := check["installation"]; of {
			name = installation.(string) + "/" + name
		}
		found[name] = check
	}
	require.Equal(t, []string{
		"acme/aircall", "acme/aircall_events", "acme/attention", "acme/clock", "acme/guard", "acme/held_events", "acme/helpscout", "acme/helpscout_budget",
		"acme/inbox", "acme/logging", "acme/number", "acme/permissions", "acme/settings", "acme/unlogged_calls", "acme/waiting_events", "acme/webhook", "acme/webhook_events",
		"configuration", "database", "disk", "public_address", "secrets", "temporal", "version", "workers",
	}, slices.Sorted(maps.Keys(found)))
	number := found["acme/number"]
	delete(number, "checked_at")
	require.Equal(t, map[string]any{
		"check": "number", "installation": "acme", "state": "fail", "problem": "NumberGone", "subject": 4712.0, "count": 0.0,
		"text": "4712: " + calllog.NumberGone.Explain(), "remedy": calllog.NumberGone.Remedy(),
	}, number)
	require.Equal(t, "ok", found["acme/guard"]["state"])
	require.Equal(t, "unknown", found["workers"]["state"], "Temporal is away")
	require.Positive(t, found["disk"]["count"])
	require.Positive(t, found["disk"]["of"])

	asked := c.run(t, "doctor", "--json", "--live")
	require.Equal(t, 2, asked.code)
	require.Contains(t, asked.err, "give --yes as well")
	wrong := newMachine(t, "CALLSCOUT_PUBLIC_URL", "nowhere").run(t, "doctor", "--json")
	require.Equal(t, 1, wrong.code)
	require.NoError(t, json.Unmarshal([]byte(wrong.out), &document), "what is wrong with the configuration is JSON as well")
}

func TestTheDoctorAndTheDeskTellOfTheSameChecks(t *testing.T) {
	t.Parallel()
	c := newClinic(t)
	out := c.run(t, "doctor", "--json").out
	for _, check := range health.Checks(health.Facts{Program: health.Program{Disk: health.Known[health.Disk]{At: time.Now()}}}) {
		require.Contains(t, out, `"check": "`+check.Name+`"`)
	}
}
