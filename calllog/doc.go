// Package calllog is the rules: what is known of a call, what it must look like
// in Help Scout, and what to do next. Everything here is a pure function of its
// arguments: no clock, no network, no store. The same rules run inside a
// workflow, inside an activity and in a dry run, and cannot disagree.
//
// It imports the vendors' types, phone and settings, and nothing else of ours.
package calllog
