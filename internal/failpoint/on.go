//go:build failpoints

package failpoint

import (
	"errors"
	"fmt"
	"net/http/httptrace"
	"os"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"time"
)

// ErrInjected is what a place gives back by "error".
var ErrInjected = errors.New("failpoint")

// action is what happens at a place.
type action struct {
	kind string
	hang time.Duration
	// at is the time that counts; 0: each.
	at int
}

// points is the state of this process.
type points struct {
	mu      sync.Mutex
	actions map[Name]action
	times   map[Name]int
	seen    *os.File
}

var load = sync.OnceValue(func() *points {
	p, err := parse(os.Getenv("CRIEUR_FAILPOINTS"))
	if err == nil {
		if path := os.Getenv("CRIEUR_FAILPOINTS_SEEN"); path != "" {
			p.seen, err = os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_APPEND, 0o600)
		}
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "failpoints:", err)
		os.Exit(2)
	}
	return p
})

func parse(text string) (*points, error) {
	p := &points{actions: map[Name]action{}, times: map[Name]int{}}
	for part := range strings.SplitSeq(text, ",") {
		if part = strings.TrimSpace(part); part == "" {
			continue
		}
		name, what, ok := strings.Cut(part, "=")
		if !ok {
			return nil, fmt.Errorf("%q: a place and an action are needed", part)
		}
		what, number, numbered := strings.Cut(what, "#")
		kind, length, _ := strings.Cut(what, ":")
		a := action{kind: kind}
		var err error
		switch kind {
		case "kill", "stop", "error", "panic":
		case "hang":
			a.hang, err = time.ParseDuration(length)
		default:
			err = fmt.Errorf("no action %q", kind)
		}
		if err == nil && numbered {
			a.at, err = strconv.Atoi(number)
		}
		if err != nil {
			return nil, fmt.Errorf("%q: %w", part, err)
		}
		place, known := named(name)
		if !known {
			return nil, fmt.Errorf("no place %q", name)
		}
		p.actions[place] = a
	}
	return p, nil
}

// pass counts a passage and says what is to happen.
func (p *points) pass(name Name) (action, bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.times[name]++
	times := p.times[name]
	if times == 1 && p.seen != nil {
		_, _ = p.seen.WriteString(name.String() + "\n") // what is not noted counts as not passed
	}
	a, ok := p.actions[name]
	return a, ok && (a.at == 0 || a.at == times)
}

// Hit is a place that may end, stop or hold the process.
func Hit(name Name) {
	if err := Err(name); err != nil {
		fmt.Fprintln(os.Stderr, "failpoints:", name, "gives no error back")
		os.Exit(2)
	}
}

// Err is a place that may also fail.
func Err(name Name) error {
	a, acts := load().pass(name)
	if !acts {
		return nil
	}
	switch a.kind {
	case "kill":
		_ = syscall.Kill(os.Getpid(), syscall.SIGKILL) // nobody is left to be told
		select {}
	case "stop":
		_ = syscall.Kill(os.Getpid(), syscall.SIGSTOP) // as above
	case "hang":
		time.Sleep(a.hang)
	case "panic":
		panic("failpoint " + name.String())
	case "error":
		return fmt.Errorf("%w %s", ErrInjected, name)
	}
	return nil
}

// WhenWritten makes the moment at which a request is written a place.
func WhenWritten(trace *httptrace.ClientTrace, name Name) {
	trace.WroteRequest = func(httptrace.WroteRequestInfo) { Hit(name) }
}
