package aircall

import (
	"bytes"
	"encoding/json"
	"net/url"
	"strings"
)

// shortestSecret keeps a secret of a test, which is a word, from taking that word out of
// every text.
const shortestSecret = 8

// hide takes what was sent as a secret out of the body of a refusal, in the forms in
// which a server repeats it. What was sent is known here alone: an error that leaves
// this package is logged, and kept in histories.
func hide(body []byte, secrets ...string) []byte {
	for _, secret := range secrets {
		if len(secret) < shortestSecret {
			continue
		}
		forms := []string{secret, url.QueryEscape(secret)}
		if quoted, err := json.Marshal(secret); err == nil {
			forms = append(forms, strings.Trim(string(quoted), `"`))
		}
		for _, form := range forms {
			body = bytes.ReplaceAll(body, []byte(form), []byte("***"))
		}
	}
	return body
}
