//! Values to text and back, by the kind of their field: for screens, for files, from people.

use chrono::{NaiveDate, NaiveTime, Timelike as _};

use crate::base::money::group_signed;
use crate::base::text::clean;
use crate::base::{Gstin, Money, Phone, Pincode, Timestamp, calendar};
use crate::domain::choice::find;
use crate::domain::{FieldId, Value};

use super::schema::{Band, Field, Kind, customer, field};

/// Characters a one-line text field keeps.
pub const TEXT_LIMIT: usize = 200;

/// As a person reads it on a form or a detail page.
pub fn show(id: FieldId, value: &Value) -> String {
    let f = field(id);
    match (f.kind, value) {
        (_, Value::Null) => String::new(),
        (Kind::Choice(choices), Value::Text(code)) => label(choices, code).to_string(),
        (Kind::List(choices), Value::Text(_)) => {
            value.items().map(|i| label(choices, i)).collect::<Vec<_>>().join(", ")
        }
        (Kind::Phone, Value::Text(e164)) => Phone::from_stored(e164).to_string(),
        (_, Value::Text(text)) => text.to_string(),
        (Kind::Money, Value::Int(paise)) => Money(*paise).compact(),
        (Kind::Date { .. }, Value::Int(days)) => {
            calendar::date_from_days(*days).map(calendar::long_date).unwrap_or_default()
        }
        (Kind::Account, Value::Int(n)) => format!("{n:07}"),
        (Kind::Moment, Value::Int(ms)) => calendar::short_time(Timestamp(*ms)),
        (Kind::Fixed { places, unit }, Value::Int(n)) => with_unit(&decimal(*n, places), unit),
        (Kind::Int { unit, .. }, Value::Int(n)) => with_unit(&group_signed(*n), unit),
        (_, Value::Int(n)) => group_signed(*n),
    }
}

/// As a list column reads it: no units, dates as near as they are.
pub fn cell(id: FieldId, value: &Value, today: NaiveDate) -> String {
    let f = field(id);
    match (f.kind, value) {
        (Kind::Money, Value::Int(paise)) => Money(*paise).compact().replace('₹', ""),
        (Kind::Date { .. }, Value::Int(days)) => {
            calendar::date_from_days(*days).map(|d| calendar::short_date(d, today)).unwrap_or_default()
        }
        (Kind::Moment, Value::Int(ms)) => short_moment(Timestamp(*ms), today),
        (Kind::Int { unit: "%", .. }, Value::Int(n)) => format!("{n}%"),
        (Kind::Int { .. }, Value::Int(n)) => group_signed(*n),
        (Kind::Fixed { places, .. }, Value::Int(n)) => decimal(*n, places),
        _ => show(id, value),
    }
}

/// A moment in a column: the time of day for today, else the day.
fn short_moment(at: Timestamp, today: NaiveDate) -> String {
    match calendar::date_of(at) {
        day if day == today => calendar::clock_face(at),
        day => calendar::short_date(day, today),
    }
}

/// As a file carries it: exact, without grouping; [`read`] takes it back.
pub fn plain(id: FieldId, value: &Value) -> String {
    match (field(id).kind, value) {
        (_, Value::Null) => String::new(),
        (_, Value::Text(text)) => text.to_string(),
        (Kind::Money, Value::Int(paise)) => Money(*paise).plain(),
        (Kind::Date { .. }, Value::Int(days)) => {
            calendar::date_from_days(*days).map(|d| d.to_string()).unwrap_or_default()
        }
        (Kind::Account, Value::Int(n)) => format!("{n:07}"),
        (Kind::Moment, Value::Int(ms)) => moment_plain(Timestamp(*ms)),
        (Kind::Fixed { places, .. }, Value::Int(n)) => decimal(*n, places),
        (_, Value::Int(n)) => n.to_string(),
    }
}

/// As JSON carries it: money in rupees, dates as text, figures as numbers.
pub fn json(id: FieldId, value: &Value) -> serde_json::Value {
    use serde_json::Value as Json;
    match (field(id).kind, value) {
        (_, Value::Null) => Json::Null,
        (Kind::List(_), Value::Text(_)) => value.items().map(Json::from).collect(),
        (_, Value::Text(text)) => Json::from(text.as_str()),
        (Kind::Money | Kind::Fixed { .. }, Value::Int(_)) => {
            // Paise and scaled figures below 2^53 are exact as a double's shortest form.
            plain(id, value).parse::<serde_json::Number>().map_or(Json::Null, Json::Number)
        }
        (Kind::Date { .. } | Kind::Account, Value::Int(_)) => Json::from(plain(id, value)),
        (_, Value::Int(n)) => Json::from(*n),
    }
}

