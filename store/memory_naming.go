package store

import (
	"context"
	"fmt"
	"strconv"
	"time"
)

// Kinds of memory whose values are ids of Help Scout. They are named here because
// Help Scout's own word about an id, in a webhook, finds them by value.
const (
	// CustomerByNumber is which customer has which number. Its value is the id,
	// "501"; where several customers have the number, the rule that chose and the
	// others follow: "501 newest 502 503".
	CustomerByNumber = "customer-by-number"
	// ConversationByCustomer is which conversation was opened for a customer last,
	// per inbox: Help Scout's list does not show it at once. Its value is the id.
	ConversationByCustomer = "conversation-by-customer"
)

// Other kinds of memory that more than one room knows.
const (
	// ConversationStatus is the status of a conversation that is written to, as Help
	// Scout told it last.
	ConversationStatus = "conversation-status"
	// HelpScoutTellsStatus says that Help Scout's webhooks tell of changes of status;
	// its time is when one last did.
	HelpScoutTellsStatus = "help-scout-tells-status"
	// AINotOnPlan says that Aircall refuses a kind of insight to the company.
	AINotOnPlan = "ai-not-on-plan"
)

// ForgetCustomer drops every number that is remembered as this customer's, or for
// which the customer was one to choose from, if it was learnt before that time; the
// zero time means whenever. It tells how many there were.
func (s *Store) ForgetCustomer(ctx context.Context, installation string, id int64, learntBefore time.Time) (int, error) {
	forgotten, err := s.forgetNaming(ctx, installation, CustomerByNumber, id, learntBefore)
	if err != nil {
		return 0, fmt.Errorf("forget customer %d: %w", id, err)
	}
	return forgotten, nil
}

// ForgetConversation drops this conversation where it is remembered as the one that
// was opened last. It tells how often it was.
func (s *Store) ForgetConversation(ctx context.Context, installation string, id int64) (int, error) {
	forgotten, err := s.forgetNaming(ctx, installation, ConversationByCustomer, id, time.Time{})
	if err != nil {
		return 0, fmt.Errorf("forget conversation %d: %w", id, err)
	}
	return forgotten, nil
}

// forgetNaming drops the memories that have the id as one of the words of their
// value. Most ids that Help Scout tells of are remembered nowhere, so it reads
// first: writing waits for the disk, and on SQLite for every other writer.
func (s *Store) forgetNaming(ctx context.Context, installation, kind string, id int64, learntBefore time.Time) (int, error) {
	const naming = ` FROM memory WHERE installation = $1 AND kind = $2 AND ' ' || value || ' ' LIKE $3 AND learnt_at < $4`
	before := micros(learntBefore)
	if learntBefore.IsZero() {
		before = 1<<63 - 1
	}
	args := []any{installation, kind, "% " + strconv.FormatInt(id, 10) + " %", before}
	var named int
	if err := s.read.QueryRowContext(ctx, `SELECT COUNT(*)`+naming, args...).Scan(&named); err != nil || named == 0 {
		return 0, err
	}
	result, err := s.write.ExecContext(ctx, `DELETE`+naming, args...)
	if err != nil {
		return 0, err
	}
	forgotten, err := result.RowsAffected()
	return int(forgotten), err
}
