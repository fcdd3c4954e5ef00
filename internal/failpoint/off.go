//go:build !failpoints

package failpoint

import "net/http/httptrace"

// Hit is a place that may end, stop or hold the process.
func Hit(Name) {}

// Err is a place that may also fail.
func Err(Name) error { return nil }

// WhenWritten makes the moment at which a request is written a place.
func WhenWritten(*httptrace.ClientTrace, Name) {}
