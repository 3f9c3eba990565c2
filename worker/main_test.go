package worker_test

import (
	"flag"
	"fmt"
	"os"
	"testing"
)

// TestMain runs all, and sees that no excuse is left that nobody needs.
func TestMain(m *testing.M) {
	code := m.Run()
	all := flag.Lookup("test.run").Value.String() == "" && flag.Lookup("test.skip").Value.String() == "" && !testing.Short()
	for scenario, why := range cannotBeKnown {
		if _, needed := excuses.Load(scenario); !needed && all && code == 0 {
			fmt.Printf("%s is explained rightly by now, and needs no excuse (%s)\n", scenario, why)
			code = 1
		}
	}
	os.Exit(code)
}
