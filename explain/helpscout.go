package explain

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/mail"
	"slices"
	"strings"
	"time"

	"callscout/activities"
	"callscout/helpscout"
	"callscout/store"
)

// desk is Help Scout as a question sees it: as it stands, with what would be written
// on top. Its writes go to the real client, which the guard keeps from sending them.
type desk struct {
	activities.HelpScout
	installation string
	guard        *guard
	notes        *notes
	unknown      func(what Lookup, err error)

	// made is what would be made, seen what was read because it would be changed; both
	// as they would be then.
	customers     map[int64]*helpscout.Customer
	conversations map[int64]*helpscout.Conversation
}

// Help Scout takes no thread once a conversation has so many (Help Scout's reference,
// "Create Note").
const mostThreads = 100

// settled is what a trial on this account found out; the worse case where nobody tried.
func (d *desk) settled(ctx context.Context, point, answer string) bool {
	found, _, known, err := d.notes.Recall(ctx, d.installation, store.LiveAnswer, point)
	return err == nil && known && found == answer
}

// conversation is one that is to be written to, read aside where it was not read yet.
func (d *desk) conversation(ctx context.Context, id int64) (*helpscout.Conversation, error) {
	if known, seen := d.conversations[id]; seen {
		return known, nil
	}
	found, err := d.HelpScout.GetConversation(aside(ctx), id)
	if err != nil {
		return nil, err
	}
	d.conversations[id] = &found
	return &found, nil
}

// gone says that what was asked for is not there, or not under that id.
func gone(err error) bool {
	_, moved := errors.AsType[*helpscout.MovedError](err)
	return moved || helpscout.IsNotFound(err)
}

// writable is a conversation to write to, and the context to do that with: it says how
// Help Scout would refuse.
func (d *desk) writable(ctx context.Context, id int64, thread bool) (context.Context, *helpscout.Conversation) {
	conversation, err := d.conversation(ctx, id)
	switch {
	case gone(err), err == nil && conversation.State == helpscout.StateDeleted:
		return refusing(ctx, http.StatusNotFound, ""), &helpscout.Conversation{}
	case err != nil:
		// It is not known, and then nothing speaks against it.
		d.unknown(LookupConversation, err)
		return ctx, &helpscout.Conversation{}
	case thread && conversation.Threads >= mostThreads:
		return refusing(ctx, http.StatusPreconditionFailed, ""), &helpscout.Conversation{}
	}
	return ctx, conversation
}

// GetConversation is that of helpscout.Client.
func (d *desk) GetConversation(ctx context.Context, id int64) (helpscout.Conversation, error) {
	if known, seen := d.conversations[id]; seen {
		d.guard.reads(conversationPath(id))
		return *known, nil
	}
	return d.HelpScout.GetConversation(ctx, id)
}

// CustomerConversations is that of helpscout.Client.
func (d *desk) CustomerConversations(ctx context.Context, inbox, customer int64) ([]helpscout.Conversation, error) {
	var listed []helpscout.Conversation
	if Pretended(customer) {
		d.guard.reads("/v2/conversations")
	} else {
		var err error
		if listed, err = d.HelpScout.CustomerConversations(ctx, inbox, customer); err != nil {
			d.unknown(LookupConversations, err)
			return nil, nil
		}
	}
	for i, one := range listed {
		if known, seen := d.conversations[one.ID]; seen {
			listed[i] = *known
		}
	}
	for id, made := range d.conversations {
		if Pretended(id) && made.MailboxID == inbox && made.PrimaryCustomer.ID == customer {
			listed = append(listed, *made)
		}
	}
	slices.SortStableFunc(listed, func(a, b helpscout.Conversation) int { return b.UserUpdatedAt.Compare(a.UserUpdatedAt) })
	return listed, nil
}

// CreateConversation is that of helpscout.Client.
func (d *desk) CreateConversation(ctx context.Context, wanted helpscout.NewConversation) (helpscout.Created, error) {
	if !Pretended(wanted.Customer.ID) {
		if _, err := d.HelpScout.GetCustomer(aside(ctx), wanted.Customer.ID); gone(err) {
			ctx = refusing(ctx, http.StatusNotFound, "")
		}
	}
	created, err := d.HelpScout.CreateConversation(ctx, wanted)
	if err != nil {
		return created, err
	}
	now := d.guard.now()
	made := &helpscout.Conversation{
		ID: created.ID, Number: d.guard.ids.next(), Threads: len(wanted.Threads), Type: wanted.Type, Status: wanted.Status,
		State: helpscout.StatePublished, Subject: wanted.Subject, MailboxID: wanted.MailboxID, CreatedAt: now, UserUpdatedAt: now,
		Tags: tagList(wanted.Tags), PrimaryCustomer: helpscout.Person{ID: wanted.Customer.ID},
	}
	if wanted.Status == helpscout.StatusClosed {
		made.ClosedAt = now
	}
	if owner := ownerOf(wanted.AssignTo); owner != 0 {
		made.Assignee = &helpscout.Person{ID: owner}
	}
	d.conversations[created.ID] = made
	return created, nil
}

