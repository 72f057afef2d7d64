//! The clocks of a ticket made to agree with what it is: its state, its priority and category, its answers.

use std::sync::Arc;

use foldhash::HashMap;

use crate::base::Timestamp;
use crate::domain::settings::Settings;
use crate::domain::sla::{
    ALWAYS, Calendar, Case, DESK, Hours, OVER, Policy, Regulation, STANDS, Targets, Tier, Trace, What, Why,
};
use crate::domain::ticket::{Priority, State};
use crate::domain::{Record, Text, Value};
use crate::query::schema::ticket as t;
use crate::store::Read;

use super::CommandError;

/// What the company decided about its desk, read once for a command.
pub struct Desk {
    pub settings: Settings,
    hours: Hours,
    working_days: Hours,
    targets: Targets,
    vendor_stops: bool,
    holidays: bool,
    /// By state: round the clock, the desk's, that of regulation.
    calendars: [HashMap<String, Arc<Calendar>>; 3],
}

/// The calendar of a state, made when it is first asked for.
fn kept(calendars: &mut HashMap<String, Arc<Calendar>>, state: &str, make: impl FnOnce() -> Calendar) -> Arc<Calendar> {
    if let Some(calendar) = calendars.get(state) {
        return calendar.clone();
    }
    let calendar = Arc::new(make());
    calendars.insert(state.to_string(), calendar.clone());
    calendar
}

impl Desk {
    pub fn read(read: &Read<'_>) -> Result<Desk, CommandError> {
        Ok(Desk::of(read.settings()?))
    }

    /// A setting that cannot be read gives way to its default, which a test reads.
    pub fn of(settings: Settings) -> Desk {
        let standard = Settings::default();
        let hours = |key: &str| {
            Hours::parse(settings.text(key))
                .or_else(|_| Hours::parse(standard.text(key)))
                .unwrap_or_else(|_| Hours::always())
        };
        let targets = Targets::parse(settings.text("ticket.targets"))
            .or_else(|_| Targets::parse(standard.text("ticket.targets")));
        Desk {
            hours: hours("ticket.hours"),
            working_days: hours("ticket.working-days"),
            targets: targets.unwrap_or_else(|_| Targets::empty()),
            vendor_stops: settings.is_on("ticket.vendor-stops"),
            holidays: settings.is_on("ticket.holidays"),
            calendars: Default::default(),
            settings,
        }
    }

    /// The calendar of a policy for a customer of this state.
    pub fn calendar(&mut self, name: &str, state: &str) -> Arc<Calendar> {
        let (hours, holidays) = (&self.hours, self.holidays);
        let make = || match name {
            ALWAYS => Calendar::without_holidays(Hours::always()),
            _ if holidays => Calendar::of_state(hours.clone(), state),
            _ => Calendar::without_holidays(hours.clone()),
        };
        kept(&mut self.calendars[usize::from(name != ALWAYS)], state, make)
    }

    /// The days regulation counts on, in this state.
    pub fn regulation_days(&mut self, state: &str) -> Arc<Calendar> {
        let hours = &self.working_days;
        kept(&mut self.calendars[2], state, || Calendar::of_state(hours.clone(), state))
    }

    /// What a ticket is held to now.
    pub fn policy(&self, row: &Record) -> Policy {
        self.targets.of(&Case {
            category: row.text(t::CATEGORY),
            priority: Priority::parse(row.text(t::PRIORITY)).unwrap_or(Priority::Medium),
            tier: Tier::parse(row.text(t::TIER)).unwrap_or(Tier::Standard),
        })
    }

    /// The calendar that a ticket's trace counts in.
    pub fn calendar_of(&mut self, trace: &Trace, state: &str) -> Arc<Calendar> {
        self.calendar(trace.policy().map_or(DESK, |p| p.calendar), state)
    }

