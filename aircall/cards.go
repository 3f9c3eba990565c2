package aircall

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strconv"
)

// MaxInsightCard is the size that a card as JSON must stay under, in bytes (an
// integrator's finding; Aircall's reference names no limit).
const MaxInsightCard = 10 << 10

// CardContentType is what a line of an insight card looks like.
type CardContentType string

// The types of Aircall's reference.
const (
	// CardTitle has a text, and a link if wanted.
	CardTitle CardContentType = "title"
	// CardShortText has a label and a text, and a link if wanted.
	CardShortText CardContentType = "shortText"
)

// InsightCard is what an agent sees of a caller in Aircall, from top to bottom.
type InsightCard struct {
	Contents []CardContent `json:"contents"`
}

// CardContent is one line of an insight card.
type CardContent struct {
	Type  CardContentType `json:"type"`
	Label string          `json:"label,omitempty"`
	Text  string          `json:"text"`
	Link  string          `json:"link,omitempty"`
}

// ShowInsightCard shows a card to the agents of a call that is in progress
// (Aircall's reference, "Insight Cards"). It fails with *FieldError, before
// anything is sent, if the card is empty, too large or has an invalid line. Each
// call of it shows one more card.
func (c *Client) ShowInsightCard(ctx context.Context, call int64, card InsightCard) error {
	if call < 1 {
		return &FieldError{Field: "id", Expected: positive}
	}
	if err := card.check(); err != nil {
		return err
	}
	_, err := c.post(ctx, "/v1/calls/"+strconv.FormatInt(call, 10)+"/insight_cards", card)
	return err
}

func (card InsightCard) check() error {
	if len(card.Contents) == 0 {
		return &FieldError{Field: "contents", Expected: "at least one line"}
	}
	for i, content := range card.Contents {
		field := fmt.Sprintf("contents[%d]", i)
		switch {
		case content.Type != CardTitle && content.Type != CardShortText:
			return &FieldError{Field: field + ".type", Expected: "title or shortText"}
		case content.Text == "":
			return &FieldError{Field: field + ".text", Expected: "a text"}
		case (content.Label == "") != (content.Type == CardTitle):
			return &FieldError{Field: field + ".label", Expected: "a text for a shortText, and none for a title"}
		}
	}
	encoded, err := json.Marshal(card)
	if err != nil || len(encoded) >= MaxInsightCard {
		return &FieldError{Field: "contents", Expected: fmt.Sprintf("less than %d bytes in all", MaxInsightCard)}
	}
	return nil
}

// CallOver tells whether Aircall took no card because the call is not in progress.
// The status is not documented; these are the ones that mean it elsewhere in
// Aircall's API or in HTTP: 405 is its answer to calls of users in the wrong state.
// A call that Aircall does not know is over as well: it knows all that run. 400,
// which refuses to pause the recording of a call that is over, is none of them: it
// may as well mean a card that Aircall does not take, and that must be seen.
func CallOver(err error) bool {
	refused, ok := errors.AsType[*Error](err)
	if !ok {
		return false
	}
	switch refused.Status {
	case http.StatusNotFound, http.StatusMethodNotAllowed, http.StatusConflict, http.StatusGone:
		return true
	}
	return false
}
