package desk

import (
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/labstack/echo/v4"

	"callscout/settings"
)

type settingsView struct {
	frame
	Sections []sectionView
	Problems []fieldProblem
	// Version is that of the choices which the form was made from.
	Version string
	// Number is the mapped number that the page is for, nil for all of them.
	Number *settings.Number
	Name   string
	Action string
	// Overrides are all differences between numbers, for the table above.
	Overrides []override
	// Stale says that somebody else saved in between.
	Stale bool
}

// override is one setting of one number that differs.
type override struct {
	Number      int64
	Path, Value string
}

// layer is what a settings page changes: the installation's choices, or those of
// one number.
type layer struct {
	number *settings.Number
	own    settings.Overrides
	below  settings.Settings
}

var errNoNumber = echo.ErrNotFound

// layerOf finds it by the address.
func layerOf(c echo.Context, i settings.Installation) (layer, error) {
	if c.Param("number") == "" {
		return layer{own: i.Settings, below: settings.Defaults()}, nil
	}
	id, err := strconv.ParseInt(c.Param("number"), 10, 64)
	if err != nil {
		return layer{}, errNoNumber
	}
	at := slices.IndexFunc(i.Numbers, func(n settings.Number) bool { return n.AircallNumber == id })
	if at < 0 {
		return layer{}, errNoNumber
	}
	below, err := settings.Resolve(i.Settings)
	if err != nil {
		below = settings.Defaults()
	}
	return layer{number: &i.Numbers[at], own: i.Numbers[at].Settings, below: below}, nil
}

// put writes the layer back.
func (l layer) put(i *settings.Installation, own settings.Overrides) {
	if len(own) == 0 {
		own = nil
	}
	if l.number == nil {
		i.Settings = own
		return
	}
	for at := range i.Numbers {
		if i.Numbers[at].AircallNumber == l.number.AircallNumber {
			i.Numbers[at].Settings = own
		}
	}
}

func (d *Desk) settings(c echo.Context) error {
	return d.showSettings(c, http.StatusOK, nil, nil, false)
}

func settingsAddress(c echo.Context) string {
	address := "/i/" + installationIn(c).ID
	if number := c.Param("number"); number != "" {
		address += "/numbers/" + url.PathEscape(number)
	}
	return address + "/settings"
}

func (d *Desk) showSettings(c echo.Context, status int, form url.Values, problems []*settings.Problem, stale bool) error {
	i := installationIn(c)
	l, err := layerOf(c, i)
	if err != nil {
		return err
	}
	view := settingsView{
		frame: d.inside(c, "settings"), Version: i.Choices().Version(), Number: l.number,
		Action: settingsAddress(c), Stale: stale,
	}
	view.frame.Failed = len(problems) > 0 || stale
	numbers := i.Numbers
	if l.number != nil {
		view.frame.Section, numbers = "numbers", nil
		view.Name = d.lineName(c, l.number.AircallNumber)
	} else {
		view.Overrides = overridesOf(i)
	}
	view.Sections = formOf(l.own, l.below, numbers)
	if form != nil {
		texts := map[string]string{}
		for _, problem := range problems {
			texts[problem.Path] = problemText(view.Lang, problem)
		}
		view.Sections = asTyped(view.Sections, form, texts)
		for _, section := range view.Sections {
			for _, f := range section.Fields {
				if f.Problem != "" {
					view.Problems = append(view.Problems, fieldProblem{ID: f.ID, Label: strings.TrimSuffix(say(view.Lang, "setting."+f.Path), "."), Text: f.Problem})
				}
			}
		}
	}
	return d.page(c, status, "settings", view)
}

func overridesOf(i settings.Installation) []override {
	var all []override
	for _, n := range i.Numbers {
		values := n.Settings.Values()
		for _, f := range settings.Fields() {
			if value, differs := values[f.Path]; differs {
				all = append(all, override{n.AircallNumber, f.Path, value})
			}
		}
	}
	return all
}

// lineName is what the company calls a line, if Aircall says so, or its id.
func (d *Desk) lineName(c echo.Context, id int64) string {
	if line, known := d.accounts.look(c.Request().Context(), installationIn(c).ID).line(id); known {
		return strings.TrimSpace(line.Name + " " + line.Digits)
	}
	return formatID(id)
}

// wanted reads the form into the layer, and says what is wrong with it, also
// together with the layers it lies on or under.
func wanted(i settings.Installation, l layer, form url.Values) (settings.Installation, []*settings.Problem) {
	own, err := settings.OverridesOf(typed(form))
	if err != nil {
		return i, settings.Problems(err)
	}
	changed := i
	choices := i.Choices()
	changed.Settings, changed.Numbers = choices.Settings, choices.Numbers
	l.put(&changed, own)
	if l.number != nil {
		_, err = settings.Resolve(changed.Settings, own)
		return changed, settings.Problems(err)
	}
	if _, err = settings.Resolve(changed.Settings); err != nil {
		return changed, settings.Problems(err)
	}
	for _, n := range changed.Numbers {
		if _, err = settings.Resolve(changed.Settings, n.Settings); err != nil {
			return changed, settings.Problems(err)
		}
	}
	return changed, nil
}

