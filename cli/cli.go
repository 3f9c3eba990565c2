// Package cli is the callscout command: flags and environment in, one of the
// parts started. The all-in-one binary adds an embedded Temporal and commands of
// its own through Extension.
//
// It imports the parts; nothing imports it but the two main packages.
package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"

	"github.com/alecthomas/kong"
)

// Exit codes, as a shell expects them.
const (
	exitOK     = 0
	exitFailed = 1
	exitUsage  = 2
)

// Extension is what the all-in-one binary adds.
type Extension struct {
	// Embedded starts a Temporal server for a process that has none configured.
	Embedded func(ctx context.Context, p *Process) (Embedded, error)
	// Commands are further commands, as kong reads them.
	Commands kong.Plugins
}

// Embedded is a running embedded Temporal.
type Embedded struct {
	UIURL string
	Stop  func()
}

type commands struct {
	Config `group:"Settings of the process (each is also a variable: --public-url is CALLSCOUT_PUBLIC_URL):"`

	ShowVersion kong.VersionFlag `name:"version" help:"Show what this build is."`

	Serve    serveCmd    `cmd:"" help:"Run API and worker in one process."`
	API      apiCmd      `cmd:"" name:"api" help:"Run the API alone."`
	Worker   workerCmd   `cmd:"" help:"Run a worker alone."`
	Apply    applyCmd    `cmd:"" help:"Check a settings file, show the difference, apply it."`
	Export   exportCmd   `cmd:"" help:"Write the current settings as a file."`
	Schema   schemaCmd   `cmd:"" help:"Write the settings file's JSON Schema, for editors."`
	Token    tokenCmd    `cmd:"" help:"Make, list and revoke tokens of people, or write a link that signs in once."`
	Call     callCmd     `cmd:"" help:"List, show, retry, skip or explain calls."`
	Messages messagesCmd `cmd:"" help:"List, show, retry or skip messages."`
	Backfill backfillCmd `cmd:"" help:"Log the calls of a time that Aircall has and Help Scout has not."`
	Inbox    inboxCmd    `cmd:"" help:"List events that wait or could not be understood."`
	Replay   replayCmd   `cmd:"" help:"Post saved webhook bodies to a running API."`
	Reseal   resealCmd   `cmd:"" help:"Seal what is stored with the newest encryption key."`
	Doctor   doctorCmd   `cmd:"" help:"Check configuration, database, Temporal and both accounts, and say what to do."`
	Health   healthCmd   `cmd:"" name:"healthcheck" help:"Ask a running API whether it is ready."`
	Version  versionCmd  `cmd:"" help:"Show what this build is."`

	kong.Plugins
}

// Process is what every command runs with.
type Process struct {
	Config    *Config
	Extension Extension
	// In answers questions; nil is nobody.
	In       io.Reader
	Out, Err io.Writer
	Environ  Environment
	// Progress is told what is being started; may be nil.
	Progress func(string)
}

// Main runs the command and returns its exit code.
func Main(args []string, extension Extension) int {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	go func() {
		<-ctx.Done()
		// A second signal ends the process at once.
		stop()
	}()
	return Run(ctx, args, OSEnvironment(), os.Stdout, os.Stderr, extension)
}

// Run is Main with its surroundings given.
func Run(ctx context.Context, args []string, env Environment, out, errOut io.Writer, extension Extension) int {
	if problems := env.check(); len(problems) > 0 {
		for _, problem := range problems {
			_, _ = fmt.Fprintln(errOut, "callscout: "+problem)
		}
		return exitUsage
	}
	var c commands
	c.Plugins = extension.Commands
	exited := -1
	parser, err := kong.New(&c,
		kong.Name("callscout"),
		kong.Description("Callscout logs every Aircall call in Help Scout."),
		kong.Writers(out, errOut),
		kong.Exit(func(code int) { exited = code; panic(exitNow{}) }),
		kong.ConfigureHelp(kong.HelpOptions{Compact: true, NoExpandSubcommands: true}),
		kong.Resolvers(env.resolver()),
		kong.Vars{"version": versionText()},
	)
	if err != nil {
		_, _ = fmt.Fprintln(errOut, "callscout: "+err.Error())
		return exitFailed
	}
	parsed, code := parse(parser, args, errOut, &exited)
	if parsed == nil {
		return code
	}
	p := &Process{Config: &c.Config, Extension: extension, In: os.Stdin, Out: out, Err: errOut, Environ: env}
	parsed.BindTo(ctx, (*context.Context)(nil))
	parsed.Bind(p)
	if err := parsed.Run(); err != nil {
		_, _ = fmt.Fprintln(errOut, "callscout: "+err.Error())
		var usage *usageError
		if errors.As(err, &usage) {
			return exitUsage
		}
		return exitFailed
	}
	return exitOK
}

// exitNow unwinds where kong wants the process to end, after printing help.
type exitNow struct{}

func parse(parser *kong.Kong, args []string, errOut io.Writer, exited *int) (parsed *kong.Context, code int) {
	defer func() {
		if r := recover(); r != nil {
			if _, ours := r.(exitNow); !ours {
				panic(r)
			}
			parsed, code = nil, *exited
		}
	}()
	parsed, err := parser.Parse(args)
	if err != nil {
		_, _ = fmt.Fprintf(errOut, "callscout: %v\nRun callscout --help to see the commands, and callscout <command> --help for one of them.\n", err)
		return nil, exitUsage
	}
	return parsed, exitOK
}

// usageError is wrong input: the command was not tried.
type usageError struct{ text string }

func (e *usageError) Error() string { return e.text }

func usagef(format string, args ...any) error { return &usageError{fmt.Sprintf(format, args...)} }
