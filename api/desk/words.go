package desk

import (
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/labstack/echo/v4"
	"golang.org/x/text/language"

	"callscout/settings"
)

// languages are those of the pages, in the order of the catalog's columns.
var languages = []string{"en", "de", "fr", "es"}

const languageCookie = "callscout_language"

var matcher = language.NewMatcher([]language.Tag{language.English, language.German, language.French, language.Spanish})

// catalog is every text of the pages: English, German, French, Spanish. {0}, {1}
// stand for what is put in. A key that ends in .one or .many goes by a number.
var catalog = func() map[string][4]string {
	all := map[string][4]string{}
	for _, part := range []map[string][4]string{
		frameWords, pageWords, connectWords, settingWords, choiceWords, roleWords, signInWords,
		installWords, healthWords, problemWords, backfillWords, retriesWords, callsWords, callWords, storyWords, faultWords,
	} {
		for key, texts := range part {
			all[key] = texts
		}
	}
	// What a setting is for stands in its own table, in English.
	for _, f := range settings.Fields() {
		texts := all["setting."+f.Path]
		// The default's name follows in the table, and stands beside the field here.
		texts[0], _, _ = strings.Cut(f.Doc, " `")
		all["setting."+f.Path] = texts
	}
	return all
}()

// say gives a text; a key that is not known is given as it is, which a test finds.
func say(lang, key string, args ...any) string {
	texts, known := catalog[key]
	if !known {
		return key
	}
	text := texts[0]
	for i, name := range languages {
		if name == lang && texts[i] != "" {
			text = texts[i]
		}
	}
	for i, arg := range args {
		text = strings.ReplaceAll(text, "{"+strconv.Itoa(i)+"}", fmt.Sprint(arg))
	}
	return text
}

// sayMany chooses by n, which is {0}.
func sayMany(lang, key string, n int, args ...any) string {
	form := ".many"
	if n == 1 || (n == 0 && lang == "fr") {
		form = ".one"
	}
	return say(lang, key+form, append([]any{n}, args...)...)
}

// sayList says several values of a setting.
func sayList(lang, values string) string {
	var said []string
	for _, word := range words(values) {
		said = append(said, say(lang, "choice."+word))
	}
	return strings.Join(said, "; ")
}

func sayAgo(lang string, d time.Duration) string {
	switch {
	case d < time.Minute:
		return say(lang, "ago.now")
	case d < time.Hour:
		return sayMany(lang, "ago.minutes", int(d/time.Minute))
	case d < 48*time.Hour:
		return sayMany(lang, "ago.hours", int(d/time.Hour))
	default:
		return sayMany(lang, "ago.days", int(d/(24*time.Hour)))
	}
}

// sayIn says how long it is until then.
func sayIn(lang string, d time.Duration) string {
	switch {
	case d < time.Minute:
		return say(lang, "in.now")
	case d < time.Hour:
		return sayMany(lang, "in.minutes", int(d/time.Minute))
	case d < 48*time.Hour:
		return sayMany(lang, "in.hours", int(d/time.Hour))
	default:
		return sayMany(lang, "in.days", int(d/(24*time.Hour)))
	}
}

// languageOf is what a person chose, or else what the browser asks for.
func languageOf(r *http.Request) string {
	if cookie, err := r.Cookie(languageCookie); err == nil {
		for _, lang := range languages {
			if cookie.Value == lang {
				return lang
			}
		}
	}
	wanted, _, err := language.ParseAcceptLanguage(r.Header.Get("Accept-Language"))
	if err != nil || len(wanted) == 0 {
		return languages[0]
	}
	_, index, _ := matcher.Match(wanted...)
	return languages[index]
}

func (d *Desk) chooseLanguage(c echo.Context) error {
	c.Request().Body = http.MaxBytesReader(c.Response(), c.Request().Body, mostSignIn)
	for _, lang := range languages {
		if c.FormValue("language") == lang {
			c.SetCookie(&http.Cookie{ //nolint:gosec // Secure where the public address is https
				Name: languageCookie, Value: lang, Path: "/", MaxAge: 365 * 24 * 60 * 60, HttpOnly: true,
				SameSite: http.SameSiteLaxMode, Secure: d.https(),
			})
		}
	}
	return c.Redirect(http.StatusSeeOther, localPath(c.FormValue("next")))
}
