//! Questions about many rows.

use crate::base::Id;
use crate::domain::people::Sharing;
use crate::domain::plan::OttApp;
use crate::domain::settings::Settings;
use crate::domain::{Entity, FieldId, Plan, Record, Value};
use crate::query::complete::{self, Place, Slot, Suggestion};
use crate::query::print::quote_value;
use crate::query::schema::{Kind, field, ids, noun, view};
use crate::query::views::OpenView;
use crate::query::{Bound, format};
use crate::store::{Anchor, Change, Entry, Page, PageAsk, Read, Totals};

use super::super::error::ReadError;
use super::super::login::LOCKOUT;
use super::super::mask;
use super::super::policy::{Reach, Verb, reach};
use super::{Ask, Scene, may_see};

/// A question for rows as a person may ask it. Who looks after a row is read along: it decides what is shown.
fn seen(scene: &Scene<'_>, ask: &PageAsk) -> Result<PageAsk, ReadError> {
    let mut ask = PageAsk { filter: mask::asked(scene.who, &ask.filter, &ask.sort)?, ..ask.clone() };
    let owner = noun(ask.filter.entity).owner.filter(|o| !ask.fields.contains(o));
    if !mask::hidden(scene.who.role, ask.filter.entity).is_empty() {
        ask.fields.extend(owner);
    }
    Ok(ask)
}

/// A page of rows.
#[derive(Clone, Debug)]
pub struct AskPage(pub PageAsk);

impl Ask for AskPage {
    type Answer = Page;
    fn answer(&self, read: &Read<'_>, scene: &Scene<'_>) -> Result<Page, ReadError> {
        may_see(scene, self.0.filter.entity)?;
        let mut page = read.page(&seen(scene, &self.0)?)?;
        mask::cover_all(scene.who, &mut page.rows);
        Ok(page)
    }
}

/// A page of a filter that is known to keep so many rows.
pub struct AskPageOf(pub PageAsk, pub i64);

impl Ask for AskPageOf {
    type Answer = Page;
    fn answer(&self, read: &Read<'_>, scene: &Scene<'_>) -> Result<Page, ReadError> {
        may_see(scene, self.0.filter.entity)?;
        let mut page = read.page_of(&seen(scene, &self.0)?, self.1)?;
        mask::cover_all(scene.who, &mut page.rows);
        Ok(page)
    }
}

/// A page of rows that no index leads to; the best so far are shown while all are looked at, with the number of rows
/// looked at and of all.
pub struct AskByParts<'a>(pub &'a PageAsk, pub &'a dyn Fn(Page, i64, i64));

impl Ask for AskByParts<'_> {
    type Answer = Page;
    fn answer(&self, read: &Read<'_>, scene: &Scene<'_>) -> Result<Page, ReadError> {
        may_see(scene, self.0.filter.entity)?;
        let covered = |mut page: Page| {
            mask::cover_all(scene.who, &mut page.rows);
            page
        };
        let show = |page: Page, done: i64, all: i64| (self.1)(covered(page), done, all);
        Ok(covered(read.page_by_parts(&seen(scene, self.0)?, &show)?))
    }
}

/// How many rows a filter keeps, and their revenue.
#[derive(Clone, Debug)]
pub struct AskTotals(pub Bound);

impl Ask for AskTotals {
    type Answer = Totals;
    fn answer(&self, read: &Read<'_>, scene: &Scene<'_>) -> Result<Totals, ReadError> {
        may_see(scene, self.0.entity)?;
        Ok(read.totals(&mask::asked(scene.who, &self.0, &[])?)?)
    }
}

/// One whole row, put away or not.
#[derive(Clone, Copy, Debug)]
pub struct AskRow(pub Entity, pub Id);

impl Ask for AskRow {
    type Answer = Record;
    fn answer(&self, read: &Read<'_>, scene: &Scene<'_>) -> Result<Record, ReadError> {
        may_see(scene, self.0)?;
        let row = read.row(self.0, self.1)?;
        let mut row = row.ok_or_else(|| ReadError::NotFound(format!("row {}", self.1)))?;
        mask::cover(scene.who, &mut row);
        Ok(row)
    }
}

