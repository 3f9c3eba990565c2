package simulator

import (
	"cmp"
	"net/http"
	"strings"
	"sync"
	"time"
)

// HelpScoutOptions configure a HelpScout. The zero value works.
type HelpScoutOptions struct {
	// Clock gives the time for everything stored. Default: time.Now.
	Clock func() time.Time
	// SearchLag is how long the customer search and the conversation list do
	// not see a write. Reads by id see it at once.
	SearchLag time.Duration
	// LimitPerMinute is the account's budget: reads take 1, writes 2. Default
	// 400, that of the Plus plan. Negative: a budget that no test uses up.
	LimitPerMinute int
	// TokenLife is how long an access token works. Default 48 h.
	TokenLife time.Duration
	// CompanyID is the account's id. Default 4711.
	CompanyID int64
	// AutoAllow gives every consent to an OAuth application without a click.
	AutoAllow bool
	// RefreshGrace is how long a refresh token may be used again after it was used
	// once. Nothing says that there is such a time; default none.
	RefreshGrace time.Duration
	// ReuseRevokes makes the use of a used refresh token withdraw all that came from
	// the same consent, as RFC 9700 advises. Help Scout is not known to.
	ReuseRevokes bool
	// RefreshEndsAccess makes an access token worthless once there is a newer one of
	// the same consent. The documentation does not say; by default it lives on.
	RefreshEndsAccess bool
	// BaseURL begins the API links in answers. Default: the request's own host.
	BaseURL string
	// WebURL begins the links to the pages. Default: BaseURL.
	WebURL string
	// ThreadsKeepClosed makes a phone thread, and a note without a status, leave
	// a closed conversation closed. The documentation does not say; the default
	// is the worse case, that they reopen it.
	ThreadsKeepClosed bool
	// AssignKeepsClosed makes an assignment leave a closed conversation closed. One
	// team saw it reopen, which is the default.
	AssignKeepsClosed bool
	// SearchWithoutOr makes the customer search refuse OR between phone numbers. The
	// documentation shows it for e-mail addresses.
	SearchWithoutOr bool
	// NoTelLinks makes stored threads lose links that begin with tel:, as some HTML
	// cleaners do; their text stays.
	NoTelLinks bool
	// KeepTagCase leaves capitals in tags. By default they are lowered.
	KeepTagCase bool
	// MaxTag, MaxSubject and MaxText are how many characters are taken; what is longer
	// is refused. The documentation names no limits. 0: none.
	MaxTag, MaxSubject, MaxText int
	// MaxAttachment is how large a file may be, in bytes. Today's documentation gives
	// no number; default 10,000,000, the limit of the API before it. Negative: none
	// but that of a request.
	MaxAttachment int
	// PhoneMatching is how the customer search compares phone numbers. Default
	// MatchExact.
	PhoneMatching PhoneMatching
	// MergeTellsOfGone makes a webhook of convo.merged hold the conversation that is
	// gone. The documentation does not say; by default it holds the one that stays.
	MergeTellsOfGone bool
	// WebhookTimeout is how long a receiver of webhooks may take. Help Scout's limit
	// is not known; default 5 s.
	WebhookTimeout time.Duration
	// WebhookBackoff is the pause after the given failed attempt, counted from 1. Help
	// Scout's spacing is not known; default 1 s, doubling up to a minute.
	WebhookBackoff func(attempt int) time.Duration
	// Apps are the OAuth applications that may ask for tokens.
	Apps []App
}

// HelpScout simulates one Help Scout account. It is safe for concurrent use.
type HelpScout struct {
	*edge
	options HelpScoutOptions
	pages   http.Handler
	api     *http.ServeMux
	budget  *minuteBudget
	courier *courier

	mu            sync.Mutex
	apps          map[string]App
	tokens        map[string]token
	codes         map[string]*code
	refresh       map[string]*refreshToken
	mailboxes     map[int64]*Mailbox
	users         map[int64]*User
	firstUser     int64
	customers     map[int64]*Customer
	conversations map[int64]*Conversation
	webhooks      map[int64]*HelpScoutWebhook
	told          map[int64]told
	tagIDs        map[string]int64
	nextID        map[string]int64

	customerIndex     *lagging[*Customer]
	conversationIndex *lagging[*Conversation]
}

