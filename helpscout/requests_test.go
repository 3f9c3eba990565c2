package helpscout_test

import (
	"context"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"callscout/helpscout"
)

type call func(context.Context, *helpscout.Client) (any, error)

func nothing(err error) (any, error) { return nil, err }

func TestReadsAskForTheDocumentedAddress(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		call  call
		path  string
		query string
	}{
		"Me":        {func(ctx context.Context, c *helpscout.Client) (any, error) { return c.Me(ctx) }, "/v2/users/me", ""},
		"Users":     {func(ctx context.Context, c *helpscout.Client) (any, error) { return c.Users(ctx) }, "/v2/users", ""},
		"Mailboxes": {func(ctx context.Context, c *helpscout.Client) (any, error) { return c.Mailboxes(ctx) }, "/v2/mailboxes", ""},
		"UserByEmail": {func(ctx context.Context, c *helpscout.Client) (any, error) {
			_, _, err := c.UserByEmail(ctx, "ada+desk@example.com")
			return nil, err
		}, "/v2/users", "email=ada%2Bdesk%40example.com"},
		"SearchCustomers": {func(ctx context.Context, c *helpscout.Client) (any, error) {
			return c.SearchCustomers(ctx, `phone:"+12025550123" OR phone:"(202) 555-0123"`)
		}, "/v3/customers/search", "query=phone%3A%22%2B12025550123%22%20OR%20phone%3A%22%28202%29%20555-0123%22"},
		"GetCustomer": {func(ctx context.Context, c *helpscout.Client) (any, error) {
			return c.GetCustomer(ctx, 4123456789)
		}, "/v2/customers/4123456789", ""},
		"CustomerConversations": {func(ctx context.Context, c *helpscout.Client) (any, error) {
			return c.CustomerConversations(ctx, 85, 900)
		}, "/v2/conversations", "mailbox=85&query=%28customerIds%3A900%29&sortField=modifiedAt&sortOrder=desc&status=all"},
		"GetConversation": {func(ctx context.Context, c *helpscout.Client) (any, error) {
			return c.GetConversation(ctx, 7)
		}, "/v2/conversations/7", ""},
		"Threads": {func(ctx context.Context, c *helpscout.Client) (any, error) {
			return c.Threads(ctx, 7)
		}, "/v2/conversations/7/threads", ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := serve(t, answer(200, `{}`))
			_, err := test.call(t.Context(), newClient(t, s.URL, helpscout.WithUserAgent("desk/1.0")))
			require.NoError(t, err)

			got := s.only(t)
			require.Equal(t, http.MethodGet, got.Method)
			require.Equal(t, test.path, got.Path)
			require.Equal(t, test.query, got.RawQuery)
			require.Empty(t, got.Body)
			require.Equal(t, "Bearer token-1", got.Header.Get("Authorization"))
			require.Equal(t, "desk/1.0", got.Header.Get("User-Agent"))
			require.Empty(t, got.Header.Get("Content-Type"))
		})
	}
}

