package simulator_test

import (
	"fmt"
	"net/url"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"callscout/simulator"
)

func TestCustomersThatHelpScoutRefuses(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	for name, c := range map[string]struct {
		body  string
		codes map[string]string
	}{
		"an empty first name":      {`{"firstName":""}`, map[string]string{"firstName": "NotEmpty"}},
		"a first name of 41":       {`{"firstName":"` + strings.Repeat("ä", 41) + `"}`, map[string]string{"firstName": "Size"}},
		"a last name of 41":        {`{"lastName":"` + strings.Repeat("a", 41) + `"}`, map[string]string{"lastName": "Size"}},
		"notes of 201":             {`{"background":"` + strings.Repeat("a", 201) + `"}`, map[string]string{"background": "Size"}},
		"a job title of 61":        {`{"jobTitle":"` + strings.Repeat("a", 61) + `"}`, map[string]string{"jobTitle": "Size"}},
		"an organization of 61":    {`{"organization":"` + strings.Repeat("a", 61) + `"}`, map[string]string{"organization": "Size"}},
		"a location of 61":         {`{"location":"` + strings.Repeat("a", 61) + `"}`, map[string]string{"location": "Size"}},
		"a photo address of 201":   {`{"photoUrl":"` + strings.Repeat("a", 201) + `"}`, map[string]string{"photoUrl": "Size"}},
		"another photo type":       {`{"photoType":"passport"}`, map[string]string{"photoType": "EnumValue"}},
		"another gender":           {`{"gender":"x"}`, map[string]string{"gender": "EnumValue"}},
		"phones as bare texts":     {`{"phones":["+12025550100"]}`, map[string]string{"phones[0]": "invalid-json"}},
		"a phone of another type":  {`{"phones":[{"type":"desk","value":"1"}]}`, map[string]string{"phones[0].type": "EnumValue"}},
		"a phone without a value":  {`{"phones":[{"type":"work"}]}`, map[string]string{"phones[0].value": "NotNull"}},
		"an e-mail of a fax":       {`{"emails":[{"type":"fax","value":"a@example.com"}]}`, map[string]string{"emails[0].type": "EnumValue"}},
		"a malformed e-mail":       {`{"emails":[{"type":"work","value":"a@b"}]}`, map[string]string{"emails[0].value": "Email"}},
		"a field of its own":       {`{"aircallId":1}`, map[string]string{"aircallId": "unknown"}},
		"the body that was read":   {`{"id":700,"_embedded":{}}`, map[string]string{"id": "unknown", "_embedded": "unknown"}},
		"a list instead of fields": {`[]`, map[string]string{"": "invalid-json"}},
	} {
		require.Equal(t, c.codes, d.want(400, "POST", "/v2/customers", c.body).codes(), name)
	}
	conflict := d.want(409, "POST", "/v2/customers", `{"emails":[{"type":"work","value":"CLEO@example.com"}]}`)
	require.Contains(t, conflict.body, "logRef")
	require.Len(t, d.Customers(), 1)
}

func TestCustomersMayShareAPhoneNumber(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	id := d.created("/v2/customers", `{"firstName":"`+strings.Repeat("ä", 40)+`","phone":"+1 202-555-0143"}`)
	found := d.get("/v2/customers/" + id)
	require.Equal(t, strings.Repeat("ä", 40), found.body["firstName"])
	require.Equal(t, "+1 202-555-0143", found.list("phones")[0]["value"])
	require.Greater(t, found.body["id"].(float64), float64(1<<31), "ids do not fit into 32 bits")
}

