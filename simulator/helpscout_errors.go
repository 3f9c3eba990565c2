package simulator

import (
	"crypto/rand"
	"encoding/hex"
	"encoding/json"
	"net/http"
	"strconv"
)

const errorsPage = "http://developer.helpscout.net/mailbox-api/overview/errors"

// halError is Help Scout's error shape without single problems.
func halError(status int, message string) answer {
	return halErrors(status, message, nil)
}

func halErrors(status int, message string, problems []problem) answer {
	body := map[string]any{
		"logRef":  logRef(),
		"message": message,
		"_links":  map[string]any{"about": link(errorsPage)},
	}
	if len(problems) > 0 {
		entries := make([]any, 0, len(problems))
		for _, p := range problems {
			entry := map[string]any{
				"path": p.path, "message": p.message, "source": "JSON",
				"_links": map[string]any{"about": link(errorsPage + "#" + p.code)},
			}
			if p.rejected != nil {
				entry["rejectedValue"] = p.rejected
			}
			entries = append(entries, entry)
		}
		body["_embedded"] = map[string]any{"errors": entries}
	}
	result := jsonAnswer(status, body)
	result.set("Content-Type", "application/vnd.error+json")
	return result
}

func badRequest(problems ...problem) answer {
	return halErrors(http.StatusBadRequest, "Bad request", problems)
}

func notFound() answer { return halError(http.StatusNotFound, "Not Found") }

// plainHelpScout is the usual body for a status that a fault asks for.
func plainHelpScout(status int) answer {
	switch {
	case status == http.StatusTooManyRequests:
		return rateLimited(10)
	case status == http.StatusUnauthorized:
		return unauthorized()
	case status < 300:
		return answer{status: status}
	case status == http.StatusBadGateway || status == http.StatusServiceUnavailable:
		// What a load balancer in front of the API would say.
		result := answer{status: status, body: []byte("<html><body><h1>" + http.StatusText(status) + "</h1></body></html>")}
		result.set("Content-Type", "text/html")
		return result
	}
	return halError(status, http.StatusText(status))
}

// rateLimited has no logRef, unlike all other errors.
func rateLimited(seconds int) answer {
	result := jsonAnswer(http.StatusTooManyRequests, map[string]any{"message": "API rate limit exceeded"})
	result.set("X-RateLimit-Retry-After", strconv.Itoa(seconds))
	return result
}

func unauthorized() answer {
	result := halError(http.StatusUnauthorized, "Unauthorized")
	result.set("WWW-Authenticate", `Bearer realm="Help Scout"`)
	return result
}

func jsonAnswer(status int, body any) answer {
	raw, err := json.Marshal(body)
	if err != nil {
		return answer{status: http.StatusInternalServerError}
	}
	result := answer{status: status, body: raw}
	result.set("Content-Type", "application/json")
	return result
}

func hal(body any) answer {
	result := jsonAnswer(http.StatusOK, body)
	result.set("Content-Type", "application/hal+json")
	return result
}

func link(href string) map[string]any { return map[string]any{"href": href} }

func logRef() string {
	var b [16]byte
	_, _ = rand.Read(b[:])
	b[6], b[8] = b[6]&0x0f|0x40, b[8]&0x3f|0x80
	h := hex.EncodeToString(b[:])
	return h[:8] + "-" + h[8:12] + "-" + h[12:16] + "-" + h[16:20] + "-" + h[20:]
}
