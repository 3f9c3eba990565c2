package cli

import (
	"crypto/rand"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"net"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"callscout/secret"
	"callscout/store"
)

// Config is what a process is told by flags and environment.
type Config struct {
	Listen        string `help:"Address to listen on; 127.0.0.1:8080 if unset." default:"127.0.0.1:8080" variable:"CALLSCOUT_LISTEN" placeholder:"HOST:PORT"`
	PublicURL     string `name:"public-url" help:"Where browsers and webhooks reach this process; http://<listen> if unset." variable:"CALLSCOUT_PUBLIC_URL" placeholder:"URL"`
	Data          string `help:"Folder for SQLite files and generated keys; ./data if unset." default:"./data" variable:"CALLSCOUT_DATA" placeholder:"DIR"`
	DatabaseURL   string `name:"database-url" help:"PostgreSQL (postgres://...); SQLite in the data folder if unset." variable:"CALLSCOUT_DATABASE_URL" placeholder:"URL"`
	EncryptionKey string `name:"encryption-key" help:"Base64 of 32 bytes, or several with commas between, the newest first; generated into the data folder if unset." variable:"CALLSCOUT_ENCRYPTION_KEY" placeholder:"KEY"`
	AdminToken    string `name:"admin-token" help:"Signs in to the web page; generated and printed once if unset." variable:"CALLSCOUT_ADMIN_TOKEN" placeholder:"TOKEN"`
	TemporalUI    string `name:"temporal-ui-url" help:"Temporal's Web UI, which may then have runs decoded; the embedded one if unset." variable:"CALLSCOUT_TEMPORAL_UI_URL" placeholder:"URL"`
	LogLevel      string `name:"log-level" help:"debug, info, warn or error." default:"info" variable:"CALLSCOUT_LOG_LEVEL"`
	LogFormat     string `name:"log-format" help:"json or text." default:"json" variable:"CALLSCOUT_LOG_FORMAT"`

	AircallAPI       string `name:"aircall-api-url" hidden:"" default:"https://api.aircall.io" variable:"AIRCALL_API_URL"`
	AircallDashboard string `name:"aircall-dashboard-url" hidden:"" default:"https://dashboard.aircall.io" variable:"AIRCALL_DASHBOARD_URL"`
	HelpScoutAPI     string `name:"helpscout-api-url" hidden:"" default:"https://api.helpscout.net" variable:"HELPSCOUT_API_URL"`
	HelpScoutAuth    string `name:"helpscout-auth-url" hidden:"" default:"https://secure.helpscout.net" variable:"HELPSCOUT_AUTH_URL"`
	HelpScoutWeb     string `name:"helpscout-web-url" hidden:"" default:"https://secure.helpscout.net" variable:"HELPSCOUT_WEB_URL"`

	AircallClientID       string `name:"aircall-client-id" hidden:"" variable:"AIRCALL_CLIENT_ID"`
	AircallClientSecret   string `name:"aircall-client-secret" hidden:"" variable:"AIRCALL_CLIENT_SECRET"`
	HelpScoutClientID     string `name:"helpscout-client-id" hidden:"" variable:"HELPSCOUT_CLIENT_ID"`
	HelpScoutClientSecret string `name:"helpscout-client-secret" hidden:"" variable:"HELPSCOUT_CLIENT_SECRET"`

	OIDC oidcConfig `embed:"" prefix:"oidc-"`
	// TokenSignIn is on or off.
	TokenSignIn string `name:"token-signin" help:"Whether people may sign in with a token: on, or off where they sign in by OpenID Connect." default:"on" variable:"CALLSCOUT_TOKEN_SIGNIN" placeholder:"on|off"`
}

// The flags do not check these, so that Check names them with all the others.
var (
	logLevels  = []string{"debug", "info", "warn", "error"}
	logFormats = []string{"json", "text"}
)

// Check names every wrong value at once.
func (c *Config) Check() error {
	var problems []error
	if _, _, err := net.SplitHostPort(c.Listen); err != nil {
		problems = append(problems, fmt.Errorf("CALLSCOUT_LISTEN is %q, but must be an address such as 127.0.0.1:8080", c.Listen))
	}
	if c.PublicURL == "" {
		c.PublicURL = "http://" + c.Listen
	}
	c.PublicURL = strings.TrimRight(c.PublicURL, "/")
	if u, err := url.Parse(c.PublicURL); err != nil || u.Host == "" || (u.Scheme != "http" && u.Scheme != "https") {
		problems = append(problems, fmt.Errorf("CALLSCOUT_PUBLIC_URL is %q, but must be an address such as https://callscout.example.com", c.PublicURL))
	}
	if u, err := url.Parse(c.TemporalUI); c.TemporalUI != "" && (err != nil || u.Host == "" || (u.Scheme != "http" && u.Scheme != "https")) {
		problems = append(problems, fmt.Errorf("CALLSCOUT_TEMPORAL_UI_URL is %q, but must be an address such as http://127.0.0.1:8233", c.TemporalUI))
	}
	if c.DatabaseURL != "" && !strings.HasPrefix(c.DatabaseURL, "postgres://") && !strings.HasPrefix(c.DatabaseURL, "postgresql://") {
		problems = append(problems, errors.New("CALLSCOUT_DATABASE_URL must begin with postgres://; leave it out for SQLite in the data folder"))
	}
	if c.EncryptionKey != "" {
		if _, err := secret.ParseRing(c.EncryptionKey); err != nil {
			problems = append(problems, fmt.Errorf("CALLSCOUT_ENCRYPTION_KEY: %w", err))
		}
	}
	if !slices.Contains(logLevels, c.LogLevel) {
		problems = append(problems, fmt.Errorf("CALLSCOUT_LOG_LEVEL is %q, but must be one of %s", c.LogLevel, strings.Join(logLevels, ", ")))
	}
	if !slices.Contains(logFormats, c.LogFormat) {
		problems = append(problems, fmt.Errorf("CALLSCOUT_LOG_FORMAT is %q, but must be one of %s", c.LogFormat, strings.Join(logFormats, ", ")))
	}
	for _, vendor := range []struct {
		name  string
		value *string
	}{
		{"AIRCALL_API_URL", &c.AircallAPI}, {"AIRCALL_DASHBOARD_URL", &c.AircallDashboard},
		{"HELPSCOUT_API_URL", &c.HelpScoutAPI}, {"HELPSCOUT_AUTH_URL", &c.HelpScoutAuth},
		{"HELPSCOUT_WEB_URL", &c.HelpScoutWeb},
	} {
		*vendor.value = strings.TrimRight(*vendor.value, "/")
		u, err := url.Parse(*vendor.value)
		if err != nil || u.Host == "" || (u.Scheme != "http" && u.Scheme != "https") || u.Path != "" || u.RawQuery != "" {
			problems = append(problems, fmt.Errorf("%s is %q, but must be scheme and host only, such as https://api.example.com", vendor.name, *vendor.value))
		}
	}
	for _, app := range []struct{ name, id, secret string }{
		{"AIRCALL", c.AircallClientID, c.AircallClientSecret}, {"HELPSCOUT", c.HelpScoutClientID, c.HelpScoutClientSecret},
	} {
		if (app.id == "") != (app.secret == "") {
			problems = append(problems, fmt.Errorf("%s_CLIENT_ID and %s_CLIENT_SECRET belong together; set both or none", app.name, app.name))
		}
	}
	problems = append(problems, c.OIDC.check(c.TokenSignIn)...)
	if err := errors.Join(problems...); err != nil {
		return &usageError{err.Error()}
	}
	return nil
}

