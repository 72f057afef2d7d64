//! What comes back from the workers.

use crate::engine::{Base, CommandError, Receipt};
use crate::query::format;
use crate::query::schema::field;

use super::super::message::{Answer, Effect, Ticket};
use super::super::overlay::form::Slot;
use super::super::overlay::{Form, FormKind, Overlay, Pick, PickItem, Purpose, TextPage};
use super::super::tickets::shelf;
use super::{App, Deed, Tone, Waiting};

impl App {
    pub(super) fn answer(&mut self, ticket: Ticket, answer: Answer) -> Vec<Effect> {
        let answer = match answer {
            Answer::Entered(entered) => return self.entered(ticket, entered),
            Answer::NotEntered(why, needs_code) => {
                self.not_entered(ticket, &why, needs_code);
                return Vec::new();
            }
            // The door shuts; whoever asked is told that it failed.
            Answer::LoggedOut => {
                self.lock("This session has ended");
                Answer::Failed("not done: this session had ended".into())
            }
            answer => answer,
        };
        if let Some(i) = self.deeds.iter().position(|(t, _)| *t == ticket) {
            let (_, deed) = self.deeds.remove(i);
            return self.deed_done(deed, answer);
        }
        if let Some(i) = self.waiting.iter().position(|(t, _)| *t == ticket) {
            let (_, waiting) = self.waiting.remove(i);
            return self.overlay_answer(waiting, answer);
        }
        let Some(answer) = self.today_came(ticket, answer) else { return Vec::new() };
        let Some(answer) = self.figures_came(ticket, answer) else { return Vec::new() };
        // A detail page and a confirmation know their own ticket.
        for overlay in self.overlays.iter_mut().rev() {
            match (overlay, &answer) {
                (Overlay::Detail(d), Answer::Panel(p)) if d.ticket == ticket => {
                    d.panel = Some(p.clone());
                    if d.entity == self.list.entity {
                        *self.list.panel = Some(p.as_ref().clone());
                    }
                    return Vec::new();
                }
                (Overlay::Confirm(confirm), Answer::Preview(p)) if confirm.ticket == ticket => {
                    confirm.preview = Some(p.as_ref().clone());
                    return Vec::new();
                }
                (Overlay::Confirm(confirm), Answer::Refused(e)) if confirm.ticket == ticket => {
                    let text = e.to_string();
                    self.overlays.pop();
                    self.say(text, Tone::Bad);
                    return Vec::new();
                }
                _ => {}
            }
        }
        // A row that went while its briefing was read is no news: the list shows it.
        let panel = self.list.pending.panel.as_ref().is_some_and(|(t, _)| *t == ticket);
        if let Answer::Failed(why) = &answer
            && !panel
        {
            self.say(why.clone(), Tone::Bad);
        }
        let now = self.now;
        let first = self.list.panel.is_none();
        let page = matches!(answer, Answer::Page(_));
        let wishes = self.list.answer(ticket, answer, now);
        let mut effects = self.wish(wishes);
        // The first row's briefing comes without a pause.
        if page && first && self.list.panel_shown && self.list.pending.panel.is_none() {
            self.list.panel_due = None;
            if let Some(id) = self.list.rows.current_id() {
                effects.extend(self.wish(vec![super::Wish::Panel(id)]));
            }
        }
        effects
    }

    fn deed_done(&mut self, deed: Deed, answer: Answer) -> Vec<Effect> {
        self.progress = None;
        match answer {
            Answer::Done(receipt) => self.receipt(&deed, &receipt),
            Answer::Imported(receipt, lines) => {
                if let Some(Overlay::Form(_)) = self.overlays.last() {
                    self.overlays.pop();
                }
                self.say(format!("{} · u takes it back", receipt.summary), Tone::Good);
                if !lines.is_empty() {
                    self.overlays.push(Overlay::Page(TextPage::new("Import", lines)));
                }
                self.refresh()
            }
            Answer::HandOver(receipt, title, lines) => {
                let effects = self.receipt(&deed, &receipt);
                self.overlays.push(Overlay::Page(TextPage::new(title, lines)));
                effects
            }
            Answer::Refused(error) => self.refused(&deed, &error),
            Answer::Saved(what) => {
                self.say(what, Tone::Good);
                Vec::new()
            }
            Answer::Output(title, lines) => self.open(Overlay::Page(TextPage::new(title, lines))),
            Answer::Failed(why) => {
                self.unbusy();
                self.say(why, Tone::Bad);
                Vec::new()
            }
            _ => Vec::new(),
        }
    }

