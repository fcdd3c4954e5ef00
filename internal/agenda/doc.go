// Package agenda holds the use cases on events with their series of
// announcements, and on practical information that comes again.
//
// An announcement is an ordinary post, so that everything of the ledger holds
// for it. What a series wants is committed first, with the id that the post
// will have, and then the posts are brought to what is wanted: a crash between
// the two is mended by doing the second part again, which changes nothing that
// is done already.
//
// Read in this order: service.go (what it needs), plan.go (which announcements
// an event has and when), wording.go (what they say), cascade.go (what a change
// does to them, shown and then done), settle.go (how posts become as wanted);
// then recurrence.go and occurrences.go.
package agenda
