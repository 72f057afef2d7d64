//! What is typed and pasted: keys to what is on top, prefixes, what a form or a picker makes of them, drafts.

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};

use super::super::keys::{Key, Lookup};
use super::super::message::Effect;
use super::super::overlay::{Overlay, form, picker};
use super::{App, Exit, Tone};

/// What follows a first key is shown after this pause.
const WHICH_KEY_MS: i64 = 300;

/// Unsaved text is kept this long after the last key.
const DRAFT_MS: i64 = 1_500;

impl App {
    pub(super) fn key(&mut self, key: KeyEvent) -> Vec<Effect> {
        // An error has been read once a key is pressed.
        self.toast.take_if(|t| t.until.is_none());
        let ctrl_c = key.code == KeyCode::Char('c') && key.modifiers.contains(KeyModifiers::CONTROL);
        if ctrl_c {
            return self.interrupt();
        }
        match self.overlays.last_mut() {
            Some(Overlay::Picker(p)) => {
                let reply = p.key(key);
                return self.picked(reply);
            }
            Some(Overlay::Search(s)) => {
                let reply = s.key(key);
                return self.searched(reply);
            }
            Some(Overlay::Form(f)) => {
                let reply = f.key(key);
                return self.form_reply(reply);
            }
            _ => {}
        }
        if self.overlays.is_empty() && self.on_list() && self.list.bar.is_some() {
            let context = self.context();
            let wishes = self.list.filter_key(key, &context);
            return self.wish(wishes);
        }
        self.pressed.push(Key::from(key));
        let scopes = self.scopes();
        match self.keymap.lookup(&scopes, &self.pressed) {
            Lookup::Action(action) => {
                self.forget_prefix();
                self.run(action)
            }
            Lookup::Prefix => {
                self.which_key = Some(self.now.plus_ms(WHICH_KEY_MS));
                Vec::new()
            }
            Lookup::None => {
                let first = self.pressed.len() == 1;
                self.forget_prefix();
                if !first {
                    self.say("No such key; ? shows all", Tone::Plain);
                }
                Vec::new()
            }
        }
    }

    /// Ctrl-c: cancels long work, closes what is on top; on a bare screen says how to leave.
    pub(super) fn interrupt(&mut self) -> Vec<Effect> {
        self.forget_prefix();
        if self.progress.is_some() {
            return vec![Effect::Cancel];
        }
        if let Some(words) = self.list.stop_reading() {
            self.say(words, Tone::Plain);
            return vec![Effect::StopReading];
        }
        if self.list.bar.take().is_some() {
            return Vec::new();
        }
        if self.overlays.is_empty() {
            if self.now.since(self.interrupted) < 1_000 {
                return self.leave(Exit::Quit);
            }
            self.interrupted = self.now;
            self.say("q leaves, so does Ctrl-c once more", Tone::Plain);
            return Vec::new();
        }
        self.close()
    }

    pub(super) fn forget_prefix(&mut self) {
        self.pressed.clear();
        self.which_key = None;
        self.show_which = false;
    }

    /// The keys pressed so far of a longer one, for the list of what may follow.
    pub fn prefix(&self) -> &[Key] {
        &self.pressed
    }

    pub(super) fn paste(&mut self, text: &str) -> Vec<Effect> {
        // Ten megabytes land in a field of two hundred characters: look at no more than could fit.
        let mut end = text.len().min(64 * 1024);
        while !text.is_char_boundary(end) {
            end -= 1;
        }
        let text = &text[..end];
        let (context, filtering) = (self.context(), self.on_list() && self.list.bar.is_some());
        let (effects, cut) = match self.overlays.last_mut() {
            Some(Overlay::Picker(p)) => (Vec::new(), p.paste(text)),
            Some(Overlay::Search(s)) => {
                let (reply, cut) = s.paste(text);
                (self.searched(reply), cut)
            }
            Some(Overlay::Form(f)) => {
                // A form says so itself.
                let reply = f.paste(text);
                (self.form_reply(reply), None)
            }
            None if filtering => {
                let (wishes, cut) = self.list.paste(text, &context);
                (self.wish(wishes), cut)
            }
            _ => {
                self.say("Nothing to paste into here; / opens the filter", Tone::Plain);
                (Vec::new(), None)
            }
        };
        if let Some(cut) = cut {
            self.say(cut, Tone::Plain);
        }
        effects
    }

    pub(super) fn keep_drafts(&mut self) -> Effect {
        self.drafts_due = None;
        Effect::Drafts(serde_json::to_string(&self.drafts).unwrap_or_default())
    }

    /// Drafts of an earlier session.
    pub fn load_drafts(&mut self, json: &str) {
        self.drafts = serde_json::from_str(json).unwrap_or_default();
    }

    pub(super) fn form_reply(&mut self, reply: form::Reply) -> Vec<Effect> {
        match reply {
            form::Reply::Stay => Vec::new(),
            form::Reply::Changed => {
                self.note_draft();
                let mut effects = self.look_up_coverage();
                effects.extend(self.look_up_labels());
                effects.extend(self.look_up_completions());
                effects
            }
            form::Reply::Leave => self.leave_form(),
            form::Reply::Save => self.submit(),
            form::Reply::Choose(i) => self.choose_value(i),
        }
    }

    pub(super) fn picked(&mut self, reply: picker::Reply) -> Vec<Effect> {
        match reply {
            picker::Reply::Stay => Vec::new(),
            picker::Reply::Close => self.close(),
            picker::Reply::Why(why) => {
                self.say(why, Tone::Bad);
                Vec::new()
            }
            picker::Reply::Take(pick) => self.take_pick(pick),
        }
    }

    pub(super) fn note_draft(&mut self) {
        let Some(Overlay::Form(f)) = self.overlays.last() else { return };
        let Some(key) = f.draft_key() else { return };
        if f.is_dirty() {
            self.drafts.insert(key, f.draft());
        } else {
            self.drafts.remove(&key);
        }
        self.drafts_due = Some(self.now.plus_ms(DRAFT_MS));
    }

    pub(super) fn leave_form(&mut self) -> Vec<Effect> {
        let kept = matches!(self.overlays.last(), Some(Overlay::Form(f)) if f.is_dirty() && f.draft_key().is_some());
        self.overlays.pop();
        if kept {
            self.say("Not saved; what you typed is kept for the next time", Tone::Plain);
            return vec![self.keep_drafts()];
        }
        Vec::new()
    }
}
