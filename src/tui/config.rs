//! What a person has set: colours, mouse, keys. One TOML file, each setting with a default.

use std::collections::HashMap;
use std::path::{Path, PathBuf};

use serde::Deserialize;

use super::keys::Keymap;
use super::theme::Theme;

/// The settings file.
///
/// ```toml
/// theme = "terminal"     # terminal, mono, dark, light, contrast, or a file themes/NAME.toml beside this one
/// mouse = true           # default: on, but off over ssh
/// low_bandwidth = true   # for slow lines: full-width lists without a panel, 16 colours; default: found out over ssh
/// lock_minutes = 15      # locks the screen when nothing was typed for so long; 0 never does
/// [keys]                 # action = keys; `bharatnet keys` lists the actions
/// note = ["o", "ctrl-o"]
/// ```
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct File {
    theme: Option<String>,
    mouse: Option<bool>,
    low_bandwidth: Option<bool>,
    lock_minutes: Option<u32>,
    keys: HashMap<String, Vec<String>>,
}

pub struct Config {
    pub theme: Theme,
    pub mouse: bool,
    /// Whether the line is thin; where it is not said it is measured.
    pub low_bandwidth: Option<bool>,
    /// Minutes without a key before the screen locks itself, where people log in; 0 for never.
    pub lock_minutes: u32,
    pub keymap: Keymap,
    /// What could not be taken from the file.
    pub problems: Vec<String>,
}

/// What the surroundings say.
#[derive(Clone, Copy, Debug, Default)]
pub struct Surroundings {
    /// NO_COLOR or `--color never`.
    pub no_colour: bool,
    /// The terminal shows 24-bit colours.
    pub truecolor: bool,
    /// The session comes over ssh.
    pub remote: bool,
    /// `--low-bandwidth` was given.
    pub low_bandwidth: bool,
}

impl Config {
    /// Reads the settings at `path`; `chosen` is the theme picked on the screen, for where they name none.
    pub fn read(path: Option<&Path>, chosen: Option<&str>, around: Surroundings) -> Config {
        let mut problems = Vec::new();
        let text = path.and_then(|p| std::fs::read_to_string(p).ok()).unwrap_or_default();
        let file: File = toml::from_str(&text).unwrap_or_else(|e| {
            let line = e.span().map_or(1, |s| text[..s.start].matches('\n').count() + 1);
            problems.push(format!("settings, line {line}: {}", e.message()));
            File::default()
        });
        let (keymap, conflicts) = Keymap::with(&file.keys);
        problems.extend(conflicts);
        let name = file.theme.or_else(|| chosen.map(str::to_string)).unwrap_or_else(|| "terminal".into());
        let own = path.and_then(|p| own_theme(p, &name)).and_then(|p| std::fs::read_to_string(p).ok());
        let mut theme = Theme::load(&name, own.as_deref()).unwrap_or_else(|why| {
            problems.push(why);
            Theme::terminal()
        });
        let rich = !matches!(theme.name.as_str(), "terminal" | "mono");
        if rich && !around.truecolor {
            problems
                .push(format!("theme {name} needs 24-bit colour, which this terminal does not announce (COLORTERM)"));
            theme = Theme::terminal();
        }
        if around.no_colour {
            theme = Theme::mono();
        }
        Config {
            theme,
            mouse: file.mouse.unwrap_or(!around.remote),
            low_bandwidth: around.low_bandwidth.then_some(true).or(file.low_bandwidth),
            lock_minutes: file.lock_minutes.unwrap_or(15),
            keymap,
            problems,
        }
    }
}

/// `themes/NAME.toml` beside the settings; a name is a plain word, never a path.
fn own_theme(config: &Path, name: &str) -> Option<PathBuf> {
    let plain = name.chars().all(|c| c.is_ascii_alphanumeric() || c == '-' || c == '_');
    plain.then(|| config.with_file_name("themes").join(format!("{name}.toml")))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str, around: Surroundings) -> Config {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("config.toml");
        std::fs::write(&path, text).unwrap();
        Config::read(Some(&path), None, around)
    }

    #[test]
    fn settings_are_taken_and_problems_told() {
        let rich = Surroundings { truecolor: true, ..Surroundings::default() };
        let c = read("theme = \"dark\"\nmouse = false\n[keys]\nnote = [\"ctrl-o\"]\n", rich);
        assert_eq!((c.theme.name.as_str(), c.mouse, c.problems.len()), ("dark", false, 0));
        let c = read("theme = \"dark\"\n", Surroundings::default());
        assert_eq!(c.theme.name, "terminal");
        assert!(c.problems[0].contains("24-bit"));
        let c = read("\ntheem = \"dark\"\n", rich);
        assert!(c.problems[0].starts_with("settings, line 2"), "{:?}", c.problems);
        let low = Surroundings { low_bandwidth: true, ..rich };
        assert_eq!(read("", rich).low_bandwidth, None);
        assert_eq!(read("low_bandwidth = false", rich).low_bandwidth, Some(false));
        assert_eq!(read("low_bandwidth = false", low).low_bandwidth, Some(true), "a flag is stronger");
        let c = read("", Surroundings { no_colour: true, remote: true, ..rich });
        assert_eq!((c.theme.name.as_str(), c.mouse), ("mono", false));
    }
}
