use proptest::prelude::*;

use super::*;

#[test]
fn hostile_text_is_made_harmless() {
    for (text, expected) in [
        ("\u{1b}[2JRavi", "[2JRavi"),
        ("\u{1b}]52;c;aGk=\u{7}Ravi", "]52;c;aGk=Ravi"),
        ("Ra\u{202e}vi", "Ravi"),
        ("\u{9b}31mred", "31mred"),
        ("two\nlines\tand tab", "two lines and tab"),
        ("  edge  ", "edge"),
        ("a\u{2066}b\u{2069}", "ab"),
        ("क्\u{200d}ष", "क्\u{200d}ष"),
    ] {
        assert_eq!(clean(text, 200), expected);
    }
    assert_eq!(clean_lines("a\r\nb\rc", 20), "a\nb\nc");
    assert_eq!(clean(&"x".repeat(1 << 20), 200).len(), 200);
    assert_eq!(clean(&format!("a{}", "\u{301}".repeat(100)), 200).chars().count(), 9);
}

#[test]
fn cuts_fall_between_graphemes_and_fill_exactly() {
    assert_eq!(truncate("Deshmukh", 5), "Desh…");
    assert_eq!(truncate("Desh", 5), "Desh");
    assert_eq!(fit("ab", 4), "ab  ");
    assert_eq!(fit_right("899", 6), "   899");
    assert_eq!(wrap("third time this month", 10), ["third time", "this month"]);
    assert_eq!(wrap("abcdefgh", 3), ["abc", "def", "gh"]);
}

#[test]
fn spellings_fold_together() {
    assert_eq!(fold("Café  PUNE"), "cafe pune");
    assert_eq!(fold("९८२२०"), "98220");
    assert_eq!(fold("ज़ाकिर"), fold("जाकिर"));
}

proptest! {
    #[test]
    fn cleaning_twice_changes_nothing_and_leaves_nothing_hostile(s in "\\PC*|.*", limit in 0usize..40) {
        let once = clean(&s, limit);
        prop_assert!(!once.chars().any(is_hostile));
        prop_assert_eq!(clean(&once, limit), once);
    }

    #[test]
    fn a_fitted_text_is_as_wide_as_asked(s in "[a-zA-Zअ-ह ]{0,30}", cells in 0usize..40) {
        prop_assert_eq!(width(&fit(&s, cells)), cells);
    }

    #[test]
    fn folding_is_idempotent(s in "\\PC{0,30}") {
        let once = fold(&s);
        prop_assert_eq!(fold(&once), once);
    }
}
