package api_test

import (
	"context"
	"net/http"
	"net/url"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"callscout/api"
	"callscout/settings"
	"callscout/store"
)

func entryID(id int64) string { return strconv.FormatInt(id, 10) }

func TestSettingsAreCheckedSavedToldAndUndone(t *testing.T) {
	t.Parallel()
	e, _ := deskEdge(t)
	p := e.person(t, adminToken, "Maria")
	form := url.Values{
		"version": {p.version("/i/acme/settings")}, "language": {"de"}, "calls-log_to": {"new_conversation"}, "calls-post_call_delay": {" 1 m "},
		"calls-types-own": {"own"}, "calls-types": {"missed", "voicemail"}, "insight_card": {""}, "tags-names-missed": {"verpasst"}, "comment": {"as  agreed"},
	}
	before := e.installation(t, "acme")
	check := p.post("/i/acme/settings", form)
	require.Equal(t, http.StatusOK, check.status, check.body)
	requireWellFormed(t, check.body)
	for _, text := range []string{"5 changes to be saved", "settings.calls.log_to", "existing_conversation (default)", "new_conversation", "[missed, voicemail]", "Save 5 changes"} {
		require.Contains(t, check.body, text)
	}
	require.Equal(t, before, e.installation(t, "acme"), "nothing is changed yet")

	saved := p.done("/i/acme/settings/save", form)
	require.Contains(t, saved.body, "Changed settings.")
	require.Contains(t, saved.body, "5 values changed.")
	requireWellFormed(t, saved.body)
	now := e.installation(t, "acme")
	require.Equal(t, settings.Overrides{
		"language": "de", "tags": map[string]any{"names": map[string]any{"missed": "verpasst"}},
		"calls": map[string]any{"log_to": "new_conversation", "post_call_delay": "1m", "types": []any{"missed", "voicemail"}},
	}, now.Settings)
	require.Equal(t, before.Numbers, now.Numbers)
	require.Equal(t, before.Aircall, now.Aircall)
	entry := e.trail(t, "acme")[0]
	require.Equal(t, "Maria", entry.Who)
	require.Equal(t, "as agreed", entry.Detail)
	require.Len(t, entry.Changes, 5)

	require.Equal(t, http.StatusSeeOther, p.post("/i/acme/settings/save", form).status, "sent twice")
	require.Len(t, e.trail(t, "acme"), 1)

	audit := p.get("/i/acme/audit")
	require.Contains(t, audit.body, "settings.calls.log_to")
	requireWellFormed(t, audit.body)
	undone := p.done("/i/acme/audit/"+entryID(entry.ID)+"/undo", nil)
	require.Contains(t, undone.body, "Undid a change.")
	require.Equal(t, before, e.installation(t, "acme"))
	redone := p.done("/i/acme/audit/"+entryID(e.trail(t, "acme")[0].ID)+"/undo", nil)
	require.Equal(t, http.StatusOK, redone.status)
	require.Equal(t, now, e.installation(t, "acme"))
}

func TestAnUndoOfWhatWasChangedAgainIsRefused(t *testing.T) {
	t.Parallel()
	e, _ := deskEdge(t)
	p := e.person(t, adminToken, "Maria")
	p.done("/i/acme/settings/save", url.Values{"version": {p.version("/i/acme/settings")}, "language": {"de"}})
	first := e.trail(t, "acme")[0]
	p.done("/i/acme/settings/save", url.Values{"version": {p.version("/i/acme/settings")}, "language": {"fr"}})
	now := e.installation(t, "acme")
	refused := p.post("/i/acme/audit/"+entryID(first.ID)+"/undo", nil)
	require.Equal(t, http.StatusConflict, refused.status)
	require.Contains(t, refused.body, "settings.language")
	requireWellFormed(t, refused.body)
	require.Equal(t, now, e.installation(t, "acme"))
	require.Equal(t, http.StatusNotFound, p.post("/i/acme/audit/999/undo", nil).status)
}

