// Package activities is every side effect of a call: it looks at Help Scout and
// Aircall, and writes to Help Scout, each thing once. What to write is decided by
// calllog; here it is done, and noted in the ledger.
//
// It imports the vendors' clients, phone, settings, calllog, the contract with
// the workflows, and store. It must not import api or starter.
package activities

import (
	"context"
	"time"

	"go.temporal.io/sdk/activity"
	"go.temporal.io/sdk/worker"

	"callscout/activities/contract"
	"callscout/aircall"
	"callscout/calllog"
	"callscout/helpscout"
	"callscout/media"
	"callscout/settings"
	"callscout/store"
)

// HelpScout is what activities need of Help Scout's API. *helpscout.Client has it.
type HelpScout interface {
	Me(ctx context.Context) (helpscout.User, error)
	Users(ctx context.Context) ([]helpscout.User, error)
	SearchCustomers(ctx context.Context, query string) ([]helpscout.Customer, error)
	GetCustomer(ctx context.Context, id int64) (helpscout.Customer, error)
	CreateCustomer(ctx context.Context, customer helpscout.NewCustomer) (int64, error)
	RenameCustomer(ctx context.Context, id int64, first, last string) error
	AddCustomerPhone(ctx context.Context, customer int64, typ, value string) (int64, error)
	CustomerConversations(ctx context.Context, mailbox, customer int64) ([]helpscout.Conversation, error)
	GetConversation(ctx context.Context, id int64) (helpscout.Conversation, error)
	CreateConversation(ctx context.Context, conversation helpscout.NewConversation) (helpscout.Created, error)
	CreatePhoneThread(ctx context.Context, conversation int64, thread helpscout.PhoneThread) (int64, error)
	CreateCustomerThread(ctx context.Context, conversation int64, thread helpscout.CustomerThread) (int64, error)
	CreateNote(ctx context.Context, conversation int64, note helpscout.Note) (int64, error)
	Threads(ctx context.Context, conversation int64) ([]helpscout.Thread, error)
	PutTags(ctx context.Context, conversation int64, tags []string) error
	SetStatus(ctx context.Context, conversation int64, status helpscout.Status) error
	SetSubject(ctx context.Context, conversation int64, subject string) error
	Assign(ctx context.Context, conversation, user int64) error
	Mailboxes(ctx context.Context) ([]helpscout.Mailbox, error)
	GetMailbox(ctx context.Context, id int64) (helpscout.Mailbox, error)
}

// Aircall is what activities need of Aircall's API. *aircall.Client has it.
type Aircall interface {
	GetCall(ctx context.Context, id int64) (aircall.Call, error)
	Calls(ctx context.Context, query aircall.CallsQuery) (aircall.CallsPage, error)
	Insight(ctx context.Context, call int64, kind aircall.InsightKind) (aircall.Insight, error)
	Transcription(ctx context.Context, call int64) (aircall.Transcription, error)
	ShowInsightCard(ctx context.Context, call int64, card aircall.InsightCard) error
	SearchContacts(ctx context.Context, query aircall.ContactQuery) ([]aircall.Contact, error)
	CreateContact(ctx context.Context, contact aircall.NewContact) (aircall.Contact, error)
	GetContact(ctx context.Context, contact int64) (aircall.Contact, error)
	UpdateContact(ctx context.Context, contact int64, change aircall.ContactChange) error
	AddContactPhone(ctx context.Context, contact int64, label, value string) error
	Numbers(ctx context.Context) ([]aircall.Number, error)
	Webhooks(ctx context.Context) ([]aircall.Webhook, error)
	AddWebhookEvents(ctx context.Context, id string, events []string) (aircall.Webhook, error)
	EnableWebhook(ctx context.Context, id string, events []string) (aircall.Webhook, error)
}

// Store is what activities need of the store. *store.Store has it.
type Store interface {
	Intend(ctx context.Context, key string) (store.Entry, error)
	Settle(ctx context.Context, key string, remoteID int64) error
	Withdraw(ctx context.Context, key string) error
	LedgerByPrefix(ctx context.Context, prefix string) ([]store.Entry, error)
	LedgerEntries(ctx context.Context, keys []string) (map[string]store.Entry, error)
	Remember(ctx context.Context, installation, kind, key, value string) error
	Recall(ctx context.Context, installation, kind, key string) (value string, at time.Time, ok bool, err error)
	Forget(ctx context.Context, installation, kind, key string) error
	HashKey(ctx context.Context) ([]byte, error)
	Lock(ctx context.Context, name string) (unlock func(), err error)
	Claim(ctx context.Context, installation string, conversation int64, tag, call string) error
	Release(ctx context.Context, installation string, conversation int64, tag, call string) error
	Claimants(ctx context.Context, installation string, conversation int64, tag string) ([]string, error)
	MoveClaims(ctx context.Context, installation string, from, to int64) error
	KeepMedia(ctx context.Context, installation, message string, file int, content store.MediaFile) error
	Media(ctx context.Context, installation, message string, file int) (store.MediaFile, bool, error)
	DropMedia(ctx context.Context, installation, message string, file int) error
	DropMediaKeptBefore(ctx context.Context, before time.Time) (int, error)
	Installation(ctx context.Context, id string) (settings.Installation, error)
	Tokens(ctx context.Context, installation, vendor string) (store.Tokens, error)
	Findings(ctx context.Context, installation string) (store.Findings, error)
	KeepFindings(ctx context.Context, installation string, findings store.Findings) error
	Reconciled(ctx context.Context, installation string) (store.Reconciled, error)
	KeepReconciled(ctx context.Context, installation string, record store.Reconciled) error
}

