//! The JSON of `onrecord remove` and `onrecord blocked`.

use crate::index::Blocked;
use crate::takedown::Taken;
use serde::Serialize;

/// Version of this shape.
pub const SCHEMA_VERSION: u32 = 1;

/// What a takedown did.
#[derive(Debug, Serialize)]
pub struct TakenOut<'a> {
    /// [`SCHEMA_VERSION`].
    pub schema_version: u32,
    /// Articles that were removed.
    pub removed: Vec<RemovedOut<'a>>,
    /// Articles that were named and had been taken down before.
    pub already: &'a [Blocked],
    /// Earlier takedowns that had been cut off, and are done now.
    pub completed: u64,
    /// What was written anew; null where that was not asked for.
    pub purged: Option<PurgedOut>,
}

/// An article that was removed.
#[derive(Debug, Serialize)]
pub struct RemovedOut<'a> {
    /// As it stands in the list.
    #[serde(flatten)]
    pub entry: &'a Blocked,
    /// Quotes that were removed with it.
    pub quotes: u64,
}

/// What was written anew without its deleted records.
#[derive(Debug, Serialize)]
pub struct PurgedOut {
    /// Segments of the index.
    pub segments: u64,
    /// Deleted records that are gone from its files.
    pub records: u64,
}

/// What a takedown did.
pub fn taken(taken: &Taken) -> TakenOut<'_> {
    TakenOut {
        schema_version: SCHEMA_VERSION,
        removed: taken.removed.iter().map(|(entry, quotes)| RemovedOut { entry, quotes: *quotes }).collect(),
        already: &taken.already,
        completed: taken.completed,
        purged: taken.purged.map(|purged| PurgedOut { segments: purged.segments, records: purged.records }),
    }
}

/// Blocks that were lifted.
#[derive(Debug, Serialize)]
pub struct LiftedOut<'a> {
    /// [`SCHEMA_VERSION`].
    pub schema_version: u32,
    /// As they stood in the list.
    pub lifted: &'a [Blocked],
}

/// Blocks that were lifted.
pub fn lifted(lifted: &[Blocked]) -> LiftedOut<'_> {
    LiftedOut { schema_version: SCHEMA_VERSION, lifted }
}

/// What is blocked.
#[derive(Debug, Serialize)]
pub struct BlockedOut<'a> {
    /// [`SCHEMA_VERSION`].
    pub schema_version: u32,
    /// The list, in the order of takedowns.
    pub blocked: &'a [Blocked],
}

/// What is blocked.
pub fn blocked(blocked: &[Blocked]) -> BlockedOut<'_> {
    BlockedOut { schema_version: SCHEMA_VERSION, blocked }
}
