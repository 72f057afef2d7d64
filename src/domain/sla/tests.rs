use rand::prelude::*;
use rand_chacha::ChaCha8Rng;

use super::*;
use crate::base::{Money, Timestamp, calendar as days};
use crate::domain::ticket::Priority;

const MINUTE: i64 = 60_000;

fn at(text: &str) -> Timestamp {
    let (date, time) = text.split_once(' ').unwrap();
    let (h, m) = time.split_once(':').unwrap();
    let (h, m): (i64, i64) = (h.parse().unwrap(), m.parse().unwrap());
    days::start_of(days::parse_date(date).unwrap()).plus_ms((h * 60 + m) * MINUTE)
}

fn desk(state: &str) -> Calendar {
    let hours = Hours::parse("mon-fri 09:00-13:00 14:00-20:00; sat 10:00-14:00").unwrap();
    Calendar::of_state(hours, state)
}

fn policy(text: &str) -> Policy {
    Policy::parse(text).unwrap()
}

#[test]
fn worked_examples() {
    let maharashtra = desk("Maharashtra");
    // Friday evening to Monday: Saturday has four hours, Sunday none.
    assert_eq!(maharashtra.between(at("2026-11-20 18:00"), at("2026-11-23 10:00")), (2 + 4 + 1) * 60 * MINUTE);
    // Lunch does not count.
    assert_eq!(maharashtra.after(at("2026-11-20 12:30"), 60 * MINUTE), Some(at("2026-11-20 14:30")));
    // Tuesday 24 November 2026 is Guru Nanak's birthday all over India, 10 November a day off in Maharashtra alone.
    assert_eq!(maharashtra.after(at("2026-11-23 19:00"), 120 * MINUTE), Some(at("2026-11-25 10:00")));
    assert!(!maharashtra.is_working_day(days::days_of(days::parse_date("2026-11-10").unwrap())));
    assert!(desk("Tamil Nadu").is_working_day(days::days_of(days::parse_date("2026-11-10").unwrap())));
    let always = Calendar::without_holidays(Hours::always());
    assert_eq!(always.between(at("2026-11-20 00:00"), at("2026-11-24 00:00")), 4 * 1_440 * MINUTE);
}

#[test]
fn hours_read_and_print() {
    for text in ["mon-fri 09:00-13:00 14:00-20:00; sat 09:00-14:00", "sun 00:00-24:00"] {
        assert_eq!(Hours::parse(text).unwrap().to_string(), text);
    }
    for wrong in [
        "",
        "mon",
        "mon 9",
        "mon 13:00-09:00",
        "fri-mon 09:00-10:00",
        "mon 09:00-12:00 11:00-13:00",
        "mon 09:00-10:00; mon 11:00-12:00",
        "day 09:00-10:00",
        "mon 09:00-24:30",
    ] {
        assert!(Hours::parse(wrong).is_err(), "{wrong}");
    }
}

#[test]
fn the_rule_with_most_words_holds() {
    let targets = Targets::parse(
        "low 4h/36h; medium 2h/18h; high 30m/8h; critical 15m/4h @always; business high 20m/6h; \
        installation-request 4h/54h",
    )
    .unwrap();
    let of = |category, priority, tier| targets.of(&Case { category, priority, tier }).to_string();
    assert_eq!(of("no-internet", Priority::High, Tier::Standard), "30m/8h @desk");
    assert_eq!(of("no-internet", Priority::High, Tier::Business), "20m/6h @desk");
    assert_eq!(of("no-internet", Priority::Critical, Tier::Enterprise), "15m/4h @always");
    assert_eq!(of("installation-request", Priority::Low, Tier::Standard), "4h/54h @desk");
    for wrong in ["high 30m/8h", "low x/y; medium 1h/2h; high 1h/2h; critical 1h/2h", "2h/1h", "1h/2h @moon"] {
        assert!(Targets::parse(wrong).is_err(), "{wrong}");
    }
}

#[test]
fn a_pause_survives_a_change_of_priority() {
    let c = desk("Maharashtra");
    let mut t = Trace::start(at("2026-11-23 09:00"), policy("30m/8h @desk"));
    t.push(at("2026-11-23 09:20"), What::Answer, &c);
    t.push(at("2026-11-23 11:00"), What::Pause(Why::Customer), &c);
    t.push(at("2026-11-23 16:00"), What::Policy(policy("15m/4h @desk")), &c);
    assert_eq!(t.due(4 * 60 * MINUTE, &c), None, "it still stands");
    assert_eq!(t.pause(), Some(Why::Customer));
    t.push(at("2026-11-23 17:00"), What::Go, &c);
    // Two hours were spent before; two more from 17:00.
    assert_eq!(t.due(4 * 60 * MINUTE, &c), Some(at("2026-11-23 19:00")));
    let told = explain(&t, &c, at("2026-11-23 18:00")).join("\n");
    for part in [
        "opened, under 30m/8h @desk",
        "stands: waiting on the customer",
        "+ 0m: stood for 5h 00m",
        "First answer: 20m of 15m allowed, missed by 5m",
        "4h 00m allowed - 3h 00m spent = 1h 00m left; due Mon 23 Nov 2026 19:00",
    ] {
        assert!(told.contains(part), "{part} in\n{told}");
    }
    t.push(at("2026-11-23 18:30"), What::Resolve, &c);
    t.push(at("2026-11-25 09:00"), What::Reopen, &c);
    assert_eq!(t.due(4 * 60 * MINUTE, &c), Some(at("2026-11-25 09:30")), "solved time does not count");
    assert_eq!(Trace::parse(&t.to_string()), t);
}