    /// Takes the steps that the ticket's state and policy ask for, then reads its columns off the trace. `reckon`
    /// is true where priority, category or the settings may have changed.
    pub fn settle(&mut self, row: &mut Record, now: Timestamp, reckon: bool) {
        let state = row.text(t::STATE).to_string();
        let mut trace = Trace::parse(row.text(t::TRACE));
        let status = State::parse(row.text(t::STATUS)).unwrap_or(State::Open);
        if trace.steps().is_empty() {
            let policy = self.policy(row);
            trace = Trace::start(now, policy);
        }
        self.note_misses(row, &trace, &state, now);
        let push = |desk: &mut Desk, trace: &mut Trace, what: What| {
            let calendar = desk.calendar_of(trace, &state);
            trace.push(now, what, &calendar);
        };
        if !row.get(t::ANSWERED).is_null() && trace.answered().is_none() {
            push(self, &mut trace, What::Answer);
        }
        let wanted = self.pause(row, status);
        match (trace.is_resolved(), status.is_done()) {
            (false, true) => push(self, &mut trace, What::Resolve),
            (true, false) => push(self, &mut trace, What::Reopen),
            _ => {}
        }
        if !status.is_done() && trace.pause() != wanted {
            push(self, &mut trace, wanted.map_or(What::Go, What::Pause));
        }
        if reckon && !status.is_done() {
            let policy = self.policy(row);
            if trace.policy() != Some(&policy) {
                push(self, &mut trace, What::Policy(policy));
            }
        }
        self.columns(row, &trace, &state, now);
        self.note_misses(row, &trace, &state, now);
        row.set(t::TRACE, Value::text(trace.stored()));
    }

    /// Lets a ticket that was opened earlier live through its steps up to `now`: each is an answer, or a state. All
    /// columns of its clocks are as if the steps had been taken here, one by one.
    pub fn live(
        &mut self,
        row: &mut Record,
        law: Regulation,
        steps: impl Iterator<Item = (Timestamp, Option<State>)>,
        now: Timestamp,
    ) {
        let opened = Timestamp(row.int(t::OPENED).unwrap_or(now.0));
        let policy = self.policy(row);
        let mut trace = Trace::start(opened, policy);
        let place: Text = row.text(t::STATE).into();
        // None of these steps brings another policy.
        let calendar = self.calendar_of(&trace, &place);
        let mut status = State::Open;
        for (at, step) in steps {
            let what = match step {
                None if row.get(t::ANSWERED).is_null() => {
                    row.set(t::ANSWERED, Value::Int(at.0));
                    Some(What::Answer)
                }
                None => None,
                Some(to) => {
                    let was = std::mem::replace(&mut status, to);
                    let (before, after) = (was.pause(self.vendor_stops), to.pause(self.vendor_stops));
                    match (was.is_done(), to.is_done()) {
                        (false, true) => {
                            row.set(t::RESOLVED, Value::Int(at.0));
                            Some(What::Resolve)
                        }
                        (true, false) => {
                            row.set(t::RESOLVED, Value::Null);
                            Some(What::Reopen)
                        }
                        (true, true) => None,
                        (false, false) if before == after => None,
                        (false, false) => Some(after.map_or(What::Go, What::Pause)),
                    }
                }
            };
            if step == Some(State::Closed) {
                row.set(t::CLOSED, Value::Int(at.0));
            }
            if let Some(what) = what {
                trace.push(at, what, &calendar);
            }
        }
        row.set(t::STATUS, Value::text(status.code()));
        self.regulate(row, law, opened);
        self.columns(row, &trace, &place, now);
        self.note_misses(row, &trace, &place, now);
        row.set(t::TRACE, Value::text(trace.stored()));
    }

    fn pause(&self, row: &Record, status: State) -> Option<Why> {
        if !row.text(t::INCIDENT).is_empty() {
            return Some(Why::Incident);
        }
        status.pause(self.vendor_stops)
    }

