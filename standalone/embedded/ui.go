package embedded

import (
	"context"
	"fmt"
	"net/http"
	"time"

	"github.com/temporalio/ui-server/v2/server"
	"github.com/temporalio/ui-server/v2/server/config"
	"github.com/temporalio/ui-server/v2/server/server_options"
)

// webUI is Temporal's Web UI.
type webUI struct {
	server *server.Server
	done   chan struct{}
}

func startUI(ctx context.Context, opts Options, p ports) (*webUI, error) {
	ui := &webUI{
		server: server.NewServer(server_options.WithConfigProvider(uiConfig(opts, p))),
		done:   make(chan struct{}),
	}
	go func() {
		defer close(ui.done)
		// It ends the process itself where it cannot listen.
		_ = ui.server.Start()
	}()
	probe := &http.Client{Timeout: 5 * time.Second}
	err := until(ctx, func() error {
		request, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+hostPort(p.UI)+"/healthz", nil)
		if err != nil {
			return err
		}
		response, err := probe.Do(request)
		if err != nil {
			return err
		}
		return response.Body.Close()
	})
	if err != nil {
		ui.Stop()
		return nil, fmt.Errorf("Temporal's Web UI does not answer: %w", err) //nolint:staticcheck // a name
	}
	return ui, nil
}

func (u *webUI) Stop() {
	u.server.Stop()
	<-u.done
}

func uiConfig(opts Options, p ports) *config.Config {
	return &config.Config{
		TemporalGRPCAddress: hostPort(p.Frontend),
		Host:                loopback,
		Port:                p.UI,
		EnableUI:            true,
		DefaultNamespace:    opts.Namespace,
		HideLogs:            true,
		// Nothing is fetched from elsewhere by a page that shows our runs.
		DisableNewsFetch: true,
		// Without TLS some browsers keep no cookie that asks for it, and the UI
		// could then change nothing.
		CORS: config.CORS{CookieInsecure: true},
		Codec: config.Codec{
			Endpoint:            opts.CodecEndpoint,
			IncludeCredentials:  opts.CodecEndpoint != "",
			DefaultErrorMessage: opts.UICodecErrorMessage,
			DefaultErrorLink:    opts.UICodecErrorLink,
		},
	}
}
