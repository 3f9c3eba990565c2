package aircall_test

import (
	"net/http"
	"testing"

	"github.com/stretchr/testify/require"

	"callscout/aircall"
)

func TestAContactIsReadByItsID(t *testing.T) {
	t.Parallel()
	server := record(t, answering(http.StatusOK, `{"contact":{"id":7,"first_name":null,"last_name":"Doe","emails":{},
		"phone_numbers":[{"id":"1","label":"Work","value":"+44 20 7946 0123"}]}}`))
	contact, err := server.client(t).GetContact(t.Context(), 7)
	require.NoError(t, err)
	require.Equal(t, aircall.Contact{
		ID: 7, LastName: "Doe", PhoneNumbers: []aircall.ContactDetail{{ID: 1, Label: "Work", Value: "+44 20 7946 0123"}},
	}, contact)
	require.Equal(t, []string{"GET /v1/contacts/7"}, server.seen())

	for _, body := range []string{``, `{}`, `[]`, `{"contact":{"last_name":"Doe"}}`} {
		_, err := record(t, answering(http.StatusOK, body)).client(t).GetContact(t.Context(), 7)
		var unreadable *aircall.AnswerError
		require.ErrorAs(t, err, &unreadable, body)
		require.Equal(t, "/v1/contacts/7", unreadable.Path)
		require.NotContains(t, err.Error(), "made", "nothing was to be made")
	}
}

func TestOnlyWhatChangesOfAContactIsSent(t *testing.T) {
	t.Parallel()
	for _, answer := range []string{"", `{"contact":{"id":7}}`} {
		var body string
		server := record(t, answeringBody(&body, http.StatusOK, answer))
		require.NoError(t, server.client(t).UpdateContact(t.Context(), 7, aircall.ContactChange{FirstName: " ", LastName: " Doe ", CompanyName: "Acme"}))
		require.Equal(t, []string{"POST /v1/contacts/7"}, server.seen())
		require.Equal(t, `application/json {"last_name":"Doe","company_name":"Acme"}`, body)
	}
}

func TestANumberIsAddedToAContact(t *testing.T) {
	t.Parallel()
	var body string
	server := record(t, answeringBody(&body, http.StatusCreated, ""))
	require.NoError(t, server.client(t).AddContactPhone(t.Context(), 7, "Work", "+442079460123"))
	require.Equal(t, []string{"POST /v1/contacts/7/phone_details"}, server.seen())
	require.Equal(t, `application/json {"label":"Work","value":"+442079460123"}`, body)
}

func TestAChangeThatAircallWouldRefuseIsNotSent(t *testing.T) {
	t.Parallel()
	server := record(t, answering(http.StatusOK, `{"contact":{"id":7}}`))
	client := server.client(t)
	_, noID := client.GetContact(t.Context(), 0)
	for want, errs := range map[string][]error{
		"id: expected a positive": {
			noID, client.UpdateContact(t.Context(), -1, aircall.ContactChange{LastName: "Doe"}),
			client.AddContactPhone(t.Context(), 0, "Work", "+442079460123"),
		},
		"contact: expected something to change": {
			client.UpdateContact(t.Context(), 7, aircall.ContactChange{}), client.UpdateContact(t.Context(), 7, aircall.ContactChange{Information: " "}),
		},
		"phone_details[0]: expected a label and a value": {
			client.AddContactPhone(t.Context(), 7, "", "+442079460123"), client.AddContactPhone(t.Context(), 7, "Work", " "),
		},
	} {
		for _, err := range errs {
			var field *aircall.FieldError
			require.ErrorAs(t, err, &field, want)
			require.ErrorContains(t, err, want)
			require.NotContains(t, err.Error(), "7946")
		}
	}
	require.Empty(t, server.seen())
}

func TestARefusedChangeTellsTheStatusAndNobodysData(t *testing.T) {
	t.Parallel()
	server := record(t, answering(http.StatusUnprocessableEntity, `{"error":"Unprocessable Entity","troubleshoot":"+442079460123 of jane@doe.example is taken"}`))
	client := server.client(t)
	_, read := client.GetContact(t.Context(), 7)
	_, made := client.CreateContact(t.Context(), aircall.NewContact{PhoneNumbers: details(1)})
	for path, err := range map[string]error{
		"GET /v1/contacts/7":                read,
		"POST /v1/contacts":                 made,
		"POST /v1/contacts/7":               client.UpdateContact(t.Context(), 7, aircall.ContactChange{LastName: "Doe"}),
		"POST /v1/contacts/7/phone_details": client.AddContactPhone(t.Context(), 7, "Work", "+442079460123"),
	} {
		var refused *aircall.Error
		require.ErrorAs(t, err, &refused, path)
		require.Equal(t, http.StatusUnprocessableEntity, refused.Status)
		require.Equal(t, path, refused.Method+" "+refused.Path)
		for _, private := range []string{"7946", "jane", "Doe", testToken} {
			require.NotContains(t, err.Error(), private)
		}
	}
	require.Len(t, server.seen(), 4, "nothing is sent twice")
}

func TestAWriteWithoutAnAnswerIsNotSentAgain(t *testing.T) {
	t.Parallel()
	server := record(t, func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) })
	client := server.client(t)
	_, made := client.CreateContact(t.Context(), aircall.NewContact{PhoneNumbers: details(1)})
	for _, err := range []error{
		made, client.AddContactPhone(t.Context(), 7, "Work", "+442079460123"), client.ShowInsightCard(t.Context(), 42, title("Jane")),
	} {
		var transport *aircall.TransportError
		require.ErrorAs(t, err, &transport)
		require.Equal(t, http.MethodPost, transport.Method)
	}
	require.Len(t, server.seen(), 3)
}
