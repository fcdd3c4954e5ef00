package worker

import (
	"strings"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/crieur/crieur/internal/post"
	"github.com/crieur/crieur/internal/store"
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
	waiting        *prometheus.CounterVec
	breakerOpen    *prometheus.GaugeVec
	budgetLeft     *prometheus.GaugeVec
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
		waiting: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "crieur_waits_total", Help: "Deliveries that were put off for their account's sake, by channel kind and reason.",
		}, []string{"channel", "reason"}),
		breakerOpen: prometheus.NewGaugeVec(prometheus.GaugeOpts{
			Name: "crieur_breaker_open", Help: "Open breakers, by channel kind and scope: one account, or the whole network.",
		}, []string{"channel", "scope"}),
		budgetLeft: prometheus.NewGaugeVec(prometheus.GaugeOpts{
			Name: "crieur_budget_remaining", Help: "The least that any account has left of a network's allowance, by channel kind and bucket.",
		}, []string{"channel", "bucket"}),
	}
	registry.MustRegister(m.publishTotal, m.publishSeconds, m.dueLag, m.reconcileTotal, m.interrupted, m.bellsLost, m.deliveries,
		m.waiting, m.breakerOpen, m.budgetLeft)
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

func (m *Metrics) broken(open []post.Breaker) {
	m.breakerOpen.Reset()
	for _, b := range open {
		scope, _, _ := strings.Cut(b.Scope, ":")
		m.breakerOpen.WithLabelValues(b.Kind, scope).Inc()
	}
}

func (m *Metrics) budgets(lowest []store.LowBudget) {
	m.budgetLeft.Reset()
	for _, b := range lowest {
		m.budgetLeft.WithLabelValues(b.Kind, b.Bucket).Set(float64(b.Remaining))
	}
}
