package cli

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"runtime"
	"runtime/debug"
	"slices"
	"text/tabwriter"
	"time"

	"callscout/calllog"
	"callscout/store"
)

func problemText(problem string) string { return calllog.Problem(problem).Explain() }

type replayCmd struct {
	Files []string `arg:"" help:"Files of webhook bodies, JSON or JSON lines; - reads standard input."`
	URL   string   `name:"url" help:"Where to post; the public address's webhook if unset." placeholder:"URL"`
}

// Run posts each body as Aircall would, in the order given.
func (r replayCmd) Run(ctx context.Context, p *Process) error {
	if err := p.Config.Check(); err != nil {
		return err
	}
	target := r.URL
	if target == "" {
		target = p.Config.PublicURL + "/webhooks/aircall"
	}
	failed, total := 0, 0
	for _, name := range r.Files {
		text, err := readInput(name)
		if err != nil {
			return err
		}
		bodies, err := split(text)
		if err == nil && len(bodies) == 0 {
			err = errors.New("there is no webhook body in it")
		}
		if err != nil {
			return usagef("%s: %v", name, err)
		}
		for i, body := range bodies {
			total++
			answer, err := post(ctx, target, body)
			if err != nil {
				failed++
				answer = err.Error()
			}
			_, _ = fmt.Fprintf(p.Out, "%s[%d]: %s\n", name, i+1, answer)
		}
	}
	if failed > 0 {
		return fmt.Errorf("%d of %d bodies were not taken", failed, total)
	}
	return nil
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

type inboxCmd struct {
	Installation string `help:"Only this installation." placeholder:"ID"`
	Limit        int    `help:"At most so many of each kind." default:"50"`
}

// Run lists what waits and what was not understood, without the bodies.
func (i inboxCmd) Run(ctx context.Context, p *Process) error {
	return p.withStore(ctx, func(db *store.Store) error {
		waiting, err := db.Waiting(ctx, 0)
		if err != nil {
			return err
		}
		if i.Installation != "" {
			waiting = slices.DeleteFunc(waiting, func(e store.InboxEvent) bool { return e.Installation != i.Installation })
		}
		if i.Limit > 0 {
			waiting = waiting[:min(i.Limit, len(waiting))]
		}
		held, err := db.Held(ctx, i.Installation, i.Limit)
		if err != nil {
			return err
		}
		if len(waiting)+len(held) == 0 {
			_, err := fmt.Fprintln(p.Out, "The inbox is empty.")
			return err
		}
		table := tabwriter.NewWriter(p.Out, 0, 0, 2, ' ', 0)
		_, _ = fmt.Fprintln(table, "ID\tSTATE\tRECEIVED\tINSTALLATION\tEVENT\tREASON")
		list := func(state string, events []store.InboxEvent) {
			for _, e := range events {
				_, _ = fmt.Fprintf(table, "%d\t%s\t%s\t%s\t%s\t%s\n", e.ID, state, e.ReceivedAt.UTC().Format(time.DateTime), e.Installation, e.Event, e.Reason)
			}
		}
		list("waits", waiting)
		list("not understood", held)
		return table.Flush()
	})
}

type healthCmd struct{}

// Run asks the API on this machine whether it is ready, for images without a
// shell.
func (healthCmd) Run(ctx context.Context, p *Process) error {
	if err := p.Config.Check(); err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, 3*time.Second)
	defer cancel()
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+p.Config.Listen+"/readyz", nil)
	if err != nil {
		return err
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return err
	}
	defer func() { _ = response.Body.Close() }()
	text, err := io.ReadAll(io.LimitReader(response.Body, 64<<10))
	if err != nil {
		return err
	}
	_, _ = fmt.Fprintln(p.Out, string(bytes.TrimSpace(text)))
	if response.StatusCode != http.StatusOK {
		return errors.New("not ready")
	}
	return nil
}

type versionCmd struct {
	JSON bool `name:"json" help:"Print JSON."`
}

type buildInfo struct {
	Version  string `json:"version"`
	Commit   string `json:"commit"`
	Modified bool   `json:"modified"`
	Date     string `json:"date"`
	Go       string `json:"go"`
	Platform string `json:"platform"`
}

// Run shows the build.
func (v versionCmd) Run(p *Process) error {
	info := thisBuild()
	if v.JSON {
		return p.printJSON(info)
	}
	_, err := fmt.Fprintln(p.Out, versionText())
	return err
}

func thisBuild() buildInfo {
	info := buildInfo{Version: "unknown", Commit: "unknown", Go: runtime.Version(), Platform: runtime.GOOS + "/" + runtime.GOARCH}
	build, known := debug.ReadBuildInfo()
	if !known {
		return info
	}
	info.Version = build.Main.Version
	for _, setting := range build.Settings {
		switch setting.Key {
		case "vcs.revision":
			info.Commit = setting.Value
		case "vcs.modified":
			info.Modified = setting.Value == "true"
		case "vcs.time":
			info.Date = setting.Value
		}
	}
	return info
}

func versionText() string {
	info := thisBuild()
	dirty := ""
	if info.Modified {
		dirty = " (modified)"
	}
	return fmt.Sprintf("callscout %s, commit %s%s, %s, %s", info.Version, info.Commit, dirty, info.Go, info.Platform)
}
