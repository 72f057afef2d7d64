//! The arithmetic of a clock in lines, for `?` on it.

use crate::base::{Timestamp, calendar};

use super::{ALWAYS, Calendar, HOLIDAYS_UNTIL, Trace, What, holiday_name, span};

fn moment(at: Timestamp) -> String {
    calendar::in_ist(at).format("%a %d %b %Y %H:%M").to_string()
}

/// How the targets of a trace came about, and where they stand at `now`.
pub fn explain(trace: &Trace, calendar: &Calendar, now: Timestamp) -> Vec<String> {
    let Some(policy) = trace.policy() else { return vec!["This ticket has no clock.".into()] };
    let mut out = vec![
        "# Calendar".to_string(),
        match policy.calendar {
            ALWAYS => "Round the clock, every day.".into(),
            _ => format!("{}, holidays of {}", calendar.hours(), place(calendar.state)),
        },
    ];
    out.push(format!("Holidays are known until {HOLIDAYS_UNTIL}; times are Indian time."));
    out.push(String::new());
    out.push("# What counted".into());
    let (mut stands, mut resolved) = (false, false);
    let mut before: Option<(Timestamp, i64, bool)> = None;
    for step in trace.steps() {
        if let Some((from, spent, ran)) = before {
            out.push(stretch(from, step.at, step.spent - spent, ran, calendar));
        }
        let text = match &step.what {
            What::Start(p) => format!("opened, under {p}"),
            What::Policy(p) => format!("now under {p}; what is spent counts on"),
            What::Answer => "first answer".into(),
            What::Pause(why) => format!("stands: {}", why.label()),
            What::Go => "runs again".into(),
            What::Resolve => "resolved".into(),
            What::Reopen => "reopened; what is spent counts on".into(),
        };
        out.push(format!("{}  {text}", moment(step.at)));
        match &step.what {
            What::Pause(_) => stands = true,
            What::Resolve => (stands, resolved) = (false, true),
            What::Reopen => (stands, resolved) = (false, false),
            What::Go => stands = false,
            _ => {}
        }
        before = Some((step.at, step.spent, !stands && !resolved));
    }
    let spent = trace.spent(now, calendar);
    if let Some((from, used, ran)) = before
        && now > from
        && !trace.is_resolved()
    {
        out.push(stretch(from, now, spent - used, ran, calendar));
        out.push(format!("{}  now", moment(now)));
    }
    out.push(String::new());
    out.push("# Where it stands".into());
    out.push(format!("Working time spent: {}", span(spent)));
    let answer = trace.answered();
    for (what, target, done) in [
        ("First answer", policy.response, answer),
        (
            "Solution",
            policy.resolution,
            trace.steps().iter().rev().find(|s| s.what == What::Resolve).filter(|_| trace.is_resolved()),
        ),
    ] {
        let line = match (done, trace.due(target, calendar)) {
            (Some(step), _) if step.spent <= target => {
                format!("{what}: {} of {} allowed, met", span(step.spent), span(target))
            }
            (Some(step), _) => {
                format!(
                    "{what}: {} of {} allowed, missed by {}",
                    span(step.spent),
                    span(target),
                    span(step.spent - target)
                )
            }
            (None, _) if spent > target => {
                let due = trace.due(target, calendar).map_or(String::new(), |d| format!(", was due {}", moment(d)));
                format!("{what}: {} allowed, missed by {}{due}", span(target), span(spent - target))
            }
            (None, Some(due)) => {
                format!(
                    "{what}: {} allowed - {} spent = {} left; due {}",
                    span(target),
                    span(spent),
                    span(target - spent),
                    moment(due)
                )
            }
            (None, None) => {
                format!(
                    "{what}: {} allowed - {} spent = {} left; stands until it runs again",
                    span(target),
                    span(spent),
                    span(target - spent)
                )
            }
        };
        out.push(line);
    }
    out
}

fn place(state: &str) -> &str {
    if state == "ALL" { "all India" } else { state }
}

/// `   + 2h 10m of 18h 00m on the wall (Sun 22 Nov Diwali)`
fn stretch(from: Timestamp, to: Timestamp, counted: i64, ran: bool, calendar: &Calendar) -> String {
    let wall = to.since(from).max(0);
    if !ran {
        return format!("   + 0m: stood for {}", span(wall));
    }
    let (a, b) = (calendar::day_of(from), calendar::day_of(to));
    let free: Vec<String> = (a..=b.min(a + 60))
        .filter_map(|day| {
            let name = holiday_name(day, calendar.state).filter(|_| !calendar.is_working_day(day))?;
            let date = calendar::date_from_days(day)?;
            Some(format!("{} {name}", date.format("%d %b")))
        })
        .collect();
    let free = if free.is_empty() { String::new() } else { format!("; free: {}", free.join(", ")) };
    format!("   + {} worked of {} on the wall{free}", span(counted), span(wall))
}
