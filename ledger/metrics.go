package ledger

import "github.com/prometheus/client_golang/prometheus"

// metrics of a log. They count; they name nobody.
type metrics struct {
	entries     prometheus.Counter
	refused     *prometheus.CounterVec // by why: full, unavailable
	syncs       prometheus.Histogram
	spool       prometheus.Gauge
	unsealed    prometheus.Gauge
	sealed      prometheus.Gauge
	seals       prometheus.Counter
	failures    *prometheus.CounterVec // by what: wal, seal, index, anchor, keep
	unavailable prometheus.Gauge
	dropped     prometheus.Counter
}

// The labels of refused_total and of failures_total.
var (
	refusals = []string{"full", "unavailable"}
	troubles = []string{"wal", "seal", "index", "anchor", "keep"}
)

func newMetrics(r prometheus.Registerer) (*metrics, error) {
	name := func(s string) string { return "sallyport_ledger_" + s }
	m := &metrics{
		entries:     prometheus.NewCounter(prometheus.CounterOpts{Name: name("entries_total"), Help: "Entries made durable."}),
		refused:     prometheus.NewCounterVec(prometheus.CounterOpts{Name: name("refused_total"), Help: "Entries that were refused, by reason."}, []string{"reason"}),
		syncs:       prometheus.NewHistogram(prometheus.HistogramOpts{Name: name("sync_seconds"), Help: "Time to make a batch durable.", Buckets: prometheus.ExponentialBuckets(0.0001, 2, 14)}),
		spool:       prometheus.NewGauge(prometheus.GaugeOpts{Name: name("spool_bytes"), Help: "Memory held by entries not yet durable."}),
		unsealed:    prometheus.NewGauge(prometheus.GaugeOpts{Name: name("unsealed_bytes"), Help: "Memory held by durable entries not yet sealed."}),
		sealed:      prometheus.NewGauge(prometheus.GaugeOpts{Name: name("sealed_entries"), Help: "Size of the last signed checkpoint."}),
		seals:       prometheus.NewCounter(prometheus.CounterOpts{Name: name("seals_total"), Help: "Checkpoints signed."}),
		failures:    prometheus.NewCounterVec(prometheus.CounterOpts{Name: name("failures_total"), Help: "Failures of the disk, the index, an anchor or the dropping of old entries."}, []string{"what"}),
		unavailable: prometheus.NewGauge(prometheus.GaugeOpts{Name: name("unavailable"), Help: "1 while the ledger refuses entries."}),
		dropped:     prometheus.NewCounter(prometheus.CounterOpts{Name: name("dropped_total"), Help: "Entries whose bundles were dropped because they were too old."}),
	}
	// Every label is there from the start, so that a rate over it has a zero
	// to begin with.
	for _, reason := range refusals {
		m.refused.WithLabelValues(reason)
	}
	for _, what := range troubles {
		m.failures.WithLabelValues(what)
	}
	if r == nil {
		return m, nil
	}
	for _, c := range []prometheus.Collector{m.entries, m.refused, m.syncs, m.spool, m.unsealed, m.sealed, m.seals, m.failures, m.unavailable, m.dropped} {
		if err := r.Register(c); err != nil {
			return nil, err
		}
	}
	return m, nil
}
