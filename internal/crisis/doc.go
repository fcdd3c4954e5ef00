// Package crisis holds the use cases on alerts: raise one, let a second person
// confirm it, say the next message, end it, and decide what it held back. Read
// raise.go first. The ledger decides every race (ports.go); what stands here
// decides who may ask, and what is said.
//
// Crieur neither triggers nor imitates BE-Alert or the emergency numbers: it
// only prepares texts to copy there (companion.go).
package crisis
