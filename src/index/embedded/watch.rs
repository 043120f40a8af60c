//! The bounds of one search: how long it may take, and for how many forms one word may stand.

use crate::error::{Error, Result};
use crate::pattern::Form;
use std::fmt;
use std::sync::atomic::{AtomicBool, AtomicU32, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Instant;
use tantivy::TantivyError;

/// Forms that one word of a query may stand for in one field of one segment. Each costs a list of records that is read: about three
/// kilobytes. The words of a language that begin with one letter are fewer.
const MOST_FORMS: usize = 10_000;

/// Forms that all words of a query may stand for, in all fields and segments: some hundred megabytes.
const MOST_FORMS_IN_ALL: usize = 300_000;

/// Places in one record that nearness within nearness may have: two megabytes for each connector. An article of news has some hundreds at most.
const MOST_PLACES: usize = 200_000;

/// Watches over one search; shared by all who work for it.
#[derive(Clone)]
pub(super) struct Watch(Arc<Shared>);

struct Shared {
    deadline: Option<Instant>,
    /// The deadline has passed.
    is_over: AtomicBool,
    /// Why the search cannot be run.
    refusal: Mutex<Option<String>>,
    /// How many forms all words stand for.
    forms: AtomicUsize,
    /// Bits of the score below which nothing is among the best hits: of scores, which are not negative, the order is that of their bits.
    floor: AtomicU32,
}

impl fmt::Debug for Watch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Watch({:?})", self.0.deadline)
    }
}

impl Watch {
    pub(super) fn new(deadline: Option<Instant>) -> Self {
        Self(Arc::new(Shared {
            deadline,
            is_over: AtomicBool::new(false),
            refusal: Mutex::new(None),
            forms: AtomicUsize::new(0),
            floor: AtomicU32::new(0),
        }))
    }

    /// The score below which nothing is among the best hits, as far as is known.
    pub(super) fn floor(&self) -> f32 {
        f32::from_bits(self.0.floor.load(Ordering::Relaxed))
    }

    /// Somebody has found as many hits of this score, or a greater one, as are wanted.
    pub(super) fn raise_floor(&self, score: f32) {
        self.0.floor.fetch_max(score.max(0.0).to_bits(), Ordering::Relaxed);
    }

    /// True when the deadline has passed: whoever asks stops. Reads the clock.
    pub(super) fn is_over(&self) -> bool {
        if self.0.is_over.load(Ordering::Relaxed) {
            return true;
        }
        let over = self.0.deadline.is_some_and(|deadline| Instant::now() >= deadline);
        if over {
            self.0.is_over.store(true, Ordering::Relaxed);
        }
        over
    }

    /// One more form of a word, of which there are so many now: is that still within bounds?
    ///
    /// # Errors
    /// It is not; [`Watch::failed`] says why, in words for the one who asked.
    pub(super) fn allow_forms(&self, forms: usize, form: &Form) -> tantivy::Result<()> {
        let all = self.0.forms.fetch_add(1, Ordering::Relaxed) + 1;
        if forms <= MOST_FORMS && all <= MOST_FORMS_IN_ALL {
            return Ok(());
        }
        let text = if forms <= MOST_FORMS {
            format!(
                "the words of this query stand for more than {MOST_FORMS_IN_ALL} words of this index in all; write more letters of them, or fewer of them"
            )
        } else {
            format!("`{form}` stands for more than {MOST_FORMS} different words of this index; write more letters of the word")
        };
        self.refuse(text.clone());
        Err(TantivyError::InvalidArgument(text))
    }

    /// True while so many places of one record may be remembered; if not, the search is refused and everybody stops.
    #[inline]
    pub(super) fn allows_places(&self, places: usize) -> bool {
        if places >= MOST_PLACES {
            self.refuse(format!(
                "words near each other stand in more than {MOST_PLACES} places of one article; ask for a smaller distance, or for rarer words"
            ));
        }
        places < MOST_PLACES
    }

    fn refuse(&self, text: String) {
        *self.0.refusal.lock().unwrap_or_else(PoisonError::into_inner) = Some(text);
        self.0.is_over.store(true, Ordering::Relaxed);
    }

    /// How the search ended: true where its deadline passed.
    ///
    /// # Errors
    /// It was refused.
    pub(super) fn outcome(&self) -> Result<bool> {
        match self.0.refusal.lock().unwrap_or_else(PoisonError::into_inner).take() {
            Some(refusal) => Err(Error::Usage(refusal)),
            None => Ok(self.0.is_over.load(Ordering::Relaxed)),
        }
    }

    /// Why the engine cannot run a query: in words for the one who asked, where there are some.
    pub(super) fn failed(&self, error: TantivyError) -> Error {
        let refusal = self.0.refusal.lock().unwrap_or_else(PoisonError::into_inner).take();
        refusal.map_or_else(|| error.into(), Error::Usage)
    }
}

/// Asks a [`Watch`] now and then: reading the clock for each record would cost more than the record.
#[derive(Debug, Clone)]
pub(super) struct Pace {
    watch: Watch,
    steps: u32,
}

impl Pace {
    pub(super) fn new(watch: &Watch) -> Self {
        Self { watch: watch.clone(), steps: 0 }
    }

    /// Whom it asks.
    pub(super) fn watch(&self) -> &Watch {
        &self.watch
    }

    /// One step more; true when the deadline has passed.
    #[inline]
    pub(super) fn is_over(&mut self) -> bool {
        self.steps = self.steps.wrapping_add(1);
        self.steps.is_multiple_of(512) && self.watch.is_over()
    }
}
