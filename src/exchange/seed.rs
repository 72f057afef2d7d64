//! The demo company into a database of its own. Customers are made in batches on another thread while
//! this one writes, which takes longer: a second maker would only take the processor from them both. Only a few batches
//! are ever in memory, so that a million of them need no more than a thousand.

use std::path::Path;
use std::sync::mpsc::{channel, sync_channel};

use foldhash::HashMap;

use crate::base::money::group;
use crate::base::{Clock, Id, Timestamp, calendar};
use crate::demo::jobs::Work;
use crate::demo::leads::LeadStory;
use crate::demo::tickets::{Happening, TicketStory};
use crate::demo::{self, Company, Settings};
use crate::domain::settings::Settings as Figures;
use crate::domain::{Entity, Record, Value};
use crate::engine::{Beside, Desk, Engine, StoreError};
use crate::query::schema::{self, article as kb, customer as c, ticket as t};

use super::knowledge::usual_articles;

/// Customers made at a time: so few that a batch is still in the cache of the processor when it is written.
const BATCH: u64 = 50;

/// Makes a new database at `path` with a demo company in it; refuses a file that is there. Equal settings
/// give equal rows. `progress` is told customers written and customers in all; its `false` stops with
/// [`StoreError::Interrupted`], and then nothing is left behind.
pub fn build_demo(
    path: &Path,
    settings: Settings,
    clock: &dyn Clock,
    progress: &mut dyn FnMut(u64, u64) -> bool,
) -> Result<(), StoreError> {
    let company = Company::new(settings);
    let (all, company) = (company.len(), &company);
    Engine::build(path, clock, |load| {
        for (id, plan) in (1..).zip(demo::plans()) {
            load.plan(Id(id), &plan)?;
        }
        for (id, app) in (1..).zip(demo::ott_apps()) {
            load.ott(Id(id), &app)?;
        }
        for row in demo::deals::schedules() {
            load.row(&row)?;
        }
        let mut sales = demo::deals::Sales::default();
        for row in company.coverage().iter().chain(company.territories()) {
            load.row(row)?;
        }
        let Settings { customers, seed, today } = settings;
        load.fact(
            "demo",
            &format!(
                "customers={customers} seed={seed} today={today} process={}.{}",
                demo::PROCESS,
                crate::engine::SCHEMA
            ),
        )?;
        let (mut lines, mut solved) = (Counts::default(), Counts::default());
        load.at_once(|bulk| {
            std::thread::scope(|threads| {
                company.stock().iter().try_for_each(|row| bulk.row(row))?;
                // What is written goes back to the maker, for the next batch: nothing has to be let go, and the allocator
                // holds up two threads that free each other's memory.
                let (give, take) = sync_channel(1);
                let (give_back, written) = channel::<Vec<Made>>();
                threads.spawn(move || {
                    let (mut from, mut desk, mut room) = (0, Desk::of(Figures::default()), Room::default());
                    // Nobody takes any more when writing has failed.
                    while from < all && give.send(made(company, from, &mut desk, &mut room)).is_ok() {
                        from += BATCH;
                        written.try_iter().for_each(|batch| room.take_back(batch));
                    }
                });
                let (mut done, mut planner) = (0, demo::jobs::Planner::default());
                loop {
                    if !progress(done, all) {
                        return Err(StoreError::Interrupted);
                    }
                    let Ok(batch) = take.recv() else { break };
                    let mut batch = batch?;
                    done += batch.len() as u64;
                    for Made { s, tickets, work, beside, .. } in &mut batch {
                        bulk.beside(&s.record, beside, &s.steps)?;
                        sales.take(s, calendar::days_of(company.today()));
                        for ticket in tickets {
                            if !ticket.record.get(t::ARTICLE).is_null() {
                                count(&mut solved, ticket.record.text(t::ARTICLE));
                            }
                        }
                        let status = s.record.text(c::STATUS);
                        if !matches!(status, "pending" | "terminated") && !s.record.text(c::OLT).is_empty() {
                            count(&mut lines, s.record.text(c::OLT));
                        }
                        work.jobs.iter_mut().for_each(|job| planner.place(job));
                    }
                    bulk.rows(&batch.iter().flat_map(rows).collect::<Vec<_>>())?;
                    // Nobody takes it any more when all are made.
                    let _ = give_back.send(batch);
                }
                // A maker that stopped early must not pass for a smaller company.
                if done < all {
                    Err(StoreError::Sql(format!("only {done} of {all} customers were made")))
                } else {
                    Ok(())
                }
            })?;
            // In the order of their ids, each kind by itself.
            let mut deals: Vec<Record> = Vec::new();
            for deal in company.deals(&sales) {
                deals.push(deal.record);
                deals.extend(deal.lines.into_iter().chain(deal.notes));
            }
            deals.sort_by_key(|row| row.id);
            deals.iter().try_for_each(|row| bulk.row(row))
        })?;
        for article in articles(&solved, calendar::start_of(today).0) {
            load.row(&article)?;
        }
        company.incidents(&lines.into_iter().collect()).iter().try_for_each(|row| load.row(row))?;
        Ok(format!("Made a demo company of {} customers (seed {seed})", group(customers)))
    })
}

