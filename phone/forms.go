package phone

import (
	"slices"
	"strings"
	"unicode"
)

// SearchForms lists how the number may be written in a customer's record, most
// likely first, without repeats. It begins with the forms that Aircall's own
// integrations search for (Aircall's help: international and without country
// code, each with spaces and as digits, and the usual form in the US), then
// those that they miss: with trunk zero, with 00, with dashes, dots and slashes.
//
// Each form, read by Parse in the number's country, is this number again.
func (n Number) SearchForms() []string {
	var forms []string
	for _, form := range n.candidates() {
		read, err := Parse(form, n.country)
		if err == nil && read.e164 == n.e164 && !slices.Contains(forms, form) {
			forms = append(forms, form)
		}
	}
	return forms
}

func (n Number) candidates() []string {
	code, rest, _ := strings.Cut(n.international, " ")
	groups := digitGroups(rest)
	if len(groups) == 0 {
		return nil
	}
	forms := []string{
		code + " " + strings.Join(groups, " "),
		n.e164,
		strings.Join(groups, " "),
		strings.Join(groups, ""),
	}
	if code == "+1" && len(groups) == 3 {
		forms = append(forms, northAmerican(groups)...)
	}
	local := groups
	if national := digitGroups(n.national); strings.Join(national, "") != strings.Join(groups, "") {
		// The national form differs by the trunk prefix, mostly a zero.
		local = national
		forms = append(forms, strings.Join(local, " "), strings.Join(local, ""))
	}
	exit := "00" + strings.TrimPrefix(code, "+")
	forms = append(forms,
		exit+" "+strings.Join(groups, " "),
		exit+strings.Join(groups, ""),
		n.national,
		n.international,
	)
	return append(forms, variants(code, groups, local)...)
}

// northAmerican are the forms of numbers with the country code 1.
func northAmerican(groups []string) []string {
	area, exchange, line := groups[0], groups[1], groups[2]
	return []string{
		"(" + area + ") " + exchange + " " + line,
		"(" + area + ") " + exchange + "-" + line,
		strings.Join(groups, "-"),
		"+1 (" + area + ") " + exchange + "-" + line,
		"1-" + strings.Join(groups, "-"),
		"(" + area + ")" + exchange + "-" + line,
	}
}

// variants are the forms with other separators; local are the groups as dialled
// inside the country.
func variants(code string, groups, local []string) []string {
	area, line := local[0], local[1:]
	var forms []string
	if len(line) > 0 {
		forms = append(forms,
			area+"/"+strings.Join(line, ""),
			area+"-"+strings.Join(line, ""),
			area+" "+strings.Join(line, ""),
			area+" / "+strings.Join(line, ""),
			"("+area+") "+strings.Join(line, " "),
		)
	}
	forms = append(forms, strings.Join(local, "-"), strings.Join(local, "."))
	if area == "0"+groups[0] {
		forms = append(forms,
			code+" (0)"+strings.Join(groups, " "),
			code+" (0) "+strings.Join(groups, " "),
		)
	}
	return append(forms,
		code+"-"+strings.Join(groups, "-"),
		code+" "+strings.Join(groups, ""),
		strings.TrimPrefix(code, "+")+strings.Join(groups, ""),
		code+"."+strings.Join(groups, "."),
	)
}

func digitGroups(text string) []string {
	return strings.FieldsFunc(text, func(r rune) bool { return !unicode.IsDigit(r) })
}
