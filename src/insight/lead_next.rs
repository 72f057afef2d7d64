//! What to do next with a lead, in one sentence: by its clock, its reminder, its stage and where the network is.

use crate::base::{Money, Timestamp, calendar};
use crate::domain::lead::{Availability, Stage};
use crate::domain::plan::Offer;
use crate::domain::{Plan, Record};
use crate::insight::place::Found;
use crate::query::format;
use crate::query::schema::lead as l;

/// `target` is the minutes a first contact may take.
pub fn suggest(lead: &Record, found: Option<&Found>, plans: &[Plan], target: i64, now: Timestamp) -> String {
    let stage = Stage::parse(lead.text(l::STAGE)).unwrap_or(Stage::New);
    let due = lead.int(l::FOLLOW_UP).filter(|t| *t <= now.0 && stage.is_open());
    if let Some(due) = due {
        let about = match lead.text(l::FOLLOW_UP_NOTE) {
            "" => String::new(),
            note => format!(": {note}"),
        };
        return format!("Follow up, due {}{about}", calendar::short_time(Timestamp(due)));
    }
    match stage {
        Stage::New if lead.get(l::FIRST_RESPONSE).is_null() => {
            let waiting = (now.0 - lead.int(l::CREATED).unwrap_or(now.0)).max(0) / 60_000;
            format!("Call now: waiting for {}, the target is {}", span(waiting), span(target))
        }
        Stage::New | Stage::Contacted => match found.map(|f| (f.availability, f.live_on)) {
            Some((Availability::NotCovered, _)) => {
                "Not covered: keep for the day the network comes, or close as lost (no coverage)".into()
            }
            Some((Availability::Planned, day)) => {
                let when = day.and_then(calendar::date_from_days).map(calendar::long_date);
                format!("Planned{}: ask for consent to tell them", when.map_or(String::new(), |d| format!(" for {d}")))
            }
            _ => "Agree on a day for the site survey".into(),
        },
        Stage::Survey => format!("Send the quotation: {}", offer(lead, plans)),
        Stage::Quoted => {
            let days = (now.0 - lead.int(l::QUOTED_AT).unwrap_or(now.0)).max(0) / 86_400_000;
            format!("Ask for the decision: the quotation went out {days} days ago")
        }
        Stage::Install => "Convert: agree on plan, billing and the day of the installation".into(),
        Stage::Converted => format!("A customer, BN {}", format::show(l::CUSTOMER, lead.get(l::CUSTOMER))),
        Stage::Lost if !lead.get(l::LIVE_SINCE).is_null() => "Now serviceable: call and win back".into(),
        Stage::Lost => "Nothing: closed".into(),
    }
}

/// The plan wanted, or the fastest one on sale within the budget.
fn offer(lead: &Record, plans: &[Plan]) -> String {
    let told = |p: &Plan| format!("{} at {}", p.name, p.price.compact());
    let wanted = plans.iter().find(|p| p.name.eq_ignore_ascii_case(lead.text(l::PLAN)));
    let budget = lead.int(l::BUDGET).map(Money);
    if let (Some(plan), Some(budget)) = (wanted, budget)
        && plan.price <= budget
    {
        return told(plan);
    }
    let segment = lead.text(l::SEGMENT);
    let fits = |p: &&Plan| p.offer == Offer::Offered && p.segment.code() == segment;
    let within = plans.iter().filter(fits).filter(|p| budget.is_none_or(|b| p.price <= b)).max_by_key(|p| p.speed);
    match (wanted, within) {
        (Some(plan), Some(other)) if budget.is_some() => format!("{}; the budget meets {}", told(plan), told(other)),
        (Some(plan), _) => told(plan),
        (None, Some(other)) if budget.is_some() => told(other),
        _ => "agree on a plan first".into(),
    }
}

/// Minutes as people say them: `25 min`, `3 h 10 min`, `2 d 4 h`.
pub fn span(minutes: i64) -> String {
    match minutes {
        ..60 => format!("{minutes} min"),
        60..1_440 if minutes % 60 == 0 => format!("{} h", minutes / 60),
        60..1_440 => format!("{} h {} min", minutes / 60, minutes % 60),
        _ if minutes % 1_440 / 60 == 0 => format!("{} d", minutes / 1_440),
        _ => format!("{} d {} h", minutes / 1_440, minutes % 1_440 / 60),
    }
}

#[cfg(test)]
mod tests {
    use super::span;

    #[test]
    fn minutes_are_said_as_people_say_them() {
        for (minutes, words) in
            [(0, "0 min"), (59, "59 min"), (60, "1 h"), (190, "3 h 10 min"), (1_440, "1 d"), (3_120, "2 d 4 h")]
        {
            assert_eq!(span(minutes), words);
        }
    }
}
