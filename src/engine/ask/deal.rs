//! Questions about deals.

use std::collections::HashMap;

use crate::base::{Id, Money, Timestamp, calendar};
use crate::domain::commission::{self, Commission, Entry, Method, Payment, Schedule, Sold, SoldLine};
use crate::domain::deal::{Item, Kind, Stage};
use crate::domain::settings::Settings;
use crate::domain::{ActivityKind, Entity, FieldId, Record, Role, Value};
use crate::insight::deal::{self, Alarm, By, Ended, Forecast};
use crate::insight::deal_sums::line_of;
use crate::query::bind::{Bound, Cond, Test};
use crate::query::schema::{customer as c, deal as d, deal_line as dl, deal_note as n, ids, schedule as s};
use crate::store::{Anchor, PageAsk, Read, StoreError};

use super::super::decide::deal::lines_of;
use super::super::error::ReadError;
use super::super::mask;
use super::super::policy::{Reach, Verb, reach};
use super::briefing::{Event, changes_of};
use super::{Ask, Scene};

/// All about one deal.
#[derive(Clone, Debug)]
pub struct DealBriefing {
    pub record: Record,
    /// In the order they came, each with its title and amount.
    pub lines: Vec<Record>,
    /// Why it needs a hand, the worst first.
    pub stuck: Vec<(Alarm, String)>,
    /// What it pays, or would pay today, where the asker may know.
    pub commission: Option<Commission>,
    /// When each stage was first reached, in the order of the board.
    pub stages: Vec<(Stage, Timestamp)>,
    /// The newest first.
    pub timeline: Vec<Event>,
}

/// The briefing of one deal.
#[derive(Clone, Copy, Debug)]
pub struct AskDeal {
    pub id: Id,
    /// Lines of the timeline.
    pub events: usize,
}

impl Ask for AskDeal {
    type Answer = DealBriefing;
    fn answer(&self, read: &Read<'_>, scene: &Scene<'_>) -> Result<DealBriefing, ReadError> {
        let gone = || ReadError::NotFound(format!("deal {}", self.id));
        let mut record = read.row(Entity::Deal, self.id)?.ok_or_else(gone)?;
        let number = record.int(d::NUMBER).unwrap_or(0);
        let lines = lines_of(read, number)?;
        let mut timeline: Vec<Event> = read
            .rows_by(n::DEAL, &Value::Int(number), 10_000)?
            .into_iter()
            .map(|r| Event {
                at: Timestamp(r.int(n::AT).unwrap_or(0)),
                kind: Some(ActivityKind::parse(r.text(n::KIND)).unwrap_or(ActivityKind::Note)),
                who: r.text(n::WHO).to_string(),
                reference: String::new(),
                text: r.text(n::BODY).to_string(),
            })
            .collect();
        timeline.extend(changes_of(read, scene, Entity::Deal, self.id, self.events)?);
        timeline.sort_by_key(|e| std::cmp::Reverse(e.at));
        timeline.truncate(self.events);
        let stages = Stage::ALL.iter().zip(d::REACHED);
        let stages = stages.filter_map(|(s, f)| record.int(f).map(|at| (*s, Timestamp(at)))).collect();
        let commission = if sees(scene, &record) {
            let book = Book::open(read)?;
            let day = record.int(d::WON_AT).map_or(scene.today, |at| calendar::date_of(Timestamp(at)));
            Some(commission::of(&book.sold(read, &record, &lines, calendar::days_of(day))?, &book.schedules))
        } else {
            None
        };
        mask::cover(scene.who, &mut record);
        Ok(DealBriefing {
            stuck: deal::stuck(&record, &read.settings()?, scene.now),
            lines,
            commission,
            stages,
            timeline,
            record,
        })
    }
}

/// Whether somebody may see what a deal pays.
fn sees(scene: &Scene<'_>, deal: &Record) -> bool {
    let own = [d::OWNER, d::SECOND].iter().any(|f| deal.text(*f).eq_ignore_ascii_case(&scene.who.user));
    match reach(scene.who.role, Verb::Statement, Entity::Schedule) {
        Reach::All => true,
        Reach::Own => own,
        Reach::No => false,
    }
}

/// What commissions are reckoned with.
struct Book {
    schedules: Vec<Schedule>,
    roles: HashMap<String, Role>,
}

impl Book {
    fn open(read: &Read<'_>) -> Result<Book, StoreError> {
        let all = PageAsk {
            filter: Bound::all(Entity::Schedule),
            sort: vec![(s::NAME, false)],
            fields: ids(Entity::Schedule).collect(),
            anchor: Anchor::First,
            limit: 10_000,
        };
        let schedules = read.page(&all)?.rows.iter().map(schedule).collect();
        let roles = read.users()?.into_iter().map(|u| (u.login.to_ascii_lowercase(), u.role)).collect();
        Ok(Book { schedules, roles })
    }

