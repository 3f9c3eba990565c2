package activities

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"callscout/calllog"
	"callscout/helpscout"
	"callscout/store"
)

func yesOrNo(yes bool) string {
	if yes {
		return store.LiveYes
	}
	return store.LiveNo
}

// firstThread is the one that the conversation began with, as it is stored.
func (t *trial) firstThread(ctx context.Context) (string, error) {
	threads, err := t.API.Threads(ctx, t.conversation)
	if err != nil {
		return "", err
	}
	for _, thread := range threads {
		if thread.Type == helpscout.ThreadPhone && strings.Contains(thread.Body, "Callscout tries") {
			return thread.Body, nil
		}
	}
	return "", errors.New("the thread that was written is not listed")
}

func (t *trial) telLinks(ctx context.Context) (string, error) {
	body, err := t.firstThread(ctx)
	return yesOrNo(strings.Contains(body, `href="tel:+12025550143"`)), err
}

func (t *trial) lastLine(ctx context.Context) (string, error) {
	body, err := t.firstThread(ctx)
	return yesOrNo(calllog.Carries(body, sampleReference)), err
}

func (t *trial) tags(ctx context.Context, tag string) (string, error) {
	if err := t.API.PutTags(ctx, t.conversation, []string{tag}); err != nil {
		return "", err
	}
	conversation, err := t.API.GetConversation(ctx, t.conversation)
	if err != nil {
		return "", err
	}
	if len(conversation.Tags) != 1 {
		return "", fmt.Errorf("one tag was put, and there are %d", len(conversation.Tags))
	}
	return conversation.Tags[0].Name, nil
}

func (t *trial) tagsLowered(ctx context.Context) (string, error) {
	tag, err := t.tags(ctx, "Callscout Trial")
	return yesOrNo(tag == "callscout trial"), err
}

// longest says how much of each length is kept, from the largest down.
func longest(lengths []int, keeps func(text string) (string, error)) (string, error) {
	for _, length := range slices.Backward(lengths) {
		text := strings.Repeat("callscout ", length/10)
		kept, err := keeps(strings.TrimSpace(text) + "x")
		switch {
		case refused(err):
			continue
		case err != nil:
			return "", err
		case utf8.RuneCountInString(kept) < length:
			return fmt.Sprintf("%d, and what is longer is cut", utf8.RuneCountInString(kept)), nil
		}
		return fmt.Sprintf("at least %d", length), nil
	}
	return fmt.Sprintf("less than %d", lengths[0]), nil
}

// refused tells a vendor's word about a text from a failure to ask.
func refused(err error) bool {
	answered, ok := errors.AsType[*helpscout.Error](err)
	return ok && (answered.Status == http.StatusBadRequest || answered.Status == http.StatusRequestEntityTooLarge || answered.Status == http.StatusUnprocessableEntity)
}

func (t *trial) tagLength(ctx context.Context) (string, error) {
	answer, err := longest([]int{30, 60, 100, 250}, func(text string) (string, error) { return t.tags(ctx, text) })
	if err != nil {
		return "", err
	}
	return answer, t.API.PutTags(ctx, t.conversation, []string{"callscout trial"})
}

func (t *trial) subjectLength(ctx context.Context) (string, error) {
	answer, err := longest([]int{80, 150, 250, 1000}, func(text string) (string, error) {
		if err := t.API.SetSubject(ctx, t.conversation, text); err != nil {
			return "", err
		}
		conversation, err := t.API.GetConversation(ctx, t.conversation)
		return conversation.Subject, err
	})
	if err != nil {
		return "", err
	}
	return answer, t.API.SetSubject(ctx, t.conversation, "Callscout tries Help Scout")
}

func (t *trial) textLength(ctx context.Context) (string, error) {
	return longest([]int{5_000, 20_000, 60_000}, func(text string) (string, error) {
		id, err := t.API.CreateNote(ctx, t.conversation, helpscout.Note{Text: text, Status: helpscout.StatusClosed})
		if err != nil {
			return "", err
		}
		threads, err := t.API.Threads(ctx, t.conversation)
		for _, thread := range threads {
			if thread.ID == id {
				return calllog.VisibleText(thread.Body), err
			}
		}
		return "", errors.Join(err, errors.New("the note that was written is not listed"))
	})
}

