package simulator

import (
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"slices"
	"time"
)

// call names one API call, for faults and for the order of an account's calls.
type call struct {
	Network string
	// Account is "" while the caller has not said who it is.
	Account   string
	Operation string
}

// reply is the outcome of a call: the answer, and what the network accepted.
type reply struct {
	Status int
	Header http.Header
	Body   []byte
	// Accepted goes into the journal before the answer leaves. Network, Account
	// and an empty Operation are filled from the call.
	Accepted []Record
}

// jsonReply makes a reply of a value.
func jsonReply(status int, value any, accepted ...Record) reply {
	body, err := json.Marshal(value)
	if err != nil {
		return reply{Status: http.StatusInternalServerError, Body: []byte(err.Error())}
	}
	return reply{
		Status: status, Body: body, Accepted: accepted,
		Header: http.Header{"Content-Type": {"application/json; charset=UTF-8"}},
	}
}

// call carries out one API call, or spoils it as planned. execute runs while no
// other call of the same account does; the request's body must be read before.
func (s *Server) call(w http.ResponseWriter, r *http.Request, c call, execute func() reply) {
	fault, hide := s.takeFaults(c)
	if fault.Effect != "" && !fault.After {
		if fault.Effect != EffectDelay {
			s.spoil(w, r, fault, reply{})
			return
		}
		s.wait(r, fault.Delay)
		fault = Fault{}
	}
	answer := s.execute(c, execute, fault, hide)
	if fault.Effect != "" {
		s.spoil(w, r, fault, answer)
		return
	}
	answer.write(w)
}

func (s *Server) execute(c call, execute func() reply, fault, hide Fault) reply {
	a := s.accountState(accountKey{c.Network, c.Account})
	a.calls.Lock()
	defer a.calls.Unlock()
	answer := execute()
	for i := range answer.Accepted {
		record := &answer.Accepted[i]
		record.Network, record.Account = c.Network, c.Account
		if record.Operation == "" {
			record.Operation = c.Operation
		}
		// A late answer is an answer; any other effect loses it.
		record.Answered = fault.Effect == "" || fault.Effect == EffectDelay
		if hide.Effect == EffectHide && record.Operation == opPost {
			record.VisibleFrom = s.now().Add(hide.Delay)
		}
	}
	if err := s.accept(answer.Accepted); err != nil {
		return reply{Status: http.StatusInsufficientStorage, Body: []byte(err.Error())}
	}
	return answer
}

func (a reply) write(w http.ResponseWriter) {
	for name, values := range a.Header {
		w.Header()[name] = values
	}
	w.WriteHeader(a.Status)
	_, _ = w.Write(a.Body) // the client has gone: nobody is left to tell
}

// Plan adds a fault for the next calls that match it. Faults are used up in the
// order in which they were planned; EffectHide may hit a call together with one
// other fault. EffectTruncate and EffectHide change a true answer and are always
// After; EffectDelay waits before the execution or after it. An empty Network
// matches every network. A fault that makes no sense is refused.
func (s *Server) Plan(f Fault) error {
	if err := f.check(); err != nil {
		return err
	}
	if f.Effect == EffectTruncate || f.Effect == EffectHide {
		f.After = true // they change a true answer
	}
	if f.Times == 0 {
		f.Times = 1
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.faults = append(s.faults, f)
	return nil
}

func (f *Fault) check() error {
	switch f.Effect {
	case EffectHang, EffectReset, EffectEOF, EffectGarbage, EffectDelay, EffectTruncate, EffectHide:
	case EffectStatus:
		if f.Status < 200 || f.Status > 599 {
			return fmt.Errorf("simulator: a status from 200 to 599 is needed, not %d", f.Status)
		}
	default:
		return fmt.Errorf("simulator: no effect %q", f.Effect)
	}
	if !slices.Contains([]string{"", opPost, opMedia, opAlt, opRead, opCheck, opDelete, opUpdate, opToken}, f.Operation) {
		return fmt.Errorf("simulator: no operation %q", f.Operation)
	}
	return nil
}

// ClearFaults forgets the planned faults.
func (s *Server) ClearFaults() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.faults = nil
}

