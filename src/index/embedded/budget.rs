//! How much may be under way between readers and engine, and who waits when it is too much.

use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::ThreadId;
use std::time::{Duration, Instant};

/// Bytes of memory between readers and engine, bounded: whoever brings more waits until the engine has taken some.
///
/// Readers are quicker than the engine as long as they share its core, and stand still while it writes a segment, if all room is taken then. So
/// some of them lead, as many as the engine leaves cores, and the others go on only while nearly all room is free, which is when the engine has
/// little to do. On two cores that was worth 4 to 5 % of the time of 200,000 articles. Who leads and brings nothing, because it waits for what
/// one of the others reads, gives the lead up.
#[derive(Debug)]
pub(super) struct Budget {
    room: Mutex<Room>,
    /// For those who lead, and for the others.
    returned: [Condvar; 2],
    limit: usize,
    leads: usize,
    patience: Duration,
}

#[derive(Debug)]
struct Room {
    free: usize,
    /// The first that came, and when each of them came last.
    leaders: Vec<(ThreadId, Instant)>,
    /// Who waits: of those who lead, and of the others.
    waiting: [usize; 2],
}

/// Longest wait for room. The engine's threads may have died of a full disk: then nothing comes back, and the writer says so itself.
const LONGEST: Duration = Duration::from_secs(20);

/// So long somebody who leads may bring nothing, while others wait.
const PATIENCE: Duration = Duration::from_millis(20);

impl Budget {
    /// So many bytes, and how many threads fill them all.
    pub(super) fn new(limit: usize, leads: usize) -> Arc<Self> {
        Self::with_patience(limit, leads, PATIENCE)
    }

    fn with_patience(limit: usize, leads: usize, patience: Duration) -> Arc<Self> {
        let room = Room { free: limit, leaders: Vec::new(), waiting: [0; 2] };
        Arc::new(Self { room: Mutex::new(room), returned: Default::default(), limit, leads, patience })
    }

    fn room(&self) -> MutexGuard<'_, Room> {
        self.room.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Bytes that must be free before those who wait are woken: to wake somebody for every article costs more than to index it.
    fn least(&self, follows: usize) -> usize {
        if follows == 0 { self.limit / 8 } else { self.limit / 8 * 7 }
    }

    /// Takes so many bytes, at most seven eighths of the budget, as soon as they are free: a little may stay out until more comes.
    pub(super) fn take(self: &Arc<Self>, bytes: usize) -> Permit {
        let bytes = bytes.min(self.least(1));
        let (me, began) = (std::thread::current().id(), Instant::now());
        let mut room = self.room();
        let mut leads = true;
        if let Some(leader) = room.leaders.iter_mut().find(|(leader, _)| *leader == me) {
            leader.1 = began;
        } else if room.leaders.len() < self.leads {
            room.leaders.push((me, began));
        } else {
            leads = false;
        }
        while room.free < if leads { bytes } else { bytes.max(self.least(1)) } {
            let (follows, patience) = if leads { (0, LONGEST) } else { (1, self.patience) };
            room.waiting[follows] += 1;
            let (guard, timeout) = self.returned[follows].wait_timeout(room, patience).unwrap_or_else(PoisonError::into_inner);
            room = guard;
            room.waiting[follows] -= 1;
            if !timeout.timed_out() {
                continue;
            }
            if began.elapsed() >= LONGEST {
                break;
            }
            if !leads && room.waiting[0] == 0 {
                let now = Instant::now();
                if let Some(idle) = room.leaders.iter_mut().find(|(_, came)| now.duration_since(*came) >= self.patience) {
                    *idle = (me, now);
                    leads = true;
                }
            }
        }
        room.free = room.free.saturating_sub(bytes);
        Permit { budget: Arc::clone(self), bytes }
    }
}

/// A share of a [`Budget`], given back when it is dropped.
#[derive(Debug)]
pub(super) struct Permit {
    budget: Arc<Budget>,
    bytes: usize,
}

impl Drop for Permit {
    fn drop(&mut self) {
        let mut room = self.budget.room();
        // One that came by waiting too long took what was not there.
        room.free = (room.free + self.bytes).min(self.budget.limit);
        for (follows, returned) in self.budget.returned.iter().enumerate() {
            // What is out comes back in the end.
            if room.waiting[follows] > 0 && room.free >= self.budget.least(follows) {
                returned.notify_all();
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::atomic::{AtomicUsize, Ordering};

    #[test]
    fn no_more_is_under_way_than_fits_and_everybody_comes_through() {
        let budget = Budget::new(1_000, 1);
        let (out, most, done) = (AtomicUsize::new(0), AtomicUsize::new(0), AtomicUsize::new(0));
        std::thread::scope(|scope| {
            let (sender, receiver) = crossbeam_channel::unbounded::<(Permit, usize)>();
            for thread in 0..3 {
                let (sender, budget, out, most) = (sender.clone(), &budget, &out, &most);
                scope.spawn(move || {
                    for number in 0..200 {
                        // Some want all there is, and more.
                        let bytes = if number % 50 == thread { 5_000 } else { 10 + number };
                        let permit = budget.take(bytes);
                        let now = out.fetch_add(permit.bytes, Ordering::SeqCst) + permit.bytes;
                        most.fetch_max(now, Ordering::SeqCst);
                        let bytes = permit.bytes;
                        let _ = sender.send((permit, bytes));
                    }
                });
            }
            drop(sender);
            for (permit, bytes) in receiver {
                out.fetch_sub(bytes, Ordering::SeqCst);
                drop(permit);
                done.fetch_add(1, Ordering::SeqCst);
            }
        });
        assert_eq!((done.load(Ordering::SeqCst), budget.room().free), (600, 1_000));
        assert!(most.load(Ordering::SeqCst) <= 1_000);
    }

    #[test]
    fn others_wait_while_much_is_under_way() {
        let budget = Budget::with_patience(800, 1, LONGEST);
        let first = budget.take(101);
        let began = Instant::now();
        std::thread::scope(|scope| {
            let follower = scope.spawn(|| drop(budget.take(1)));
            std::thread::sleep(Duration::from_millis(50));
            assert!(!follower.is_finished(), "it goes on only while nearly all is free");
            // Who leads does not wait.
            drop(budget.take(1));
            drop(first);
        });
        assert!(began.elapsed() < LONGEST / 2, "it was woken");
    }

    #[test]
    fn who_leads_and_brings_nothing_gives_the_lead_up() {
        let patience = Duration::from_millis(200);
        let budget = Budget::with_patience(800, 1, patience);
        let first = budget.take(101);
        let began = Instant::now();
        std::thread::scope(|scope| {
            scope.spawn(|| {
                (0..20).for_each(|_| drop(budget.take(1)));
                assert!(began.elapsed() >= patience, "it followed at first");
            });
        });
        assert!(began.elapsed() < patience * 20, "it waited once, not each time");
        drop(first);
    }
}
