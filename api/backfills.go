package api

import (
	"context"
	"errors"

	"callscout/api/desk"
	"callscout/starter"
)

// BackfillRuns are the runs that log lost calls. *starter.Starter has them.
type BackfillRuns interface {
	StartBackfill(ctx context.Context, installation string, wish starter.BackfillWish, by string) (name string, err error)
	Backfills(ctx context.Context, installation string, limit int) ([]starter.FoundBackfill, error)
	ShowBackfill(ctx context.Context, installation, name string) (starter.BackfillView, error)
	DecideBackfill(ctx context.Context, installation, name, decision, by string) (string, error)
}

// mostBackfills is how many a list shows.
const mostBackfills = 20

// backfills is what the desk needs of them.
type backfills struct{ runs BackfillRuns }

// Begin implements desk.Backfills.
func (b backfills) Begin(ctx context.Context, installation string, wish desk.BackfillWish, by string) (name string, running bool, err error) {
	name, err = b.runs.StartBackfill(ctx, installation, starter.BackfillWish{
		From: wish.From, To: wish.To, Numbers: wish.Numbers, Failed: wish.Failed, NewestFirst: wish.NewestFirst, DryRun: wish.DryRun, Zone: "UTC",
	}, by)
	var wrong *starter.WishError
	switch {
	case errors.Is(err, starter.ErrBackfillRuns):
		return name, true, nil
	case errors.As(err, &wrong):
		return "", false, &desk.WishError{Field: wrong.Field, Reason: wrong.Reason, Limit: wrong.Limit}
	}
	return name, false, err
}

// List implements desk.Backfills.
func (b backfills) List(ctx context.Context, installation string) ([]desk.BackfillRow, error) {
	found, err := b.runs.Backfills(ctx, installation, mostBackfills)
	rows := make([]desk.BackfillRow, 0, len(found))
	for _, one := range found {
		rows = append(rows, desk.BackfillRow{
			Name: one.Name, From: one.From, To: one.To, DryRun: one.DryRun, Part: one.Part, Started: one.Started, Status: string(one.Status),
		})
	}
	return rows, err
}

// Show implements desk.Backfills.
func (b backfills) Show(ctx context.Context, installation, name string) (desk.Backfill, error) {
	view, err := b.runs.ShowBackfill(ctx, installation, name)
	switch {
	case errors.Is(err, starter.ErrNoSuchBackfill):
		return desk.Backfill{}, desk.ErrNoRun
	case errors.Is(err, starter.ErrNoAnswer), err != nil && ctx.Err() != nil:
		return desk.Backfill{}, desk.ErrNoAnswer
	case err != nil:
		return desk.Backfill{}, err
	}
	shown := desk.Backfill{
		BackfillWish: desk.BackfillWish{
			From: view.From, To: view.To, Numbers: view.Numbers, Failed: view.Failed, NewestFirst: view.NewestFirst, DryRun: view.DryRun,
		},
		By: view.By, Who: view.Who, Stage: string(view.Stage), Share: view.Share, Table: view.Table, Total: view.Total,
		Delivered: view.Delivered, Count: view.Count, Done: view.Done, Attention: view.Attention, NotLogged: view.NotLogged,
		Waits: view.WaitsUntil, Of: string(view.Of), Limit: view.Limit,
	}
	if view.Parked != nil {
		shown.Problem, shown.Next = view.Parked.Problem, view.Parked.NextTry
	}
	return shown, nil
}

// Decide implements desk.Backfills.
func (b backfills) Decide(ctx context.Context, installation, name, decision, by string) (desk.Answer, error) {
	_, err := b.runs.DecideBackfill(ctx, installation, name, decision, by)
	var refused *starter.RefusedError
	switch {
	case err == nil:
		return desk.Carried, nil
	case errors.Is(err, starter.ErrNoAnswer):
		return desk.Late, nil
	case errors.Is(err, starter.ErrBackfillEnded), errors.Is(err, starter.ErrNoSuchBackfill):
		return desk.Over, nil
	case errors.As(err, &refused):
		return desk.Needless, nil
	default:
		return "", err
	}
}
