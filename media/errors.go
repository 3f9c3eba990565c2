package media

import (
	"errors"
	"fmt"
	"regexp"
)

// Reason says why a file will never be taken. It is fit for logs and texts.
type Reason string

// The reasons.
const (
	TooLarge         Reason = "too_large"
	WrongType        Reason = "wrong_type"
	ForbiddenAddress Reason = "forbidden_address"
	NotHTTPS         Reason = "not_https"
	// Expired stands for every 4xx that another try does not change: signed links
	// answer 403 when they are over, and 400 in some cases.
	Expired Reason = "expired"
	// Empty is a file of no bytes.
	Empty Reason = "empty"
	// BadLink is no address of a host, or one that is redirected too often.
	BadLink Reason = "bad_link"
)

var reasons = map[Reason]string{
	TooLarge:         "the file is too large",
	WrongType:        "the file's content is of a type that is not taken",
	ForbiddenAddress: "the link leads to an address inside the network",
	NotHTTPS:         "the link is not https",
	Expired:          "the link is no longer good",
	Empty:            "the file is empty",
	BadLink:          "the link leads nowhere",
}

// Refused says that the file will not be taken, now or later.
type Refused struct {
	Reason Reason
	// Status is the answer's HTTP status; zero if it does not matter.
	Status int
	// Type is the type of the content, for WrongType.
	Type string
}

func (e *Refused) Error() string {
	text := "media: " + reasons[e.Reason]
	if e.Status != 0 {
		text += fmt.Sprintf(" (answer %d)", e.Status)
	}
	if e.Type != "" {
		text += fmt.Sprintf(" (%s)", e.Type)
	}
	return text
}

// Unavailable says that the file could not be had this time: no connection, no
// whole answer in time, or a status that passes.
type Unavailable struct {
	// Status is the answer's HTTP status; zero if there was none.
	Status int
	Err    error
}

// Error leaves out the link's query: it is the signature that opens the file.
func (e *Unavailable) Error() string {
	if e.Status != 0 {
		return fmt.Sprintf("media: the file could not be had: answer %d", e.Status)
	}
	return "media: the file could not be had: " + withoutQueries(e.Err)
}

// Unwrap gives the cause, for example context.DeadlineExceeded. Its own text may
// hold the link: do not show it.
func (e *Unavailable) Unwrap() error { return e.Err }

// Temporary tells whether another try may have the file.
func Temporary(err error) bool {
	_, ok := errors.AsType[*Unavailable](err)
	return ok
}

var queryPart = regexp.MustCompile(`\?[^\s"']*`)

func withoutQueries(err error) string {
	if err == nil {
		return "no answer"
	}
	return queryPart.ReplaceAllString(err.Error(), "")
}
