// Package worker carries deliveries from the ledger to the networks. Read in
// this order: dispatch.go (when a lane is rung), publish.go (one delivery, from
// claim to outcome), attempt.go (what a channel sees of the ledger while it
// publishes), reconcile.go (an unknown outcome is read back until it is known),
// leases.go (what a crashed worker left), renew.go, prepare.go.
//
// Rules that hold everywhere here: SQL is the truth and a bell only wakes;
// every write carries the epoch of its claim; an attempt is committed before
// the first byte leaves; a creating call without a clear answer is unknown and
// never repeated before the account was read back.
package worker
