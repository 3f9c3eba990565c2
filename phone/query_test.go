package phone_test

import (
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"callscout/phone"
)

const helpScoutLimit = 500

func TestAQueryJoinsTheFormsByOR(t *testing.T) {
	t.Parallel()
	query, used := phone.Query([]string{"+1 202 555 0123", "(202) 555-0123"}, helpScoutLimit)
	require.Equal(t, `phone:"+1 202 555 0123" OR phone:"(202) 555-0123"`, query)
	require.Equal(t, 2, used)

	query, used = phone.Query(nil, helpScoutLimit)
	require.Empty(t, query)
	require.Zero(t, used)
}

func TestAQueryTakesWhatFits(t *testing.T) {
	t.Parallel()
	forms := []string{"+12025550123", "2025550123", "1"}
	whole := `phone:"+12025550123" OR phone:"2025550123" OR phone:"1"`
	for _, test := range []struct {
		limit int
		query string
		used  int
	}{
		{len(whole), whole, 3},
		{len(whole) - 1, `phone:"+12025550123" OR phone:"2025550123"`, 2},
		{20, `phone:"+12025550123"`, 1},
		{19, "", 0},
		{0, "", 0},
	} {
		query, used := phone.Query(forms, test.limit)
		require.Equal(t, test.query, query)
		require.Equal(t, test.used, used)
	}
}

func TestAFormCannotLeaveItsQuotes(t *testing.T) {
	t.Parallel()
	query, _ := phone.Query([]string{`1" OR email:"x`, `\`}, helpScoutLimit)
	require.Equal(t, `phone:"1 OR email:x" OR phone:""`, query)
}

func TestTheLikelyFormsFitIntoOneQuery(t *testing.T) {
	t.Parallel()
	for _, e164 := range []string{"+12025550123", "+442079460123", "+493023125123", "+33199001234", "+5511912345678"} {
		n, err := phone.Parse(e164, "")
		require.NoError(t, err)
		_, used := phone.Query(n.SearchForms(), helpScoutLimit)
		require.GreaterOrEqual(t, used, 12, e164)
	}
}

func TestAQueryIsNeverOverTheLimit(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		forms := rapid.SliceOf(rapid.String()).Draw(t, "forms")
		limit := rapid.IntRange(-1, 600).Draw(t, "limit")
		query, used := phone.Query(forms, limit)
		require.LessOrEqual(t, utf8.RuneCountInString(query), max(limit, 0))
		require.Equal(t, used, strings.Count(query, `phone:"`)-strings.Count(strings.Join(forms[:used], " "), "phone:"+`"`))
		if used < len(forms) {
			longer, more := phone.Query(forms, limit+6*utf8.UTFMax*len(forms[used])+20)
			require.Greater(t, more, used)
			require.True(t, strings.HasPrefix(longer, query))
		}
	})
}