// Files fetches the files of messages. *media.Downloader does.
type Files interface {
	Fetch(ctx context.Context, link string) (media.File, error)
}

// Accounts gives an installation's clients. Its errors say what to do.
type Accounts interface {
	HelpScout(ctx context.Context, installation string) (HelpScout, error)
	Aircall(ctx context.Context, installation string) (Aircall, error)
}

// Activities holds what the effects need. The worker makes one.
type Activities struct {
	Store    Store
	Accounts Accounts
	// Directory knows the Help Scout users of an installation.
	Directory *Directory
	// Files fetches the files of messages.
	Files Files
	// HelpScoutURL and AircallURL are the web addresses that logs link to.
	HelpScoutURL, AircallURL string
	// Yields says how long AI work is to wait, since Help Scout's requests are short;
	// nil is never.
	Yields func(installation string) time.Duration
	// Room says what a backfill may ask of the vendors now; nil is as much as it likes.
	Room func(installation string) Room
	// Calls is the way to the workflows of calls, for those that deliver.
	Calls Calls
	// Clock is this machine's clock against the vendors', as their answers told it; nil
	// where nobody looks.
	Clock func() (store.Clock, bool)
	// IndexLag is how long Help Scout's search may not show what was written:
	// so long a lost answer is looked for before it is written again. Not
	// documented; 30 s unless set.
	IndexLag time.Duration
	// Now is the clock; time.Now unless set.
	Now func() time.Time

	listed listedPages
}

const defaultIndexLag = 30 * time.Second

func (a *Activities) now() time.Time {
	if a.Now != nil {
		return a.Now().UTC()
	}
	return time.Now().UTC()
}

func (a *Activities) indexLag() time.Duration {
	if a.IndexLag > 0 {
		return a.IndexLag
	}
	return defaultIndexLag
}

// Register registers every activity under its wire name.
func (a *Activities) Register(r worker.ActivityRegistry) {
	register(r, string(calllog.Remember), a.Recall)
	register(r, string(calllog.FindCustomer), a.FindCustomer)
	register(r, string(calllog.ChooseConversation), a.ChooseConversation)
	register(r, string(calllog.OpenConversation), a.OpenConversation)
	register(r, string(calllog.UpdateConversation), a.UpdateConversation)
	register(r, string(calllog.WriteThread), a.WriteThread)
	register(r, string(calllog.FetchCall), a.FetchCall)
	register(r, string(calllog.NoteHandover), a.NoteHandover)
	register(r, string(calllog.FetchInsight), a.FetchInsight)
	register(r, string(calllog.WriteTranscript), a.WriteTranscript)
	register(r, contract.RecordSkip, a.RecordSkip)
	register(r, contract.ShowCard, a.ShowCard)
	register(r, contract.SyncContact, a.SyncContact)
	register(r, contract.NameCustomer, a.NameCustomer)
	a.registerMessages(r)
	register(r, contract.CheckInstallation, a.CheckInstallation)
	register(r, contract.ListCalls, a.ListCalls)
	register(r, contract.BeginReconcile, a.BeginReconcile)
	register(r, contract.EndReconcile, a.EndReconcile)
}

// register puts each activity behind the one border: it gives signs of life, so
// that a worker's death is noticed in seconds, and its error becomes Temporal's.
func register[In, Out any](r worker.ActivityRegistry, name string, do func(context.Context, In) (Out, error)) {
	r.RegisterActivityWithOptions(func(ctx context.Context, in In) (Out, error) {
		alive, stop := context.WithCancel(ctx)
		defer stop()
		go heartbeat(alive)
		out, err := do(ctx, in)
		return out, temporalError(err)
	}, activity.RegisterOptions{Name: name})
}

func heartbeat(ctx context.Context) {
	every := time.NewTicker(2 * time.Second)
	defer every.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-every.C:
			if activity.IsActivity(ctx) {
				activity.RecordHeartbeat(ctx)
			}
		}
	}
}
