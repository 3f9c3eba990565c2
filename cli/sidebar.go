package cli

import (
	"context"

	"callscout/accounts"
	"callscout/api"
)

// sidebarAccounts gives the edge the clients that the worker has as well.
type sidebarAccounts struct{ clients *accounts.Clients }

// SidebarHelpScout implements api.SidebarAccounts.
func (s sidebarAccounts) SidebarHelpScout(ctx context.Context, installation string) (api.SidebarHelpScout, error) {
	return s.clients.HelpScout(ctx, installation)
}

// SidebarAircall implements api.SidebarAccounts.
func (s sidebarAccounts) SidebarAircall(ctx context.Context, installation string) (api.SidebarAircall, error) {
	return s.clients.Aircall(ctx, installation)
}
