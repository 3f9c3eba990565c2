package api

import (
	"errors"
	"net/http"

	"github.com/labstack/echo/v4"
	"golang.org/x/text/language"

	"callscout/aircall"
	"callscout/helpscout"
	"callscout/settings"
)

// sidebarRefusal is why the app shows nothing. It is told as a page, since an agent
// reads it in the frame.
type sidebarRefusal struct {
	status int
	say    func(sidebarWords) string
}

func (e *sidebarRefusal) Error() string { return e.say(sidebarCatalog[settings.English]) }

var (
	errNotSigned = &sidebarRefusal{http.StatusUnauthorized, func(w sidebarWords) string { return w.NotSigned }}
	errNotForYou = &sidebarRefusal{http.StatusUnauthorized, func(w sidebarWords) string { return w.WrongSignature }}
	errStoreAway = &sidebarRefusal{http.StatusServiceUnavailable, func(w sidebarWords) string { return w.StoreAway }}
	errNoLine    = &sidebarRefusal{http.StatusBadRequest, func(w sidebarWords) string { return w.LineGone }}
)

// sidebarErrors shows a refusal as a page, in the browser's language: whose app it is
// may not be known.
func (a *API) sidebarErrors(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		err := next(c)
		refusal, is := errors.AsType[*sidebarRefusal](err)
		if !is {
			return err
		}
		view := sidebarView{Nothing: true}
		view.Language, view.Words = sidebarWordsFor(acceptedLanguage(c.Request()))
		view.Problem = refusal.say(view.Words)
		return a.sidebar(c, refusal.status, view)
	}
}

// plainRefusal is a refusal for Help Scout's server, which shows nobody what is wrong.
func plainRefusal(err error) error {
	if refusal, is := errors.AsType[*sidebarRefusal](err); is {
		return echo.NewHTTPError(refusal.status, refusal.Error())
	}
	return err
}

var sidebarLanguages = []settings.Language{settings.English, settings.German, settings.French, settings.Spanish}

var sidebarMatcher = language.NewMatcher([]language.Tag{language.English, language.German, language.French, language.Spanish})

func acceptedLanguage(r *http.Request) settings.Language {
	wanted, _, err := language.ParseAcceptLanguage(r.Header.Get("Accept-Language"))
	if err != nil || len(wanted) == 0 {
		return settings.English
	}
	_, index, _ := sidebarMatcher.Match(wanted...)
	return sidebarLanguages[index]
}

// whyNoCustomer says why a customer is not shown.
func whyNoCustomer(err error, words sidebarWords) string {
	if helpscout.IsNotFound(err) {
		return words.CustomerGone
	}
	return words.Away
}

// whyNotCalled says why Aircall started no call, or may have.
func whyNotCalled(err error, words sidebarWords) string {
	var wrong *aircall.FieldError
	refused, answered := errors.AsType[*aircall.Error](err)
	switch {
	case aircall.IsUserUnavailable(err):
		return words.Unavailable
	case errors.As(err, &wrong):
		return words.Refused
	case !answered || refused.Status >= http.StatusInternalServerError:
		return words.Uncertain
	case refused.WrongCredential():
		return words.NotConnected
	case refused.Status == http.StatusTooManyRequests:
		return words.TooMany
	default:
		return words.Refused
	}
}
