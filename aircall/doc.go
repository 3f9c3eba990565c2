// Package aircall holds what Aircall says: the events that its webhooks send,
// the objects inside them, and a client of its REST API. It knows nothing of
// what is done with them, so it must not import any other package of this
// module, nor anything but the standard library. It reads leniently, since
// Aircall's objects differ by endpoint, event and year: one odd field never
// loses a whole event. It never sleeps and never retries.
package aircall
