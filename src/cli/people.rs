//! `login`, `logout`, `whoami`, `roles` and `user`: who works here and who is at the keyboard.

use std::io::Write as _;
use std::path::Path;

use qrcode::QrCode;
use qrcode::render::unicode::Dense1x2;

use crate::base::calendar;
use crate::domain::{Role, Secret};
use crate::engine::ask::{AskMe, AskUsers, Colleague};
use crate::engine::{self, Command, Engine, LoginError, RULES};
use crate::exchange::session;

use super::args::{Global, UserVerb};
use super::failure::{Failure, say};
use super::journal::told;
use super::list::texts;
use super::out::Out;
use super::place::{database, principal, session_file};
use super::typed;

pub fn login(global: &Global, login: Option<&str>, code: Option<&str>, out: &mut Out) -> Result<(), Failure> {
    let engine = database(global, false)?;
    if !engine.needs_login()? {
        return Err(LoginError::NoUsers.into());
    }
    let login = match login {
        Some(login) => login.to_string(),
        None => typed::line("Login: ")?,
    };
    let password = typed::secret("Password: ")?;
    let mut code = code.map(str::to_string);
    if code.is_none() && !std::io::IsTerminal::is_terminal(&std::io::stdin()) {
        code = Some(typed::line("")?);
    }
    let mut entered = engine.login(&login, &password, code.as_deref().unwrap_or(""));
    if matches!(entered, Err(LoginError::NeedsCode)) && code.is_none() {
        entered = engine.login(&login, &password, &typed::line("Code of the second factor: ")?);
    }
    let entered = entered?;
    let file = session_file(&engine);
    session::write(&file, &entered.token).map_err(|e| Failure::File(file, e))?;
    let until = calendar::short_time(entered.until);
    Ok(writeln!(out, "Logged in as {} ({}) until {until}", entered.who.user, entered.who.role.label())?)
}

pub fn logout(global: &Global, out: &mut Out) -> Result<(), Failure> {
    let engine = database(global, false)?;
    engine.logout(&principal(global))?;
    session::remove(&session_file(&engine));
    Ok(writeln!(out, "Logged out")?)
}

pub fn whoami(global: &Global, out: &mut Out) -> Result<(), Failure> {
    let engine = database(global, false)?;
    let me = engine.read(&principal(global), &AskMe)?;
    Ok(writeln!(out, "{} ({})", me.user, me.role.label())?)
}

pub fn roles(md: bool, out: &mut Out) -> Result<(), Failure> {
    if md {
        return Ok(out.text(&engine::roles_table())?);
    }
    let heads: Vec<&str> = std::iter::once("May").chain(Role::ALL.iter().map(|r| r.label())).collect();
    let rows: Vec<Vec<String>> = RULES
        .iter()
        .map(|rule| std::iter::once(rule.what).chain(rule.reach.iter().map(|r| r.label())).map(String::from).collect())
        .collect();
    Ok(texts(out, &heads, &rows)?)
}

