//! Questions about the people who work here.

use crate::base::Timestamp;
use crate::domain::{Entity, Principal, User};
use crate::store::Read;

use super::super::error::ReadError;
use super::super::policy::{Reach, Verb, reach};
use super::{Ask, Scene};

/// A person, and what a list of them shows besides.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Colleague {
    pub user: User,
    /// Until when the login is shut after wrong passwords.
    pub locked_until: Option<Timestamp>,
    pub second_factor: bool,
}

/// Everybody, or whom the asker may see.
#[derive(Clone, Copy, Debug)]
pub struct AskUsers;

impl Ask for AskUsers {
    type Answer = Vec<Colleague>;
    fn answer(&self, read: &Read<'_>, scene: &Scene<'_>) -> Result<Vec<Colleague>, ReadError> {
        let reach = reach(scene.who.role, Verb::ListUsers, Entity::User);
        let mut out = Vec::new();
        for user in read.users()? {
            if reach == Reach::All || reach == Reach::Own && user.login == scene.who.user {
                let until = read.attempts(&user.login)?.locked_until;
                out.push(Colleague {
                    locked_until: (until > scene.now.0).then_some(Timestamp(until)),
                    second_factor: !read.credentials(user.id)?.totp.is_empty(),
                    user,
                });
            }
        }
        Ok(out)
    }
}

/// Who the asker is, as the database has it now.
#[derive(Clone, Copy, Debug)]
pub struct AskMe;

impl Ask for AskMe {
    type Answer = Principal;
    fn answer(&self, _: &Read<'_>, scene: &Scene<'_>) -> Result<Principal, ReadError> {
        Ok(scene.who.clone())
    }
}
