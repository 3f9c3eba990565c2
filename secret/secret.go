// Package secret seals what must not be readable on a stolen disk: vendor
// credentials in the store, kept webhook bodies, and Temporal's payloads.
//
// It holds AES-256-GCM keys under a short id that is written beside each sealed
// value, so that several keys can be read while one is written with. It imports
// nothing of ours and knows nothing about what it seals.
package secret

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"strings"
)

// KeySize is the length of a key in bytes.
const KeySize = 32

// ErrUnknownKey says that a value was sealed with a key that the ring does not hold.
var ErrUnknownKey = errors.New("sealed with a key that is not in CALLSCOUT_ENCRYPTION_KEY")

// ErrTampered says that a sealed value, or what it is bound to, was changed.
var ErrTampered = errors.New("sealed value does not open: it was changed, or belongs somewhere else")

// Ring is a set of keys: the first seals, all of them open. It is safe for
// concurrent use.
type Ring struct {
	writing key
	reading map[string]key
	root    []byte
}

type key struct {
	id   string
	aead cipher.AEAD
}

// NewKey returns a random key in the form that ParseRing reads.
func NewKey() string {
	raw := make([]byte, KeySize)
	_, _ = rand.Read(raw) // crypto/rand.Read never fails: it ends the process instead
	return base64.StdEncoding.EncodeToString(raw)
}

// ParseRing reads keys as base64 of 32 bytes each, separated by commas. The
// first one seals; the others are only there to open what was sealed before a
// rotation.
func ParseRing(text string) (*Ring, error) {
	ring := &Ring{reading: map[string]key{}}
	for i, part := range strings.Split(text, ",") {
		raw, err := decodeKey(strings.TrimSpace(part))
		if err != nil {
			return nil, fmt.Errorf("key %d: %w", i+1, err)
		}
		k, err := newKey(raw)
		if err != nil {
			return nil, fmt.Errorf("key %d: %w", i+1, err)
		}
		if i == 0 {
			ring.writing, ring.root = k, raw
		}
		ring.reading[k.id] = k
	}
	return ring, nil
}

func decodeKey(text string) ([]byte, error) {
	if text == "" {
		return nil, errors.New("is empty; make one with: openssl rand -base64 32")
	}
	raw, err := base64.StdEncoding.DecodeString(text)
	if err != nil {
		return nil, errors.New("is not base64; make one with: openssl rand -base64 32")
	}
	if len(raw) != KeySize {
		return nil, fmt.Errorf("holds %d bytes instead of %d; make one with: openssl rand -base64 32", len(raw), KeySize)
	}
	return raw, nil
}

func newKey(raw []byte) (key, error) {
	block, err := aes.NewCipher(raw)
	if err != nil {
		return key{}, err
	}
	aead, err := cipher.NewGCM(block)
	if err != nil {
		return key{}, err
	}
	// The id says which key it was without saying anything about the key.
	sum := sha256.Sum256(append([]byte("callscout key id:"), raw...))
	return key{id: hex.EncodeToString(sum[:4]), aead: aead}, nil
}

// ID names the key that seals.
func (r *Ring) ID() string { return r.writing.id }

// Older is how many keys there are that only open.
func (r *Ring) Older() int { return len(r.reading) - 1 }

// Seal encrypts plain and binds it to context: the same context must be given
// to open it, so that a sealed value cannot be moved to another place.
func (r *Ring) Seal(plain, context []byte) []byte {
	nonce := make([]byte, r.writing.aead.NonceSize())
	_, _ = rand.Read(nonce) // never fails, see NewKey
	out := append([]byte(r.writing.id), nonce...)
	return r.writing.aead.Seal(out, nonce, plain, context)
}

// Open decrypts what Seal made. Its errors are ErrUnknownKey and ErrTampered.
func (r *Ring) Open(sealed, context []byte) ([]byte, error) {
	const idLength = 8
	if len(sealed) < idLength {
		return nil, ErrTampered
	}
	k, known := r.reading[string(sealed[:idLength])]
	if !known {
		return nil, ErrUnknownKey
	}
	rest := sealed[idLength:]
	if len(rest) < k.aead.NonceSize() {
		return nil, ErrTampered
	}
	plain, err := k.aead.Open(nil, rest[:k.aead.NonceSize()], rest[k.aead.NonceSize():], context)
	if err != nil {
		return nil, ErrTampered
	}
	return plain, nil
}

// Derive returns 32 bytes for one purpose, such as signing sessions, from the
// key that seals. It changes when that key does.
func (r *Ring) Derive(purpose string) []byte {
	mac := hmac.New(sha256.New, r.root)
	mac.Write([]byte("callscout derive:" + purpose))
	return mac.Sum(nil)
}

// Hash is a keyed hash of something personal, such as a number, short enough to
// be read aloud: what has it can be found, and not read.
func Hash(key []byte, text string) string {
	mac := hmac.New(sha256.New, key)
	mac.Write([]byte(text))
	return hex.EncodeToString(mac.Sum(nil)[:12])
}
