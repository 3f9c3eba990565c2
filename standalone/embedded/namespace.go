package embedded

import (
	"context"
	"fmt"
	"time"

	"go.temporal.io/api/namespace/v1"
	"go.temporal.io/api/workflowservice/v1"
	"go.temporal.io/sdk/client"
	temporallog "go.temporal.io/sdk/log"
	"google.golang.org/protobuf/types/known/durationpb"

	"callscout/engine"
)

// settle waits until the server answers, and brings the namespace up to date:
// what it was made with counts only for the first start.
func (s *Server) settle(ctx context.Context) error {
	c, err := client.NewLazyClient(client.Options{
		HostPort: s.HostPort(), Namespace: s.opts.Namespace, Logger: temporallog.NewStructuredLogger(quiet(s.opts.Logger)),
	})
	if err != nil {
		return fmt.Errorf("embedded Temporal: %w", err)
	}
	defer c.Close()
	if err := until(ctx, func() error {
		_, err := c.CheckHealth(ctx, &client.CheckHealthRequest{})
		return err
	}); err != nil {
		return fmt.Errorf("the embedded Temporal does not answer: %w", err)
	}
	if err := s.keepFor(ctx, c, s.opts.Retention); err != nil {
		return fmt.Errorf("retention of namespace %s: %w", s.opts.Namespace, err)
	}
	_, err = engine.AddSearchAttributes(ctx, c, s.opts.Namespace, s.opts.SearchAttributes)
	return err
}

func (s *Server) keepFor(ctx context.Context, c client.Client, retention time.Duration) error {
	is, err := c.WorkflowService().DescribeNamespace(ctx, &workflowservice.DescribeNamespaceRequest{Namespace: s.opts.Namespace})
	if err != nil || is.GetConfig().GetWorkflowExecutionRetentionTtl().AsDuration() == retention {
		return err
	}
	_, err = c.WorkflowService().UpdateNamespace(ctx, &workflowservice.UpdateNamespaceRequest{
		Namespace: s.opts.Namespace,
		Config:    &namespace.NamespaceConfig{WorkflowExecutionRetentionTtl: durationpb.New(retention)},
	})
	return err
}

// until asks again until there is no error, or ctx is done.
func until(ctx context.Context, ask func() error) error {
	again := time.NewTicker(20 * time.Millisecond)
	defer again.Stop()
	for {
		err := ask()
		if err == nil {
			return nil
		}
		select {
		case <-ctx.Done():
			return err
		case <-again.C:
		}
	}
}
