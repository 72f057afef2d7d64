//! What the program keeps of people besides their fields: hashes, codes, counted attempts, sessions. None of it
//! goes through the journal.

use rusqlite::{OptionalExtension, Row};

use crate::base::{Id, Timestamp};
use crate::domain::{Entity, Role, User, UserState};

use super::{Read, Result, Write};

/// What is kept to check somebody by.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Credentials {
    /// PHC string; empty where no password is set yet.
    pub hash: String,
    /// SHA-256 of a one-time code; empty where none is out.
    pub code: String,
    pub code_until: i64,
    /// Base32; empty where no second factor is asked.
    pub totp: String,
}

/// How often a login was tried in vain.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Attempts {
    pub failed: i64,
    pub first_at: i64,
    /// How often in a row the login was shut.
    pub locks: i64,
    pub locked_until: i64,
}

/// A change of what is kept to check somebody by.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SecretChange {
    Password {
        user: Id,
        hash: String,
    },
    Code {
        user: Id,
        hash: String,
        until: Timestamp,
    },
    Totp {
        user: Id,
        secret: String,
        step: i64,
        recovery: Vec<String>,
    },
    NoTotp {
        user: Id,
    },
    /// Ends the sessions of a person, but for one.
    EndSessions {
        user: Id,
        but: Option<Id>,
    },
}

const USER: &str = "u.id, u.login, u.name, u.role, u.state";

fn user(r: &Row<'_>) -> rusqlite::Result<User> {
    // A word this program does not know gives the least it could stand for.
    Ok(User {
        id: Id(r.get(0)?),
        login: r.get(1)?,
        name: r.get(2)?,
        role: Role::parse(r.get_ref(3)?.as_str().unwrap_or("")).unwrap_or(Role::Field),
        state: UserState::parse(r.get_ref(4)?.as_str().unwrap_or("")).unwrap_or(UserState::Disabled),
    })
}

impl Read<'_> {
    /// True once anybody was added: from then on everybody logs in.
    pub fn has_users(&self) -> Result<bool> {
        Ok(self.conn.prepare_cached("SELECT EXISTS (SELECT 1 FROM users)")?.query_row([], |r| r.get(0))?)
    }

    pub fn users(&self) -> Result<Vec<User>> {
        let mut statement = self.conn.prepare_cached(&format!("SELECT {USER} FROM users u ORDER BY u.login"))?;
        Ok(statement.query_map([], user)?.collect::<rusqlite::Result<_>>()?)
    }

    pub fn user(&self, login: &str) -> Result<Option<User>> {
        let sql = format!("SELECT {USER} FROM users u WHERE u.login = ?1");
        Ok(self.conn.prepare_cached(&sql)?.query_row([login], user).optional()?)
    }

    /// Admins who can come in.
    pub fn admins(&self) -> Result<i64> {
        let sql = "SELECT count(*) FROM users WHERE role = 'admin' AND state = 'active'";
        Ok(self.conn.prepare_cached(sql)?.query_row([], |r| r.get(0))?)
    }

    /// Whose session this is, while it lasts.
    pub fn session(&self, id: Id, now: Timestamp) -> Result<Option<User>> {
        let sql =
            format!("SELECT {USER} FROM sessions s JOIN users u ON u.id = s.user WHERE s.id = ?1 AND s.until > ?2");
        Ok(self.conn.prepare_cached(&sql)?.query_row((id.0, now.0), user).optional()?)
    }

    pub fn credentials(&self, user: Id) -> Result<Credentials> {
        let mut statement =
            self.conn.prepare_cached("SELECT hash, code, code_until, totp FROM credentials WHERE user = ?1")?;
        let found = statement.query_row([user.0], |r| {
            Ok(Credentials { hash: r.get(0)?, code: r.get(1)?, code_until: r.get(2)?, totp: r.get(3)? })
        });
        Ok(found.optional()?.unwrap_or_default())
    }

    pub fn attempts(&self, login: &str) -> Result<Attempts> {
        let sql = "SELECT failed, first_at, locks, locked_until FROM attempts WHERE login = ?1";
        let found = self.conn.prepare_cached(sql)?.query_row([login], |r| {
            Ok(Attempts { failed: r.get(0)?, first_at: r.get(1)?, locks: r.get(2)?, locked_until: r.get(3)? })
        });
        Ok(found.optional()?.unwrap_or_default())
    }
}