// takeFaults uses up the first planned fault that matches, and the first that
// hides.
func (s *Server) takeFaults(c call) (fault, hide Fault) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for i := range s.faults {
		f := &s.faults[i]
		if f.Times == 0 || !f.matches(c) {
			continue
		}
		slot := &fault
		if f.Effect == EffectHide {
			slot = &hide
		}
		if slot.Effect != "" {
			continue
		}
		*slot = *f
		if f.Times > 0 {
			f.Times--
		}
	}
	s.faults = slices.DeleteFunc(s.faults, func(f Fault) bool { return f.Times == 0 })
	return fault, hide
}

func (f *Fault) matches(c call) bool {
	return (f.Network == "" || f.Network == c.Network) &&
		(f.Account == "" || f.Account == c.Account) &&
		(f.Operation == "" || f.Operation == c.Operation)
}

// spoil gives the answer that a fault makes of the true one.
func (s *Server) spoil(w http.ResponseWriter, r *http.Request, f Fault, answer reply) {
	switch f.Effect {
	case EffectStatus:
		answer = reply{Status: f.Status, Header: http.Header{}, Body: []byte(f.Body)}
		if json.Valid(answer.Body) {
			answer.Header.Set("Content-Type", "application/json; charset=UTF-8")
		}
	case EffectGarbage:
		body := f.Body
		if body == "" {
			body = "<!doctype html><title>Sorry</title><p>Something went wrong."
		}
		answer = reply{
			Status: http.StatusOK, Body: []byte(body),
			Header: http.Header{"Content-Type": {"text/html; charset=utf-8"}},
		}
	case EffectTruncate:
		if answer.Header == nil {
			answer.Header = http.Header{}
		}
		answer.Header.Set("Content-Length", fmt.Sprint(len(answer.Body)))
		answer.Body = answer.Body[:len(answer.Body)/2]
	case EffectDelay:
		s.wait(r, f.Delay)
	case EffectHang:
		s.wait(r, 0)
		closeConnection(w, false)
		return
	case EffectReset, EffectEOF:
		drain(r)
		closeConnection(w, f.Effect == EffectReset)
		return
	case EffectHide:
	}
	for name, value := range f.Header {
		answer.Header.Set(name, value)
	}
	answer.write(w)
	if f.Effect == EffectTruncate {
		closeAfter(w)
	}
}

// wait waits for d (0: without end), until the client gives up, or until the
// server closes.
func (s *Server) wait(r *http.Request, d time.Duration) {
	// The server notices a client that goes away only once the body is read.
	drain(r)
	var elapsed <-chan time.Time
	if d > 0 {
		timer := time.NewTimer(d)
		defer timer.Stop()
		elapsed = timer.C
	}
	select {
	case <-elapsed:
	case <-r.Context().Done():
	case <-s.done:
	}
}

func drain(r *http.Request) {
	_, _ = io.Copy(io.Discard, r.Body) // a body that breaks off is drained too
}

// closeConnection ends the connection without an answer: with a TCP reset where
// the connection can, with an end of file otherwise.
func closeConnection(w http.ResponseWriter, reset bool) {
	conn, _, err := http.NewResponseController(w).Hijack()
	if err != nil {
		panic(http.ErrAbortHandler) // net/http's way to drop a connection that it does not hand out
	}
	if wrapped, ok := conn.(interface{ NetConn() net.Conn }); ok && reset {
		conn = wrapped.NetConn()
	}
	if tcp, ok := conn.(interface{ SetLinger(int) error }); ok && reset {
		_ = tcp.SetLinger(0) // without it the close is an ordinary one
	}
	_ = conn.Close() // the point is that it is gone
}

// closeAfter sends what is written and drops the connection.
func closeAfter(w http.ResponseWriter) {
	_ = http.NewResponseController(w).Flush() // a recorder has nothing to flush
	panic(http.ErrAbortHandler)
}
