package cli

import (
	"context"
	"errors"
	"fmt"
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

// Agents lists the users of the Aircall account.
func (d *directory) Agents(ctx context.Context, installation string) ([]desk.Agent, error) {
	client, err := d.accounts.Aircall(ctx, installation)
	if err != nil {
		return nil, plain(err)
	}
	users, err := client.Users(ctx)
	if err != nil {
		return nil, plain(err)
	}
	agents := make([]desk.Agent, 0, len(users))
	for _, user := range users {
		agents = append(agents, desk.Agent{ID: user.ID, Name: user.Name})
	}
	return agents, nil
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

// Numbers are the telephone numbers of the customers of an e-mail address or name.
func (d *directory) Numbers(ctx context.Context, installation, text string) ([]string, error) {
	client, err := d.accounts.HelpScout(ctx, installation)
	if err != nil {
		return nil, plain(err)
	}
	customers, err := customersOf(ctx, client, text)
	if err != nil {
		return nil, plain(err)
	}
	var numbers []string
	for _, customer := range customers {
		for _, entry := range customer.Phones {
			numbers = append(numbers, entry.Value)
		}
	}
	return numbers, nil
}

func customersOf(ctx context.Context, client *helpscout.Client, text string) ([]helpscout.Customer, error) {
	if strings.Contains(text, "@") {
		return client.SearchCustomers(ctx, fmt.Sprintf("email:%q", strings.ReplaceAll(text, `"`, "")))
	}
	words := strings.Fields(text)
	if len(words) > 1 {
		last := len(words) - 1
		return client.CustomersByName(ctx, strings.Join(words[:last], " "), words[last])
	}
	first, err := client.CustomersByName(ctx, text, "")
	if err != nil {
		return nil, err
	}
	last, err := client.CustomersByName(ctx, "", text)
	return append(first, last...), err
}

// Conversation is the id of the conversation that people see under a number.
func (d *directory) Conversation(ctx context.Context, installation string, number int64) (int64, error) {
	client, err := d.accounts.HelpScout(ctx, installation)
	if err != nil {
		return 0, plain(err)
	}
	found, _, err := client.ConversationByNumber(ctx, number)
	if err != nil {
		return 0, plain(err)
	}
	return found.ID, nil
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