func TestCustomerIsChangedByAListOfOperations(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	d.want(204, "PATCH", "/v2/customers/700", `[{"op":"replace","path":"/firstName","value":"Clea"},`+
		`{"op":"add","path":"/phones","value":{"type":"mobile","value":"+442079460001"}}]`)
	customer, _ := d.Customer(700)
	require.Equal(t, "Clea", customer.FirstName)
	require.Len(t, customer.Phones, 2)
	for name, body := range map[string]string{
		"an object":             `{"op":"replace","path":"/firstName","value":"C"}`,
		"an empty list":         `[]`,
		"an empty name":         `[{"op":"replace","path":"/firstName","value":""}]`,
		"a whole list":          `[{"op":"remove","path":"/phones"}]`,
		"an unknown field":      `[{"op":"replace","path":"/aircall","value":"1"}]`,
		"a good and a bad part": `[{"op":"replace","path":"/firstName","value":"Z"},{"op":"replace","path":"/age","value":7}]`,
	} {
		require.Equal(t, 400, d.send("PATCH", "/v2/customers/700", body).status, name)
	}
	unchanged, _ := d.Customer(700)
	require.Equal(t, customer, unchanged)
}

func TestCustomersEntries(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	id := d.created("/v2/customers/700/phones", `{"type":"home","value":"+49 30 23125 001"}`)
	require.Len(t, d.get("/v2/customers/700/phones").list("phones"), 2)
	d.want(204, "PUT", "/v2/customers/700/phones/"+id, `{"type":"home","value":"+49 30 23125 002"}`)
	d.want(400, "PUT", "/v2/customers/700/phones/"+id, `{"type":"pocket","value":"1"}`)
	d.want(204, "DELETE", "/v2/customers/700/phones/"+id, "")
	d.want(404, "DELETE", "/v2/customers/700/phones/"+id, "")
	d.want(404, "GET", "/v2/customers/700/faxes", "")
	d.want(404, "GET", "/v2/customers/1/phones", "")
}

// search asks the customer search and returns the ids found.
func (d *desk) search(query string) []string {
	d.t.Helper()
	var ids []string
	for _, found := range d.want(200, "GET", "/v3/customers/search?query="+url.QueryEscape(query), "").list("customers") {
		ids = append(ids, fmt.Sprintf("%.0f", found["id"]))
	}
	return ids
}

func TestCustomerSearchComparesNumbersAsText(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	d.AddCustomer(simulator.Customer{ID: 701, Phones: []simulator.Entry{{Value: "2025550144"}}})
	require.Equal(t, []string{"700"}, d.search(`phone:"+1 202-555-0143"`))
	require.Empty(t, d.search(`phone:"+12025550143"`), "no normalisation is documented")
	require.Empty(t, d.search(`phone:"555-0143"`))
	require.ElementsMatch(t, []string{"700", "701"}, d.search(`phone:("+1 202-555-0143" OR "2025550144")`))
	require.ElementsMatch(t, []string{"700", "701"}, d.search(`phone:"+1 202-555-0143" OR phone:"2025550144"`))
	require.Equal(t, []string{"700"}, d.search(`email:"CLEO@example.com" AND phone:"+1 202-555-0143"`))
}

func TestCustomerSearchRefuses(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	for name, query := range map[string]string{
		"nothing": "", "an unknown field": `mobile:"1"`, "an open quote": `phone:"1`, "an open parenthesis": `phone:("1"`,
		"a lower-case or": `phone:"1" or phone:"2"`, "no field": `"+12025550143"`, "no value": `phone:`,
		"more than 500 characters": `phone:"` + strings.Repeat("1", 493) + `"`,
	} {
		result := d.send("GET", "/v3/customers/search?query="+url.QueryEscape(query), "")
		require.Equal(t, 400, result.status, name)
		require.Equal(t, "query", result.list("errors")[0]["path"], name)
	}
	d.want(200, "GET", "/v3/customers/search?query="+url.QueryEscape(`phone:"`+strings.Repeat("1", 492)+`"`), "")
}

func TestCustomerSearchIsPagedByCursor(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	for range 60 {
		d.AddCustomer(simulator.Customer{Phones: []simulator.Entry{{Value: "1"}}})
	}
	first := d.get("/v3/customers/search?query=phone:1")
	require.Len(t, first.list("customers"), 50)
	require.NotContains(t, first.body, "page")
	next := first.body["_links"].(map[string]any)["next"].(map[string]any)["href"].(string)
	second := d.get(strings.TrimPrefix(next, d.url))
	require.Len(t, second.list("customers"), 10)
	require.NotContains(t, second.body["_links"], "next")
}
