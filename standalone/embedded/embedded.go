// Package embedded is a Temporal server with its Web UI inside this process, on
// one SQLite file, for one machine: a demo, a trial, a small installation, an
// end-to-end test.
//
// It listens on the loopback interface only and asks nobody who they are. It
// imports engine for the search attributes and the address file, and must not be
// imported by anything but the all-in-one binary and end-to-end tests: it brings
// Temporal's server with it.
package embedded

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"strconv"
	"sync"
	"sync/atomic"
	"time"

	"go.temporal.io/api/enums/v1"
	"go.temporal.io/sdk/client"
	"go.temporal.io/server/temporal"

	"callscout/engine"
)

const (
	loopback         = "127.0.0.1"
	defaultRetention = 30 * 24 * time.Hour
	// leastRetention is the server's own limit.
	leastRetention = time.Hour
	// readyWithin is many times what a start takes on a slow machine.
	readyWithin = time.Minute
)

// Options say what to run.
type Options struct {
	// DataDir holds the database. It is made if it is not there. Required.
	DataDir string
	// Namespace is "default" unless set.
	Namespace string
	// Retention is how long finished runs are kept: 30 days unless set, an hour
	// at least.
	Retention time.Duration
	// FrontendPort and UIPort must be free if set. Otherwise they are those of
	// the last start, else 7233 and 8233, else whatever is free.
	FrontendPort, UIPort int
	// Logger is told of warnings and errors only; slog's default if nil.
	Logger *slog.Logger
	// CodecEndpoint is where the Web UI asks for payloads in clear, such as
	// http://127.0.0.1:8080/codec. The browser sends its cookies with it: ports
	// of one host are one site.
	CodecEndpoint string
	// UICodecErrorMessage and UICodecErrorLink are what the Web UI shows where
	// that fails.
	UICodecErrorMessage, UICodecErrorLink string
	// SearchAttributes are Callscout's own if nil.
	SearchAttributes map[string]enums.IndexedValueType
	// Progress is told in a few words what takes time; may be nil.
	Progress func(string)
}

func (o Options) withDefaults() (Options, error) {
	if o.DataDir == "" {
		return o, errors.New("the embedded Temporal needs a data folder")
	}
	dir, err := filepath.Abs(o.DataDir)
	if err != nil {
		return o, fmt.Errorf("data folder: %w", err)
	}
	o.DataDir = dir
	o.Namespace = cmp.Or(o.Namespace, client.DefaultNamespace)
	o.Retention = cmp.Or(o.Retention, defaultRetention)
	if o.Retention < leastRetention {
		return o, fmt.Errorf("retention is %s, but Temporal keeps finished runs for %s at least", o.Retention, leastRetention)
	}
	o.Logger = cmp.Or(o.Logger, slog.Default())
	if o.SearchAttributes == nil {
		o.SearchAttributes = engine.SearchAttributes()
	}
	if o.Progress == nil {
		o.Progress = func(string) {}
	}
	return o, nil
}

// Server is a running server.
type Server struct {
	opts     Options
	ports    ports
	lock     *os.File
	database database
	temporal temporal.Server
	ui       *webUI
	stop     sync.Once
	stopping atomic.Bool
}

// Start starts the server and its Web UI, and returns once both answer. ctx
// limits the start alone; end the server with Stop.
func Start(ctx context.Context, opts Options) (*Server, error) {
	opts, err := opts.withDefaults()
	if err != nil {
		return nil, err
	}
	if err := os.MkdirAll(opts.DataDir, 0o700); err != nil {
		return nil, fmt.Errorf("data folder: %w", err)
	}
	s := &Server{opts: opts}
	if s.lock, err = lock(opts.DataDir); err != nil {
		return nil, err
	}
	done, err := waitForTurn(ctx)
	if err != nil {
		return nil, errors.Join(err, s.lock.Close())
	}
	defer done()
	if err := s.start(ctx); err != nil {
		s.Stop()
		return nil, err
	}
	return s, nil
}

func (s *Server) start(ctx context.Context) (err error) {
	// A killed server left its address, and its process id may be another's by now.
	if err := engine.RemoveAddress(s.opts.DataDir); err != nil {
		return fmt.Errorf("address of the embedded Temporal: %w", err)
	}
	if s.database, err = openDatabase(s.opts); err != nil {
		return err
	}
	if s.ports, err = choosePorts(s.opts); err != nil {
		return err
	}
	s.opts.Progress("starting Temporal")
	if s.temporal, err = newTemporal(logger{s.opts.Logger, &s.stopping}, s.ports, s.database); err != nil {
		return err
	}
	if err := s.temporal.Start(); err != nil {
		return fmt.Errorf("embedded Temporal: %w", err)
	}
	ctx, cancel := context.WithTimeout(ctx, readyWithin)
	defer cancel()
	if err := s.settle(ctx); err != nil {
		return err
	}
	s.opts.Progress("starting Temporal's Web UI")
	if s.ui, err = startUI(ctx, s.opts, s.ports); err != nil {
		return err
	}
	return engine.WriteAddress(s.opts.DataDir, engine.Address{
		HostPort: s.HostPort(), Namespace: s.opts.Namespace, UIURL: s.UIURL(), PID: os.Getpid(),
	})
}

// HostPort is where clients connect.
func (s *Server) HostPort() string { return hostPort(s.ports.Frontend) }

// UIURL is where a browser finds the Web UI, without a trailing slash.
func (s *Server) UIURL() string { return "http://" + hostPort(s.ports.UI) }

// Stop ends the server and lets go of the data folder. Runs stay as they are and
// go on after the next start. It may be called again.
func (s *Server) Stop() {
	s.stop.Do(func() {
		s.stopping.Store(true)
		if s.ui != nil {
			s.ui.Stop()
			s.warn("address file", engine.RemoveAddress(s.opts.DataDir))
		}
		if s.temporal != nil {
			s.warn("server", s.temporal.Stop())
			s.warn("database", s.database.checkpoint())
		}
		s.warn("lock", s.lock.Close())
	})
}

func (s *Server) warn(what string, err error) {
	if err != nil {
		s.opts.Logger.Warn("the embedded Temporal did not stop cleanly", "part", what, "error", err)
	}
}

func hostPort(port int) string { return loopback + ":" + strconv.Itoa(port) }