/// Every row of a question without a page, handed over one by one; ends when `with` says no.
pub struct AskAll<F: Fn(Record) -> bool>(pub PageAsk, pub F);

impl<F: Fn(Record) -> bool> Ask for AskAll<F> {
    type Answer = ();
    fn answer(&self, read: &Read<'_>, scene: &Scene<'_>) -> Result<(), ReadError> {
        may_see(scene, self.0.filter.entity)?;
        let ask = PageAsk { anchor: Anchor::First, ..seen(scene, &self.0)? };
        Ok(read.each(&ask, |mut row| {
            mask::cover(scene.who, &mut row);
            (self.1)(row)
        })?)
    }
}

/// What could stand at a place of a filter text.
#[derive(Clone, Debug)]
pub struct AskSuggest {
    pub entity: Entity,
    pub place: Place,
    pub limit: usize,
}

impl Ask for AskSuggest {
    type Answer = Vec<Suggestion>;
    fn answer(&self, read: &Read<'_>, scene: &Scene<'_>) -> Result<Vec<Suggestion>, ReadError> {
        may_see(scene, self.entity)?;
        let typed = &self.place.typed;
        let mut found = match &self.place.slot {
            Slot::Nothing => Vec::new(),
            Slot::Name => complete::names(self.entity, typed),
            Slot::Fixed(all) => complete::narrow(all.clone(), typed),
            Slot::Value(id) if mask::hidden(scene.who.role, self.entity).contains(id) => Vec::new(),
            Slot::Value(id) => {
                // Codes are stored, labels are read: look among all and narrow here.
                let coded = matches!(field(*id).kind, Kind::Choice(_));
                let values = read.values(*id, if coded { "" } else { typed }, self.limit)?;
                let with_counts = values.into_iter().map(|(text, n)| Suggestion {
                    note: if coded { format::show(*id, &text.as_str().into()) } else { String::new() },
                    insert: quote_value(&text),
                    count: Some(n),
                });
                complete::narrow(with_counts.collect(), typed)
            }
        };
        found.truncate(self.limit);
        Ok(found)
    }
}

/// The values of a field with how often each occurs, the most frequent first: for pickers.
#[derive(Clone, Debug)]
pub struct AskDrill {
    pub field: FieldId,
    pub typed: String,
    pub limit: usize,
}

impl Ask for AskDrill {
    type Answer = Vec<(String, i64)>;
    fn answer(&self, read: &Read<'_>, scene: &Scene<'_>) -> Result<Vec<(String, i64)>, ReadError> {
        may_see(scene, self.field.entity)?;
        if mask::hidden(scene.who.role, self.field.entity).contains(&self.field) {
            return Ok(Vec::new());
        }
        Ok(read.values(self.field, &self.typed, self.limit)?)
    }
}

/// The ids of rows by a field of theirs, such as account number or docket, in the order given; values that no row
/// has are left out.
#[derive(Clone, Debug)]
pub struct AskNamed(pub FieldId, pub Vec<Value>);

impl Ask for AskNamed {
    type Answer = Vec<Id>;
    fn answer(&self, read: &Read<'_>, scene: &Scene<'_>) -> Result<Vec<Id>, ReadError> {
        may_see(scene, self.0.entity)?;
        let mut out = Vec::with_capacity(self.1.len());
        for value in &self.1 {
            out.extend(read.ids_by(self.0, value)?);
        }
        Ok(out)
    }
}

/// The catalogue.
#[derive(Clone, Copy, Debug)]
pub struct AskPlans;

impl Ask for AskPlans {
    type Answer = Vec<Plan>;
    fn answer(&self, read: &Read<'_>, _: &Scene<'_>) -> Result<Vec<Plan>, ReadError> {
        Ok(read.plans()?)
    }
}

/// The saved views a person sees: their own, and what others share. By name.
#[derive(Clone, Copy, Debug)]
pub struct AskViews;

