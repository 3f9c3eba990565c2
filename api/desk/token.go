package desk

import (
	"context"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"errors"
	"strconv"
	"strings"
	"time"

	"callscout/secret"
	"callscout/store"
)

const (
	// linkFor is how long a link that signs in may be used, once.
	linkFor = 30 * time.Minute
	// linkBegins is how the code of a link begins.
	linkBegins = "once"
)

// Grant is what a token signs in to.
type Grant struct {
	// Installation is the only one that it shows; "" for all.
	Installation string
	// Role is what it lets somebody do.
	Role Role
	// Name is whose it is and Token its id, where it is a person's own.
	Name, Token string
}

// tokenBegins is how a person's token begins, which tells it from others, also to a
// program that looks for secrets in the wrong place.
const tokenBegins = "callscout_"

// NewToken makes a token for a person: show it once, and keep it with AddDeskToken.
func NewToken() string { return tokenBegins + rand.Text() }

// InstallationToken is what earlier versions gave for a single installation. It is
// made of the admin token and the encryption key: a change of either makes it void.
func InstallationToken(keys *secret.Ring, adminToken, installation string) string {
	return installation + "." + signed(keys, "installation token", adminToken, installation)
}

// Link is the address that signs in an administrator, once, within half an hour. Its
// code stands in the fragment, which browsers send to nobody, so that no log holds it.
func Link(keys *secret.Ring, adminToken, publicURL string) string {
	said := strings.Join([]string{linkBegins, strconv.FormatInt(time.Now().Add(linkFor).Unix(), 10), rand.Text()}, ".")
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
	switch {
	case same(token, d.cfg.AdminToken):
		return Grant{Role: admin}, true, nil
	case strings.HasPrefix(token, tokenBegins):
		known, err := d.cfg.Store.UseDeskToken(ctx, token)
		if errors.Is(err, store.ErrNotFound) {
			return Grant{}, false, nil
		}
		return Grant{Installation: known.Installation, Role: Role(known.Role), Name: known.Name, Token: known.ID}, err == nil, err
	case isLink(token):
		return d.opensOnce(ctx, token)
	}
	id, _, scoped := strings.Cut(token, ".")
	return Grant{Installation: id, Role: admin}, scoped && same(token, InstallationToken(d.cfg.Keys, d.cfg.AdminToken, id)), nil
}

// isLink tells whether what was sent is the code of a link.
func isLink(token string) bool {
	return strings.HasPrefix(token, linkBegins+".") && strings.Count(token, ".") == 3
}

func (d *Desk) opensOnce(ctx context.Context, code string) (grant Grant, ok bool, err error) {
	last := strings.LastIndex(code, ".")
	said := code[:last]
	parts := strings.Split(said, ".")
	if !same(code[last+1:], signed(d.cfg.Keys, "link", d.cfg.AdminToken, said)) {
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
