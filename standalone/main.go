// Command standalone is Callscout all in one: the callscout command with an
// embedded Temporal server and its Web UI, and a demo that needs nothing else.
package main

import (
	"os"
	_ "time/tzdata" // call times are shown where the line is, on machines without zone files too

	"callscout/cli"
	"callscout/standalone/allinone"
)

func main() {
	os.Exit(cli.Main(os.Args[1:], allinone.Extension()))
}