// refusedLinks asks about the addresses of knowledge bases that are new, as apply
// does.
func (d *Desk) refusedLinks(c echo.Context, before, after settings.Installation) []*settings.Problem {
	if d.cfg.RefuseLink == nil {
		return nil
	}
	links, err := after.KnowledgeBases()
	if err != nil {
		return settings.Problems(err)
	}
	known, err := before.KnowledgeBases()
	if err != nil {
		known = nil // the old settings no longer count
	}
	for _, link := range links {
		if slices.Contains(known, link) {
			continue
		}
		if err := d.cfg.RefuseLink(c.Request().Context(), link); err != nil {
			return []*settings.Problem{{Path: "voice_agent.knowledge_base_url", Text: errPrivateLink}}
		}
	}
	return nil
}

type checkView struct {
	frame
	Changes []settings.Change
	// Fields are what the form said, for sending it again.
	Fields []hiddenField
	// Save and Back are where the two buttons lead.
	Save, Back string
}

type hiddenField struct{ Name, Value string }

func hidden(form url.Values) []hiddenField {
	var fields []hiddenField
	names := make([]string, 0, len(form))
	for name := range form {
		names = append(names, name)
	}
	slices.Sort(names)
	for _, name := range names {
		if name == "comment" {
			continue
		}
		for _, value := range form[name] {
			fields = append(fields, hiddenField{name, value})
		}
	}
	return fields
}

// checkSettings shows what a save would change; nothing is done yet.
func (d *Desk) checkSettings(c echo.Context) error {
	form, err := c.FormParams()
	if err != nil {
		return err
	}
	i := installationIn(c)
	l, err := layerOf(c, i)
	if err != nil {
		return err
	}
	changed, problems := wanted(i, l, form)
	if len(problems) == 0 {
		problems = d.refusedLinks(c, i, changed)
	}
	if len(problems) > 0 {
		return d.showSettings(c, http.StatusUnprocessableEntity, form, problems, false)
	}
	if form.Get("version") != i.Choices().Version() {
		return d.showSettings(c, http.StatusConflict, form, nil, true)
	}
	view := checkView{
		frame: d.inside(c, "check"), Changes: settings.Diff(&i, &changed), Fields: hidden(form),
		Save: settingsAddress(c) + "/save", Back: settingsAddress(c),
	}
	view.frame.Section = "settings"
	return d.page(c, http.StatusOK, "check", view)
}

// errPrivateLink marks the problem of an address that is not public.
const errPrivateLink = "this address is not public"

// errStale says that somebody else saved since the form was made.
var errStale = errors.New("somebody else saved in between")

func (d *Desk) saveSettings(c echo.Context) error {
	form, err := c.FormParams()
	if err != nil {
		return err
	}
	// Asked before the change: a transaction waits for nobody's web server.
	if l, err := layerOf(c, installationIn(c)); err == nil {
		if changed, problems := wanted(installationIn(c), l, form); len(problems) == 0 {
			if problems = d.refusedLinks(c, installationIn(c), changed); len(problems) > 0 {
				return d.showSettings(c, http.StatusUnprocessableEntity, form, problems, false)
			}
		}
	}
	err = d.change(c, "settings_changed", comment(form), settingsAddress(c), func(i *settings.Installation) error {
		l, err := layerOf(c, *i)
		if err != nil {
			return err
		}
		changed, problems := wanted(*i, l, form)
		if len(problems) > 0 {
			return allOf(problems)
		}
		return replace(i, changed, form.Get("version"))
	})
	if errors.Is(err, errStale) {
		return d.showSettings(c, http.StatusConflict, form, nil, true)
	}
	if problems := settings.Problems(err); len(problems) > 0 {
		return d.showSettings(c, http.StatusUnprocessableEntity, form, problems, false)
	}
	return err
}

// allOf is an error that settings.Problems takes apart again.
func allOf(problems []*settings.Problem) error {
	all := make([]error, 0, len(problems))
	for _, problem := range problems {
		all = append(all, problem)
	}
	return errors.Join(all...)
}

// replace puts choices in place that were made from that version. To send a form
// twice is no conflict.
func replace(i *settings.Installation, changed settings.Installation, version string) error {
	now := i.Choices().Version()
	if now == changed.Choices().Version() {
		return nil
	}
	if now != version {
		return errStale
	}
	i.Settings, i.Numbers = changed.Settings, changed.Numbers
	return nil
}

// mostComment is how many letters of a comment the audit keeps.
const mostComment = 500

func comment(form url.Values) string {
	text := strings.Join(strings.Fields(form.Get("comment")), " ")
	if letters := []rune(text); len(letters) > mostComment {
		text = string(letters[:mostComment])
	}
	return text
}
