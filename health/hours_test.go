package health_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"callscout/health"
)

// monday is the first moment of a week.
var monday = time.Date(2026, 5, 4, 0, 0, 0, 0, time.UTC)

// office is a company that is called from Monday to Friday, nine to five, for weeks
// before monday.
func office(weeks int, except ...time.Time) health.Hours {
	var hours health.Hours
	for at := monday.AddDate(0, 0, -7*weeks); at.Before(monday); at = at.Add(time.Hour) {
		open := at.Weekday() != time.Saturday && at.Weekday() != time.Sunday && at.Hour() >= 9 && at.Hour() < 17
		for _, holiday := range except {
			open = open && at.YearDay() != holiday.YearDay()
		}
		if open {
			hours = hours.With(at.Add(17 * time.Minute))
		}
	}
	return hours
}

func TestSilenceCountsInUsualHoursOnly(t *testing.T) {
	t.Parallel()
	friday := monday.Add(-55 * time.Hour) // 17:00
	at := func(day, hour, minute int) time.Time {
		return monday.AddDate(0, 0, day).Add(time.Duration(hour)*time.Hour + time.Duration(minute)*time.Minute)
	}
	for name, test := range map[string]struct {
		hours     health.Hours
		last, now time.Time
		want      int
	}{
		"the weekend":                      {office(4), friday, at(0, 8, 59), 0},
		"Monday's first hour is not over":  {office(4), friday, at(0, 9, 59), 0},
		"Monday's first hour":              {office(4), friday, at(0, 10, 0), 1},
		"Monday's first three":             {office(4), friday, at(0, 12, 30), 3},
		"something came at half past ten":  {office(4), at(0, 10, 30), at(0, 12, 30), 1},
		"after hours":                      {office(4), at(0, 16, 30), at(1, 8, 0), 0},
		"the whole day":                    {office(4), friday, at(1, 0, 0), 8},
		"one week is too little":           {office(1), friday, at(0, 12, 30), 0},
		"two weeks":                        {office(2), friday, at(0, 12, 30), 3},
		"a holiday in one of two weeks":    {office(2, monday.AddDate(0, 0, -7)), friday, at(0, 12, 30), 0},
		"a holiday in one of four weeks":   {office(4, monday.AddDate(0, 0, -7)), friday, at(0, 12, 30), 3},
		"holidays in two of four weeks":    {office(4, monday.AddDate(0, 0, -7), monday.AddDate(0, 0, -21)), friday, at(0, 12, 30), 0},
		"nothing is known":                 {nil, friday, at(0, 12, 30), 0},
		"the clock went back":              {office(4), at(0, 12, 0), at(0, 9, 0), 0},
		"nothing ever came in this memory": {office(4), time.Time{}, at(0, 12, 30), 40},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			require.Equal(t, test.want, test.hours.UsualSince(test.last, test.now))
		})
	}
	require.False(t, office(1).Learnt(monday))
	require.True(t, office(3).Learnt(monday))
	require.False(t, health.Hours(nil).Learnt(monday))
}

func TestHoursAreWrittenAndReadAgain(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		var hours health.Hours
		at := monday
		for range rapid.IntRange(0, 60).Draw(t, "events") {
			at = at.Add(time.Duration(rapid.IntRange(0, 60*60).Draw(t, "minutes")) * time.Minute)
			hours = hours.With(at)
		}
		require.Equal(t, hours, health.ParseHours(hours.String()))
		require.Equal(t, hours, hours.Joined(hours))
		if len(hours) > 0 {
			require.Less(t, hours[len(hours)-1]-hours[0], int64(5*7*24), "old hours are dropped")
			require.Equal(t, health.HourOf(at), hours[len(hours)-1])
			require.Less(t, len(hours.String()), 300)
		}
	})
	for _, wrong := range []string{"", "7", "x f", "7 -f", "7 g", "7 " + string(make([]byte, 9000))} {
		require.Empty(t, health.ParseHours(wrong))
	}
}
