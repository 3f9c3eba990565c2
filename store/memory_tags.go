package store

import "fmt"

// TagWritesByConversation is the memory of the last writes of a conversation's tags
// by calls, by the conversation's id: what each read, what it wrote, which call it
// was. Its value is JSON, which calllog reads and writes; tags are no personal data
// here, the ledger has them as well. It tells what somebody changed meanwhile.
const TagWritesByConversation = "tag-writes-by-conversation"

// ConversationLock names the lock that is held from the reading of a conversation
// to its last write. Whoever holds it sees every write that has read already.
func ConversationLock(installation string, conversation int64) string {
	return fmt.Sprintf("%s/conversation/%d", installation, conversation)
}
