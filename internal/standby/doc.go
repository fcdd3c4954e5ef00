// Package standby lets an alert leave while the ledger is away, read-only or
// out of room, and gives the ledger back what was done without it.
//
// While the ledger answers, a copy of what an alert needs is kept in memory
// (copy.go): who may raise one, the channels with their sealed credentials, the
// open alerts. The use cases on alerts ask a Ledger (ledger.go), which asks the
// true ledger first and answers from the copy when that is silent. What is done
// then is written to a file of its own before anything leaves (record.go), sent
// at once to every channel (send.go), and brought into the ledger when that is
// back (reconcile.go). Ordinary work stands still meanwhile: it needs a commit
// before each call.
package standby
