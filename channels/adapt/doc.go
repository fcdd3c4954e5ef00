// Package adapt makes one text fit every network without spoiling it. All of it
// is pure: the same answer for the same arguments, no input or output, safe for
// concurrent use.
//
// Read in this order: typography.go (what is tidied up), links.go and tags.go
// (what must not be broken), count.go (how networks count), shorten.go (where a
// text may be cut), html.go (what websites get), canonical.go (when two texts
// are the same).
//
// Offsets are in bytes.
package adapt
