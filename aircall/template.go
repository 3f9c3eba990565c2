package aircall

import (
	"bytes"
	"encoding/json"
	"regexp"
	"slices"
	"strings"
)

// Nobody fills more into a template, and a body nested deeper is no template.
const (
	mostParameters = 100
	deepestNode    = 10
)

// readWhatsApp is nil for a message that nothing shows to be of WhatsApp. Type,
// metadata, parent and country alone do not: SMS may have them.
func readWhatsApp(o object, channel string) *WhatsApp {
	w := WhatsApp{
		Type:     strings.ToLower(o.word("whatsapp_message_type")),
		Category: strings.ToLower(o.word("whatsapp_message_category")),
	}
	if w.Type == "free_customer_serivce" {
		w.Type = WhatsAppFreeCustomerService
	}
	w.template(parseNode(o["template_content"]), true, deepestNode)
	if channel != ChannelWhatsApp && w.isZero() {
		return nil
	}
	known := w.Parameters
	w.Parameters = nil
	w.template(parseNode(o["metadata"]), false, deepestNode)
	w.template(parseNode(o["template_params"]), true, deepestNode)
	if len(known) > 0 {
		w.Parameters = known
	}
	w.Parameters = w.Parameters[:min(len(w.Parameters), mostParameters)]
	if kind := strings.ToLower(o.word("type")); w.Type == "" && kind != ChannelWhatsApp {
		w.Type = kind
	}
	w.ParentID, w.RecipientCountry = o.word("parent_id"), o.word("recipient_country")
	return &w
}

func (w *WhatsApp) isZero() bool {
	return w.Type == "" && w.Category == "" && w.Template == "" && w.Text == "" && len(w.Parameters) == 0
}

// node is a JSON value whose fields keep their order: a map would lose which
// parameter is the first.
type node struct {
	// text is the value of a scalar; null and absent are the zero node.
	text   string
	fields []field
	items  []node
	kind   rune // '{', '[', 's' or 0
}

type field struct {
	name  string
	value node
}

// parseNode is the zero node for what is no JSON. Text that holds an object or a
// list in turn is read as such.
func parseNode(raw json.RawMessage) node {
	decoder := json.NewDecoder(bytes.NewReader(raw))
	decoder.UseNumber()
	n, err := readNode(decoder)
	if err != nil {
		return node{}
	}
	if trimmed := strings.TrimSpace(n.text); n.kind == 's' && len(trimmed) > 1 && (trimmed[0] == '{' || trimmed[0] == '[') && json.Valid([]byte(trimmed)) {
		inner := json.NewDecoder(strings.NewReader(trimmed))
		inner.UseNumber()
		if nested, err := readNode(inner); err == nil {
			return nested
		}
	}
	return n
}

func readNode(decoder *json.Decoder) (node, error) {
	token, err := decoder.Token()
	if err != nil {
		return node{}, err
	}
	switch value := token.(type) {
	case json.Delim:
		n := node{kind: rune(value)}
		for decoder.More() {
			name := ""
			if n.kind == '{' {
				key, err := decoder.Token()
				if err != nil {
					return node{}, err
				}
				name, _ = key.(string)
			}
			inner, err := readNode(decoder)
			if err != nil {
				return node{}, err
			}
			if n.kind == '{' {
				n.fields = append(n.fields, field{name, inner})
			} else {
				n.items = append(n.items, inner)
			}
		}
		_, err = decoder.Token()
		return n, err
	case string:
		return node{kind: 's', text: value}, nil
	case json.Number:
		return node{kind: 's', text: value.String()}, nil
	case bool:
		if value {
			return node{kind: 's', text: "true"}, nil
		}
		return node{kind: 's', text: "false"}, nil
	default:
		return node{}, nil
	}
}

// scalar is the text of the first of the fields that has one.
func (n node) scalar(names ...string) string {
	for _, name := range names {
		for _, f := range n.fields {
			if snakeCase(f.name) == name && f.value.kind == 's' && f.value.text != "" {
				return f.value.text
			}
		}
	}
	return ""
}

var (
	templateName = regexp.MustCompile(`^[a-z0-9_]+$`)
	onlyNumbers  = regexp.MustCompile(`^[0-9]+$`)

	nameFields      = []string{"template_name", "name", "template_id"}
	textFields      = []string{"text", "body", "content", "template_text", "message"}
	parameterFields = []string{"parameters", "params", "template_params", "template_parameters", "variables", "placeholders", "values", "body_parameters", "example"}
	nestedFields    = []string{"template", "template_content", "components", "header", "body", "buttons", "content", "message", "data", "whatsapp"}
	otherFields     = []string{"language", "locale", "code", "category", "type", "sub_type", "status", "id", "namespace", "format", "index", "footer"}
)

