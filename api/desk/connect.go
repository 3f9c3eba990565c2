package desk

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strconv"
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
	// Since is the newest entry of the audit that the page knows of; News is a newer
	// one, which makes of it a fragment with what has changed.
	Since int64
	News  *store.AuditEntry
	// Problems are what is wrong with a form, by the field's id.
	Problems map[string]string
}

// credentialField is one field of a form.
type credentialField struct {
	// ID is its name in the settings file.
	ID    string
	Value string
	// Secret is never shown.
	Secret bool
	// Hint and Address tell where the value comes from.
	Hint, Address string
	// Problem is the key of what is wrong with it.
	Problem string
}

// HelpScoutFields are those of the form for an application of one's own.
func (v connectView) HelpScoutFields() []credentialField {
	return v.withProblems([]credentialField{
		{ID: "app_id", Value: v.HelpScoutID},
		{ID: "app_secret", Secret: true},
		{ID: "webhook_secret", Secret: true, Hint: "connect.signs_at", Address: v.Public + "/webhooks/helpscout/" + v.ID},
		{ID: "sidebar_secret", Secret: true, Hint: "connect.sidebar_at", Address: v.Public + "/helpscout/app/" + v.ID},
	})
}

// AircallFields are those of the form for an API key.
func (v connectView) AircallFields() []credentialField {
	return v.withProblems([]credentialField{
		{ID: "api_id", Value: v.AircallID},
		{ID: "api_token", Secret: true},
		{ID: "webhook_token", Secret: true, Hint: "connect.webhook_at", Address: v.Public + "/webhooks/aircall"},
		{ID: "messages_token", Secret: true, Hint: "connect.messages_at", Address: v.Public + "/webhooks/aircall/messages"},
	})
}

func (v connectView) withProblems(fields []credentialField) []credentialField {
	for i := range fields {
		fields[i].Problem = v.Problems[fields[i].ID]
	}
	return fields
}

// Wrong tells whether a form has a problem, so that it is shown.
func (v connectView) Wrong(fields []credentialField) bool {
	return slices.ContainsFunc(fields, func(f credentialField) bool { return f.Problem != "" })
}

// ProblemList gives the problems in the order of the forms.
func (v connectView) ProblemList() []fieldProblem {
	var list []fieldProblem
	for _, f := range append(v.HelpScoutFields(), v.AircallFields()...) {
		if f.Problem != "" {
			list = append(list, fieldProblem{ID: f.ID, Label: say(v.Lang, "connect."+f.ID), Text: say(v.Lang, f.Problem)})
		}
	}
	return list
}

func (d *Desk) connect(c echo.Context) error {
	if c.QueryParam("again") != "" && sessionIn(c).Can(support) {
		d.accounts.forget(installationIn(c).ID)
	}
	return d.showConnect(c, http.StatusOK, installationIn(c), nil)
}

// connectNews tells of what happened since, such as a consent in another window. The
// forms are left alone: somebody may be writing.
func (d *Desk) connectNews(c echo.Context) error {
	ctx, cancel := context.WithTimeout(c.Request().Context(), pageWithin)
	defer cancel()
	isFragment(c)
	since, _ := strconv.ParseInt(c.QueryParam("since"), 10, 64) // without one, all is news
	newest, err := d.newest(ctx, installationIn(c).ID)
	if err != nil {
		return err
	}
	if newest == nil || newest.ID == since {
		return c.NoContent(http.StatusNoContent)
	}
	d.accounts.forget(installationIn(c).ID) // perhaps another process connected it
	view, err := d.connectView(ctx, c, installationIn(c))
	if err != nil {
		return err
	}
	view.News = newest
	return d.page(c, http.StatusOK, "connectnews", view)
}

// newest is the last entry of an installation's audit; nil if there is none.
func (d *Desk) newest(ctx context.Context, installation string) (*store.AuditEntry, error) {
	entries, err := d.cfg.Store.AuditTrail(ctx, installation, 0, 1)
	if err != nil || len(entries) == 0 {
		return nil, err
	}
	return &entries[0], nil
}

func (d *Desk) showConnect(c echo.Context, status int, i settings.Installation, problems map[string]string) error {
	ctx, cancel := context.WithTimeout(c.Request().Context(), pageWithin)
	defer cancel()
	view, err := d.connectView(ctx, c, i)
	if err != nil {
		return err
	}
	view.Problems, view.frame.Failed = problems, len(problems) > 0
	return d.page(c, status, "connect", view)
}

