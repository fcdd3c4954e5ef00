// Package e2e proves the promise on the whole program: one request in, the
// networks' own records out.
package e2e
