//! Who works here: added, given a role, shut out, let in, passwords and second factors. What is secret leaves
//! here as a [`SecretChange`], which the journal never sees.

use crate::base::Timestamp;
use crate::domain::{Entity, Record, Role, Secret, User, UserState, Value};
use crate::query::schema::user as u;
use crate::store::{Change, SecretChange};

use super::super::error::CommandError;
use super::super::policy::{Verb, authorise_person};
use super::super::{second, secret};
use super::{Decision, Scene, difference};

/// A reset code or an invitation lasts this long.
const CODE_MS: i64 = 48 * 3_600_000;

/// Logins that mean something else.
const TAKEN: [&str; 4] = ["owner", "system", "me", "admin"];

pub fn create(
    scene: &Scene<'_>,
    login: &str,
    name: &str,
    role: Role,
    password: Option<&Secret>,
    code: Option<&Secret>,
) -> Result<Decision, CommandError> {
    let login = login.trim().to_lowercase();
    check_login(&login)?;
    let name = crate::base::text::clean(name, 80);
    if name.is_empty() {
        return Err(CommandError::Invalid { name: "Name", message: "is required".into() });
    }
    if scene.read.user(&login)?.is_some() {
        return Err(CommandError::Refused(format!("{login} works here already")));
    }
    if !scene.read.has_users()? && (role != Role::Admin || password.is_none()) {
        let why = "the first person must be an admin with a password: from then on everybody logs in";
        return Err(CommandError::Refused(why.into()));
    }
    let id = scene.ids.next(scene.now);
    let (state, kept) = match (password, code) {
        (Some(password), _) => {
            secret::check_password(password, &login)?;
            let hash = secret::hash_password(password)?;
            (UserState::Active, SecretChange::Password { user: id, hash })
        }
        (None, Some(code)) => (UserState::Invited, out(id, code, scene.now)?),
        (None, None) => {
            return Err(CommandError::Invalid { name: "Password", message: "or an invitation is required".into() });
        }
    };
    let fields = vec![
        (u::LOGIN, Value::text(login.as_str())),
        (u::NAME, Value::text(name.as_str())),
        (u::ROLE, Value::text(role.code())),
        (u::STATE, Value::text(state.code())),
        (u::CREATED_AT, Value::Int(scene.now.0)),
    ];
    let word = if state == UserState::Invited { "Invited" } else { "Added" };
    Ok(Decision {
        changes: vec![Change::Insert { entity: Entity::User, id, fields }],
        secrets: vec![kept],
        summary: format!("{word} {login} ({name}) as {}", role.label()),
        created: vec![id],
        ..Decision::default()
    })
}

fn check_login(login: &str) -> Result<(), CommandError> {
    let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || matches!(c, '.' | '-' | '_');
    let fits = (2..=32).contains(&login.len())
        && login.starts_with(|c: char| c.is_ascii_lowercase())
        && login.chars().all(plain);
    let invalid = |message: &str| Err(CommandError::Invalid { name: "Login", message: message.into() });
    if !fits {
        return invalid("is 2 to 32 letters, digits, dots and hyphens, beginning with a letter");
    }
    if TAKEN.contains(&login) { invalid("means something else here: choose another") } else { Ok(()) }
}

fn out(user: crate::base::Id, code: &Secret, now: Timestamp) -> Result<SecretChange, CommandError> {
    if !secret::looks_like_code(code) {
        return Err(CommandError::Invalid { name: "Code", message: "was not made by this program".into() });
    }
    Ok(SecretChange::Code { user, hash: secret::hash_code(code), until: now.plus_ms(CODE_MS) })
}

fn known(scene: &Scene<'_>, login: &str) -> Result<(User, Record), CommandError> {
    let gone = || CommandError::Refused(format!("nobody here has the login {login}"));
    let user = scene.read.user(login.trim())?.ok_or_else(gone)?;
    let row = scene.read.row(Entity::User, user.id)?.ok_or_else(gone)?;
    Ok((user, row))
}

fn set(row: &Record, field: crate::domain::FieldId, code: &str) -> Option<Change> {
    let mut after = row.clone();
    after.set(field, Value::text(code));
    difference(Entity::User, row, &after)
}

pub fn set_role(scene: &Scene<'_>, login: &str, role: Role) -> Result<Decision, CommandError> {
    let (user, row) = known(scene, login)?;
    Ok(Decision {
        changes: set(&row, u::ROLE, role.code()).into_iter().collect(),
        summary: format!("{} is now {}", user.login, role.label()),
        ..Decision::default()
    })
}

