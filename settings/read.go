package settings

import (
	"bytes"
	"errors"
	"unicode/utf8"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/lexer"
	"github.com/goccy/go-yaml/parser"
	"github.com/goccy/go-yaml/token"
)

const (
	// maxFileSize and maxNesting bound the work that a broken file can cause: the
	// parser recurses, and its time grows with the square of the depth.
	maxFileSize = 256 << 10
	maxNesting  = 32
)

// read brings a YAML file into nodes. It reports what the file may not hold
// whatever its keys are.
func read(r *report, source []byte) node {
	if problem, at := unreadable(source); problem != "" {
		r.add(at, "", "%s", problem)
		return node{kind: unusable}
	}
	tokens := lexer.Tokenize(string(bytes.TrimPrefix(source, []byte("\ufeff"))))
	if at, deep := nestsTooDeep(tokens); deep {
		r.add(at, "", "too many brackets or dashes inside each other")
		return node{kind: unusable}
	}
	// Keys that stand there twice are reported with all other problems.
	file, err := parser.Parse(tokens, 0, parser.AllowDuplicateMapKey())
	if err != nil {
		at, message := syntaxProblem(err)
		hint := ""
		if line := lineOf(source, at.line); bytes.Contains(line, []byte("${")) {
			hint = "; put a value with ${NAME} in quotes"
		}
		r.add(at, "", "not YAML: %s%s", message, hint)
		return node{kind: unusable}
	}
	root := node{kind: null, at: place{1, 1}}
	documents := 0
	for _, document := range file.Docs {
		if document.Body == nil {
			continue
		}
		documents++
		if documents > 1 {
			r.add(placeOf(document.Body), "", "a second document; write one document without ---")
			continue
		}
		root = nodeOfYAML(r, document.Body)
	}
	return root
}

func unreadable(source []byte) (problem string, at place) {
	if len(source) > maxFileSize {
		return "the file is larger than 256 KiB", place{1, 1}
	}
	if !utf8.Valid(source) {
		valid := 0
		for len(source[valid:]) > 0 {
			r, size := utf8.DecodeRune(source[valid:])
			if r == utf8.RuneError && size == 1 {
				break
			}
			valid += size
		}
		return "this is not UTF-8 text", placeAt(source, valid)
	}
	return "", place{}
}

func placeAt(source []byte, offset int) place {
	before := source[:offset]
	lineStart := bytes.LastIndexByte(before, '\n') + 1
	return place{1 + bytes.Count(before, []byte("\n")), 1 + utf8.RuneCount(before[lineStart:])}
}

func lineOf(source []byte, line int) []byte {
	lines := bytes.Split(source, []byte("\n"))
	if line < 1 || line > len(lines) {
		return nil
	}
	return lines[line-1]
}

// What each kind of token adds to the depth: brackets until they are closed,
// marks until the end of the line.
var (
	brackets = map[token.Type]int{
		token.SequenceStartType: 1, token.SequenceEndType: -1,
		token.MappingStartType: 1, token.MappingEndType: -1,
	}
	marks = map[token.Type]int{
		token.SequenceEntryType: 1, token.MappingKeyType: 1, token.AnchorType: 1, token.TagType: 1,
	}
)

func nestsTooDeep(tokens token.Tokens) (place, bool) {
	open, onLine, line := 0, 0, 0
	for _, t := range tokens {
		if t.Position.Line != line {
			line, onLine = t.Position.Line, 0
		}
		open += brackets[t.Type]
		onLine += marks[t.Type]
		if open > maxNesting || onLine > maxNesting {
			return place{t.Position.Line, t.Position.Column}, true
		}
	}
	return place{}, false
}

// syntaxProblem takes the parser's message without its excerpt of the file: that
// could show a secret.
func syntaxProblem(err error) (place, string) {
	var syntax yaml.Error
	if !errors.As(err, &syntax) {
		return place{1, 1}, "the parser cannot read it"
	}
	at := place{1, 1}
	if t := syntax.GetToken(); t != nil && t.Position != nil {
		at = place{max(1, t.Position.Line), max(1, t.Position.Column)}
	}
	return at, syntax.GetMessage()
}

func nodeOfYAML(r *report, n ast.Node) node {
	at := placeOf(n)
	switch v := n.(type) {
	case *ast.NullNode:
		return node{kind: null, at: at}
	case *ast.BoolNode:
		return node{kind: boolean, at: at, scalar: v.Token.Value}
	case *ast.IntegerNode:
		return node{kind: integer, at: at, scalar: v.Token.Value}
	case *ast.FloatNode, *ast.InfinityNode, *ast.NanNode:
		return node{kind: decimal, at: at}
	case *ast.StringNode:
		return node{kind: text, at: at, scalar: v.Value}
	case *ast.LiteralNode:
		return node{kind: text, at: at, scalar: v.Value.Value}
	case *ast.SequenceNode:
		sequence := node{kind: list, at: at}
		for _, item := range v.Values {
			sequence.items = append(sequence.items, nodeOfYAML(r, item))
		}
		return sequence
	case *ast.MappingNode:
		return mappingOf(r, at, v.Values)
	case *ast.MappingValueNode:
		return mappingOf(r, at, []*ast.MappingValueNode{v})
	case *ast.AnchorNode, *ast.AliasNode:
		r.add(at, "", "anchors (&) and aliases (*) are not allowed; write the value out, in quotes if it is a text")
	case *ast.TagNode:
		r.add(at, "", "type tags (!) are not allowed; write the value alone, in quotes if it is a text")
	default:
		r.add(at, "", "this form of YAML is not allowed; write keys, lists and values")
	}
	return node{kind: unusable, at: at}
}

func mappingOf(r *report, at place, values []*ast.MappingValueNode) node {
	m := node{kind: mapping, at: at}
	for _, value := range values {
		keyAt := placeOf(value.Key)
		switch key := value.Key.(type) {
		case *ast.MergeKeyNode, *ast.MappingKeyNode:
			r.add(keyAt, "", "this kind of key is not allowed; write a plain key")
		default:
			n := nodeOfYAML(r, value.Value)
			if n.kind == null {
				// What is not there has no place of its own.
				n.at = keyAt
			}
			m.entries = append(m.entries, entry{key: key.GetToken().Value, at: keyAt, value: n})
		}
	}
	return m
}

// placeOf is where a reader would point: a block mapping's own token is the
// first colon, so its first key is taken.
func placeOf(n ast.Node) place {
	switch v := n.(type) {
	case *ast.MappingNode:
		if !v.IsFlowStyle && len(v.Values) > 0 {
			return placeOf(v.Values[0].Key)
		}
	case *ast.MappingValueNode:
		return placeOf(v.Key)
	}
	if n == nil || n.GetToken() == nil || n.GetToken().Position == nil {
		return place{1, 1}
	}
	position := n.GetToken().Position
	return place{max(1, position.Line), max(1, position.Column)}
}
