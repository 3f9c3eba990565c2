package engine

import (
	"fmt"

	commonpb "go.temporal.io/api/common/v1"
	"go.temporal.io/sdk/converter"
	"go.temporal.io/sdk/temporal"
	"google.golang.org/protobuf/proto"

	"callscout/secret"
)

// The metadata of a sealed payload, as Temporal's encryption samples name it.
const (
	sealedEncoding = "binary/encrypted"
	keyIDMetadata  = "encryption-key-id"
)

// payloadContext binds a sealed payload to its purpose: a secret of the store
// cannot be passed off as one, nor the other way round. It does not name the
// run, which the codec endpoint is not told.
var payloadContext = []byte("temporal payload")

// DataConverter is Temporal's default one with everything sealed: arguments,
// results, signals, memos, summaries and details. Replay needs it too.
func DataConverter(keys *secret.Ring) converter.DataConverter {
	return converter.NewCodecDataConverter(converter.GetDefaultDataConverter(), sealer{keys})
}

// FailureConverter seals the messages and stack traces of failures as well,
// which the default one leaves in clear. The type of a failure stays readable.
func FailureConverter(dc converter.DataConverter) converter.FailureConverter {
	return temporal.NewDefaultFailureConverter(temporal.DefaultFailureConverterOptions{
		DataConverter: dc, EncodeCommonAttributes: true,
	})
}

// sealer is the codec: it seals with the first key and opens with any. A payload
// is sealed as a whole, since its metadata names our types.
type sealer struct{ keys *secret.Ring }

func (s sealer) Encode(payloads []*commonpb.Payload) ([]*commonpb.Payload, error) {
	sealed := make([]*commonpb.Payload, len(payloads))
	for i, payload := range payloads {
		plain, err := proto.Marshal(payload)
		if err != nil {
			return nil, fmt.Errorf("seal a payload: %w", err)
		}
		sealed[i] = &commonpb.Payload{
			Metadata: map[string][]byte{
				converter.MetadataEncoding: []byte(sealedEncoding),
				keyIDMetadata:              []byte(s.keys.ID()),
			},
			Data: s.keys.Seal(plain, payloadContext),
		}
	}
	return sealed, nil
}

// Decode lets what was not sealed pass through.
func (s sealer) Decode(payloads []*commonpb.Payload) ([]*commonpb.Payload, error) {
	opened := make([]*commonpb.Payload, len(payloads))
	for i, payload := range payloads {
		if !isSealed(payload) {
			opened[i] = payload
			continue
		}
		plain, err := s.keys.Open(payload.GetData(), payloadContext)
		if err != nil {
			return nil, &UnopenedError{Key: string(payload.GetMetadata()[keyIDMetadata]), Err: err}
		}
		opened[i] = &commonpb.Payload{}
		if err := proto.Unmarshal(plain, opened[i]); err != nil {
			return nil, fmt.Errorf("read an opened payload: %w", err)
		}
	}
	return opened, nil
}

// UnopenedError is a payload that does not open: its key is not there, or it was
// tampered with.
type UnopenedError struct {
	// Key is the id of the key that it says it was sealed with.
	Key string
	Err error
}

func (e *UnopenedError) Error() string {
	return fmt.Sprintf("open a payload sealed with key %q: %v", e.Key, e.Err)
}

func (e *UnopenedError) Unwrap() error { return e.Err }

// KeyID names the key, for whoever shows a run and must not know this room.
func (e *UnopenedError) KeyID() string { return e.Key }

func isSealed(payload *commonpb.Payload) bool {
	return string(payload.GetMetadata()[converter.MetadataEncoding]) == sealedEncoding
}