    /// A deal as its commission needs it. A login that is not there any more sold as sales.
    fn sold(&self, read: &Read<'_>, row: &Record, lines: &[Record], day: i64) -> Result<Sold, StoreError> {
        let owner = row.text(d::OWNER).to_string();
        let role = self.roles.get(&owner.to_ascii_lowercase()).copied().or(Some(Role::Sales));
        let second = row.text(d::SECOND);
        let mut sold = Vec::new();
        for line in lines {
            let left = match (line.int(dl::FIRST_ACCOUNT), line.int(dl::LAST_ACCOUNT)) {
                (Some(from), Some(to)) => left_days(read, from, to)?,
                _ => Vec::new(),
            };
            sold.push(SoldLine { line: line_of(line), plan: line.text(dl::PLAN).to_string(), left });
        }
        Ok(Sold {
            kind: Kind::parse(row.text(d::KIND)).unwrap_or(Kind::Retail),
            day,
            owner,
            role,
            second: (!second.is_empty()).then(|| (second.to_string(), row.int(d::SHARE).unwrap_or(0))),
            referred_by: row.text(d::REFERRED_BY).to_string(),
            lines: sold,
        })
    }
}

fn schedule(row: &Record) -> Schedule {
    Schedule {
        name: row.text(s::NAME).to_string(),
        role: Role::parse(row.text(s::ROLE)),
        kind: Kind::parse(row.text(s::KIND)),
        plan: row.text(s::PLAN).to_string(),
        method: Method::parse(row.text(s::METHOD)).unwrap_or(Method::Percent),
        percent: row.int(s::PERCENT).unwrap_or(0),
        fixed: row.money(s::FIXED),
        slabs: commission::read_slabs(row.text(s::SLABS)).unwrap_or_default(),
        clawback_months: row.int(s::CLAWBACK_MONTHS).unwrap_or(0),
        clawback_percent: row.int(s::CLAWBACK_PERCENT).unwrap_or(100),
        starts: row.int(s::STARTS),
        ends: row.int(s::ENDS),
    }
}

/// Days on which subscriptions of a range of accounts were disconnected.
fn left_days(read: &Read<'_>, from: i64, to: i64) -> Result<Vec<i64>, StoreError> {
    let mut filter = Bound::all(Entity::Customer);
    filter.cond = Cond::And(vec![
        Cond::Test(c::ACCOUNT, Test::Between(Some(from), Some(to))),
        Cond::Test(c::STATUS, Test::Is("terminated".into())),
    ]);
    let ask = PageAsk {
        filter,
        sort: vec![(c::ACCOUNT, false)],
        fields: vec![c::STATUS_SINCE],
        anchor: Anchor::First,
        limit: usize::MAX,
    };
    let mut days = Vec::new();
    read.each(&ask, |row| {
        days.extend(row.int(c::STATUS_SINCE));
        true
    })?;
    Ok(days)
}

/// The fields the folds look at.
const FOLDED: &[FieldId] =
    &[d::STAGE, d::AMOUNT, d::WEIGHTED, d::CATEGORY, d::EXPECTED_CLOSE, d::CREATED, d::WON_AT, d::LOST_AT];

fn folded(filter: &Bound, more: Option<FieldId>) -> PageAsk {
    let mut fields = FOLDED.to_vec();
    fields.extend(more.filter(|id| !FOLDED.contains(id)));
    PageAsk { filter: filter.clone(), sort: vec![], fields, anchor: Anchor::First, limit: usize::MAX }
}

/// The forecast of the deals a filter keeps.
#[derive(Clone, Debug)]
pub struct AskForecast(pub Bound);

impl Ask for AskForecast {
    type Answer = Forecast;
    fn answer(&self, read: &Read<'_>, scene: &Scene<'_>) -> Result<Forecast, ReadError> {
        let mut forecast = Forecast::default();
        read.each(&folded(&mask::asked(scene.who, &self.0, &[])?, None), |row| {
            forecast.add(&row, scene.now);
            true
        })?;
        Ok(forecast)
    }
}

/// How deals ended: those closed within a period, by sorts, with the open ones counted beside them.
#[derive(Clone, Debug)]
pub struct AskWinLoss {
    pub filter: Bound,
    pub by: By,
    /// Closed then or later.
    pub from: Option<Timestamp>,
    /// Closed before then.
    pub to: Option<Timestamp>,
}