// Help Scout's ids outgrew 32 bits; a client that forgets it fails here.
var firstIDs = map[string]int64{
	"mailbox": 101, "user": 501, "customer": 3_400_000_001, "entry": 4_100_000_001, "tag": 9_001,
	"conversation": 3_100_000_001, "number": 1_001, "thread": 9_800_000_001, "attachment": 700_000_001,
	"webhook": 60_001, "grant": 1,
}

// NewHelpScout makes an empty account. If it has webhooks, Close it to stop what runs
// in the background.
func NewHelpScout(opts HelpScoutOptions) *HelpScout {
	if opts.LimitPerMinute == 0 {
		opts.LimitPerMinute = 400
	}
	if opts.LimitPerMinute < 0 {
		opts.LimitPerMinute = 1_000_000_000
	}
	if opts.TokenLife == 0 {
		opts.TokenLife = 48 * time.Hour
	}
	opts.CompanyID = cmp.Or(opts.CompanyID, 4711)
	opts.MaxAttachment = cmp.Or(opts.MaxAttachment, maxAttachment)
	opts.WebhookTimeout = cmp.Or(opts.WebhookTimeout, 5*time.Second)
	if opts.WebhookBackoff == nil {
		opts.WebhookBackoff = doubling
	}
	h := &HelpScout{
		edge:              newEdge(opts.Clock),
		options:           opts,
		budget:            &minuteBudget{limit: opts.LimitPerMinute},
		courier:           newCourier(opts.WebhookTimeout),
		apps:              map[string]App{},
		tokens:            map[string]token{},
		codes:             map[string]*code{},
		refresh:           map[string]*refreshToken{},
		mailboxes:         map[int64]*Mailbox{},
		users:             map[int64]*User{},
		customers:         map[int64]*Customer{},
		conversations:     map[int64]*Conversation{},
		webhooks:          map[int64]*HelpScoutWebhook{},
		told:              map[int64]told{},
		tagIDs:            map[string]int64{},
		nextID:            map[string]int64{},
		customerIndex:     newLagging[*Customer](opts.SearchLag),
		conversationIndex: newLagging[*Conversation](opts.SearchLag),
	}
	for kind, id := range firstIDs {
		h.nextID[kind] = id
	}
	h.tooLarge = halError(http.StatusRequestEntityTooLarge, "Request entity too large")
	h.plain = plainHelpScout
	h.secret = func(path string) bool { return path == tokenPath || strings.HasPrefix(path, webhooksPath) }
	h.harmless = func(path string) bool { return path == tokenPath }
	for _, app := range opts.Apps {
		h.AddApp(app)
	}
	h.api = h.apiRoutes()
	mux := http.NewServeMux()
	h.pageRoutes(mux)
	h.controlRoutes(mux)
	h.pages = samePagesOnly(mux)
	return h
}

// SetBaseURL sets the address that API links and, unless WebURL was given, page
// links begin with.
func (h *HelpScout) SetBaseURL(url string) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.options.BaseURL = strings.TrimSuffix(url, "/")
}

// ServeHTTP answers the API, the pages and the control paths.
func (h *HelpScout) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if strings.HasPrefix(r.URL.Path, "/v2/") || strings.HasPrefix(r.URL.Path, "/v3/") {
		h.serve(w, r, h.answerAPI)
		return
	}
	h.pages.ServeHTTP(w, r)
}

func (h *HelpScout) take(kind string) int64 {
	id := h.nextID[kind]
	h.nextID[kind]++
	return id
}

// claim gives out the id that a set-up asked for, or the next free one.
func (h *HelpScout) claim(kind string, wanted int64) int64 {
	if wanted == 0 {
		return h.take(kind)
	}
	h.nextID[kind] = max(h.nextID[kind], wanted+1)
	return wanted
}
