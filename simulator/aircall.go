package simulator

import (
	"cmp"
	"context"
	"crypto/rand"
	"encoding/hex"
	"maps"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"
)

// AircallOptions configure an Aircall. The zero value works, but nobody can sign
// in to its API.
type AircallOptions struct {
	// Clock gives the time for everything stored and sent. Default: time.Now.
	// The pace of a call is real time in any case.
	Clock func() time.Time
	// APIID and APIToken sign in with HTTP Basic; Credentials are further pairs.
	APIID, APIToken string
	Credentials     []Credential
	// BearerTokens are access tokens that were given out before.
	BearerTokens []string
	// CompanyID and CompanyName are the company's. Defaults: 70001, Simulated
	// company.
	CompanyID   int64
	CompanyName string
	// AutoAllow gives every consent to an OAuth application without a click.
	AutoAllow bool
	// BaseURL begins the direct links. Default: the real API's address.
	BaseURL string
	// LimitPerMinute is the company's limit. Default 120; negative: none.
	LimitPerMinute int
	// RecordingURL begins the signed links to recordings and voicemails. The
	// default leads nowhere.
	RecordingURL string
	// MediaURL begins the signed links to the files of messages. Default: the address
	// at which somebody last used the pages or the control paths; before that, links
	// lead nowhere. SetMediaURL changes it.
	MediaURL string
	// MediaLife is how long such a link is good. Aircall's is not known; default 10
	// minutes.
	MediaLife time.Duration
	// FlatCallbacks puts the message of a callback beside the envelope's keys and not
	// below "data". Which of the two Aircall does is not known.
	FlatCallbacks bool
	// NewerBodies adds what the documentation of today names and the captures of
	// 2022 lack: call_uuid, participants and the number's e164_digits.
	NewerBodies bool
	// NoIntelligence is a plan without conversation intelligence.
	NoIntelligence bool
	// VoiceAgentAnswersCalls makes an AI voice agent that takes a call answer it:
	// call.answered comes without a user, and answered_at is set. No source says; by
	// default only a person answers.
	VoiceAgentAnswersCalls bool
	// DeliveryTimeout is how long a receiver may take. Default 5 s, Aircall's.
	DeliveryTimeout time.Duration
	// Backoff is the pause after the given failed attempt, counted from 1.
	// Aircall's spacing is not known; default 1 s, doubling up to a minute.
	Backoff func(attempt int) time.Duration
	// DisableAfter failures in a row switch a webhook off. Default 50.
	DisableAfter int
}

// Credential is an API id with its token.
type Credential struct{ ID, Token string }

// Aircall simulates one Aircall company. It is safe for concurrent use.
type Aircall struct {
	*edge
	options AircallOptions
	pages   http.Handler
	api     *http.ServeMux
	block   *blockingLimit
	client  *http.Client

	ctx     context.Context //nolint:containedctx // ends the background deliveries
	cancel  context.CancelFunc
	running sync.WaitGroup

	// mediaKey signs the links to the files of messages.
	mediaKey string

	mu         sync.Mutex
	numbers    map[int64]*Number
	users      map[int64]*AircallUser
	teams      map[int64]*Team
	contacts   map[int64]*Contact
	tags       map[int64]*Tag
	webhooks   map[int64]*Webhook
	apps       map[string]OAuthApp
	codes      map[string]*code
	tokens     map[string]aircallToken
	installed  map[string]bool
	disabled   map[string]bool
	calls      map[int64]*Call
	messages   map[string]*Message
	media      map[string]*mediaFile
	insights   map[int64][]Insight
	cards      []Card
	dialled    []Dialled
	deliveries []Delivery
	sent       int64
	nextID     map[string]int64

	configurations map[configurationKey]*MessageConfiguration
	mediaRequests  []MediaRequest
	// seenAt is the address at which the pages were used.
	seenAt string
}

var firstAircallIDs = map[string]int64{
	"number": 1_389_001, "user": 2_078_001, "team": 262_001, "contact": 518_690_001, "detail": 2_168_224_001,
	"tag": 1_022_001, "comment": 24_923_001, "webhook": 44_215_001, "call": 4_186_780_001,
	"insight": 81_330_001, "grant": 1,
}