/// Reads what a person or a file gives for a field. Blank is `Null`. The error is a sentence.
pub fn read(id: FieldId, text: &str) -> Result<Value, String> {
    let f = field(id);
    let text = clean(text, TEXT_LIMIT);
    if text.is_empty() {
        return Ok(Value::Null);
    }
    match f.kind {
        Kind::Text if id == customer::GSTIN => {
            Gstin::parse(&text).map(|g| Value::text(g.as_str())).map_err(|e| e.to_string())
        }
        Kind::Text if f.name == "email" => email(&text),
        Kind::Category if f.name == "pincode" => Pincode::parse(&text)
            .map(|p| Value::text(p.to_string()))
            .ok_or_else(|| "a PIN code has six digits and does not begin with 0".into()),
        Kind::Text | Kind::Category => Ok(Value::text(text)),
        Kind::Choice(choices) => find(choices, &text).map(|c| Value::text(c.code)).ok_or_else(|| {
            let all: Vec<&str> = choices.iter().map(|c| c.code).collect();
            format!("`{text}` is not one of {}", all.join(", "))
        }),
        Kind::List(choices) => list(choices, &text),
        Kind::Phone => Phone::parse(&text)
            .map(|p| Value::text(p.e164()))
            .ok_or_else(|| format!("`{text}` is no phone number: ten digits, or + and the country code")),
        Kind::Money => Money::parse(&text)
            .map(Value::from)
            .ok_or_else(|| format!("`{text}` is no amount: write 899, 1,499.50 or 1.5L")),
        Kind::Date { .. } => calendar::parse_date(&text)
            .map(|d| Value::Int(calendar::days_of(d)))
            .ok_or_else(|| format!("`{text}` is no date: write 2026-11-28 or 28-11-2026")),
        Kind::Account => {
            account(&text).map(Value::Int).ok_or_else(|| format!("`{text}` is no account number: seven digits"))
        }
        Kind::Moment => moment(&text)
            .map(|at| Value::Int(at.0))
            .ok_or_else(|| format!("`{text}` is no moment: write 28-11-2026 15:30 or 2026-11-28 15:30")),
        Kind::Int { unit, .. } => {
            let digits = strip_unit(&text, unit);
            let n: i64 = digits.parse().map_err(|_| format!("`{text}` is no whole number"))?;
            in_range(id, n).map(Value::Int)
        }
        Kind::Fixed { places, unit } => {
            scaled(&strip_unit(&text, unit), places).map(Value::Int).ok_or_else(|| format!("`{text}` is no number"))
        }
    }
}

/// A moment as a file carries it, in Indian time: `2026-11-28 15:30`, with seconds and thousandths where it has any.
fn moment_plain(at: Timestamp) -> String {
    let time = calendar::in_ist(at);
    let pattern = match (at.0.rem_euclid(1_000), at.0.rem_euclid(60_000)) {
        (0, 0) => "%Y-%m-%d %H:%M",
        (0, _) => "%Y-%m-%d %H:%M:%S",
        _ => "%Y-%m-%d %H:%M:%S%.3f",
    };
    time.format(pattern).to_string()
}

/// Reads a day with a time of day in India, or milliseconds since 1970. A day alone is ten in the morning, when
/// people begin to call.
pub fn moment(text: &str) -> Option<Timestamp> {
    if let Ok(ms) = text.parse::<i64>() {
        return (ms.abs() > 100_000_000).then_some(Timestamp(ms));
    }
    let (day, time) = text.trim().split_once([' ', 'T']).unwrap_or((text.trim(), "10:00"));
    let day = calendar::parse_date(day)?;
    let time = time.trim();
    let clock = ["%H:%M", "%H:%M:%S", "%H:%M:%S%.3f"].iter().find_map(|p| NaiveTime::parse_from_str(time, p).ok())?;
    let ms = i64::from(clock.num_seconds_from_midnight()) * 1_000 + i64::from(clock.nanosecond() / 1_000_000);
    Some(calendar::start_of(day).plus_ms(ms))
}

/// `BN 0004217`, `0004217` and `4217` are one account.
pub fn account(text: &str) -> Option<i64> {
    let t = text.trim();
    let t = t.strip_prefix("BN").or_else(|| t.strip_prefix("bn")).unwrap_or(t).trim();
    t.parse().ok().filter(|n| (0..=9_999_999_999).contains(n))
}

/// A decimal text times ten to the `places`; more decimals than that are refused.
pub fn scaled(text: &str, places: u32) -> Option<i64> {
    let (sign, digits) = match text.strip_prefix('-') {
        Some(rest) => (-1, rest),
        None => (1, text),
    };
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
    let all_digits = |s: &str| s.bytes().all(|b| b.is_ascii_digit());
    if whole.is_empty() && fraction.is_empty() || !all_digits(whole) || !all_digits(fraction) || whole.len() > 12 {
        return None;
    }
    let fraction = fraction.trim_end_matches('0');
    let missing = usize::try_from(places).ok()?.checked_sub(fraction.len())?;
    let number: i64 = format!("0{whole}{fraction}{}", "0".repeat(missing)).parse().ok()?;
    Some(sign * number)
}

/// The named band a number falls in.
pub fn band(id: FieldId, n: i64) -> Option<&'static Band> {
    match field(id).kind {
        Kind::Int { bands, .. } => bands.iter().find(|b| (b.low..=b.high).contains(&n)),
        _ => None,
    }
}

