// Package notifying tells people what they must hear of. A Watch looks at the
// ledger itself, whatever the queue and the workers do, and opens and settles
// notices; a Mailer sends them to readers who want mail; a Service shows them.
package notifying
