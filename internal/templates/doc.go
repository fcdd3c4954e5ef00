// Package templates holds texts with blanks for the circumstances in which
// communes publish: those that come with the program, the commune's own, and
// packs by which communes hand theirs on. Read fill.go first: it is what a
// composer, an event and a recurrence use.
package templates
