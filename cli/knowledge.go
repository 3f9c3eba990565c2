package cli

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"callscout/media"
	"callscout/settings"
)

// checkKnowledgeBases asks the addresses that are new. One that leads inside the
// network is an error: a voice agent could not read it, and nobody should be sent
// there. One that does not answer now is said and taken.
func (p *Process) checkKnowledgeBases(ctx context.Context, wanted settings.Installation, before *settings.Installation) error {
	links, err := wanted.KnowledgeBases()
	if err != nil {
		return err
	}
	var known []string
	if before != nil {
		if known, err = before.KnowledgeBases(); err != nil {
			known = nil // the old settings no longer count
		}
	}
	web := media.New(media.Options{})
	for _, link := range links {
		if slices.Contains(known, link) {
			continue
		}
		err := web.Answers(ctx, link)
		refused, ok := errors.AsType[*media.Refused](err)
		switch {
		case err == nil:
		case ok && refused.Reason != media.Expired:
			return fmt.Errorf("installation %s: voice_agent.knowledge_base_url %s: %w; give an https address that is public", wanted.ID, link, err)
		default:
			_, _ = fmt.Fprintf(p.Err, "%s: voice_agent.knowledge_base_url %s does not answer: %v. Check it; it is taken as it is.\n", wanted.ID, link, err)
		}
	}
	return nil
}

// refuseLink is checkKnowledgeBases for one address on the desk, where what does not
// answer now is taken without a word.
func refuseLink(ctx context.Context, address string) error {
	err := media.New(media.Options{}).Answers(ctx, address)
	if refused, ok := errors.AsType[*media.Refused](err); ok && refused.Reason != media.Expired {
		return refused
	}
	return nil
}
