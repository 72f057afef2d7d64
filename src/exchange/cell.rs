//! Cells that a spreadsheet would run as a formula. A file from here is opened in a spreadsheet by
//! somebody who trusts it; a customer who calls themselves `=HYPERLINK(…)` must stay a name there.

/// The text for a CSV cell: with a `'` before it where a spreadsheet would take it for a formula.
///
/// Plain numbers and telephone numbers with their `+` stay as they are. [`unguard`] takes exactly
/// this off again: `unguard(guard(x)) = x` for every text.
pub fn guard(text: &str) -> String {
    if is_formula(text) && !is_number(text) && !is_e164(text) { format!("'{text}") } else { text.to_string() }
}

/// The text behind a guarded cell; other cells as they are.
pub fn unguard(text: &str) -> &str {
    match text.strip_prefix('\'') {
        Some(rest) if is_formula(rest) => rest,
        _ => text,
    }
}

/// A formula, or a formula behind quotes: a text that already begins so must not lose its own.
fn is_formula(text: &str) -> bool {
    let first = text.trim_start_matches('\'').chars().next();
    first.is_some_and(|c| matches!(c, '=' | '+' | '-' | '@' | '\t' | '\r' | '\n' | '＝' | '＋' | '－' | '＠'))
}

fn is_number(text: &str) -> bool {
    let digits = text.strip_prefix(['-', '+']).unwrap_or(text);
    let (whole, fraction) = digits.split_once('.').map_or((digits, None), |(w, f)| (w, Some(f)));
    let all = |s: &str| !s.is_empty() && s.bytes().all(|b| b.is_ascii_digit());
    all(whole) && fraction.is_none_or(all)
}

fn is_e164(text: &str) -> bool {
    text.strip_prefix('+').is_some_and(|d| (8..=15).contains(&d.len()) && d.bytes().all(|b| b.is_ascii_digit()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn formulas_are_guarded_and_figures_are_not() {
        for (text, cell) in [
            ("=1+1", "'=1+1"),
            ("@SUM(A1)", "'@SUM(A1)"),
            ("+91 98", "'+91 98"),
            ("-2+3", "'-2+3"),
            ("\tx", "'\tx"),
            ("＝1", "'＝1"),
            ("-12.5", "-12.5"),
            ("+919822041377", "+919822041377"),
            ("2026-11-22", "2026-11-22"),
            ("O'Brien", "O'Brien"),
            ("'tis", "'tis"),
            ("-", "'-"),
            ("-5.", "'-5."),
        ] {
            assert_eq!(guard(text), cell);
        }
    }

    #[test]
    fn guarding_can_be_taken_back_whatever_the_text() {
        let parts = ["'", "=", "-", "+", "@", "1", "a", "＋", "\t", " "];
        for a in parts {
            for b in parts {
                for c in parts {
                    let text = format!("{a}{b}{c}");
                    assert_eq!(unguard(&guard(&text)), text);
                }
            }
        }
    }
}
