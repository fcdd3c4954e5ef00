// Package api is the HTTP edge. openapi.yaml is the contract: the server
// interface and the types are generated from it, requests are checked against
// it, and so are the answers in tests. A handler turns a request into one call
// of a use case and its result into an answer; nothing is decided here.
//
// Read in this order: server.go (what runs, in which order), middleware.go,
// body.go, validation.go and problem.go (what every request passes),
// idempotency.go, then one file for each resource. hub.go and stream.go are the
// live events, ui.go the web application.
package api

//go:generate go tool oapi-codegen -config oapi-codegen.yaml openapi.yaml
