package activities

import (
	"context"
	"errors"
	"strings"

	"callscout/activities/contract"
	"callscout/aircall"
	"callscout/calllog"
	"callscout/helpscout"
	"callscout/phone"
	"callscout/store"
)

// ShowCard shows the agent in Aircall who it is. What Help Scout does not tell at
// once is left out: a card with less on it is worth more than one that comes when
// the call is over. The conversations that were read for it come along, so that
// they need not be read again when the call is answered.
func (a *Activities) ShowCard(ctx context.Context, in contract.CardInput) (contract.CardResult, error) {
	who := calllog.Caller{Customer: in.Found.Customer, How: in.Found.How, Others: in.Found.Others}
	var result contract.CardResult
	if who.Customer != 0 && !in.Facts.Anonymous {
		api, err := a.Accounts.HelpScout(ctx, in.Installation)
		if err != nil {
			return result, err
		}
		if who.Profile, result.Gone, err = a.profile(ctx, api, in); result.Gone || err != nil {
			return result, err
		}
		if in.Found.Profile == nil && who.Profile.Name() != "" {
			result.Profile = &who.Profile
		}
		if who.How != calllog.MadeByCall {
			who.Latest = a.latest(ctx, api, in, &result)
		}
	}
	err := a.showLines(ctx, in.Call, calllog.Card(in.Facts, in.Settings, who, a.HelpScoutURL))
	if aircall.CallOver(err) {
		result.Over, err = true, nil
	}
	return result, err
}

// profile is the customer's record: the one that the search showed, else read
// now. Gone says that since it was remembered it was merged or deleted, or that the
// number was taken from it.
func (a *Activities) profile(ctx context.Context, api HelpScout, in contract.CardInput) (profile calllog.Profile, gone bool, err error) {
	if in.Found.Profile != nil {
		return *in.Found.Profile, false, nil
	}
	customer, err := api.GetCustomer(ctx, in.Found.Customer)
	var moved *helpscout.MovedError
	switch {
	case helpscout.IsNotFound(err), errors.As(err, &moved):
		return calllog.Profile{}, true, a.forgetCustomer(ctx, in.Call, in.Found.Customer)
	case err != nil:
		return calllog.Profile{}, false, nil //nolint:nilerr // the number and the link are better than nothing
	}
	if who := partyOf(in.Facts); who.number != (phone.Number{}) && !who.isOf(customer) {
		// The number is somebody else's now. It may come back, so the customer does
		// not count as gone for good.
		if err := a.Store.Forget(ctx, in.Installation, store.CustomerByNumber, who.key); err != nil {
			return calllog.Profile{}, false, storeDown(err)
		}
		return calllog.Profile{}, true, nil
	}
	return profileOf(customer), false, nil
}

// latest is the customer's last conversation in the inbox, nil where there is
// none or Help Scout does not tell.
func (a *Activities) latest(ctx context.Context, api HelpScout, in contract.CardInput, result *contract.CardResult) *calllog.LatestConversation {
	listed, err := api.CustomerConversations(ctx, in.Inbox, in.Found.Customer)
	if err != nil {
		return nil
	}
	result.ListedAt = a.now()
	var latest *calllog.LatestConversation
	var all []calllog.Candidate
	for _, c := range listed {
		all = append(all, candidate(c))
		if latest == nil && c.Status != helpscout.StatusSpam && c.State == helpscout.StatePublished {
			latest = latestOf(c, a.HelpScoutURL)
		}
	}
	result.Listed = calllog.WorthTelling(all, in.Inbox, in.Settings, result.ListedAt)
	return latest
}

func latestOf(c helpscout.Conversation, webURL string) *calllog.LatestConversation {
	latest := &calllog.LatestConversation{
		Number: c.Number, Subject: c.Subject, Status: string(c.Status), URL: helpscout.WebURL(webURL, c.ID, c.Number),
	}
	if owner := c.Assignee; owner != nil {
		latest.Owner = strings.TrimSpace(owner.First + " " + owner.Last)
	}
	return latest
}

func (a *Activities) showLines(ctx context.Context, call contract.Call, lines []calllog.CardLine) error {
	api, err := a.Accounts.Aircall(ctx, call.Installation)
	if err != nil {
		return err
	}
	var card aircall.InsightCard
	for _, line := range lines {
		content := aircall.CardContent{Type: aircall.CardShortText, Label: line.Label, Text: line.Text, Link: line.Link}
		if line.Label == "" {
			content.Type = aircall.CardTitle
		}
		card.Contents = append(card.Contents, content)
	}
	return api.ShowInsightCard(ctx, call.Facts.CallID, card)
}
