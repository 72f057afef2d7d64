//! Who gets which lead.

use std::collections::HashMap;

use chrono::NaiveDate;

use crate::base::calendar;
use crate::domain::people::UserState;
use crate::domain::{Entity, Record, Role, Value};
use crate::query::Bound;
use crate::query::schema::{ids, lead as l, noun, territory as t, user};
use crate::store::{Anchor, PageAsk, Read, StoreError};

use super::super::super::command::{Assign, Target};
use super::super::super::error::CommandError;
use super::super::{Decision, Scene, whom};
use super::each;

/// Reps and territories a company may have.
const MANY: usize = 100_000;

pub fn assign(scene: &Scene<'_>, target: &Target, how: &Assign) -> Result<Decision, CommandError> {
    let mut chooser = Chooser::new(scene, how)?;
    let (mut decision, changed) = each(scene, target, |_, after| {
        let owner = chooser.owner(after)?;
        after.set(l::OWNER, owner);
        Ok(())
    })?;
    let whom = whom(Entity::Lead, &changed);
    decision.summary = match how {
        Assign::To(login) => format!("Gave {whom} to {login}"),
        Assign::Nobody => format!("Took the owner off {whom}"),
        Assign::RoundRobin => format!("Gave {whom} out in turn"),
        Assign::LeastBusy => format!("Gave {whom} to who has the fewest"),
        Assign::Territory => format!("Gave {whom} out by territory"),
    };
    Ok(decision)
}

/// Gives one lead after the other out.
pub struct Chooser {
    how: Assign,
    /// Reps at work, whose turn it is first.
    turn: Vec<String>,
    /// Open leads of each.
    load: HashMap<String, i64>,
    places: HashMap<String, String>,
}

impl Chooser {
    pub fn new(scene: &Scene<'_>, how: &Assign) -> Result<Chooser, CommandError> {
        let mut chooser = Chooser { how: how.clone(), turn: Vec::new(), load: HashMap::new(), places: HashMap::new() };
        match how {
            Assign::Nobody => return Ok(chooser),
            Assign::To(login) => {
                chooser.how = Assign::To(known(scene, login)?);
                return Ok(chooser);
            }
            Assign::RoundRobin | Assign::LeastBusy | Assign::Territory => {}
        }
        let mut reps = Vec::new();
        for login in at_work(scene.read, scene.today())? {
            let (open, last, at_once) = scene.read.lead_load(&login)?;
            reps.push((last, at_once, login.clone()));
            chooser.load.insert(login, open);
        }
        if reps.is_empty() {
            return Err(CommandError::Refused(
                "nobody in sales is at work: add a person with the role sales, or end an absence".into(),
            ));
        }
        reps.sort();
        chooser.turn = reps.into_iter().map(|(.., login)| login).collect();
        if *how == Assign::Territory {
            for row in every(scene.read, Entity::Territory)? {
                chooser.places.insert(row.text(t::PLACE).to_lowercase(), row.text(t::REP).to_string());
            }
            if chooser.places.is_empty() {
                return Err(CommandError::Refused(
                    "there are no territories yet: import some (place, rep), or add one".into(),
                ));
            }
        }
        Ok(chooser)
    }

    /// Who gets this lead.
    pub fn owner(&mut self, lead: &Record) -> Result<Value, String> {
        let login = match &self.how {
            Assign::Nobody => return Ok(Value::Null),
            Assign::To(login) => login.clone(),
            Assign::RoundRobin => {
                let next = self.turn.remove(0);
                self.turn.push(next.clone());
                next
            }
            Assign::LeastBusy => self.least(),
            Assign::Territory => match self.by_place(lead) {
                Some(rep) if self.turn.iter().any(|l| l.eq_ignore_ascii_case(&rep)) => rep,
                Some(_) => self.least(),
                None => return Err(format!("no territory has {}", name_of_place(lead))),
            },
        };
        *self.load.entry(login.clone()).or_default() += 1;
        Ok(Value::text(login))
    }

    fn least(&self) -> String {
        let load = |login: &String| self.load.get(login).copied().unwrap_or(0);
        self.turn.iter().min_by_key(|l| (load(l), (*l).clone())).cloned().unwrap_or_default()
    }

    /// The whole PIN code goes before its first digits, the more the better, and these before the city.
    fn by_place(&self, lead: &Record) -> Option<String> {
        let pin = lead.text(l::PINCODE);
        let by_pin = (1..=pin.len()).rev().find_map(|n| self.places.get(&pin[..n]));
        by_pin.or_else(|| self.places.get(&lead.text(l::CITY).to_lowercase())).cloned()
    }
}

fn name_of_place(lead: &Record) -> String {
    match (lead.text(l::PINCODE), lead.text(l::CITY)) {
        ("", "") => "no PIN code and no city".into(),
        ("", city) => city.to_string(),
        (pin, _) => pin.to_string(),
    }
}

/// The login of a person as it is written; any word while nobody has to log in.
fn known(scene: &Scene<'_>, login: &str) -> Result<String, CommandError> {
    let login = crate::base::text::clean(login, 80);
    if login.is_empty() {
        return Err(CommandError::Invalid { name: "Owner", message: "is empty".into() });
    }
    let users = scene.read.users()?;
    if users.is_empty() {
        return Ok(login);
    }
    let active = || users.iter().filter(|u| u.state == UserState::Active);
    match active().find(|u| u.login.eq_ignore_ascii_case(&login)) {
        Some(user) => Ok(user.login.clone()),
        None => {
            let near = crate::query::schema::nearest(&login, active().map(|u| u.login.as_str()));
            let guess = near.map_or(String::new(), |n| format!("; did you mean {n}?"));
            Err(CommandError::Invalid { name: "Owner", message: format!("nobody here is {login}{guess}") })
        }
    }
}

/// The people in sales who are not away; while there are no people at all, who owned leads so far.
pub fn at_work(read: &Read<'_>, today: NaiveDate) -> Result<Vec<String>, StoreError> {
    let users = every(read, Entity::User)?;
    if users.is_empty() {
        return Ok(read.values(l::OWNER, "", 200)?.into_iter().map(|(login, _)| login).collect());
    }
    let today = calendar::days_of(today);
    let here = |u: &&Record| {
        u.text(user::ROLE) == Role::Sales.code()
            && u.text(user::STATE) == UserState::Active.code()
            && u.int(user::ABSENT_UNTIL).is_none_or(|day| day <= today)
    };
    Ok(users.iter().filter(here).map(|u| u.text(user::LOGIN).to_string()).collect())
}

fn every(read: &Read<'_>, entity: Entity) -> Result<Vec<Record>, StoreError> {
    let page = read.page(&PageAsk {
        filter: Bound::all(entity),
        sort: vec![(noun(entity).name, false)],
        fields: ids(entity).collect(),
        anchor: Anchor::First,
        limit: MANY,
    })?;
    Ok(page.rows)
}
