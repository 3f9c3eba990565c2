package calllog_test

import (
	"regexp"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"callscout/aircall"
	"callscout/calllog"
	"callscout/settings"
)

var telLinks = regexp.MustCompile(`<a href="tel:(\+[0-9]+)">`)

// Threads are found again by their visible text, so a link must not change it.
func TestALinkToDialLeavesTheVisibleTextAsItIs(t *testing.T) {
	t.Parallel()
	for name, told := range tellings() {
		got, err := told.text(t, settings.English).HTML(told.part)
		require.NoError(t, err)
		without := regexp.MustCompile(`<a href="tel:[^"]*">([^<]*)</a>`).ReplaceAllString(got, "$1")
		require.NotContains(t, without, "tel:", name)
		require.Equal(t, calllog.VisibleText(without), calllog.VisibleText(got), name)
		require.True(t, calllog.Carries(got, calllog.Reference(callID, told.part)), name)
	}
}

func TestATranscriptsNumbersCanBeDialled(t *testing.T) {
	t.Parallel()
	told := tellings()["second-log"]
	text, _, err := told.text(t, settings.English).Transcript(aircall.Transcription{Utterances: []aircall.Utterance{
		{Participant: aircall.SpeakerExternal, PhoneNumber: "+14155550171", Start: 3 * time.Second, Text: "My other number is 030 23125001, order 4711123456."},
	}}, calllog.TranscriptPart(false), true)
	require.NoError(t, err)
	var numbers []string
	for _, link := range telLinks.FindAllStringSubmatch(text, -1) {
		numbers = append(numbers, link[1])
	}
	require.Equal(t, []string{"+14155550171", "+493023125001"}, numbers)
	require.Contains(t, calllog.VisibleText(text), "[00:00:03] +1 415-555-0171: My other number is 030 23125001, order 4711123456.")
}

func TestAWithheldNumberAndAShortCodeAreNoLinks(t *testing.T) {
	t.Parallel()
	for _, digits := range []string{"anonymous", "22000", "AMAZON"} {
		told := telling{part: calllog.PartSecondLog, event: aircall.EventCallEnded, alone: true, data: with(inbound(), endedAfter(9*time.Second), keys{"raw_digits": digits})}
		got, err := told.text(t, settings.English).HTML(told.part)
		require.NoError(t, err)
		require.Len(t, telLinks.FindAllString(got, -1), 1, "the line's number only")
	}
}

// A number in a message is read as people write it where the line is.
func TestAMessagesNumbersCanBeDialled(t *testing.T) {
	t.Parallel()
	for name, told := range messageTellings(t) {
		got, err := told.text(settings.English).HTML()
		require.NoError(t, err)
		without := regexp.MustCompile(`<a href="tel:[^"]*">([^<]*)</a>`).ReplaceAllString(got, "$1")
		require.NotContains(t, without, "tel:", name)
		require.Equal(t, calllog.VisibleText(without), calllog.VisibleText(got), name)
	}
	got, err := messageTellings(t)["sms-number"].text(settings.English).HTML()
	require.NoError(t, err)
	var numbers []string
	for _, link := range telLinks.FindAllStringSubmatch(got, -1) {
		numbers = append(numbers, link[1])
	}
	require.Equal(t, []string{"+447700900123", "+442079460000", "+442079460123", "+493023125001"}, numbers)
}
