package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strings"
	"time"

	"callscout/secret"
)

// InboxEvent is a webhook event that was accepted and not delivered yet.
type InboxEvent struct {
	// ID is given by the store, and grows: it is the order of arrival.
	ID           int64
	Installation string
	// Stream names what the event belongs to, such as a workflow id. Events of
	// one stream are delivered by ID. It must not hold personal data.
	Stream string
	// Event is Aircall's name of the event, such as "call.answered".
	Event string
	// Body is the webhook's body; it is stored sealed.
	Body []byte
	// Reason is why the event is held, or why its last delivery failed. It is
	// shown to people and stored in clear, so it must not quote the body.
	Reason string
	// ReceivedAt is the time of arrival; the time of the call if it is zero.
	ReceivedAt time.Time
	// Attempts counts the deliveries that failed.
	Attempts int
	// Held is whether a person must release the event before it is delivered.
	Held bool
}

// boundTo is what the body's seal is bound to.
func (e InboxEvent) boundTo() []byte {
	return bind("inbox", e.Installation, e.Stream, e.Event)
}

// Enqueue keeps an event that waits for its delivery, and returns its id. When it
// returns without an error, the event survives a crash and a power cut.
func (s *Store) Enqueue(ctx context.Context, event InboxEvent) (int64, error) {
	event.Held = false
	return s.insertEvent(ctx, event)
}

// Hold keeps an event that was not understood, with the reason, and returns its
// id. It is as durable as Enqueue, and delivered only after ReleaseHeld.
func (s *Store) Hold(ctx context.Context, event InboxEvent) (int64, error) {
	event.Held = true
	return s.insertEvent(ctx, event)
}

func (s *Store) insertEvent(ctx context.Context, event InboxEvent) (int64, error) {
	event.Event, event.Reason = plainText(event.Event), plainText(event.Reason)
	if event.ReceivedAt.IsZero() {
		event.ReceivedAt = time.Now()
	}
	var id int64
	err := s.write.QueryRowContext(ctx, `
		INSERT INTO inbox (installation, stream, event, sealed, reason, received_at, attempts, held)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8) RETURNING id`,
		event.Installation, event.Stream, event.Event, s.keys.Seal(event.Body, event.boundTo()),
		event.Reason, micros(event.ReceivedAt), event.Attempts, flag(event.Held)).Scan(&id)
	if err != nil {
		return 0, fmt.Errorf("keep a webhook event in the inbox: %w", err)
	}
	return id, nil
}

// Waiting reads the events that wait for delivery, oldest first; limit 0 means
// all. An event whose body was tampered with is set aside, so that it does not
// hold up the others. Its error is secret.ErrUnknownKey where the key of an event
// is missing.
func (s *Store) Waiting(ctx context.Context, limit int) ([]InboxEvent, error) {
	rows, err := query(ctx, s.read, scanEvent, selectEvents+` WHERE held = 0 ORDER BY id LIMIT $1`, rowLimit(limit))
	if err != nil {
		return nil, fmt.Errorf("read the inbox: %w", err)
	}
	var waiting []InboxEvent
	for _, row := range rows {
		event, err := s.openEvent(row)
		switch {
		case errors.Is(err, secret.ErrTampered):
			if err := s.SetAside(ctx, row.ID, "the kept body does not open: it was changed in the database"); err != nil {
				return nil, err
			}
		case err != nil:
			return nil, err
		default:
			waiting = append(waiting, event)
		}
	}
	return waiting, nil
}

// HasWaiting tells whether an event of the stream waits for delivery; then a
// later one must wait behind it.
func (s *Store) HasWaiting(ctx context.Context, stream string) (bool, error) {
	var found int
	err := s.read.QueryRowContext(ctx, `SELECT COUNT(*) FROM (SELECT 1 FROM inbox WHERE held = 0 AND stream = $1 LIMIT 1) AS one`, stream).Scan(&found)
	if err != nil {
		return false, fmt.Errorf("look for waiting events: %w", err)
	}
	return found > 0, nil
}

// Delivered takes an event out of the inbox. One that is no longer there, or held,
// is no error and stays as it is: two processes may deliver the same event.
func (s *Store) Delivered(ctx context.Context, id int64) error {
	if _, err := s.write.ExecContext(ctx, `DELETE FROM inbox WHERE id = $1 AND held = 0`, id); err != nil {
		return fmt.Errorf("take event %d out of the inbox: %w", id, err)
	}
	return nil
}

// DeliveryFailed notes a failed delivery and why; the event goes on waiting.
func (s *Store) DeliveryFailed(ctx context.Context, id int64, reason string) error {
	_, err := s.write.ExecContext(ctx, `UPDATE inbox SET attempts = attempts + 1, reason = $1 WHERE id = $2 AND held = 0`, plainText(reason), id)
	if err != nil {
		return fmt.Errorf("note the failed delivery of event %d: %w", id, err)
	}
	return nil
}

// SetAside holds an event that waited and can never be delivered as it is, with
// the reason, so that the others go on.
func (s *Store) SetAside(ctx context.Context, id int64, reason string) error {
	_, err := s.write.ExecContext(ctx, `UPDATE inbox SET held = 1, reason = $1 WHERE id = $2 AND held = 0`, plainText(reason), id)
	if err != nil {
		return fmt.Errorf("set event %d aside: %w", id, err)
	}
	return nil
}

