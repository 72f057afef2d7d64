//! What figures are read from.

use std::collections::HashMap;

use crate::domain::settings::Settings;
use crate::query::cut::{Cell, Cut, NONE, STARTED, Stepped, Steps, UNBILLED};

use super::Span;

/// Lines that were down from one moment to another, milliseconds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outage {
    pub number: String,
    pub from: i64,
    pub to: i64,
    pub lines: i64,
}

/// Cuts of rows, changes of price, outages, settings.
#[derive(Clone, Debug, Default)]
pub struct Facts {
    pub cells: HashMap<String, Vec<Cell>>,
    pub steps: Steps,
    /// Day, account and whether the price rose, of the newest changes; and the first day of which all are there.
    pub stepped: Stepped,
    pub outages: Vec<Outage>,
    pub settings: Settings,
}

impl Facts {
    pub fn get(&self, cut: &Cut) -> &[Cell] {
        self.cells.get(&cut.code()).map_or(&[], Vec::as_slice)
    }

    /// Rows and sum of the parts whose day lies within.
    pub fn within(&self, cut: &Cut, span: Span) -> (i64, i64) {
        self.sum(cut, |c| (span.from..=span.to).contains(&c.b))
    }

    /// Rows and sum of the parts up to a day.
    pub fn until(&self, cut: &Cut, day: i64) -> (i64, i64) {
        self.sum(cut, |c| c.b != NONE && c.b <= day)
    }

    pub fn sum(&self, cut: &Cut, keep: impl Fn(&Cell) -> bool) -> (i64, i64) {
        let kept = self.get(cut).iter().filter(|c| keep(c));
        kept.fold((0, 0), |(rows, sum), c| (rows + c.rows, sum + c.sum))
    }

    /// Rows and sums by the text, of the parts kept.
    pub fn by_text(&self, cut: &Cut, keep: impl Fn(&Cell) -> bool) -> Vec<(String, i64, i64)> {
        let mut out: Vec<(String, i64, i64)> = Vec::new();
        for cell in self.get(cut).iter().filter(|c| keep(c)) {
            match out.iter_mut().find(|(a, ..)| a.eq_ignore_ascii_case(&cell.a)) {
                Some((_, rows, sum)) => (*rows, *sum) = (*rows + cell.rows, *sum + cell.sum),
                None => out.push((cell.a.clone(), cell.rows, cell.sum)),
            }
        }
        out
    }

    /// Lines billed at the end of a day.
    pub fn billed(&self, day: i64) -> i64 {
        self.until(&STARTED, day).0 - self.until(&UNBILLED, day).0
    }

    /// What those paid a month, paise: what they, and lines gone since, pay now or paid at last, less the changes of
    /// price after the day. Changes of lines that began later are none of it.
    pub fn mrr(&self, day: i64) -> i64 {
        let after: i64 = self.steps.days.iter().filter(|s| s.day > day).map(|s| s.up + s.down).sum();
        let later: i64 = self.steps.began.iter().filter(|(began, _)| *began > day).map(|(_, sum)| sum).sum();
        self.until(&STARTED, day).1 - self.until(&UNBILLED, day).1 - (after - later)
    }

    /// What the MRR moved by within a span: new, expansion, contraction, churned, paise, the last two below nothing.
    pub fn movement(&self, span: Span) -> [i64; 4] {
        let within = |day: i64| (span.from..=span.to).contains(&day);
        let began: i64 = self.steps.began.iter().filter(|(began, _)| within(*began)).map(|(_, sum)| sum).sum();
        let steps = self.steps.days.iter().filter(|s| within(s.day));
        let (up, down) = steps.fold((0, 0), |(up, down), s| (up + s.up, down + s.down));
        [self.within(&STARTED, span).1 - began, up, down, -self.within(&UNBILLED, span).1]
    }
}