impl Ask for AskViews {
    type Answer = Vec<OpenView>;
    fn answer(&self, read: &Read<'_>, scene: &Scene<'_>) -> Result<Vec<OpenView>, ReadError> {
        let page = read.page(&PageAsk {
            filter: Bound::all(Entity::View),
            sort: vec![(view::NAME, false)],
            fields: ids(Entity::View).collect(),
            anchor: Anchor::First,
            limit: 1_000,
        })?;
        let seen = |r: &&Record| {
            let shared = Sharing::parse(r.text(view::SHARED)).unwrap_or(Sharing::Private);
            r.text(view::OWNER).eq_ignore_ascii_case(&scene.who.user) || shared.reaches(scene.who.role)
        };
        Ok(page.rows.iter().filter(seen).map(OpenView::of).collect())
    }
}

/// The settings as they hold now.
#[derive(Clone, Copy, Debug)]
pub struct AskSettings;

impl Ask for AskSettings {
    type Answer = Settings;
    fn answer(&self, read: &Read<'_>, _: &Scene<'_>) -> Result<Settings, ReadError> {
        Ok(read.settings()?)
    }
}

/// The OTT apps.
#[derive(Clone, Copy, Debug)]
pub struct AskOtts;

impl Ask for AskOtts {
    type Answer = Vec<OttApp>;
    fn answer(&self, read: &Read<'_>, _: &Scene<'_>) -> Result<Vec<OttApp>, ReadError> {
        Ok(read.ott_apps()?)
    }
}

/// Lines of the journal, the newest first.
#[derive(Clone, Copy, Debug)]
pub struct AskJournal {
    pub before: Option<i64>,
    pub limit: usize,
}

impl Ask for AskJournal {
    type Answer = Vec<Entry>;
    fn answer(&self, read: &Read<'_>, _: &Scene<'_>) -> Result<Vec<Entry>, ReadError> {
        Ok(read.entries(self.before, self.limit)?)
    }
}

/// Logins shut after wrong tries since an entry, for whom may do something about it: nobody else is told.
#[derive(Clone, Copy, Debug)]
pub struct AskLockouts {
    /// Entries after this one; without it, those of the last day.
    pub after: Option<i64>,
}

impl Ask for AskLockouts {
    type Answer = Vec<Entry>;
    fn answer(&self, read: &Read<'_>, scene: &Scene<'_>) -> Result<Vec<Entry>, ReadError> {
        if reach(scene.who.role, Verb::SetUserState, Entity::User) != Reach::All {
            return Ok(Vec::new());
        }
        let mut found = read.entries_named(LOCKOUT, self.after.unwrap_or(0), 1_000)?;
        if self.after.is_none() {
            found.retain(|e| scene.now.since(e.at) < 86_400_000);
        }
        Ok(found)
    }
}

/// What one entry of the journal did.
#[derive(Clone, Copy, Debug)]
pub struct AskChanges(pub i64);

impl Ask for AskChanges {
    type Answer = (Entry, Vec<Change>);
    fn answer(&self, read: &Read<'_>, scene: &Scene<'_>) -> Result<(Entry, Vec<Change>), ReadError> {
        let entry = read.entry(self.0)?.ok_or_else(|| ReadError::NotFound(format!("journal entry {}", self.0)))?;
        let mut changes = read.changes(self.0)?;
        changes.iter_mut().for_each(|change| mask::cover_change(scene.who, change));
        Ok((entry, changes))
    }
}

/// Number and hash of the newest line of the journal; `None` when there is none.
#[derive(Clone, Copy, Debug)]
pub struct AskHead;

impl Ask for AskHead {
    type Answer = Option<(i64, String)>;
    fn answer(&self, read: &Read<'_>, _: &Scene<'_>) -> Result<Option<(i64, String)>, ReadError> {
        Ok(read.journal_head()?)
    }
}

/// The first line of the journal that does not fit the chain; `None` when all do.
#[derive(Clone, Copy, Debug)]
pub struct AskBreak;

impl Ask for AskBreak {
    type Answer = Option<i64>;
    fn answer(&self, read: &Read<'_>, _: &Scene<'_>) -> Result<Option<i64>, ReadError> {
        Ok(read.verify_journal()?)
    }
}

/// Whether nothing has been put in yet.
#[derive(Clone, Copy, Debug)]
pub struct AskIsEmpty;

impl Ask for AskIsEmpty {
    type Answer = bool;
    fn answer(&self, read: &Read<'_>, _: &Scene<'_>) -> Result<bool, ReadError> {
        Ok(read.is_empty()?)
    }
}
