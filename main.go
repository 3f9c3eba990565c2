// Command callscout logs Aircall's calls in Help Scout.
package main

import (
	"os"
	_ "time/tzdata" // call times are shown where the line is, in images without zone files too

	"callscout/cli"
)

func main() {
	os.Exit(cli.Main(os.Args[1:], cli.Extension{}))
}
