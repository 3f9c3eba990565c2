package e2e_test

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"
	commonpb "go.temporal.io/api/common/v1"
	"go.temporal.io/api/enums/v1"
	"go.temporal.io/api/proxy"
	workflowpb "go.temporal.io/api/workflow/v1"
	"go.temporal.io/api/workflowservice/v1"
	"go.temporal.io/sdk/client"
	"google.golang.org/protobuf/encoding/prototext"
	"google.golang.org/protobuf/proto"

	"callscout/engine"
	"callscout/secret"
)

// scanner looks for what must not stand anywhere, in each form in which a program may
// have written it.
type scanner struct {
	mu      sync.Mutex
	needles map[string][][]byte
	values  map[string]bool
	found   []string
}

func newScanner() *scanner {
	return &scanner{needles: map[string][][]byte{}, values: map[string]bool{}}
}

// seek adds a value to look for; several may have one name.
func (s *scanner) seek(name, value string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.values[value] {
		return
	}
	s.values[value] = true
	if len(value) < 6 {
		panic("too short to be told from other text: " + name)
	}
	quoted, err := json.Marshal(value)
	if err != nil {
		panic(err)
	}
	forms := []string{
		value, url.QueryEscape(value), url.PathEscape(value), strings.Trim(string(quoted), `"`),
		hex.EncodeToString([]byte(value)), strings.ToUpper(hex.EncodeToString([]byte(value))), reversed(value),
	}
	// Base64 of a longer text that holds it begins at any of three places; the signs at
	// both ends depend on what stands beside it.
	for offset := range 3 {
		text := base64.StdEncoding.EncodeToString([]byte(strings.Repeat("-", offset) + value))
		from, to := (offset*8+5)/6, (offset+len(value))*8/6
		forms = append(forms, text[from:to], strings.NewReplacer("+", "-", "/", "_").Replace(text[from:to]))
	}
	slices.Sort(forms)
	for _, form := range slices.Compact(forms) {
		s.needles[name] = append(s.needles[name], []byte(form))
	}
}

func reversed(text string) string {
	letters := []rune(text)
	slices.Reverse(letters)
	return string(letters)
}

// look notes what stands in a text that should not.
func (s *scanner) look(where string, text []byte) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for name, forms := range s.needles {
		for _, form := range forms {
			if at := bytes.Index(text, form); at >= 0 {
				around := text[max(0, at-80):min(len(text), at+len(form)+20)]
				s.found = append(s.found, fmt.Sprintf("%s in %s: ...%q...", name, where, around))
				break
			}
		}
	}
}

// take gives what was found since the last time.
func (s *scanner) take() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	found := s.found
	s.found = nil
	slices.Sort(found)
	return found
}

// lookAtFiles reads every file of a folder.
func (s *scanner) lookAtFiles(t testing.TB, folder string) (files int) {
	t.Helper()
	require.NoError(t, filepath.WalkDir(folder, func(path string, entry os.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		text, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		files++
		s.look("the file "+entry.Name(), text)
		return nil
	}))
	return files
}

// stored is every run as Temporal keeps it, and decoded the same with its payloads
// opened, as text.
type storedRun struct {
	id              string
	stored, decoded []byte
}

// runs reads all runs of the embedded Temporal, with what a person's list of runs shows
// of them (memo and search attributes) and with their histories.
func (o *office) runs(keys *secret.Ring) []storedRun {
	o.t.Helper()
	ctx := o.t.Context()
	c, err := engine.Dial(ctx, engine.Config{DataDir: o.data, Keys: keys, Lookup: func(string) (string, bool) { return "", false }})
	require.NoError(o.t, err)
	defer c.Close()
	var all []storedRun
	var page []byte
	for {
		listed, err := c.ListWorkflow(ctx, &workflowservice.ListWorkflowExecutionsRequest{PageSize: 500, NextPageToken: page})
		require.NoError(o.t, err)
		for _, run := range listed.GetExecutions() {
			all = append(all, o.run(ctx, c, run, keys))
		}
		if page = listed.GetNextPageToken(); len(page) == 0 {
			return all
		}
	}
}

func (o *office) run(ctx context.Context, c client.Client, run *workflowpb.WorkflowExecutionInfo, keys *secret.Ring) storedRun {
	o.t.Helper()
	out := storedRun{id: run.GetExecution().GetWorkflowId()}
	out.add(o.t, run, keys)
	described, err := c.DescribeWorkflowExecution(ctx, run.GetExecution().GetWorkflowId(), run.GetExecution().GetRunId())
	require.NoError(o.t, err)
	out.add(o.t, described, keys)
	events := c.GetWorkflowHistory(ctx, run.GetExecution().GetWorkflowId(), run.GetExecution().GetRunId(), false, enums.HISTORY_EVENT_FILTER_TYPE_ALL_EVENT)
	for events.HasNext() {
		event, err := events.Next()
		require.NoError(o.t, err)
		out.add(o.t, event, keys)
	}
	return out
}

// add writes a message down twice, since opening its payloads changes it.
func (r *storedRun) add(t testing.TB, message proto.Message, keys *secret.Ring) {
	t.Helper()
	raw, err := proto.Marshal(message)
	require.NoError(t, err)
	r.stored = append(append(r.stored, raw...), prototext.Format(message)...)
	opened := 0
	codec := engine.DataConverter(keys)
	require.NoError(t, proxy.VisitPayloads(t.Context(), message, proxy.VisitPayloadsOptions{
		Visitor: func(_ *proxy.VisitPayloadsContext, payloads []*commonpb.Payload) ([]*commonpb.Payload, error) {
			for _, payload := range payloads {
				var plain any
				if err := codec.FromPayload(payload, &plain); err != nil {
					continue // bytes, which are written as they are
				}
				text, err := json.Marshal(plain)
				if err != nil {
					return nil, err
				}
				r.decoded = append(append(r.decoded, text...), '\n')
				opened++
			}
			return payloads, nil
		},
	}))
	r.decoded = append(r.decoded, prototext.Format(message)...)
}

func TestTheScannerFindsEveryForm(t *testing.T) {
	t.Parallel()
	const value = "hush/QX+9zz&8=7s"
	s := newScanner()
	s.seek("it", value)
	for _, text := range []string{
		"x" + value, "?a=" + url.QueryEscape(value), hex.EncodeToString([]byte("a" + value)), reversed(value) + "!",
		base64.StdEncoding.EncodeToString([]byte(value)), base64.StdEncoding.EncodeToString([]byte("id:" + value)),
		base64.RawURLEncoding.EncodeToString([]byte("an id:" + value + "/more")), base64.StdEncoding.EncodeToString([]byte("an-id:" + value + "x")),
		`{"a":"hush/QX+9zz\u00268=7s"}`,
	} {
		s.look("text", []byte("before "+text+" after"))
		require.Len(t, s.take(), 1, text)
	}
	s.look("text", []byte("hush/QX+9zz&8=7"))
	require.Empty(t, s.take())
}
