package settings

import (
	"errors"
	"fmt"
	"slices"
)

// Problem is one thing that is wrong with settings: where it stands, what is
// wrong, what is allowed. It never holds a secret.
type Problem struct {
	// File, Line and Column (from 1) say where; they are empty for settings
	// that did not come from a file.
	File         string
	Line, Column int
	// Path is the key's path, such as "installations[0].settings.language".
	Path string
	Text string
	// Conflict is whether the value is right by itself and wrong beside another.
	Conflict bool
}

// Error gives the problem in one line: "file:line:column: path: text".
func (p *Problem) Error() string {
	text := p.Text
	if p.Path != "" {
		text = p.Path + ": " + text
	}
	if p.Line == 0 {
		return text
	}
	return fmt.Sprintf("%s:%d:%d: %s", p.File, p.Line, p.Column, text)
}

// report gathers problems, so that all of them are told at once.
type report struct {
	file     string
	problems []*Problem
}

func (r *report) add(at place, path, format string, args ...any) {
	r.problems = append(r.problems, &Problem{
		File: r.file, Line: at.line, Column: at.column, Path: path, Text: fmt.Sprintf(format, args...),
	})
}

// err joins the problems in the order in which a reader of the file meets them.
func (r *report) err() error {
	slices.SortStableFunc(r.problems, func(a, b *Problem) int {
		if a.Line != b.Line {
			return a.Line - b.Line
		}
		return a.Column - b.Column
	})
	all := make([]error, 0, len(r.problems))
	for _, p := range r.problems {
		all = append(all, p)
	}
	return errors.Join(all...)
}