impl Ask for AskWinLoss {
    /// The sorts, and all together.
    type Answer = (Vec<Ended>, Ended);
    fn answer(&self, read: &Read<'_>, scene: &Scene<'_>) -> Result<Self::Answer, ReadError> {
        let settings: Settings = read.settings()?;
        let field = match self.by {
            By::Field(id) => Some(id),
            By::Size => None,
        };
        let within = |row: &Record| {
            let at = row.int(d::WON_AT).or(row.int(d::LOST_AT));
            at.is_none_or(|at| self.from.is_none_or(|f| at >= f.0) && self.to.is_none_or(|t| at < t.0))
        };
        let mut rows = Vec::new();
        read.each(&folded(&mask::asked(scene.who, &self.filter, &[])?, field), |row| {
            if within(&row) {
                rows.push(row);
            }
            true
        })?;
        Ok(deal::win_loss(rows.iter(), self.by, &settings))
    }
}

/// A line of a commission statement.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Booked {
    pub deal: i64,
    pub name: String,
    pub payment: Payment,
}

/// Commissions paid and taken back within a period, in the order of days.
#[derive(Clone, Debug)]
pub struct AskStatement {
    /// A login, or the name of a referrer; everybody's without one.
    pub who: Option<String>,
    /// First and last day, days since 1970-01-01.
    pub from: i64,
    pub to: i64,
}

impl Ask for AskStatement {
    type Answer = Vec<Booked>;
    fn answer(&self, read: &Read<'_>, scene: &Scene<'_>) -> Result<Vec<Booked>, ReadError> {
        let own = scene.who.user.as_str();
        let who = match reach(scene.who.role, Verb::Statement, Entity::Schedule) {
            Reach::All => self.who.clone(),
            Reach::Own if self.who.as_deref().is_none_or(|w| w.eq_ignore_ascii_case(own)) => Some(own.to_string()),
            Reach::Own | Reach::No => {
                let role = scene.who.role.label();
                return Err(ReadError::Denied(format!("the role {role} does not see the commissions of others")));
            }
        };
        let book = Book::open(read)?;
        let mut filter = Bound::all(Entity::Deal);
        filter.cond = Cond::Test(d::STAGE, Test::Is(Stage::Won.code().into()));
        let fields = vec![d::NUMBER, d::NAME, d::KIND, d::OWNER, d::SECOND, d::SHARE, d::REFERRED_BY, d::WON_AT];
        let ask = PageAsk { filter, sort: vec![], fields, anchor: Anchor::First, limit: usize::MAX };
        let mut deals = Vec::new();
        read.each(&ask, |row| {
            deals.push(row);
            true
        })?;
        let mut out = Vec::new();
        for row in deals {
            let day = calendar::day_of(Timestamp(row.int(d::WON_AT).unwrap_or(0)));
            if day > self.to {
                continue;
            }
            let number = row.int(d::NUMBER).unwrap_or(0);
            let lines = lines_of(read, number)?;
            let found = commission::of(&book.sold(read, &row, &lines, day)?, &book.schedules);
            let within = |p: &Payment| {
                (self.from..=self.to).contains(&p.day) && who.as_ref().is_none_or(|w| w.eq_ignore_ascii_case(&p.who))
            };
            let name = row.text(d::NAME).to_string();
            out.extend(found.payments.into_iter().filter(within).map(|payment| Booked {
                deal: number,
                name: name.clone(),
                payment,
            }));
        }
        out.sort_by_key(|b| (b.payment.day, b.deal, b.payment.entry));
        Ok(out)
    }
}

/// What a statement comes to: each payee with what was earned, taken back, given for referrals, and the sum.
pub fn sums(booked: &[Booked]) -> Vec<(String, [Money; 3], Money)> {
    let mut out: Vec<(String, [Money; 3], Money)> = Vec::new();
    for b in booked {
        let at = Entry::ALL.iter().position(|e| *e == b.payment.entry).unwrap_or(0);
        let i = out.iter().position(|(who, ..)| who.eq_ignore_ascii_case(&b.payment.who)).unwrap_or_else(|| {
            out.push((b.payment.who.clone(), [Money::ZERO; 3], Money::ZERO));
            out.len() - 1
        });
        out[i].1[at] += b.payment.amount;
        out[i].2 += b.payment.amount;
    }
    out.sort_by_key(|(.., sum)| std::cmp::Reverse(*sum));
    out
}

/// The rows of a deal's items, plans apart from what comes once: used where a sum needs its parts named.
pub fn parts(row: &Record) -> Vec<(Item, Money)> {
    let parts = Item::ALL.iter().copied().zip(d::SUMS.map(|f| row.money(f)));
    parts.filter(|(_, m)| *m != Money::ZERO).collect()
}
