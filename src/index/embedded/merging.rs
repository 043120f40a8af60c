//! When segments are merged, and all of them at once. An index grows by a segment each run at least; a question costs a little for each
//! segment, and records that were replaced or removed count in scores until their segment is merged.
//!
//! The engine merges in the background of a run, in one thread. What is merged stays under the number of its commit: the engine writes the
//! payload of the last commit again. Readers keep the files that they have opened.

use super::document::BlockDoc;
use super::writer::{EmbeddedWriter, WriterOptions};
use super::{check_marker, is_index, recover};
use crate::error::{Error, Result};
use crate::index::lasting;
use std::path::Path;
use std::time::Duration;
use tantivy::index::{SegmentId, SegmentMeta};
use tantivy::indexer::{IndexWriter, LogMergePolicy, NoMergePolicy};

/// How many segments of about one size are merged into one. With 10, an archive that grows daily for ten years holds 15 segments on average and
/// at most 29, each record having been written 2.7 more times; with 8 it were 13 and 26, and 2.9 times; with 5 it were 8 and 16, and 4.3 times.
/// (Simulated: 3,000 records a day, a twentieth of them replaced.) A load of 860,000 wire stories makes eight or nine segments; to merge them as
/// well is a quarter of the time that it takes then.
const SEGMENTS: usize = 10;

/// Segments below this count as of one size: those of small runs are merged among themselves, in a fraction of a second.
const SMALL: u32 = 10_000;

/// Segments are of about one size where the larger has less than 2^1.5, nearly three times, the records of the smaller. Levels half as wide
/// (the engine's own) gave half as many segments again on an archive with 30,000 records a day and saved no writing.
const LEVEL: f64 = 1.5;

/// Larger segments are left alone by runs: merging some of them takes minutes. `onrecord optimize` merges them.
const LARGE: usize = 10_000_000;

/// A segment of which more than this share is deleted is written anew at the end of a run: a fifth of waste in size and in the statistics of
/// scores is little, and to replace a whole archive bit by bit costs five times its writing at most.
const DELETED: f64 = 0.2;

/// Less than this share of all records is not worth it: every run replaces some bookkeeping in a small segment.
const FEW: f64 = 0.02;

/// Most records that one segment is made of on purpose. The engine counts records in 31 bits, and a merge needs as much free disk as it writes.
const MOST: u64 = 100_000_000;

/// In the background of a run: only segments of one size, as deletes of this run are still to come.
pub(super) fn policy() -> LogMergePolicy {
    let mut policy = LogMergePolicy::default();
    policy.set_min_num_segments(SEGMENTS);
    policy.set_min_layer_size(SMALL);
    policy.set_level_log_size(LEVEL);
    policy.set_max_docs_before_merge(LARGE);
    policy
}

/// Segments to be written anew when a run is done, since much of them is deleted.
pub(super) fn wasteful(segments: Vec<SegmentMeta>) -> Vec<Vec<SegmentId>> {
    let all: f64 = segments.iter().map(|segment| f64::from(segment.max_doc())).sum();
    let is_wasteful = |segment: &SegmentMeta| {
        let (deleted, held) = (f64::from(segment.num_deleted_docs()), f64::from(segment.max_doc()));
        deleted > held * DELETED && deleted > all * FEW && segment.num_docs() as usize <= LARGE
    };
    groups(segments.into_iter().filter(is_wasteful).collect(), LARGE as u64)
}

/// What an index takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Extent {
    /// Segments.
    pub segments: u64,
    /// Records, deleted ones included.
    pub records: u64,
    /// Those of them that are deleted.
    pub deleted: u64,
    /// Bytes on disk.
    pub bytes: u64,
}

/// What became of an index that was optimized.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Optimized {
    /// Before.
    pub before: Extent,
    /// After.
    pub after: Extent,
}

/// Merges all segments of the index in `folder` into one, or into few where there are very many records, and drops what is deleted. Those
/// who search are not disturbed; a kill leaves the index as it was.
///
/// # Errors
/// There is no index, or somebody else writes to it for longer than `wait`; the disk is full: then the index stands as it was.
pub fn optimize(folder: &Path, wait: Duration) -> Result<Optimized> {
    optimize_up_to(folder, wait, MOST)
}

pub(super) fn optimize_up_to(folder: &Path, wait: Duration, most: u64) -> Result<Optimized> {
    if !is_index(folder) {
        recover(folder)?;
    }
    check_marker(folder)?;
    let mut writer = EmbeddedWriter::open(folder, WriterOptions { threads: 1, wait, ..WriterOptions::default() })?;
    verify(writer.engine().index(), folder)?;
    let before = extent(writer.engine(), folder)?;
    // Nothing else is to be merged meanwhile.
    writer.engine().set_merge_policy(Box::new(NoMergePolicy));
    let outcome = merge_all(writer.engine(), most);
    outcome.map_err(|error| writer.said(error))?;
    let after = extent(writer.engine(), folder)?;
    writer.finish()?;
    Ok(Optimized { before, after })
}

