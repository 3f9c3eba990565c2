package explain

import (
	"slices"

	"callscout/calllog"
	"callscout/settings"
)

// Layer is where a setting's value comes from.
type Layer string

// The layers, the last one that chooses a value having its way.
const (
	FromDefault      Layer = "default"
	FromInstallation Layer = "installation"
	FromNumber       Layer = "number"
)

// Source is a setting that decided, its value, and where that comes from.
type Source struct {
	Setting string `json:"setting"`
	Value   string `json:"value"`
	From    Layer  `json:"from"`
}

// SourceOf says what a setting is for calls over a line, and where that comes from.
func SourceOf(installation settings.Installation, line int64, s settings.Settings, key string) Source {
	source := Source{Setting: key, Value: s.Values()[key], From: FromDefault}
	if _, chosen := installation.Settings.Values()[key]; chosen {
		source.From = FromInstallation
	}
	for _, number := range installation.Numbers {
		if _, chosen := number.Settings.Values()[key]; chosen && number.AircallNumber == line {
			source.From = FromNumber
		}
	}
	return source
}

// Why is the reason for which a call is not logged.
type Why string

// The reasons.
const (
	NotMapped Why = "not_mapped"
	Paused    Why = "paused"
	Anonymous Why = "anonymous"
	CallType  Why = "call_type"
	Skipped   Why = "skipped"
	TooLate   Why = "too_late"
)

// Unwanted is why a call is not logged; Source is nil where no setting decided so.
type Unwanted struct {
	Why    Why               `json:"why"`
	Type   settings.CallType `json:"type,omitempty"`
	Source *Source           `json:"source,omitempty"`
}

// unwanted is why a call that was played is not logged; nil where it is.
func unwanted(q Question, played Played) *Unwanted {
	facts, s := played.View.Facts, q.Settings
	c := calllog.Case{Facts: facts, Settings: s, Written: played.View.Written}
	from := func(key string) *Source {
		source := SourceOf(q.Company, facts.Line.ID, s, key)
		return &source
	}
	switch kind := facts.Type(); {
	case played.View.Written.Skipped():
		return &Unwanted{Why: Skipped}
	case !c.Wanted() && facts.Anonymous && s.Contacts.Anonymous == settings.SkipAnonymous:
		return &Unwanted{Why: Anonymous, Source: from("contacts.anonymous")}
	case !c.Wanted() && !slices.Contains(s.Calls.Types, kind):
		return &Unwanted{Why: CallType, Type: kind, Source: from("calls.types")}
	case !c.Wanted():
		return &Unwanted{Why: TooLate}
	}
	return nil
}
