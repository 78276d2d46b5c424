package daemon

import (
	"time"

	"github.com/prometheus/client_golang/prometheus"
)

// policyMetrics tell which policy holds and whether the last reload worked.
type policyMetrics struct {
	ok      prometheus.Gauge
	when    prometheus.Gauge
	reloads *prometheus.CounterVec
}

func newPolicyMetrics(r prometheus.Registerer) policyMetrics {
	m := policyMetrics{
		ok: prometheus.NewGauge(prometheus.GaugeOpts{
			Name: "sallyport_policy_last_reload_successful", Help: "1 where the last policy that was read is in force, 0 where it was refused.",
		}),
		when: prometheus.NewGauge(prometheus.GaugeOpts{
			Name: "sallyport_policy_loaded_timestamp_seconds", Help: "When the policy in force was put in force.",
		}),
		reloads: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "sallyport_policy_reloads_total", Help: "Policies that were put in force or refused.",
		}, []string{"result"}),
	}
	r.MustRegister(m.ok, m.when, m.reloads)
	return m
}

func (m policyMetrics) loaded(at time.Time) {
	m.ok.Set(1)
	m.when.Set(float64(at.UnixNano()) / 1e9)
	m.reloads.WithLabelValues("loaded").Inc()
}

func (m policyMetrics) refused() {
	m.ok.Set(0)
	m.reloads.WithLabelValues("refused").Inc()
}
