// Package testrig starts the whole of Crieur for tests, through the doors that
// people use: the application in the test's process (app.go), or the real
// binary as processes that can be killed (process.go); real databases and
// queues (services.go); simulated networks that keep state and inject faults
// (networks.go); and a client that speaks the published API (client.go).
package testrig