/// A calendar and its free days.
fn random_calendar(rng: &mut ChaCha8Rng) -> (Calendar, Vec<i64>) {
    loop {
        let mut parts = Vec::new();
        for day in ["mon", "tue", "wed", "thu", "fri", "sat", "sun"] {
            if rng.random_range(0..7) < 5 {
                let mut cuts: Vec<i64> = (0..rng.random_range(1..4) * 2).map(|_| rng.random_range(0..=1_440)).collect();
                cuts.sort_unstable();
                cuts.dedup();
                let spans: Vec<String> = cuts
                    .chunks_exact(2)
                    .map(|w| format!("{:02}:{:02}-{:02}:{:02}", w[0] / 60, w[0] % 60, w[1] / 60, w[1] % 60))
                    .collect();
                if !spans.is_empty() {
                    parts.push(format!("{day} {}", spans.join(" ")));
                }
            }
        }
        if let Ok(hours) = Hours::parse(&parts.join("; ")) {
            let first = 20_700;
            let free: Vec<i64> = (0..rng.random_range(0..4)).map(|_| first + rng.random_range(0..20)).collect();
            return (Calendar::with_free_days(hours, free.clone()), free);
        }
    }
}

/// Whether a minute, counted since 1970, is worked: asked of the text of the hours, not of the code under test.
fn worked(hours: &[Vec<(i64, i64)>; 7], free: &[i64], minute: i64) -> bool {
    let local = minute + 330;
    let (day, of_day) = (local.div_euclid(1_440), local.rem_euclid(1_440));
    let weekday = (day + 3).rem_euclid(7) as usize;
    !free.contains(&day) && hours[weekday].iter().any(|(a, b)| (*a..*b).contains(&of_day))
}

fn table(c: &Calendar) -> [Vec<(i64, i64)>; 7] {
    let mut out: [Vec<(i64, i64)>; 7] = Default::default();
    let minute = |t: &str| t[..2].parse::<i64>().unwrap() * 60 + t[3..5].parse::<i64>().unwrap();
    for part in c.hours().to_string().split("; ") {
        let mut words = part.split(' ');
        let named = words.next().unwrap();
        let spans: Vec<(i64, i64)> = words.map(|w| (minute(&w[..5]), minute(&w[6..]))).collect();
        let place = |d: &str| ["mon", "tue", "wed", "thu", "fri", "sat", "sun"].iter().position(|x| *x == d).unwrap();
        let (a, b) = named.split_once('-').unwrap_or((named, named));
        (place(a)..=place(b)).for_each(|d| out[d].clone_from(&spans));
    }
    out
}

#[test]
fn a_clock_is_a_simulation_minute_by_minute() {
    let mut rng = ChaCha8Rng::seed_from_u64(20261123);
    for case in 0..5_000 {
        let (c, free) = random_calendar(&mut rng);
        let hours = table(&c);
        let start = 20_700 * 1_440 + rng.random_range(0..3 * 1_440);
        let target = rng.random_range(1..1_200);
        let rule = |m: i64| Policy { response: MINUTE, resolution: m * MINUTE, calendar: DESK };
        let mut trace = Trace::start(Timestamp(start * MINUTE), rule(target));
        let mut target = target;
        // What happens, by the minute.
        let mut now = start;
        let (mut spent, mut runs, mut resolved) = (0_i64, true, false);
        // Time used by the beginning of each minute.
        let mut used = Vec::new();
        for _ in 0..rng.random_range(1..7) {
            let until = now + rng.random_range(0..700);
            for minute in now..until {
                used.push(spent);
                if runs && worked(&hours, &free, minute) {
                    spent += 1;
                }
            }
            now = until;
            assert_eq!(trace.spent(Timestamp(now * MINUTE), &c), spent * MINUTE, "case {case}");
            let what = match rng.random_range(0..5) {
                0 => What::Pause(Why::Customer),
                1 => What::Go,
                2 => {
                    target = rng.random_range(1..1_200);
                    What::Policy(rule(target))
                }
                3 => What::Resolve,
                _ => What::Reopen,
            };
            match what {
                What::Pause(_) if !resolved => runs = false,
                What::Go if !resolved => runs = true,
                What::Resolve => (runs, resolved) = (false, true),
                What::Reopen if resolved => (runs, resolved) = (true, false),
                What::Policy(_) => {}
                // Steps that say nothing new are not taken by the commands either.
                _ => continue,
            }
            trace.push(Timestamp(now * MINUTE), what, &c);
        }
        // The due moment is the first minute by which the target is used up.
        used.push(spent);
        let due = trace.due(target * MINUTE, &c);
        if let Some(i) = used.iter().position(|s| *s >= target) {
            assert_eq!(due, Some(Timestamp((start + i as i64) * MINUTE)), "case {case}: {} {trace}", c.hours());
            continue;
        }
        if !runs {
            assert_eq!(due, None, "case {case}");
            continue;
        }
        let (mut left, mut minute) = (target - spent, now);
        while left > 0 {
            left -= i64::from(worked(&hours, &free, minute));
            minute += 1;
            assert!(minute < now + 600_000, "case {case} never ends");
        }
        assert_eq!(due, Some(Timestamp(minute * MINUTE)), "case {case}: {} {trace}", c.hours());
    }
}

