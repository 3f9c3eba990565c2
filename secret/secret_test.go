package secret_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"callscout/secret"
)

func ring(t *testing.T, keys ...string) *secret.Ring {
	t.Helper()
	r, err := secret.ParseRing(strings.Join(keys, ","))
	require.NoError(t, err)
	return r
}

func TestWhatIsSealedOpensOnlyInItsPlace(t *testing.T) {
	t.Parallel()
	r := ring(t, secret.NewKey())
	sealed := r.Seal([]byte("api token"), []byte("acme"))
	require.NotContains(t, string(sealed), "api token")
	plain, err := r.Open(sealed, []byte("acme"))
	require.NoError(t, err)
	require.Equal(t, "api token", string(plain))
	_, err = r.Open(sealed, []byte("other"))
	require.ErrorIs(t, err, secret.ErrTampered)
}

func TestTheSameTextIsSealedDifferentlyEachTime(t *testing.T) {
	t.Parallel()
	r := ring(t, secret.NewKey())
	require.NotEqual(t, r.Seal([]byte("x"), nil), r.Seal([]byte("x"), nil))
}

func TestEveryChangedByteIsNoticed(t *testing.T) {
	t.Parallel()
	r := ring(t, secret.NewKey())
	sealed := r.Seal([]byte("text"), nil)
	for i := range sealed {
		changed := append([]byte(nil), sealed...)
		changed[i] ^= 1
		_, err := r.Open(changed, nil)
		require.Error(t, err, "byte %d", i)
	}
	for n := range sealed {
		_, err := r.Open(sealed[:n], nil)
		require.Error(t, err, "cut at %d", n)
	}
}

func TestAnOldKeyOpensAndTheFirstOneSeals(t *testing.T) {
	t.Parallel()
	older, newer := secret.NewKey(), secret.NewKey()
	sealed := ring(t, older).Seal([]byte("x"), nil)
	both := ring(t, newer, older)
	plain, err := both.Open(sealed, nil)
	require.NoError(t, err)
	require.Equal(t, "x", string(plain))
	require.Equal(t, ring(t, newer).ID(), both.ID())
	_, err = ring(t, newer).Open(sealed, nil)
	require.ErrorIs(t, err, secret.ErrUnknownKey)
}

func TestWrongKeysAreNamedWithoutShowingThem(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"":                            "key 1: is empty",
		"not base64!":                 "key 1: is not base64",
		"c2hvcnQ=":                    "key 1: holds 5 bytes instead of 32",
		secret.NewKey() + ",c2hvcnQ=": "key 2: holds 5 bytes",
	} {
		_, err := secret.ParseRing(text)
		require.ErrorContains(t, err, want)
		require.NotContains(t, err.Error(), "c2hvcnQ")
	}
}

func TestDerivedKeysDifferByPurpose(t *testing.T) {
	t.Parallel()
	r := ring(t, secret.NewKey())
	require.Len(t, r.Derive("a"), 32)
	require.Equal(t, r.Derive("a"), r.Derive("a"))
	require.NotEqual(t, r.Derive("a"), r.Derive("b"))
}

func TestHashesDependOnTheKey(t *testing.T) {
	t.Parallel()
	require.Equal(t, secret.Hash([]byte("k"), "+12025550143"), secret.Hash([]byte("k"), "+12025550143"))
	require.NotEqual(t, secret.Hash([]byte("k"), "+12025550143"), secret.Hash([]byte("other"), "+12025550143"))
	require.NotContains(t, secret.Hash([]byte("k"), "+12025550143"), "2025550143")
}

func FuzzOpen(f *testing.F) {
	r, err := secret.ParseRing(secret.NewKey())
	require.NoError(f, err)
	f.Add(r.Seal([]byte("x"), nil))
	f.Add([]byte{})
	f.Fuzz(func(t *testing.T, sealed []byte) {
		if plain, err := r.Open(sealed, nil); err != nil {
			require.Nil(t, plain)
		}
	})
}
