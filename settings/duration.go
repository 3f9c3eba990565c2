package settings

import (
	"fmt"
	"strings"
	"time"
)

// String writes the duration without empty parts: "48h", not "48h0m0s".
func (d Duration) String() string {
	text := time.Duration(d).String()
	if strings.HasSuffix(text, "m0s") {
		text = strings.TrimSuffix(text, "0s")
	}
	if strings.HasSuffix(text, "h0m") {
		text = strings.TrimSuffix(text, "0m")
	}
	return text
}

// MarshalText writes the duration as String does.
func (d Duration) MarshalText() ([]byte, error) { return []byte(d.String()), nil }

// UnmarshalText reads a Go duration such as "45s", "2m" or "48h". A number
// without a unit is an error, except for "0".
func (d *Duration) UnmarshalText(text []byte) error {
	parsed, err := time.ParseDuration(string(text))
	if err != nil {
		return fmt.Errorf("%.40q is not a duration; write a number and a unit, such as 45s, 2m or 48h", text)
	}
	*d = Duration(parsed)
	return nil
}
