//! Search everything: the lines of all rows in memory, once for the whole program however many sit at it, kept fresh
//! from the journal, and beside the database in a file so that the next start need not read every row.

use std::collections::BTreeSet;
use std::fs::{self, File};
use std::os::unix::fs::FileExt as _;
use std::path::PathBuf;
use std::sync::{Mutex, MutexGuard, PoisonError, RwLock};
use std::thread;

use crate::base::Id;
use crate::domain::{Entity, Principal, Record};
use crate::query::find::{SOUGHT, exact};
use crate::query::schema;
use crate::search::letters::words;
use crate::search::score::greatest;
use crate::search::sounds::Sounds;
use crate::search::{Arena, Trail, sidecar};
use crate::store::{Read, StoreError};

use super::ask::may_see;
use super::error::ReadError;
use super::{Engine, SCHEMA, ask, login, mask};

/// After so many touched rows everything is read anew.
const STALE: usize = 20_000;
/// A file beside the database is worth its space from so many lines on.
const WORTH_A_FILE: usize = 5_000;
/// Rows of a kind among the answer, while other kinds have some, too.
const SHARE: usize = 12;
/// What another spelling costs against what was typed.
const OTHER_SPELLING: i32 = 6;

/// One kind of row in memory.
#[derive(Default)]
struct Kind {
    /// In the order of equals.
    main: Arena,
    /// Touched since, the latest last.
    fresh: Arena,
}

/// The lines, and what state of the database they are of.
#[derive(Default)]
struct State {
    /// In the order of [`SOUGHT`], once the first of them is read.
    kinds: Vec<Kind>,
    /// Whether all of them are read.
    whole: bool,
    /// Whether there is nothing to write to the file beside the database.
    kept: bool,
    /// The newest entry that is in them, and its hash.
    seq: i64,
    hash: String,
    /// Another number for every state of the lines.
    version: u64,
    sounds: Option<Sounds>,
}

/// The search of a program.
#[derive(Default)]
pub struct Finder {
    state: RwLock<State>,
    /// Held by who makes the lines.
    making: Mutex<()>,
}

/// The way one person's typing has taken, kind by kind.
#[derive(Debug, Default)]
pub struct Trails(Vec<Trail>);

/// A row that was found.
#[derive(Clone, Debug)]
pub struct Hit {
    pub record: Record,
    /// What was typed is a number of this row, whole.
    pub exact: bool,
    pub score: i32,
}

impl Hit {
    pub fn entity(&self) -> Entity {
        self.record.fields.first().map_or(Entity::Customer, |f| f.entity)
    }
}

/// What a text finds.
#[derive(Clone, Debug, Default)]
pub struct Answer {
    pub hits: Vec<Hit>,
    /// How many rows of each kind match, in the order of [`SOUGHT`].
    pub counts: Vec<(Entity, usize)>,
    /// Other spellings that were tried.
    pub spellings: Vec<String>,
    /// False while lines are still being read: there may be more.
    pub whole: bool,
}

