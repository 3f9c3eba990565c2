package cli

import (
	"context"
	"errors"
	"log/slog"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"callscout/settings"
)

// fakeGuards keeps schedules, and fails when it is told to.
type fakeGuards struct {
	installations []settings.Installation
	schedules     map[string]int
	// checked are the installations that were looked at beside their schedules.
	checked []string
	err     error
}

func (f *fakeGuards) CheckNow(_ context.Context, id string) error {
	if f.err == nil {
		f.checked = append(f.checked, id)
	}
	return f.err
}

func (f *fakeGuards) Installations(context.Context) ([]settings.Installation, error) {
	return f.installations, nil
}

func (f *fakeGuards) EnsureGuard(_ context.Context, id string) error {
	if f.err == nil {
		f.schedules[id]++
	}
	return f.err
}

func (f *fakeGuards) EnsureReconcile(_ context.Context, id string) error {
	if f.err == nil {
		f.schedules["lost calls of "+id]++
	}
	return f.err
}

func (f *fakeGuards) RemoveReconcile(_ context.Context, id string) error {
	if f.err == nil {
		delete(f.schedules, "lost calls of "+id)
	}
	return f.err
}

func (f *fakeGuards) RemoveGuard(_ context.Context, id string) error {
	if f.err == nil {
		delete(f.schedules, id)
	}
	return f.err
}

func TestEveryInstallationIsLookedAfterAndNoOther(t *testing.T) {
	t.Parallel()
	fake := &fakeGuards{schedules: map[string]int{}, installations: []settings.Installation{{ID: "acme"}, {ID: "globex"}}}
	known := newGuards()
	look := func() { known.keep(t.Context(), fake, fake, slog.New(slog.DiscardHandler)) }

	fake.err = errors.New("away")
	look()
	require.Empty(t, fake.schedules)
	fake.err = nil
	look()
	require.Empty(t, fake.schedules, "not asked again at once")
	known.tried["acme"], known.tried["globex"] = time.Time{}, time.Time{}
	look()
	look()
	require.Equal(t, map[string]int{"acme": 1, "globex": 1, "lost calls of acme": 1, "lost calls of globex": 1}, fake.schedules)

	fake.installations = fake.installations[:1]
	fake.err = errors.New("away")
	look()
	require.Len(t, fake.schedules, 4)
	fake.err = nil
	look()
	require.Equal(t, map[string]int{"acme": 1, "lost calls of acme": 1}, fake.schedules)
	fake.installations = append(fake.installations, settings.Installation{ID: "globex"})
	look()
	require.Len(t, fake.schedules, 4, "it came back")
}

func TestAChangedInstallationIsLookedAtAtOnce(t *testing.T) {
	t.Parallel()
	fake := &fakeGuards{schedules: map[string]int{}, installations: []settings.Installation{{ID: "acme"}, {ID: "globex"}}}
	known := newGuards()
	look := func() { known.keep(t.Context(), fake, fake, slog.New(slog.DiscardHandler)) }
	look()
	look()
	require.Empty(t, fake.checked, "its schedule begins with a look")

	fake.installations = []settings.Installation{{ID: "acme", Numbers: []settings.Number{{AircallNumber: 7, Inbox: 1}}}, {ID: "globex"}}
	fake.err = errors.New("away")
	look()
	require.Empty(t, fake.checked)
	fake.err = nil
	look()
	look()
	require.Equal(t, []string{"acme"}, fake.checked, "once, and no other")
}
