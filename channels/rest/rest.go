// Package rest is how channels speak HTTP: bodies are bounded, redirects are
// not followed, and every failure says whether the request may have been read
// by the other side. That last fact decides between "try again" and "unknown",
// so it is measured (httptrace) and never guessed.
package rest

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptrace"
	"strconv"
	"sync/atomic"
	"time"

	"github.com/crieur/crieur/internal/failpoint"
)

// MaxBody is how much of an answer is read, in bytes.
const MaxBody = 1 << 20

// ErrTruncated: the answer was cut off, or is larger than MaxBody.
var ErrTruncated = errors.New("answer cut off or too large")

// Response is a whole answer.
type Response struct {
	Status int
	Header http.Header
	Body   []byte
}

// TransportError is a request without a whole answer.
type TransportError struct {
	// Sent: the request may have reached the other side. False is proof that
	// it did not: no connection was made.
	Sent bool
	// Status is that of an answer whose body was cut off; else 0.
	Status int
	Err    error
}

func (e *TransportError) Error() string {
	if e.Sent {
		return fmt.Sprintf("no clear answer after the request was sent: %v", e.Err)
	}
	return fmt.Sprintf("not sent: %v", e.Err)
}

func (e *TransportError) Unwrap() error { return e.Err }

// Do sends a request and reads the whole answer. Its error is a
// *TransportError.
func Do(client *http.Client, req *http.Request) (*Response, error) {
	ctx, sent := Track(req.Context())
	failpoint.Hit(failpoint.RestBeforeWrite)
	resp, err := client.Do(req.WithContext(ctx)) // #nosec G704 -- the client checks addresses when it connects
	if err != nil {
		return nil, &TransportError{Sent: sent(), Err: err}
	}
	defer func() { _ = resp.Body.Close() }()
	failpoint.Hit(failpoint.RestAnswered)
	body, err := io.ReadAll(io.LimitReader(resp.Body, MaxBody+1))
	if err != nil {
		return nil, &TransportError{Sent: true, Status: resp.StatusCode, Err: fmt.Errorf("%w: %w", ErrTruncated, err)}
	}
	if len(body) > MaxBody {
		return nil, &TransportError{Sent: true, Status: resp.StatusCode, Err: ErrTruncated}
	}
	failpoint.Hit(failpoint.RestRead)
	return &Response{Status: resp.StatusCode, Header: resp.Header, Body: body}, nil
}

// Track returns a context for one request and a function that tells whether
// that request may have been sent: true from the moment a connection was ready
// for it.
func Track(ctx context.Context) (context.Context, func() bool) {
	var connected atomic.Bool
	trace := &httptrace.ClientTrace{
		GotConn: func(httptrace.GotConnInfo) { connected.Store(true) },
	}
	failpoint.WhenWritten(trace, failpoint.RestWritten)
	ctx = httptrace.WithClientTrace(ctx, trace)
	return ctx, connected.Load
}

// RetryAfter reads the header of that name, in seconds or as a date. Zero: not
// given or not readable.
func RetryAfter(h http.Header, now time.Time) time.Time {
	value := h.Get("Retry-After")
	if value == "" {
		return time.Time{}
	}
	if seconds, err := strconv.Atoi(value); err == nil && seconds >= 0 {
		return now.Add(time.Duration(seconds) * time.Second)
	}
	if at, err := http.ParseTime(value); err == nil {
		return at
	}
	return time.Time{}
}