pub fn user(global: &Global, verb: &UserVerb, out: &mut Out) -> Result<(), Failure> {
    // Only the first person can come into a file that is not there yet.
    let engine = database(global, matches!(verb, UserVerb::Add { .. }) && !global.readonly)?;
    let who = principal(global);
    let command = match verb {
        UserVerb::List => return list(&engine.read(&who, &AskUsers)?, out),
        UserVerb::Add { login, name, role, invite } => {
            let (password, code) = match invite {
                true => (None, Some(engine::new_code()?)),
                false => (Some(typed::new_password()?), None),
            };
            let name = name.clone().unwrap_or_else(|| login.clone());
            let first = !engine.needs_login()?;
            let add =
                Command::CreateUser { login: login.clone(), name, role: role.role(), password, code: code.clone() };
            told(&engine.execute(&who, add)?, out)?;
            if first {
                say("from now on everybody logs in: `bharatnet login`");
            }
            return code.map_or(Ok(()), |code| show_code(login, &code, out));
        }
        UserVerb::Role { login, role } => Command::SetRole { login: login.clone(), role: role.role() },
        UserVerb::Disable { login } => Command::DisableUser { login: login.clone() },
        UserVerb::Enable { login } => Command::EnableUser { login: login.clone() },
        UserVerb::Passwd { login, code: true } => {
            let login = login.clone().ok_or_else(|| Failure::Usage("whose password? name the login".into()))?;
            let code = typed::secret("One-time code: ")?;
            engine.redeem(&login, &code, &typed::new_password()?)?;
            return Ok(writeln!(out, "Password of {login} changed; log in with it")?);
        }
        UserVerb::Passwd { login, code: false } => {
            let me = engine.read(&who, &AskMe)?.user;
            let login = login.clone().unwrap_or_else(|| me.clone());
            let current = (login == me).then(|| typed::secret("Password now: ")).transpose()?;
            Command::SetPassword { login, password: typed::new_password()?, current }
        }
        UserVerb::Absent { login, until } => super::lead::absence(login, *until),
        UserVerb::ResetCode { login } => {
            let code = engine::new_code()?;
            told(&engine.execute(&who, Command::IssueCode { login: login.clone(), code: code.clone() })?, out)?;
            return show_code(login, &code, out);
        }
        UserVerb::Totp { login, off: true } => {
            let me = engine.read(&who, &AskMe)?.user;
            Command::DropTotp { login: login.clone().unwrap_or(me) }
        }
        UserVerb::Totp { off: false, .. } => return second_factor(&engine, global, out),
    };
    told(&engine.execute(&who, command)?, out)
}

fn list(people: &[Colleague], out: &mut Out) -> Result<(), Failure> {
    let line = |c: &Colleague| {
        let state = match c.locked_until {
            Some(until) => format!("Locked until {}", calendar::short_time(until)),
            None => c.user.state.label().to_string(),
        };
        let second = if c.second_factor { "yes" } else { "no" };
        vec![c.user.login.clone(), c.user.name.clone(), c.user.role.label().into(), state, second.into()]
    };
    Ok(texts(out, &["Login", "Name", "Role", "State", "Second factor"], &people.iter().map(line).collect::<Vec<_>>())?)
}

fn show_code(login: &str, code: &Secret, out: &mut Out) -> Result<(), Failure> {
    writeln!(out, "One-time code, good for 48 hours: {}", code.expose())?;
    Ok(writeln!(out, "They set a password with: bharatnet user passwd {login} --code")?)
}

/// Draws the secret for a phone, takes a first code as proof, shows the codes on paper.
fn second_factor(engine: &Engine, global: &Global, out: &mut Out) -> Result<(), Failure> {
    let who = principal(global);
    let me = engine.read(&who, &AskMe)?.user;
    let offer = engine::offer(&me)?;
    let drawn = QrCode::new(offer.url.expose().as_bytes()).map_err(|e| Failure::Failed(e.to_string()))?;
    // Dark on light, as cameras want it, also where the terminal is dark.
    let picture = drawn.render::<Dense1x2>().dark_color(Dense1x2::Light).light_color(Dense1x2::Dark).build();
    writeln!(out, "{picture}")?;
    writeln!(out, "Show this to the authenticator on your phone, or type in: {}", offer.secret.expose())?;
    out.end()?;
    let code = typed::line("The six digits it shows now: ")?;
    let command = Command::SetTotp { login: me, secret: offer.secret, code, recovery: offer.recovery.clone() };
    told(&engine.execute(&who, command)?, out)?;
    writeln!(out, "For the day the phone is gone, each good once in place of the digits:")?;
    for code in &offer.recovery {
        writeln!(out, "  {}", code.expose())?;
    }
    Ok(())
}

/// Where the state of this program is kept.
pub fn state_folder() -> std::path::PathBuf {
    let folders = directories::ProjectDirs::from("in", "BharatNet", "bharatnet");
    let own = |d: &directories::ProjectDirs| d.state_dir().unwrap_or_else(|| d.data_local_dir()).to_path_buf();
    folders.as_ref().map_or_else(std::env::temp_dir, own)
}

/// The token that is kept for a database.
pub fn kept(database: &Path) -> Option<Secret> {
    session::read(&session::place(&state_folder(), database))
}
