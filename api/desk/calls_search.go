package desk

import (
	"context"
	"errors"
	"net/http"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/labstack/echo/v4"
)

// searchCalls finds out what was typed, and leads to the list or the call that it is
// about. What was typed never stands in an address.
func (d *Desk) searchCalls(c echo.Context) error {
	ctx, cancel := context.WithTimeout(c.Request().Context(), pageWithin)
	defer cancel()
	typed := strings.TrimSpace(c.FormValue("q"))
	if typed == "" {
		return d.showCalls(c, http.StatusUnprocessableEntity, typed, "calls.search.empty")
	}
	s := search{desk: d, id: installationIn(c).ID, typed: typed}
	where, err := s.find(ctx)
	if err != nil {
		return err
	}
	if where == "" {
		wrong := "calls.search.nothing"
		if s.away {
			wrong = "calls.search.away"
		}
		return d.showCalls(c, http.StatusUnprocessableEntity, typed, wrong)
	}
	return c.Redirect(http.StatusSeeOther, where)
}

// search is one search.
type search struct {
	desk  *Desk
	id    string
	typed string
	// away says that an account did not answer, so that something may be missed.
	away bool
}

var (
	// number is what is typed for a number of any kind, with all that people put in.
	numberForm = regexp.MustCompile(`^#?[\d\s+＋./()\[\]\x{00a0}\x{2010}-\x{2015}-]+$`)
	notDigit   = regexp.MustCompile(`\D`)
)

// find gives the address that fits what was typed, "" where nothing does.
func (s *search) find(ctx context.Context) (string, error) {
	seen := s.desk.accounts.glance(ctx, s.id)
	for _, agent := range seen.Agents {
		if strings.EqualFold(agent.Name, s.typed) {
			return s.list(CallChoice{Agent: agent.ID}), nil
		}
	}
	for _, line := range seen.Lines {
		if strings.EqualFold(line.Name, s.typed) {
			return s.list(CallChoice{Line: line.ID}), nil
		}
	}
	switch {
	case numberForm.MatchString(s.typed):
		return s.findNumber(ctx, seen)
	case strings.Contains(s.typed, "@"):
		return s.findPeople(ctx, seen, nil)
	default:
		standing, err := s.desk.cfg.Calls.Standing(ctx, s.id)
		if err != nil {
			return "", err
		}
		var who []string
		for _, row := range standing.Rows {
			if strings.Contains(strings.ToLower(row.Name), strings.ToLower(s.typed)) && row.Who != "" && !slices.Contains(who, row.Who) {
				who = append(who, row.Who)
			}
		}
		return s.findPeople(ctx, seen, who)
	}
}

// list is the address of all calls of a choice.
func (s *search) list(choice CallChoice) string {
	return callFilter{Status: "all", Choice: choice}.address(s.id)
}

// any tells whether there is a call of a choice.
func (s *search) any(ctx context.Context, choice CallChoice) (bool, error) {
	rows, _, err := s.desk.cfg.Calls.List(ctx, s.id, choice, "")
	return len(rows) > 0, err
}

// findNumber tells apart a call, a conversation and a telephone number, by which of
// them there is. What could be a telephone number is taken for one at the end.
func (s *search) findNumber(ctx context.Context, seen seen) (string, error) {
	digits := notDigit.ReplaceAllString(s.typed, "")
	n, err := strconv.ParseInt(digits, 10, 64)
	isID := err == nil && n > 0 && !strings.ContainsAny(s.typed, "+＋(") && !strings.HasPrefix(digits, "0")
	if isID && !strings.HasPrefix(s.typed, "#") {
		if known, err := s.knowsCall(ctx, n); err != nil || known {
			return "/i/" + s.id + "/calls/" + formatID(n), err
		}
	}
	hashes := s.desk.cfg.Calls.Hashes(s.typed, linesOf(seen))
	if !strings.HasPrefix(s.typed, "#") {
		if who, err := s.heard(ctx, nil, hashes); err != nil || len(who) > 0 {
			return s.list(CallChoice{Who: who}), err
		}
	}
	if isID {
		if is, err := s.any(ctx, CallChoice{Conversation: formatID(n)}); err != nil || is {
			return s.list(CallChoice{Conversation: formatID(n)}), err
		}
		conversation, err := s.conversation(ctx, n)
		if err != nil {
			s.away = true
		} else if conversation != 0 {
			return s.list(CallChoice{Conversation: formatID(conversation)}), nil
		}
	}
	const leastDigits = 7
	if len(digits) >= leastDigits && !s.away {
		return s.list(CallChoice{Who: hashes[:min(len(hashes), mostHashes)]}), nil // a list that says that this number never called
	}
	return "", nil
}

// heard adds to who those hashes of which there are calls.
func (s *search) heard(ctx context.Context, who, hashes []string) ([]string, error) {
	for _, hash := range hashes {
		if len(who) == mostHashes || slices.Contains(who, hash) {
			continue
		}
		is, err := s.any(ctx, CallChoice{Who: []string{hash}})
		if err != nil {
			return nil, err
		}
		if is {
			who = append(who, hash)
		}
	}
	return who, nil
}

// knowsCall tells whether there is a run of a call, or else something written of it.
func (s *search) knowsCall(ctx context.Context, call int64) (bool, error) {
	if is, err := s.any(ctx, CallChoice{Call: call}); err != nil || is {
		return is, err
	}
	written, err := s.desk.cfg.Store.LedgerByPrefix(ctx, s.id+"/call/"+formatID(call)+"/")
	return len(written) > 0, err
}

func (s *search) conversation(ctx context.Context, number int64) (int64, error) {
	if s.desk.cfg.Directory == nil {
		return 0, errNoDirectory
	}
	return s.desk.cfg.Directory.Conversation(ctx, s.id, number)
}

// findPeople finds the calls of the customers whom Help Scout has under a name or an
// address, and of those whose hashes are known already.
func (s *search) findPeople(ctx context.Context, seen seen, who []string) (string, error) {
	var numbers []string
	err := errNoDirectory
	if s.desk.cfg.Directory != nil {
		numbers, err = s.desk.cfg.Directory.Numbers(ctx, s.id, s.typed)
	}
	if err != nil {
		s.away, numbers = true, nil
		if !errors.Is(err, errNoDirectory) {
			s.desk.log.Warn("customers were not searched", "installation", s.id, "error", err)
		}
	}
	for _, number := range numbers {
		if who, err = s.heard(ctx, who, s.desk.cfg.Calls.Hashes(number, linesOf(seen))); err != nil {
			return "", err
		}
	}
	if len(who) == 0 {
		return "", nil
	}
	return s.list(CallChoice{Who: who[:min(len(who), mostHashes)]}), nil
}

// linesOf are the company's own numbers: those of a caller may be written as they are
// where these are.
func linesOf(seen seen) []string {
	var digits []string
	for _, line := range seen.Lines {
		digits = append(digits, line.Digits)
	}
	return digits
}

func (d *Desk) calls(c echo.Context) error { return d.showCalls(c, http.StatusOK, "", "") }

// filterIn is what the address filters by; after a search in vain, what needs
// attention.
func (d *Desk) filterIn(c echo.Context) callFilter {
	if c.Request().Method != http.MethodGet {
		return filterOf(nil, time.Now())
	}
	return filterOf(c.QueryParams(), time.Now())
}
