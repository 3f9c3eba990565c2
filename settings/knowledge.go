package settings

import "slices"

// KnowledgeBases are the addresses that are to be handed to those who set up the
// installation's voice agents, of all its numbers, sorted. The error is that of
// Resolve.
func (i Installation) KnowledgeBases() ([]string, error) {
	whole, err := Resolve(i.Settings)
	if err != nil {
		return nil, err
	}
	links := []string{whole.VoiceAgent.KnowledgeBaseURL}
	for _, number := range i.Numbers {
		s, err := Resolve(i.Settings, number.Settings)
		if err != nil {
			return nil, err
		}
		links = append(links, s.VoiceAgent.KnowledgeBaseURL)
	}
	slices.Sort(links)
	return slices.DeleteFunc(slices.Compact(links), func(link string) bool { return link == "" }), nil
}
