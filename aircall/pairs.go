package aircall

// The keys under which an object of two halves has been seen, or may be expected,
// to name a thing and to say something of it.
var (
	nameKeys = []string{"name", "title", "question", "label", "topic", "key", "field"}
	textKeys = []string{"content", "result", "text", "answer", "value", "response"}
)

// halves finds the two keys by which an object names a thing and speaks of it. Either
// is empty if there is none.
func (v value) halves() (name, text string) {
	for _, key := range nameKeys {
		if inner := v.field(key); inner.fields == nil && inner.items == nil && inner.text != "" {
			name = key
			break
		}
	}
	for _, key := range textKeys {
		if v.has(key) {
			text = key
			break
		}
	}
	return name, text
}

// only is true if the object has no other key.
func (v value) only(name string) bool { return len(v.fields) == 1 && v.fields[0].name == name }

// speaks is true if the object says one thing, with a name or without, and it is not
// its keys that must be read.
func (v value) speaks() bool {
	name, text := v.halves()
	return text != "" && (name != "" || v.only(text))
}
