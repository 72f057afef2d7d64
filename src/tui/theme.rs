//! Colours by what they mean. The default theme is the terminal's own 16 colours, right on light
//! and dark; others are data. Nothing is told by colour alone.

use std::collections::HashMap;

use ratatui::style::{Color, Modifier, Style};
use serde::Deserialize;

/// Styles by meaning.
#[derive(Clone, Debug, PartialEq)]
pub struct Theme {
    pub name: String,
    pub text: Style,
    pub dim: Style,
    pub title: Style,
    pub accent: Style,
    pub good: Style,
    pub warn: Style,
    pub bad: Style,
    pub border: Style,
    /// The name of the row under the cursor.
    pub selected: Style,
    pub marker: Style,
    pub mark: Style,
    /// Letters that a search found.
    pub hit: Style,
    pub input: Style,
    pub tab: Style,
    pub tab_active: Style,
}

/// Where the built-in themes come from.
const BUILT_IN: &[(&str, &str)] = &[
    ("dark", include_str!("../../assets/themes/dark.toml")),
    ("light", include_str!("../../assets/themes/light.toml")),
    ("contrast", include_str!("../../assets/themes/contrast.toml")),
];

/// Names to choose from, the default first.
pub fn names() -> Vec<&'static str> {
    let mut out = vec!["terminal", "mono"];
    out.extend(BUILT_IN.iter().map(|(name, _)| *name));
    out
}

/// What a file says of a style: `fg = "#rrggbb"`, `bg = "blue"`, `bold = true`.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct Token {
    fg: Option<String>,
    bg: Option<String>,
    bold: bool,
    underline: bool,
    reverse: bool,
}

impl Theme {
    /// The terminal's own colours.
    pub fn terminal() -> Theme {
        let s = Style::new();
        Theme {
            name: "terminal".into(),
            text: s,
            dim: s.fg(Color::DarkGray),
            title: s.add_modifier(Modifier::BOLD),
            accent: s.fg(Color::Cyan),
            good: s.fg(Color::Green),
            warn: s.fg(Color::Yellow),
            bad: s.fg(Color::Red),
            border: s.fg(Color::DarkGray),
            selected: s.fg(Color::Cyan).add_modifier(Modifier::BOLD),
            // As the name it stands before, which then needs no look of its own.
            marker: s.fg(Color::Cyan).add_modifier(Modifier::BOLD),
            mark: s.fg(Color::Magenta),
            hit: s.fg(Color::Cyan).add_modifier(Modifier::BOLD),
            input: s,
            tab: s,
            tab_active: s.fg(Color::Cyan).add_modifier(Modifier::BOLD),
        }
    }

    /// No colour at all: NO_COLOR, and for eyes and screens that want none.
    pub fn mono() -> Theme {
        let s = Style::new();
        let bold = s.add_modifier(Modifier::BOLD);
        Theme {
            name: "mono".into(),
            text: s,
            dim: s,
            title: bold,
            accent: bold,
            good: s,
            warn: bold,
            bad: bold,
            border: s,
            selected: bold,
            marker: bold,
            mark: bold,
            hit: s.add_modifier(Modifier::UNDERLINED),
            input: s,
            tab: s,
            tab_active: bold,
        }
    }

    /// A built-in theme, or one from the user's folder by its text.
    pub fn load(name: &str, own: Option<&str>) -> Result<Theme, String> {
        match (name, own) {
            ("terminal", _) => Ok(Theme::terminal()),
            ("mono", _) => Ok(Theme::mono()),
            (name, Some(text)) => Theme::parse(name, text),
            (name, None) => match BUILT_IN.iter().find(|(n, _)| *n == name) {
                Some((_, text)) => Theme::parse(name, text),
                None => Err(format!("there is no theme {name}; there are {}", names().join(", "))),
            },
        }
    }

    fn parse(name: &str, text: &str) -> Result<Theme, String> {
        let tokens: HashMap<String, Token> =
            toml::from_str(text).map_err(|e| format!("theme {name}: {}", e.message()))?;
        let mut theme = Theme { name: name.into(), ..Theme::terminal() };
        for (key, token) in tokens {
            let style = style(&token).ok_or_else(|| format!("theme {name}: {key} has a colour that cannot be read"))?;
            let slot = match key.as_str() {
                "text" => &mut theme.text,
                "dim" => &mut theme.dim,
                "title" => &mut theme.title,
                "accent" => &mut theme.accent,
                "good" => &mut theme.good,
                "warn" => &mut theme.warn,
                "bad" => &mut theme.bad,
                "border" => &mut theme.border,
                "selected" => &mut theme.selected,
                "marker" => &mut theme.marker,
                "mark" => &mut theme.mark,
                "hit" => &mut theme.hit,
                "input" => &mut theme.input,
                "tab" => &mut theme.tab,
                "tab_active" => &mut theme.tab_active,
                other => return Err(format!("theme {name}: there is no style {other}")),
            };
            *slot = style;
        }
        Ok(theme)
    }
}

fn style(token: &Token) -> Option<Style> {
    let mut s = Style::new();
    if let Some(fg) = &token.fg {
        s = s.fg(fg.parse::<Color>().ok()?);
    }
    if let Some(bg) = &token.bg {
        s = s.bg(bg.parse::<Color>().ok()?);
    }
    for (on, modifier) in
        [(token.bold, Modifier::BOLD), (token.underline, Modifier::UNDERLINED), (token.reverse, Modifier::REVERSED)]
    {
        if on {
            s = s.add_modifier(modifier);
        }
    }
    Some(s)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_built_in_theme_loads() {
        for name in names() {
            assert_eq!(Theme::load(name, None).unwrap().name, name);
        }
        assert!(Theme::load("nope", None).unwrap_err().contains("terminal"));
        assert!(Theme::load("own", Some("bad = { fg = \"#12\" }")).is_err());
    }

    /// WCAG 2.1 contrast of the text of a truecolor theme on its own background.
    #[test]
    fn truecolor_themes_can_be_read() {
        let channel = |c: u8| {
            let c = f64::from(c) / 255.0;
            if c <= 0.04045 { c / 12.92 } else { ((c + 0.055) / 1.055).powf(2.4) }
        };
        let light = |c: Color| match c {
            Color::Rgb(r, g, b) => 0.2126 * channel(r) + 0.7152 * channel(g) + 0.0722 * channel(b),
            other => panic!("{other:?} is no truecolor"),
        };
        for name in ["dark", "light", "contrast"] {
            let t = Theme::load(name, None).unwrap();
            let back = light(t.text.bg.unwrap());
            for (what, s) in [
                ("text", t.text),
                ("dim", t.dim),
                ("good", t.good),
                ("warn", t.warn),
                ("bad", t.bad),
                ("accent", t.accent),
            ] {
                let front = light(s.fg.unwrap());
                let ratio = (front.max(back) + 0.05) / (front.min(back) + 0.05);
                assert!(ratio >= 4.5, "{name} {what}: {ratio:.2}");
            }
        }
    }
}
