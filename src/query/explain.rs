//! A bound filter in plain words.

use crate::base::{Money, calendar};
use crate::domain::FieldId;

use super::bind::{Bound, Cond, Test};
use super::format;
use super::schema::{Kind, field};

/// `customers whose city is Pune and churn risk is High (70 to 100), by churn risk, highest first`
pub fn explain(bound: &Bound) -> String {
    let mut out = String::new();
    if bound.deleted {
        out.push_str("deleted ");
    }
    out.push_str(bound.entity.code());
    if bound.cond == Cond::All {
        if !bound.deleted {
            out.insert_str(0, "all ");
        }
    } else {
        out.push_str(" whose ");
        out.push_str(&cond(&bound.cond, false));
    }
    for (i, (id, descending)) in bound.sort.iter().enumerate() {
        out.push_str(if i == 0 { ", by " } else { ", then " });
        out.push_str(&title(*id));
        out.push_str(if *descending { ", highest first" } else { ", lowest first" });
    }
    out
}

fn title(id: FieldId) -> String {
    let title = field(id).title;
    // Abbreviations keep their capitals.
    if title.chars().nth(1).is_some_and(char::is_uppercase) { title.to_string() } else { title.to_lowercase() }
}

fn cond(c: &Cond, nested: bool) -> String {
    let joined = |parts: &[Cond], word: &str| {
        let text = parts.iter().map(|p| cond(p, true)).collect::<Vec<_>>().join(word);
        if nested { format!("({text})") } else { text }
    };
    match c {
        Cond::All => "anything goes".into(),
        Cond::And(parts) => joined(parts, " and "),
        Cond::Or(parts) => joined(parts, " or "),
        Cond::Not(inner) => match inner.as_ref() {
            Cond::Test(id, Test::Null) => format!("{} is known", title(*id)),
            inner => format!("not {}", cond(inner, true)),
        },
        Cond::Words(word) => format!("name or numbers hold \"{word}\""),
        Cond::Name(word) => format!("the name holds \"{word}\""),
        Cond::Test(id, test) => format!("{} {}", title(*id), predicate(*id, test)),
    }
}

fn predicate(id: FieldId, test: &Test) -> String {
    let label = |text: &str| match field(id).kind {
        Kind::Choice(choices) | Kind::List(choices) => format::label(choices, text).to_string(),
        _ => text.to_string(),
    };
    match test {
        Test::Null => "is not known".into(),
        Test::Is(t) => format!("is {}", label(t)),
        Test::Starts(t) => format!("begins with {t}"),
        Test::Part(t) => format!("holds \"{t}\""),
        Test::Glob(t) => format!("looks like {t}"),
        Test::Item(t) => format!("has {}", label(t)),
        Test::Between(low, high) => between(id, *low, *high),
    }
}

fn between(id: FieldId, low: Option<i64>, high: Option<i64>) -> String {
    if let Kind::Int { bands, .. } = field(id).kind
        && let Some(band) = bands.iter().find(|b| Some(b.low) == low && Some(b.high) == high)
    {
        return format!("is {} ({} to {})", band.label, band.low, band.high);
    }
    let show = |n: i64| match field(id).kind {
        Kind::Money => Money(n).compact(),
        Kind::Date { .. } => calendar::date_from_days(n).map(calendar::long_date).unwrap_or_default(),
        _ => format::show(id, &n.into()),
    };
    let date = matches!(field(id).kind, Kind::Date { .. } | Kind::Moment);
    match (low, high) {
        (Some(a), Some(b)) if a == b => format!("is {}", show(a)),
        (Some(a), Some(b)) => format!("is from {} to {}", show(a), show(b)),
        (Some(a), None) if date => format!("is {} or later", show(a)),
        (None, Some(b)) if date => format!("is {} or earlier", show(b)),
        (Some(a), None) => format!("is at least {}", show(a)),
        (None, Some(b)) => format!("is at most {}", show(b)),
        (None, None) => "is known".into(),
    }
}
