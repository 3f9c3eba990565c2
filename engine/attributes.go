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
	"go.temporal.io/api/workflowservice/v1"
	"go.temporal.io/sdk/client"

	"callscout/engine/attribute"
)

// visibleWithin is how long a namespace may take to know a new search
// attribute: its caches are renewed every few seconds.
const visibleWithin = 30 * time.Second

// SearchAttributes gives the search attributes of Callscout's runs.
func SearchAttributes() map[string]enums.IndexedValueType { return attribute.All() }

// EnsureSearchAttributes adds those search attributes that the namespace does
// not have, and returns their names once runs can carry them. An attribute of
// another type is an error: it must be removed by hand.
func EnsureSearchAttributes(ctx context.Context, c client.Client, namespace string) (added []string, err error) {
	return AddSearchAttributes(ctx, c, namespace, SearchAttributes())
}

// MissingSearchAttributes names, sorted, those that the namespace does not have.
func MissingSearchAttributes(ctx context.Context, c client.Client, namespace string) ([]string, error) {
	return missing(ctx, c, namespace, SearchAttributes())
}

// AddSearchAttributes is EnsureSearchAttributes for any set.
func AddSearchAttributes(
	ctx context.Context, c client.Client, namespace string, want map[string]enums.IndexedValueType,
) (added []string, err error) {
	added, err = missing(ctx, c, namespace, want)
	if err != nil {
		return nil, err
	}
	if len(added) > 0 {
		request := &operatorservice.AddSearchAttributesRequest{
			Namespace: namespace, SearchAttributes: map[string]enums.IndexedValueType{},
		}
		for _, name := range added {
			request.SearchAttributes[name] = want[name]
		}
		_, err := c.OperatorService().AddSearchAttributes(ctx, request)
		var raced *serviceerror.AlreadyExists
		if err != nil && !errors.As(err, &raced) {
			return nil, fmt.Errorf("search attributes %s cannot be added to namespace %s: %w; "+
				"let an administrator of Temporal add them", strings.Join(added, ", "), namespace, err)
		}
	}
	return added, awaitSearchAttributes(ctx, c, namespace, slices.Sorted(maps.Keys(want)))
}

func missing(
	ctx context.Context, c client.Client, namespace string, want map[string]enums.IndexedValueType,
) ([]string, error) {
	have, err := c.OperatorService().ListSearchAttributes(ctx, &operatorservice.ListSearchAttributesRequest{Namespace: namespace})
	if err != nil {
		return nil, fmt.Errorf("search attributes of namespace %s: %w", namespace, err)
	}
	var absent []string
	var problems []error
	for _, name := range slices.Sorted(maps.Keys(want)) {
		switch kind, present := have.GetCustomAttributes()[name]; {
		case !present:
			absent = append(absent, name)
		case kind != want[name]:
			problems = append(problems, fmt.Errorf("search attribute %s of namespace %s is %s and must be %s; "+
				"remove it with: temporal operator search-attribute remove --name %s", name, namespace, kind, want[name], name))
		}
	}
	return absent, errors.Join(problems...)
}

// awaitSearchAttributes asks for a run that carries all of them until the
// question is understood: what the operator service lists is already stored, but
// runs are checked against a cache.
func awaitSearchAttributes(ctx context.Context, c client.Client, namespace string, names []string) error {
	if len(names) == 0 {
		return nil
	}
	ctx, cancel := context.WithTimeout(ctx, visibleWithin)
	defer cancel()
	// The id makes it cheap: it is indexed and belongs to no run.
	request := &workflowservice.CountWorkflowExecutionsRequest{
		Namespace: namespace,
		Query:     "WorkflowId = 'callscout search attributes' AND " + strings.Join(names, " IS NOT NULL AND ") + " IS NOT NULL",
	}
	again := time.NewTicker(200 * time.Millisecond)
	defer again.Stop()
	for {
		_, err := c.CountWorkflow(ctx, request)
		var notYet *serviceerror.InvalidArgument
		if err == nil || !errors.As(err, &notYet) {
			return err
		}
		select {
		case <-ctx.Done():
			return fmt.Errorf("namespace %s does not know its search attributes yet: %w", namespace, err)
		case <-again.C:
		}
	}
}
