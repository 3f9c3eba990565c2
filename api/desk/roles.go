package desk

import (
	"fmt"
	"net/http"
	"slices"
	"strings"

	"github.com/labstack/echo/v4"
)

// Role is what somebody who is signed in may do. Each one may do all that those
// before it may.
type Role string

// The roles, from the least to the most.
const (
	// View reads everything.
	View Role = "view"
	// Support repairs calls as well: retry, skip, fill a gap.
	Support Role = "support"
	// Admin changes accounts, numbers and settings as well.
	Admin Role = "admin"
)

// Roles are all of them, from the least to the most.
func Roles() []Role { return []Role{View, Support, Admin} }

// May tells whether the role includes another one. A role that is not known
// includes none.
func (r Role) May(needed Role) bool {
	return slices.Index(Roles(), r) >= slices.Index(Roles(), needed) && slices.Contains(Roles(), r)
}

// roleOf is the session's role. Sessions of before there were roles say none, and
// could do everything.
func (s Session) role() Role {
	if s.Role == "" {
		return Admin
	}
	return s.Role
}

// Can tells whether the session's role includes another one, for pages: a button that
// nobody may press is not there.
func (f frame) Can(needed string) bool { return f.SignedIn && f.Session.role().May(Role(needed)) }

// missingRole is what an address answers to somebody who may see the installation, and
// not do this.
type missingRole struct{ needed Role }

// Error implements error.
func (m missingRole) Error() string { return "the role " + string(m.needed) + " is needed" }

// withRole lets only those through whose role includes the needed one.
func (d *Desk) withRole(needed Role, next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		if !sessionIn(c).role().May(needed) {
			return missingRole{needed}
		}
		return next(c)
	}
}

// everywhere lets only those through who may see all installations: for the others,
// these pages are not there.
func everywhere(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		if sessionIn(c).Installation != "" {
			return echo.ErrNotFound
		}
		return next(c)
	}
}

// MayConnect tells whether a request is of somebody who may connect accounts of any
// installation.
func (d *Desk) MayConnect(r *http.Request) bool {
	session, ok := d.Who(r)
	return ok && session.Installation == "" && session.role().May(Admin)
}

// Granted says which people of an OpenID Connect provider get which role: by e-mail
// address (maria@acme.example), by its domain (@acme.example), or by a group of the
// provider (group:support). The highest role that fits counts.
type Granted struct {
	Admins, Support, Viewers []string
}

// ParseGranted reads one list, with commas between. Its error names what is wrong.
func ParseGranted(list string) ([]string, error) {
	var entries []string
	for entry := range strings.SplitSeq(list, ",") {
		entry = strings.TrimSpace(entry)
		if entry == "" {
			continue
		}
		group, isGroup := strings.CutPrefix(entry, "group:")
		local, domain, isAddress := strings.Cut(entry, "@")
		switch {
		case isGroup && strings.TrimSpace(group) != "":
			entries = append(entries, "group:"+strings.TrimSpace(group))
		case !isGroup && isAddress && strings.Contains(domain, ".") && !strings.ContainsAny(local+domain, "@* "):
			entries = append(entries, strings.ToLower(entry))
		default:
			return nil, fmt.Errorf("%q is none of maria@acme.example, @acme.example and group:support", entry)
		}
	}
	return entries, nil
}

// to gives somebody's role; "" for somebody who may do nothing.
func (g Granted) to(p Person) Role {
	role := Role("")
	for n, entries := range [][]string{g.Viewers, g.Support, g.Admins} {
		if slices.ContainsFunc(entries, p.is) {
			role = Roles()[n]
		}
	}
	return role
}

// is tells whether an entry of Granted means the person.
func (p Person) is(entry string) bool {
	if group, isGroup := strings.CutPrefix(entry, "group:"); isGroup {
		return slices.Contains(p.Groups, group)
	}
	email := strings.ToLower(p.Email)
	if strings.HasPrefix(entry, "@") {
		return strings.HasSuffix(email, entry)
	}
	return email == entry
}
