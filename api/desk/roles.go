package desk

import (
	"errors"
	"slices"
)

// Role is what somebody may do at the desk. Each role may do all that those before it
// may.
type Role string

const (
	// view reads all pages and changes nothing.
	view Role = "view"
	// support does what calls need: retry, skip, move, redo, explain, backfill, check
	// now.
	support Role = "support"
	// admin decides how calls are logged: accounts, numbers, settings, pause, undo,
	// uninstall.
	admin Role = "admin"
)

// Roles are all roles, the least first.
func Roles() []Role { return []Role{view, support, admin} }

var errNoRole = errors.New("a role is one of view, support, admin")

// RoleOf reads a role as people write it.
func RoleOf(text string) (Role, error) {
	if role := Role(text); slices.Contains(Roles(), role) {
		return role, nil
	}
	return "", errNoRole
}

// includes tells whether who has a role may do what another one is needed for. A role
// that is not known may do nothing.
func (r Role) includes(needed Role) bool {
	has, needs := slices.Index(Roles(), r), slices.Index(Roles(), needed)
	return needs >= 0 && has >= needs
}

// Can tells whether somebody may do what a role is needed for.
func (s Session) Can(needed Role) bool { return s.Role.includes(needed) }

// Can is what templates ask before they show a button: {{if .Can "support"}}.
func (f frame) Can(needed Role) bool { return f.Session.Can(needed) }

// errForbidden says which role would have been needed.
type errForbidden struct{ needed Role }

func (e errForbidden) Error() string { return "this needs the role " + string(e.needed) }
