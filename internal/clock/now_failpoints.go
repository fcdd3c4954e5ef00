//go:build failpoints

package clock

import (
	"fmt"
	"os"
	"strings"
	"sync"
	"time"
	"unsafe"
)

// Now is the machine's clock, moved by what the file that
// CRIEUR_CLOCK_OFFSET_FILE names says: a Go duration, read again each 100 ms. As
// when somebody sets the machine's clock, only the wall time moves: times
// between two readings are true.
func Now() time.Time {
	now := time.Now()
	if offset := moved(now); offset != 0 {
		return shift(now, offset)
	}
	return now
}

var offsetOf struct {
	sync.Mutex
	read   time.Time
	offset time.Duration
}

func moved(now time.Time) time.Duration {
	path := os.Getenv("CRIEUR_CLOCK_OFFSET_FILE")
	if path == "" {
		return 0
	}
	offsetOf.Lock()
	defer offsetOf.Unlock()
	if now.Sub(offsetOf.read) < 100*time.Millisecond {
		return offsetOf.offset
	}
	offsetOf.read = now
	text, err := os.ReadFile(path)
	if err == nil {
		offsetOf.offset, err = time.ParseDuration(strings.TrimSpace(string(text)))
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "clock:", err)
		os.Exit(2)
	}
	return offsetOf.offset
}

// layout is that of time.Time: the wall time, and the monotonic reading where
// the highest bit of the wall time says that there is one.
type layout struct {
	wall uint64
	ext  int64
	loc  *time.Location
}

// shift moves the wall time and keeps the monotonic reading, which Add moves
// too.
func shift(t time.Time, by time.Duration) time.Time {
	there := t.Add(by)
	from, to := (*layout)(unsafe.Pointer(&t)), (*layout)(unsafe.Pointer(&there))
	if from.wall>>63 == 1 && to.wall>>63 == 1 {
		to.ext = from.ext
	}
	return there
}
