package desk

import (
	"net/http"

	"github.com/labstack/echo/v4"
)

// Word is a value of a notice that is a text of the catalog, by its key.
type Word string

type noticeView struct {
	frame
	Key    string
	Values []any
}

// Said is a text with the values.
func (v noticeView) Said(key string) string { return say(v.Lang, key, v.Values...) }

// Notice is a page of its own with what somebody is told who connects an account: they
// may have no session, and sit in a small window of Aircall's. Its texts are those of
// the key, and of the key with ".help".
func (d *Desk) Notice(c echo.Context, status int, key string, values ...any) error {
	view := noticeView{frame: d.frame(c, "notice.title"), Key: key}
	view.frame.Failed = true
	for _, value := range values {
		if word, is := value.(Word); is {
			value = say(view.Lang, string(word))
		}
		view.Values = append(view.Values, value)
	}
	d.ofVendor(c)
	// The address holds a code and a state.
	c.Response().Header().Set("Referrer-Policy", "no-referrer")
	return d.page(c, status, "notice", view)
}

type whichView struct {
	frame
	// Begin is the path that begins the consent, IDs are what one may choose from.
	Begin string
	IDs   []string
}

// WhichInstallation asks somebody who is signed in, and comes from a vendor, which
// installation they connect.
func (d *Desk) WhichInstallation(c echo.Context, begin string, ids []string) error {
	if session, ok := d.Who(c.Request()); ok {
		c.Set(sessionKey, session)
	}
	d.ofVendor(c)
	return d.page(c, http.StatusOK, "which", whichView{frame: d.frame(c, "which.title"), Begin: begin, IDs: ids})
}

const ofVendorKey = "of vendor"

// ofVendor marks a page that a vendor's page opens in a window of its own, and waits
// for: it must not be cut off from there.
func (d *Desk) ofVendor(c echo.Context) { c.Set(ofVendorKey, true) }
