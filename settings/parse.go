package settings

import (
	"encoding/json"
	"fmt"
)

// File is the content of a settings file.
type File struct {
	Version       int            `json:"version"`
	Installations []Installation `json:"installations"`
}

// Parse reads a settings file: YAML, with ${NAME} in its texts replaced by what
// lookup knows (os.LookupEnv in programs) and $$ by a dollar sign. The name is
// for messages only.
//
// A file with anything wrong in it is refused. The error joins one *Problem for
// everything that is wrong, unless the text is not even YAML; none shows a
// secret. Secrets may be missing; see Installation.MissingSecrets.
func Parse(name string, source []byte, lookup func(string) (string, bool)) (File, error) {
	r := &report{file: name}
	root := read(r, source)
	root = expand(r, "", root, lookup)
	if root.kind == null {
		r.add(root.at, "", "the file is empty; write version: 1 and installations")
	}
	checked := fileShape.check(r, "", root)
	refuseRepeats(r, root)
	if err := r.err(); err != nil {
		return File{}, err
	}
	var file File
	if err := convert(checked, &file); err != nil {
		return File{}, err
	}
	for i, installation := range file.Installations {
		at := root.get("installations").items[i]
		if err := refuseConflicts(r, at, indexed("installations", i), installation); err != nil {
			return File{}, err
		}
	}
	if err := r.err(); err != nil {
		return File{}, err
	}
	return file, nil
}

// convert brings checked values into their Go type.
func convert(checked any, into any) error {
	encoded, err := json.Marshal(checked)
	if err != nil {
		return fmt.Errorf("settings cannot be written as JSON: %w", err)
	}
	if err := json.Unmarshal(encoded, into); err != nil {
		return fmt.Errorf("settings cannot be read as JSON: %w", err)
	}
	return nil
}

// refuseRepeats finds what must stand in the file only once.
func refuseRepeats(r *report, root node) {
	ids, tokens := firsts{}, firsts{}
	for i, installation := range root.get("installations").items {
		path := indexed("installations", i)
		if first, repeated := ids.note(installation.get("id"), path); repeated {
			r.add(installation.get("id").at, path+".id", "%s has the same id; give each installation its own", first)
		}
		token := installation.get("aircall").get("webhook_token")
		if first, repeated := tokens.note(token, path); repeated {
			r.add(token.at, path+".aircall.webhook_token",
				"%s has the same token, so that its webhooks could not be told apart; make one webhook for each installation", first)
		}
		numbers := firsts{}
		for j, number := range installation.get("numbers").items {
			id, at := number.get("aircall_number"), fmt.Sprintf("%s.numbers[%d]", path, j)
			if first, repeated := numbers.note(id, at); repeated {
				r.add(id.at, at+".aircall_number", "%s maps this number already; remove one", first)
			}
		}
	}
}

// firsts remembers where each value stood first.
type firsts map[string]string

func (f firsts) note(n node, path string) (first string, repeated bool) {
	if n.scalar == "" || n.kind == unusable {
		return "", false
	}
	first, repeated = f[n.scalar]
	if !repeated {
		f[n.scalar] = path
	}
	return first, repeated
}

// refuseConflicts finds settings that are right each for itself and wrong
// together, once the layers lie over each other.
func refuseConflicts(r *report, n node, path string, i Installation) error {
	settings, err := merge(i.Settings)
	if err != nil {
		return err
	}
	if found := conflicts(settings); len(found) > 0 {
		for _, c := range found {
			r.add(n.get("settings").at, path+".settings."+c.path, "%s", c.text)
		}
		// The numbers inherit them; to say it once is enough.
		return nil
	}
	for j, number := range i.Numbers {
		if settings, err = merge(i.Settings, number.Settings); err != nil {
			return err
		}
		for _, c := range conflicts(settings) {
			r.add(n.get("numbers").items[j].get("settings").at,
				fmt.Sprintf("%s.numbers[%d].settings.%s", path, j, c.path), "%s", c.text)
		}
	}
	return nil
}

func indexed(path string, i int) string { return fmt.Sprintf("%s[%d]", path, i) }