// template searches a value for a template's name, text and parameters. In a loose
// one, fields that mean nothing else are parameters themselves.
func (w *WhatsApp) template(n node, loose bool, depth int) {
	if depth == 0 {
		return
	}
	switch n.kind {
	case 's':
		w.templateWord(n.text)
	case '[':
		for _, item := range n.items {
			if item.kind == 's' || item.isParameter() {
				w.addParameter("", item, depth-1)
			} else {
				w.template(item, loose, depth-1)
			}
		}
	case '{':
		w.templateObject(n, loose, depth)
	}
}

// templateWord tells a name, which WhatsApp writes in lower case without spaces,
// from a text.
func (w *WhatsApp) templateWord(text string) {
	text = strings.TrimSpace(text)
	switch {
	case text == "":
	case templateName.MatchString(text) && !onlyNumbers.MatchString(text):
		w.Template = firstOf(w.Template, text)
	default:
		w.Text = firstOf(w.Text, text)
	}
}

func (w *WhatsApp) templateObject(n node, loose bool, depth int) {
	name := n.scalar(nameFields...)
	if w.Template == "" {
		w.Template = name
	}
	// A header's or a button's text is not the template's.
	if part := strings.ToLower(n.scalar("type")); w.Text == "" && (part == "" || part == "body" || part == "text" || part == "template") {
		w.Text = n.scalar(textFields...)
	}
	recognised := name != "" || n.scalar(textFields...) != ""
	for _, f := range n.fields {
		key := snakeCase(f.name)
		recognised = recognised || slices.Contains(parameterFields, key) || slices.Contains(nestedFields, key) || slices.Contains(otherFields, key)
	}
	for _, f := range n.fields {
		key := snakeCase(f.name)
		known := slices.Contains(nameFields, key) || slices.Contains(textFields, key) || slices.Contains(otherFields, key)
		switch {
		case slices.Contains(parameterFields, key):
			w.addParameters(f.value, depth-1)
		case slices.Contains(nestedFields, key) && (f.value.kind != 's' || key == "template"):
			w.template(f.value, loose, depth-1)
		case onlyNumbers.MatchString(key), loose && !recognised && !known:
			w.addParameter(f.name, f.value, depth-1)
		}
	}
}

// addParameters takes a list of values, an object of names and values, or both
// nested in each other.
func (w *WhatsApp) addParameters(n node, depth int) {
	if depth <= 0 {
		return
	}
	switch {
	case n.kind == '[':
		for _, item := range n.items {
			w.addParameter("", item, depth-1)
		}
	case n.kind == '{' && !n.isParameter():
		for _, f := range n.fields {
			w.addParameter(f.name, f.value, depth-1)
		}
	default:
		w.addParameter("", n, depth-1)
	}
}

var valueFields = []string{"value", "text", "fallback_value", "payload", "link", "url", "content", "code"}

// isParameter tells one parameter from a part of a template, which has more in it.
func (n node) isParameter() bool {
	if n.kind != '{' || n.scalar(valueFields...) == "" {
		return false
	}
	part := strings.ToLower(n.scalar("type"))
	return !slices.Contains([]string{"header", "body", "footer", "button", "buttons", "template"}, part) &&
		!slices.ContainsFunc(n.fields, func(f field) bool {
			key := snakeCase(f.name)
			return slices.Contains(parameterFields, key) || key == "components" || key == "template_name"
		})
}

func (w *WhatsApp) addParameter(name string, n node, depth int) {
	if depth <= 0 || len(w.Parameters) >= mostParameters {
		return
	}
	switch {
	case n.kind == 's':
		w.Parameters = append(w.Parameters, Parameter{name, n.text})
	case n.kind == '[':
		for _, item := range n.items {
			w.addParameter(name, item, depth-1)
		}
	case n.isParameter():
		own := n.scalar("parameter_name", "name", "key", "index", "id", "position")
		w.Parameters = append(w.Parameters, Parameter{firstOf(own, name), n.scalar(valueFields...)})
	case n.kind == '{':
		own := n.scalar("parameter_name", "name", "key")
		for _, f := range n.fields {
			if key := snakeCase(f.name); f.value.kind == 's' && (slices.Contains(otherFields, key) || f.value.text == own) {
				continue
			}
			inner := f.name
			// {"type":"currency","currency":{…}}: the kind is no name.
			if f.value.kind != 's' {
				inner = firstOf(own, name)
			}
			w.addParameter(inner, f.value, depth-1)
		}
	}
}
