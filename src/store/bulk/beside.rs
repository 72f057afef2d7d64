//! What belongs to a customer besides the row, as the file keeps it. It is put together where the customer is made: what
//! it is made of is near that processor, and what comes of it is one text instead of many.

use crate::domain::{Activity, Usage};

use super::super::timeline::pack;
use super::super::{Result, StoreError};

/// Usage and timeline of a customer.
#[derive(Default)]
pub struct Beside {
    pub(super) last_month: i64,
    /// Empty where there is none.
    pub(super) months: String,
    pub(super) lines: String,
}

impl Beside {
    /// Of a customer, with the oldest line first, in the room of another one.
    pub fn of(room: Beside, usage: &Usage, activities: &[Activity]) -> Result<Beside> {
        let Beside { months, mut lines, .. } = room;
        let mut months = months.into_bytes();
        months.clear();
        if !usage.months.is_empty() {
            serde_json::to_writer(&mut months, &usage.months).map_err(|e| StoreError::Sql(e.to_string()))?;
        }
        lines.clear();
        pack(activities, &mut lines);
        let months = String::from_utf8(months).map_err(|e| StoreError::Sql(e.to_string()))?;
        Ok(Beside { last_month: usage.last_month, months, lines })
    }
}