func TestWritesSendTheDocumentedBody(t *testing.T) {
	t.Parallel()
	at := time.Date(2026, 3, 4, 6, 7, 8, 987654321, time.FixedZone("", 3600))
	file := helpscout.Attachment{FileName: "voice.mp3", MimeType: "audio/mpeg", Data: []byte("ring")}
	const fileJSON = `[{"fileName":"voice.mp3","mimeType":"audio/mpeg","data":"cmluZw=="}]`

	for name, test := range map[string]struct {
		call   call
		method string
		path   string
		body   string
	}{
		"a customer": {func(ctx context.Context, c *helpscout.Client) (any, error) {
			return c.CreateCustomer(ctx, helpscout.NewCustomer{
				FirstName: "Ada", LastName: "Byron", Organization: "Engines Ltd", JobTitle: "Analyst", Background: "Called first",
				Phones: []helpscout.Entry{{Type: "work", Value: "+442079460123"}},
				Emails: []helpscout.Entry{{Type: "home", Value: "ada@example.com"}},
			})
		}, "POST", "/v2/customers", `{"firstName":"Ada","lastName":"Byron","organization":"Engines Ltd","jobTitle":"Analyst","background":"Called first",
			"phones":[{"type":"work","value":"+442079460123"}],"emails":[{"type":"home","value":"ada@example.com"}]}`},
		"a customer without a name": {func(ctx context.Context, c *helpscout.Client) (any, error) {
			return c.CreateCustomer(ctx, helpscout.NewCustomer{Phones: []helpscout.Entry{{Type: "other", Value: "+493023125001"}}})
		}, "POST", "/v2/customers", `{"phones":[{"type":"other","value":"+493023125001"}]}`},
		"a customer's names": {func(ctx context.Context, c *helpscout.Client) (any, error) {
			return nothing(c.RenameCustomer(ctx, 900, "Ada", "Quill"))
		}, "PATCH", "/v2/customers/900", `[{"op":"replace","path":"/firstName","value":"Ada"},{"op":"replace","path":"/lastName","value":"Quill"}]`},
		"a customer's only name": {func(ctx context.Context, c *helpscout.Client) (any, error) {
			return nothing(c.RenameCustomer(ctx, 900, "", "Quill & Sons"))
		}, "PATCH", "/v2/customers/900", `[{"op":"remove","path":"/firstName"},{"op":"replace","path":"/lastName","value":"Quill & Sons"}]`},
		"a number of a customer": {func(ctx context.Context, c *helpscout.Client) (any, error) {
			return c.AddCustomerPhone(ctx, 900, "mobile", "+12025550111")
		}, "POST", "/v2/customers/900/phones", `{"type":"mobile","value":"+12025550111"}`},
		"a conversation with everything": {func(ctx context.Context, c *helpscout.Client) (any, error) {
			return c.CreateConversation(ctx, helpscout.NewConversation{
				Subject: "Call from Ada", Type: helpscout.ConversationPhone, MailboxID: 85, Status: helpscout.StatusActive,
				Customer: helpscout.CustomerRef{ID: 900},
				Threads: []helpscout.NewThread{
					{Type: helpscout.ThreadPhone, Text: "<p>rang</p>", Customer: helpscout.CustomerRef{ID: 900}, Imported: true, CreatedAt: at, Attachments: []helpscout.Attachment{file}},
					{Type: helpscout.ThreadNote, Text: "noted"},
				},
				Tags: []string{"inbound"}, AssignTo: helpscout.AssignToUser(31), User: 32, Imported: true, CreatedAt: at, AutoReply: true,
			})
		}, "POST", "/v2/conversations", `{"subject":"Call from Ada","type":"phone","mailboxId":85,"status":"active","customer":{"id":900},
			"threads":[{"type":"phone","text":"<p>rang</p>","customer":{"id":900},"imported":true,"createdAt":"2026-03-04T05:07:08Z","attachments":` + fileJSON + `},{"type":"note","text":"noted"}],
			"tags":["inbound"],"assignTo":31,"user":32,"imported":true,"createdAt":"2026-03-04T05:07:08Z","autoReply":true}`},
		"a conversation that nobody owns": {func(ctx context.Context, c *helpscout.Client) (any, error) {
			return c.CreateConversation(ctx, helpscout.NewConversation{Subject: "s", Type: helpscout.ConversationPhone, MailboxID: 85,
				Status: helpscout.StatusClosed, Customer: helpscout.CustomerRef{ID: 900}, AssignTo: helpscout.AssignToNobody()})
		}, "POST", "/v2/conversations", `{"subject":"s","type":"phone","mailboxId":85,"status":"closed","customer":{"id":900},"threads":[],"assignTo":null}`},
		"a conversation owned as the inbox decides": {func(ctx context.Context, c *helpscout.Client) (any, error) {
			return c.CreateConversation(ctx, helpscout.NewConversation{Subject: "s", Type: helpscout.ConversationPhone, MailboxID: 85,
				Status: helpscout.StatusPending, Customer: helpscout.CustomerRef{ID: 900}})
		}, "POST", "/v2/conversations", `{"subject":"s","type":"phone","mailboxId":85,"status":"pending","customer":{"id":900},"threads":[]}`},
		"a phone thread": {func(ctx context.Context, c *helpscout.Client) (any, error) {
			return c.CreatePhoneThread(ctx, 7, helpscout.PhoneThread{Text: "rang", Customer: helpscout.CustomerRef{ID: 900}})
		}, "POST", "/v2/conversations/7/phones", `{"text":"rang","customer":{"id":900}}`},
		"an imported phone thread": {func(ctx context.Context, c *helpscout.Client) (any, error) {
			return c.CreatePhoneThread(ctx, 7, helpscout.PhoneThread{Text: "rang", Customer: helpscout.CustomerRef{ID: 900}, Imported: true, CreatedAt: at, Attachments: []helpscout.Attachment{file}})
		}, "POST", "/v2/conversations/7/phones", `{"text":"rang","customer":{"id":900},"imported":true,"createdAt":"2026-03-04T05:07:08Z","attachments":` + fileJSON + `}`},
		"a note": {func(ctx context.Context, c *helpscout.Client) (any, error) {
			return c.CreateNote(ctx, 7, helpscout.Note{Text: "noted"})
		}, "POST", "/v2/conversations/7/notes", `{"text":"noted"}`},
		"a note with everything": {func(ctx context.Context, c *helpscout.Client) (any, error) {
			return c.CreateNote(ctx, 7, helpscout.Note{Text: "noted", User: 31, Status: helpscout.StatusPending, Imported: true, CreatedAt: at, Attachments: []helpscout.Attachment{file}})
		}, "POST", "/v2/conversations/7/notes", `{"text":"noted","user":31,"status":"pending","imported":true,"createdAt":"2026-03-04T05:07:08Z","attachments":` + fileJSON + `}`},
		"tags": {func(ctx context.Context, c *helpscout.Client) (any, error) {
			return nothing(c.PutTags(ctx, 7, []string{"a", "b c"}))
		}, "PUT", "/v2/conversations/7/tags", `{"tags":["a","b c"]}`},
		"no tags": {func(ctx context.Context, c *helpscout.Client) (any, error) { return nothing(c.PutTags(ctx, 7, nil)) }, "PUT", "/v2/conversations/7/tags", `{"tags":[]}`},
		"status": {func(ctx context.Context, c *helpscout.Client) (any, error) {
			return nothing(c.SetStatus(ctx, 7, helpscout.StatusClosed))
		}, "PATCH", "/v2/conversations/7", `{"op":"replace","path":"/status","value":"closed"}`},
		"subject": {func(ctx context.Context, c *helpscout.Client) (any, error) {
			return nothing(c.SetSubject(ctx, 7, "New"))
		}, "PATCH", "/v2/conversations/7", `{"op":"replace","path":"/subject","value":"New"}`},
		"owner":    {func(ctx context.Context, c *helpscout.Client) (any, error) { return nothing(c.Assign(ctx, 7, 31)) }, "PATCH", "/v2/conversations/7", `{"op":"replace","path":"/assignTo","value":31}`},
		"no owner": {func(ctx context.Context, c *helpscout.Client) (any, error) { return nothing(c.Unassign(ctx, 7)) }, "PATCH", "/v2/conversations/7", `{"op":"remove","path":"/assignTo"}`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := serve(t, answer(201, ``, "Resource-ID", "55"))
			_, err := test.call(t.Context(), newClient(t, s.URL))
			require.NoError(t, err)

			got := s.only(t)
			require.Equal(t, test.method, got.Method)
			require.Equal(t, test.path, got.Path)
			require.Empty(t, got.RawQuery)
			require.JSONEq(t, test.body, got.Body)
			require.Equal(t, "application/json", got.Header.Get("Content-Type"))
		})
	}
}

