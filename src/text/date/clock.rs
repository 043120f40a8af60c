//! Times of day and offsets from UTC, as numbers.

use chrono::FixedOffset;

/// A time as written, not yet checked against the clock.
#[derive(Clone, Copy)]
pub(super) struct Time {
    pub(super) hour: u32,
    pub(super) minute: u32,
    pub(super) second: Option<u32>,
}

/// `10:15`, `10:15:00`, `10:15:00.25`, `10.15`, `1015`, `101500`, `101500.25`.
pub(super) fn time(text: &str) -> Option<Time> {
    let (clock, fraction) = match text.split_once('.') {
        Some((hour, minute)) if hour.len() <= 2 && minute.len() == 2 => return hours(&[hour, minute]),
        Some((clock, fraction)) => (clock, Some(fraction)),
        None => (text, None),
    };
    let pieces: Vec<&str> = match clock.len() {
        4 | 6 if is_digits(clock) => (0..clock.len()).step_by(2).map(|at| &clock[at..at + 2]).collect(),
        _ => clock.split(':').collect(),
    };
    (fraction.is_none_or(is_digits) && (fraction.is_none() || pieces.len() == 3)).then_some(())?;
    hours(&pieces)
}

fn hours(pieces: &[&str]) -> Option<Time> {
    let (hour, minute, second) = match *pieces {
        [hour, minute] => (hour, minute, None),
        [hour, minute, second] => (hour, minute, Some(second)),
        _ => return None,
    };
    let two = |text: &str| (text.len() == 2 && is_digits(text)).then(|| text.parse::<u32>().ok()).flatten();
    let hour = (hour.len() <= 2 && is_digits(hour)).then(|| hour.parse().ok()).flatten()?;
    let second = match second {
        Some(second) => Some(two(second)?),
        None => None,
    };
    Some(Time { hour, minute: two(minute)?, second })
}

/// `z`, `+02`, `+0200`, `+02:00`, `+02:00:30`.
pub(super) fn offset(text: &str) -> Option<FixedOffset> {
    if text == "z" {
        return FixedOffset::east_opt(0);
    }
    let sign = match text.as_bytes().first()? {
        b'+' => 1,
        b'-' => -1,
        _ => return None,
    };
    let digits: String = text[1..].split(':').collect();
    let is_cut_right = text[1..].split(':').all(|piece| piece.len() == 2) || !text.contains(':');
    (is_cut_right && is_digits(&digits) && matches!(digits.len(), 2 | 4 | 6)).then_some(())?;
    let piece = |at: usize| digits.get(at..at + 2).map_or(Some(0), |piece| piece.parse::<i32>().ok());
    let (hours, minutes, seconds) = (piece(0)?, piece(2)?, piece(4)?);
    (hours < 24 && minutes < 60 && seconds < 60).then_some(())?;
    FixedOffset::east_opt(sign * (hours * 3600 + minutes * 60 + seconds))
}

pub(super) fn is_digits(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit())
}
