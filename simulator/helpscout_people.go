package simulator

import (
	"fmt"
	"slices"
	"time"
)

// The methods of this file change conversations as a person in Help Scout's own
// pages would, the first user unless one is named.

// MergeConversation moves the threads of one conversation into another. From
// then on reading the first one answers 301, for 60 days, and everything else
// 404.
func (h *HelpScout) MergeConversation(from, into int64) error {
	return h.change(from, func(found *Conversation, now time.Time) error {
		target := h.conversations[into]
		if from == into || target == nil || target.Deleted || target.MergedInto != 0 {
			return fmt.Errorf("conversation %d cannot take another one in", into)
		}
		target.Threads = append(target.Threads, found.Threads...)
		slices.SortStableFunc(target.Threads, func(a, b Thread) int { return a.CreatedAt.Compare(b.CreatedAt) })
		target.Tags = cleanTags(append(target.Tags, found.Tags...))
		found.Threads, found.MergedInto, found.MergedAt = nil, into, now
		h.lineItem(target, fmt.Sprintf("merged conversation %d into this one", found.Number), h.firstUser, now)
		h.touch(target, now)
		return nil
	})
}

// MoveConversation moves a conversation to another inbox. Its id stays.
func (h *HelpScout) MoveConversation(id, mailbox int64) error {
	return h.change(id, func(found *Conversation, now time.Time) error {
		if h.mailboxes[mailbox] == nil {
			return fmt.Errorf("no mailbox %d", mailbox)
		}
		h.move(found, mailbox, h.firstUser, now)
		return nil
	})
}

// DeleteConversation puts a conversation into the bin.
func (h *HelpScout) DeleteConversation(id int64) error {
	return h.change(id, func(found *Conversation, _ time.Time) error {
		found.Deleted = true
		return nil
	})
}

// SetStatus sets active, pending, closed or spam.
func (h *HelpScout) SetStatus(id int64, status string) error {
	return h.change(id, func(found *Conversation, now time.Time) error {
		if !slices.Contains([]string{"active", "pending", "closed", "spam"}, status) {
			return fmt.Errorf("status %q: use active, pending, closed or spam", status)
		}
		if status != found.Status {
			h.changeStatus(found, status, h.firstUser, now)
		}
		return nil
	})
}

// Assign makes user the owner; 0 means nobody. Unlike the API, a person's
// assignment leaves a closed conversation closed.
func (h *HelpScout) Assign(id, user int64) error {
	return h.change(id, func(found *Conversation, now time.Time) error {
		if user != 0 && h.users[user] == nil {
			return fmt.Errorf("no user %d", user)
		}
		status, closedAt, closedBy := found.Status, found.ClosedAt, found.ClosedBy
		h.assign(found, user, h.firstUser, now)
		found.Status, found.ClosedAt, found.ClosedBy = status, closedAt, closedBy
		return nil
	})
}

// SetTags replaces the tags.
func (h *HelpScout) SetTags(id int64, tags ...string) error {
	return h.change(id, func(found *Conversation, _ time.Time) error {
		found.Tags = cleanTags(tags)
		return nil
	})
}

// ChangeTags puts one tag and takes another off, as a person does; either may be
// empty. It leaves all others as they are at that moment.
func (h *HelpScout) ChangeTags(id int64, put, off string) error {
	return h.change(id, func(found *Conversation, _ time.Time) error {
		tags := slices.DeleteFunc(slices.Clone(found.Tags), func(tag string) bool { return tag == off })
		if put != "" {
			tags = append(tags, put)
		}
		found.Tags = cleanTags(tags)
		return nil
	})
}

// AddThread adds a thread, by default one that the customer wrote. It leaves the
// status alone.
func (h *HelpScout) AddThread(id int64, thread Thread) error {
	return h.change(id, func(found *Conversation, now time.Time) error {
		h.storeThread(found, thread, now)
		return nil
	})
}

// LockConversation makes every write answer 423, or possible again.
func (h *HelpScout) LockConversation(id int64, locked bool) error {
	return h.change(id, func(found *Conversation, _ time.Time) error {
		found.Locked = locked
		return nil
	})
}

// DeleteCustomer removes a customer. Its conversations keep the id.
func (h *HelpScout) DeleteCustomer(id int64) error {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.customers[id] == nil {
		return fmt.Errorf("no customer %d", id)
	}
	delete(h.customers, id)
	h.customerIndex.put(id, h.clock(), nil)
	h.raise("customer.deleted", 0, map[string]any{"id": id})
	return nil
}

// RenameCustomer gives a customer other names, as a person does.
func (h *HelpScout) RenameCustomer(id int64, first, last string) error {
	h.mu.Lock()
	defer h.mu.Unlock()
	customer := h.customers[id]
	if customer == nil {
		return fmt.Errorf("no customer %d", id)
	}
	customer.FirstName, customer.LastName = first, last
	h.customerChanged(customer, h.clock())
	return nil
}

// SetPhones replaces the numbers of a customer, as a person does.
func (h *HelpScout) SetPhones(id int64, numbers ...string) error {
	h.mu.Lock()
	defer h.mu.Unlock()
	customer := h.customers[id]
	if customer == nil {
		return fmt.Errorf("no customer %d", id)
	}
	customer.Phones = nil
	for _, number := range numbers {
		customer.Phones = append(customer.Phones, Entry{ID: h.take("entry"), Type: "work", Value: number})
	}
	h.customerChanged(customer, h.clock())
	return nil
}

func (h *HelpScout) change(id int64, do func(*Conversation, time.Time) error) error {
	h.mu.Lock()
	defer h.mu.Unlock()
	found := h.conversations[id]
	if found == nil || found.Deleted || found.MergedInto != 0 {
		return fmt.Errorf("no conversation %d", id)
	}
	now := h.clock()
	if err := do(found, now); err != nil {
		return err
	}
	h.touch(found, now)
	return nil
}