func (t *trial) found(ctx context.Context, query string) (bool, error) {
	customers, err := t.API.SearchCustomers(ctx, query)
	return slices.ContainsFunc(customers, func(c helpscout.Customer) bool { return c.ID == t.customer }), err
}

func quoted(number string) string { return `phone:"` + number + `"` }

func (t *trial) searchTakesOr(ctx context.Context) (string, error) {
	_, err := t.found(ctx, quoted(t.stored)+" OR "+quoted(t.e164))
	if refused(err) {
		// Only if one number alone is taken does it mean the OR.
		if _, err := t.found(ctx, quoted(t.stored)); err != nil {
			return "", err
		}
		return store.LiveNo, nil
	}
	return store.LiveYes, err
}

func (t *trial) searchLag(ctx context.Context) (string, error) {
	begun := time.Now()
	again := time.NewTicker(max(t.Pause, time.Millisecond))
	defer again.Stop()
	for {
		found, err := t.found(ctx, quoted(t.stored))
		waited := time.Since(begun)
		switch {
		case err != nil:
			return "", err
		case found:
			return fmt.Sprintf("about %d s", int(waited.Seconds())), nil
		case waited > t.Patience:
			return "", fmt.Errorf("not found within %s", t.Patience)
		}
		select {
		case <-ctx.Done():
			return "", ctx.Err()
		case <-again.C:
		}
	}
}

// searchMatching comes after searchLag: what is not found then is not matched.
func (t *trial) searchMatching(ctx context.Context) (string, error) {
	if found, err := t.found(ctx, quoted(t.stored)); err != nil || !found {
		return "", errors.Join(err, errors.New("the customer is not found by the number as it is written"))
	}
	// Whether a country code is added to what lacks one is not asked here.
	for _, form := range []string{t.e164, strings.TrimPrefix(t.e164, "+1")} {
		if found, err := t.found(ctx, quoted(form)); err != nil || found {
			return "normalized", err
		}
	}
	_, end, _ := strings.Cut(t.stored, " ")
	if found, err := t.found(ctx, quoted(end)); err != nil || found {
		return "parts", err
	}
	return "exact", nil
}

// changes tells whether doing something changes the status from this one.
func (t *trial) changes(ctx context.Context, from helpscout.Status, do func() error) (bool, error) {
	if err := t.API.SetStatus(ctx, t.conversation, from); err != nil {
		return false, err
	}
	if err := do(); err != nil {
		return false, err
	}
	conversation, err := t.API.GetConversation(ctx, t.conversation)
	return conversation.Status != from, err
}

func (t *trial) phoneThreadReopens(ctx context.Context) (string, error) {
	changed, err := t.changes(ctx, helpscout.StatusClosed, func() error {
		_, err := t.API.CreatePhoneThread(ctx, t.conversation, helpscout.PhoneThread{
			Text: "Callscout tries whether this reopens the conversation.", Customer: helpscout.CustomerRef{ID: t.customer},
		})
		return err
	})
	return yesOrNo(changed), err
}

// noteReopens tries every status that a note may meet: only if none changes may notes
// go without.
func (t *trial) noteReopens(ctx context.Context) (string, error) {
	for _, status := range []helpscout.Status{helpscout.StatusActive, helpscout.StatusPending, helpscout.StatusClosed} {
		changed, err := t.changes(ctx, status, func() error {
			_, err := t.API.CreateNote(ctx, t.conversation, helpscout.Note{Text: "Callscout tries whether this changes the status."})
			return err
		})
		if err != nil || changed {
			return store.LiveYes, err
		}
	}
	return store.LiveNo, nil
}

func (t *trial) assignReopens(ctx context.Context) (string, error) {
	changed, err := t.changes(ctx, helpscout.StatusClosed, func() error { return t.API.Assign(ctx, t.conversation, t.me) })
	return yesOrNo(changed), err
}
