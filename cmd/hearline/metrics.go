package main

import (
	"context"
	"net/http"
	"net/http/pprof"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"
)

// registry gathers the counters that the packages keep. No metric has a label
// that could tell people apart.
func (a *app) registry() *prometheus.Registry {
	r := prometheus.NewRegistry()
	r.MustRegister(collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	var counter addCounter = func(name, help string, value func() uint64) {
		r.MustRegister(prometheus.NewCounterFunc(prometheus.CounterOpts{Namespace: "hearline", Name: name, Help: help},
			func() float64 { return float64(value()) }))
	}
	a.intakeMetrics(counter)
	a.hookMetrics(counter)
	a.gapGauges(r)
	if a.cfg.Canary.Every > 0 {
		r.MustRegister(newCanaryCollector(a))
	}
	r.MustRegister(&queueCollector{
		app:     a,
		waiting: prometheus.NewDesc("hearline_queue_waiting", "Conversations that wait for an answer.", []string{"priority"}, nil),
		outbox:  prometheus.NewDesc("hearline_outbox_waiting", "Messages that wait to be sent.", nil, nil),
	})
	return r
}

// queueCollector asks the store how much waits, once per scrape.
type queueCollector struct {
	app             *app
	waiting, outbox *prometheus.Desc
}

// Describe implements prometheus.Collector.
func (q *queueCollector) Describe(ch chan<- *prometheus.Desc) { ch <- q.waiting; ch <- q.outbox }

// Collect implements prometheus.Collector. A store that does not answer leaves
// the metric out, rather than showing an empty queue.
func (q *queueCollector) Collect(ch chan<- prometheus.Metric) {
	ctx, cancel := context.WithTimeout(context.Background(), 2*time.Second)
	defer cancel()
	counts, err := q.app.db.QueueCounts(ctx)
	if err != nil {
		return
	}
	for _, c := range counts {
		ch <- prometheus.MustNewConstMetric(q.waiting, prometheus.GaugeValue, float64(c.Waiting), c.Priority.String())
	}
	if n, err := q.app.db.Outstanding(ctx); err == nil {
		ch <- prometheus.MustNewConstMetric(q.outbox, prometheus.GaugeValue, float64(n))
	}
}

func (a *app) metricsServer() *http.Server {
	mux := http.NewServeMux()
	mux.Handle("GET /metrics", promhttp.HandlerFor(a.registry(), promhttp.HandlerOpts{}))
	// Profiles hold code addresses and counts, nothing that anybody wrote.
	mux.HandleFunc("GET /debug/pprof/", pprof.Index)
	mux.HandleFunc("GET /debug/pprof/profile", pprof.Profile)
	mux.HandleFunc("GET /debug/pprof/trace", pprof.Trace)
	return &http.Server{Addr: a.cfg.MetricsAddr, Handler: mux, ReadHeaderTimeout: 5 * time.Second}
}

type addCounter func(name, help string, value func() uint64)

func (a *app) intakeMetrics(add addCounter) {
	add("intake_batches_total", "Transactions that filed messages.", func() uint64 { batches, _ := a.intake.Stats(); return batches })
	add("intake_messages_total", "Messages filed, duplicates included.", func() uint64 { _, messages := a.intake.Stats(); return messages })
	sent := a.outbox.Stats()
	add("outbox_sent_total", "Messages a channel accepted.", sent.Sent.Load)
	add("outbox_retried_total", "Tries that will be made again.", sent.Retried.Load)
	add("outbox_unknown_total", "Tries without an answer, to be looked up.", sent.Unknown.Load)
	add("outbox_given_up_total", "Messages that will not be sent.", sent.GivenUp.Load)
	add("outbox_unreadable_total", "Of these, messages that could not be unsealed.", sent.Unreadable.Load)
}

func (a *app) hookMetrics(add addCounter) {
	add("hooks_received_total", "Inbound webhooks taken, duplicates included.", a.hooks.Received.Load)
	add("hooks_duplicates_total", "Inbound webhooks known before.", a.hooks.Duplicates.Load)
	add("hooks_statuses_total", "Status callbacks.", a.hooks.Statuses.Load)
	add("hooks_forbidden_total", "Webhooks with a missing or wrong signature.", a.hooks.Forbidden.Load)
	add("hooks_invalid_total", "Webhooks that could not be read.", a.hooks.Invalid.Load)
	add("hooks_unavailable_total", "Webhooks refused because of our own trouble.", a.hooks.Unavailable.Load)
	add("hooks_quarantined_total", "Refused webhooks that were kept.", a.hooks.Quarantined.Load)
	add("hooks_dropped_total", "Refused webhooks beyond what is kept.", a.hooks.Dropped.Load)
	add("reconcile_filed_total", "Messages the carrier had and no webhook brought.", func() uint64 { return uint64(a.gap.filed.Load()) })
}

// gapGauges show the last comparison: carrier count against stored count.
func (a *app) gapGauges(r *prometheus.Registry) {
	gauge := func(name, help string, value func() int64) {
		r.MustRegister(prometheus.NewGaugeFunc(prometheus.GaugeOpts{Namespace: "hearline", Name: name, Help: help},
			func() float64 { return float64(value()) }))
	}
	gauge("reconcile_carrier", "Inbound messages in the carrier's list at the last comparison.", a.gap.carrier.Load)
	gauge("reconcile_stored", "Of these, stored here before the comparison.", a.gap.stored.Load)
}
