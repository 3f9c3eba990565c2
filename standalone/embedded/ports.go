package embedded

import (
	"encoding/json"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"slices"
)

const (
	preferredFrontend = 7233
	preferredUI       = 8233
)

// ports are where everything listens. The first two are kept for the next start,
// so that bookmarks and other processes find it again.
type ports struct {
	Frontend int `json:"frontend"`
	UI       int `json:"ui"`
	history  int
	matching int
	worker   int
}

// choosePorts finds free ports: Temporal and its UI end the process where theirs
// is taken.
func choosePorts(opts Options) (ports, error) {
	path := filepath.Join(opts.DataDir, "temporal.ports")
	var last ports
	// Ports that cannot be read are only a preference lost.
	if text, err := os.ReadFile(path); err == nil { //nolint:gosec // the operator's folder
		_ = json.Unmarshal(text, &last)
	}
	var found reservation
	defer found.release()
	chosen := ports{}
	var err error
	if chosen.Frontend, err = found.wanted(opts.FrontendPort, last.Frontend, preferredFrontend); err != nil {
		return ports{}, fmt.Errorf("port for Temporal: %w", err)
	}
	if chosen.UI, err = found.wanted(opts.UIPort, last.UI, preferredUI); err != nil {
		return ports{}, fmt.Errorf("port for Temporal's Web UI: %w", err)
	}
	for _, port := range []*int{&chosen.history, &chosen.matching, &chosen.worker} {
		if *port, err = found.first(0); err != nil {
			return ports{}, fmt.Errorf("port for Temporal: %w", err)
		}
	}
	text, err := json.Marshal(chosen)
	if err != nil {
		return ports{}, err
	}
	if err := os.WriteFile(path, append(text, '\n'), 0o600); err != nil {
		return ports{}, fmt.Errorf("ports of Temporal: %w", err)
	}
	return chosen, nil
}

// reservation holds ports until all are chosen, so that none is chosen twice.
type reservation struct{ listeners []net.Listener }

func (r *reservation) wanted(asked, last, preferred int) (int, error) {
	if asked != 0 {
		port, err := r.first(asked)
		if err != nil {
			return 0, fmt.Errorf("%w; stop what listens there, or ask for another port", err)
		}
		return port, nil
	}
	// Port 0 is whatever is free.
	candidates := slices.DeleteFunc([]int{last, preferred}, func(port int) bool { return port == 0 })
	return r.first(append(candidates, 0)...)
}

func (r *reservation) first(candidates ...int) (port int, err error) {
	for _, candidate := range candidates {
		var listener net.Listener
		if listener, err = net.Listen("tcp", hostPort(candidate)); err == nil {
			r.listeners = append(r.listeners, listener)
			return portOf(listener), nil
		}
	}
	return 0, err
}

func portOf(listener net.Listener) int {
	address, _ := listener.Addr().(*net.TCPAddr) // it listens on tcp
	return address.Port
}

func (r *reservation) release() {
	for _, listener := range r.listeners {
		_ = listener.Close() // nothing was accepted
	}
}
