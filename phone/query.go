package phone

import "strings"

// maxQuery is the longest customer query that Help Scout takes, in characters.
const maxQuery = 500

// Query writes forms as one customer search in the grammar of Help Scout's v3
// search (Help Scout's reference: phone:"..." clauses joined by OR, at most 500
// characters). It takes the forms in their order as long as the query stays
// within limit characters, and says how many it took; the rest is for a further
// query.
func Query(forms []string, limit int) (query string, used int) {
	var written strings.Builder
	for _, form := range forms {
		clause := `phone:"` + unquoted.Replace(form) + `"`
		if used > 0 {
			clause = " OR " + clause
		}
		if written.Len()+len(clause) > limit {
			break
		}
		written.WriteString(clause)
		used++
	}
	return written.String(), used
}

// unquoted takes out what would end the quoted text early: the grammar names no
// way to escape it.
var unquoted = strings.NewReplacer(`"`, "", `\`, "")
