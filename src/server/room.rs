//! The index as the server sees it: one commit at a time, with what is derived from it.
//!
//! A [`View`] never changes. When a writer commits, or somebody edits `people.toml`, a new one is made beside it and takes its place; whoever
//! is at work on the old one goes on with it.

use crate::error::{Error, Result};
use crate::index::Facet;
use crate::index::embedded::{Embedded, Stamp, stamp};
use crate::people::{People, PeopleFile};
use crate::record;
use crate::search::{Answer, Request, search};
use crate::survey::{self, ArchiveSpeaker, Speakers, Survey};
use crate::timeline::{self, Timeline};
use std::borrow::Cow;
use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError, RwLock};

/// Reads what the user knows of who is who.
pub type ReadPeople = Box<dyn Fn() -> Result<PeopleFile> + Send + Sync>;

/// How long the swap of a rebuild may take.
fn stamp_after_a_moment(folder: &Path) -> Option<Stamp> {
    std::thread::sleep(std::time::Duration::from_millis(200));
    stamp(folder)
}

/// Counts of the archive that are kept.
const MOST_ARCHIVES: usize = 256;

/// The newest view of an index.
pub struct Room {
    folder: PathBuf,
    read_people: ReadPeople,
    view: RwLock<Arc<View>>,
    /// One at a time makes a new view.
    making: Mutex<()>,
}

/// An index as of one commit.
pub struct View {
    /// The index.
    pub index: Embedded,
    /// Who is who in it.
    pub people: Arc<People>,
    /// Everybody who speaks, the most quoted first.
    pub speakers: Speakers,
    /// What it holds.
    pub survey: Survey,
    /// Its articles and quotes by month.
    pub months: Timeline,
    /// The archive by calendar units, within dates, desks and papers that were asked for.
    archives: Mutex<HashMap<String, Arc<Answer>>>,
    stamp: Option<Stamp>,
    file: PeopleFile,
}

impl View {
    fn open(folder: &Path, file: PeopleFile) -> Result<Self> {
        // A commit that comes in between is seen by its stamp later on.
        let stamp = stamp(folder);
        let index = Embedded::open(folder)?;
        let people = Arc::new(People::of(&index, &file)?);
        let request = Request { people: Some(Arc::clone(&people)), ..Request::default() };
        let speakers = survey::speakers(&index, "", &request)?;
        let survey = survey::survey(&index)?;
        let all = Request { text: "*".into(), ..Request::default() };
        let months = timeline::timeline(&index, &all, Facet::Month)?;
        let archives = Mutex::default();
        Ok(Self { index, people, speakers, survey, months, archives, stamp, file })
    }

    /// Somebody by the fullest name, or by another of their names where it is nobody else's.
    pub fn speaker(&self, name: &str) -> Option<&ArchiveSpeaker> {
        let all = &self.speakers.speakers;
        all.iter().find(|speaker| speaker.name == name).or_else(|| {
            let mut under = all.iter().filter(|speaker| speaker.names.iter().any(|known| known.text == name));
            under.next().filter(|_| under.next().is_none())
        })
    }

    /// Who speaks in what is asked for, by the beginnings of their names; everybody is known beforehand.
    ///
    /// # Errors
    /// What is asked cannot be read, or the index fails.
    pub fn speakers_of(&self, request: &Request) -> Result<Cow<'_, Speakers>> {
        if request.text.is_empty() && request.fields.is_empty() && request.since.is_none() && request.until.is_none() {
            return Ok(Cow::Borrowed(&self.speakers));
        }
        let pattern = request.text.clone();
        let request = Request { text: String::new(), people: Some(Arc::clone(&self.people)), ..request.clone() };
        survey::speakers(&self.index, &pattern, &request).map(Cow::Owned)
    }

    /// The archive that the hits of a request are laid beside in a timeline; counted once.
    ///
    /// # Errors
    /// The index fails.
    pub fn archive(&self, request: &Request, unit: Facet) -> Result<Arc<Answer>> {
        let request = timeline::archive(request, unit);
        let key = format!("{unit:?} {:?} {:?} {:?}", request.since, request.until, request.fields);
        if let Some(known) = self.archives.lock().unwrap_or_else(PoisonError::into_inner).get(&key) {
            return Ok(Arc::clone(known));
        }
        let mut answer = search(&self.index, &request)?;
        // Its counts are kept, not the hit that comes with them.
        answer.hits.clear();
        let answer = Arc::new(answer);
        let mut archives = self.archives.lock().unwrap_or_else(PoisonError::into_inner);
        if archives.len() >= MOST_ARCHIVES {
            archives.clear();
        }
        archives.insert(key, Arc::clone(&answer));
        Ok(answer)
    }

    /// Changes whenever an answer may change: with each commit and each edit of `people.toml`.
    pub fn tag(&self) -> String {
        let state = self.survey.stats.state;
        let people = record::key(&[&format!("{:?}", self.file)]);
        format!("{:x}.{:x}.{people:x}", state.commit, state.records)
    }
}

impl Room {
    /// Opens the index in a folder.
    ///
    /// # Errors
    /// There is no index, it cannot be read, or what the user says of people cannot.
    pub fn open(folder: &Path, read_people: ReadPeople) -> Result<Self> {
        let view = View::open(folder, read_people()?)?;
        Ok(Self { folder: folder.to_path_buf(), read_people, view: RwLock::new(Arc::new(view)), making: Mutex::new(()) })
    }

    /// The newest view.
    pub fn view(&self) -> Arc<View> {
        Arc::clone(&self.view.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// Makes a new view where something has changed; true where it did. The old one answers until the new one is ready. What cannot be read
    /// is told, and stays as it was: a slip in `people.toml` keeps no commit back.
    pub fn refresh(&self) -> (bool, Option<Error>) {
        let _one = self.making.lock().unwrap_or_else(PoisonError::into_inner);
        let view = self.view();
        let (file, slip) = match (self.read_people)() {
            Ok(file) => (file, None),
            Err(error) => (view.file.clone(), Some(error)),
        };
        match self.renewed(&view, file) {
            Ok(changed) => (changed, slip),
            Err(error) => (false, Some(error)),
        }
    }

    fn renewed(&self, view: &View, file: PeopleFile) -> Result<bool> {
        let now = stamp(&self.folder);
        if now == view.stamp && file == view.file {
            return Ok(false);
        }
        // In the moment of a rebuild's swap there is no index; gone for longer, it is told.
        if now.is_none() && stamp_after_a_moment(&self.folder).is_none() {
            return Err(Error::Index(format!("{}: the index is gone", self.folder.display())));
        }
        let fresh = View::open(&self.folder, file)?;
        *self.view.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(fresh);
        Ok(true)
    }
}
