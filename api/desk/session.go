package desk

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
	// sessionFor is how long a session lasts at most, used or not.
	sessionFor = 12 * time.Hour
	// idleFor is how long a session lasts that nobody uses.
	idleFor = 2 * time.Hour
	// seenEvery is how often it is noted that a session is used.
	seenEvery = 5 * time.Minute
)

// Session is somebody who is signed in.
type Session struct {
	// Name is what the person wrote for the audit, or "admin token" for a tool.
	Name string `json:"name"`
	// Installation is the only one that the session may see; "" for all.
	Installation string `json:"installation,omitempty"`
	// Role is what the person may do.
	Role Role `json:"role,omitempty"`

	ID    string `json:"id"`
	Until int64  `json:"until"`
	// Seen is when the session was used last, in seconds since 1970; 0 where that is
	// not known, as before it was noted.
	Seen int64 `json:"seen,omitempty"`
}

func (s Session) over(now time.Time) bool {
	return !now.Before(time.Unix(s.Until, 0)) || s.Seen > 0 && now.Sub(time.Unix(s.Seen, 0)) >= idleFor
}

// May tells whether the session may see an installation; Can, what it may do there.
func (s Session) May(installation string) bool {
	return s.Installation == "" || s.Installation == installation
}

func newSession(name string, grant Grant) Session {
	now := time.Now()
	return Session{
		Name: name, Installation: grant.Installation, Role: grant.Role, ID: rand.Text(),
		Until: now.Add(sessionFor).Unix(), Seen: now.Unix(),
	}
}

// begin gives a browser its session.
func (d *Desk) begin(c echo.Context, session Session) {
	c.SetCookie(d.cookie(d.seal(session), sessionFor))
}

// used notes now and then that somebody uses the session. What a page asks for by
// itself is no use: a screen that is left alone is signed out.
func (d *Desk) used(c echo.Context, session Session) {
	now := time.Now()
	if session.ID == "" || c.Request().Header.Get("HX-Request") == "true" || now.Sub(time.Unix(session.Seen, 0)) < seenEvery {
		return
	}
	session.Seen = now.Unix()
	c.SetCookie(d.cookie(d.seal(session), time.Until(time.Unix(session.Until, 0))))
}

// cookieName binds the cookie to this host and to https, where there is https.
func (d *Desk) cookieName() string {
	if d.https() {
		return "__Host-callscout_session"
	}
	return "callscout_session"
}

func (d *Desk) https() bool { return strings.HasPrefix(d.cfg.PublicURL, "https://") }

// cookie is sent along when a vendor's page leads back here after a consent, which
// a strict one would not be. Lax is enough: no GET changes anything, and what
// another site posts is refused by Protect.
func (d *Desk) cookie(value string, life time.Duration) *http.Cookie {
	return &http.Cookie{ //nolint:gosec // Secure where the public address is https
		Name: d.cookieName(), Value: value, Path: "/", MaxAge: int(life.Seconds()), HttpOnly: true,
		SameSite: http.SameSiteLaxMode, Secure: d.https(),
	}
}

// seal writes a session as its cookie: what it is, signed. A new admin token or
// encryption key ends all sessions.
func (d *Desk) seal(s Session) string {
	document, err := json.Marshal(s)
	if err != nil {
		return "" // texts and a number always encode
	}
	text := base64.RawURLEncoding.EncodeToString(document)
	return text + "." + d.sign("session", text)
}

func (d *Desk) sign(purpose, text string) string {
	mac := hmac.New(sha256.New, d.cfg.Keys.Derive(purpose+":"+d.cfg.AdminToken))
	mac.Write([]byte(text))
	return base64.RawURLEncoding.EncodeToString(mac.Sum(nil))
}

// Who tells who sends a request: by the session's cookie, or by the admin token as
// a bearer, for tools.
func (d *Desk) Who(r *http.Request) (Session, bool) {
	if s, ok := d.sessionOf(r); ok {
		return s, true
	}
	token, bearer := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer ")
	if !bearer || d.wrong.wait() > 0 {
		return Session{}, false
	}
	if !same(token, d.cfg.AdminToken) {
		d.wrong.failed()
		return Session{}, false
	}
	return Session{Name: "admin token", Role: admin}, true
}

func (d *Desk) sessionOf(r *http.Request) (Session, bool) {
	cookie, err := r.Cookie(d.cookieName())
	if err != nil {
		return Session{}, false
	}
	text, signature, _ := strings.Cut(cookie.Value, ".")
	if !same(signature, d.sign("session", text)) {
		return Session{}, false
	}
	document, err := base64.RawURLEncoding.DecodeString(text)
	var s Session
	if err != nil || json.Unmarshal(document, &s) != nil || s.over(time.Now()) {
		return Session{}, false
	}
	if s.Role == "" {
		s.Role = admin // it was signed before there were roles
	}
	ended, err := d.cfg.Store.SessionEnded(r.Context(), s.ID)
	if err != nil {
		// With the store away there is nothing to see but that it is away.
		d.log.Warn("not known whether a session was ended: the store does not answer", "error", err)
		return s, true
	}
	return s, !ended
}