func TestWhatIsWrongIsSaidAtItsFieldInThePagesLanguage(t *testing.T) {
	t.Parallel()
	e, _ := deskEdge(t)
	p := e.person(t, adminToken, "Maria")
	form := url.Values{
		"version": {p.version("/i/acme/settings")}, "calls-post_call_delay": {"20m"}, "fallback_admin": {`<b>"nobody`}, "calls-types-own": {"own"},
		"voice_agent-knowledge_base_url": {"http://x"}, "tags-names-missed": {"a,b"}, "language": {"de"},
	}
	for _, path := range []string{"/i/acme/settings", "/i/acme/settings/save", "/i/acme/numbers/4711/settings"} {
		answer := p.post(path, form)
		require.Equal(t, http.StatusUnprocessableEntity, answer.status)
		requireWellFormed(t, answer.body)
		require.Contains(t, answer.body, "<title>Error: ")
		for _, text := range []string{
			`href="#calls-post_call_delay"`, "Enter a time between 0s and 10m", `value="20m"`, "Enter a Help Scout user’s id", "Choose at least one",
			"Enter an address that begins with https://", "Enter a tag without commas", "&lt;b&gt;&#34;nobody", `id="language-de" value="de" checked`,
		} {
			require.Contains(t, answer.body, text, path)
		}
	}
	clash := p.post("/i/acme/settings", url.Values{"version": {form.Get("version")}, "tags-names-in_progress": {"missed call"}})
	require.Equal(t, http.StatusUnprocessableEntity, clash.status)
	require.Contains(t, clash.body, "one with the same name would be removed with it")
	p.post("/language", url.Values{"language": {"de"}, "next": {"/"}})
	require.Contains(t, p.post("/i/acme/settings", form).body, "Geben Sie eine Zeit zwischen 0s und 10m ein")
	require.Empty(t, e.installation(t, "acme").Settings)
	require.Empty(t, e.trail(t, "acme"))
}

func TestWhoSavesSecondIsToldAndOverwritesNobody(t *testing.T) {
	t.Parallel()
	e, _ := deskEdge(t)
	p, q := e.person(t, adminToken, "Maria"), e.person(t, adminToken, "Tom")
	version := p.version("/i/acme/settings")
	q.done("/i/acme/settings/save", url.Values{"version": {version}, "language": {"fr"}})
	for _, path := range []string{"/i/acme/settings", "/i/acme/settings/save"} {
		answer := p.post(path, url.Values{"version": {version}, "language": {"de"}})
		require.Equal(t, http.StatusConflict, answer.status)
		require.Contains(t, answer.body, "Somebody else saved in between")
		require.Contains(t, answer.body, `id="language-de" value="de" checked`, "what was typed is not lost")
		requireWellFormed(t, answer.body)
	}
	require.Equal(t, settings.Overrides{"language": "fr"}, e.installation(t, "acme").Settings)
	numbers := p.post("/i/acme/numbers", url.Values{"version": {version}, "inbox-4713": {"87"}})
	require.Equal(t, http.StatusConflict, numbers.status)
	requireWellFormed(t, numbers.body)
}

func TestANumberHasItsOwnSettings(t *testing.T) {
	t.Parallel()
	e, _ := deskEdge(t)
	p := e.person(t, adminToken, "Maria")
	address := "/i/acme/numbers/4712/settings"
	page := p.get(address)
	require.Contains(t, page.body, "Settings of Sales &#43;49 30 23125 002")
	require.Contains(t, page.body, `id="active-false" value="false" checked`)
	require.Contains(t, page.body, "Same as everywhere: 45s")
	p.done(address+"/save", url.Values{"version": {p.version(address)}, "calls-reopen_closed": {"true"}})
	now := e.installation(t, "acme")
	require.Equal(t, settings.Overrides{"calls": map[string]any{"reopen_closed": true}}, now.Numbers[1].Settings)
	require.Empty(t, now.Settings)
	require.Contains(t, p.get("/i/acme/settings").body, "1 number differs.")
	require.Contains(t, p.get("/i/acme/numbers").body, "1 differs")
	require.Equal(t, http.StatusNotFound, p.get("/i/acme/numbers/5/settings").status)
	require.Equal(t, http.StatusNotFound, p.post("/i/acme/numbers/5/settings/save", nil).status)
}

