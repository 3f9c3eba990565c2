package simulator

import (
	"errors"
	"fmt"
	"slices"
	"strings"
)

// clause is a parsed search query. It asks match for each field:value pair.
type clause func(match func(field, value string) bool) bool

// queryParser reads Help Scout's search language: field:"value",
// field:("a" OR "b"), upper-case AND and OR, parentheses, and NOT where it is
// allowed. Everything else is an error: the real API answers 400.
type queryParser struct {
	tokens []string
	fields []string
	not    bool
}

func parseQuery(text string, fields []string, allowNot bool) (clause, error) {
	tokens, err := tokenize(text)
	if err != nil {
		return nil, err
	}
	p := &queryParser{tokens: tokens, fields: fields, not: allowNot}
	parsed, err := p.either(p.term)
	if err != nil {
		return nil, err
	}
	if len(p.tokens) > 0 {
		return nil, fmt.Errorf("unexpected %s", p.tokens[0])
	}
	return parsed, nil
}

// tokenize keeps the opening quote of a quoted text, to tell "OR" from OR.
func tokenize(text string) ([]string, error) {
	var tokens []string
	for i := 0; i < len(text); {
		switch ch := text[i]; ch {
		case ' ', '\t', '\n':
			i++
		case '(', ')', ':':
			tokens = append(tokens, string(ch))
			i++
		case '"':
			end := strings.IndexByte(text[i+1:], '"')
			if end < 0 {
				return nil, errors.New("a quote is not closed")
			}
			tokens = append(tokens, text[i:i+1+end])
			i += end + 2
		case '[', ']', '{', '}':
			return nil, errors.New("ranges are not simulated")
		default:
			end := strings.IndexAny(text[i:], " \t\n():\"")
			if end < 0 {
				end = len(text) - i
			}
			tokens = append(tokens, text[i:i+end])
			i += end
		}
	}
	return tokens, nil
}

func (p *queryParser) peek() string {
	if len(p.tokens) == 0 {
		return ""
	}
	return p.tokens[0]
}

func (p *queryParser) accept(token string) bool {
	if p.peek() != token {
		return false
	}
	p.tokens = p.tokens[1:]
	return true
}

// either joins operands with OR, and more tightly with AND.
func (p *queryParser) either(operand func() (clause, error)) (clause, error) {
	left, err := p.both(operand)
	for err == nil && p.accept("OR") {
		var right clause
		right, err = p.both(operand)
		before := left
		left = func(match func(string, string) bool) bool { return before(match) || right(match) }
	}
	return left, err
}

func (p *queryParser) both(operand func() (clause, error)) (clause, error) {
	left, err := operand()
	for err == nil && p.accept("AND") {
		var right clause
		right, err = operand()
		before := left
		left = func(match func(string, string) bool) bool { return before(match) && right(match) }
	}
	return left, err
}

func (p *queryParser) term() (clause, error) {
	if p.not && p.accept("NOT") {
		inner, err := p.term()
		return func(match func(string, string) bool) bool { return !inner(match) }, err
	}
	if p.accept("(") {
		inner, err := p.either(p.term)
		if err == nil && !p.accept(")") {
			err = errors.New("a parenthesis is not closed")
		}
		return inner, err
	}
	field := p.peek()
	if !slices.Contains(p.fields, field) {
		return nil, fmt.Errorf("unknown field %s", field)
	}
	p.tokens = p.tokens[1:]
	if !p.accept(":") {
		return nil, errors.New("a field needs a colon and a value")
	}
	value := func() (clause, error) { return p.value(field) }
	if p.accept("(") {
		inner, err := p.either(value)
		if err == nil && !p.accept(")") {
			err = errors.New("a parenthesis is not closed")
		}
		return inner, err
	}
	return value()
}

func (p *queryParser) value(field string) (clause, error) {
	token := p.peek()
	if token == "" || slices.Contains([]string{"(", ")", ":", "AND", "OR", "NOT"}, token) {
		return nil, fmt.Errorf("%s needs a value", field)
	}
	p.tokens = p.tokens[1:]
	text := strings.TrimPrefix(token, `"`)
	return func(match func(string, string) bool) bool { return match(field, text) }, nil
}
