package cli

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"callscout/activities"
	"callscout/api"
	"callscout/health"
	"callscout/secret"
	"callscout/settings"
	"callscout/starter"
	"callscout/store"
)

type doctorCmd struct {
	Installation string `help:"Only this installation." placeholder:"ID"`
	Live         bool   `help:"Also try on the real Help Scout account what no document settles. It makes a customer and a conversation, and closes that again."`
	Inbox        int64  `help:"Where --live makes its conversation; the first mapped inbox if unset." placeholder:"ID"`
	Yes          bool   `help:"Do not ask before --live."`
	JSON         bool   `name:"json" help:"Print JSON. The names of its fields and checks stay as they are."`
}

// Validate is kong's.
func (d doctorCmd) Validate() error {
	if d.JSON && d.Live && !d.Yes {
		return errors.New("--json prints JSON and nothing else, so --live cannot ask: give --yes as well")
	}
	return nil
}

// Run checks everything that can be checked from outside, and says what to do. It
// fails if something must be done.
func (d doctorCmd) Run(ctx context.Context, p *Process) error {
	r := &report{out: p.Out, json: d.JSON}
	keys, ready := p.examineConfig(r)
	if ready {
		p.examineDatabase(ctx, r, keys, func(db *store.Store) {
			temporal := p.examineTemporal(ctx, r, keys)
			var asked api.Temporal
			if temporal != nil {
				defer temporal.Close()
				asked = &starter.Starter{Client: temporal}
			}
			watch := api.NewWatch(db, asked, p.Config.Data, p.Config.PublicURL)
			r.checks(health.ProgramChecks(watch.Program(ctx), time.Now()))
			d.installations(ctx, p, r, db, watch)
		})
	}
	return r.verdict()
}

func (d doctorCmd) installations(ctx context.Context, p *Process, r *report, db *store.Store, watch *health.Watch) {
	all, err := db.Installations(ctx)
	if err != nil {
		r.fail(about{"installations", ""}, err.Error(), "Check the encryption key: CALLSCOUT_ENCRYPTION_KEY must hold the one that they were sealed with.")
		return
	}
	known := false
	for _, installation := range all {
		if d.Installation != "" && installation.ID != d.Installation {
			continue
		}
		known = true
		found := watch.Look(ctx, installation)
		r.checks(found.Checks)
		r.gapsOf(installation.ID, found.Facts.Findings.Value.Gaps)
		patient := p.newPatient(db, installation)
		patient.examine(ctx, r)
		d.settle(ctx, p, r, db, patient)
	}
	switch {
	case known:
	case d.Installation != "":
		r.fail(about{"installations", ""}, fmt.Sprintf("there is no installation %q", d.Installation), "Run callscout export to see which there are.")
	default:
		r.warn(about{"installations", ""}, "there is none yet", "Write a settings file, and run callscout apply -f FILE.")
	}
}

// settle tries the points of --live, or shows how they were settled before.
func (d doctorCmd) settle(ctx context.Context, p *Process, r *report, db *store.Store, patient *patient) {
	subject := about{"live", patient.id}
	if !d.Live {
		patient.answers(ctx, r, db)
		return
	}
	inbox := d.Inbox
	if inbox == 0 && len(patient.installation.Numbers) > 0 {
		inbox = patient.installation.Numbers[0].Inbox
	}
	if inbox == 0 {
		r.fail(subject, "no inbox is mapped", "Name one with --inbox.")
		return
	}
	if !d.Yes && !p.agrees(fmt.Sprintf("Make a customer and a conversation in inbox %d of %s, try out Help Scout there, and close the conversation again?", inbox, patient.id)) {
		r.warn(subject, "nothing was tried", "Answer yes, or give --yes.")
		return
	}
	api, err := patient.clients.HelpScout(ctx, patient.id)
	if err != nil {
		r.fail(subject, err.Error(), "Correct the settings first.")
		return
	}
	_, err = activities.Trial{
		API: api, Store: db, Installation: patient.id, Inbox: inbox, Patience: liveSearch, Pause: liveEvery,
		Tell: func(settled activities.Settled) {
			if settled.Err != nil {
				r.warn(subject, settled.Question+" Not found out: "+settled.Err.Error(), "Try again later; until then the worse answer is taken.")
				return
			}
			r.ok(subject, settled.Question+" "+settled.Answer)
		},
	}.Run(ctx)
	if err != nil {
		r.fail(subject, err.Error(), "Read Help Scout's message. If a conversation stayed open, close it by hand.")
	}
}

// agrees asks a person. No answer is no.
func (p *Process) agrees(question string) bool {
	_, _ = fmt.Fprintf(p.Out, "%s [y/N] ", question)
	if p.In == nil {
		return false
	}
	answer, err := bufio.NewReader(p.In).ReadString('\n')
	if err != nil && !errors.Is(err, io.EOF) {
		return false
	}
	switch strings.ToLower(strings.TrimSpace(answer)) {
	case "y", "yes":
		return true
	}
	return false
}

// patient is one installation under examination.
type patient struct {
	id           string
	installation settings.Installation
	clients      *activities.Clients
	acts         *activities.Activities
	clock        *clock
	publicURL    string
}

func (p *Process) newPatient(db *store.Store, installation settings.Installation) *patient {
	watch := &clock{}
	clients := &activities.Clients{
		Installations: db, AircallURL: p.Config.AircallAPI, HelpScoutURL: p.Config.HelpScoutAPI, HTTP: watch.client(),
	}
	return &patient{
		id: installation.ID, installation: installation, clients: clients, clock: watch, publicURL: p.Config.PublicURL,
		acts: &activities.Activities{Store: db, Accounts: clients},
	}
}

// examineConfig tells whether the rest can be looked at.
func (p *Process) examineConfig(r *report) (*secret.Ring, bool) {
	subject := about{"configuration", ""}
	if err := p.Config.Check(); err != nil {
		r.fail(subject, err.Error(), "Correct it, and run this again.")
		return nil, false
	}
	keys, err := p.Config.Keys()
	if err != nil {
		r.fail(subject, err.Error(), "Give the key that the data was sealed with.")
		return nil, false
	}
	r.ok(subject, "complete")
	p.examineFiles(r)
	p.examineAddress(r)
	return keys, true
}
