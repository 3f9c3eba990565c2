package engine_test

import (
	"errors"
	"testing"

	"github.com/stretchr/testify/require"
	commonpb "go.temporal.io/api/common/v1"
	failurepb "go.temporal.io/api/failure/v1"
	"go.temporal.io/sdk/converter"
	"go.temporal.io/sdk/temporal"
	"google.golang.org/protobuf/proto"

	"callscout/engine"
	"callscout/secret"
)

type caller struct {
	Number string
	Notes  []string
}

var ada = caller{Number: "+1 202-555-0142", Notes: []string{"asked for a refund"}}

func TestWhatIsSealedOpensAgain(t *testing.T) {
	t.Parallel()
	dc := engine.DataConverter(ring(t))
	for name, value := range map[string]any{"a struct": ada, "bytes": []byte("raw"), "nothing": nil, "text": "hello"} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			sealed, err := dc.ToPayloads(value, ada)
			require.NoError(t, err)
			plain, err := converter.GetDefaultDataConverter().ToPayloads(value)
			require.NoError(t, err)
			require.Equal(t, converter.GetDefaultDataConverter().ToString(plain.Payloads[0]), dc.ToString(sealed.Payloads[0]))
			var second caller
			require.NoError(t, dc.FromPayload(sealed.Payloads[1], &second))
			require.Equal(t, ada, second)
		})
	}
}

func TestASealedPayloadShowsNothing(t *testing.T) {
	t.Parallel()
	keys := ring(t)
	payload, err := engine.DataConverter(keys).ToPayload(ada)
	require.NoError(t, err)
	require.Equal(t, map[string][]byte{"encoding": []byte("binary/encrypted"), "encryption-key-id": []byte(keys.ID())}, payload.GetMetadata())
	stored, err := proto.Marshal(payload)
	require.NoError(t, err)
	for _, readable := range []string{"555", "refund", "Number", "json/plain"} {
		require.NotContains(t, string(stored), readable)
	}
}

func TestEqualPayloadsAreSealedDifferently(t *testing.T) {
	t.Parallel()
	dc := engine.DataConverter(ring(t))
	first, err := dc.ToPayload("missed")
	require.NoError(t, err)
	second, err := dc.ToPayload("missed")
	require.NoError(t, err)
	require.NotEqual(t, first.GetData(), second.GetData())
}

func TestPayloadsOfOthersPassThroughUntouched(t *testing.T) {
	t.Parallel()
	plain, err := converter.GetDefaultDataConverter().ToPayload(ada)
	require.NoError(t, err)
	before := proto.Clone(plain)
	var got caller
	require.NoError(t, engine.DataConverter(ring(t)).FromPayload(plain, &got))
	require.Equal(t, ada, got)
	require.True(t, proto.Equal(before, plain))
}

func TestAnOldKeyStillReads(t *testing.T) {
	t.Parallel()
	oldKey, newKey := secret.NewKey(), secret.NewKey()
	sealed, err := engine.DataConverter(ring(t, oldKey)).ToPayload(ada)
	require.NoError(t, err)
	rotated := engine.DataConverter(ring(t, newKey, oldKey))
	var got caller
	require.NoError(t, rotated.FromPayload(sealed, &got))
	require.Equal(t, ada, got)

	fresh, err := rotated.ToPayload(ada)
	require.NoError(t, err)
	require.NoError(t, engine.DataConverter(ring(t, newKey)).FromPayload(fresh, &got))
	require.ErrorIs(t, engine.DataConverter(ring(t, newKey)).FromPayload(sealed, &got), secret.ErrUnknownKey)
}

func TestAChangedPayloadDoesNotOpen(t *testing.T) {
	t.Parallel()
	dc := engine.DataConverter(ring(t))
	sealed, err := dc.ToPayload(ada)
	require.NoError(t, err)
	var got caller
	for i := range sealed.GetData() {
		changed := proto.Clone(sealed).(*commonpb.Payload)
		changed.Data[i] ^= 1
		require.Error(t, dc.FromPayload(changed, &got), "byte %d", i)
	}
	cut := proto.Clone(sealed).(*commonpb.Payload)
	cut.Data = cut.Data[:len(cut.Data)-1]
	require.ErrorIs(t, dc.FromPayload(cut, &got), secret.ErrTampered)
	require.Zero(t, got)
}

func TestAnotherSecretOfTheSameKeysIsNoPayload(t *testing.T) {
	t.Parallel()
	keys := ring(t)
	moved := &commonpb.Payload{
		Metadata: map[string][]byte{"encoding": []byte("binary/encrypted")},
		Data:     keys.Seal([]byte("an API token"), []byte("installation acme")),
	}
	var got caller
	require.ErrorIs(t, engine.DataConverter(keys).FromPayload(moved, &got), secret.ErrTampered)
}

func TestAFailureIsReadableOnlyWithTheKey(t *testing.T) {
	t.Parallel()
	keys := ring(t)
	fc := engine.FailureConverter(engine.DataConverter(keys))
	cause := temporal.NewApplicationErrorWithCause("conversation of +1 202-555-0142 is gone", "helpscout.gone", errors.New("404 for ada@example.com"), ada)
	failure := fc.ErrorToFailure(cause)
	failure.StackTrace = "" // the converter has moved it
	stored, err := proto.Marshal(failure)
	require.NoError(t, err)
	for _, readable := range []string{"conversation", "555", "ada@", "refund", "seal_test.go", "goroutine"} {
		require.NotContains(t, string(stored), readable)
	}
	require.Contains(t, string(stored), "helpscout.gone", "the type says in Temporal's UI what kind of failure it was")

	back := engine.FailureConverter(engine.DataConverter(keys)).FailureToError(proto.Clone(failure).(*failurepb.Failure)) // it is opened in place
	require.ErrorContains(t, back, "conversation of +1 202-555-0142 is gone")
	require.ErrorContains(t, errors.Unwrap(back), "404 for ada@example.com")

	stranger := engine.FailureConverter(engine.DataConverter(ring(t))).FailureToError(failure)
	require.NotContains(t, stranger.Error(), "conversation")
}
