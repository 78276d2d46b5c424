package guard

import (
	"github.com/prometheus/client_golang/prometheus"

	"github.com/sallyport/sallyport"
)

// metrics has no label that a client can choose: doors, verdicts and reason
// codes are closed sets.
type metrics struct {
	crossings *prometheus.CounterVec
	bytes     *prometheus.CounterVec
	rows      *prometheus.CounterVec
	values    *prometheus.CounterVec
	sessions  *prometheus.GaugeVec
	seconds   *prometheus.HistogramVec
}

func newMetrics(r prometheus.Registerer) *metrics {
	m := &metrics{
		crossings: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "sallyport_crossings_total", Help: "Crossings by door, verdict and deciding reason.",
		}, []string{"door", "verdict", "reason"}),
		bytes: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "sallyport_crossing_bytes_total", Help: "Bytes that crossed, in and out as the app sees it.",
		}, []string{"door", "direction"}),
		rows: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "sallyport_crossing_rows_total", Help: "Database rows that crossed, in and out as the app sees it.",
		}, []string{"door", "direction"}),
		values: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "sallyport_crossing_values_total", Help: "Different values that came in by class, where a budget of them is spent; one that came in within the hour already is not counted again.",
		}, []string{"door", "class"}),
		sessions: prometheus.NewGaugeVec(prometheus.GaugeOpts{
			Name: "sallyport_sessions", Help: "Connections that are open at a door.",
		}, []string{"door"}),
		seconds: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name: "sallyport_crossing_seconds", Help: "How long crossings took, from the decision to the outcome.",
			Buckets: prometheus.ExponentialBuckets(0.0005, 4, 9),
		}, []string{"door"}),
	}
	if r != nil {
		r.MustRegister(m.crossings, m.bytes, m.rows, m.values, m.sessions, m.seconds)
	}
	return m
}

// doorMetrics are one door's, looked up once: a crossing pays no hashing of
// labels but for its verdict and reason.
type doorMetrics struct {
	crossings         *prometheus.CounterVec // curried to the door
	bytesIn, bytesOut prometheus.Counter
	rowsIn, rowsOut   prometheus.Counter
	values            *prometheus.CounterVec // curried to the door
	sessions          prometheus.Gauge
	seconds           prometheus.Observer
	allowed           prometheus.Counter
}

func (m *metrics) door(name string) doorMetrics {
	crossings := m.crossings.MustCurryWith(prometheus.Labels{"door": name})
	return doorMetrics{
		crossings: crossings,
		allowed:   crossings.WithLabelValues(sallyport.Allow.String(), sallyport.ByRule.String()),
		bytesIn:   m.bytes.WithLabelValues(name, "in"),
		bytesOut:  m.bytes.WithLabelValues(name, "out"),
		rowsIn:    m.rows.WithLabelValues(name, "in"),
		rowsOut:   m.rows.WithLabelValues(name, "out"),
		values:    m.values.MustCurryWith(prometheus.Labels{"door": name}),
		sessions:  m.sessions.WithLabelValues(name),
		seconds:   m.seconds.WithLabelValues(name),
	}
}

func (m *doorMetrics) refused(c *sallyport.Crossing) {
	m.crossings.WithLabelValues(c.Verdict.Effect.String(), c.Verdict.Reason().Code.String()).Inc()
}

// counted takes the classes of a crossing; their names are the policy's.
func (m *doorMetrics) counted(v *values) {
	for _, e := range v.entry() {
		m.values.WithLabelValues(e.Class).Add(float64(e.Count))
	}
}

func (m *doorMetrics) crossed(c *sallyport.Crossing) {
	code := c.Verdict.Reason().Code
	if c.Verdict.Effect == sallyport.Allow && code == sallyport.ByRule {
		m.allowed.Inc()
	} else {
		m.refused(c)
	}
	m.bytesIn.Add(float64(c.In.Bytes))
	m.bytesOut.Add(float64(c.Out.Bytes))
	m.rowsIn.Add(float64(c.In.Rows))
	m.rowsOut.Add(float64(c.Out.Rows))
	m.seconds.Observe(c.End.Sub(c.Begin).Seconds())
}
