package queue

import (
	"context"
	"fmt"
	"net"
	"sync"
	"time"

	"github.com/alicebob/miniredis/v2"
	"github.com/hibiken/asynq"
	"github.com/redis/go-redis/v9"
)

// broker is where bells wait: Redis, or a miniredis in this process.
type broker interface {
	// ringing gives impatient connections, serving patient ones.
	ringing() asynq.RedisConnOpt
	serving() asynq.RedisConnOpt
	ping(context.Context) error
	embedded() bool
	close()
}

func openBroker(redisURL string) (broker, error) {
	if redisURL == "" {
		return newEmbedded(), nil
	}
	options, err := redis.ParseURL(redisURL)
	if err != nil {
		return nil, fmt.Errorf("queue: CRIEUR_REDIS_URL: %w", err)
	}
	options.DisableIdentity = true
	options.ContextTimeoutEnabled = true
	impatient := *options
	impatient.MaxRetries = -1
	impatient.DialTimeout, impatient.ReadTimeout, impatient.WriteTimeout = ringTimeout, ringTimeout, ringTimeout
	return &redisBroker{patient: connOpt{options}, impatient: connOpt{&impatient}, probe: redis.NewClient(&impatient)}, nil
}

// connOpt makes clients with exactly these options.
type connOpt struct{ options *redis.Options }

// MakeRedisClient implements asynq.RedisConnOpt.
func (o connOpt) MakeRedisClient() any {
	options := *o.options
	return redis.NewClient(&options)
}

type redisBroker struct {
	patient, impatient connOpt
	probe              *redis.Client
}

func (b *redisBroker) ringing() asynq.RedisConnOpt    { return b.impatient }
func (b *redisBroker) serving() asynq.RedisConnOpt    { return b.patient }
func (b *redisBroker) embedded() bool                 { return false }
func (b *redisBroker) ping(ctx context.Context) error { return b.probe.Ping(ctx).Err() }
func (b *redisBroker) close()                         { _ = b.probe.Close() /* nothing is lost with it */ }

// embeddedBroker is a miniredis without a port. Its TTLs move only when it is
// told that time passed, so a ticker tells it. It holds nothing that the
// ledger does not hold.
type embeddedBroker struct {
	server *miniredis.Miniredis
	stop   chan struct{}
	done   sync.WaitGroup
}

func newEmbedded() *embeddedBroker {
	b := &embeddedBroker{server: miniredis.NewMiniRedis(), stop: make(chan struct{})}
	b.done.Go(b.tick)
	return b
}

func (b *embeddedBroker) tick() {
	ticker := time.NewTicker(time.Second)
	defer ticker.Stop()
	last := <-ticker.C
	for {
		select {
		case <-b.stop:
			return
		case now := <-ticker.C:
			b.server.FastForward(now.Sub(last))
			last = now
		}
	}
}

func (b *embeddedBroker) ringing() asynq.RedisConnOpt { return b.serving() }

func (b *embeddedBroker) serving() asynq.RedisConnOpt {
	return connOpt{&redis.Options{
		Dialer:          func(context.Context, string, string) (net.Conn, error) { return b.server.Dial() },
		DisableIdentity: true,
		PoolSize:        20,
	}}
}

func (b *embeddedBroker) ping(context.Context) error { return nil }
func (b *embeddedBroker) embedded() bool             { return true }

func (b *embeddedBroker) close() {
	close(b.stop)
	b.done.Wait()
	b.server.Close()
}
