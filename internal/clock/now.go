//go:build !failpoints

package clock

import "time"

// Now is the machine's clock. Everything else is given a func() time.Time.
func Now() time.Time { return time.Now() }
