package store_test

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"callscout/store"
	"callscout/store/storetest"
)

// remembered tells which of the keys are still known.
func remembered(t *testing.T, s *store.Store, installation, kind string, keys ...string) []string {
	t.Helper()
	known := []string{}
	for _, key := range keys {
		_, _, ok, err := s.Recall(t.Context(), installation, kind, key)
		require.NoError(t, err)
		if ok {
			known = append(known, key)
		}
	}
	return known
}

func TestEveryNumberThatNamesACustomerIsForgotten(t *testing.T) {
	t.Parallel()
	values := map[string]string{
		"alone": "501", "chosen": "501 newest 502", "last of others": "502 newest 503 501", "among others": "502 newest 501 503",
		"longer id": "5011", "id that ends alike": "1501", "others only": "502 newest 503 1501", "nobody": "",
	}
	keys := []string{"alone", "among others", "chosen", "id that ends alike", "last of others", "longer id", "nobody", "others only"}
	storetest.Each(t, func(t *testing.T, open func(testing.TB) *store.Store) {
		ctx, opened := t.Context(), open(t)
		for key, value := range values {
			require.NoError(t, opened.Remember(ctx, "acme", store.CustomerByNumber, key, value))
		}
		require.NoError(t, opened.Remember(ctx, "globex", store.CustomerByNumber, "alone", "501"))
		require.NoError(t, opened.Remember(ctx, "acme", store.ConversationByCustomer, "85/7", "501"))

		forgotten, err := opened.ForgetCustomer(ctx, "acme", 501, time.Time{})
		require.NoError(t, err)
		require.Equal(t, 4, forgotten)
		require.Equal(t, []string{"id that ends alike", "longer id", "nobody", "others only"},
			remembered(t, opened, "acme", store.CustomerByNumber, keys...))
		require.NotEmpty(t, remembered(t, opened, "globex", store.CustomerByNumber, "alone"), "another installation's")
		require.NotEmpty(t, remembered(t, opened, "acme", store.ConversationByCustomer, "85/7"), "a conversation's id")

		forgotten, err = opened.ForgetCustomer(ctx, "acme", 501, time.Time{})
		require.NoError(t, err)
		require.Zero(t, forgotten)
	})
}

func TestWhatWasLearntLatelyStays(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, open func(testing.TB) *store.Store) {
		ctx, opened := t.Context(), open(t)
		require.NoError(t, opened.Remember(ctx, "acme", store.CustomerByNumber, "number", "501"))
		_, learnt, _, err := opened.Recall(ctx, "acme", store.CustomerByNumber, "number")
		require.NoError(t, err)

		forgotten, err := opened.ForgetCustomer(ctx, "acme", 501, learnt)
		require.NoError(t, err)
		require.Zero(t, forgotten, "it was not learnt before it was learnt")
		forgotten, err = opened.ForgetCustomer(ctx, "acme", 501, learnt.Add(time.Microsecond))
		require.NoError(t, err)
		require.Equal(t, 1, forgotten)
	})
}

func TestAConversationIsForgottenInEveryInbox(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, open func(testing.TB) *store.Store) {
		ctx, opened := t.Context(), open(t)
		for key, value := range map[string]string{"85/7": "901", "86/7": "901", "85/8": "9011"} {
			require.NoError(t, opened.Remember(ctx, "acme", store.ConversationByCustomer, key, value))
		}
		require.NoError(t, opened.Remember(ctx, "globex", store.ConversationByCustomer, "85/7", "901"))
		require.NoError(t, opened.Remember(ctx, "acme", store.CustomerByNumber, "number", "901"))

		forgotten, err := opened.ForgetConversation(ctx, "acme", 901)
		require.NoError(t, err)
		require.Equal(t, 2, forgotten)
		require.Equal(t, []string{"85/8"}, remembered(t, opened, "acme", store.ConversationByCustomer, "85/7", "86/7", "85/8"))
		require.NotEmpty(t, remembered(t, opened, "globex", store.ConversationByCustomer, "85/7"))
		require.NotEmpty(t, remembered(t, opened, "acme", store.CustomerByNumber, "number"), "a customer's id")
	})
}

func TestForgettingFailsWithTheStoreAway(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, open func(testing.TB) *store.Store) {
		opened := open(t)
		over, cancel := context.WithCancel(t.Context())
		cancel()
		_, err := opened.ForgetCustomer(over, "acme", 501, time.Time{})
		require.ErrorIs(t, err, context.Canceled)
		_, err = opened.ForgetConversation(over, "acme", 901)
		require.ErrorIs(t, err, context.Canceled)
	})
}
