package aircall

import "context"

// Numbers lists the phone lines of the company.
func (c *Client) Numbers(ctx context.Context) ([]Number, error) {
	return list(ctx, c, "/v1/numbers", "numbers", func(o object) (Number, *FieldError) {
		number := readNumber(o)
		if number.ID == 0 {
			return number, &FieldError{Field: "id", Expected: positive}
		}
		return number, nil
	})
}
