// Package cap writes alerts in the Common Alerting Protocol 1.2 (OASIS, 2010),
// for screens, applications and services that relay what the commune says. It
// speaks for the commune alone: nothing here triggers or imitates BE-Alert.
//
// Read in this order: document.go (the document, in the order of the schema),
// rules.go (what holds and the schema does not check), broadcast.go (an alert
// of ours as a document), hazard.go (what each hazard asks of people).
package cap