/// Holds all files of segments against their checksums. What is damaged must not be merged: what comes of it would have a checksum that holds.
///
/// # Errors
/// A file is damaged; or cannot be read.
pub(super) fn verify(index: &tantivy::Index, folder: &Path) -> Result<()> {
    let mut damaged: Vec<String> = index.validate_checksum()?.iter().map(|file| file.display().to_string()).collect();
    damaged.sort_unstable();
    match damaged.first() {
        None => Ok(()),
        Some(file) => Err(Error::Index(format!(
            "{}: {file} is not as it was written, and nothing was merged; run `onrecord check`",
            folder.display()
        ))),
    }
}

fn merge_all(engine: &mut IndexWriter<BlockDoc>, most: u64) -> tantivy::Result<()> {
    for group in groups(engine.index().searchable_segment_metas()?, most) {
        engine.merge(&group).wait()?;
    }
    engine.garbage_collect_files().wait()?;
    Ok(())
}

/// Segments that are to be one, each group of at most `most` records unless one segment alone has more.
fn groups(mut segments: Vec<SegmentMeta>, most: u64) -> Vec<Vec<SegmentId>> {
    segments.sort_by_key(|segment| std::cmp::Reverse(segment.num_docs()));
    let mut groups: Vec<(u64, Vec<&SegmentMeta>)> = Vec::new();
    for segment in &segments {
        let records = u64::from(segment.num_docs());
        match groups.iter_mut().find(|(held, _)| held + records <= most) {
            Some((held, group)) => {
                *held += records;
                group.push(segment);
            }
            None => groups.push((records, vec![segment])),
        }
    }
    let to_merge = groups.into_iter().filter(|(_, group)| group.len() > 1 || group.iter().any(|segment| segment.has_deletes()));
    to_merge.map(|(_, group)| group.iter().map(|segment| segment.id()).collect()).collect()
}

fn extent(engine: &IndexWriter<BlockDoc>, folder: &Path) -> Result<Extent> {
    let segments = engine.index().searchable_segment_metas()?;
    Ok(Extent {
        segments: segments.len() as u64,
        records: segments.iter().map(|segment| u64::from(segment.max_doc())).sum(),
        deleted: segments.iter().map(|segment| u64::from(segment.num_deleted_docs())).sum(),
        bytes: lasting::bytes(folder)?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::article::{Article, BlockKind, Draft};
    use crate::index::Writer;
    use crate::quote;
    use crate::record::{self, Origin};

    fn grown(folder: &Path, rounds: usize, of: usize) -> Result<()> {
        for round in 0..rounds {
            let writer = EmbeddedWriter::open(folder, WriterOptions { threads: 1, ..WriterOptions::default() })?;
            for id in round * of..(round + 1) * of {
                let blocks = vec![(BlockKind::Paragraph, format!("Report {id}. \"We saw {id},\" said Anna Arden, who left."))];
                let article = Article::new(Draft { id: Some(id.to_string()), blocks, ..Draft::default() });
                let origin = Origin { root: "papers".into(), path: "all.jsonl".into(), place: id.to_string(), ..Origin::default() };
                let attribution = quote::attribute(&article);
                let records = record::records(&article, &attribution, &origin, 1);
                writer.put(records, false)?;
            }
            writer.commit()?;
            writer.finish()?;
        }
        Ok(())
    }

    #[test]
    fn small_runs_are_merged_as_they_come() {
        let folder = tempfile::tempdir().expect("a folder");
        grown(folder.path(), 20, 10).expect("articles are taken");
        let optimized = optimize(folder.path(), Duration::ZERO).expect("it is optimized");
        assert!(optimized.before.segments < SEGMENTS as u64, "{optimized:?}");
        assert_eq!((optimized.after.segments, optimized.after.records), (1, 400), "{optimized:?}");
    }

    #[test]
    fn a_very_large_index_keeps_several_segments() {
        let folder = tempfile::tempdir().expect("a folder");
        grown(folder.path(), 7, 10).expect("articles are taken");
        let optimized = optimize_up_to(folder.path(), Duration::ZERO, 60).expect("it is optimized");
        assert_eq!(optimized.before.segments, 7, "{optimized:?}");
        // Seven of twenty records: three, three and one.
        assert_eq!((optimized.after.segments, optimized.after.records), (3, 140), "{optimized:?}");
        let again = optimize_up_to(folder.path(), Duration::ZERO, 60).expect("it is optimized");
        assert_eq!(again.before, again.after);
    }
}