    fn unbusy(&mut self) {
        match self.overlays.last_mut() {
            Some(Overlay::Form(f)) => f.busy = false,
            Some(Overlay::Confirm(c)) => c.busy = false,
            _ => {}
        }
    }

    fn receipt(&mut self, deed: &Deed, receipt: &Receipt) -> Vec<Effect> {
        let mut effects = Vec::new();
        match deed {
            Deed::DropView => {
                let context = self.context();
                let first = crate::query::views::first(self.list.entity);
                let wishes = self.list.set_view(first, &context);
                effects.extend(self.wish(wishes));
            }
            Deed::Form => {
                if let Some(Overlay::Form(form)) = self.overlays.pop() {
                    if let Some(key) = form.draft_key() {
                        self.drafts.remove(&key);
                        effects.push(self.keep_drafts());
                    }
                    if let FormKind::SecondFactor(offer) = &form.kind {
                        let mut lines =
                            vec!["For the day the phone is gone, each good once in place of the digits:".into()];
                        lines.extend(offer.recovery.iter().map(|code| format!("  {}", code.expose())));
                        self.overlays.push(Overlay::Page(TextPage::new("Keep these codes on paper", lines)));
                    }
                    if let FormKind::SaveView(..) = form.kind {
                        self.open_saved = Some(form.text_of(Slot::ViewName).trim().to_string());
                    }
                }
            }
            Deed::Confirm => {
                self.overlays.pop();
                // The marks have served.
                self.list.rows.marks = super::super::rows::Marks::None;
                self.list.rows.range = None;
            }
            _ => {}
        }
        // Nothing came of it: why is all there is to say.
        if let (None, [one]) = (&receipt.entry, receipt.skipped.as_slice()) {
            self.say(format!("{} stays as it is: {}", one.name, one.reason), Tone::Bad);
            effects.extend(self.refresh());
            return effects;
        }
        let skipped = match receipt.skipped.len() {
            0 => String::new(),
            n => format!(" · {n} skipped"),
        };
        let tail = match deed {
            Deed::Undo => " · Ctrl-r does it again",
            _ if receipt.entry.is_some() => " · u takes it back",
            _ => "",
        };
        self.say(format!("{}{skipped}{tail}", receipt.summary), Tone::Good);
        effects.extend(self.refresh());
        effects
    }

    fn refused(&mut self, deed: &Deed, error: &CommandError) -> Vec<Effect> {
        let text = error.to_string();
        let Some(Overlay::Form(form)) = self.overlays.last_mut().filter(|_| *deed == Deed::Form) else {
            if *deed == Deed::Confirm {
                self.overlays.pop();
            }
            self.say(text, Tone::Bad);
            return Vec::new();
        };
        form.busy = false;
        match error {
            CommandError::Invalid { name, message } => {
                if !form.complain(name, message) {
                    form.message = Some(text);
                }
            }
            CommandError::Duplicate(_) => {
                form.message = Some(format!("{text}. Save again to keep both."));
                form.insist = true;
            }
            CommandError::Conflict { clashes, .. } => {
                let mut base = Base { version: 0, fields: Vec::new() };
                for clash in clashes {
                    let theirs = format::show(clash.field, &clash.theirs);
                    form.complain(
                        field(clash.field).title,
                        &format!("is now \"{theirs}\": someone changed it meanwhile"),
                    );
                    base.fields.push((clash.field, clash.theirs.clone()));
                }
                if let FormKind::Edit(record) = &mut form.kind {
                    for clash in clashes {
                        record.set(clash.field, clash.theirs.clone());
                    }
                }
                form.base = Some(Base { version: 0, fields: Vec::new() });
                form.message = Some("Someone changed the same field. Save again to put yours in its place.".into());
            }
            _ => form.message = Some(format!("Not saved: {text}")),
        }
        Vec::new()
    }

