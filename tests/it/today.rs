//! The first screen: what needs me now, by role, and figures that agree with the rows behind them.

use bharatnet::base::{Clock as _, Money, calendar};
use bharatnet::domain::customer::Status;
use bharatnet::domain::{Entity, Principal, Record, Role};
use bharatnet::engine::ask::{AskPulse, AskToday, AskTotals};
use bharatnet::query::schema::{customer as c, ticket as t};
use bharatnet::tui::Tab;

use super::seated::Desk;

fn desk(customers: u64) -> Desk {
    Desk::of(customers, Entity::Customer, "")
}

#[test]
fn the_first_screen_says_what_is_due_and_each_line_opens_its_record() {
    let desk = desk(900);
    let mut d = desk.sit_on(Tab::Today, &desk.who, (120, 40));
    let first = &desk.rows(Entity::Ticket, "is:running sort:clock")[0];
    d.shows("Good ")
        .shows("My queue")
        .shows(first.text(t::DOCKET))
        .shows("Pulse")
        .shows("Follow-ups")
        .shows("Renewals");
    d.keys("enter").shows(first.text(t::DOCKET)).shows("▸Conversation").keys("x").shows("is resolved").keys("esc");
    // Back on the first screen, the cursor is where it was; a solved ticket is gone from it.
    d.keys("1").shows("My queue");
    let seen = d.app.today_screen.as_ref().and_then(|t| t.found.as_ref()).expect("what needs me");
    assert!(seen.tickets.iter().all(|r| r.id != first.id));
    d.keys("G enter").shows("renews<7d");
    d.keys("1 /").shows("Search everything").text("sharma").keys("enter").shows("▸");
}

#[test]
fn each_role_sees_its_own_work() {
    let desk = desk(900);
    let as_role = |role, user: &str| Principal { role, user: user.into(), ..desk.who.clone() };
    let sales = as_role(Role::Sales, "rahul");
    desk.sit_on(Tab::Today, &sales, (120, 40)).shows("Follow-ups").hides("My queue").hides("Incidents");
    let support = as_role(Role::Support, "priya");
    desk.sit_on(Tab::Today, &support, (120, 40)).shows("My queue").hides("Follow-ups").hides("Deals to close");
    let field = as_role(Role::Field, "vikram");
    let mut d = desk.sit_on(Tab::Today, &field, (40, 20));
    d.hides("Follow-ups").hides("T-2611");
    let found = desk.engine.read(&field, &AskToday { limit: 12 }).expect("today");
    assert!(found.tickets.is_empty() && found.follow_ups.is_empty() && found.deals.is_empty());
    let today = calendar::days_of(calendar::date_of(desk.clock.now()));
    for job in &found.jobs {
        assert!(job.int(bharatnet::query::schema::job::DAY).is_some_and(|day| day <= today));
    }
}

#[test]
fn the_figures_are_those_of_the_rows() {
    let desk = desk(1_200);
    let now = desk.clock.now();
    let today = calendar::days_of(calendar::date_of(now));
    let found = desk.engine.read(&desk.who, &AskToday { limit: 3 }).expect("today");
    let running = desk.rows(Entity::Ticket, "is:running");
    let clock = |r: &Record| r.int(t::CLOCK).unwrap_or(0);
    assert_eq!(found.late, running.iter().filter(|r| clock(r) < now.0).count() as i64);
    let near = running.iter().filter(|r| (now.0..=now.0 + 3_600_000).contains(&clock(r))).count();
    assert_eq!(found.near, near as i64);
    let lines = desk.rows(Entity::Customer, "-status:terminated,pending");
    for (n, slot) in found.renewals.iter().enumerate() {
        let due = lines.iter().filter(|r| r.int(c::RENEWS) == Some(today + n as i64));
        let (count, mrr) = due.fold((0, 0), |(n, sum), r| (n + 1, sum + r.int(c::MRR).unwrap_or(0)));
        assert_eq!((slot.lines, slot.mrr), (count, Money(mrr)), "{n}");
    }
    let pulse = desk.engine.read(&desk.who, &AskPulse).expect("the pulse");
    let all = desk.rows(Entity::Customer, "");
    let status = |r: &Record| Status::parse(r.text(c::STATUS)).expect("a status");
    assert_eq!(pulse.mrr, all.iter().filter_map(|r| r.int(c::MRR)).sum::<i64>());
    assert_eq!(pulse.active, all.iter().filter(|r| status(r) == Status::Active).count() as i64);
    let left = |r: &&Record| status(r) == Status::Terminated;
    let there = |r: &&Record, day: i64| {
        r.int(c::SINCE).is_some_and(|d| d <= day)
            && status(r) != Status::Pending
            && !(status(r) == Status::Terminated && r.int(c::STATUS_SINCE).is_some_and(|d| d <= day))
    };
    let date = calendar::date_of(now);
    let begin = calendar::days_of(chrono::Datelike::with_day(&date, 1).expect("a day"));
    let before = pulse.months[pulse.months.len() - 2];
    assert_eq!(before.lines, all.iter().filter(|r| there(r, begin - 1)).count() as i64);
    let this = pulse.months[pulse.months.len() - 1];
    let gone = all.iter().filter(left).filter(|r| r.int(c::STATUS_SINCE).is_some_and(|d| (begin..=today).contains(&d)));
    assert_eq!(this.left, gone.count() as i64);
    assert_eq!(pulse.answers, all.iter().filter(|r| r.int(c::NPS).is_some()).count() as i64);
    let month = desk.rows(Entity::Ticket, "has:answered").into_iter().filter(|r| {
        let at = r.int(t::OPENED).unwrap_or(0);
        at >= now.0 - 30 * 86_400_000 && at < now.0
    });
    assert_eq!(pulse.desk.iter().map(|d| d[0]).sum::<i64>(), month.count() as i64);
    let bound = bharatnet::query::Bound::all(Entity::Customer);
    assert_eq!(desk.engine.read(&desk.who, &AskTotals(bound)).expect("totals").mrr.0, pulse.mrr);
}
