package activities

import (
	"context"
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
	"time"

	"callscout/secret"
)

// Directory knows an installation's Help Scout users, so that an agent is found
// by e-mail without a request per call. It is kept in the store, where every
// process finds it, and read anew when an e-mail is missing or it is old.
type Directory struct {
	Store    Store
	Accounts Accounts
	Now      func() time.Time
}

const (
	directoryKind = "help-scout-users"
	// freshFor is how long an agent who is not in the directory is believed not
	// to be in Help Scout; oldAfter is when the whole of it is read again.
	freshFor = 5 * time.Minute
	oldAfter = 6 * time.Hour
)

// roster holds no address: only keyed hashes, by which a user is found.
type roster struct {
	// Me is the user behind the token.
	Me      int64            `json:"me"`
	ByEmail map[string]int64 `json:"by_email"`
}

// Agent gives the Help Scout user with an e-mail address, upper and lower case
// and alternate addresses alike. found is false where there is none.
func (d *Directory) Agent(ctx context.Context, installation, email string) (id int64, found bool, err error) {
	if email == "" {
		return 0, false, nil
	}
	known, at, err := d.roster(ctx, installation)
	if err != nil {
		return 0, false, err
	}
	key, err := d.Store.HashKey(ctx)
	if err != nil {
		return 0, false, storeDown(err)
	}
	name := emailHash(key, email)
	if id, found = known.ByEmail[name]; found || d.Now().Sub(at) < freshFor {
		return id, found, nil
	}
	if known, err = d.read(ctx, installation); err != nil {
		return 0, false, err
	}
	id, found = known.ByEmail[name]
	return id, found, nil
}

// Fallback gives the user in whose name is written what no agent's user can be
// found for: the one from the settings (id or e-mail), else the one behind the
// token.
func (d *Directory) Fallback(ctx context.Context, installation, admin string) (int64, error) {
	if id, err := strconv.ParseInt(admin, 10, 64); err == nil && id > 0 {
		return id, nil
	}
	if admin != "" {
		id, found, err := d.Agent(ctx, installation, admin)
		if err != nil {
			return 0, err
		}
		if !found {
			return 0, misconfigured(fmt.Errorf("fallback_admin names an e-mail address that no Help Scout user has; correct it and apply the settings"))
		}
		return id, nil
	}
	known, _, err := d.roster(ctx, installation)
	return known.Me, err
}

// read asks Help Scout for the users.
func (d *Directory) read(ctx context.Context, installation string) (roster, error) {
	api, err := d.Accounts.HelpScout(ctx, installation)
	if err != nil {
		return roster{}, err
	}
	users, err := api.Users(ctx)
	if err != nil {
		return roster{}, err
	}
	me, err := api.Me(ctx)
	if err != nil {
		return roster{}, err
	}
	key, err := d.Store.HashKey(ctx)
	if err != nil {
		return roster{}, storeDown(err)
	}
	fresh := roster{Me: me.ID, ByEmail: map[string]int64{}}
	for _, user := range users {
		for _, email := range append([]string{user.Email}, user.AlternateEmails...) {
			// Two users cannot have one address; the first counts if they do.
			if name := emailHash(key, email); email != "" && fresh.ByEmail[name] == 0 {
				fresh.ByEmail[name] = user.ID
			}
		}
	}
	text, err := json.Marshal(fresh)
	if err != nil {
		return roster{}, err
	}
	if err := d.Store.Remember(ctx, installation, directoryKind, "all", string(text)); err != nil {
		return roster{}, storeDown(err)
	}
	return fresh, nil
}

func emailHash(key []byte, email string) string {
	return secret.Hash(key, strings.ToLower(strings.TrimSpace(email)))
}

// Warm reads the users of an installation unless they are known, so that the
// first call need not.
func (d *Directory) Warm(ctx context.Context, installation string) error {
	_, _, err := d.roster(ctx, installation)
	return err
}

func (d *Directory) roster(ctx context.Context, installation string) (roster, time.Time, error) {
	text, at, known, err := d.Store.Recall(ctx, installation, directoryKind, "all")
	if err != nil {
		return roster{}, time.Time{}, storeDown(err)
	}
	var kept roster
	if known && d.Now().Sub(at) < oldAfter && json.Unmarshal([]byte(text), &kept) == nil {
		return kept, at, nil
	}
	fresh, err := d.read(ctx, installation)
	return fresh, d.Now(), err
}