/// A customer with all that comes with it.
struct Made {
    s: demo::Subscriber,
    beside: Beside,
    leads: Vec<LeadStory>,
    tickets: Vec<TicketStory>,
    work: Work,
}

/// The rows of a customer and of all that came with it.
fn rows(made: &Made) -> impl Iterator<Item = &Record> {
    let leads = made.leads.iter().flat_map(|lead| std::iter::once(&lead.record).chain(&lead.touches));
    let tickets = made.tickets.iter().flat_map(|ticket| std::iter::once(&ticket.record).chain(&ticket.lines));
    std::iter::once(&made.s.record).chain(leads).chain(tickets).chain(&made.work.jobs).chain(&made.work.items)
}

/// What was written and let go: the room of what is made next.
#[derive(Default)]
struct Room {
    batches: Vec<Vec<Made>>,
    besides: Vec<Beside>,
}

impl Room {
    fn take_back(&mut self, mut batch: Vec<Made>) {
        for Made { s, beside, leads, tickets, work } in batch.drain(..) {
            demo::spare::take_back(s, leads, tickets, work);
            self.besides.push(beside);
        }
        self.batches.push(batch);
    }
}

/// How often something came, by its name.
type Counts = HashMap<String, i64>;

/// One more of these.
fn count(all: &mut Counts, name: &str) {
    match all.get_mut(name) {
        Some(n) => *n += 1,
        None => {
            all.insert(name.to_string(), 1);
        }
    }
}

/// A batch of customers, each with the leads, the tickets and the work that come with it.
fn made(company: &Company, from: u64, desk: &mut Desk, room: &mut Room) -> Result<Vec<Made>, StoreError> {
    let now = calendar::start_of(company.today());
    let mut batch = room.batches.pop().unwrap_or_default();
    for mut s in company.each(from, from + BATCH) {
        let (leads, mut tickets) = (company.leads(&s), company.tickets(&s));
        for ticket in &mut tickets {
            let step = |(at, happening): &(Timestamp, Happening)| match happening {
                Happening::Answer => (*at, None),
                Happening::State(state) => (*at, Some(*state)),
            };
            desk.live(&mut ticket.record, ticket.regulation, ticket.steps.iter().map(step), now);
        }
        let work = company.work(&s);
        let beside = Beside::of(room.besides.pop().unwrap_or_default(), &s.usage, &s.activities)?;
        demo::spare::take_told(&mut s);
        batch.push(Made { s, beside, leads, tickets, work });
    }
    Ok(batch)
}

