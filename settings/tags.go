package settings

import "strings"

// namePlaceholder stands in the names of the number's and the team's tag for the
// name of the number or the team.
const namePlaceholder = "{name}"

// tagNames lists the operational tags in the order in which they are shown.
var tagNames = []TagName{
	TagMissed, TagCallback, TagVoicemail, TagInProgress, TagInbound,
	TagOutbound, TagNumber, TagTeam, TagVoiceAgent,
}

var defaultTagNames = map[TagName]string{
	TagMissed:     "missed call",
	TagCallback:   "callback",
	TagVoicemail:  "voicemail",
	TagInProgress: "call in progress",
	TagInbound:    "inbound",
	TagOutbound:   "outbound",
	TagNumber:     "phone-number-" + namePlaceholder,
	TagTeam:       "team-" + namePlaceholder,
	TagVoiceAgent: "voice virtual agent",
}

func (n TagName) takesName() bool { return n == TagNumber || n == TagTeam }

// TagText returns the tag to write: the company's name for it, else the default,
// in lower case as Help Scout keeps tags. For TagNumber and TagTeam, arg is the
// name of the number or the team; it loses its commas, since a comma separates
// tags in Help Scout, and the spaces around it. An unknown name gives "".
//
// The default is English in every language: a tag is a key for workflows, views
// and reports, so it must not fork when a company changes its language.
func (s Settings) TagText(name TagName, arg string) string {
	text, chosen := s.Tags.Names[name]
	if !chosen {
		text = defaultTagNames[name]
	}
	if name.takesName() {
		arg = strings.TrimSpace(strings.ReplaceAll(arg, ",", ""))
		text = strings.ReplaceAll(text, namePlaceholder, arg)
	}
	return strings.ToLower(strings.TrimSpace(text))
}
