package api

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"net/http"
	"strings"
	"time"

	"github.com/labstack/echo/v4"
)

const (
	// consentFor is how long somebody may take to consent.
	consentFor = 10 * time.Minute
	// browserCookie marks the browser in which a consent began.
	browserCookie = "callscout_install"
)

// consentState is what goes to a vendor and comes back as state: signed, for one
// vendor and one browser, once, for a while. It holds no secret.
type consentState struct {
	Vendor string `json:"v"`
	// ID is what it is known by, so that it works once.
	ID      string `json:"i"`
	Expires int64  `json:"e"`
	// Browser is a hash of the browser's cookie.
	Browser string `json:"b"`
	// Installation is what somebody who was signed in chose; SignedIn says that there
	// was somebody.
	Installation string `json:"n,omitempty"`
	SignedIn     bool   `json:"s,omitempty"`
	// Dashboard says that it began in Aircall's dashboard, in a window that waits for
	// Aircall's own last page.
	Dashboard bool `json:"d,omitempty"`
}

// beginConsent completes and signs a state. It is bound to a cookie of its own and not to the
// session: a company that begins in Aircall's dashboard has none.
func (a *API) beginConsent(c echo.Context, state consentState) (string, error) {
	browser := rand.Text()
	if cookie, err := c.Cookie(browserCookie); err == nil && len(cookie.Value) == len(browser) {
		// Several tabs of one browser may consent at once.
		browser = cookie.Value
	}
	c.SetCookie(&http.Cookie{ //nolint:gosec // Secure where the public address is https
		Name: browserCookie, Value: browser, Path: "/install/", MaxAge: int(consentFor.Seconds()), HttpOnly: true,
		SameSite: http.SameSiteLaxMode, Secure: strings.HasPrefix(a.cfg.PublicURL, "https://"),
	})
	state.ID, state.Expires, state.Browser = rand.Text(), a.clock().Add(consentFor).Unix(), a.ofConsent("browser", browser)
	document, err := json.Marshal(state)
	if err != nil {
		return "", err
	}
	text := base64.RawURLEncoding.EncodeToString(document)
	return text + "." + a.ofConsent("state", text), nil
}

var (
	staleConsent = told("stale")
	otherBrowser = told("elsewhere")
)

// endConsent checks the state that came back, and uses it up.
func (a *API) endConsent(c echo.Context, vendor string) (consentState, error) {
	var state consentState
	text, signature, _ := strings.Cut(c.QueryParam("state"), ".")
	document, err := base64.RawURLEncoding.DecodeString(text)
	if err != nil || !equal(signature, a.ofConsent("state", text)) || json.Unmarshal(document, &state) != nil || state.Vendor != vendor {
		return consentState{}, otherBrowser
	}
	cookie, err := c.Cookie(browserCookie)
	if err != nil || !equal(state.Browser, a.ofConsent("browser", cookie.Value)) {
		return consentState{}, otherBrowser
	}
	expires := time.Unix(state.Expires, 0)
	if !a.clock().Before(expires) {
		return consentState{}, staleConsent
	}
	// By the real clock, which the store goes by, it is remembered longer than needed.
	first, err := a.cfg.Install.Store.UseOnce(c.Request().Context(), state.ID, time.Now().Add(2*consentFor))
	if err != nil {
		return consentState{}, err
	}
	if !first {
		return consentState{}, staleConsent
	}
	return state, nil
}

func (a *API) ofConsent(what, text string) string {
	mac := hmac.New(sha256.New, a.cfg.Keys.Derive("consent:"+what))
	mac.Write([]byte(text))
	return base64.RawURLEncoding.EncodeToString(mac.Sum(nil))
}

func equal(a, b string) bool { return hmac.Equal([]byte(a), []byte(b)) }

func (a *API) clock() time.Time {
	if now := a.cfg.Install.Now; now != nil {
		return now()
	}
	return time.Now()
}
