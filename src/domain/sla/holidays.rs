//! Public holidays of India, for all of it and by state, 2022 to 2028. Later years have none until the file is
//! continued: a target then counts days a person may have off, which errs on the customer's side.

use std::collections::BTreeMap;
use std::sync::OnceLock;

use chrono::NaiveDate;

use crate::base::calendar::days_of;

/// The last year the table knows.
pub const LAST_YEAR: i32 = 2028;

struct Table {
    /// Days since 1970, sorted, by the code of a state; `ALL` alone for whoever has no state.
    days: BTreeMap<String, Vec<i64>>,
    names: BTreeMap<i64, Vec<(String, String)>>,
    /// State names to codes.
    codes: BTreeMap<String, String>,
}

fn table() -> &'static Table {
    static TABLE: OnceLock<Table> = OnceLock::new();
    TABLE.get_or_init(|| {
        let mut by_code: BTreeMap<String, Vec<i64>> = BTreeMap::new();
        let mut names: BTreeMap<i64, Vec<(String, String)>> = BTreeMap::new();
        for line in include_str!("../../../data/india/holidays_2022_2028.csv").lines().skip(1) {
            let mut parts = line.splitn(3, ',');
            let (Some(day), Some(code), Some(name)) = (parts.next(), parts.next(), parts.next()) else { continue };
            let Ok(day) = NaiveDate::parse_from_str(day, "%Y-%m-%d") else { continue };
            by_code.entry(code.to_string()).or_default().push(days_of(day));
            names.entry(days_of(day)).or_default().push((code.to_string(), name.trim_matches('"').to_string()));
        }
        let mut codes = BTreeMap::new();
        for line in include_str!("../../../data/india/states.csv").lines().skip(1) {
            let mut parts = line.split(',');
            if let (Some(name), Some(iso)) = (parts.next(), parts.nth(1)) {
                codes.insert(name.to_ascii_lowercase(), iso.trim_start_matches("IN-").to_string());
            }
        }
        let all = by_code.get("ALL").cloned().unwrap_or_default();
        for days in by_code.values_mut() {
            days.extend(&all);
            days.sort_unstable();
            days.dedup();
        }
        Table { days: by_code, names, codes }
    })
}

/// The two letters of a state by its name; `ALL` for one that has no holidays of its own or is not known.
pub fn code(state: &str) -> &'static str {
    let table = table();
    let code = table.codes.get(&state.trim().to_ascii_lowercase()).map_or("ALL", String::as_str);
    table.days.get_key_value(code).map_or("ALL", |(k, _)| k)
}

/// The holidays of a state, days since 1970, sorted: those of all India and its own.
pub fn of(code: &str) -> &'static [i64] {
    let table = table();
    table.days.get(code).or_else(|| table.days.get("ALL")).map_or(&[], Vec::as_slice)
}

/// What a holiday is called in a state; `None` on other days.
pub fn name_of(day: i64, code: &str) -> Option<&'static str> {
    let here = table().names.get(&day)?;
    let of = |wanted: &str| here.iter().find(|(c, _)| c == wanted).map(|(_, name)| name.as_str());
    of(code).or_else(|| of("ALL"))
}
