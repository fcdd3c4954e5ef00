package worker

import (
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/crieur/crieur/internal/post"
)

// Metrics counts what the worker does. No ids are labels.
type Metrics struct {
	publishTotal   *prometheus.CounterVec
	publishSeconds *prometheus.HistogramVec
	dueLag         prometheus.Histogram
	reconcileTotal *prometheus.CounterVec
	interrupted    *prometheus.CounterVec
	bellsLost      prometheus.Counter
	deliveries     *prometheus.GaugeVec
}

// NewMetrics registers the worker's metrics.
func NewMetrics(registry prometheus.Registerer) *Metrics {
	m := &Metrics{
		publishTotal: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "crieur_publish_total", Help: "Tries at publishing, by channel kind and resulting state.",
		}, []string{"channel", "state"}),
		publishSeconds: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name: "crieur_publish_seconds", Help: "Time from claim to outcome.",
			Buckets: []float64{.05, .1, .25, .5, 1, 2.5, 5, 10, 20, 45},
		}, []string{"channel"}),
		dueLag: prometheus.NewHistogram(prometheus.HistogramOpts{
			Name: "crieur_due_lag_seconds", Help: "Time from the due hour to the claim.",
			Buckets: []float64{.01, .05, .1, .25, .5, 1, 5, 15, 60, 600, 7200},
		}),
		reconcileTotal: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "crieur_reconcile_total", Help: "Readings of unknown outcomes, by resulting state.",
		}, []string{"channel", "state"}),
		interrupted: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "crieur_interrupted_total", Help: "Claims taken over from workers that are gone, by resulting state.",
		}, []string{"state"}),
		bellsLost: prometheus.NewCounter(prometheus.CounterOpts{
			Name: "crieur_bells_lost_total", Help: "Bells that the queue did not take; their lanes were worked in the process.",
		}),
		deliveries: prometheus.NewGaugeVec(prometheus.GaugeOpts{
			Name: "crieur_deliveries", Help: "Deliveries by state.",
		}, []string{"state"}),
	}
	registry.MustRegister(m.publishTotal, m.publishSeconds, m.dueLag, m.reconcileTotal, m.interrupted, m.bellsLost, m.deliveries)
	return m
}

func (m *Metrics) published(d *post.Delivery, to post.State, took, lag time.Duration) {
	m.publishTotal.WithLabelValues(d.Kind, string(to)).Inc()
	m.publishSeconds.WithLabelValues(d.Kind).Observe(took.Seconds())
	if d.Attempts == 0 {
		m.dueLag.Observe(lag.Seconds())
	}
}

func (m *Metrics) reconciled(d *post.Delivery, to post.State) {
	m.reconcileTotal.WithLabelValues(d.Kind, string(to)).Inc()
}

func (m *Metrics) counted(counts map[post.State]int) {
	for _, state := range post.States() {
		if state.Final() {
			// The ledger does not count what only ever grows.
			continue
		}
		m.deliveries.WithLabelValues(string(state)).Set(float64(counts[state]))
	}
}
