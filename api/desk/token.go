package desk

import (
	"context"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"strconv"
	"strings"
	"time"

	"callscout/secret"
)

const (
	// linkFor is how long a link that signs in may be used, once.
	linkFor = 30 * time.Minute
	// everyInstallation stands in a token for all of them; no id looks like it.
	everyInstallation = "*"
	// ticketBegins is how the code of a link begins.
	ticketBegins = "once"
)

// Grant is what a token signs in to.
type Grant struct {
	// Installation is the only one that it shows; "" for all.
	Installation string
	// Role is what it lets somebody do; "" for all.
	Role Role
}

// Token signs in to what a grant says. It is made of the admin token and the
// encryption key: a change of either makes it void.
func Token(keys *secret.Ring, adminToken string, grant Grant) string {
	if grant.Installation != "" && (grant.Role == "" || grant.Role == admin) {
		return grant.Installation + "." + signed(keys, "installation token", adminToken, grant.Installation)
	}
	said := everyInstallation
	if grant.Installation != "" {
		said = grant.Installation
	}
	said += "." + string(grant.Role)
	return said + "." + signed(keys, "role token", adminToken, said)
}

// Link is the address that signs in an administrator, once, within half an hour. Its
// code stands in the fragment, which browsers send to nobody, so that no log holds it.
func Link(keys *secret.Ring, adminToken, publicURL string) string {
	said := strings.Join([]string{ticketBegins, strconv.FormatInt(time.Now().Add(linkFor).Unix(), 10), rand.Text()}, ".")
	return strings.TrimRight(publicURL, "/") + "/signin#" + said + "." + signed(keys, "link", adminToken, said)
}

func signed(keys *secret.Ring, purpose, adminToken, text string) string {
	mac := hmac.New(sha256.New, keys.Derive(purpose+":"+strings.TrimSpace(adminToken)))
	mac.Write([]byte(text))
	return base64.RawURLEncoding.EncodeToString(mac.Sum(nil))
}

// opens tells what a token, or the code of a link, signs in to. Its error is the
// store's.
func (d *Desk) opens(ctx context.Context, token string) (grant Grant, ok bool, err error) {
	token = strings.TrimSpace(token)
	if same(token, d.cfg.AdminToken) {
		return Grant{Role: admin}, true, nil
	}
	parts := strings.Split(token, ".")
	switch len(parts) {
	case 2:
		grant = Grant{Installation: parts[0], Role: admin}
	case 3:
		grant = Grant{Installation: parts[0], Role: Role(parts[1])}
		if parts[0] == everyInstallation {
			grant.Installation = ""
		}
	case 4:
		return d.opensOnce(ctx, token)
	default:
		return Grant{}, false, nil
	}
	return grant, same(token, Token(d.cfg.Keys, d.cfg.AdminToken, grant)), nil
}

func (d *Desk) opensOnce(ctx context.Context, code string) (grant Grant, ok bool, err error) {
	last := strings.LastIndex(code, ".")
	said := code[:last]
	parts := strings.Split(said, ".")
	if parts[0] != ticketBegins || !same(code[last+1:], signed(d.cfg.Keys, "link", d.cfg.AdminToken, said)) {
		return Grant{}, false, nil
	}
	seconds, err := strconv.ParseInt(parts[1], 10, 64)
	expires := time.Unix(seconds, 0)
	if err != nil || !time.Now().Before(expires) {
		return Grant{}, false, nil //nolint:nilerr // what we signed is a number
	}
	first, err := d.cfg.Store.UseOnce(ctx, "link:"+parts[2], expires)
	return Grant{Role: admin}, first, err
}

func same(a, b string) bool { return subtle.ConstantTimeCompare([]byte(a), []byte(b)) == 1 }