func (d *Desk) connectView(ctx context.Context, c echo.Context, i settings.Installation) (connectView, error) {
	view := connectView{
		frame: d.inside(c, "connect"), Public: d.cfg.PublicURL, HTTPS: d.https(),
		AircallSet: has(i, "aircall.api_"), HelpScoutSet: has(i, "helpscout."), WebhookSet: has(i, "aircall.webhook_token"), Mapped: len(i.Numbers), FallbackAdmin: i.Settings.Values()["fallback_admin"],
		AircallID: i.Aircall.APIID, HelpScoutID: i.HelpScout.AppID,
		InstallAircall: d.cfg.InstallAircall, InstallHelpScout: d.cfg.InstallHelpScout,
	}
	var err error
	if view.Heard, err = d.lastHeard(ctx, i.ID); err != nil {
		return view, err
	}
	newest, err := d.newest(ctx, i.ID)
	if err != nil {
		return view, err
	}
	if newest != nil {
		view.Since = newest.ID
	}
	view.Seen = d.accounts.look(ctx, i.ID)
	view.Visible = len(view.Seen.Lines)
	return view, nil
}

// Forget has the next page ask the vendors again.
func (d *Desk) Forget(installation string) { d.accounts.forget(installation) }

// has tells whether an installation lacks none of the credentials under a path.
func has(i settings.Installation, path string) bool {
	return !slices.ContainsFunc(i.MissingSecrets(), func(missing string) bool { return strings.HasPrefix(missing, path) })
}

func (d *Desk) connectAircall(c echo.Context) error {
	given := settings.AircallAccount{
		APIID: credential(c, "api_id"), APIToken: credential(c, "api_token"), WebhookToken: credential(c, "webhook_token"),
		MessagesToken: credentials(c, "messages_token"),
	}
	return d.saveAccount(c, map[string]string{
		"api_id": given.APIID, "api_token": given.APIToken, "webhook_token": given.WebhookToken, "messages_token": given.MessagesToken,
	}, func(i *settings.Installation) { i.Aircall = given })
}

func (d *Desk) connectHelpScout(c echo.Context) error {
	given := settings.HelpScoutAccount{
		AppID: credential(c, "app_id"), AppSecret: credential(c, "app_secret"), WebhookSecret: credential(c, "webhook_secret"),
		SidebarSecret: credential(c, "sidebar_secret"),
	}
	return d.saveAccount(c, map[string]string{
		"app_id": given.AppID, "app_secret": given.AppSecret, "webhook_secret": given.WebhookSecret, "sidebar_secret": given.SidebarSecret,
	}, func(i *settings.Installation) { i.HelpScout = given })
}

// credential leaves out the white space that copying brings along.
func credential(c echo.Context, name string) string { return strings.TrimSpace(c.FormValue(name)) }

// credentials are several, separated by commas.
func credentials(c echo.Context, name string) string {
	var all []string
	for one := range strings.SplitSeq(c.FormValue(name), ",") {
		if one = strings.TrimSpace(one); one != "" {
			all = append(all, one)
		}
	}
	return strings.Join(all, ",")
}

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
	for _, name := range []string{"webhook_secret", "sidebar_secret"} {
		if len([]rune(given[name])) > 40 {
			problems[name] = "connect.problem.long"
		}
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
		problems[taken(given)] = "connect.problem.taken"
		return d.showConnect(c, http.StatusUnprocessableEntity, installationIn(c), problems)
	case err != nil:
		return err
	}
	d.accounts.forget(installationIn(c).ID)
	where := "/i/" + installationIn(c).ID + "/connect"
	if entry != nil {
		d.log.Info("audit", "action", entry.Action, "installation", installationIn(c).ID)
		where = WithDone(where, entry.ID)
	}
	return c.Redirect(http.StatusSeeOther, where)
}

// taken is the field whose token another installation may have.
func taken(given map[string]string) string {
	if given["webhook_token"] == "" {
		return "messages_token"
	}
	return "webhook_token"
}

// WithDone has the page at an address tell of a change.
func WithDone(address string, entry int64) string {
	u, err := url.Parse(address)
	if err != nil {
		return address
	}
	query := u.Query()
	query.Set("done", formatID(entry))
	u.RawQuery = query.Encode()
	return u.String()
}
