//! To a place in the list: a value in its order, or a share of the way down. And what is seen of a page that takes long.

use crate::base::Id;
use crate::engine::{Key, Page};
use crate::query::bind::{Cond, Test};
use crate::query::schema::field;
use crate::query::{Context, compile, print};

use super::super::message::Ticket;
use super::super::rows::Want;
use super::{Table, Wish};
use crate::domain::{Text, Value};

/// After every text a person types.
const LAST: &str = "\u{10ffff}";

impl Table {
    /// What can be typed to go to a place in the list as it is ordered now.
    pub fn places(&self) -> String {
        let by = self.sort.first().map_or("", |(id, _)| field(*id).title);
        format!("a beginning or a value of {by}, or a share: 50%")
    }

    /// To the place that a text means.
    pub fn jump(&mut self, text: &str, context: &Context) -> Result<Vec<Wish>, String> {
        let text = text.trim();
        if let Some(share) = text.strip_suffix('%') {
            let percent = share.trim().parse::<u8>().ok().filter(|p| *p <= 100);
            let percent = percent.ok_or("a share is a whole number from 0% to 100%")?;
            let want = match percent {
                0 => Want::First,
                100 => Want::Last,
                percent => Want::Share(percent),
            };
            return Ok(vec![Wish::Page(want)]);
        }
        let Some((id, falls)) = self.sort.first().copied().filter(|_| !text.is_empty()) else {
            return Err(format!("write {}", self.places()));
        };
        let value = if field(id).is_text() {
            // What begins so comes before the end of it.
            Value::Text(if falls { format!("{text}{LAST}").into() } else { text.into() })
        } else {
            let name = field(id).name;
            let test = format!("{name}{}{}", if falls { "<=" } else { ">=" }, print::quote(text, true));
            let bound = compile(&test, self.entity, context).map_err(|e| e.message)?;
            match bound.cond {
                Cond::Test(_, Test::Between(low, high)) => {
                    low.filter(|_| !falls).or(high).or(low).map_or(Value::Null, Value::Int)
                }
                _ => return Err(format!("this is no value of {}", field(id).title)),
            }
        };
        // Before all rows that have this value.
        let extreme = |falls: bool, text: bool| match (falls, text) {
            (true, true) => Value::Text(LAST.into()),
            (false, true) => Value::Text(Text::default()),
            (true, false) => Value::Int(i64::MAX),
            (false, false) => Value::Int(i64::MIN),
        };
        let rest = self.sort.iter().skip(1).map(|(id, falls)| extreme(*falls, field(*id).is_text()));
        let key = Key {
            values: std::iter::once(value).chain(rest).collect(),
            id: Id(if falls { i64::MAX } else { i64::MIN }),
        };
        Ok(vec![Wish::Page(Want::At(key))])
    }

    /// The best rows so far of the page that is waited for.
    pub(super) fn part(&mut self, ticket: Ticket, page: Page, read: (i64, i64)) {
        let Some((_, want)) = self.pending.page.as_ref().filter(|(t, _)| *t == ticket) else { return };
        // Rows that others will take the place of are shown where the list is new, not where it goes on.
        if matches!(want, Want::First | Want::Last | Want::At(_) | Want::Share(_)) && !page.rows.is_empty() {
            let (want, stood) = (want.clone(), self.reading.and(self.rows.current_id()));
            self.rows.take(&want, page, None);
            self.rows.stand_on(stood);
            self.rows.scroll(self.height);
        }
        self.reading = Some(read);
    }

    /// The rows that were found so far are all there will be; `None` where nothing is being read.
    pub fn stop_reading(&mut self) -> Option<String> {
        let (done, all) = self.reading.take()?;
        self.pending.page = None;
        self.rows.loading = false;
        let group = |n: i64| crate::base::money::group(n.unsigned_abs());
        Some(format!("Stopped: the best of {} of {} rows; R reads them all", group(done), group(all)))
    }
}
