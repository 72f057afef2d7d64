//! What a list asks for and what it makes of the answers: only those that are waited for count.

use crate::base::Timestamp;
use crate::domain::FieldId;
use crate::engine::PageAsk;
use crate::query::schema::noun;

use super::super::message::{Answer, Question, Ticket};
use super::super::rows::Want;
use super::{Table, Wish};

impl Table {
    /// Everything once more, the cursor where it is.
    pub fn refresh(&mut self) -> Vec<Wish> {
        // A list that was left before its first page came begins anew.
        let again = match (&self.board, self.rows.loading) {
            (_, true) => self.begin(),
            (None, false) => Wish::Page(self.rows.again(&self.sort)),
            (Some(_), false) => Wish::Board(true),
        };
        let mut wishes = vec![again, Wish::Totals];
        // Counted once; again when the rows of the filter have become more or fewer.
        if self.everything.is_none() {
            wishes.push(Wish::Everything);
        }
        wishes.extend(self.rows.current_id().filter(|_| self.panel_shown).map(Wish::Panel));
        wishes
    }

    /// What a list, or a board, begins with.
    pub fn begin(&self) -> Wish {
        if self.board.is_some() { Wish::Board(false) } else { Wish::Page(Want::First) }
    }

    /// How many rows there are where the cursor is: in the list, or in its column.
    pub fn length(&self) -> Option<i64> {
        match &self.board {
            Some(board) => board.column().and_then(|c| c.count),
            None => self.totals.map(|t| t.count),
        }
    }

    pub fn question(&self, wish: &Wish) -> Question {
        match wish {
            Wish::Board(again) => match &self.board {
                Some(board) => Question::Board(Box::new(board.ask(self, *again))),
                None => Question::Everything(self.entity),
            },
            Wish::Page(want) => {
                let (anchor, limit) = self.rows.anchor(want, &self.sort);
                Question::Page(PageAsk {
                    filter: match &self.board {
                        Some(board) => board.within(&self.bound),
                        None => self.bound.clone(),
                    },
                    sort: self.sort.clone(),
                    fields: self.fields(),
                    anchor,
                    limit,
                })
            }
            Wish::Totals => Question::Totals(self.bound.clone()),
            Wish::Everything => Question::Everything(self.entity),
            Wish::Panel(id) => Question::Panel(self.entity, *id),
            Wish::Suggest => match &self.bar {
                Some(bar) => Question::Suggest(bar.ask()),
                None => Question::Everything(self.entity),
            },
        }
    }

    /// Notes the ticket of a question, so that older answers are dropped.
    pub fn asked(&mut self, wish: Wish, ticket: Ticket) {
        match wish {
            Wish::Page(want) => self.pending.page = Some((ticket, want)),
            Wish::Board(again) => self.pending.board = Some((ticket, again)),
            Wish::Totals => self.pending.totals = Some(ticket),
            Wish::Everything => self.pending.everything = Some(ticket),
            Wish::Panel(id) => self.pending.panel = Some((ticket, id)),
            Wish::Suggest => self.pending.suggest = Some(ticket),
        }
    }

    /// Whether the screen waits for nothing.
    pub fn is_settled(&self) -> bool {
        let p = &self.pending;
        p.page.is_none()
            && p.board.is_none()
            && p.totals.is_none()
            && p.panel.is_none()
            && p.suggest.is_none()
            && self.panel_due.is_none()
    }

    /// The fields a row needs on the screen, at any width.
    pub fn fields(&self) -> Vec<FieldId> {
        let mut fields = self.view.columns.clone();
        let noun = noun(self.entity);
        let needed = [noun.name, noun.handle].into_iter().chain(noun.money).chain(noun.owner);
        for id in needed.chain(noun.shown.iter().copied()) {
            if !fields.contains(&id) {
                fields.push(id);
            }
        }
        fields
    }

    /// Takes an answer in if it is the one waited for; wishes for more.
    pub fn answer(&mut self, ticket: Ticket, answer: Answer, now: Timestamp) -> Vec<Wish> {
        match answer {
            Answer::Part(page, done, all) => self.part(ticket, page, (done, all)),
            Answer::Page(page) if self.pending.page.as_ref().is_some_and(|(t, _)| *t == ticket) => {
                let Some((_, want)) = self.pending.page.take() else { return Vec::new() };
                // Beyond the last row is at the last row.
                if page.rows.is_empty() && matches!(want, Want::At(_)) {
                    return vec![Wish::Page(Want::Last)];
                }
                let shown = self.reading.take().and(self.rows.current_id());
                // The cursor has gone on beyond what was read: once more, where it is now.
                if matches!(&want, Want::Again(window) if !self.rows.is_within(window)) {
                    return vec![Wish::Page(self.rows.again(&self.sort))];
                }
                let stood = self.rows.current_id();
                self.rows.take(&want, page, self.length());
                self.rows.stand_on(shown);
                if matches!(want, Want::At(_) | Want::Share(_)) {
                    self.moved(now);
                    self.rows.scroll(self.height);
                    return self.rows.wanted().map(Wish::Page).into_iter().collect();
                }
                self.rows.scroll(self.height);
                if stood != self.rows.current_id() {
                    self.moved(now);
                }
                if self.rows.rows.is_empty() {
                    *self.panel = None;
                }
            }
            Answer::Board(columns) if self.pending.board.is_some_and(|(t, _)| t == ticket) => {
                let Some((_, again)) = self.pending.board.take() else { return Vec::new() };
                let stood = self.rows.current_id();
                if let Some(mut board) = self.board.take() {
                    board.take(&mut self.rows, columns, again);
                    self.board = Some(board);
                }
                self.rows.scroll(self.height);
                if stood != self.rows.current_id() {
                    self.moved(now);
                }
                // The cursor has gone on meanwhile, to columns that were only counted.
                if self.board.as_ref().is_some_and(|b| b.lacks_rows(&self.rows)) {
                    return vec![Wish::Board(true)];
                }
            }
            Answer::Totals(totals) if self.pending.totals == Some(ticket) => {
                self.pending.totals = None;
                let before = self.totals.replace(totals);
                if before.is_some_and(|b| b.count != totals.count) && self.everything.is_some() {
                    return vec![Wish::Everything];
                }
            }
            Answer::Everything(n) if self.pending.everything == Some(ticket) => {
                self.pending.everything = None;
                self.everything = Some(n);
            }
            Answer::Panel(panel) if self.pending.panel.as_ref().is_some_and(|(t, _)| *t == ticket) => {
                self.pending.panel = None;
                *self.panel = Some(*panel);
            }
            Answer::Suggest(found) if self.pending.suggest == Some(ticket) => {
                self.pending.suggest = None;
                if let Some(bar) = &mut self.bar {
                    bar.suggest(found);
                }
            }
            Answer::Failed(_) => {
                let p = &mut self.pending;
                if p.page.as_ref().is_some_and(|(t, _)| *t == ticket) {
                    p.page = None;
                    self.reading = None;
                    self.rows.loading = false;
                }
                if p.board.take_if(|(t, _)| *t == ticket).is_some() {
                    self.rows.loading = false;
                }
                p.totals.take_if(|t| *t == ticket);
                p.panel.take_if(|(t, _)| *t == ticket);
                p.suggest.take_if(|t| *t == ticket);
            }
            _ => {}
        }
        Vec::new()
    }
}
