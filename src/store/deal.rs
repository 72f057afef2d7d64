//! Questions about deals that no page answers.

use super::{Read, Result};

impl Read<'_> {
    /// The greatest deal number given out, deleted rows included.
    pub fn last_deal(&self) -> Result<i64> {
        Ok(self.conn.query_row("SELECT COALESCE(max(number), 0) FROM deals", [], |r| r.get(0))?)
    }

    /// The greatest quotation number that begins so; empty without any.
    pub fn last_quote(&self, prefix: &str) -> Result<String> {
        let mut statement = self.conn.prepare_cached(
            "SELECT COALESCE(max(quote), '') FROM deals WHERE quote <> '' AND substr(quote, 1, ?2) = ?1",
        )?;
        let cells = i64::try_from(prefix.chars().count()).unwrap_or(0);
        Ok(statement.query_row((prefix, cells), |r| r.get(0))?)
    }
}