// NewAircall makes an empty company. Close it to stop what runs in the
// background.
func NewAircall(opts AircallOptions) *Aircall {
	opts.LimitPerMinute = cmp.Or(opts.LimitPerMinute, 120)
	opts.BaseURL = strings.TrimSuffix(cmp.Or(opts.BaseURL, "https://api.aircall.io"), "/")
	opts.RecordingURL = strings.TrimSuffix(cmp.Or(opts.RecordingURL, "https://recordings.example.com"), "/")
	opts.MediaURL = strings.TrimSuffix(opts.MediaURL, "/")
	opts.MediaLife = cmp.Or(opts.MediaLife, 10*time.Minute)
	opts.CompanyID, opts.CompanyName = cmp.Or(opts.CompanyID, 70_001), cmp.Or(opts.CompanyName, "Simulated company")
	opts.DeliveryTimeout = cmp.Or(opts.DeliveryTimeout, 5*time.Second)
	opts.DisableAfter = cmp.Or(opts.DisableAfter, 50)
	if opts.Backoff == nil {
		opts.Backoff = doubling
	}
	if opts.APIID != "" {
		opts.Credentials = append(slices.Clone(opts.Credentials), Credential{opts.APIID, opts.APIToken})
	}
	a := &Aircall{
		edge: newEdge(opts.Clock), options: opts,
		block:   &blockingLimit{limit: opts.LimitPerMinute},
		client:  deliveryClient(opts.DeliveryTimeout),
		numbers: map[int64]*Number{}, users: map[int64]*AircallUser{}, teams: map[int64]*Team{},
		contacts: map[int64]*Contact{}, tags: map[int64]*Tag{}, webhooks: map[int64]*Webhook{},
		apps: map[string]OAuthApp{}, codes: map[string]*code{}, tokens: map[string]aircallToken{},
		installed: map[string]bool{}, disabled: map[string]bool{},
		calls: map[int64]*Call{}, insights: map[int64][]Insight{}, nextID: maps.Clone(firstAircallIDs),
		messages: map[string]*Message{}, media: map[string]*mediaFile{}, mediaKey: randomHex(32),
		configurations: map[configurationKey]*MessageConfiguration{},
	}
	a.ctx, a.cancel = context.WithCancel(context.Background())
	a.tooLarge = plainAircall(http.StatusRequestEntityTooLarge)
	a.plain = plainAircall
	a.secret = func(path string) bool { return path == aircallTokenPath }
	a.harmless = func(path string) bool { return path == aircallTokenPath }
	a.api = a.apiRoutes()
	mux := http.NewServeMux()
	a.pageRoutes(mux)
	a.oauthRoutes(mux)
	a.controlRoutes(mux)
	a.pages = samePagesOnly(mux)
	return a
}

// Close ends calls and deliveries that still run in the background.
func (a *Aircall) Close() {
	// Nothing may start in the background between the two.
	a.mu.Lock()
	a.cancel()
	a.mu.Unlock()
	a.running.Wait()
	a.client.CloseIdleConnections()
}

// ServeHTTP answers the API, the storage of messages' files, the pages and the control
// paths.
func (a *Aircall) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if strings.HasPrefix(r.URL.Path, "/v1/") || strings.HasPrefix(r.URL.Path, "/v2/") {
		a.serve(w, r, a.answerAPI)
		return
	}
	if strings.HasPrefix(r.URL.Path, mediaPath) {
		a.serveMedia(w, r)
		return
	}
	a.mu.Lock()
	a.seenAt = "http://" + r.Host
	a.mu.Unlock()
	a.pages.ServeHTTP(w, r)
}

// claim gives out the id that a set-up asked for, or the next free one.
func (a *Aircall) claim(kind string, wanted int64) int64 {
	id := cmp.Or(wanted, a.nextID[kind])
	a.nextID[kind] = max(a.nextID[kind], id+1)
	return id
}

func doubling(attempt int) time.Duration {
	return min(time.Second<<min(attempt-1, 6), time.Minute)
}

func randomHex(length int) string {
	raw := make([]byte, length/2)
	_, _ = rand.Read(raw)
	return hex.EncodeToString(raw)
}
