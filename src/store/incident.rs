//! Questions about incidents.

use rusqlite::OptionalExtension as _;

use super::{Read, Result};

impl Read<'_> {
    /// The greatest number an incident was given.
    pub fn last_incident(&self) -> Result<i64> {
        let sql = "SELECT number FROM incidents ORDER BY length(number) DESC, number DESC LIMIT 1";
        let mut statement = self.conn.prepare_cached(sql)?;
        let text: Option<String> = statement.query_row([], |r| r.get(0)).optional()?;
        let text = text.unwrap_or_default();
        Ok(text.trim_start_matches(|c: char| !c.is_ascii_digit()).parse().unwrap_or(0))
    }
}
