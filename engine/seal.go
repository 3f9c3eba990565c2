package engine

import (
	"fmt"

	commonpb "go.temporal.io/api/common/v1"
	"go.temporal.io/sdk/converter"
	"go.temporal.io/sdk/temporal"
	"google.golang.org/protobuf/proto"

	"callscout/secret"
)

const (
	// sealedEncoding marks a payload that Codec sealed.
	sealedEncoding = "binary/encrypted"
	keyIDMetadata  = "encryption-key-id"
)

// payloadContext binds a sealed payload to its purpose: a secret of the store
// cannot be passed off as one, nor the other way round.
var payloadContext = []byte("temporal payload")

// Codec seals whole payloads, their metadata included.
type Codec struct{ keys *secret.Ring }

// NewCodec seals with the first key of a ring and opens with any of them.
func NewCodec(keys *secret.Ring) *Codec { return &Codec{keys: keys} }

// Encode implements converter.PayloadCodec. The payloads given are not changed.
func (c *Codec) Encode(payloads []*commonpb.Payload) ([]*commonpb.Payload, error) {
	out := make([]*commonpb.Payload, len(payloads))
	for i, payload := range payloads {
		plain, err := proto.Marshal(payload)
		if err != nil {
			return nil, fmt.Errorf("seal a payload: %w", err)
		}
		out[i] = &commonpb.Payload{
			Metadata: map[string][]byte{
				converter.MetadataEncoding: []byte(sealedEncoding),
				keyIDMetadata:              []byte(c.keys.ID()),
			},
			Data: c.keys.Seal(plain, payloadContext),
		}
	}
	return out, nil
}

// Decode implements converter.PayloadCodec. What it did not seal passes through.
func (c *Codec) Decode(payloads []*commonpb.Payload) ([]*commonpb.Payload, error) {
	out := make([]*commonpb.Payload, len(payloads))
	for i, payload := range payloads {
		if string(payload.GetMetadata()[converter.MetadataEncoding]) != sealedEncoding {
			out[i] = payload
			continue
		}
		plain, err := c.keys.Open(payload.GetData(), payloadContext)
		if err != nil {
			return nil, fmt.Errorf("open a payload sealed with key %q: %w", payload.GetMetadata()[keyIDMetadata], err)
		}
		opened := &commonpb.Payload{}
		if err := proto.Unmarshal(plain, opened); err != nil {
			return nil, fmt.Errorf("read an opened payload: %w", err)
		}
		out[i] = opened
	}
	return out, nil
}

// DataConverter is the one of every part, and of replay.
func DataConverter(keys *secret.Ring) converter.DataConverter {
	return converter.NewCodecDataConverter(converter.GetDefaultDataConverter(), NewCodec(keys))
}

// FailureConverter seals messages and stack traces as well.
func FailureConverter(dc converter.DataConverter) converter.FailureConverter {
	return temporal.NewDefaultFailureConverter(temporal.DefaultFailureConverterOptions{
		DataConverter: dc, EncodeCommonAttributes: true,
	})
}
