package media

import (
	"io"
	"time"
)

// watched puts off the end of an idle download with each read that brings bytes.
type watched struct {
	io.Reader
	idle  time.Duration
	timer *time.Timer
}

func (w *watched) Read(p []byte) (int, error) {
	n, err := w.Reader.Read(p)
	if n > 0 {
		w.timer.Reset(w.idle)
	}
	return n, err
}
