package aircall_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"callscout/aircall"
)

func details(n int) []aircall.ContactDetail {
	list := make([]aircall.ContactDetail, n)
	for i := range list {
		list[i] = aircall.ContactDetail{Label: "Work", Value: "+442079460123"}
	}
	return list
}

func TestContactsAreSearchedByNumberAndAddress(t *testing.T) {
	t.Parallel()
	server := record(t, answering(http.StatusOK, `{"meta":{"next_page_link":null},"contacts":[
		{"id":7,"first_name":"Jane","phone_numbers":[{"id":1,"label":"Work","value":"+44 20 7946 0123"}],"emails":[{"id":2,"label":"Home","value":"jane@doe.example"}]},
		{"id":null,"first_name":"nobody"}]}`))
	contacts, err := server.client(t).SearchContacts(t.Context(), aircall.ContactQuery{PhoneNumber: "+442079460123", Email: "jane@doe.example"})
	require.NoError(t, err)
	require.Len(t, contacts, 1, "a contact without an id cannot be named")
	require.EqualValues(t, 7, contacts[0].ID)
	require.Equal(t, "+44 20 7946 0123", contacts[0].PhoneNumbers[0].Value)
	require.Equal(t, []string{"GET /v1/contacts/search?email=jane%40doe.example&per_page=50&phone_number=%2B442079460123"}, server.seen())
}

func TestASearchForNothingIsRefused(t *testing.T) {
	t.Parallel()
	server := record(t, answering(http.StatusOK, `{"contacts":[]}`))
	for _, query := range []aircall.ContactQuery{{}, {PhoneNumber: " ", Email: "\t"}} {
		_, err := server.client(t).SearchContacts(t.Context(), query)
		require.ErrorContains(t, err, "a phone number or an e-mail address")
	}
	require.Empty(t, server.seen(), "Aircall would list everybody")
}

func TestAnAnswerWithoutContactsIsNotTakenForNobody(t *testing.T) {
	t.Parallel()
	for _, body := range []string{`{}`, `{"contacts":null}`, `{"contacts":{}}`, `[]`, ``} {
		server := record(t, answering(http.StatusOK, body))
		_, err := server.client(t).SearchContacts(t.Context(), aircall.ContactQuery{Email: "jane@doe.example"})
		var unreadable *aircall.AnswerError
		require.ErrorAs(t, err, &unreadable, body)
		require.NotContains(t, err.Error(), "jane")
	}
}

func TestAContactIsSentWithoutBlankFields(t *testing.T) {
	t.Parallel()
	var body string
	server := record(t, answeringBody(&body, http.StatusCreated, `{"contact":{"id":7,"last_name":"Doe"}}`))
	made, err := server.client(t).CreateContact(t.Context(), aircall.NewContact{
		FirstName: " ", LastName: " Doe ", PhoneNumbers: []aircall.ContactDetail{{ID: 5, Label: "Work", Value: "+442079460123"}},
		Emails: []aircall.ContactDetail{{Label: "Work", Value: "jane@doe.example"}},
	})
	require.NoError(t, err)
	require.EqualValues(t, 7, made.ID)
	require.Equal(t, []string{"POST /v1/contacts"}, server.seen())
	require.Equal(t, `application/json {"last_name":"Doe","phone_numbers":[{"label":"Work","value":"+442079460123"}],`+
		`"emails":[{"label":"Work","value":"jane@doe.example"}]}`, body)
}

func TestAContactThatAircallWouldRefuseIsNotSent(t *testing.T) {
	t.Parallel()
	server := record(t, answering(http.StatusCreated, `{"contact":{"id":7}}`))
	for want, contact := range map[string]aircall.NewContact{
		"phone_numbers: expected at least one": {LastName: "Doe"},
		"phone_numbers: expected at most 20":   {PhoneNumbers: details(21)},
		"emails: expected at most 20":          {PhoneNumbers: details(1), Emails: details(21)},
		"phone_numbers[0]: expected a label":   {PhoneNumbers: []aircall.ContactDetail{{Value: "+442079460123"}}},
		"emails[0]: expected a label":          {PhoneNumbers: details(1), Emails: []aircall.ContactDetail{{Label: "Work", Value: " "}}},
	} {
		_, err := server.client(t).CreateContact(t.Context(), contact)
		require.ErrorContains(t, err, want)
		require.NotContains(t, err.Error(), "7946")
	}
	require.Empty(t, server.seen())
}

func TestAContactWithoutAnIDMayHaveBeenMade(t *testing.T) {
	t.Parallel()
	tooLarge := `{"contact":{"id":7,"information":"` + strings.Repeat("x", 8<<20) + `"}}`
	for _, body := range []string{``, `{}`, `{"contact":null}`, `{"contact":{"id":"x"}}`, `not JSON`, tooLarge} {
		server := record(t, answering(http.StatusCreated, body))
		_, err := server.client(t).CreateContact(t.Context(), aircall.NewContact{PhoneNumbers: details(1)})
		var unreadable *aircall.AnswerError
		require.ErrorAs(t, err, &unreadable, "%.20s", body)
		require.ErrorContains(t, err, "the contact may have been made", "%.20s", body)
	}
}