func TestNumbersAreMappedFromTheAccountsOwnLists(t *testing.T) {
	t.Parallel()
	e, o := deskEdge(t)
	p := e.person(t, adminToken, "Maria")
	page := p.get("/i/acme/numbers")
	for _, text := range []string{"1 number is not logged", "Billing", "49 30 23125 003", "An inbox of the same name: billing", "help@acme.example", `<option value="85" selected>`} {
		require.Contains(t, page.body, text)
	}
	require.Less(t, strings.Index(page.body, "Billing"), strings.Index(page.body, "Support"), "what is not logged comes first")
	form := url.Values{"version": {p.version("/i/acme/numbers")}, "inbox-4711": {"86"}, "inbox-4712": {"0"}, "inbox-4713": {"87"}}
	check := p.post("/i/acme/numbers", form)
	require.Equal(t, http.StatusOK, check.status)
	require.Contains(t, check.body, "numbers[4711].inbox")
	requireWellFormed(t, check.body)
	require.Len(t, e.installation(t, "acme").Numbers, 2)
	require.Contains(t, p.done("/i/acme/numbers/save", form).body, "Changed the numbers.")
	require.Equal(t, []settings.Number{{AircallNumber: 4711, Inbox: 86}, {AircallNumber: 4713, Inbox: 87}}, e.installation(t, "acme").Numbers)
	p.done("/i/acme/audit/"+entryID(e.trail(t, "acme")[0].ID)+"/undo", nil)
	require.Equal(t, acme().Numbers, e.installation(t, "acme").Numbers, "with what differed for a number")

	version := p.version("/i/acme/numbers")
	for name, inbox := range map[string]string{"inbox-4713": "999", "inbox-5555": "85"} {
		for _, path := range []string{"/i/acme/numbers", "/i/acme/numbers/save"} {
			require.Equal(t, http.StatusUnprocessableEntity, p.post(path, url.Values{"version": {version}, name: {inbox}}).status, "%s to %s", name, inbox)
		}
	}
	require.Equal(t, http.StatusOK, p.post("/i/acme/numbers", url.Values{"version": {version}, "inbox-x": {"85"}, "inbox-4711": {"85"}}).status)

	o.mu.Lock()
	o.inboxes, o.lines = o.inboxes[:1], o.lines[:2]
	o.mu.Unlock()
	p.get("/i/acme/connect?again=1")
	gone := p.get("/i/acme/numbers")
	require.Contains(t, gone.body, "Inbox 86, gone from Help Scout")
	require.Contains(t, gone.body, "Inbox gone")
	o.mu.Lock()
	o.away = errRefused
	o.mu.Unlock()
	p.get("/i/acme/connect?again=1")
	away := p.get("/i/acme/numbers")
	require.Contains(t, away.body, "Aircall’s numbers could not be read")
	require.Contains(t, away.body, "4711", "what is mapped stays in sight")
	require.NotContains(t, away.body, "gone from Help Scout", "what is not known is not told")
	requireWellFormed(t, away.body)
}

