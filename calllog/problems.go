package calllog

import (
	"maps"
	"slices"
)

// Problems are all kinds of problems, in order of their names.
func Problems() []Problem { return slices.Sorted(maps.Keys(explanations)) }
