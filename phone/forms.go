package phone

import (
	"slices"
	"strings"
	"unicode"

	"github.com/nyaruka/phonenumbers"
)

// maxQueries is how many searches a number may cost: the second is for the forms
// that did not fit into the first.
const maxQueries = 2

// SearchForms lists how the number may be written in a customer's record, most
// likely first, without repeats. It begins with the forms that Aircall's own
// integrations search for (Aircall's help: international and without country
// code, each with spaces and as digits, and the usual form in the US), then
// those that they miss: with trunk prefix, with 00, with dashes, dots and slashes,
// and other groupings. All of them fit into two queries of 500 characters.
//
// Each form, read by Parse in the number's country, is this number again.
//
// Extensions cannot be listed. A number with one is found where the search
// matches parts of a text or normalises it, and is then recognised by Holds.
func (n Number) SearchForms() []string {
	var forms []string
	// What differs in separators only is read alike.
	isThis := map[string]bool{}
	for _, form := range n.candidates() {
		if slices.Contains(forms, form) {
			continue
		}
		digits, err := plain(form)
		if err != nil {
			continue
		}
		same, known := isThis[digits]
		if !known {
			again, err := Parse(form, n.country)
			same = err == nil && again == n
			isThis[digits] = same
		}
		if same {
			forms = append(forms, form)
		}
	}
	fitting := 0
	for range maxQueries {
		_, used := Query(forms[fitting:], maxQuery)
		fitting += used
	}
	return forms[:fitting]
}

// written is a number taken apart, to be put together in other ways.
type written struct {
	// code is the country code with its plus; groups are the digits after it.
	code   string
	groups []string
	// local are the groups as dialled inside the country: area is the first of
	// them with the trunk prefix, line the others.
	local []string
	area  string
	line  []string
	// alone tells that the trunk prefix is a group of its own, as in Russia.
	alone bool
}

