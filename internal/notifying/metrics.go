package notifying

import (
	"math"

	"github.com/prometheus/client_golang/prometheus"
)

// Metrics are the figures of a Watch.
type Metrics struct{ overdue, open prometheus.Gauge }

// NewMetrics registers the figures of a Watch.
func NewMetrics(registry prometheus.Registerer) *Metrics {
	m := &Metrics{
		overdue: prometheus.NewGauge(prometheus.GaugeOpts{
			Name: "crieur_overdue_deliveries", Help: "Deliveries whose hour has passed and that wait for nothing known; NaN: the ledger cannot be read.",
		}),
		open: prometheus.NewGauge(prometheus.GaugeOpts{
			Name: "crieur_open_notices", Help: "Notices whose reason is not gone; NaN: the ledger cannot be read.",
		}),
	}
	registry.MustRegister(m.overdue, m.open)
	return m
}

func (m *Metrics) seen(overdue, open int) {
	m.overdue.Set(float64(overdue))
	m.open.Set(float64(open))
}

// blind: an old figure must not pass for a new one.
func (m *Metrics) blind() {
	m.overdue.Set(math.NaN())
	m.open.Set(math.NaN())
}
