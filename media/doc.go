// Package media downloads the files that messages link to. The links come from
// outside, and so do the files: whoever can send a text message chooses what is
// behind them. So every address is checked when it is dialled, every file has a
// limit of size and time, and what a file is, its content decides and no name or
// header. It knows nothing of vendors and workflows, writes nothing, never retries,
// and must not import any other package of this module.
package media
