package store

const (
	// StreamByMessage is the memory of the run that a message belongs to, by Aircall's
	// id of the message: what became of it may be told without line and number. Its
	// value is a workflow id.
	StreamByMessage = "stream-by-message"
	// StatusByMessage is what became of a message that has not come yet, by its id. Its
	// value is JSON, which calllog reads and writes.
	StatusByMessage = "status-by-message"
)