func TestAccountsAreConnectedByKeysThatNobodySeesAgain(t *testing.T) {
	t.Parallel()
	e, o := deskEdge(t)
	withMessagesToken(t, e)
	p := e.person(t, adminToken, "Maria")
	require.Equal(t, "/i/fresh/connect", p.post("/installations", url.Values{"id": {" fresh "}}).header.Get("Location"))
	require.Contains(t, p.get("/i/fresh/connect").body, "Not yet started")
	require.Contains(t, p.get("/i/fresh").body, "The accounts are not connected yet")

	helpScout := p.done("/i/fresh/connect/helpscout", url.Values{"app_id": {"new-app"}, "app_secret": {" hush-secret\n"}})
	require.Contains(t, helpScout.body, "Changed credentials.")
	require.Contains(t, helpScout.body, "Connected as Maria Lopez.")
	require.NotContains(t, helpScout.body, "undo", "credentials are not undone: the old ones are gone")
	p.done("/i/fresh/connect/aircall", url.Values{"api_id": {"new-api"}, "api_token": {"hush-token"}, "webhook_token": {"hush-hook"}})
	fresh := e.installation(t, "fresh")
	require.Equal(t, settings.AircallAccount{APIID: "new-api", APIToken: "hush-token", WebhookToken: "hush-hook"}, fresh.Aircall)
	require.Equal(t, "hush-secret", fresh.HelpScout.AppSecret)
	page := p.get("/i/fresh/connect")
	require.Contains(t, page.body, "Aircall shows us 3 numbers.")
	require.Contains(t, page.body, `value="new-api"`)
	require.NotContains(t, page.body, "hush")
	audit := p.get("/i/fresh/audit")
	require.Contains(t, audit.body, "aircall.api_token")
	require.NotContains(t, audit.body, "hush")

	p.done("/i/fresh/connect/aircall", url.Values{"api_id": {"new-api"}})
	require.Equal(t, fresh, e.installation(t, "fresh"), "what is left empty is kept")
	p.done("/i/fresh/connect/aircall", url.Values{"messages_token": {" hush-one , hush-two "}})
	p.done("/i/fresh/connect/helpscout", url.Values{"sidebar_secret": {"hush-side"}})
	fresh.Aircall.MessagesToken, fresh.HelpScout.SidebarSecret = "hush-one,hush-two", "hush-side"
	require.Equal(t, fresh, e.installation(t, "fresh"))
	for name, test := range map[string]struct {
		path string
		form url.Values
		at   string
	}{
		"another key without its token": {"/i/fresh/connect/aircall", url.Values{"api_id": {"other"}}, "api_token"},
		"a token with a space":          {"/i/fresh/connect/aircall", url.Values{"api_id": {"new-api"}, "api_token": {"a b"}}, "api_token"},
		"somebody else's webhook":       {"/i/fresh/connect/aircall", url.Values{"api_id": {"new-api"}, "webhook_token": {webhookToken}}, "webhook_token"},
		"somebody else's messages":      {"/i/fresh/connect/aircall", url.Values{"messages_token": {messagesToken}}, "messages_token"},
		"a long sidebar secret":         {"/i/fresh/connect/helpscout", url.Values{"sidebar_secret": {strings.Repeat("x", 41)}}, "sidebar_secret"},
		"a long webhook secret":         {"/i/fresh/connect/helpscout", url.Values{"app_id": {"new-app"}, "webhook_secret": {strings.Repeat("x", 41)}}, "webhook_secret"},
	} {
		answer := p.post(test.path, test.form)
		require.Equal(t, http.StatusUnprocessableEntity, answer.status, name)
		require.Contains(t, answer.body, `href="#`+test.at+`"`, name)
		require.NotContains(t, answer.body, "hush", name)
		requireWellFormed(t, answer.body)
	}
	require.Equal(t, fresh, e.installation(t, "fresh"))
	o.mu.Lock()
	o.away = errRefused
	o.mu.Unlock()
	failed := p.get("/i/fresh/connect?again=1")
	require.Contains(t, failed.body, "There is a problem")
	require.Contains(t, failed.body, errRefused.Error())
	require.NotContains(t, e.log.String(), "hush")

	for id, why := range map[string]string{"Not Valid": "lower-case letters", "fresh": "installation of this name"} {
		answer := p.post("/installations", url.Values{"id": {id}})
		require.Equal(t, http.StatusUnprocessableEntity, answer.status)
		require.Contains(t, answer.body, why)
	}
}

