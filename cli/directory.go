package cli

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"

	"callscout/accounts"
	"callscout/aircall"
	"callscout/api/desk"
	"callscout/helpscout"
)

// directory looks into the accounts of an installation with the clients that the
// worker uses, so that what the desk shows is what a call will meet.
type directory struct{ accounts *accounts.Clients }

// Lines lists the numbers of the Aircall account.
func (d *directory) Lines(ctx context.Context, installation string) ([]desk.Line, error) {
	client, err := d.accounts.Aircall(ctx, installation)
	if err != nil {
		return nil, plain(err)
	}
	numbers, err := client.Numbers(ctx)
	if err != nil {
		return nil, plain(err)
	}
	lines := make([]desk.Line, 0, len(numbers))
	for _, n := range numbers {
		lines = append(lines, desk.Line{ID: n.ID, Name: n.Name, Digits: n.Digits})
	}
	return lines, nil
}

// Inboxes lists the inboxes of the Help Scout account.
func (d *directory) Inboxes(ctx context.Context, installation string) ([]desk.Inbox, error) {
	client, err := d.accounts.HelpScout(ctx, installation)
	if err != nil {
		return nil, plain(err)
	}
	mailboxes, err := client.Mailboxes(ctx)
	if err != nil {
		return nil, plain(err)
	}
	inboxes := make([]desk.Inbox, 0, len(mailboxes))
	for _, m := range mailboxes {
		inboxes = append(inboxes, desk.Inbox{ID: m.ID, Name: m.Name, Email: m.Email})
	}
	return inboxes, nil
}

// Owner names the Help Scout user behind the token.
func (d *directory) Owner(ctx context.Context, installation string) (string, error) {
	account, err := d.accounts.HelpScout(ctx, installation)
	if err != nil {
		return "", plain(err)
	}
	me, err := account.Me(ctx)
	if err != nil {
		return "", plain(err)
	}
	return strings.TrimSpace(me.FirstName + " " + me.LastName), nil
}

// CallAtAircall looks a call up; found says whether Aircall has it.
func (d *directory) CallAtAircall(ctx context.Context, installation string, call int64) (aircall.Call, bool, error) {
	client, err := d.accounts.Aircall(ctx, installation)
	if err != nil {
		return aircall.Call{}, false, plain(err)
	}
	found, err := client.GetCall(ctx, call)
	if e, ok := errors.AsType[*aircall.Error](err); ok && e.Status == http.StatusNotFound {
		return aircall.Call{}, false, nil
	}
	if err != nil {
		return aircall.Call{}, false, plain(err)
	}
	return found, true, nil
}

// plain says in a word what a refusal means where the vendor's own words do not.
func plain(err error) error {
	status := 0
	if e, ok := errors.AsType[*aircall.Error](err); ok {
		status = e.Status
	}
	if e, ok := errors.AsType[*helpscout.Error](err); ok {
		status = e.Status
	}
	switch {
	case status == 401, status == 403:
		return fmt.Errorf("the credentials are refused (%d); enter them anew", status)
	case errors.Is(err, context.DeadlineExceeded):
		return errors.New("it did not answer in time; check again in a moment")
	default:
		return err
	}
}
