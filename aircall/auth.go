package aircall

import (
	"encoding/base64"
	"errors"
	"strings"
)

// Auth is a credential of one Aircall company. Make one with Basic or Bearer;
// New tells if it cannot be one.
type Auth struct {
	// header is a function so that no way of printing a client shows the
	// secret.
	header func() string
	// secrets are what the header says that nobody else must read.
	secrets func() []string
	wrong   error
}

// Basic is the pair of API id and token that an administrator makes in
// Aircall's dashboard.
func Basic(apiID, apiToken string) Auth {
	if !headerSafe(apiID) || strings.Contains(apiID, ":") || !headerSafe(apiToken) {
		return Auth{wrong: errors.New("aircall: an API id and an API token are needed, of printable characters without spaces")}
	}
	pair := base64.StdEncoding.EncodeToString([]byte(apiID + ":" + apiToken))
	return Auth{header: func() string { return "Basic " + pair }, secrets: func() []string { return []string{pair, apiToken} }}
}

// Bearer is the access token of an OAuth installation. It does not expire.
func Bearer(token string) Auth {
	if !headerSafe(token) {
		return Auth{wrong: errors.New("aircall: an access token is needed, of printable characters without spaces")}
	}
	return Auth{header: func() string { return "Bearer " + token }, secrets: func() []string { return []string{token} }}
}

func (a Auth) check() error {
	if a.wrong == nil && a.header == nil {
		return errors.New("aircall: a credential is needed, made by Basic or Bearer")
	}
	return a.wrong
}

func headerSafe(s string) bool {
	return s != "" && !strings.ContainsFunc(s, func(r rune) bool { return r <= ' ' || r > '~' })
}