    fn overlay_answer(&mut self, waiting: Waiting, answer: Answer) -> Vec<Effect> {
        match (waiting, answer) {
            (Waiting::Plans, Answer::Plans(plans, otts)) => (self.plans, self.otts) = (plans, otts),
            (Waiting::Views, Answer::Views(saved)) => {
                self.saved = saved;
                // A filter saved just now is the open view.
                let me = self.session.who.user.clone();
                let just = self.open_saved.take();
                if let Some(view) = self
                    .saved
                    .iter()
                    .find(|v| v.owner == me && just.as_ref() == Some(&v.name) && v.entity == self.list.entity)
                {
                    self.list.view = view.clone();
                }
            }
            (Waiting::Values(i), Answer::Values(values)) => {
                if let Some(Overlay::Picker(p)) = self.overlays.last_mut().filter(|o| is_for(o, i)) {
                    let items = values.into_iter().map(|(text, n)| {
                        PickItem::new(text.clone(), "", Pick::Text(text)).tail(crate::base::money::group_signed(n))
                    });
                    p.set_items(items.collect());
                }
            }
            (Waiting::Counts, Answer::Counts(totals)) => {
                let items = self.view_items(Some(&totals));
                if let Some(Overlay::Picker(p)) = self.overlays.last_mut()
                    && p.purpose == Purpose::View
                {
                    p.set_items(items);
                }
            }
            (Waiting::Settings, Answer::Settings(now)) => {
                let figures = self.figures(&now);
                return self.open(figures);
            }
            (Waiting::Near, Answer::Near(minutes)) if minutes != self.near_minutes => {
                self.near_minutes = minutes;
                let context = self.context();
                if self.list.rebind(&context) && self.on_list() {
                    let wishes = self.list.refresh();
                    return self.wish(wishes);
                }
            }
            (Waiting::Found, Answer::Found(text, found)) => return self.found(text, *found),
            (Waiting::Second, answer @ Answer::Second(..)) => return self.show_second(answer),
            (Waiting::Editing, Answer::Editing(others)) => self.others = others,
            (Waiting::Lockouts, Answer::Lockouts(entries)) => {
                if let Some(newest) = entries.last() {
                    self.lockouts_seen = Some(newest.seq);
                    self.say(newest.summary.clone(), Tone::Bad);
                }
            }
            (Waiting::Changes, Answer::Changes(title, lines)) => {
                let mut page = TextPage::new(title, lines);
                page.entry = page.title.trim_start_matches("Entry ").split(' ').next().and_then(|n| n.parse().ok());
                self.overlays.push(Overlay::Page(page));
            }
            (Waiting::Coverage, Answer::Coverage(found)) => self.coverage_came(found.as_ref()),
            (Waiting::Labels, Answer::Labels(labels)) => return self.labels_came(&labels),
            (Waiting::Completions, Answer::Suggest(found)) => self.completions_came(&found),
            (Waiting::Reps, Answer::Reps(reps)) => self.reps_came(reps),
            (Waiting::Due, Answer::Due(due)) => self.due_came(&due),
            (Waiting::Clock, Answer::Clock(lines)) => return self.show_clock(lines),
            (Waiting::Shelf(action), Answer::Shelf(shelf)) => return self.shelf_came(action, *shelf),
            (Waiting::OpenEdit, Answer::Panel(p)) => {
                let mut form = shelf::edit(p.record()).unwrap_or_else(|| Form::edit(p.record()));
                let row = p.record();
                let entity = row.fields.first().map_or(crate::domain::Entity::Customer, |f| f.entity);
                if let Some(other) = self.other_at(entity, row.id) {
                    form.message =
                        Some(format!("{other} has this open, too: what you both change is shown when you save."));
                }
                return self.open_form(form);
            }
            (Waiting::Import, Answer::ImportRead(view)) => {
                self.progress = None;
                if let Some(Overlay::Form(form)) = self.overlays.last_mut() {
                    form.busy = false;
                    form.insist = view.rows > 0;
                    let count = crate::base::money::group(view.rows as u64);
                    form.message = Some(match (view.rows, view.errors) {
                        (0, _) => "No row of this file can come in.".into(),
                        (_, 0) => format!("{count} rows are ready. Save again to import them."),
                        (_, e) => {
                            format!("{count} rows are ready, {e} have problems and stay out. Save again to import.")
                        }
                    });
                }
                let title = match view.rows {
                    0 => "What this file brings: no row can come in".to_string(),
                    n => format!("What this file brings: y imports {} rows", crate::base::money::group(n as u64)),
                };
                let mut page = TextPage::new(title, view.lines);
                page.goes_on = view.rows > 0;
                self.overlays.push(Overlay::Page(page));
            }
            (waiting, Answer::Failed(why)) => {
                self.progress = None;
                self.unbusy();
                if waiting == Waiting::Import
                    && let Some(Overlay::Form(form)) = self.overlays.last_mut()
                {
                    if let Some(f) = form.fields.iter_mut().find(|f| f.slot == Slot::Path) {
                        f.error = Some(why);
                    }
                    return Vec::new();
                }
                self.say(why, Tone::Bad);
            }
            _ => {}
        }
        Vec::new()
    }
}

fn is_for(overlay: &Overlay, i: usize) -> bool {
    matches!(overlay, Overlay::Picker(p) if p.purpose == Purpose::FormValue(i))
}
