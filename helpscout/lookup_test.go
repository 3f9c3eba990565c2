package helpscout_test

import (
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/stretchr/testify/require"

	"callscout/helpscout"
)

// asking answers every request alike and notes the query of the last one.
func asking(t *testing.T, body string) (client *helpscout.Client, asked *string) {
	t.Helper()
	asked = new(string)
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		*asked = r.URL.Path + "?" + r.URL.RawQuery
		w.Header().Set("Content-Type", "application/hal+json")
		_, _ = w.Write([]byte(body))
	}))
	t.Cleanup(s.Close)
	return newClient(t, s.URL), asked
}

func TestCustomersAreFoundByName(t *testing.T) {
	t.Parallel()
	client, asked := asking(t, `{"_embedded":{"customers":[{"id":7,"firstName":"Jane","_embedded":{"phones":[{"id":1,"type":"work","value":"+12025550143"}]}}]},"page":{"totalPages":3,"number":1}}`)
	for names, want := range map[[2]string]string{
		{"Jane", "Doe"}: "firstName=Jane&lastName=Doe", {" Jane ", ""}: "firstName=Jane", {"", "O'Neil & Co"}: "lastName=O%27Neil%20%26%20Co",
	} {
		found, err := client.CustomersByName(t.Context(), names[0], names[1])
		require.NoError(t, err)
		require.Equal(t, "/v2/customers?"+want, *asked)
		require.Equal(t, "+12025550143", found[0].Phones[0].Value)
	}
	*asked = ""
	_, err := client.CustomersByName(t.Context(), " ", "")
	require.ErrorContains(t, err, "a name is needed")
	require.Empty(t, *asked)
}

func TestAConversationIsFoundByTheNumberThatPeopleSee(t *testing.T) {
	t.Parallel()
	client, asked := asking(t, `{"_embedded":{"conversations":[{"id":7,"number":41},{"id":8,"number":412}]},"page":{"totalPages":1,"number":1}}`)
	found, is, err := client.ConversationByNumber(t.Context(), 412)
	require.NoError(t, err)
	require.True(t, is)
	require.EqualValues(t, 8, found.ID)
	require.Equal(t, "/v2/conversations?number=412&status=all", *asked)
	_, is, err = client.ConversationByNumber(t.Context(), 413)
	require.NoError(t, err)
	require.False(t, is)
	_, _, err = client.ConversationByNumber(t.Context(), 0)
	require.ErrorContains(t, err, "greater than zero")
}
