//! `settings`: what the company decided for itself.

use std::io::Write as _;

use serde_json::json;

use crate::domain::settings::{self, Setting, Settings};
use crate::engine::Command;
use crate::engine::ask::AskSettings;

use super::args::Global;
use super::failure::Failure;
use super::journal::told;
use super::list::texts;
use super::out::Out;
use super::place::{database, principal};

/// One setting, all of them, or a new value for one; `value` is empty for the default.
pub fn settings(
    global: &Global,
    key: Option<&str>,
    value: Option<&str>,
    json: bool,
    out: &mut Out,
) -> Result<(), Failure> {
    let engine = database(global, value.is_some() && !global.readonly)?;
    let who = principal(global);
    if let (Some(key), Some(value)) = (key, value) {
        let command = Command::Set { key: key.to_string(), value: value.to_string() };
        return told(&engine.execute(&who, command)?, out);
    }
    let now = engine.read(&who, &AskSettings)?;
    let wanted: Vec<&Setting> = match key {
        None => settings::all().collect(),
        // `company` names all that begin with it.
        Some(key) => settings::all().filter(|s| s.key == key || s.key.starts_with(&format!("{key}."))).collect(),
    };
    if wanted.is_empty() {
        let guess = crate::query::schema::nearest(key.unwrap_or_default(), settings::all().map(|s| s.key));
        let guess = guess.map_or(String::new(), |g| format!("; did you mean {g}?"));
        return Err(Failure::NotFound(format!("there is no setting {}{guess}", key.unwrap_or_default())));
    }
    if json {
        for s in wanted {
            writeln!(out, "{}", object(s, &now))?;
        }
        return Ok(());
    }
    if let [one] = wanted[..]
        && key == Some(one.key)
    {
        return Ok(writeln!(out, "{}", now.text(one.key))?);
    }
    let line = |s: &&Setting| {
        let value = now.text(s.key);
        let shown = if now.is_own(s.key) { value.to_string() } else { format!("{value} (default)") };
        vec![s.key.to_string(), shown.trim_start().to_string(), s.help.to_string()]
    };
    let rows: Vec<Vec<String>> = wanted.iter().map(line).collect();
    Ok(texts(out, &["Setting", "Value", "What it is"], &rows)?)
}

fn object(s: &Setting, now: &Settings) -> serde_json::Value {
    json!({ "key": s.key, "value": now.text(s.key), "default": s.default, "own": now.is_own(s.key), "help": s.help })
}
