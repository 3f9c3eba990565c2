package media_test

import (
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/stretchr/testify/require"

	"callscout/media"
)

func TestAPageAnswersOrIsSaidNotTo(t *testing.T) {
	t.Parallel()
	server := serveTLS(t, func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/docs":
			answering([]byte("<html>help</html>"))(w, r)
		case "/moved":
			http.Redirect(w, r, "/docs", http.StatusFound)
		case "/inside":
			http.Redirect(w, r, "https://127.0.0.1:1/", http.StatusFound)
		case "/broken":
			w.WriteHeader(http.StatusBadGateway)
		default:
			http.NotFound(w, r)
		}
	})
	d := downloader([]*httptest.Server{server})
	require.NoError(t, d.Answers(t.Context(), server.URL+"/docs"))
	require.NoError(t, d.Answers(t.Context(), server.URL+"/moved"))
	require.Equal(t, media.ForbiddenAddress, refused(t, d.Answers(t.Context(), server.URL+"/inside")))
	require.Equal(t, media.Expired, refused(t, d.Answers(t.Context(), server.URL+"/nothing")))
	require.True(t, media.Temporary(d.Answers(t.Context(), server.URL+"/broken")))
	require.Equal(t, media.NotHTTPS, refused(t, media.New(media.Options{}).Answers(t.Context(), "http://help.example.com")))
	require.Equal(t, media.BadLink, refused(t, media.New(media.Options{}).Answers(t.Context(), "https://")))
}
