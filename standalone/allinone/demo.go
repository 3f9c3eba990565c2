package allinone

import (
	"context"
	"fmt"
	"net"
	"os"
	"strings"
	"time"

	"callscout/cli"
	"callscout/simulator"
)

type demoCmd struct {
	Speed   float64 `help:"How many times faster than a real call the sample calls run." default:"4"`
	NoCalls bool    `help:"Place no sample calls."`
}

// Run starts everything in one process and leaves nothing behind.
func (d demoCmd) Run(ctx context.Context, p *cli.Process) error {
	say := printer(p)
	say("Starting the simulated Aircall and Help Scout …")
	v, err := startVendors(preferred("127.0.0.1:8091"), preferred("127.0.0.1:8092"))
	if err != nil {
		return err
	}
	defer v.close()
	data, err := os.MkdirTemp("", "callscout-demo-")
	if err != nil {
		return err
	}
	defer func() { _ = os.RemoveAll(data) }() // a folder for temporary files is swept anyway
	d.configure(p, v, data)
	p.Progress = say
	return p.Serve(ctx, cli.Parts{API: true, Worker: true, Ready: func(running cli.Running) error {
		return d.ready(ctx, p, v, running)
	}})
}

// configure points the process at the simulators and at a folder of its own:
// what an earlier demo remembers of Help Scout would be wrong in this one.
func (d demoCmd) configure(p *cli.Process, v *vendors, data string) {
	c := p.Config
	c.Data, c.DatabaseURL = data, ""
	c.Listen = preferred(c.Listen)
	c.PublicURL = "http://" + c.Listen
	c.AircallAPI, c.HelpScoutAPI, c.HelpScoutWeb, c.AircallDashboard = v.aircallURL, v.helpScoutURL, v.helpScoutURL, v.aircallURL
	c.LogLevel, c.LogFormat = "error", "text"
	// A demo brings its own Temporal, whatever this shell is set up for.
	for name := range p.Environ {
		if strings.HasPrefix(name, "TEMPORAL_") {
			delete(p.Environ, name)
		}
	}
}

func (d demoCmd) ready(ctx context.Context, p *cli.Process, v *vendors, running cli.Running) error {
	if err := running.Store.PutInstallation(ctx, installation()); err != nil {
		return err
	}
	v.callTo(running.URL)
	_, _ = fmt.Fprintf(p.Out, `
Callscout runs. Look here:

  Help Scout, simulated   %s
  Aircall, simulated      %s   (place more calls here)
  Temporal's Web UI       %s
  Callscout               %s   (sign in with %s, then runs can be read in Temporal's Web UI)

Commands beside it need the same folder, for example:
  CALLSCOUT_DATA=%s go run ./standalone call list

`, v.helpScoutURL, v.aircallURL, running.UIURL, running.URL, running.AdminToken, p.Config.Data)
	if d.NoCalls {
		return nil
	}
	go d.placeCalls(ctx, p, v)
	return nil
}

// samples are an answered call of a known customer, a missed one with voicemail
// of an unknown number, and an outbound one.
func (d demoCmd) samples(v *vendors) []sample {
	return []sample{
		{"Jane Doe calls Support, Mia answers", simulator.Script{
			Kind: simulator.InboundAnswered, NumberID: supportLine, UserID: v.mia, Outside: "+1 202-555-0143",
			Tags: []string{"Delivery"}, Comments: []string{"Parcel is stuck at the depot.\nPromised a call back on Friday."}, Recording: true, Speed: d.Speed,
		}},
		{"an unknown number calls Sales and leaves a voicemail", simulator.Script{
			Kind: simulator.InboundVoicemail, NumberID: salesLine, UserID: v.ben, Outside: "+49 30 23125 099", Speed: d.Speed,
		}},
		{"Ben calls Otto Lind from Sales", simulator.Script{
			Kind: simulator.OutboundAnswered, NumberID: salesLine, UserID: v.ben, Outside: "+49 30 23125 042", Speed: d.Speed,
		}},
	}
}

type sample struct {
	story  string
	script simulator.Script
}

// placeCalls runs the samples side by side, and tells when each is logged.
func (d demoCmd) placeCalls(ctx context.Context, p *cli.Process, v *vendors) {
	for i, s := range d.samples(v) {
		s.script.CallID = int64(4186780501 + i)
		_, _ = fmt.Fprintf(p.Out, "Call %d: %s …\n", s.script.CallID, s.story)
		go func() {
			if _, err := v.aircall.Place(ctx, s.script); err != nil && ctx.Err() == nil {
				_, _ = fmt.Fprintf(p.Err, "Call %d could not be placed: %v\n", s.script.CallID, err)
			}
		}()
		go tellWhenLogged(ctx, p, v, s.script.CallID)
	}
}

func tellWhenLogged(ctx context.Context, p *cli.Process, v *vendors, call int64) {
	began := time.Now()
	every := time.NewTicker(200 * time.Millisecond)
	defer every.Stop()
	reference := fmt.Sprintf("Aircall call %d / end", call)
	for {
		for _, conversation := range v.helpScout.Conversations() {
			for _, thread := range conversation.Threads {
				if strings.Contains(thread.Body, reference) {
					_, _ = fmt.Fprintf(p.Out, "Call %d is logged after %d s: %s/conversation/%d\n",
						call, int(time.Since(began).Seconds()), v.helpScoutURL, conversation.ID)
					return
				}
			}
		}
		select {
		case <-ctx.Done():
			return
		case <-every.C:
		}
	}
}

// preferred is an address if it is free, else one that the system gives.
func preferred(address string) string {
	for _, candidate := range []string{address, "127.0.0.1:0"} {
		listener, err := net.Listen("tcp", candidate)
		if err != nil {
			continue
		}
		free := listener.Addr().String()
		if listener.Close() == nil {
			return free
		}
	}
	return address
}

type simulatorsCmd struct {
	AircallListen   string `help:"Address of the simulated Aircall." default:"127.0.0.1:8091" placeholder:"HOST:PORT"`
	HelpscoutListen string `help:"Address of the simulated Help Scout." default:"127.0.0.1:8092" placeholder:"HOST:PORT"`
}

// Run runs the simulators until it is told to stop.
func (s simulatorsCmd) Run(ctx context.Context, p *cli.Process) error {
	if err := p.Config.Check(); err != nil {
		return err
	}
	v, err := startVendors(s.AircallListen, s.HelpscoutListen)
	if err != nil {
		return err
	}
	defer v.close()
	v.callTo(p.Config.PublicURL)
	_, _ = fmt.Fprintf(p.Out, `The simulators run. Point a standalone at them:

  export AIRCALL_API_URL=%s HELPSCOUT_API_URL=%s HELPSCOUT_WEB_URL=%s
  go run ./standalone serve

with these settings (callscout apply -f FILE):

%s
Webhooks of calls placed at %s go to %s.
Faults, records and state: see simulator/README.md.
`, v.aircallURL, v.helpScoutURL, v.helpScoutURL, settingsFile(), v.aircallURL, p.Config.PublicURL)
	<-ctx.Done()
	return nil
}