func TestTheConnectPageTellsOfAConnectionInAnotherWindow(t *testing.T) {
	t.Parallel()
	e, _ := deskEdge(t)
	p := e.person(t, adminToken, "Maria")
	p.post("/installations", url.Values{"id": {"fresh"}})
	news := func() string {
		page := p.get("/i/fresh/connect")
		found := regexp.MustCompile(`hx-get="([^"]+)" hx-trigger="every 3s"`).FindStringSubmatch(page.body)
		require.Len(t, found, 2, page.body)
		return found[1]
	}
	since := news()
	require.Equal(t, http.StatusNoContent, p.get(since).status)
	p.done("/i/fresh/connect/helpscout", url.Values{"app_id": {"new-app"}, "app_secret": {"hush-secret"}})
	told := p.get(since)
	require.Equal(t, http.StatusOK, told.status)
	requireWellFormed(t, told.body)
	require.Contains(t, told.body, "Changed credentials.")
	require.Contains(t, told.body, "Connected as Maria Lopez.")
	require.Contains(t, told.body, `<div id="account-helpscout" hx-swap-oob="true">`)
	require.NotContains(t, told.body, `name="app_secret"`, "a form in which somebody writes stays as it is")
	require.Contains(t, told.body, news(), "from now on it waits for what comes next")
	require.Equal(t, http.StatusNoContent, p.get(news()).status)
}

func TestTheOAuthButtonsLeadWhereTheConnectionBegins(t *testing.T) {
	t.Parallel()
	e, _ := deskEdge(t, func(c *api.Config) { c.InstallAircall, c.InstallHelpScout = "/install/aircall", "/install/helpscout" })
	page := e.person(t, adminToken, "").get("/i/acme/connect")
	require.Contains(t, page.body, `<form method="post" action="/install/aircall"><input type="hidden" name="installation" value="acme">`)
	require.Contains(t, page.body, `<form method="post" action="/install/helpscout"><input type="hidden" name="installation" value="acme">`)
	require.NotContains(t, page.body, "AIRCALL_CLIENT_ID")
	plain, _ := deskEdge(t)
	require.Contains(t, plain.person(t, adminToken, "").get("/i/acme/connect").body, "AIRCALL_CLIENT_ID")
}

func TestLoggingIsPausedAndResumed(t *testing.T) {
	t.Parallel()
	e, _ := deskEdge(t)
	p := e.person(t, adminToken, "Maria")
	require.Equal(t, 200, e.post(t, webhook("call.created", 6, 4713)).status)
	require.Contains(t, p.done("/i/acme/pause", nil).body, "Logging is paused")
	require.Equal(t, 200, e.post(t, webhook("call.created", 7, mappedLine)).status)
	require.Equal(t, 1, e.counted(t, "paused"))
	require.Contains(t, p.get("/i/acme").body, "Logging is paused, so it is not logged.", "the one right before does not hide it")
	p.done("/i/acme/pause", nil)
	require.Len(t, e.trail(t, "acme"), 1, "what changes nothing is not recorded")
	require.Contains(t, p.done("/i/acme/resume", nil).body, "Calls are logged")
	require.Equal(t, acme(), e.installation(t, "acme"))
	require.Equal(t, 200, e.post(t, webhook("call.created", 8, mappedLine)).status)
	require.Equal(t, 1, e.counted(t, "delivered"))
}

func TestTheTestCallTicksItself(t *testing.T) {
	t.Parallel()
	e, _ := deskEdge(t)
	p := e.person(t, adminToken, "Maria")
	ticked := func(path string) (done []string) {
		page := p.get(path)
		require.Equal(t, http.StatusOK, page.status)
		requireWellFormed(t, page.body)
		for _, step := range []string{"connected", "mapped", "event", "customer", "log"} {
			require.Contains(t, page.body, `id="step-`+step+`"`)
			if strings.Contains(page.body, `id="step-`+step+`" data-done="true"`) {
				done = append(done, step)
			}
		}
		return done
	}
	const progress = "/i/acme/test/progress"
	require.Equal(t, []string{"connected", "mapped"}, ticked(progress))
	require.Contains(t, p.get(progress).body, `hx-trigger="every 2s"`)
	require.Equal(t, 200, e.post(t, webhook("call.created", 7, mappedLine)).status)
	require.Equal(t, []string{"connected", "mapped", "event"}, ticked(progress))
	require.NoError(t, e.store.Settle(t.Context(), "acme/call/7/customer/501", 501))
	require.NoError(t, e.store.Settle(t.Context(), "acme/call/77/first-log", 1))
	require.Equal(t, []string{"connected", "mapped", "event", "customer"}, ticked(progress))
	require.NoError(t, e.store.Settle(t.Context(), "acme/call/7/conversation/601", 601))
	require.NoError(t, e.store.Settle(t.Context(), "acme/call/7/first-log", 701))
	require.Len(t, ticked(progress), 5)
	complete := p.get(progress).body
	require.NotContains(t, complete, "hx-trigger", "there is nothing left to ask for")
	require.Contains(t, complete, "https://secure.helpscout.example/conversation/601")
	require.Contains(t, complete, "https://secure.helpscout.example/customers/501")
	require.NotContains(t, complete, callerName)
	require.Equal(t, []string{"connected", "mapped"}, ticked(progress+"?after="+entryID(time.Now().Add(time.Minute).Unix())), "an older call is not the test call")
}

