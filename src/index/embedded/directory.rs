//! The index folder: searching needs no permission to write, and a commit is lasting when it returns.

use std::io;
use std::path::Path;
use std::sync::Arc;
use tantivy::directory::error::{DeleteError, LockError, OpenReadError, OpenWriteError};
use tantivy::directory::{Directory, DirectoryLock, FileHandle, Lock, MmapDirectory, WatchCallback, WatchHandle, WritePtr};

/// The file that says of which segments the index is made.
pub(super) const META: &str = "meta.json";

/// The engine's list of the files that it made, by which it clears leftovers away.
pub(super) const MANAGED: &str = ".managed.json";

/// What a folder is opened for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Purpose {
    /// To search. The engine's reader takes a lock by writing a file while it opens; where that is not permitted, nobody who has no more rights
    /// could remove files either, and the lock is granted.
    Read,
    /// To write.
    Write,
    /// To look at its files as they are: the list of files is not read, so that damage to it hides nothing.
    Check,
}

/// A folder with the files of an index. The engine syncs every file that it writes, but the name `meta.json` only with the next commit; here
/// it is made lasting before anything that the old one names is removed.
#[derive(Debug, Clone)]
pub(super) struct Folder {
    inner: MmapDirectory,
    purpose: Purpose,
}

impl Folder {
    pub(super) fn open(folder: &Path, purpose: Purpose) -> tantivy::Result<Self> {
        Ok(Self { inner: MmapDirectory::open(folder)?, purpose })
    }
}

impl Directory for Folder {
    fn get_file_handle(&self, path: &Path) -> Result<Arc<dyn FileHandle>, OpenReadError> {
        self.inner.get_file_handle(path)
    }

    fn delete(&self, path: &Path) -> Result<(), DeleteError> {
        self.inner.delete(path)
    }

    fn exists(&self, path: &Path) -> Result<bool, OpenReadError> {
        self.inner.exists(path)
    }

    fn open_write(&self, path: &Path) -> Result<WritePtr, OpenWriteError> {
        self.inner.open_write(path)
    }

    fn atomic_read(&self, path: &Path) -> Result<Vec<u8>, OpenReadError> {
        if self.purpose == Purpose::Check && path == Path::new(MANAGED) {
            return Err(OpenReadError::FileDoesNotExist(path.to_path_buf()));
        }
        self.inner.atomic_read(path)
    }

    fn atomic_write(&self, path: &Path, data: &[u8]) -> io::Result<()> {
        self.inner.atomic_write(path, data)?;
        if path == Path::new(META) { self.inner.sync_directory() } else { Ok(()) }
    }

    fn sync_directory(&self) -> io::Result<()> {
        self.inner.sync_directory()
    }

    fn acquire_lock(&self, lock: &Lock) -> Result<DirectoryLock, LockError> {
        match self.inner.acquire_lock(lock) {
            Err(LockError::IoError(error))
                if self.purpose != Purpose::Write
                    && matches!(error.kind(), io::ErrorKind::PermissionDenied | io::ErrorKind::ReadOnlyFilesystem) =>
            {
                Ok(DirectoryLock::from(Box::new(())))
            }
            other => other,
        }
    }

    /// Nothing is watched: a reader sees the commit that it opened.
    fn watch(&self, _: WatchCallback) -> tantivy::Result<WatchHandle> {
        Ok(WatchHandle::empty())
    }
}
