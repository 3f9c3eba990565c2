package settings

import (
	"bytes"
	"encoding/json"
)

// Schema returns the settings file's form as JSON Schema (draft 2020-12), for
// editors and for checks before an apply. It says what Parse says, save for
// what a schema cannot hold: the ranges of durations, and what must not repeat
// between installations.
func Schema() []byte {
	settings := settingsShape.group.schema()
	addDefaults(settings, defaultValues())
	root := fileShape.schema()
	root["$schema"] = "https://json-schema.org/draft/2020-12/schema"
	root["title"] = "Callscout's settings file"
	root["type"] = "object"
	root["$defs"] = map[string]any{
		settingsShape.name: settings,
		"variable": map[string]any{
			"type":        "string",
			"pattern":     variablePattern,
			"description": "A text with ${NAME}, which is read from the environment.",
		},
	}
	var written bytes.Buffer
	encoder := json.NewEncoder(&written)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", "  ")
	if err := encoder.Encode(root); err != nil {
		return nil
	}
	return written.Bytes()
}

func addDefaults(schema map[string]any, defaults map[string]any) {
	properties, _ := schema["properties"].(map[string]any)
	for key, value := range defaults {
		property, _ := properties[key].(map[string]any)
		if inner, isGroup := value.(map[string]any); isGroup {
			addDefaults(property, inner)
		} else {
			property["default"] = value
		}
	}
}

// defaultValues gives the defaults in the form of Overrides, without those that
// are not fixed: messages.reopen_closed follows calls.reopen_closed.
func defaultValues() map[string]any {
	var values map[string]any
	if err := convert(Defaults(), &values); err != nil {
		return nil
	}
	if messages, ok := values["messages"].(map[string]any); ok {
		delete(messages, "reopen_closed")
	}
	return values
}
