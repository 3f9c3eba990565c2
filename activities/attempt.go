package activities

import (
	"context"

	"go.temporal.io/sdk/activity"
)

type attemptKey struct{}

// Attempt says which attempt it is, counted from 1, where an activity is done outside
// Temporal.
func Attempt(ctx context.Context, n int32) context.Context {
	return context.WithValue(ctx, attemptKey{}, n)
}

func attempt(ctx context.Context) int32 {
	if n, outside := ctx.Value(attemptKey{}).(int32); outside {
		return n
	}
	if !activity.IsActivity(ctx) {
		return 1
	}
	return activity.GetInfo(ctx).Attempt
}
