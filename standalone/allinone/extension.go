// Package allinone is what the all-in-one binary adds to the callscout command:
// the embedded Temporal, the demo, and the simulated vendors.
package allinone

import (
	"context"
	"fmt"
	"log/slog"

	"github.com/alecthomas/kong"

	"callscout/cli"
	"callscout/engine/attribute"
	"callscout/standalone/embedded"
)

type commands struct {
	Demo       demoCmd       `cmd:"" help:"Run everything with simulated vendors and place sample calls."`
	Simulators simulatorsCmd `cmd:"" help:"Run a simulated Aircall and Help Scout to test against."`
}

// Extension adds the embedded Temporal and the commands of this binary.
func Extension() cli.Extension {
	return cli.Extension{Embedded: startEmbedded, Commands: kong.Plugins{&commands{}}}
}

// startEmbedded starts Temporal in the data folder, with a Web UI that reads runs
// through the codec endpoint of this process.
func startEmbedded(ctx context.Context, p *cli.Process) (cli.Embedded, error) {
	server, err := embedded.Start(ctx, embedded.Options{
		DataDir:             p.Config.Data,
		Logger:              slog.New(slog.NewTextHandler(p.Err, &slog.HandlerOptions{Level: slog.LevelWarn})),
		CodecEndpoint:       p.Config.PublicURL + "/codec",
		UICodecErrorMessage: "Sign in to Callscout in this browser to read this run.",
		UICodecErrorLink:    p.Config.PublicURL + "/signin",
		SearchAttributes:    attribute.All(),
		Progress:            p.Progress,
	})
	if err != nil {
		return cli.Embedded{}, err
	}
	return cli.Embedded{UIURL: server.UIURL(), Stop: server.Stop}, nil
}

func printer(p *cli.Process) func(string) {
	return func(text string) { _, _ = fmt.Fprintln(p.Out, text) }
}
