package desk

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"unicode"

	"github.com/labstack/echo/v4"

	"callscout/settings"
	"callscout/store"
)

type connectView struct {
	frame
	// Public is the address that the vendors reach, HTTPS whether Aircall takes it.
	Public string
	HTTPS  bool
	// AircallSet and HelpScoutSet say that there are credentials.
	AircallSet, HelpScoutSet bool
	Seen                     seen
	Heard                    *heardView
	// WebhookSet says that there is a token by which webhooks are known.
	WebhookSet      bool
	Mapped, Visible int
	FallbackAdmin   string
	AircallID       string
	HelpScoutID     string

	InstallAircall, InstallHelpScout string
	// Problems are what is wrong with a form, by the field's id.
	Problems map[string]string
}

// ProblemList gives the problems in the order of the form.
func (v connectView) ProblemList() []fieldProblem {
	var list []fieldProblem
	for _, id := range []string{"api_id", "api_token", "webhook_token", "app_id", "app_secret", "webhook_secret"} {
		if text := v.Problems[id]; text != "" {
			list = append(list, fieldProblem{ID: id, Label: say(v.Lang, "connect."+id), Text: say(v.Lang, text)})
		}
	}
	return list
}

// Problem is what is wrong with one field.
func (v connectView) Problem(id string) string { return v.Problems[id] }

// Webhook is where Aircall sends webhooks to.
func (v connectView) Webhook() string { return v.Public + "/webhooks/aircall" }

func (d *Desk) connect(c echo.Context) error {
	if c.QueryParam("again") != "" && sessionIn(c).Can(support) {
		d.accounts.forget(installationIn(c).ID)
	}
	return d.showConnect(c, http.StatusOK, installationIn(c), nil)
}

func (d *Desk) showConnect(c echo.Context, status int, i settings.Installation, problems map[string]string) error {
	ctx, cancel := context.WithTimeout(c.Request().Context(), pageWithin)
	defer cancel()
	view := connectView{
		frame: d.inside(c, "connect"), Public: d.cfg.PublicURL, HTTPS: d.https(), Problems: problems,
		AircallSet: has(i, "aircall.api_"), HelpScoutSet: has(i, "helpscout."), WebhookSet: has(i, "aircall.webhook_token"), Mapped: len(i.Numbers), FallbackAdmin: i.Settings.Values()["fallback_admin"],
		AircallID: i.Aircall.APIID, HelpScoutID: i.HelpScout.AppID,
		InstallAircall: d.cfg.InstallAircall, InstallHelpScout: d.cfg.InstallHelpScout,
	}
	view.frame.Failed = len(problems) > 0
	var err error
	if view.Heard, err = d.lastHeard(ctx, i.ID); err != nil {
		return err
	}
	view.Seen = d.accounts.look(ctx, i.ID)
	view.Visible = len(view.Seen.Lines)
	return d.page(c, status, "connect", view)
}

// has tells whether an installation lacks none of the credentials under a path.
func has(i settings.Installation, path string) bool {
	return !slices.ContainsFunc(i.MissingSecrets(), func(missing string) bool { return strings.HasPrefix(missing, path) })
}

func (d *Desk) connectAircall(c echo.Context) error {
	given := settings.AircallAccount{
		APIID: credential(c, "api_id"), APIToken: credential(c, "api_token"), WebhookToken: credential(c, "webhook_token"),
	}
	return d.saveAccount(c, map[string]string{
		"api_id": given.APIID, "api_token": given.APIToken, "webhook_token": given.WebhookToken,
	}, func(i *settings.Installation) { i.Aircall = given })
}

func (d *Desk) connectHelpScout(c echo.Context) error {
	given := settings.HelpScoutAccount{
		AppID: credential(c, "app_id"), AppSecret: credential(c, "app_secret"), WebhookSecret: credential(c, "webhook_secret"),
	}
	return d.saveAccount(c, map[string]string{
		"app_id": given.AppID, "app_secret": given.AppSecret, "webhook_secret": given.WebhookSecret,
	}, func(i *settings.Installation) { i.HelpScout = given })
}

// credential leaves out the white space that copying brings along.
func credential(c echo.Context, name string) string { return strings.TrimSpace(c.FormValue(name)) }

var errIncomplete = errors.New("a credential is missing")

// saveAccount puts credentials in place. What is left empty keeps its stored value,
// as in a settings file.
func (d *Desk) saveAccount(c echo.Context, given map[string]string, put func(*settings.Installation)) error {
	problems := map[string]string{}
	for name, value := range given {
		if strings.ContainsFunc(value, unicode.IsSpace) {
			problems[name] = "connect.problem.space"
		}
	}
	if len([]rune(given["webhook_secret"])) > 40 {
		problems["webhook_secret"] = "connect.problem.long"
	}
	if len(problems) > 0 {
		return d.showConnect(c, http.StatusUnprocessableEntity, installationIn(c), problems)
	}
	var entry *store.AuditEntry
	err := d.cfg.Store.ChangeInstallation(c.Request().Context(), installationIn(c).ID, func(i *settings.Installation) (*store.AuditEntry, error) {
		old := *i
		wanted := *i
		put(&wanted)
		wanted = wanted.WithSecretsOf(old)
		for _, path := range wanted.MissingSecrets() {
			_, name, _ := strings.Cut(path, ".")
			if _, asked := given[name]; asked && (name != "webhook_token" || old.Aircall.WebhookToken != "") {
				problems[name] = "connect.problem.missing"
			}
		}
		if len(problems) > 0 {
			return nil, errIncomplete
		}
		changes := settings.Diff(&old, &wanted)
		*i = wanted
		if len(changes) == 0 {
			return nil, nil
		}
		entry = &store.AuditEntry{Action: "credentials_changed", Who: sessionIn(c).Name, Changes: changes}
		return entry, nil
	})
	switch {
	case errors.Is(err, errIncomplete):
		return d.showConnect(c, http.StatusUnprocessableEntity, installationIn(c), problems)
	case errors.Is(err, store.ErrTokenTaken):
		problems["webhook_token"] = "connect.problem.taken"
		return d.showConnect(c, http.StatusUnprocessableEntity, installationIn(c), problems)
	case err != nil:
		return err
	}
	d.accounts.forget(installationIn(c).ID)
	where := "/i/" + installationIn(c).ID + "/connect"
	if entry != nil {
		d.log.Info("audit", "action", entry.Action, "installation", installationIn(c).ID)
		where = withDone(where, entry.ID)
	}
	return c.Redirect(http.StatusSeeOther, where)
}

// withDone has the page at an address tell of a change.
func withDone(address string, entry int64) string {
	u, err := url.Parse(address)
	if err != nil {
		return address
	}
	query := u.Query()
	query.Set("done", formatID(entry))
	u.RawQuery = query.Encode()
	return u.String()
}