func (n Number) candidates() []string {
	code, rest, _ := strings.Cut(n.international, " ")
	w := written{code: code, groups: digitGroups(rest)}
	if len(w.groups) == 0 {
		return nil
	}
	w.local = w.groups
	// The national form differs by the trunk prefix, mostly a zero.
	trunk := false
	if national := digitGroups(n.national); strings.Join(national, "") != strings.Join(w.groups, "") {
		w.local, trunk = national, true
	}
	w.area, w.line = w.local[0], w.local[1:]
	if w.alone = len(w.local) > len(w.groups); w.alone {
		w.area, w.line = w.local[0]+" "+w.local[1], w.local[2:]
	}

	forms := []string{
		code + " " + strings.Join(w.groups, " "),
		n.e164,
		strings.Join(w.groups, " "),
		strings.Join(w.groups, ""),
	}
	if code == "+1" && len(w.groups) == 3 {
		forms = append(forms, northAmerican(w.groups)...)
	}
	if trunk {
		forms = append(forms, strings.Join(w.local, " "), strings.Join(w.local, ""))
	}
	exit := "00" + strings.TrimPrefix(code, "+")
	forms = append(forms,
		exit+" "+strings.Join(w.groups, " "),
		exit+strings.Join(w.groups, ""),
		n.national,
		n.international,
	)
	prefix := phonenumbers.GetNddPrefixForRegion(n.country, true)
	if code == "+1" {
		forms = append(forms, w.withPrefix(prefix)...)
		forms = append(forms, strings.Join(w.groups, "."), code+"-"+strings.Join(w.groups, "-"), code+"."+strings.Join(w.groups, "."))
	}
	forms = append(forms, w.separated()...)
	forms = append(forms, w.bracketed(n.international)...)
	forms = append(forms, w.regrouped()...)
	if !trunk && prefix != "" {
		// Some write the prefix although the usual form is without.
		forms = append(forms, w.withPrefix(prefix)...)
	}
	return append(forms, w.unlikely()...)
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

func (w written) withPrefix(prefix string) []string {
	return []string{prefix + " " + strings.Join(w.groups, " "), prefix + strings.Join(w.groups, "")}
}

// separated are the forms with dashes, dots and slashes, and the marked zero.
func (w written) separated() []string {
	var forms []string
	if len(w.line) > 0 {
		forms = append(forms, w.area+"/"+strings.Join(w.line, ""))
	}
	forms = append(forms, strings.Join(w.local, "-"))
	if len(w.line) > 0 {
		forms = append(forms,
			w.area+" / "+strings.Join(w.line, ""),
			"("+w.area+") "+strings.Join(w.line, " "),
		)
	}
	forms = append(forms, strings.Join(w.local, "."))
	if len(w.line) > 1 {
		forms = append(forms, w.area+"/"+strings.Join(w.line, " "))
	}
	if w.area == "0"+w.groups[0] {
		forms = append(forms,
			w.code+" (0)"+strings.Join(w.groups, " "),
			w.code+" (0) "+strings.Join(w.groups, " "),
		)
	}
	return append(forms,
		w.code+"-"+strings.Join(w.groups, "-"),
		w.code+" "+strings.Join(w.groups, ""),
		strings.TrimPrefix(w.code, "+")+strings.Join(w.groups, ""),
		w.code+"."+strings.Join(w.groups, "."),
	)
}

// bracketed are the forms with the area code in brackets or set apart, where the
// rest is written as one or as the library writes it.
func (w written) bracketed(international string) []string {
	if len(w.line) == 0 {
		return nil
	}
	line := strings.Join(w.line, "")
	_, rest, _ := strings.Cut(international, " ")
	rest = strings.TrimLeftFunc(strings.TrimPrefix(rest, w.groups[0]), isSeparator)
	forms := []string{
		w.area + "-" + line,
		w.area + " " + line,
		w.code + " (" + w.groups[0] + ") " + rest,
		"(" + w.area + ")" + line,
		w.area + "-" + strings.Join(w.line, " "),
		w.area + " " + rest,
		w.code + "(" + w.groups[0] + ")" + rest,
	}
	if w.alone {
		forms = append(forms, w.local[0]+"("+w.local[1]+")"+rest, w.local[0]+"-"+w.local[1]+"/"+line)
	}
	return forms
}

// regrouped are the forms with groups that the library does not make, but people
// do: a long last group is broken, and German mobile prefixes are three digits.
func (w written) regrouped() []string {
	groups, area := w.groups, w.area
	if w.code == "+49" && len(groups) == 2 && len(groups[0]) == 4 && strings.HasPrefix(groups[0], "15") {
		groups = []string{groups[0][:3], groups[0][3:] + groups[1]}
		area = "0" + groups[0]
	}
	if len(groups) != 2 || len(groups[1]) < 6 || len(groups[1]) > 8 {
		return nil
	}
	line, half := groups[1], len(groups[1])/2
	broken := line[:half] + " " + line[half:]
	forms := []string{
		area + " " + line,
		area + "/" + line,
		area + " " + broken,
		w.code + " " + groups[0] + " " + broken,
		w.code + " " + groups[0] + " " + line,
		area + "-" + line,
		area + "/" + broken,
	}
	for _, sizes := range smallGroups[len(line)] {
		var small []string
		for rest := line; rest != ""; {
			small = append(small, rest[:sizes[0]])
			rest, sizes = rest[sizes[0]:], sizes[1:]
		}
		forms = append(forms, area+" "+strings.Join(small, " "), w.code+" "+groups[0]+" "+strings.Join(small, " "))
	}
	return forms
}

// smallGroups are the ways in which people break a line of that many digits into
// groups of two and three.
var smallGroups = map[int][][]int{
	6: {{2, 2, 2}},
	7: {{3, 2, 2}},
	8: {{2, 2, 2, 2}, {3, 3, 2}},
}

func (w written) unlikely() []string {
	code := strings.TrimPrefix(w.code, "+")
	forms := []string{
		strings.Join(w.local, "/"),
		code + " " + strings.Join(w.groups, " "),
	}
	if w.area == "0"+w.groups[0] {
		forms = append(forms,
			w.code+"(0)"+strings.Join(w.groups, ""),
			w.code+" (0)"+w.groups[0]+" "+strings.Join(w.groups[1:], ""),
		)
	}
	return append(forms,
		strings.Join(w.groups, "-"),
		strings.Join(w.groups, "."),
		"00 "+code+" "+strings.Join(w.groups, " "),
		"00"+code+"-"+strings.Join(w.groups, "-"),
		w.code+"/"+strings.Join(w.groups, "/"),
	)
}

func digitGroups(text string) []string {
	return strings.FieldsFunc(text, func(r rune) bool { return !unicode.IsDigit(r) })
}
