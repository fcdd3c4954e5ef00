package api

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"strconv"
	"time"

	"github.com/crieur/crieur/internal/clock"
	"github.com/crieur/crieur/internal/post"
	"github.com/crieur/crieur/internal/store"
)

const (
	// heartbeat keeps proxies from closing a quiet line, and is how often a
	// stream asks whether its session still lives.
	heartbeat = 15 * time.Second
	// writePatience is how long a client may take for one event.
	writePatience = 10 * time.Second
	// maxMissed is how many events a client that comes back is told one by one;
	// after more it must read everything again.
	maxMissed = 2000
)

// liveStream is the answer that does not end by itself.
type liveStream struct {
	server *Server
	// ctx is that of the request: the answer lives as long.
	ctx    context.Context
	client *client
	// after is the last event that the client has; "" for one that is new.
	after string
}

// Stream implements StrictServerInterface.
func (s *Server) Stream(ctx context.Context, in StreamRequestObject) (StreamResponseObject, error) {
	ctx, actor := caller(ctx)
	c, err := s.hub.join(actor.CommuneID)
	if err != nil {
		return nil, err
	}
	return liveStream{server: s, ctx: ctx, client: c, after: value(in.Params.LastEventID)}, nil
}

// VisitStreamResponse writes events until the client, the session or the server
// goes.
func (l liveStream) VisitStreamResponse(w http.ResponseWriter) error {
	defer l.server.hub.leave(l.client)
	out := &eventWriter{w: w, control: http.NewResponseController(w)}
	out.begin()
	if err := l.catchUp(out); err != nil {
		return l.ended(err)
	}
	beat := time.NewTicker(heartbeat)
	defer beat.Stop()
	for {
		var err error
		select {
		case <-l.ctx.Done():
			return nil
		case e, open := <-l.client.events:
			if !open {
				return nil
			}
			err = out.event(e)
		case <-beat.C:
			if err := l.server.deps.Auth.Alive(l.ctx, principalOf(l.ctx)); err != nil {
				return l.ended(err)
			}
			err = out.comment()
		}
		if err != nil {
			return l.ended(err)
		}
	}
}

// ended closes the line. The answer began long ago: there is nobody to tell, and
// the client comes back by itself.
func (l liveStream) ended(err error) error {
	if l.ctx.Err() == nil && asProblem(err) == nil {
		l.server.deps.Log.InfoContext(l.ctx, "a live stream ended", "err", err)
	}
	return nil
}

// catchUp tells a client that comes back what it missed, up to where the hub
// takes over.
func (l liveStream) catchUp(out *eventWriter) error {
	if l.after == "" {
		return out.place(l.client.from)
	}
	after, err := strconv.ParseInt(l.after, 10, 64)
	if err != nil || after < 0 {
		return out.reset(l.client.from)
	}
	for missed := 0; after != l.client.from; {
		page, err := l.server.deps.Events.EventsAfter(l.ctx, after, eventPage)
		if err != nil {
			return err
		}
		for _, e := range page {
			after = e.ID
			if e.CommuneID == l.client.communeID {
				if err := out.event(e); err != nil {
					return err
				}
			}
			if after == l.client.from {
				return nil
			}
		}
		if missed += len(page); missed >= maxMissed {
			return out.reset(l.client.from)
		}
		if len(page) < eventPage {
			return nil
		}
	}
	return nil
}

// eventWriter writes server-sent events.
type eventWriter struct {
	w       http.ResponseWriter
	control *http.ResponseController
}

func (o *eventWriter) begin() {
	h := o.w.Header()
	h.Set("Content-Type", "text/event-stream")
	// nginx would hold events back.
	h.Set("X-Accel-Buffering", "no")
	o.w.WriteHeader(http.StatusOK)
	// A test recorder has no deadlines; a server's own would end the stream.
	_ = o.control.SetReadDeadline(time.Time{})
}

// place tells where the client stands without telling an event.
func (o *eventWriter) place(id int64) error {
	return o.write(fmt.Sprintf("retry: 2000\nid: %d\n\n", id))
}

func (o *eventWriter) comment() error { return o.write(":\n\n") }

// reset: too much was missed; read everything again.
func (o *eventWriter) reset(id int64) error {
	return o.write(fmt.Sprintf("id: %d\nevent: reset\ndata: {}\n\n", id))
}

func (o *eventWriter) event(e store.Event) error {
	data, err := json.Marshal(streamEvent(e))
	if err != nil {
		return err
	}
	return o.write(fmt.Sprintf("id: %d\nevent: %s\ndata: %s\n\n", e.ID, e.Type, data))
}

func (o *eventWriter) write(text string) error {
	// As above. Connections know the machine's own clock only.
	_ = o.control.SetWriteDeadline(clock.Now().Add(writePatience))
	if _, err := o.w.Write([]byte(text)); err != nil {
		return err
	}
	return o.control.Flush()
}

// streamEvent puts the ledger's words into the contract's.
func streamEvent(e store.Event) StreamEvent {
	var payload struct {
		ID     string `json:"id"`
		PostID string `json:"post_id"`
		Status string `json:"status"`
	}
	// The ledger writes the payload itself; one that cannot be read still says
	// that something of its type changed.
	_ = json.Unmarshal(e.Payload, &payload)
	view := StreamEvent{Type: StreamEventType(e.Type), ID: payload.ID, PostID: text(payload.PostID), Status: text(payload.Status)}
	if e.Type == store.EventDelivery {
		view.Status = text(string(deliveryStatus(post.State(payload.Status))))
	}
	return view
}
