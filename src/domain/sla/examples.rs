//! The worked examples of `assets/docs/sla.md`, read and held against the arithmetic.

use super::*;
use crate::base::{Money, Timestamp, calendar as days};
use crate::domain::settings;

const TEXT: &str = include_str!("../../../assets/docs/sla.md");

/// The rows under a head that begins so.
fn table(head: &str) -> Vec<Vec<&'static str>> {
    let cells = |l: &'static str| l.trim_matches('|').split('|').map(str::trim).collect();
    let rows: Vec<Vec<&str>> = TEXT
        .lines()
        .skip_while(|l| !l.starts_with(head))
        .skip(2)
        .take_while(|l| l.starts_with('|'))
        .map(cells)
        .collect();
    assert!(rows.len() > 2, "{head}: {} rows", rows.len());
    rows
}

fn at(text: &str) -> Timestamp {
    let text = if text.len() == 11 { format!("2026-{text}") } else { text.to_string() };
    let (date, time) = text.split_once(' ').unwrap_or_else(|| panic!("{text}"));
    let (h, m) = time.split_once(':').unwrap_or_else(|| panic!("{text}"));
    let minutes = h.parse::<i64>().unwrap() * 60 + m.parse::<i64>().unwrap();
    days::start_of(days::parse_date(date).unwrap_or_else(|| panic!("{text}"))).plus_ms(minutes * 60_000)
}

/// `8h`, `30m`, `2h30m`, `-5h30m`: milliseconds.
fn stretch(text: &str) -> i64 {
    let (sign, text) = text.strip_prefix('-').map_or((1, text), |t| (-1, t));
    let (hours, rest) = text.split_once('h').map_or((0, text), |(h, rest)| (h.parse().unwrap(), rest));
    let minutes: i64 = if rest.is_empty() { 0 } else { rest.trim_end_matches('m').parse().unwrap() };
    sign * (hours * 60 + minutes) * 60_000
}

fn money(text: &str) -> Money {
    Money::parse(text.trim_start_matches('₹')).unwrap_or_else(|| panic!("{text}"))
}

fn default(key: &str) -> &'static str {
    settings::find(key).unwrap().default
}

fn calendar(hours: &str, state: &str) -> Calendar {
    match hours {
        "always" => Calendar::without_holidays(Hours::always()),
        DESK => Calendar::of_state(Hours::parse(default("ticket.hours")).unwrap(), state),
        own => Calendar::of_state(Hours::parse(own).unwrap(), state),
    }
}

#[test]
fn working_time() {
    for row in table("| Hours |") {
        let [hours, state, opened, target, due, _] = row[..] else { panic!("{row:?}") };
        let calendar = calendar(hours, state);
        let (opened, target) = (at(opened), stretch(target));
        assert_eq!(calendar.after(opened, target), Some(at(due)), "{row:?}");
        assert_eq!(calendar.between(opened, at(due)), target, "{row:?}");
    }
}

#[test]
fn pauses_and_changes() {
    for row in table("| Steps |") {
        let [steps, asked, spent, left, due] = row[..] else { panic!("{row:?}") };
        let policy = |text: &str| Policy::parse(text).unwrap_or_else(|e| panic!("{row:?}: {e}"));
        let of = |p: &Policy| calendar(if p.calendar == ALWAYS { "always" } else { DESK }, "Maharashtra");
        let mut trace = Trace::default();
        for step in steps.split("; ") {
            let (moment, word) = step.split_at(11);
            let (word, more) = word.trim().split_once(' ').unwrap_or((word.trim(), ""));
            let what = match word {
                "start" => {
                    trace = Trace::start(at(moment), policy(more));
                    continue;
                }
                "policy" => What::Policy(policy(more)),
                "pause" => What::Pause(Why::Customer),
                "go" => What::Go,
                "resolve" => What::Resolve,
                "reopen" => What::Reopen,
                other => panic!("{other}"),
            };
            let before = of(trace.policy().unwrap());
            trace.push(at(moment), what, &before);
        }
        let held = *trace.policy().unwrap();
        let calendar = of(&held);
        assert_eq!(trace.spent(at(asked), &calendar), stretch(spent), "{row:?}");
        assert_eq!(held.resolution - trace.spent(at(asked), &calendar), stretch(left), "{row:?}");
        let wanted = (due != "stands").then(|| at(due));
        assert_eq!(trace.due(held.resolution, &calendar), wanted, "{row:?}");
    }
}

#[test]
fn regulation_and_what_it_costs() {
    let working = |state: &str| Calendar::of_state(Hours::parse(default("ticket.working-days")).unwrap(), state);
    for row in table("| Clock | State | Opened | Due |") {
        let [clock, state, opened, due, solved, rent, sum, owed] = row[..] else { panic!("{row:?}") };
        let rule = Regulation::parse(clock).unwrap_or_else(|| panic!("{clock}"));
        let opened = at(opened);
        assert_eq!(rule.due(opened, &working(state)), Some(at(due)), "{row:?}");
        assert_eq!(rule.owed(opened, at(due), at(solved), money(rent), money(sum)), money(owed), "{row:?}");
    }
    for row in table("| Clock | State | Opened | Rent |") {
        let [clock, state, opened, rent, sum, stake] = row[..] else { panic!("{row:?}") };
        let rule = Regulation::parse(clock).unwrap_or_else(|| panic!("{clock}"));
        let due = rule.due(at(opened), &working(state));
        assert_eq!(rule.stake(at(opened), due, money(rent), money(sum)), money(stake), "{row:?}");
    }
}

#[test]
fn appeals() {
    for row in table("| Filed |") {
        let [filed, due] = row[..] else { panic!("{row:?}") };
        assert_eq!(appeal_due(at(filed)), at(due), "{row:?}");
    }
}
