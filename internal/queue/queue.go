// Package queue is the doorbell: it tells workers that a lane of a channel
// account may have something due. It carries no truth. Losing, doubling or
// delaying any ring changes a delivery's lateness by at most the dispatcher's
// sweep and nothing else.
package queue

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"time"

	"github.com/hibiken/asynq"

	"github.com/crieur/crieur/internal/post"
)

// Work is what a bell asks for.
type Work string

const (
	Publish   Work = "publish"
	Reconcile Work = "reconcile"
	Prepare   Work = "prepare"
)

// Bell names the lane in which something is due, or the post whose pictures
// can be made ahead.
type Bell struct {
	Work      Work      `json:"work"`
	ChannelID string    `json:"channel_id,omitempty"`
	Lane      post.Lane `json:"lane,omitempty"`
	// At is the due time for which the bell rings.
	At        time.Time `json:"at"`
	CommuneID string    `json:"commune_id,omitempty"`
	PostID    string    `json:"post_id,omitempty"`
}

// Handler does what a bell asks for. It has no result: what came of it stands
// in the ledger.
type Handler func(context.Context, Bell)

// ringTimeout bounds one ring: a broker that hangs must not hold the
// dispatcher, which hands the work over in the process instead.
const ringTimeout = 500 * time.Millisecond

// ShutdownTimeout is how long running handlers are waited for. It is longer
// than the worker's own drain, so that asynq never gives a running task back.
const ShutdownTimeout = 65 * time.Second

// taskCheckInterval: with asynq's default of 1 s, "publish now" would wait
// 0.9 s for a worker to look.
const taskCheckInterval = 20 * time.Millisecond

// prepareInterval is the same for pictures, which are prepared seconds ahead:
// an idle look at the embedded queue is not free.
const prepareInterval = 250 * time.Millisecond

// Slots are how many handlers run at once, by server.
type Slots struct {
	// Critical serves crises and nothing else.
	Critical int
	// Publish waits on networks, so slots decide when a burst ends.
	Publish int
	// Media uses processors.
	Media int
}

// Queue rings and answers.
type Queue struct {
	broker  broker
	client  *asynq.Client
	log     *slog.Logger
	servers []*asynq.Server
}

// Open connects to Redis, or, for an empty address, starts the embedded queue.
// It does not fail when Redis is away: rings then fail, and the sweep works on.
func Open(redisURL string, log *slog.Logger) (*Queue, error) {
	b, err := openBroker(redisURL)
	if err != nil {
		return nil, err
	}
	return &Queue{broker: b, client: asynq.NewClient(b.ringing()), log: log}, nil
}

// Embedded reports whether the queue lives in this process.
func (q *Queue) Embedded() bool { return q.broker.embedded() }

// Ring rings a bell. An error means that nobody may have heard it.
func (q *Queue) Ring(ctx context.Context, bell Bell) error {
	payload, err := json.Marshal(bell)
	if err != nil {
		return fmt.Errorf("queue: %w", err)
	}
	ctx, cancel := context.WithTimeout(ctx, ringTimeout)
	defer cancel()
	_, err = q.client.EnqueueContext(ctx, asynq.NewTask(string(bell.Work), payload),
		asynq.Queue(name(bell)), asynq.MaxRetry(0), asynq.Timeout(time.Hour))
	if err != nil {
		return fmt.Errorf("queue: ring: %w", err)
	}
	return nil
}

const prepareQueue = "media"

// name gives crises a queue of their own, served by a server of their own.
func name(bell Bell) string {
	switch {
	case bell.Work == Prepare:
		return prepareQueue
	case bell.Lane == post.LaneCrisis:
		return "critical"
	default:
		return "publish"
	}
}

// Start answers bells until Stop. It returns at once.
func (q *Queue) Start(handle Handler, slots Slots) error {
	for queue, concurrency := range map[string]int{"critical": slots.Critical, "publish": slots.Publish, prepareQueue: slots.Media} {
		interval := taskCheckInterval
		if queue == prepareQueue {
			interval = prepareInterval
		}
		server := asynq.NewServer(q.broker.serving(), asynq.Config{
			Concurrency: concurrency, Queues: map[string]int{queue: 1},
			TaskCheckInterval: interval, ShutdownTimeout: ShutdownTimeout,
			// Nothing is ever scheduled or retried by asynq.
			DelayedTaskCheckInterval: time.Minute,
			Logger:                   &logger{q.log.With("queue", queue)},
			LogLevel:                 asynq.WarnLevel,
			IsFailure:                func(error) bool { return false },
		})
		err := server.Start(asynq.HandlerFunc(func(ctx context.Context, task *asynq.Task) error {
			var bell Bell
			if err := json.Unmarshal(task.Payload(), &bell); err != nil {
				q.log.ErrorContext(ctx, "unreadable bell", "error", err)
				return nil
			}
			handle(ctx, bell)
			return nil
		}))
		if err != nil {
			return fmt.Errorf("queue: %w", err)
		}
		q.servers = append(q.servers, server)
	}
	return nil
}

// Stop takes in no more bells; running handlers go on.
func (q *Queue) Stop() {
	for _, server := range q.servers {
		server.Stop()
	}
}

// Close waits for running handlers, ShutdownTimeout at most, and disconnects.
func (q *Queue) Close() error {
	for _, server := range q.servers {
		server.Shutdown()
	}
	err := q.client.Close()
	q.broker.close()
	return err
}

// Ping asks the broker whether it is there.
func (q *Queue) Ping(ctx context.Context) error { return q.broker.ping(ctx) }

// logger writes asynq's words into ours.
type logger struct{ log *slog.Logger }

func (l *logger) Debug(args ...any) { l.log.Debug(fmt.Sprint(args...)) }
func (l *logger) Info(args ...any)  { l.log.Info(fmt.Sprint(args...)) }
func (l *logger) Warn(args ...any)  { l.log.Warn(fmt.Sprint(args...)) }
func (l *logger) Error(args ...any) { l.log.Warn(fmt.Sprint(args...)) }
func (l *logger) Fatal(args ...any) { l.log.Error(fmt.Sprint(args...)) }
