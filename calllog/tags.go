package calllog

import (
	"slices"
	"strings"

	"callscout/settings"
)

// maxTag is a cautious limit: Help Scout's own is not documented.
const maxTag = 100

// Tags are the tags that the conversation gets for this call at this moment,
// without the in-progress tag: operational ones as soon as they are true, those
// that agents set in Aircall once the call is over.
func Tags(f Facts, s settings.Settings) []string {
	var tags []string
	put := func(tag string) {
		tag = normalTag(tag)
		if tag != "" && !slices.Contains(tags, tag) {
			tags = append(tags, tag)
		}
	}
	if s.Tags.Operational {
		for _, tag := range operational(f, s) {
			put(tag)
		}
	}
	if f.Over() {
		for _, tag := range f.Tags {
			put(tag)
		}
	}
	return tags
}

func operational(f Facts, s settings.Settings) []string {
	direction := settings.TagInbound
	if f.Direction == Outbound {
		direction = settings.TagOutbound
	}
	tags := []string{s.TagText(direction, "")}
	if f.Line.Name != "" {
		tags = append(tags, s.TagText(settings.TagNumber, f.Line.Name))
	}
	if f.Answered() {
		for _, team := range f.Teams {
			tags = append(tags, s.TagText(settings.TagTeam, team))
		}
	}
	if len(f.Sessions) > 0 {
		tags = append(tags, s.TagText(settings.TagVoiceAgent, ""))
	}
	if f.Missed() {
		tags = append(tags, s.TagText(settings.TagMissed, ""))
	}
	if !f.Voicemail.None() {
		tags = append(tags, s.TagText(settings.TagVoicemail, ""))
	}
	if f.CallbackAsked || f.CallbackOf != 0 {
		tags = append(tags, s.TagText(settings.TagCallback, ""))
	}
	return tags
}

// InProgressTag is the tag of a running call, or "" where the company wants no
// operational tags.
func InProgressTag(s settings.Settings) string {
	if !s.Tags.Operational {
		return ""
	}
	return normalTag(s.TagText(settings.TagInProgress, ""))
}

// normalTag writes a tag as Help Scout keeps it: lower case (documented for its
// Chat API), without commas, which separate tags in its lists.
func normalTag(tag string) string {
	tag = strings.ToLower(strings.TrimSpace(strings.ReplaceAll(tag, ",", "")))
	if runes := []rune(tag); len(runes) > maxTag {
		tag = strings.TrimSpace(string(runes[:maxTag]))
	}
	return tag
}

func (c Case) newTags() []string { return missing(Tags(c.Facts, c.Settings), c.Written.Tags) }

// newAgentTags are the new tags that come from agents.
func (c Case) newAgentTags() []string {
	var tags []string
	for _, tag := range c.newTags() {
		if slices.ContainsFunc(c.Facts.Tags, func(name string) bool { return normalTag(name) == tag }) {
			tags = append(tags, tag)
		}
	}
	return tags
}

// untagged are the tags that this call has put, or may have put, and that agents
// took off since; one that is also operational stays.
func (c Case) untagged() []string {
	if !c.FollowsAgents {
		return nil
	}
	var tags []string
	wanted, put := Tags(c.Facts, c.Settings), slices.Concat(c.Written.Tags, c.Written.Tried)
	for _, name := range c.Facts.Untagged {
		if tag := normalTag(name); slices.Contains(put, tag) && !slices.Contains(wanted, tag) && !slices.Contains(tags, tag) {
			tags = append(tags, tag)
		}
	}
	return tags
}

// missing are the wanted tags that this call has not put yet. A tag that a
// person took off again is not put back.
func missing(wanted, put []string) []string {
	var out []string
	for _, tag := range wanted {
		if !slices.Contains(put, tag) {
			out = append(out, tag)
		}
	}
	return out
}
