//! How long it will take: what is left, at the speed of the last moments.

use std::collections::VecDeque;
use std::time::Duration;

/// So far back the speed is measured: long enough to be steady, short enough to forget what was easier or harder.
const RECENT: Duration = Duration::from_secs(15);

/// Before, any guess is a bad one.
const FIRST: Duration = Duration::from_secs(2);

/// The speed of some work.
#[derive(Default)]
pub(super) struct Pace {
    /// When, since the start, so much was done.
    seen: VecDeque<(Duration, u64)>,
}

impl Pace {
    /// Notes that so much is done after some time, and says how long the rest will take; `None` while that cannot be told.
    pub(super) fn left(&mut self, elapsed: Duration, done: u64, total: u64) -> Option<Duration> {
        self.seen.push_back((elapsed, done));
        while self.seen.get(1).is_some_and(|(time, _)| elapsed.saturating_sub(*time) >= RECENT) {
            self.seen.pop_front();
        }
        let (time, before) = *self.seen.front()?;
        let (time, done_since) = (elapsed.saturating_sub(time), done.saturating_sub(before));
        if time < FIRST || done_since == 0 {
            return None;
        }
        let left = total.saturating_sub(done) as f64 / done_since as f64 * time.as_secs_f64();
        Duration::try_from_secs_f64(left).ok()
    }
}

/// A time as people say it: 40 s, 3 min, 2 h 5 min.
pub(super) fn rough(time: Duration) -> String {
    let seconds = time.as_secs_f64().ceil() as u64;
    match seconds {
        0..=99 => format!("{seconds} s"),
        100..=5_999 => format!("{} min", seconds.div_ceil(60)),
        _ => format!("{} h {} min", seconds / 3600, seconds % 3600 / 60),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seconds(seconds: u64) -> Duration {
        Duration::from_secs(seconds)
    }

    #[test]
    fn steady_work_is_told_exactly() {
        let mut pace = Pace::default();
        assert_eq!(pace.left(seconds(0), 0, 1000), None);
        assert_eq!(pace.left(seconds(1), 10, 1000), None, "too early to tell");
        for second in 2..50 {
            assert_eq!(pace.left(seconds(second), second * 10, 1000), Some(seconds(100 - second)));
        }
    }

    #[test]
    fn the_last_moments_count() {
        let mut pace = Pace::default();
        for second in 0..=20 {
            pace.left(seconds(second), second * 100, 100_000);
        }
        // From here on it is ten times slower.
        let mut left = None;
        for second in 21..=40 {
            left = pace.left(seconds(second), 2_000 + (second - 20) * 10, 3_200);
        }
        assert_eq!(left, Some(seconds(100)), "1000 are left at 10 a second");
    }

    #[test]
    fn what_grows_while_it_is_counted_and_what_stands_still_do_no_harm() {
        let mut pace = Pace::default();
        for second in 0..=10 {
            pace.left(seconds(second), second * 10, 200 + second * 10);
        }
        assert_eq!(pace.left(seconds(11), 110, 2_110), Some(seconds(200)));
        assert_eq!(pace.left(seconds(12), 120, 120), Some(seconds(0)));
        assert_eq!(pace.left(seconds(60), 120, 240), None, "nothing has moved for long");
    }

    #[test]
    fn times_are_rough() {
        let said: Vec<String> = [0, 40, 99, 100, 3_600, 7_500].map(|time| rough(seconds(time))).into();
        assert_eq!(said, ["0 s", "40 s", "99 s", "2 min", "60 min", "2 h 5 min"]);
    }
}
