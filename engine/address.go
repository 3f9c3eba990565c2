package engine

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"golang.org/x/sys/unix"
)

// addressFile tells commands where the embedded server of a data folder listens,
// so that they reach it and never start a second one on the same files.
const addressFile = "temporal.json"

// Address is where a running embedded server is reached.
type Address struct {
	HostPort  string `json:"address"`
	Namespace string `json:"namespace"`
	UIURL     string `json:"ui_url,omitempty"`
	PID       int    `json:"pid"`
}

// ReadAddress gives the address of the server that runs on a data folder; false
// where none does. A file that a killed process left behind counts as none.
func ReadAddress(dataDir string) (Address, bool, error) {
	text, err := os.ReadFile(filepath.Join(dataDir, addressFile)) //nolint:gosec // the operator's folder
	if errors.Is(err, fs.ErrNotExist) {
		return Address{}, false, nil
	}
	if err != nil {
		return Address{}, false, fmt.Errorf("address of the embedded Temporal: %w", err)
	}
	var address Address
	if err := json.Unmarshal(text, &address); err != nil {
		return Address{}, false, fmt.Errorf("address of the embedded Temporal: %s is damaged; delete it and start again: %w", addressFile, err)
	}
	// Signal 0 asks whether the process exists, and does nothing to it.
	if err := unix.Kill(address.PID, 0); errors.Is(err, unix.ESRCH) {
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
	draft, err := os.CreateTemp(dataDir, "."+addressFile+".*")
	if err != nil {
		return err
	}
	_, err = draft.Write(append(text, '\n'))
	if err = errors.Join(err, draft.Close()); err == nil {
		err = os.Rename(draft.Name(), filepath.Join(dataDir, addressFile))
	}
	if err != nil {
		return errors.Join(err, os.Remove(draft.Name()))
	}
	return nil
}

// RemoveAddress says that the server has ended.
func RemoveAddress(dataDir string) error {
	err := os.Remove(filepath.Join(dataDir, addressFile))
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	return err
}
