package health

import (
	"net"
	"net/url"
	"time"
)

// ProgramChecks judges what all installations share.
func ProgramChecks(p Program, now time.Time) []Check {
	list := []Check{p.temporal(now), p.workers(), p.database(now)}
	// Where the database is elsewhere, its disk is not seen.
	if p.Disk != (Known[Disk]{}) {
		list = append(list, p.disk())
	}
	return append(list, p.address(now), Check{Name: CheckVersion, State: OK, CheckedAt: now, Detail: p.Version})
}

func (p Program) temporal(now time.Time) Check {
	check := Check{Name: CheckTemporal, State: OK, CheckedAt: p.Temporal.At}
	switch {
	case !p.Temporal.Lost.IsZero() && now.Sub(p.Temporal.Lost) > awayFor:
		check.State, check.Problem, check.Since = Fail, TemporalAway, p.Temporal.Lost
	case !p.Temporal.Sure():
		check.State, check.Since = Unknown, p.Temporal.Lost
	case p.Temporal.Value.NotSetUp:
		check.State, check.Problem = Fail, TemporalNotSet
	}
	return check
}

func (p Program) workers() Check {
	check := Check{Name: CheckWorkers, State: OK, CheckedAt: p.Workers.At, Count: int64(p.Workers.Value)}
	switch {
	case !p.Workers.Sure():
		check.State, check.Since, check.Count = Unknown, p.Workers.Lost, 0
	case p.Workers.Value == 0:
		check.State, check.Problem = Fail, NoWorker
		if p.Temporal.Value.NotSetUp {
			check.State = Warn // to start a worker mends both
		}
	}
	return check
}

func (p Program) database(now time.Time) Check {
	check := Check{Name: CheckDatabase, State: OK, CheckedAt: p.Database.At, Detail: p.Database.Value}
	switch {
	case !p.Database.Lost.IsZero() && now.Sub(p.Database.Lost) > awayFor:
		check.State, check.Problem, check.Since = Fail, DatabaseAway, p.Database.Lost
	case !p.Database.Sure():
		check.State, check.Since = Unknown, p.Database.Lost
	}
	return check
}

func (p Program) disk() Check {
	check := Check{Name: CheckDisk, State: OK, CheckedAt: p.Disk.At, Count: p.Disk.Value.Free, Of: p.Disk.Value.Total}
	switch {
	case !p.Disk.Sure():
		check.State, check.Since = Unknown, p.Disk.Lost
	case p.Disk.Value.Free < diskFull:
		check.State, check.Problem = Fail, DiskFull
	case p.Disk.Value.Free < diskLow:
		check.State, check.Problem = Warn, DiskFull
	}
	return check
}

// address is judged as it is written: whether it answers from outside can be seen from
// there only.
func (p Program) address(now time.Time) Check {
	check := Check{Name: CheckAddress, State: OK, CheckedAt: now, Detail: p.PublicURL}
	if address, err := url.Parse(p.PublicURL); err != nil || address.Scheme != "https" && !local(address.Hostname()) {
		check.State, check.Problem = Warn, NotHTTPS
	}
	return check
}

func local(host string) bool {
	ip := net.ParseIP(host)
	return host == "localhost" || ip != nil && ip.IsLoopback()
}
