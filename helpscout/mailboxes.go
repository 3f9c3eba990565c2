package helpscout

import "context"

// Mailbox is an inbox, as it is called in Help Scout's pages today.
type Mailbox struct {
	ID    int64  `json:"id"`
	Name  string `json:"name"`
	Slug  string `json:"slug"`
	Email string `json:"email"`
}

// Mailboxes returns all inboxes that the user behind the token may see. It
// fails when there are more than 5,000.
func (c *Client) Mailboxes(ctx context.Context) ([]Mailbox, error) {
	return listAll[Mailbox](ctx, c, "/v2/mailboxes", "mailboxes")
}
