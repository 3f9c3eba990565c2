// Package simulator is an Aircall and a Help Scout to run against: two HTTP
// handlers that keep state, refuse what the vendors refuse, record every
// request with its cost, and fail on demand. Tests, benchmarks, the demo and
// outside testers use it over HTTP like the real services. It imports the
// standard library only and must never import another package of this module:
// it must not share the product's beliefs.
//
// Where the vendors' documentation leaves a point open, the simulator takes the
// answer that is worst for a client; README.md lists those choices.
//
// Beside the vendor's own paths each simulator answers:
//
//	GET    /                        a page for people
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
//	POST /_simulator/{mailboxes,users,customers,conversations}
//	POST /_simulator/conversations/{id}/{merge,move,delete,status,assign,tags,threads,lock}
//	POST /_simulator/customers/{id}/delete
//	POST /_simulator/tokens/expire
//
// Aircall in addition:
//
//	POST /_simulator/{numbers,users,teams,contacts,webhooks}
//	POST /_simulator/calls          place a call (a Script as JSON; ?wait=true)
//	POST /_simulator/events         send any event: {"event": ..., "data": ...}
//	GET  /_simulator/{calls,cards,deliveries}
//
// Neither simulator asks who uses the control paths, so Listen binds to
// loopback only.
package simulator
