//! What happened to the clock of one ticket, step by step. Each step carries the working time used up to it, so that
//! nothing that comes later changes what has been counted.

use std::fmt;

use crate::base::Timestamp;
use crate::base::text::push_number;
use crate::domain::Text;
use crate::domain::choice::choices;

use super::Calendar;
use super::policy::Policy;

choices! {
    /// Why a clock stands.
    Why {
        Customer = "customer", "waiting on the customer";
        Vendor = "vendor", "waiting on a vendor";
        Incident = "incident", "part of an incident";
    }
}

/// A step.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum What {
    /// The ticket was opened, or split off, under this policy.
    Start(Policy),
    /// Another policy holds from here: time spent counts on, the targets are new.
    Policy(Policy),
    /// The first answer to the customer.
    Answer,
    Pause(Why),
    Go,
    Resolve,
    Reopen,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step {
    pub at: Timestamp,
    /// Working time used when it happened, in milliseconds.
    pub spent: i64,
    pub what: What,
}

/// The steps, the oldest first. Times never fall, whatever the clock of the machine did.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Trace(Vec<Step>);

impl Trace {
    pub fn start(at: Timestamp, policy: Policy) -> Trace {
        // As many steps as most tickets have.
        let mut steps = Vec::with_capacity(8);
        steps.push(Step { at, spent: 0, what: What::Start(policy) });
        Trace(steps)
    }

    pub fn steps(&self) -> &[Step] {
        &self.0
    }

    /// Adds a step; `calendar` is the one that held until then. A moment before the last step counts as that one's.
    pub fn push(&mut self, at: Timestamp, what: What, calendar: &Calendar) {
        let spent = self.spent(at, calendar);
        let at = self.0.last().map_or(at, |s| at.max(s.at));
        self.0.push(Step { at, spent, what });
    }

    /// `start 1763870000000 0 30m/8h @desk;answer 1763870600000 600000 ;…`, as it is stored.
    pub fn stored(&self) -> Text {
        let mut out = String::with_capacity(40 * self.0.len());
        for (i, s) in self.0.iter().enumerate() {
            let word = match &s.what {
                What::Start(_) => "start ",
                What::Policy(_) => "policy ",
                What::Answer => "answer ",
                What::Pause(_) => "pause ",
                What::Go => "go ",
                What::Resolve => "resolve ",
                What::Reopen => "reopen ",
            };
            out.push_str(if i == 0 { "" } else { ";" });
            out.push_str(word);
            for n in [s.at.0, s.spent] {
                push_number(&mut out, n, 1);
                out.push(' ');
            }
            match &s.what {
                What::Start(p) | What::Policy(p) => p.put(&mut out),
                What::Pause(w) => out.push_str(w.code()),
                What::Answer | What::Go | What::Resolve | What::Reopen => {}
            }
        }
        out.into()
    }

    /// The policy that holds.
    pub fn policy(&self) -> Option<&Policy> {
        self.0.iter().rev().find_map(|s| match &s.what {
            What::Start(p) | What::Policy(p) => Some(p),
            _ => None,
        })
    }

    /// True while the clock counts.
    pub fn runs(&self) -> bool {
        self.pause().is_none() && !self.is_resolved() && !self.0.is_empty()
    }

    /// Why it stands, where it was stopped and not set going again.
    pub fn pause(&self) -> Option<Why> {
        let mut why = None;
        for step in &self.0 {
            match &step.what {
                What::Pause(w) => why = Some(*w),
                What::Go | What::Resolve | What::Reopen => why = None,
                _ => {}
            }
        }
        why
    }

    pub fn is_resolved(&self) -> bool {
        let end = |s: &&Step| matches!(s.what, What::Resolve | What::Reopen);
        self.0.iter().rev().find(end).is_some_and(|s| s.what == What::Resolve)
    }

    /// When the customer was answered first; solving it answers, too.
    pub fn answered(&self) -> Option<&Step> {
        self.0.iter().find(|s| matches!(s.what, What::Answer | What::Resolve))
    }

    /// Working time used at a moment, in milliseconds. Never less than before.
    pub fn spent(&self, at: Timestamp, calendar: &Calendar) -> i64 {
        let Some(last) = self.0.last() else { return 0 };
        if self.runs() { last.spent.saturating_add(calendar.between(last.at, at)) } else { last.spent }
    }

    /// When `target` of working time is used up, whether that lies ahead or behind; `None` while the clock stands
    /// before it, or where it never comes.
    pub fn due(&self, target: i64, calendar: &Calendar) -> Option<Timestamp> {
        // Where it was used up before the last step, it was so between two of them.
        if let Some(after) = self.0.iter().position(|s| s.spent >= target) {
            let Some(before) = after.checked_sub(1).map(|i| &self.0[i]) else { return self.0.first().map(|s| s.at) };
            let at = calendar.after(before.at, target - before.spent);
            return Some(at.map_or(self.0[after].at, |at| at.clamp(before.at, self.0[after].at)));
        }
        let last = self.0.last().filter(|_| self.runs())?;
        calendar.after(last.at, target - last.spent)
    }
}

impl fmt::Display for Trace {
    /// As it is stored.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.stored())
    }
}

impl Trace {
    /// Reads what `Display` writes. A step that cannot be read is left out: a clock is never lost for a comma.
    pub fn parse(text: &str) -> Trace {
        let one = |part: &str| {
            let mut words = part.splitn(4, ' ');
            let word = words.next()?;
            let at = Timestamp(words.next()?.parse().ok()?);
            let spent = words.next()?.parse().ok()?;
            let more = words.next().unwrap_or_default();
            let what = match word {
                "start" => What::Start(Policy::parse(more).ok()?),
                "policy" => What::Policy(Policy::parse(more).ok()?),
                "answer" => What::Answer,
                "pause" => What::Pause(Why::parse(more)?),
                "go" => What::Go,
                "resolve" => What::Resolve,
                "reopen" => What::Reopen,
                _ => return None,
            };
            Some(Step { at, spent, what })
        };
        Trace(text.split(';').filter_map(one).collect())
    }
}