    fn columns(&mut self, row: &mut Record, trace: &Trace, state: &str, now: Timestamp) {
        let Some(policy) = trace.policy() else { return };
        let calendar = self.calendar(policy.calendar, state);
        let spent = trace.spent(now, &calendar);
        let answer = if trace.answered().is_none() { trace.due(policy.response, &calendar) } else { None };
        let solution = if trace.is_resolved() { None } else { trace.due(policy.resolution, &calendar) };
        let target = if trace.answered().is_none() { policy.response } else { policy.resolution };
        let clock = match (trace.is_resolved(), trace.runs()) {
            (true, _) => OVER,
            // Whichever is missed first; one that never comes lies as far as what is left of it.
            (false, true) => [answer, solution].into_iter().flatten().map(|at| at.0).min().unwrap_or(STANDS - 1),
            (false, false) => STANDS + (target - spent).max(0),
        };
        let moment = |at: Option<Timestamp>| at.map_or(Value::Null, |at| Value::Int(at.0));
        row.set(t::CLOCK, Value::Int(clock));
        row.set(t::RESPONSE_DUE, moment(answer));
        row.set(t::RESOLUTION_DUE, moment(solution));
        // As of the last step: a column that moved with the minutes would never be at rest.
        row.set(t::SPENT, Value::Int(trace.steps().last().map_or(0, |s| s.spent) / 60_000));
    }

    /// Notes every clock that was missed by `now`, with the first moment it was.
    pub fn note_misses(&mut self, row: &mut Record, trace: &Trace, state: &str, now: Timestamp) {
        let Some(policy) = trace.policy() else { return };
        let calendar = self.calendar(policy.calendar, state);
        let mut missed: Vec<(&str, Timestamp)> = Vec::new();
        let answered = trace.answered().map(|s| s.spent);
        let response = trace.due(policy.response, &calendar);
        if let Some(due) = response.filter(|due| *due <= now)
            && answered.is_none_or(|spent| spent > policy.response)
        {
            missed.push(("response", due));
        }
        if let Some(due) = trace.due(policy.resolution, &calendar).filter(|due| *due <= now)
            && (!trace.is_resolved() || trace.steps().last().is_some_and(|s| s.spent > policy.resolution))
        {
            missed.push(("resolution", due));
        }
        let regulation = row.int(t::REGULATION_DUE).map(Timestamp).filter(|due| *due <= now);
        let solved = row.int(t::RESOLVED).map(Timestamp).filter(|_| trace.is_resolved());
        if let Some(due) = regulation.filter(|due| solved.is_none_or(|at| at > *due)) {
            missed.push(("regulation", due));
        }
        let before: Vec<String> = row.get(t::BREACHED).items().map(str::to_string).collect();
        let new: Vec<&(&str, Timestamp)> =
            missed.iter().filter(|(what, _)| !before.iter().any(|b| b == what)).collect();
        if new.is_empty() {
            return;
        }
        let first = new.iter().map(|(_, at)| at.0).chain(row.int(t::BREACHED_AT)).min();
        let all = before.iter().map(String::as_str).chain(new.iter().map(|(what, _)| *what));
        let list = Value::list(all);
        row.set(t::BREACHED, list);
        row.set(t::BREACHED_AT, first.map_or(Value::Null, Value::Int));
    }

    /// Which clock of regulation a ticket is under, from when it was opened.
    pub fn regulate(&mut self, row: &mut Record, regulation: Regulation, opened: Timestamp) {
        let due = regulation.due(opened, &self.regulation_days(row.text(t::STATE)));
        row.set(t::REGULATION, Value::text(regulation.code()));
        row.set(t::REGULATION_DUE, due.map_or(Value::Null, |at| Value::Int(at.0)));
        let stake = regulation.stake(opened, due, row.money(t::RENT), row.money(t::AMOUNT));
        row.set(t::STAKE, Value::Int(stake.0));
    }
}
