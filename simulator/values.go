package simulator

import (
	"cmp"
	"maps"
	"slices"
	"strconv"
)

func sortedKeys[K cmp.Ordered, V any](m map[K]V) []K {
	return slices.Sorted(maps.Keys(m))
}

func values[T any](m map[int64]*T) []T {
	all := make([]T, 0, len(m))
	for _, id := range sortedKeys(m) {
		all = append(all, *m[id])
	}
	return all
}

// clones are values that share nothing with the map's own.
func clones[T interface{ clone() T }](m map[int64]*T) []T {
	all := make([]T, 0, len(m))
	for _, id := range sortedKeys(m) {
		all = append(all, (*m[id]).clone())
	}
	return all
}

// orNone makes an empty list of a missing one, which JSON would show as null.
func orNone[T any](list []T) []T {
	if list == nil {
		return []T{}
	}
	return list
}

func decimal(id int64) string { return strconv.FormatInt(id, 10) }
