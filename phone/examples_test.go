package phone_test

import (
	"slices"
	"sync"

	"github.com/nyaruka/phonenumbers"
	"github.com/stretchr/testify/require"

	"callscout/phone"
)

// example is one of the library's own example numbers.
type example struct {
	region string
	proto  *phonenumbers.PhoneNumber
	number phone.Number
	forms  func() []string
}

// examples are a landline and a mobile number of every region, in the order of
// their regions.
func examples(t require.TestingT) []example {
	found := readExamples()
	require.NotEmpty(t, found)
	return found
}

var readExamples = sync.OnceValue(func() []example {
	var regions []string
	for region := range phonenumbers.GetSupportedRegions() {
		regions = append(regions, region)
	}
	slices.Sort(regions)
	var found []example
	for _, region := range regions {
		for _, kind := range []phonenumbers.PhoneNumberType{phonenumbers.FIXED_LINE, phonenumbers.MOBILE} {
			proto := phonenumbers.GetExampleNumberForType(region, kind)
			if proto == nil {
				continue
			}
			n, err := phone.Parse(phonenumbers.Format(proto, phonenumbers.E164), "")
			if err != nil {
				return nil
			}
			if len(found) == 0 || found[len(found)-1].number != n {
				found = append(found, example{region, proto, n, sync.OnceValue(n.SearchForms)})
			}
		}
	}
	return found
})
