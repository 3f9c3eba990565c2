package cli

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"time"
)

type replayCmd struct {
	Files []string `arg:"" help:"Files of webhook bodies, JSON or JSON lines; - reads standard input."`
	URL   string   `name:"url" help:"Where to post; the public address's webhook if unset." placeholder:"URL"`
}

// Run posts each body as Aircall would, in the order given, once all files could
// be read.
func (r replayCmd) Run(ctx context.Context, p *Process) error {
	if err := p.Config.Check(); err != nil {
		return err
	}
	target := r.URL
	if target == "" {
		target = p.Config.PublicURL + "/webhooks/aircall"
	}
	recorded, err := readBodies(r.Files, "nothing was posted")
	if err != nil {
		return err
	}
	failed := 0
	for _, one := range recorded {
		answer, err := post(ctx, target, one.body)
		if err != nil {
			failed++
			answer = err.Error()
		}
		_, _ = fmt.Fprintf(p.Out, "%s: %s\n", one.name, answer)
	}
	if failed > 0 {
		return fmt.Errorf("%d of %d bodies were not taken", failed, len(recorded))
	}
	return nil
}

// recorded is one webhook body and where it stands: the file and its place in it.
type recorded struct {
	name string
	body json.RawMessage
}

// readBodies reads all webhook bodies of the files, - being standard input. An error
// names the file, and says what came of it: otherwise.
func readBodies(files []string, otherwise string) ([]recorded, error) {
	var all []recorded
	for _, name := range files {
		text, err := readInput(name)
		if err != nil {
			return nil, err
		}
		bodies, err := split(text)
		if err == nil && len(bodies) == 0 {
			err = errors.New("there is no webhook body in it")
		}
		if err != nil {
			return nil, usagef("%s: %v; %s", name, err, otherwise)
		}
		for i, body := range bodies {
			all = append(all, recorded{fmt.Sprintf("%s[%d]", name, i+1), body})
		}
	}
	return all, nil
}

// split reads one body, several after one another, or an array of them.
func split(text []byte) ([]json.RawMessage, error) {
	var bodies []json.RawMessage
	decoder := json.NewDecoder(bytes.NewReader(text))
	for {
		var body json.RawMessage
		err := decoder.Decode(&body)
		if errors.Is(err, io.EOF) {
			return bodies, nil
		}
		if err != nil {
			return nil, fmt.Errorf("not JSON: %w", err)
		}
		var list []json.RawMessage
		if body[0] == '[' && json.Unmarshal(body, &list) == nil {
			bodies = append(bodies, list...)
			continue
		}
		bodies = append(bodies, body)
	}
}

func post(ctx context.Context, target string, body []byte) (string, error) {
	ctx, cancel := context.WithTimeout(ctx, 10*time.Second)
	defer cancel()
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, target, bytes.NewReader(body))
	if err != nil {
		return "", err
	}
	request.Header.Set("Content-Type", "application/json")
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return "", err
	}
	defer func() { _ = response.Body.Close() }()
	text, err := io.ReadAll(io.LimitReader(response.Body, 4<<10))
	answer := fmt.Sprintf("%s %s", response.Status, bytes.TrimSpace(text))
	if err == nil && response.StatusCode >= http.StatusMultipleChoices {
		return "", errors.New(answer)
	}
	return answer, err
}
