package aircall

import (
	"encoding/json"
	"strings"
)

// Answer is what a caller told a voice agent.
type Answer struct {
	// Question is the intake question, or the key that Aircall keeps the answer
	// under. Names of nested keys are joined with " / ". Empty if not said.
	Question string
	// Answer is empty if there is none. Numbers and truth values are as on the
	// wire, several values are joined with ", ".
	Answer string
}

// questionKeys and answerKeys are those of an object that is one question with its
// answer, and nothing else, at the top of extracted_data. There a key such as "name"
// is more likely what was asked.
var (
	questionKeys = []string{"question", "questions"}
	answerKeys   = []string{"answer", "answers"}
)

// answers reads extracted_data, whose form no source settles: keys with values,
// nested or not, a list of questions with answers, a list of each, or plain text. The
// order is that of the wire.
func answers(raw json.RawMessage) []Answer {
	data := ordered(raw)
	if text := json.RawMessage(data.text); data.text != "" && strings.ContainsAny(data.text[:1], "{[") && json.Valid(text) {
		data = ordered(text)
	}
	if len(data.fields) == 1 && data.fields[0].holdsObjects() {
		// The key is around the whole and says nothing.
		data = data.fields[0].value
	}
	if question, answer := asked(data); question.items != nil || answer.items != nil {
		return sideBySide(question, answer)
	}
	if data.fields != nil && !data.isQuestion() {
		return appendFields(nil, "", data)
	}
	return appendAnswers(nil, "", data)
}

// asked are the two fields of an object that has questions and answers.
func asked(data value) (questions, answers value) {
	for _, q := range questionKeys {
		for _, a := range answerKeys {
			if data.has(q) && data.has(a) {
				return data.field(q), data.field(a)
			}
		}
	}
	return value{}, value{}
}

func (v value) isQuestion() bool {
	question, answer := asked(v)
	return !question.empty() || !answer.empty()
}

// holdsObjects is true for a list whose entries are all objects.
func (v value) holdsObjects() bool {
	for _, entry := range v.items {
		if entry.fields == nil {
			return false
		}
	}
	return len(v.items) > 0
}

// sideBySide pairs two lists. Whichever is longer goes on alone.
func sideBySide(questions, given value) []Answer {
	questions, given = questions.asList(), given.asList()
	var list []Answer
	for i := range max(len(questions.items), len(given.items)) {
		var a Answer
		if i < len(questions.items) {
			a.Question = questions.items[i].line()
		}
		if i < len(given.items) {
			a.Answer = given.items[i].line()
		}
		list = appendAnswer(list, a)
	}
	return list
}

// asList makes a list of one of what is none.
func (v value) asList() value {
	if v.items == nil && !v.empty() {
		return value{items: []value{v}}
	}
	return v
}

func appendAnswer(list []Answer, a Answer) []Answer {
	if a == (Answer{}) {
		return list
	}
	return append(list, a)
}

func appendAnswers(list []Answer, question string, v value) []Answer {
	switch {
	case v.items != nil && (question == "" || v.holdsObjects()):
		for _, entry := range v.items {
			list = appendAnswers(list, question, entry)
		}
		return list
	case v.fields == nil:
		return appendAnswer(list, Answer{question, v.line()})
	}
	name, text := v.halves()
	switch {
	case name != "" && text != "":
		question = under(question, v.field(name).text)
		list = appendAnswers(list, question, v.field(text))
		v = v.without(name, text).without(bookkeeping...)
	case text != "" && v.only(text):
		return appendAnswers(list, question, v.field(text))
	}
	return appendFields(list, question, v)
}

func appendFields(list []Answer, question string, v value) []Answer {
	for _, field := range v.fields {
		list = appendAnswers(list, under(question, field.name), field.value)
	}
	return list
}

// line writes a value that is one answer, or part of one.
func (v value) line() string {
	var parts []string
	for _, entry := range v.items {
		if text := entry.line(); text != "" {
			parts = append(parts, text)
		}
	}
	for _, field := range v.fields {
		parts = append(parts, strings.TrimSpace(field.name+": "+field.line()))
	}
	if parts == nil {
		return v.text
	}
	return strings.Join(parts, ", ")
}