func TestACallOnANumberThatIsNotMappedSaysSo(t *testing.T) {
	t.Parallel()
	e, _ := deskEdge(t)
	require.Equal(t, 200, e.post(t, webhook("call.created", 7, 99)).status)
	p := e.person(t, adminToken, "Maria")
	for _, path := range []string{"/i/acme/test", "/i/acme", "/i/acme/connect"} {
		require.Contains(t, p.get(path).body, "Its number is not mapped to an inbox", path)
	}
}

func TestAnInstallationIsUninstalledByItsNameOnly(t *testing.T) {
	t.Parallel()
	e, o := deskEdge(t)
	p := e.person(t, adminToken, "Maria")
	wrong := p.post("/i/acme/uninstall", url.Values{"confirm": {"acm"}})
	require.Equal(t, http.StatusUnprocessableEntity, wrong.status)
	require.Contains(t, wrong.body, "Write acme to confirm.")
	requireWellFormed(t, wrong.body)
	require.Empty(t, o.removed)
	require.Equal(t, "/", p.post("/i/acme/uninstall", url.Values{"confirm": {" acme "}}).header.Get("Location"))
	require.Equal(t, []string{"acme by Maria"}, o.removed)
	_, err := e.store.Installation(t.Context(), "acme")
	require.ErrorIs(t, err, store.ErrNotFound)
	require.Contains(t, p.get("/audit").body, "Uninstalled.")
	require.Equal(t, http.StatusNotFound, p.get("/i/acme").status)

	without, _ := deskEdge(t, func(c *api.Config) { c.Uninstaller = nil })
	q := without.person(t, adminToken, "Maria")
	require.Contains(t, q.get("/i/acme/uninstall").body, "callscout apply --prune")
	require.Equal(t, http.StatusServiceUnavailable, q.post("/i/acme/uninstall", url.Values{"confirm": {"acme"}}).status)
	require.Equal(t, acme(), without.installation(t, "acme"))
}

func TestAKnowledgeBaseInsideTheNetworkIsRefused(t *testing.T) {
	t.Parallel()
	e, _ := deskEdge(t, func(c *api.Config) {
		c.RefuseLink = func(_ context.Context, address string) error {
			if strings.Contains(address, "intranet") {
				return errRefused
			}
			return nil
		}
	})
	p := e.person(t, adminToken, "Maria")
	form := url.Values{"version": {p.version("/i/acme/settings")}, "voice_agent-knowledge_base_url": {"https://intranet.example/"}}
	for _, path := range []string{"/i/acme/settings", "/i/acme/settings/save", "/i/acme/numbers/4711/settings", "/i/acme/numbers/4711/settings/save"} {
		answer := p.post(path, form)
		require.Equal(t, http.StatusUnprocessableEntity, answer.status, path)
		require.Contains(t, answer.body, "this one leads inside the network")
	}
	require.Equal(t, acme(), e.installation(t, "acme"))
	form.Set("voice_agent-knowledge_base_url", "https://help.example/")
	require.Contains(t, p.done("/i/acme/settings/save", form).body, "Changed settings.")
}
