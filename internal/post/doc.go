// Package post is the domain: what a commune publishes and what becomes of it
// on each channel. It imports the standard library only.
//
// Read in this order: content.go (what is said), state.go (the life of a
// delivery, the one table that code, SQL, documentation and tests share),
// delivery.go (the ledger's rows), tenant.go (communes, users, channels),
// problem.go (errors that a person can act on).
package post

//go:generate go run ../docgen ../../docs
