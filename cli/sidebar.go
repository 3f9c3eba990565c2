package cli

import (
	"context"
	"fmt"

	"callscout/activities"
	"callscout/api"
)

// sidebarAccounts gives the edge the clients that the worker has as well.
type sidebarAccounts struct{ clients *activities.Clients }

// SidebarHelpScout implements api.Accounts.
func (s sidebarAccounts) SidebarHelpScout(ctx context.Context, installation string) (api.SidebarHelpScout, error) {
	client, err := s.clients.HelpScout(ctx, installation)
	if err != nil {
		return nil, err
	}
	return narrowed[api.SidebarHelpScout](client)
}

// SidebarAircall implements api.Accounts.
func (s sidebarAccounts) SidebarAircall(ctx context.Context, installation string) (api.SidebarAircall, error) {
	client, err := s.clients.Aircall(ctx, installation)
	if err != nil {
		return nil, err
	}
	return narrowed[api.SidebarAircall](client)
}

func narrowed[T any](client any) (T, error) {
	narrow, ok := client.(T)
	if !ok {
		return narrow, fmt.Errorf("%T cannot be used for the sidebar", client)
	}
	return narrow, nil
}