/// The label for a stored code; the code itself where the set does not know it.
pub fn label<'a>(choices: &'static [crate::domain::Choice], code: &'a str) -> &'a str {
    choices.iter().find(|c| c.code == code).map_or(code, |c| c.label)
}

/// `f`'s values as text the form of an example for its hint: `28-11-2026`, `₹`, `Mbps`.
pub fn hint(f: &Field) -> &'static str {
    match f.kind {
        Kind::Date { .. } => "28-11-2026",
        Kind::Moment => "28-11-2026 15:30",
        Kind::Money => "rupees",
        Kind::Int { unit, .. } | Kind::Fixed { unit, .. } => unit,
        Kind::Phone => "98220 41377",
        Kind::List(_) => "a, b",
        _ => "",
    }
}

fn email(text: &str) -> Result<Value, String> {
    let good = text.split_once('@').is_some_and(|(user, host)| {
        !user.is_empty()
            && !host.contains('@')
            && host.split('.').count() >= 2
            && host.split('.').all(|part| !part.is_empty())
            && !text.contains([' ', ',', ';', '<', '>', '"'])
    });
    if good { Ok(Value::text(text.to_lowercase())) } else { Err(format!("`{text}` is no mail address")) }
}

fn list(choices: &'static [crate::domain::Choice], text: &str) -> Result<Value, String> {
    let mut items = Vec::new();
    for item in text.split([',', ';']).map(str::trim).filter(|s| !s.is_empty()) {
        match (choices.is_empty(), find(choices, item)) {
            (true, _) => items.push(item.to_string()),
            (false, Some(c)) => items.push(c.code.to_string()),
            (false, None) => {
                let all: Vec<&str> = choices.iter().map(|c| c.code).collect();
                return Err(format!("`{item}` is not one of {}", all.join(", ")));
            }
        }
    }
    Ok(Value::list(items.iter().map(String::as_str)))
}

fn in_range(id: FieldId, n: i64) -> Result<i64, String> {
    let (low, high) = match id {
        customer::NPS => (0, 10),
        customer::CSAT => (1, 5),
        _ => (0, 1_000_000_000),
    };
    if (low..=high).contains(&n) { Ok(n) } else { Err(format!("{n} is outside {low} to {high}")) }
}

fn strip_unit(text: &str, unit: &str) -> String {
    let t = text.replace(',', "");
    let cut = t.len().saturating_sub(unit.len());
    match t.get(cut..) {
        Some(tail) if !unit.is_empty() && tail.eq_ignore_ascii_case(unit) => t[..cut].trim().to_string(),
        _ => t.trim().to_string(),
    }
}

fn with_unit(number: &str, unit: &str) -> String {
    match unit {
        "" => number.to_string(),
        "%" => format!("{number}%"),
        unit => format!("{number} {unit}"),
    }
}

fn decimal(n: i64, places: u32) -> String {
    let scale = 10i64.pow(places);
    let sign = if n < 0 { "-" } else { "" };
    let (whole, fraction) = (n.unsigned_abs() / scale.unsigned_abs(), n.unsigned_abs() % scale.unsigned_abs());
    format!("{sign}{whole}.{fraction:0width$}", width = places as usize)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::Entity;
    use crate::query::schema;

    #[test]
    fn what_is_written_plainly_is_read_back() {
        for (id, value) in [
            (customer::PRICE, Value::Int(89_950)),
            (customer::SINCE, Value::Int(20_000)),
            (customer::ACCOUNT, Value::Int(4217)),
            (customer::UPTIME, Value::Int(9971)),
            (customer::OPTICAL, Value::Int(-221)),
            (customer::NPS, Value::Int(7)),
            (customer::STATUS, Value::text("active")),
            (customer::CONSENT, Value::text("email,sms")),
            (customer::PHONE, Value::text("+919822041377")),
            (customer::NAME, Value::text("राहुल शर्मा")),
        ] {
            assert_eq!(read(id, &plain(id, &value)), Ok(value.clone()), "{}", field(id).name);
            assert_eq!(read(id, &show(id, &value)), Ok(value), "{} as shown", field(id).name);
        }
        for id in schema::ids(Entity::Customer) {
            assert_eq!(read(id, "  "), Ok(Value::Null));
        }
    }

    #[test]
    fn wrong_input_is_told_in_a_sentence() {
        for (id, text) in [
            (customer::NPS, "11"),
            (customer::PHONE, "123"),
            (customer::EMAIL, "a@b"),
            (customer::PINCODE, "012345"),
            (customer::GSTIN, "29AAFCA7488L1Z0"),
            (customer::STATUS, "gone"),
            (customer::CONSENT, "sms,fax"),
            (customer::SINCE, "31-02-2026"),
            (customer::UPTIME, "99.715"),
        ] {
            assert!(read(id, text).is_err(), "{} took {text}", field(id).name);
        }
    }
}
