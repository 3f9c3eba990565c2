package media

import (
	"context"
	"net/http"
	"net/url"
	"strings"
)

// Answers tells whether a page answers that people are to open: over https, at a
// public address, with a status that is no error. Its errors are those of Fetch;
// what the page holds does not matter, and is not read.
func (d *Downloader) Answers(ctx context.Context, link string) error {
	parsed, err := url.Parse(strings.TrimSpace(link))
	if err != nil {
		return &Refused{Reason: BadLink}
	}
	if err := d.checkLink(parsed); err != nil {
		return err
	}
	ctx, end := context.WithTimeoutCause(ctx, d.options.Timeout, errTooSlow)
	defer end()
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, parsed.String(), nil)
	if err != nil {
		return &Refused{Reason: BadLink}
	}
	request.Header.Set("User-Agent", "callscout")
	response, err := d.client.Do(request)
	if err != nil {
		return failure(ctx, err)
	}
	if err := response.Body.Close(); err != nil {
		return failure(ctx, err)
	}
	if response.StatusCode == http.StatusNoContent {
		return nil
	}
	return checkStatus(response.StatusCode)
}