impl Write<'_> {
    pub fn set_attempts(&self, login: &str, a: Attempts) -> Result<()> {
        self.conn
            .prepare_cached(
                "INSERT INTO attempts (login, failed, first_at, locks, locked_until) VALUES (?1, ?2, ?3, ?4, ?5) \
                 ON CONFLICT (login) DO UPDATE SET failed = ?2, first_at = ?3, locks = ?4, locked_until = ?5",
            )?
            .execute((login, a.failed, a.first_at, a.locks, a.locked_until))?;
        Ok(())
    }

    /// Forgets attempts that nothing follows from any more, so that made-up logins do not pile up.
    pub fn forget_attempts_before(&self, at: Timestamp) -> Result<()> {
        let sql = "DELETE FROM attempts WHERE first_at < ?1 AND locked_until < ?1";
        self.conn.prepare_cached(sql)?.execute([at.0])?;
        Ok(())
    }

    pub fn forget_attempts(&self, login: &str) -> Result<()> {
        self.conn.prepare_cached("DELETE FROM attempts WHERE login = ?1")?.execute([login])?;
        Ok(())
    }

    /// Takes a step of the second factor: true for the first who does, false for a code seen before. One
    /// conditional update, so that of several programs with one code a single one gets in.
    pub fn take_totp_step(&self, user: Id, step: i64) -> Result<bool> {
        let sql = "UPDATE credentials SET totp_step = ?2 WHERE user = ?1 AND totp <> '' AND totp_step < ?2";
        Ok(self.conn.prepare_cached(sql)?.execute((user.0, step))? == 1)
    }

    /// Uses a recovery code up: true when it was there.
    pub fn take_recovery(&self, user: Id, hash: &str) -> Result<bool> {
        let sql = "DELETE FROM recovery_codes WHERE user = ?1 AND hash = ?2";
        Ok(self.conn.prepare_cached(sql)?.execute((user.0, hash))? == 1)
    }

    /// Uses a one-time code up: true when it was there and not too old.
    pub fn take_code(&self, user: Id, hash: &str, now: Timestamp) -> Result<bool> {
        let sql = "UPDATE credentials SET code = '', code_until = 0 \
                   WHERE user = ?1 AND code <> '' AND code = ?2 AND code_until > ?3";
        Ok(self.conn.prepare_cached(sql)?.execute((user.0, hash, now.0))? == 1)
    }

    pub fn begin_session(&self, id: Id, user: Id, now: Timestamp, until: Timestamp) -> Result<()> {
        self.conn.prepare_cached("DELETE FROM sessions WHERE until <= ?1")?.execute([now.0])?;
        self.conn
            .prepare_cached("INSERT INTO sessions (id, user, made_at, until) VALUES (?1, ?2, ?3, ?4)")?
            .execute((id.0, user.0, now.0, until.0))?;
        Ok(())
    }

    pub fn end_session(&self, id: Id) -> Result<()> {
        self.conn.prepare_cached("DELETE FROM sessions WHERE id = ?1")?.execute([id.0])?;
        Ok(())
    }

    pub fn apply_secret(&self, change: &SecretChange) -> Result<()> {
        let row = |user: &Id| -> Result<()> {
            self.conn.prepare_cached("INSERT OR IGNORE INTO credentials (user) VALUES (?1)")?.execute([user.0])?;
            Ok(())
        };
        match change {
            SecretChange::Password { user, hash } => {
                row(user)?;
                let sql = "UPDATE credentials SET hash = ?2, code = '', code_until = 0 WHERE user = ?1";
                self.conn.prepare_cached(sql)?.execute((user.0, hash))?;
            }
            SecretChange::Code { user, hash, until } => {
                row(user)?;
                let sql = "UPDATE credentials SET code = ?2, code_until = ?3 WHERE user = ?1";
                self.conn.prepare_cached(sql)?.execute((user.0, hash, until.0))?;
            }
            SecretChange::Totp { user, secret, step, recovery } => {
                row(user)?;
                let sql = "UPDATE credentials SET totp = ?2, totp_step = ?3 WHERE user = ?1";
                self.conn.prepare_cached(sql)?.execute((user.0, secret, step))?;
                self.conn.prepare_cached("DELETE FROM recovery_codes WHERE user = ?1")?.execute([user.0])?;
                let mut add =
                    self.conn.prepare_cached("INSERT OR IGNORE INTO recovery_codes (user, hash) VALUES (?1, ?2)")?;
                for hash in recovery {
                    add.execute((user.0, hash))?;
                }
            }
            SecretChange::NoTotp { user } => {
                let sql = "UPDATE credentials SET totp = '', totp_step = 0 WHERE user = ?1";
                self.conn.prepare_cached(sql)?.execute([user.0])?;
                self.conn.prepare_cached("DELETE FROM recovery_codes WHERE user = ?1")?.execute([user.0])?;
            }
            SecretChange::EndSessions { user, but } => {
                let sql = "DELETE FROM sessions WHERE user = ?1 AND id IS NOT ?2";
                self.conn.prepare_cached(sql)?.execute((user.0, but.map(|s| s.0)))?;
            }
        }
        Ok(())
    }
}

/// A row that somebody has open in a form.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Editing {
    pub entity: Entity,
    pub row: Id,
    pub who: String,
    pub until: Timestamp,
}

impl Read<'_> {
    /// Rows open in forms at other seats than `seat`.
    pub fn editing(&self, seat: i64, now: Timestamp) -> Result<Vec<Editing>> {
        let mut statement = self
            .conn
            .prepare_cached("SELECT entity, row_id, who, until FROM editing WHERE seat <> ?1 AND until > ?2")?;
        let rows = statement.query_map((seat, now.0), |r| {
            let entity = Entity::parse(r.get_ref(0)?.as_str().unwrap_or(""));
            Ok(entity.map(|entity| (entity, r.get(1), r.get(2), r.get(3))))
        })?;
        let mut out = Vec::new();
        for row in rows {
            if let Some((entity, id, who, until)) = row? {
                out.push(Editing { entity, row: Id(id?), who: who?, until: Timestamp(until?) });
            }
        }
        Ok(out)
    }
}

impl Write<'_> {
    /// Notes which row is open at a seat, or that none is. What ran out goes with it.
    pub fn set_editing(&self, seat: i64, now: Timestamp, open: Option<&Editing>) -> Result<()> {
        self.conn.prepare_cached("DELETE FROM editing WHERE seat = ?1 OR until <= ?2")?.execute((seat, now.0))?;
        if let Some(e) = open {
            self.conn
                .prepare_cached("INSERT INTO editing (seat, entity, row_id, who, until) VALUES (?1, ?2, ?3, ?4, ?5)")?
                .execute((seat, e.entity.code(), e.row.0, &e.who, e.until.0))?;
        }
        Ok(())
    }
}
