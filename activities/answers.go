package activities

import (
	"context"

	"callscout/store"
)

// settled tells whether a trial on the real account gave a point this answer. Where
// nobody tried, the worse answer is taken.
func (a *Activities) settled(ctx context.Context, installation, point, answer string) (bool, error) {
	found, _, known, err := a.Store.Recall(ctx, installation, store.LiveAnswer, point)
	if err != nil {
		return false, storeDown(err)
	}
	return known && found == answer, nil
}