// Held lists the events that are held, newest first and without their bodies;
// installation "" means all, limit 0 means all.
func (s *Store) Held(ctx context.Context, installation string, limit int) ([]InboxEvent, error) {
	held, err := query(ctx, s.read, func(rows *sql.Rows) (InboxEvent, error) {
		row, err := scanEvent(rows)
		return row.InboxEvent, err
	}, `SELECT id, installation, stream, event, NULL, reason, received_at, attempts, held FROM inbox
		WHERE held = 1 AND (installation = $1 OR $1 = '') ORDER BY id DESC LIMIT $2`, installation, rowLimit(limit))
	if err != nil {
		return nil, fmt.Errorf("read the held events: %w", err)
	}
	return held, nil
}

// InboxEventByID reads one event, waiting or held. Its errors are ErrNotFound,
// secret.ErrUnknownKey and secret.ErrTampered.
func (s *Store) InboxEventByID(ctx context.Context, id int64) (InboxEvent, error) {
	rows, err := query(ctx, s.read, scanEvent, selectEvents+` WHERE id = $1`, id)
	if err != nil {
		return InboxEvent{}, fmt.Errorf("read event %d of the inbox: %w", id, err)
	}
	if len(rows) == 0 {
		return InboxEvent{}, fmt.Errorf("event %d of the inbox: %w", id, ErrNotFound)
	}
	return s.openEvent(rows[0])
}

// ReleaseHeld lets a held event wait for delivery again, in its old place. Its
// error is ErrNotFound if it is not held.
func (s *Store) ReleaseHeld(ctx context.Context, id int64) error {
	return s.actOnHeld(ctx, id, `UPDATE inbox SET held = 0, attempts = 0 WHERE id = $1 AND held = 1`)
}

// DiscardHeld deletes a held event. Its error is ErrNotFound if it is not held.
func (s *Store) DiscardHeld(ctx context.Context, id int64) error {
	return s.actOnHeld(ctx, id, `DELETE FROM inbox WHERE id = $1 AND held = 1`)
}

func (s *Store) actOnHeld(ctx context.Context, id int64, statement string) error {
	changed, err := affected(s.write.ExecContext(ctx, statement, id))
	if err == nil && !changed {
		err = ErrNotFound
	}
	if err != nil {
		return fmt.Errorf("held event %d: %w", id, err)
	}
	return nil
}

// InboxCounts counts the events that wait and those that are held, and tells when
// the oldest waiting one came; the zero time if none waits.
func (s *Store) InboxCounts(ctx context.Context) (waiting, held int64, oldestWaiting time.Time, err error) {
	var oldest int64
	err = s.read.QueryRowContext(ctx, `
		SELECT COUNT(*) FILTER (WHERE held = 0), COUNT(*) FILTER (WHERE held = 1),
			COALESCE(MIN(received_at) FILTER (WHERE held = 0), 0) FROM inbox`).Scan(&waiting, &held, &oldest)
	if err != nil {
		return 0, 0, time.Time{}, fmt.Errorf("count the inbox: %w", err)
	}
	return waiting, held, fromMicros(oldest), nil
}

// InboxCountsOf is InboxCounts of one installation.
func (s *Store) InboxCountsOf(ctx context.Context, installation string) (waiting, held int64, oldestWaiting time.Time, err error) {
	var oldest int64
	err = s.read.QueryRowContext(ctx, `
		SELECT COUNT(*) FILTER (WHERE held = 0), COUNT(*) FILTER (WHERE held = 1),
			COALESCE(MIN(received_at) FILTER (WHERE held = 0), 0) FROM inbox WHERE installation = $1`, installation).Scan(&waiting, &held, &oldest)
	if err != nil {
		return 0, 0, time.Time{}, fmt.Errorf("count the inbox of %s: %w", installation, err)
	}
	return waiting, held, fromMicros(oldest), nil
}

const selectEvents = `SELECT id, installation, stream, event, sealed, reason, received_at, attempts, held FROM inbox`

type eventRow struct {
	InboxEvent
	sealed []byte
}

func scanEvent(rows *sql.Rows) (eventRow, error) {
	var row eventRow
	var receivedAt int64
	err := rows.Scan(&row.ID, &row.Installation, &row.Stream, &row.Event, &row.sealed, &row.Reason, &receivedAt, &row.Attempts, &row.Held)
	row.ReceivedAt = fromMicros(receivedAt)
	return row, err
}

func (s *Store) openEvent(row eventRow) (InboxEvent, error) {
	body, err := s.keys.Open(row.sealed, row.boundTo())
	if err != nil {
		return InboxEvent{}, fmt.Errorf("event %d of the inbox: %w", row.ID, err)
	}
	row.Body = body
	return row.InboxEvent, nil
}

func flag(set bool) int {
	if set {
		return 1
	}
	return 0
}

// plainText makes text from outside storable: PostgreSQL refuses NUL and broken
// UTF-8, and an event's name may be as long as its body.
func plainText(text string) string {
	const longest = 1000
	text = strings.ReplaceAll(strings.ToValidUTF8(text, "\uFFFD"), "\x00", "\uFFFD")
	if len(text) > longest {
		text = strings.ToValidUTF8(text[:longest], "") + "..."
	}
	return text
}
