//! Keys by name, and which action each stands for: the table's own keys and the user's.

use std::collections::HashMap;

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};

use super::action::{ACTIONS, Action, ActionSpec, Scope};

/// A key as it is compared: shift counts only where the character does not show it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Key {
    pub code: KeyCode,
    pub mods: KeyModifiers,
}

impl From<KeyEvent> for Key {
    fn from(e: KeyEvent) -> Key {
        let mut mods = e.modifiers & (KeyModifiers::CONTROL | KeyModifiers::ALT | KeyModifiers::SHIFT);
        let mut code = e.code;
        if let KeyCode::Char(c) = code {
            mods.remove(KeyModifiers::SHIFT);
            if mods.contains(KeyModifiers::CONTROL) {
                code = KeyCode::Char(c.to_ascii_lowercase());
            }
        }
        if code == KeyCode::BackTab {
            mods.remove(KeyModifiers::SHIFT);
        }
        Key { code, mods }
    }
}

const NAMED: &[(&str, KeyCode)] = &[
    ("enter", KeyCode::Enter),
    ("esc", KeyCode::Esc),
    ("tab", KeyCode::Tab),
    ("backtab", KeyCode::BackTab),
    ("backspace", KeyCode::Backspace),
    ("delete", KeyCode::Delete),
    ("space", KeyCode::Char(' ')),
    ("up", KeyCode::Up),
    ("down", KeyCode::Down),
    ("left", KeyCode::Left),
    ("right", KeyCode::Right),
    ("home", KeyCode::Home),
    ("end", KeyCode::End),
    ("pgup", KeyCode::PageUp),
    ("pgdn", KeyCode::PageDown),
];

impl Key {
    /// Reads `j`, `G`, `ctrl-a`, `shift-down`, `f5`, `space`.
    pub fn parse(text: &str) -> Option<Key> {
        let mut mods = KeyModifiers::NONE;
        let mut rest = text;
        loop {
            let (prefix, m) = match rest.split_once('-') {
                Some(("ctrl", tail)) if !tail.is_empty() => (tail, KeyModifiers::CONTROL),
                Some(("alt", tail)) if !tail.is_empty() => (tail, KeyModifiers::ALT),
                Some(("shift", tail)) if !tail.is_empty() => (tail, KeyModifiers::SHIFT),
                _ => break,
            };
            mods |= m;
            rest = prefix;
        }
        if let Some((_, code)) = NAMED.iter().find(|(name, _)| *name == rest) {
            return Some(Key { code: *code, mods });
        }
        if let Some(n) = rest.strip_prefix('f').and_then(|n| n.parse().ok()).filter(|n| (1..=12).contains(n)) {
            return Some(Key { code: KeyCode::F(n), mods });
        }
        let mut chars = rest.chars();
        match (chars.next(), chars.next()) {
            (Some(c), None) => Some(Key { code: KeyCode::Char(c), mods }),
            _ => None,
        }
    }

    /// As people read it: `Enter`, `Ctrl-a`, `F5`.
    pub fn label(self) -> String {
        let mut out = String::new();
        for (m, name) in
            [(KeyModifiers::CONTROL, "Ctrl-"), (KeyModifiers::ALT, "Alt-"), (KeyModifiers::SHIFT, "Shift-")]
        {
            if self.mods.contains(m) {
                out.push_str(name);
            }
        }
        match self.code {
            KeyCode::F(n) => out.push_str(&format!("F{n}")),
            code => match NAMED.iter().find(|(_, c)| *c == code) {
                Some((name, _)) => {
                    let mut chars = name.chars();
                    out.extend(chars.next().map(|c| c.to_ascii_uppercase()));
                    out.push_str(chars.as_str());
                }
                None => {
                    if let KeyCode::Char(c) = code {
                        out.push(c);
                    }
                }
            },
        }
        out
    }
}

/// `g g` to its keys.
pub fn sequence(text: &str) -> Option<Vec<Key>> {
    text.split(' ').filter(|s| !s.is_empty()).map(Key::parse).collect::<Option<Vec<_>>>().filter(|v| !v.is_empty())
}

pub fn label(keys: &[Key]) -> String {
    keys.iter().map(|k| k.label()).collect::<Vec<_>>().join(" ")
}

/// What keys mean.
pub struct Keymap {
    /// For each row of [`ACTIONS`] its keys, the user's in place of the table's.
    keys: Vec<Vec<Vec<Key>>>,
}

/// What a key pressed so far stands for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Lookup {
    Action(Action),
    /// The beginning of a longer one.
    Prefix,
    None,
}

impl Default for Keymap {
    fn default() -> Self {
        let keys = ACTIONS.iter().map(|a| a.keys.iter().filter_map(|k| sequence(k)).collect()).collect();
        Keymap { keys }
    }
}

impl Keymap {
    /// The table's keys with the user's own in place of them, action by name. What cannot be
    /// taken is told: names that do not exist, keys that cannot be read, keys that two actions of
    /// one scope would share.
    pub fn with(overrides: &HashMap<String, Vec<String>>) -> (Keymap, Vec<String>) {
        let mut map = Keymap::default();
        let mut problems = Vec::new();
        let mut names: Vec<&String> = overrides.keys().collect();
        names.sort();
        for name in names {
            let Some(i) = ACTIONS.iter().position(|a| a.name == name) else {
                let near = crate::query::schema::nearest(name, ACTIONS.iter().map(|a| a.name));
                let guess = near.map_or(String::new(), |n| format!("; did you mean {n}?"));
                problems.push(format!("keys: there is no action {name}{guess}"));
                continue;
            };
            let mut own = Vec::new();
            for text in &overrides[name] {
                match sequence(text) {
                    Some(keys) => own.push(keys),
                    None => problems.push(format!("keys: {name}: cannot read the key {text}")),
                }
            }
            map.keys[i] = own;
        }
        problems.extend(map.conflicts());
        (map, problems)
    }