// gotPort puts the port in place that the system gave for port 0.
func (c *Config) gotPort(listener net.Listener) {
	host, wanted, _ := net.SplitHostPort(c.Listen)
	_, port, err := net.SplitHostPort(listener.Addr().String())
	if wanted != "0" || err != nil {
		return
	}
	derived := c.PublicURL == "http://"+c.Listen
	if c.Listen = net.JoinHostPort(host, port); derived {
		c.PublicURL = "http://" + c.Listen
	}
}

// Keys gives the encryption keys: from the configuration, or from the data
// folder, where they are made at the first start.
func (c *Config) Keys() (*secret.Ring, error) {
	text := c.EncryptionKey
	if text == "" {
		var err error
		if text, err = c.generated("encryption.key", secret.NewKey); err != nil {
			return nil, err
		}
	}
	ring, err := secret.ParseRing(text)
	if err != nil {
		return nil, fmt.Errorf("encryption key: %w", err)
	}
	return ring, nil
}

// Admin gives the admin token; fresh says that it was made just now.
func (c *Config) Admin() (token string, fresh bool, err error) {
	if c.AdminToken != "" {
		return c.AdminToken, false, nil
	}
	token, err = c.generated("admin.token", func() string {
		fresh = true
		return rand.Text()
	})
	return token, fresh, err
}

// generated reads a file of the data folder, and makes it if it is not there.
// Two processes that start at once agree on one content.
func (c *Config) generated(name string, generate func() string) (string, error) {
	if err := os.MkdirAll(c.Data, 0o700); err != nil {
		return "", c.unwritable(err)
	}
	path := filepath.Join(c.Data, name)
	if _, err := os.Stat(path); errors.Is(err, fs.ErrNotExist) {
		if err := writeFirst(path, generate()); err != nil {
			return "", c.unwritable(err)
		}
	}
	text, err := os.ReadFile(path) //nolint:gosec // the operator's folder
	if err != nil {
		return "", c.unwritable(err)
	}
	return strings.TrimSpace(string(text)), nil
}

// writeFirst makes a file whole or not at all, and never over another: the link
// fails where another process was first.
func writeFirst(path, text string) error {
	draft, err := os.CreateTemp(filepath.Dir(path), "."+filepath.Base(path)+".*")
	if err != nil {
		return err
	}
	defer func() { _ = os.Remove(draft.Name()) }()
	_, err = draft.WriteString(text + "\n")
	if err = errors.Join(err, draft.Sync(), draft.Close()); err != nil {
		return err
	}
	if err := os.Link(draft.Name(), path); err != nil && !errors.Is(err, fs.ErrExist) {
		return err
	}
	return nil
}

func (c *Config) unwritable(err error) error {
	return fmt.Errorf("the data folder %s cannot be used by user %d, group %d: %w; give it to them, for example with: chown -R %d:%d %s",
		c.Data, os.Getuid(), os.Getgid(), err, os.Getuid(), os.Getgid(), c.Data)
}

func (c *Config) storeConfig(keys *secret.Ring) store.Config {
	return store.Config{URL: c.DatabaseURL, DataDir: c.Data, Keys: keys}
}

// Logger writes JSON lines in UTC, or text for a person.
func (p *Process) Logger() *slog.Logger {
	var level slog.Level
	_ = level.UnmarshalText([]byte(p.Config.LogLevel)) // one of four words, see Check
	options := &slog.HandlerOptions{Level: level, ReplaceAttr: func(groups []string, a slog.Attr) slog.Attr {
		if a.Key == slog.TimeKey && len(groups) == 0 {
			a.Value = slog.TimeValue(a.Value.Time().UTC())
		}
		return a
	}}
	if p.Config.LogFormat == "text" {
		return slog.New(slog.NewTextHandler(p.Err, options))
	}
	return slog.New(slog.NewJSONHandler(p.Err, options))
}
