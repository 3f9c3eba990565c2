package cli

import "callscout/settings"

type schemaCmd struct{}

// Run writes the JSON Schema of the settings file.
func (schemaCmd) Run(p *Process) error {
	_, err := p.Out.Write(settings.Schema())
	return err
}
