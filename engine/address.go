package engine

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"
)

// addressFile tells other processes where the embedded server of a data folder
// listens, so that they reach it and never start a second one on the same files.
const addressFile = "temporal.json"

// Address is where a running embedded server is reached.
type Address struct {
	HostPort  string `json:"address"`
	Namespace string `json:"namespace"`
	UIURL     string `json:"ui_url"`
	// PID is the process that serves it.
	PID int `json:"pid"`
}

// ReadAddress gives the address of the embedded server that runs on dataDir;
// false where none does. What a killed process left behind does not count.
func ReadAddress(dataDir string) (Address, bool, error) {
	path := filepath.Join(dataDir, addressFile)
	text, err := os.ReadFile(path) //nolint:gosec // the operator's folder
	if errors.Is(err, fs.ErrNotExist) {
		return Address{}, false, nil
	}
	if err != nil {
		return Address{}, false, fmt.Errorf("address of the embedded Temporal: %w", err)
	}
	var address Address
	if err := json.Unmarshal(text, &address); err != nil || address.HostPort == "" {
		return Address{}, false, fmt.Errorf("%s is damaged; delete it and start again", path)
	}
	if !alive(address.PID) {
		return Address{}, false, nil
	}
	return address, true, nil
}

// WriteAddress makes the address known: whole, or not at all.
func WriteAddress(dataDir string, address Address) error {
	text, err := json.MarshalIndent(address, "", "  ")
	if err != nil {
		return err
	}
	// CreateTemp makes files that only their owner can read.
	draft, err := os.CreateTemp(dataDir, addressFile+".*")
	if err != nil {
		return fmt.Errorf("address of the embedded Temporal: %w", err)
	}
	_, err = draft.Write(append(text, '\n'))
	if err = errors.Join(err, draft.Close()); err == nil {
		err = os.Rename(draft.Name(), filepath.Join(dataDir, addressFile))
	}
	if err != nil {
		return fmt.Errorf("address of the embedded Temporal: %w", errors.Join(err, os.Remove(draft.Name())))
	}
	return nil
}

// RemoveAddress says that the server has ended. That there is no address is no
// error.
func RemoveAddress(dataDir string) error {
	err := os.Remove(filepath.Join(dataDir, addressFile))
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	return err
}

func alive(pid int) bool {
	// Zero and less name groups of processes, not one.
	if pid <= 0 {
		return false
	}
	process, err := os.FindProcess(pid)
	if err != nil {
		return false
	}
	// Signal 0 asks whether the process is there, and does nothing to it.
	err = process.Signal(syscall.Signal(0))
	// One of somebody else may not be signalled, and runs all the same.
	return err == nil || errors.Is(err, os.ErrPermission)
}