/// Shuts somebody out at once, or lets them in again.
pub fn set_state(scene: &Scene<'_>, login: &str, enabled: bool) -> Result<Decision, CommandError> {
    let (user, row) = known(scene, login)?;
    let has_password = !scene.read.credentials(user.id)?.hash.is_empty();
    let state = match (enabled, has_password) {
        (false, _) => UserState::Disabled,
        (true, true) => UserState::Active,
        (true, false) => UserState::Invited,
    };
    let changes: Vec<Change> = set(&row, u::STATE, state.code()).into_iter().collect();
    let ended = (!enabled && !changes.is_empty()).then_some(SecretChange::EndSessions { user: user.id, but: None });
    let word = if enabled { "Enabled" } else { "Disabled" };
    Ok(Decision {
        changes,
        secrets: ended.into_iter().collect(),
        summary: format!("{word} {}", user.login),
        ..Decision::default()
    })
}

pub fn set_password(
    scene: &Scene<'_>,
    login: &str,
    password: &Secret,
    current: Option<&Secret>,
) -> Result<Decision, CommandError> {
    authorise_person(scene.who, Verb::SetPassword, login)?;
    let (user, row) = known(scene, login)?;
    // Whoever finds a screen left open must not be able to keep it.
    if user.login == scene.who.user {
        let hash = scene.read.credentials(user.id)?.hash;
        if !current.is_some_and(|c| secret::verify_password(c, &hash)) {
            return Err(CommandError::Denied("the password you have now is not that one".into()));
        }
    }
    secret::check_password(password, &user.login)?;
    let hash = secret::hash_password(password)?;
    let let_in = if user.state == UserState::Invited { set(&row, u::STATE, UserState::Active.code()) } else { None };
    Ok(Decision {
        changes: let_in.into_iter().collect(),
        secrets: vec![
            SecretChange::Password { user: user.id, hash },
            SecretChange::EndSessions { user: user.id, but: scene.who.session },
        ],
        summary: format!("Password of {} changed", user.login),
        ..Decision::default()
    })
}

pub fn issue_code(scene: &Scene<'_>, login: &str, code: &Secret) -> Result<Decision, CommandError> {
    let (user, _) = known(scene, login)?;
    if user.state == UserState::Disabled {
        return Err(CommandError::Refused(format!("{} is disabled: enable them first", user.login)));
    }
    Ok(Decision {
        secrets: vec![out(user.id, code, scene.now)?],
        summary: format!("Reset code issued for {}", user.login),
        ..Decision::default()
    })
}

/// Turns a second factor on for oneself, once a first code has proved that the phone has it.
pub fn set_totp(
    scene: &Scene<'_>,
    login: &str,
    offered: &Secret,
    code: &str,
    recovery: &[Secret],
) -> Result<Decision, CommandError> {
    let (user, _) = known(scene, login)?;
    if user.login != scene.who.user {
        return Err(CommandError::Denied("everybody turns their own second factor on".into()));
    }
    let Some(step) = second::step_of(offered.expose(), code, scene.now) else {
        let message = "is not what the phone should show: check its clock".to_string();
        return Err(CommandError::Invalid { name: "Code", message });
    };
    if recovery.len() != second::RECOVERY_CODES || !recovery.iter().all(secret::looks_like_code) {
        return Err(CommandError::Invalid { name: "Recovery codes", message: "were not made by this program".into() });
    }
    let recovery = recovery.iter().map(secret::hash_code).collect();
    Ok(Decision {
        secrets: vec![SecretChange::Totp { user: user.id, secret: offered.expose().into(), step, recovery }],
        summary: format!("Second factor of {} turned on", user.login),
        ..Decision::default()
    })
}

pub fn drop_totp(scene: &Scene<'_>, login: &str) -> Result<Decision, CommandError> {
    authorise_person(scene.who, Verb::SecondFactor, login)?;
    let (user, _) = known(scene, login)?;
    let on = !scene.read.credentials(user.id)?.totp.is_empty();
    Ok(Decision {
        secrets: on.then_some(SecretChange::NoTotp { user: user.id }).into_iter().collect(),
        summary: format!("Second factor of {} turned off", user.login),
        ..Decision::default()
    })
}

/// Until when somebody is away.
pub fn set_absence(scene: &Scene<'_>, login: &str, until: Option<i64>) -> Result<Decision, CommandError> {
    authorise_person(scene.who, Verb::SetAbsence, login)?;
    let (user, row) = known(scene, login)?;
    let mut after = row.clone();
    after.set(u::ABSENT_UNTIL, until.map_or(Value::Null, Value::Int));
    let day = until.and_then(crate::base::calendar::date_from_days).map(crate::base::calendar::long_date);
    Ok(Decision {
        changes: difference(Entity::User, &row, &after).into_iter().collect(),
        summary: match day {
            Some(day) => format!("{} is away, back on {day}", user.login),
            None => format!("{} is here", user.login),
        },
        ..Decision::default()
    })
}
