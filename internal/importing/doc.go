// Package importing takes over what is published elsewhere: a website's feed,
// its WordPress or Plone, a calendar. Each new item becomes a proposal, a draft
// or, where a rule says so, a post with an hour: once, whatever the source does
// to it afterwards, and never when Crieur itself had published it there.
//
// Read in this order: service.go (what people decide), poll.go (one reading of
// a source), identity.go (which items are the same), echo.go (which are our
// own), take.go (an item becomes a post), fetch.go (the only way out), then one
// file for each kind of source. Sources are not trusted: every size, depth and
// number is bounded here, whatever a parser would do.
package importing
