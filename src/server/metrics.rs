//! What the server counts of itself, in the text format of OpenMetrics, which Prometheus reads.

use super::room::View;
use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::encoding::text::encode;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::registry::{Registry, Unit};
use std::time::Duration;

/// Of what requests are counted.
#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Of {
    route: String,
    status: u16,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Route {
    route: String,
}

/// The counters.
pub(super) struct Metrics {
    registry: Registry,
    requests: Family<Of, Counter>,
    seconds: Family<Route, Histogram>,
    pub(super) in_flight: Gauge,
    pub(super) reloads: Counter,
    /// 1 while what has changed cannot be taken up.
    pub(super) failing: Gauge,
    articles: Gauge,
    quotes: Gauge,
    bytes: Gauge,
}

/// Upper ends of the buckets of times, in seconds.
const BUCKETS: [f64; 11] = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1.0, 2.5, 10.0];

impl Metrics {
    pub(super) fn new() -> Self {
        let mut registry = Registry::with_prefix("onrecord");
        let metrics = Self {
            requests: Family::default(),
            seconds: Family::new_with_constructor(|| Histogram::new(BUCKETS)),
            in_flight: Gauge::default(),
            reloads: Counter::default(),
            failing: Gauge::default(),
            articles: Gauge::default(),
            quotes: Gauge::default(),
            bytes: Gauge::default(),
            registry: Registry::default(),
        };
        registry.register("requests", "Requests answered", metrics.requests.clone());
        registry.register_with_unit(
            "request_duration",
            "Time from the request to the head of its answer",
            Unit::Seconds,
            metrics.seconds.clone(),
        );
        registry.register("requests_in_flight", "Requests that are being answered", metrics.in_flight.clone());
        registry.register("index_reloads", "Times that a newer commit of the index was taken up", metrics.reloads.clone());
        registry.register("index_reload_failing", "1 while what has changed cannot be taken up", metrics.failing.clone());
        registry.register("index_articles", "Articles in the index", metrics.articles.clone());
        registry.register("index_quotes", "Quotes in marks in the index", metrics.quotes.clone());
        registry.register_with_unit("index_size", "Size of the index on disk", Unit::Bytes, metrics.bytes.clone());
        Self { registry, ..metrics }
    }

    pub(super) fn count(&self, route: &str, status: u16, took: Duration) {
        self.requests.get_or_create(&Of { route: route.to_owned(), status }).inc();
        self.seconds.get_or_create(&Route { route: route.to_owned() }).observe(took.as_secs_f64());
    }

    pub(super) fn text(&self, view: &View) -> String {
        let stats = &view.survey.stats;
        let signed = |number: u64| i64::try_from(number).unwrap_or(i64::MAX);
        self.articles.set(signed(stats.articles));
        self.quotes.set(signed(stats.quotes));
        self.bytes.set(signed(stats.bytes));
        let mut text = String::new();
        // Into memory: this does not fail.
        let _ = encode(&mut text, &self.registry);
        text
    }
}