    /// Pairs of actions of one scope on the same key.
    pub fn conflicts(&self) -> Vec<String> {
        let mut seen: HashMap<(Scope, &[Key]), &ActionSpec> = HashMap::new();
        let mut out = Vec::new();
        for (spec, keys) in ACTIONS.iter().zip(&self.keys) {
            for key in keys {
                let same = seen.insert((spec.scope, key), spec);
                // The keys of one kind of rows lie over those of all lists.
                let under = spec.scope.is_kind().then(|| seen.get(&(Scope::List, key.as_slice())).copied()).flatten();
                if let Some(other) = same.or(under).filter(|o| o.action != spec.action || o.scope == spec.scope) {
                    let place = spec.scope.title();
                    out.push(format!("keys: {} is both {} and {} ({place})", label(key), other.name, spec.name));
                }
            }
        }
        out
    }

    /// What `pressed` means in the scopes given, the first one wins.
    pub fn lookup(&self, scopes: &[Scope], pressed: &[Key]) -> Lookup {
        let mut prefix = false;
        for scope in scopes {
            for (spec, keys) in ACTIONS.iter().zip(&self.keys).filter(|(s, _)| s.scope == *scope) {
                for key in keys {
                    if key == pressed {
                        return Lookup::Action(spec.action);
                    }
                    prefix |= key.len() > pressed.len() && key.starts_with(pressed);
                }
            }
        }
        if prefix { Lookup::Prefix } else { Lookup::None }
    }

    /// The keys of an action in a scope.
    pub fn keys_of(&self, spec: &ActionSpec) -> &[Vec<Key>] {
        ACTIONS.iter().position(|a| std::ptr::eq(a, spec)).map_or(&[], |i| &self.keys[i])
    }

    /// The first key that means this action where these scopes are live: a nearer one may have taken others.
    pub fn key_here(&self, spec: &ActionSpec, scopes: &[Scope]) -> String {
        let means = |keys: &&Vec<Key>| matches!(self.lookup(scopes, keys), Lookup::Action(a) if a == spec.action);
        self.keys_of(spec).iter().find(means).map(|k| label(k)).unwrap_or_default()
    }

    /// The actions that go on from a prefix, with the rest of their keys.
    pub fn after(&self, scopes: &[Scope], pressed: &[Key]) -> Vec<(String, &'static ActionSpec)> {
        let mut out = Vec::new();
        for (spec, keys) in ACTIONS.iter().zip(&self.keys).filter(|(s, _)| scopes.contains(&s.scope)) {
            for key in keys.iter().filter(|k| k.len() > pressed.len() && k.starts_with(pressed)) {
                out.push((label(&key[pressed.len()..]), spec));
            }
        }
        out
    }
}

/// The key table as Markdown: generated into the README, compared with it by a test.
pub fn table() -> String {
    let map = Keymap::default();
    let mut out = String::new();
    for scope in Scope::ALL {
        out.push_str(&format!("| {} | |\n|---|---|\n", scope.title()));
        for spec in ACTIONS.iter().filter(|a| a.scope == *scope) {
            let keys: Vec<String> = map.keys_of(spec).iter().map(|k| format!("`{}`", label(k))).collect();
            out.push_str(&format!("| {} | {} |\n", keys.join(" "), spec.help));
        }
        out.push('\n');
    }
    out
}

/// The key table for a terminal: keys, the action's name for the settings file, what it does.
pub fn plain_table() -> String {
    let map = Keymap::default();
    let mut out = String::new();
    for scope in Scope::ALL {
        out.push_str(&format!("{}\n", scope.title()));
        for spec in ACTIONS.iter().filter(|a| a.scope == *scope) {
            let keys: Vec<String> = map.keys_of(spec).iter().map(|k| label(k)).collect();
            out.push_str(&format!("  {:<24} {:<18} {}\n", keys.join("  "), spec.name, spec.help));
        }
        out.push('\n');
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_action_has_a_unique_name_a_key_and_a_sentence() {
        let mut names = std::collections::HashSet::new();
        for a in ACTIONS {
            assert!(names.insert(a.name), "{} twice", a.name);
            assert!(a.help.ends_with('.'), "{}", a.name);
            assert!(!a.keys.is_empty(), "{} cannot be reached", a.name);
            for key in a.keys {
                assert!(sequence(key).is_some(), "{}: {key}", a.name);
            }
        }
    }

    #[test]
    fn no_two_actions_of_a_scope_share_a_key() {
        assert_eq!(Keymap::default().conflicts(), Vec::<String>::new());
    }

    #[test]
    fn own_keys_replace_and_conflicts_are_told() {
        let own = |name: &str, key: &str| HashMap::from([(name.to_string(), vec![key.to_string()])]);
        let (map, problems) = Keymap::with(&own("note", "ctrl-o"));
        assert!(problems.is_empty());
        assert_eq!(map.lookup(&[Scope::Customers], &sequence("ctrl-o").unwrap()), Lookup::Action(Action::Note));
        assert_eq!(map.lookup(&[Scope::Customers], &sequence("o").unwrap()), Lookup::None);
        assert_eq!(map.lookup(&[Scope::List], &sequence("g").unwrap()), Lookup::Prefix);
        let (_, problems) = Keymap::with(&own("note", "e"));
        assert_eq!(problems, ["keys: e is both edit and note (Customers)"]);
        let (_, problems) = Keymap::with(&own("nope", "e"));
        assert!(problems[0].contains("did you mean note"), "{problems:?}");
    }
}
