//! What the library logs, on standard error: a line each, nothing of a file name or an article unescaped.

use super::say;
use log::{Level, LevelFilter, Log, Metadata, Record};
use onrecord::{Error, Result};

struct Lines {
    /// How much is wanted of what other crates log.
    others: LevelFilter,
}

impl Log for Lines {
    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        metadata.target().starts_with("onrecord") || metadata.level() <= self.others
    }

    fn log(&self, record: &Record<'_>) {
        if self.enabled(record.metadata()) {
            let time = chrono::Local::now().format("%H:%M:%S%.3f");
            let level = match record.level() {
                Level::Error => "error",
                Level::Warn => "warning",
                Level::Info => "info",
                Level::Debug => "debug",
                Level::Trace => "trace",
            };
            say(&format!("{time} {level}: {}", record.args()));
        }
    }

    fn flush(&self) {}
}

/// Logs as much as was asked for: `-v` once or more often, else `$ONRECORD_LOG`. True where something is logged.
pub(super) fn start(verbose: u8) -> Result<bool> {
    let named = std::env::var("ONRECORD_LOG").ok().filter(|name| !name.trim().is_empty());
    let level = match (verbose, named) {
        (0, None) => LevelFilter::Off,
        (0, Some(name)) => name
            .trim()
            .parse()
            .map_err(|_| Error::Usage(format!("$ONRECORD_LOG is `{name}`; it can be off, error, warn, info, debug or trace")))?,
        (1, _) => LevelFilter::Info,
        (2, _) => LevelFilter::Debug,
        _ => LevelFilter::Trace,
    };
    if level == LevelFilter::Off {
        return Ok(false);
    }
    // The engine says a lot at each commit; that is for those who ask for it twice.
    let others = match level {
        LevelFilter::Debug => LevelFilter::Info,
        LevelFilter::Trace => LevelFilter::Trace,
        _ => LevelFilter::Warn,
    };
    // Whoever has set a logger before has their reasons.
    if log::set_logger(Box::leak(Box::new(Lines { others }))).is_ok() {
        log::set_max_level(level);
    }
    Ok(true)
}

/// True where lines are logged that a progress bar would be torn by.
pub(super) fn is_talking() -> bool {
    log::max_level() >= LevelFilter::Info
}
