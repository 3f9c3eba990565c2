package cli

import (
	"errors"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestEveryWrongValueOfOpenIDConnectIsNamed(t *testing.T) {
	t.Parallel()
	whole := oidcConfig{Issuer: "https://id.acme.example", ClientID: "callscout", ClientSecret: "hush", Admins: "ada@acme.example, group:ops,@acme.example"}
	require.Empty(t, whole.check("on"))
	require.Empty(t, whole.check("off"))
	require.Empty(t, (&oidcConfig{}).check("on"))
	for name, row := range map[string]struct {
		change      func(*oidcConfig)
		tokenSignIn string
		says        string
	}{
		"neither on nor off":     {func(*oidcConfig) {}, "no", "CALLSCOUT_TOKEN_SIGNIN is \"no\", but must be on or off"},
		"nobody could sign in":   {func(o *oidcConfig) { *o = oidcConfig{} }, "off", "nobody could sign in"},
		"no issuer":              {func(o *oidcConfig) { o.Issuer = "" }, "on", "CALLSCOUT_OIDC_ISSUER is missing"},
		"in clear":               {func(o *oidcConfig) { o.Issuer = "http://id.acme.example" }, "on", "must be an https address"},
		"no address":             {func(o *oidcConfig) { o.Issuer = "acme" }, "on", "must be an https address"},
		"no secret":              {func(o *oidcConfig) { o.ClientSecret = "" }, "on", "CALLSCOUT_OIDC_CLIENT_SECRET are needed"},
		"nobody is let in":       {func(o *oidcConfig) { o.Admins = " , " }, "on", "nobody is let in"},
		"an address without dot": {func(o *oidcConfig) { o.Viewers = "@acme" }, "on", `CALLSCOUT_OIDC_VIEWERS: "@acme" is none of`},
		"everybody":              {func(o *oidcConfig) { o.Support = "*" }, "on", `CALLSCOUT_OIDC_SUPPORT: "*" is none of`},
		"a group without name":   {func(o *oidcConfig) { o.Support = "group: " }, "on", "CALLSCOUT_OIDC_SUPPORT"},
	} {
		o := whole
		row.change(&o)
		require.ErrorContains(t, errors.Join(o.check(row.tokenSignIn)...), row.says, name)
		require.NotContains(t, errors.Join(o.check(row.tokenSignIn)...).Error(), "hush", name)
	}
}