func TestTheCallersConversationIsNotChangedByCreatingIt(t *testing.T) {
	t.Parallel()
	at := time.Date(2026, 3, 4, 5, 7, 8, 987654321, time.UTC)
	conversation := helpscout.NewConversation{Threads: []helpscout.NewThread{{Type: helpscout.ThreadPhone, CreatedAt: at}}}
	s := serve(t, answer(201, ``, "Resource-ID", "55"))
	_, err := newClient(t, s.URL).CreateConversation(t.Context(), conversation)
	require.NoError(t, err)
	require.Equal(t, at, conversation.Threads[0].CreatedAt)
}

func TestTheIDOfWhatWasMadeIsFound(t *testing.T) {
	t.Parallel()
	conversation := func(ctx context.Context, c *helpscout.Client) (any, error) {
		created, err := c.CreateConversation(ctx, helpscout.NewConversation{})
		return created.ID, err
	}
	customer := func(ctx context.Context, c *helpscout.Client) (any, error) {
		return c.CreateCustomer(ctx, helpscout.NewCustomer{})
	}
	note := func(ctx context.Context, c *helpscout.Client) (any, error) {
		return c.CreateNote(ctx, 7, helpscout.Note{})
	}
	phone := func(ctx context.Context, c *helpscout.Client) (any, error) {
		return c.AddCustomerPhone(ctx, 900, "work", "+12025550111")
	}
	for name, test := range map[string]struct {
		call    call
		headers []string
		want    int64 // -1 for an AnswerError
	}{
		"in Resource-ID":                     {conversation, []string{"Resource-ID", "4123456789", "Location", "https://api.example.com/v2/conversations/1"}, 4123456789},
		"in Location":                        {conversation, []string{"Location", "https://api.example.com/v2/conversations/123"}, 123},
		"in Location with a closing slash":   {customer, []string{"Location", "/v2/customers/124/"}, 124},
		"in Location beside a useless id":    {conversation, []string{"Resource-ID", "none", "Location", "https://api.example.com/v2/conversations/125?x=9"}, 125},
		"a thread in Location":               {note, []string{"Location", "https://api.example.com/v2/conversations/7/threads/126"}, 126},
		"nowhere":                            {conversation, nil, -1},
		"not in a Location of something":     {conversation, []string{"Location", "https://api.example.com/v2/mailboxes/9"}, -1},
		"not in the conversation's Location": {note, []string{"Location", "https://api.example.com/v2/conversations/7"}, -1},
		"not in a broken Location":           {customer, []string{"Location", "https://[::1/v2/customers/9"}, -1},
		"not in a negative number":           {customer, []string{"Location", "/v2/customers/-9"}, -1},
		"a number that stays unnamed":        {phone, nil, 0},
		"a number in Location":               {phone, []string{"Location", "/v2/customers/900/phones/17"}, 17},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := serve(t, answer(201, ``, test.headers...))
			id, err := test.call(t.Context(), newClient(t, s.URL))
			if test.want < 0 {
				var unusable *helpscout.AnswerError
				require.ErrorAs(t, err, &unusable)
				require.True(t, helpscout.MayHaveHappened(err))
				return
			}
			require.NoError(t, err)
			require.Equal(t, test.want, id)
		})
	}
}