#[test]
fn counting_is_monotone_and_due_is_its_inverse() {
    let mut rng = ChaCha8Rng::seed_from_u64(7);
    for _ in 0..2_000 {
        let (c, _) = random_calendar(&mut rng);
        let a = Timestamp(20_700 * 86_400_000 + rng.random_range(0..20 * 86_400_000));
        let b = a.plus_ms(rng.random_range(0..40 * 86_400_000));
        let later = b.plus_ms(rng.random_range(0..86_400_000));
        let (first, second) = (c.between(a, b), c.between(a, later));
        assert!((0..=second).contains(&first));
        assert!(first <= b.since(a));
        assert_eq!(c.between(b, a), 0);
        let work = rng.random_range(1..5 * 86_400_000);
        if let Some(end) = c.after(a, work) {
            assert_eq!(c.between(a, end), work);
            assert!(c.between(a, end.plus_ms(-1)) < work);
        }
    }
}

#[test]
fn two_hundred_jumps_of_the_clock_leave_no_negative_time() {
    let mut rng = ChaCha8Rng::seed_from_u64(11);
    let c = desk("Kerala");
    let begin = at("2026-11-23 09:00");
    let mut now = begin;
    let mut trace = Trace::start(now, policy("30m/8h @desk"));
    let mut spent = 0;
    for jump in 0..200 {
        now = match jump % 5 {
            0 => now.plus_ms(-86_400_000),
            1 if jump % 50 == 1 => now.plus_ms(10 * 365 * 86_400_000),
            2 => Timestamp(rng.random_range(-4_000_000_000_000..4_000_000_000_000)),
            3 => begin.plus_ms(rng.random_range(0..86_400_000)),
            _ => now.plus_ms(rng.random_range(0..7_200_000)),
        };
        let what = match rng.random_range(0..5) {
            0 => What::Pause(Why::Vendor),
            1 => What::Go,
            2 => What::Policy(policy("15m/4h @desk")),
            3 => What::Resolve,
            _ => What::Reopen,
        };
        trace.push(now, what, &c);
        let used = trace.spent(now, &c);
        assert!(used >= spent, "time spent never falls");
        spent = used;
        let _ = trace.due(4 * 3_600_000, &c);
        assert!(!explain(&trace, &c, now).is_empty());
        for extreme in [i64::MIN, i64::MAX, 0] {
            assert!(trace.spent(Timestamp(extreme), &c) >= 0);
            let _ = left(extreme, now.0);
        }
        assert!(trace.steps().windows(2).all(|w| w[0].at <= w[1].at && w[0].spent <= w[1].spent));
    }
}

#[test]
fn regulation_counts_as_the_regulator_does() {
    let working = Calendar::of_state(Hours::parse("mon-sat 00:00-24:00").unwrap(), "Maharashtra");
    // Monday 23 November 2026; Tuesday is a holiday, so the three working days are Wednesday to Friday.
    let opened = at("2026-11-23 15:00");
    let due = Regulation::Fault.due(opened, &working).unwrap();
    assert_eq!(due, at("2026-11-28 00:00"));
    let rent = Money::rupees(899);
    assert_eq!(Regulation::Fault.owed(opened, due, due, rent, Money::ZERO), Money::ZERO);
    // Five days begun since Monday afternoon: 899 x 12 x 5 / 365 = 147.78.
    assert_eq!(Regulation::Fault.stake(opened, Some(due), rent, Money::ZERO), Money(14_778));
    assert_eq!(rent_for(Money::rupees(365), 1), Money::rupees(12));
    let late = due.plus_ms(2 * 86_400_000);
    assert_eq!(Regulation::Fault.owed(opened, due, late, rent, Money::ZERO), Money(20_689));
    let refund = Regulation::Refund.due(opened, &working).unwrap();
    assert_eq!(refund, opened.plus_ms(45 * 86_400_000));
    // 2,000 for ten days at ten percent: 5.48.
    assert_eq!(
        Regulation::Refund.owed(opened, refund, refund.plus_ms(10 * 86_400_000), rent, Money::rupees(2_000)),
        Money(548)
    );
    assert_eq!(Regulation::Billing.due(opened, &working), Some(opened.plus_ms(28 * 86_400_000)));
    assert_eq!(Regulation::Termination.due(opened, &working), Some(at("2026-12-03 00:00")));
    assert_eq!(appeal_due(opened), at("2027-01-02 00:00"));
}
