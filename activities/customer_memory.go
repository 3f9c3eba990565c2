package activities

import (
	"context"
	"strconv"
	"strings"
	"time"

	"callscout/activities/contract"
	"callscout/calllog"
	"callscout/settings"
	"callscout/store"
)

// memoryHolds is how long a customer is remembered without being looked up, and
// choiceHolds how long a choice among several: some rules choose otherwise once the
// customers or their conversations change.
const memoryHolds, choiceHolds = 7 * 24 * time.Hour, 24 * time.Hour

// rememberedCustomer gives the customer of a number as an earlier call found it.
// A choice that is old, or that another rule made, is not known any more.
func (a *Activities) rememberedCustomer(ctx context.Context, in contract.FindCustomerInput, who party) (contract.FindCustomerResult, bool, error) {
	value, at, known, err := a.Store.Recall(ctx, in.Installation, store.CustomerByNumber, who.key)
	if err != nil {
		return contract.FindCustomerResult{}, false, storeDown(err)
	}
	result, rule := readMemory(value)
	age := a.now().Sub(at)
	fresh := age < memoryHolds
	if len(result.Others) > 0 {
		fresh = age < choiceHolds && rule == in.Settings.Matching.Rule
	}
	return result, known && fresh && result.Customer != 0, nil
}

func (a *Activities) rememberCustomer(ctx context.Context, in contract.FindCustomerInput, who party, found contract.FindCustomerResult) error {
	value := writeMemory(found, in.Settings.Matching.Rule)
	if err := a.Store.Remember(ctx, in.Installation, store.CustomerByNumber, who.key, value); err != nil {
		return storeDown(err)
	}
	return nil
}

// writeMemory writes "501", or "501 newest 502 503". It holds no name: what the
// store remembers stands in clear.
func writeMemory(found contract.FindCustomerResult, rule settings.MatchingRule) string {
	words := []string{strconv.FormatInt(found.Customer, 10)}
	if len(found.Others) > 0 {
		words = append(words, string(rule))
	}
	for _, other := range found.Others {
		words = append(words, strconv.FormatInt(other.ID, 10))
	}
	return strings.Join(words, " ")
}

func readMemory(value string) (contract.FindCustomerResult, settings.MatchingRule) {
	result, rule := contract.FindCustomerResult{How: calllog.Remembered}, settings.MatchingRule("")
	for i, word := range strings.Fields(value) {
		id, err := strconv.ParseInt(word, 10, 64)
		switch {
		case i == 0 && err == nil:
			result.Customer = id
		case i == 1:
			rule = settings.MatchingRule(word)
		case err == nil:
			result.Others = append(result.Others, calllog.Namesake{ID: id})
		}
	}
	return result, rule
}