func conversationPath(id int64) string { return fmt.Sprintf("/v2/conversations/%d", id) }

func ownerOf(to helpscout.AssignTo) int64 {
	text, err := to.MarshalJSON()
	if err != nil {
		return 0
	}
	var id int64
	_, _ = fmt.Sscan(string(text), &id) // "null" is nobody
	return id
}

func tagList(names []string) []helpscout.Tag {
	var tags []helpscout.Tag
	for _, name := range names {
		tags = append(tags, helpscout.Tag{Name: strings.ToLower(name)})
	}
	return tags
}

// thread adds a thread; reopens says that it would open a closed conversation.
func (d *desk) thread(ctx context.Context, id int64, status helpscout.Status, write func(context.Context) (int64, error)) (int64, error) {
	ctx, conversation := d.writable(ctx, id, true)
	thread, err := write(ctx)
	if err != nil {
		return thread, err
	}
	conversation.Threads++
	conversation.UserUpdatedAt = d.guard.now()
	switch {
	case status != "":
		d.setStatus(conversation, status)
	case conversation.Status == helpscout.StatusClosed && !d.settled(ctx, store.NoteReopens, store.LiveNo):
		d.setStatus(conversation, helpscout.StatusActive)
	}
	return thread, nil
}

func (d *desk) setStatus(conversation *helpscout.Conversation, status helpscout.Status) {
	switch {
	case status != helpscout.StatusClosed:
		conversation.ClosedAt = time.Time{}
	case conversation.Status != helpscout.StatusClosed:
		conversation.ClosedAt = d.guard.now()
	}
	conversation.Status = status
}

// CreatePhoneThread is that of helpscout.Client.
func (d *desk) CreatePhoneThread(ctx context.Context, conversation int64, thread helpscout.PhoneThread) (int64, error) {
	return d.thread(ctx, conversation, "", func(ctx context.Context) (int64, error) {
		return d.HelpScout.CreatePhoneThread(ctx, conversation, thread)
	})
}

// CreateNote is that of helpscout.Client.
func (d *desk) CreateNote(ctx context.Context, conversation int64, note helpscout.Note) (int64, error) {
	return d.thread(ctx, conversation, note.Status, func(ctx context.Context) (int64, error) {
		return d.HelpScout.CreateNote(ctx, conversation, note)
	})
}

// Threads is that of helpscout.Client.
func (d *desk) Threads(ctx context.Context, conversation int64) ([]helpscout.Thread, error) {
	if Pretended(conversation) {
		d.guard.reads(conversationPath(conversation) + "/threads")
		return nil, nil
	}
	return d.HelpScout.Threads(ctx, conversation)
}

// PutTags is that of helpscout.Client.
func (d *desk) PutTags(ctx context.Context, id int64, tags []string) error {
	ctx, conversation := d.writable(ctx, id, false)
	err := d.HelpScout.PutTags(ctx, id, tags)
	if err == nil {
		conversation.Tags = tagList(tags)
	}
	return err
}

// SetStatus is that of helpscout.Client.
func (d *desk) SetStatus(ctx context.Context, id int64, status helpscout.Status) error {
	ctx, conversation := d.writable(ctx, id, false)
	err := d.HelpScout.SetStatus(ctx, id, status)
	if err == nil {
		d.setStatus(conversation, status)
	}
	return err
}

// SetSubject is that of helpscout.Client.
func (d *desk) SetSubject(ctx context.Context, id int64, subject string) error {
	ctx, conversation := d.writable(ctx, id, false)
	err := d.HelpScout.SetSubject(ctx, id, subject)
	if err == nil {
		conversation.Subject = subject
	}
	return err
}

// Assign is that of helpscout.Client.
func (d *desk) Assign(ctx context.Context, id, user int64) error {
	ctx, conversation := d.writable(ctx, id, false)
	err := d.HelpScout.Assign(ctx, id, user)
	if err != nil {
		return err
	}
	conversation.Assignee = &helpscout.Person{ID: user}
	if conversation.Status == helpscout.StatusClosed && !d.settled(ctx, store.AssignReopens, store.LiveNo) {
		d.setStatus(conversation, helpscout.StatusActive)
	}
	return nil
}