func TestWhatBreaksARuleIsNotSent(t *testing.T) {
	t.Parallel()
	for name, call := range map[string]call{
		"a query of 501 characters": func(ctx context.Context, c *helpscout.Client) (any, error) {
			return c.SearchCustomers(ctx, strings.Repeat("ü", 501))
		},
		"an empty query": func(ctx context.Context, c *helpscout.Client) (any, error) { return c.SearchCustomers(ctx, "") },
		"an empty address": func(ctx context.Context, c *helpscout.Client) (any, error) {
			_, _, err := c.UserByEmail(ctx, "")
			return nil, err
		},
		"customer zero": func(ctx context.Context, c *helpscout.Client) (any, error) { return c.GetCustomer(ctx, 0) },
		"a negative id": func(ctx context.Context, c *helpscout.Client) (any, error) { return c.Threads(ctx, -1) },
		"inbox zero": func(ctx context.Context, c *helpscout.Client) (any, error) {
			return c.CustomerConversations(ctx, 0, 900)
		},
		"owner zero": func(ctx context.Context, c *helpscout.Client) (any, error) { return nothing(c.Assign(ctx, 7, 0)) },
		"a dated phone thread that is not imported": func(ctx context.Context, c *helpscout.Client) (any, error) {
			return c.CreatePhoneThread(ctx, 7, helpscout.PhoneThread{Text: "x", CreatedAt: time.Now()})
		},
		"a dated note that is not imported": func(ctx context.Context, c *helpscout.Client) (any, error) {
			return c.CreateNote(ctx, 7, helpscout.Note{Text: "x", CreatedAt: time.Now()})
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := serve(t)
			_, err := call(t.Context(), newClient(t, s.URL))
			var refused *helpscout.RequestError
			require.ErrorAs(t, err, &refused)
			require.False(t, helpscout.MayHaveHappened(err))
			require.Empty(t, s.seen())
		})
	}
}

func TestAQueryOf500CharactersIsSentWhole(t *testing.T) {
	t.Parallel()
	s := serve(t, answer(200, `{}`))
	query := strings.Repeat("ü", 500)
	_, err := newClient(t, s.URL).SearchCustomers(t.Context(), query)
	require.NoError(t, err)
	require.Equal(t, url.Values{"query": {query}}, s.only(t).Query)
}

func TestAWrongConfigurationIsRefusedWithoutRepeatingIt(t *testing.T) {
	t.Parallel()
	const secret = "hunter2"
	for _, apiURL := range []string{
		"", "api.example.com", "ftp://api.example.com", "https://", "https://api.example.com/v2", "https://api.example.com?x=1",
		"https://api.example.com#x", "https://me:" + secret + "@api.example.com", "https://api.example.com:\x7f" + secret,
	} {
		_, err := helpscout.New(apiURL, &tokens{})
		require.ErrorContains(t, err, "scheme and host only", apiURL)
		require.NotContains(t, err.Error(), secret)
		_, err = helpscout.ClientCredentials(apiURL, "app", secret)
		require.ErrorContains(t, err, "scheme and host only", apiURL)
	}
	const fine = "https://api.example.com"
	_, err := helpscout.New(fine, nil)
	require.ErrorContains(t, err, "Authorizer")
	for _, opt := range []helpscout.Option{
		helpscout.WithHTTPClient(nil), helpscout.WithUserAgent(""), helpscout.WithUserAgent("a\nb"),
		helpscout.WithBudgetObserver(nil), helpscout.WithClock(nil),
	} {
		_, err = helpscout.New(fine, &tokens{}, opt)
		require.Error(t, err)
		_, err = helpscout.ClientCredentials(fine, "app", secret, opt)
		require.Error(t, err)
	}
	for _, pair := range [][2]string{{"", secret}, {"app", ""}} {
		_, err = helpscout.ClientCredentials(fine, pair[0], pair[1])
		require.ErrorContains(t, err, "app id and app secret")
	}
}
