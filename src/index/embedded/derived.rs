//! What was derived from an index and is kept beside it, under the number of its commit: a file that can be deleted at any time.

use crate::index::lasting;
use std::path::Path;
use xxhash_rust::xxh3::xxh3_64;

/// How the names of such files end.
pub(super) const SUFFIX: &str = ".derived";

/// What was kept under a name for this commit; a damaged file counts as none.
pub(super) fn read(folder: &Path, name: &str, commit: u64) -> Option<Vec<u8>> {
    let bytes = std::fs::read(folder.join(format!("{name}{SUFFIX}"))).ok()?;
    let (of, rest) = whole(&bytes)?;
    (of == commit).then(|| rest.to_vec())
}

/// Keeps it. Whoever reads sees the old one or the new one, and an index that cannot be written to is searched all the same.
pub(super) fn keep(folder: &Path, name: &str, commit: u64, content: &[u8]) {
    let mut bytes = commit.to_le_bytes().to_vec();
    bytes.extend_from_slice(content);
    bytes.extend_from_slice(&xxh3_64(&bytes).to_le_bytes());
    let _ = lasting::keep(&folder.join(format!("{name}{SUFFIX}")), &bytes);
}

/// The commit and the content, if the file is as it was written.
pub(super) fn whole(bytes: &[u8]) -> Option<(u64, &[u8])> {
    let (rest, hash) = bytes.split_last_chunk::<8>()?;
    let (commit, content) = rest.split_first_chunk::<8>()?;
    (xxh3_64(rest) == u64::from_le_bytes(*hash)).then(|| (u64::from_le_bytes(*commit), content))
}