fn held<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Engine {
    /// Makes the search ready: from the file beside the database where that fits, else from the lines of the database.
    /// `going` says whether to go on. Searching meanwhile finds what is ready.
    pub fn ready_search(&self, going: &(dyn Fn() -> bool + Sync)) -> Result<(), StoreError> {
        let _making = held(&self.finder.making);
        let head = self.store.read(|read| read.journal_head())?.unwrap_or_default();
        let known = {
            let state = self.state();
            state.whole.then(|| (state.seq, state.hash.clone()))
        };
        if known.as_ref() == Some(&head) {
            return Ok(());
        }
        if known.is_none()
            && let Some(state) = self.read_file()
        {
            *self.finder.state.write().unwrap_or_else(PoisonError::into_inner) = state;
        }
        if self.take_in()? {
            return Ok(());
        }
        self.read_all(going)
    }

    fn state(&self) -> std::sync::RwLockReadGuard<'_, State> {
        self.finder.state.read().unwrap_or_else(PoisonError::into_inner)
    }

    /// Where the lines are kept; none for a database that is not to be written beside.
    fn file(&self) -> Option<PathBuf> {
        if self.store.read_only().is_some() {
            return None;
        }
        let mut name = self.path().file_name()?.to_os_string();
        name.push("-find");
        Some(self.path().with_file_name(name))
    }

    fn read_file(&self) -> Option<State> {
        let file = File::open(self.file()?).ok()?;
        let (words, arenas) = sidecar::read(&|into, place| file.read_exact_at(into, place)).ok()?;
        let words = String::from_utf8(words).ok()?;
        // Lines of another schema may have been made in another way.
        let (seq, hash) = words.strip_prefix(&format!("{SCHEMA} "))?.split_once(' ')?;
        let seq: i64 = seq.parse().ok()?;
        // Another database may have been put in the place of the one it was made from.
        let there = self.store.read(|read| read.hash_of(seq)).ok()?;
        if arenas.len() != SOUGHT.len() || there.as_deref() != Some(hash) {
            return None;
        }
        let kinds = arenas.into_iter().map(|main| Kind { main, fresh: Arena::default() }).collect();
        // Somebody may have typed while the first kinds were read.
        let version = self.state().version + 1;
        Some(State { kinds, whole: true, kept: true, seq, hash: hash.to_string(), version, sounds: None })
    }

    /// Takes in what was written since; false where that is too much, damaged, or nothing was read before.
    fn take_in(&self) -> Result<bool, StoreError> {
        match self.take_news() {
            Err(StoreError::Lines(_)) => {
                self.finder.state.write().unwrap_or_else(PoisonError::into_inner).whole = false;
                Ok(false)
            }
            other => other,
        }
    }

    fn take_news(&self) -> Result<bool, StoreError> {
        self.store.read(|read| {
            let head = read.journal_head()?.unwrap_or_default();
            let (seq, hash, whole) = {
                let state = self.state();
                (state.seq, state.hash.clone(), state.whole)
            };
            if !whole || head.0 < seq || seq > 0 && read.hash_of(seq)?.as_deref() != Some(&hash) {
                return Ok(false);
            }
            if head.0 == seq {
                return Ok(true);
            }
            let Some(touched) = read.touched_since(seq, STALE)? else { return Ok(false) };
            let mut news = Vec::new();
            for (n, sought) in SOUGHT.iter().enumerate() {
                if let Some(ids) = touched.get(&sought.entity) {
                    let all: Vec<Id> = ids.iter().copied().collect();
                    let lines = read.lines_of(sought, &all)?;
                    news.push((n, ids.iter().map(|id| id.0).collect::<BTreeSet<i64>>(), lines));
                }
            }
            let mut state = self.finder.state.write().unwrap_or_else(PoisonError::into_inner);
            if state.seq != seq {
                // Somebody else has taken it in meanwhile.
                return Ok(true);
            }
            for (n, ids, lines) in news {
                let kind = &mut state.kinds[n];
                kind.main.forget(|id| ids.contains(&id));
                kind.fresh.forget(|id| ids.contains(&id));
                lines.iter().for_each(|(id, line)| kind.fresh.push(*id, line));
            }
            let much = state.kinds.iter().map(|k| k.fresh.len()).sum::<usize>() > STALE;
            (state.seq, state.hash) = head;
            state.version += 1;
            // They are read anew, by whoever searches next.
            state.whole &= !much;
            Ok::<bool, StoreError>(!much)
        })
    }

    fn read_all(&self, going: &(dyn Fn() -> bool + Sync)) -> Result<(), StoreError> {
        // What is written while they are read is taken in afterwards.
        let head = self.store.read(|read| read.journal_head())?.unwrap_or_default();
        let waiting = Mutex::new(SOUGHT.iter().enumerate());
        let work = || -> Result<(), StoreError> {
            loop {
                let next = held(&waiting).next();
                let Some((n, sought)) = next else { return Ok(()) };
                let gathered = match self.store.read(|read| read.gathered(sought, going)) {
                    Err(StoreError::Lines(_)) if self.store.read_only().is_none() => {
                        self.store.remake_lines(sought)?;
                        self.store.read(|read| read.gathered(sought, going))
                    }
                    other => other,
                };
                let main = gathered?.arena(sought.most);
                let mut state = self.finder.state.write().unwrap_or_else(PoisonError::into_inner);
                // Until all of them are of one state.
                state.whole = false;
                state.kinds.resize_with(SOUGHT.len(), Kind::default);
                state.kinds[n] = Kind { main, fresh: Arena::default() };
                state.version += 1;
            }
        };
        thread::scope(|scope| {
            // Without a second thread, the first reads them all.
            let other = thread::Builder::new().spawn_scoped(scope, work);
            let own = work();
            let other = other.map_or(Ok(()), |other| other.join().unwrap_or(Err(StoreError::Interrupted)));
            own.and(other)
        })?;
        let mut state = self.finder.state.write().unwrap_or_else(PoisonError::into_inner);
        (state.seq, state.hash) = head;
        state.whole = true;
        state.version += 1;
        state.sounds = None;
        state.kept = false;
        Ok(())
    }

    /// Writes the lines beside the database, if they are not from there, so that the next start is ready to search at
    /// once. That it cannot be written is no reason to disturb anybody.
    pub fn keep_search(&self) {
        let _making = held(&self.finder.making);
        let written = {
            let state = self.state();
            // The file has no lines that came meanwhile: the next start reads those of the database once more.
            let fit = state.whole && state.seq > 0 && state.kinds.iter().all(|k| k.fresh.is_empty());
            !state.kept && fit && self.write_file(&state)
        };
        if written {
            self.finder.state.write().unwrap_or_else(PoisonError::into_inner).kept = true;
        }
    }

    fn write_file(&self, state: &State) -> bool {
        let lines: usize = state.kinds.iter().map(|k| k.main.len()).sum();
        let (Some(path), true) = (self.file(), lines >= WORTH_A_FILE) else { return false };
        let mut part = path.clone().into_os_string();
        part.push(format!(".{}", std::process::id()));
        let part = PathBuf::from(part);
        let arenas: Vec<&Arena> = state.kinds.iter().map(|k| &k.main).collect();
        let words = format!("{SCHEMA} {} {}", state.seq, state.hash);
        let done = private(&part)
            .and_then(|file| {
                sidecar::write(words.as_bytes(), &arenas, std::io::BufWriter::with_capacity(1 << 20, file))
            })
            .and_then(|()| fs::rename(&part, &path));
        if done.is_err() {
            let _ = fs::remove_file(&part);
        }
        done.is_ok()
    }

    /// What a text finds among everything this person may see: rows of which it is a number first, then by score, the
    /// latest first among equals. `going` says whether to go on: a newer text makes an older answer worthless.
    pub fn find(
        &self,
        who: &Principal,
        text: &str,
        limit: usize,
        trails: &mut Trails,
        going: &dyn Fn() -> bool,
    ) -> Result<Answer, ReadError> {
        let whole = self.take_in()?;
        let now = self.clock.now();
        self.store.read(|read| {
            let who = &login::standing(read, who, now)?;
            let context = self.context(who);
            let scene = ask::Scene { who, now, today: crate::base::calendar::date_of(now), context, held: &self.held };
            let words = words(text);
            let mut answer = Answer { whole, ..Answer::default() };
            if words.is_empty() {
                return Ok(answer);
            }
            let visible: Vec<bool> = SOUGHT.iter().map(|s| may_see(&scene, s.entity).is_ok()).collect();
            let (found, spellings) = self.look(who, &words, limit, &visible, trails, going, &mut answer.counts);
            answer.spellings = spellings;
            answer.hits = self.rows(read, who, (text, &words), limit, &visible, found)?;
            Ok(answer)
        })
    }

    /// The best of each kind, by memory alone: place among [`SOUGHT`], score, id.
    #[allow(clippy::too_many_arguments)]
    fn look(
        &self,
        who: &Principal,
        words: &[Vec<u8>],
        limit: usize,
        visible: &[bool],
        trails: &mut Trails,
        going: &dyn Fn() -> bool,
        counts: &mut Vec<(Entity, usize)>,
    ) -> (Vec<(usize, i32, i64)>, Vec<String>) {
        self.sounds(words);
        let state = self.state();
        trails.0.resize_with(SOUGHT.len(), Trail::default);
        let mut found = Vec::new();
        let most: i32 = words.iter().map(|w| greatest(w.len())).sum();
        for (n, (kind, sought)) in state.kinds.iter().zip(SOUGHT).enumerate() {
            if !visible[n] {
                continue;
            }
            let open_only = sought.personal.iter().any(|id| mask::hidden(who.role, sought.entity).contains(id));
            let mut count = 0;
            // What was touched last comes first among equals, and is few.
            let fresh = Trail::default().find(&kind.fresh, 0, words, open_only, limit, going);
            count += fresh.count;
            let mut here: Vec<(usize, i32, i64)> =
                fresh.top.iter().map(|h| (n, h.score, kind.fresh.id(h.row as usize))).collect();
            let main = trails.0[n].find(&kind.main, state.version, words, open_only, limit, going);
            count += main.count;
            here.extend(main.top.iter().map(|h| (n, h.score, kind.main.id(h.row as usize))));
            here.sort_by_key(|h| std::cmp::Reverse(h.1));
            here.truncate(limit);
            found.append(&mut here);
            counts.push((sought.entity, count));
        }
        // Names in another spelling, where what was typed is hardly anybody's name.
        let mut spellings = Vec::new();
        let good = found.iter().filter(|f| f.1 >= most).count();
        if good < 3
            && let Some(sounds) = &state.sounds
        {
            for (at, word) in words.iter().enumerate() {
                for other in sounds.like(word) {
                    let mut tried = words.to_vec();
                    tried[at].clone_from(&other);
                    for (n, (kind, sought)) in state.kinds.iter().zip(SOUGHT).enumerate() {
                        let open_only =
                            sought.personal.iter().any(|id| mask::hidden(who.role, sought.entity).contains(id));
                        if !visible[n] || !going() {
                            continue;
                        }
                        let all = Trail::default().find(&kind.main, state.version, &tried, open_only, SHARE, going);
                        let least: i32 = tried.iter().map(|w| greatest(w.len())).sum();
                        for hit in all.top.iter().filter(|h| h.score >= least) {
                            let id = kind.main.id(hit.row as usize);
                            let score = most - OTHER_SPELLING;
                            match found.iter_mut().find(|f| f.0 == n && f.2 == id) {
                                Some(there) => there.1 = there.1.max(score),
                                None => found.push((n, score, id)),
                            }
                        }
                    }
                    spellings.push(String::from_utf8_lossy(&other).into_owned());
                }
            }
        }
        (found, spellings)
    }

    /// Learns the spellings there are, once, when a word is typed that could have another.
    fn sounds(&self, words: &[Vec<u8>]) {
        let wanted = words.iter().any(|w| w.len() >= 3 && w.iter().all(u8::is_ascii_lowercase));
        let sounds = {
            let state = self.state();
            if !wanted || state.sounds.is_some() || !state.whole {
                return;
            }
            // Customers and leads: the names of the others are theirs.
            Sounds::of(state.kinds.iter().take(2).flat_map(|k| [&k.main, &k.fresh]))
        };
        self.finder.state.write().unwrap_or_else(PoisonError::into_inner).sounds = Some(sounds);
    }

    /// The rows themselves, as this person may see them.
    fn rows(
        &self,
        read: &Read<'_>,
        who: &Principal,
        (text, words): (&str, &[Vec<u8>]),
        limit: usize,
        visible: &[bool],
        mut found: Vec<(usize, i32, i64)>,
    ) -> Result<Vec<Hit>, ReadError> {
        let mut firsts: Vec<(usize, i64)> = Vec::new();
        for (n, sought) in SOUGHT.iter().enumerate().filter(|(n, _)| visible[*n]) {
            let hidden = mask::hidden(who.role, sought.entity);
            for id in sought.exact.iter().filter(|id| !hidden.contains(id)) {
                if let Some(value) = exact(*id, text) {
                    let rows = read.ids_by(*id, &value)?;
                    firsts.extend(
                        rows.into_iter().map(|id| (n, id.0)).filter(|f| !firsts.contains(f)).collect::<Vec<_>>(),
                    );
                }
            }
        }
        found.retain(|f| !firsts.contains(&(f.0, f.2)));
        // Digits that stand together are a part of a number; strewn ones are chance.
        let digits = words.iter().all(|w| w.len() >= 3 && w.iter().all(u8::is_ascii_digit));
        let together: i32 = words.iter().map(|w| greatest(w.len()) - 8).sum();
        if digits && (!firsts.is_empty() || found.iter().any(|f| f.1 >= together)) {
            found.retain(|f| f.1 >= together);
        }
        found.sort_by(|a, b| b.1.cmp(&a.1).then(a.0.cmp(&b.0)));
        // Nobody fills the answer alone while others have something as good as nothing else to offer.
        let mut share = vec![0; SOUGHT.len()];
        let (mut first, mut later) = (Vec::new(), Vec::new());
        for f in found {
            share[f.0] += 1;
            if share[f.0] <= SHARE { first.push(f) } else { later.push(f) }
        }
        first.extend(later);
        first.truncate(limit);
        first.sort_by(|a, b| b.1.cmp(&a.1).then(a.0.cmp(&b.0)));
        let mut hits = Vec::new();
        let all = firsts.into_iter().map(|(n, id)| (n, i32::MAX, id)).chain(first);
        for (n, score, id) in all.take(limit) {
            let mut rows = read.rows_of(SOUGHT[n].entity, &[Id(id)])?;
            let Some(mut record) = rows.pop() else { continue };
            if schema::find(SOUGHT[n].entity, "deleted").is_some_and(|f| !record.get(f).is_null()) {
                continue;
            }
            mask::cover(who, &mut record);
            hits.push(Hit { record, exact: score == i32::MAX, score });
        }
        Ok(hits)
    }
}

/// A new file that only its owner reads.
fn private(path: &std::path::Path) -> std::io::Result<File> {
    let mut options = fs::OpenOptions::new();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)
}