/// The knowledge base, with how many tickets each article solved.
fn articles(solved: &Counts, now: i64) -> Vec<Record> {
    let row = |(n, a): (i64, crate::engine::NewArticle)| {
        let mut row = schema::blank(Entity::Article, Id(n));
        row.set(kb::SOLVED, Value::Int(solved.get(&a.slug).copied().unwrap_or(0)));
        row.set(kb::TAGS, Value::list(a.tags.iter().map(String::as_str)));
        row.set(kb::CHANGED, Value::Int(now));
        for (field, text) in [
            (kb::SLUG, a.slug),
            (kb::TITLE, a.title),
            (kb::CATEGORY, a.category),
            (kb::AUTHOR, a.author),
            (kb::BODY, a.body),
        ] {
            row.set(field, Value::text(text));
        }
        row
    };
    (1..).zip(usual_articles()).map(row).collect()
}

/// The plans usual in the market, to begin a catalogue with: the demo company's own.
pub fn usual_plans() -> Vec<crate::domain::Plan> {
    demo::plans()
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use chrono::NaiveDate;

    use super::*;
    use crate::base::{ManualClock, calendar};
    use crate::domain::{Entity, Principal};
    use crate::engine::ask::AskTotals;
    use crate::query::Bound;

    #[test]
    fn one_seed_is_one_company_and_stopping_leaves_nothing() {
        let folder = tempfile::tempdir().unwrap();
        let today = NaiveDate::from_ymd_opt(2026, 11, 22).unwrap();
        let clock = Arc::new(ManualClock::at(calendar::start_of(today)));
        let settings = Settings { customers: 2_345, seed: 7, today };
        let build = |name: &str, go_on: bool| {
            let path = folder.path().join(name);
            let mut last = 0;
            let result = build_demo(&path, settings, &*clock, &mut |done, all| {
                assert!(all == 2_345 && done >= last);
                last = done;
                go_on || done == 0
            });
            result.map(|()| Engine::open(&path, false, clock.clone()).unwrap())
        };
        // What a program that was killed has left is taken away; what another one makes is not.
        let beside = |process: &str| folder.path().join(format!("a.db.building-{process}"));
        ["2147483647", "1"].into_iter().for_each(|process| std::fs::write(beside(process), "half").unwrap());
        let (a, b) = (build("a.db", true).unwrap(), build("b.db", true).unwrap());
        assert!(!beside("2147483647").exists() && beside("1").exists());
        assert_eq!(a.digest().unwrap(), b.digest().unwrap());
        let health = a.health().unwrap();
        assert_eq!((health.integrity, health.orphans), (Vec::new(), 0));
        assert_eq!((health.wrong_sums, health.wrong_lines), (Vec::new(), Vec::new()));
        assert_eq!(a.read(&Principal::owner(), &AskTotals(Bound::all(Entity::Customer))).unwrap().count, 2_345);
        // What SQLite chooses indexes by is what it would find itself.
        let found = |conn: &rusqlite::Connection| -> Vec<(String, Option<String>, String)> {
            let mut statement = conn.prepare("SELECT tbl, idx, stat FROM sqlite_stat1 ORDER BY 1, 2").unwrap();
            statement.query_map([], |r| Ok((r.get(0)?, r.get(1)?, r.get(2)?))).unwrap().map(Result::unwrap).collect()
        };
        let conn = rusqlite::Connection::open(folder.path().join("b.db")).unwrap();
        let told = found(&conn);
        conn.execute_batch("PRAGMA analysis_limit = 1000; ANALYZE").unwrap();
        assert_eq!(told, found(&conn));
        assert!(
            told.iter().any(|(_, _, stat)| stat.starts_with("2345 ")) && told.len() > 150,
            "{} of them",
            told.len()
        );
        drop(conn);
        // A name that SQLite would read otherwise is a name.
        let named = build("file:c.db?mode=memory#x%41", true).unwrap();
        assert_eq!(named.digest().unwrap(), a.digest().unwrap());
        let before = std::fs::read_dir(folder.path()).unwrap().count();
        assert!(matches!(build("c.db", false), Err(StoreError::Interrupted)));
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), before);
        assert!(matches!(build("a.db", true), Err(StoreError::Unavailable(..))));
    }
}
