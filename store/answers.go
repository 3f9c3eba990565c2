package store

import (
	"context"
	"time"
)

// LiveAnswer is the memory of what a vendor's documentation leaves open and a trial on
// the real account has settled. Its key is the point, its value the answer.
const LiveAnswer = "live-answer"

// The points that change what Callscout does. Their answers are LiveYes and LiveNo.
const (
	// NoteReopens is whether a note without a status changes that of a conversation.
	NoteReopens = "note-reopens"
	// AssignReopens is whether an assignment reopens a closed conversation.
	AssignReopens = "assign-reopens"
	// SearchTakesOr is whether the customer search takes several numbers at once.
	SearchTakesOr = "search-takes-or"
)

// The answers of a point that is a question.
const (
	LiveYes = "yes"
	LiveNo  = "no"
)

// KeepLiveAnswer notes how a point was settled; a later trial replaces it.
func (s *Store) KeepLiveAnswer(ctx context.Context, installation, point, answer string) error {
	return s.Remember(ctx, installation, LiveAnswer, point, answer)
}

// LiveAnswer reads how a point was settled, and when; known is false where nobody has
// tried.
func (s *Store) LiveAnswer(ctx context.Context, installation, point string) (answer string, at time.Time, known bool, err error) {
	answer, at, known, err = s.Recall(ctx, installation, LiveAnswer, point)
	return answer, at, known, err
}
