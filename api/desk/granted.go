package desk

import (
	"fmt"
	"slices"
	"strings"
)

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
