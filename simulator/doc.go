// Package simulator is an Aircall and a Help Scout to run against: two HTTP
// handlers that keep state, refuse what the vendors refuse, record every
// request with its cost, and fail on demand. Tests, benchmarks, the demo and
// outside testers use it over HTTP like the real services. It imports the
// standard library only and must never import another package of this module:
// it must not share the product's beliefs.
//
// Simulated of Help Scout: tokens for client credentials, users, inboxes,
// customers with their phones and e-mails, the customer search, conversations,
// threads and tags, with the documented required fields, sets of values,
// lengths, errors and the minute's budget, and signed webhooks with retries for
// conversations that are merged, moved, deleted, tagged or change their status, and
// for customers. Simulated of Aircall: webhooks with
// retries, calls, contacts, numbers, users, teams, insight cards, the company's
// limit, whole calls whose events come with the pauses seen on the wire in 2022, and
// messages (SMS, MMS, WhatsApp, groups) with their files behind signed links, also
// of lines in proxy mode. A path that is not simulated answers 404.
//
// Where the vendors' documentation leaves a point open, the simulator mostly
// takes the answer that is worst for a client. README.md tells documented facts
// from such assumptions.
//
// Beside the vendor's own paths each simulator answers:
//
//	GET    /                        pages for people
//	GET    /_simulator/requests     every API request, oldest first
//	DELETE /_simulator/requests     forget them, and the units
//	GET    /_simulator/units        {"units": n}, the sum of their cost
//	POST   /_simulator/faults       switch a Fault on (JSON)
//	GET    /_simulator/faults       the faults with how often they were applied
//	DELETE /_simulator/faults       switch all faults off
//	GET    /_simulator/state        everything stored, as JSON
//
// Help Scout in addition:
//
//	POST /_simulator/{mailboxes,users,customers,conversations,webhooks}
//	POST /_simulator/conversations/{id}/{merge,move,delete,status,assign,tags,threads,lock}
//	POST /_simulator/customers/{id}/delete
//	POST /_simulator/tokens/expire
//	GET  /_simulator/deliveries
//
// Aircall in addition:
//
//	POST /_simulator/{numbers,users,teams,contacts,webhooks}
//	POST /_simulator/calls          place a call (a Script as JSON; ?wait=true)
//	POST /_simulator/calls/{id}/{comments,tags,archive}
//	POST /_simulator/messages       send or receive a message (a TextMessage; ?wait=true)
//	POST /_simulator/messages/{id}/status
//	POST /_simulator/events         send any event: {"event": ..., "data": ...}
//	GET  /_simulator/{calls,messages,media,cards,deliveries}
//
// Neither simulator asks who uses the control paths and the pages, so Listen
// binds to loopback only, and a request that another website makes a browser
// send is refused when it would change something.
package simulator
