package helpscout

import (
	"context"
	"fmt"
	"net/http"
)

// patch is one change of a conversation. Help Scout takes one such object per
// request and refuses a list of them (seen on the wire), unlike for customers.
type patch struct {
	Op    string `json:"op"`
	Path  string `json:"path"`
	Value any    `json:"value,omitempty"`
}

// PutTags sets the tags of a conversation: those left out are removed, unknown
// ones are made, and an empty list removes all.
func (c *Client) PutTags(ctx context.Context, conversation int64, tags []string) error {
	if tags == nil {
		tags = []string{}
	}
	path := fmt.Sprintf("/v2/conversations/%d/tags", conversation)
	_, err := c.send(ctx, request{
		method: http.MethodPut,
		path:   path,
		body: struct {
			Tags []string `json:"tags"`
		}{tags},
	})
	return err
}

// SetStatus sets StatusActive, StatusPending or StatusClosed.
func (c *Client) SetStatus(ctx context.Context, conversation int64, status Status) error {
	return c.patch(ctx, conversation, patch{Op: "replace", Path: "/status", Value: status})
}

// SetSubject sets the subject.
func (c *Client) SetSubject(ctx context.Context, conversation int64, subject string) error {
	return c.patch(ctx, conversation, patch{Op: "replace", Path: "/subject", Value: subject})
}

// Assign makes a user or team the owner. It reopens a closed conversation
// (reported from live use), so set the status afterwards.
func (c *Client) Assign(ctx context.Context, conversation, user int64) error {
	if user <= 0 {
		return request{method: http.MethodPatch, path: conversationPath(conversation)}.refuse("the user's id must be greater than zero")
	}
	return c.patch(ctx, conversation, patch{Op: "replace", Path: "/assignTo", Value: user})
}

// Unassign leaves the conversation without an owner. Like Assign it may reopen
// it.
func (c *Client) Unassign(ctx context.Context, conversation int64) error {
	return c.patch(ctx, conversation, patch{Op: "remove", Path: "/assignTo"})
}

func (c *Client) patch(ctx context.Context, conversation int64, change patch) error {
	_, err := c.send(ctx, request{method: http.MethodPatch, path: conversationPath(conversation), body: change})
	return err
}

func conversationPath(id int64) string { return fmt.Sprintf("/v2/conversations/%d", id) }