// SearchCustomers is that of helpscout.Client.
func (d *desk) SearchCustomers(ctx context.Context, query string) ([]helpscout.Customer, error) {
	found, err := d.HelpScout.SearchCustomers(ctx, query)
	if err != nil {
		d.unknown(LookupCustomers, err)
		return nil, nil
	}
	return found, nil
}

// GetCustomer is that of helpscout.Client.
func (d *desk) GetCustomer(ctx context.Context, id int64) (helpscout.Customer, error) {
	if known, seen := d.customers[id]; seen {
		d.guard.reads(fmt.Sprintf("/v2/customers/%d", id))
		return *known, nil
	}
	return d.HelpScout.GetCustomer(ctx, id)
}

// CreateCustomer is that of helpscout.Client.
func (d *desk) CreateCustomer(ctx context.Context, wanted helpscout.NewCustomer) (int64, error) {
	id, err := d.HelpScout.CreateCustomer(d.howCustomerIsTaken(ctx, wanted), wanted)
	if err != nil {
		return id, err
	}
	now := d.guard.now()
	d.customers[id] = &helpscout.Customer{
		ID: id, FirstName: wanted.FirstName, LastName: wanted.LastName, Organization: wanted.Organization, JobTitle: wanted.JobTitle,
		Background: wanted.Background, Phones: wanted.Phones, Emails: wanted.Emails, CreatedAt: now, UpdatedAt: now,
	}
	return id, nil
}

// howCustomerIsTaken foresees what Help Scout refuses: an e-mail address that is none,
// or that somebody has already.
func (d *desk) howCustomerIsTaken(ctx context.Context, wanted helpscout.NewCustomer) context.Context {
	for _, email := range wanted.Emails {
		if parsed, err := mail.ParseAddress(email.Value); err != nil || parsed.Address != email.Value {
			return refusing(ctx, http.StatusBadRequest,
				`{"message":"Bad request","_embedded":{"errors":[{"path":"emails[0].value","message":"must be a well-formed email address","source":"JSON"}]}}`)
		}
		found, err := d.HelpScout.SearchCustomers(aside(ctx), fmt.Sprintf("email:%q", email.Value))
		if err == nil && slices.ContainsFunc(found, func(c helpscout.Customer) bool {
			return slices.ContainsFunc(c.Emails, func(e helpscout.Entry) bool { return strings.EqualFold(e.Value, email.Value) })
		}) {
			return refusing(ctx, http.StatusConflict, "")
		}
	}
	return ctx
}

// customer is one that is to be changed; an empty one where it cannot be read.
func (d *desk) customer(ctx context.Context, id int64) *helpscout.Customer {
	if known, seen := d.customers[id]; seen {
		return known
	}
	found, err := d.HelpScout.GetCustomer(aside(ctx), id)
	if err == nil {
		d.customers[id] = &found
	}
	return &found
}

// RenameCustomer is that of helpscout.Client.
func (d *desk) RenameCustomer(ctx context.Context, id int64, first, last string) error {
	err := d.HelpScout.RenameCustomer(ctx, id, first, last)
	if err == nil {
		customer := d.customer(ctx, id)
		customer.FirstName, customer.LastName = first, last
	}
	return err
}

// AddCustomerPhone is that of helpscout.Client.
func (d *desk) AddCustomerPhone(ctx context.Context, id int64, typ, value string) (int64, error) {
	entry, err := d.HelpScout.AddCustomerPhone(ctx, id, typ, value)
	if err == nil {
		customer := d.customer(ctx, id)
		customer.Phones = append(customer.Phones, helpscout.Entry{ID: entry, Type: typ, Value: value})
	}
	return entry, err
}

// Users is that of helpscout.Client.
func (d *desk) Users(ctx context.Context) ([]helpscout.User, error) {
	users, err := d.HelpScout.Users(ctx)
	if err != nil {
		d.unknown(LookupUsers, err)
		return nil, nil
	}
	return users, nil
}

// Me is that of helpscout.Client.
func (d *desk) Me(ctx context.Context) (helpscout.User, error) {
	me, err := d.HelpScout.Me(ctx)
	if err != nil {
		d.unknown(LookupUsers, err)
		return helpscout.User{}, nil
	}
	return me, nil
}
