package explain

import (
	"context"
	"fmt"
	"reflect"

	"go.temporal.io/sdk/activity"
	"go.temporal.io/sdk/converter"

	"callscout/activities"
)

// doers are the activities by name, as a worker would have them.
type doers map[string]reflect.Value

func doersOf(a *activities.Activities) doers {
	d := doers{}
	a.Register(d)
	return d
}

// RegisterActivityWithOptions is that of worker.ActivityRegistry.
func (d doers) RegisterActivityWithOptions(do any, options activity.RegisterOptions) {
	d[options.Name] = reflect.ValueOf(do)
}

// RegisterActivity is that of worker.ActivityRegistry; every activity has a name of
// its own.
func (doers) RegisterActivity(any) { panic("an activity without a name") }

// RegisterDynamicActivity is that of worker.ActivityRegistry.
func (doers) RegisterDynamicActivity(any, activity.DynamicRegisterOptions) {
	panic("an activity without a name")
}

var (
	contextType = reflect.TypeFor[context.Context]()
	errorType   = reflect.TypeFor[error]()
)

// do does an activity. Input and result are encoded on the way, as they are between
// workflow and worker; out may be nil.
func (d doers) do(ctx context.Context, name string, in, out any) (any, error) {
	do, known := d[name]
	if !known || do.Kind() != reflect.Func || do.Type().NumIn() != 2 || do.Type().In(0) != contextType ||
		do.Type().NumOut() != 2 || do.Type().Out(1) != errorType {
		return nil, fmt.Errorf("there is no activity %q with one input and one result", name)
	}
	taken := reflect.New(do.Type().In(1))
	if err := pass(in, taken.Interface()); err != nil {
		return nil, err
	}
	results := do.Call([]reflect.Value{reflect.ValueOf(ctx), taken.Elem()})
	if err, failed := results[1].Interface().(error); failed {
		return nil, err //nolint:wrapcheck // what decides about retries must stay the outermost error
	}
	result := results[0].Interface()
	if out == nil {
		return result, nil
	}
	return result, pass(result, out)
}

// pass brings a value over as Temporal does.
func pass(from, to any) error {
	payload, err := converter.GetDefaultDataConverter().ToPayload(from)
	if err != nil {
		return err
	}
	return converter.GetDefaultDataConverter().FromPayload(payload, to)
}
