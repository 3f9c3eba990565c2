package desk

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"encoding/json"
	"net/http"
	"strings"
	"time"

	"callscout/secret"
)

// sessionFor is how long a session lasts at most, used or not.
const sessionFor = 12 * time.Hour

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
}

// May tells whether the session may see an installation; Can, what it may do there.
func (s Session) May(installation string) bool {
	return s.Installation == "" || s.Installation == installation
}

func newSession(name, installation string, role Role) Session {
	return Session{Name: name, Installation: installation, Role: role, ID: rand.Text(), Until: time.Now().Add(sessionFor).Unix()}
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
	if err != nil || json.Unmarshal(document, &s) != nil || !time.Now().Before(time.Unix(s.Until, 0)) {
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

// opens tells what a token signs in to: everything, or one installation.
func (d *Desk) opens(token string) (installation string, ok bool) {
	token = strings.TrimSpace(token)
	if same(token, d.cfg.AdminToken) {
		return "", true
	}
	id, _, scoped := strings.Cut(token, ".")
	return id, scoped && same(token, InstallationToken(d.cfg.Keys, d.cfg.AdminToken, id))
}

// InstallationToken is what signs in to one installation only. It is made of the
// admin token and the encryption key: a change of either makes it void.
func InstallationToken(keys *secret.Ring, adminToken, installation string) string {
	mac := hmac.New(sha256.New, keys.Derive("installation token:"+strings.TrimSpace(adminToken)))
	mac.Write([]byte(installation))
	return installation + "." + base64.RawURLEncoding.EncodeToString(mac.Sum(nil))
}

func same(a, b string) bool { return subtle.ConstantTimeCompare([]byte(a), []byte(b)) == 1 }
