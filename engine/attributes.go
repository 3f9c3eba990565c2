package engine

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"go.temporal.io/api/enums/v1"
	"go.temporal.io/api/operatorservice/v1"
	"go.temporal.io/api/serviceerror"
	"go.temporal.io/sdk/client"

	"callscout/engine/attribute"
)

// visibleWithin is how long new attributes may take to become usable.
const visibleWithin = 30 * time.Second

// EnsureSearchAttributes adds the search attributes that a namespace lacks and
// waits until they can be used. Its error names one that exists with another
// type: such a one must be removed by hand.
func EnsureSearchAttributes(ctx context.Context, c client.Client, namespace string) (added []string, err error) {
	missing, err := MissingSearchAttributes(ctx, c, namespace)
	if err != nil || len(missing) == 0 {
		return nil, err
	}
	wanted := map[string]enums.IndexedValueType{}
	for _, name := range missing {
		wanted[name] = attribute.All()[name]
	}
	_, err = c.OperatorService().AddSearchAttributes(ctx, &operatorservice.AddSearchAttributesRequest{
		Namespace: namespace, SearchAttributes: wanted,
	})
	var exists *serviceerror.AlreadyExists
	if err != nil && !errors.As(err, &exists) {
		return nil, fmt.Errorf("add the search attributes %s: %w", strings.Join(missing, ", "), err)
	}
	return missing, awaitAttributes(ctx, c, namespace)
}

func awaitAttributes(ctx context.Context, c client.Client, namespace string) error {
	ctx, cancel := context.WithTimeout(ctx, visibleWithin)
	defer cancel()
	every := time.NewTicker(100 * time.Millisecond)
	defer every.Stop()
	for {
		missing, err := MissingSearchAttributes(ctx, c, namespace)
		if err == nil && len(missing) == 0 {
			return nil
		}
		select {
		case <-ctx.Done():
			return errors.Join(fmt.Errorf("the search attributes %s did not become usable within %s", strings.Join(missing, ", "), visibleWithin), err)
		case <-every.C:
		}
	}
}

// MissingSearchAttributes names those that a namespace lacks. An attribute of
// another type is an error.
func MissingSearchAttributes(ctx context.Context, c client.Client, namespace string) ([]string, error) {
	have, err := c.OperatorService().ListSearchAttributes(ctx, &operatorservice.ListSearchAttributesRequest{Namespace: namespace})
	if err != nil {
		return nil, fmt.Errorf("list the search attributes of namespace %s: %w", namespace, err)
	}
	var missing []string
	all := attribute.All()
	for _, name := range slices.Sorted(maps.Keys(all)) {
		switch kind, found := have.GetCustomAttributes()[name]; {
		case !found:
			missing = append(missing, name)
		case kind != all[name]:
			return nil, fmt.Errorf("the search attribute %s has the type %s instead of %s; remove it with: temporal operator search-attribute remove --name %s",
				name, kind, all[name], name)
		}
	}
	return missing, nil
}
