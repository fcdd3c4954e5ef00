// Package facebook publishes on Facebook Pages through the Graph API.
//
// Read in this order: driver.go (settings, credentials, limits), render.go (what
// leaves), publish.go (how), find.go (what became of it), then graph.go (one
// call) and failure.go (what Meta's error codes mean).
//
// The Graph API has no idempotency key, and the status of its answers is not to
// be relied on: errors are told by code and subcode, and whatever is not a clear
// refusal of the creating call is unknown until the Page was read back.
package facebook
