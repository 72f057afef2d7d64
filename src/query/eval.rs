//! A bound filter over a row in memory. It answers exactly as the SQL that the store makes of the
//! same filter; a property test holds the two together.

use crate::base::sound;
use crate::base::text::{fold_into, push_number};
use crate::domain::{Entity, FieldId, Record, Value};

use super::bind::{Bound, Cond, Test};
use super::format;
use super::schema::{self, Kind};

/// Whether the filter keeps `record`, which must hold all its fields.
pub fn keeps(bound: &Bound, record: &Record) -> bool {
    passes(&bound.cond, &|id| record.get(id), &search_text(bound.entity, |id| record.get(id)))
}

/// Whether a row passes a condition: `get` has its values, `search` the text that free words look into.
pub fn passes<'a>(cond: &Cond, get: &impl Fn(FieldId) -> &'a Value, search: &str) -> bool {
    match cond {
        Cond::All => true,
        Cond::And(parts) => parts.iter().all(|p| passes(p, get, search)),
        Cond::Or(parts) => parts.iter().any(|p| passes(p, get, search)),
        Cond::Not(inner) => !passes(inner, get, search),
        Cond::Test(id, test) => meets(test, get(*id)),
        Cond::Words(word) => word_matches(search, word),
        Cond::Name(word) => word_matches(search.split('\n').next().unwrap_or(""), word),
    }
}

/// One test on one value.
pub fn meets(test: &Test, value: &Value) -> bool {
    match (test, value) {
        (Test::Null, v) => v.is_null(),
        (Test::Is(t), Value::Text(s)) => s.eq_ignore_ascii_case(t),
        (Test::Starts(t), Value::Text(s)) => {
            s.len() >= t.len() && s.as_bytes()[..t.len()].eq_ignore_ascii_case(t.as_bytes())
        }
        (Test::Part(t), Value::Text(s)) => s.to_ascii_lowercase().contains(&t.to_ascii_lowercase()),
        (Test::Glob(t), Value::Text(s)) => glob(t.to_ascii_lowercase().as_bytes(), s.to_ascii_lowercase().as_bytes()),
        (Test::Item(t), v @ Value::Text(_)) => v.items().any(|i| i.eq_ignore_ascii_case(t)),
        (Test::Between(low, high), Value::Int(n)) => low.is_none_or(|l| *n >= l) && high.is_none_or(|h| *n <= h),
        _ => false,
    }
}

/// `*` stands for any run of characters; everything else for itself.
fn glob(pattern: &[u8], text: &[u8]) -> bool {
    let (mut p, mut t) = (0, 0);
    let mut star: Option<(usize, usize)> = None;
    while t < text.len() {
        if pattern.get(p) == Some(&b'*') {
            star = Some((p, t));
            p += 1;
        } else if pattern.get(p) == Some(&text[t]) {
            p += 1;
            t += 1;
        } else if let Some((sp, st)) = star {
            star = Some((sp, st + 1));
            p = sp + 1;
            t = st + 1;
        } else {
            return false;
        }
    }
    pattern[p..].iter().all(|b| *b == b'*')
}

/// The text that free words look into: the folded name, a line break, then the other searched
/// fields, each as it is stored and shown. Empty for an entity without such fields.
pub fn search_text<'a>(entity: Entity, get: impl Fn(FieldId) -> &'a Value) -> String {
    let mut out = String::new();
    search_text_into(&mut out, entity, get);
    out
}

/// The same in place of what was there before.
pub fn search_text_into<'a>(out: &mut String, entity: Entity, get: impl Fn(FieldId) -> &'a Value) {
    out.clear();
    let searched = schema::noun(entity).searched;
    out.reserve(if searched.is_empty() { 0 } else { 192 });
    for (i, id) in searched.iter().enumerate() {
        match get(*id) {
            Value::Null => continue,
            Value::Text(text) => fold_into(out, text),
            // As the number of an account is, of which there is one in most rows.
            Value::Int(n) if matches!(schema::field(*id).kind, Kind::Account) => push_number(out, *n, 7),
            value @ Value::Int(_) => fold_into(out, &format::plain(*id, value)),
        }
        out.push(if i == 0 { '\n' } else { ' ' });
    }
}

/// Whether a folded word is found in a search text: as a part of it, or, from three letters on, as
/// a slip of a word of the name: the same first letter, the letters in order, and at least three
/// fifths of that word (`kmr` finds Kumar, `shrma` Sharma); or as another spelling of the beginning of one
/// (`sarma` finds Sharma, `laxmi` Lakshmi), by the key of the search over everything.
pub fn word_matches(search: &str, word: &str) -> bool {
    if search.contains(word) {
        return true;
    }
    if word.len() < 3 || !word.bytes().all(|b| b.is_ascii_lowercase()) {
        return false;
    }
    let name = search.split('\n').next().unwrap_or("");
    let w = word.as_bytes();
    let mut wanted = None;
    name.split(' ').any(|candidate| {
        let c = candidate.as_bytes();
        let [first, ..] = c else { return false };
        let mut letters = c.iter();
        if *first == w[0] && w.len() * 5 >= c.len() * 3 && w.iter().all(|b| letters.any(|l| l == b)) {
            return true;
        }
        // Sounds are of Latin letters; most words are told apart by their first one.
        sound::first(*first) == sound::first(w[0]) && c.iter().all(u8::is_ascii_lowercase) && {
            let wanted: &Vec<u8> = wanted.get_or_insert_with(|| sound::key(w));
            // `jjj` sounds like one letter, with which half of all names begin.
            wanted.len() >= 3 && sound::key(c).starts_with(wanted)
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_find_parts_and_slips() {
        let search = "rajesh kumar sharma\n0004217 +919822041377 pune ";
        for word in ["kumar", "kmr", "shrma", "98220", "4217", "pune", "jesh"] {
            assert!(word_matches(search, word), "{word}");
        }
        for word in ["sarma", "raajesh", "rajes", "kumaar"] {
            assert!(word_matches(search, word), "{word}");
        }
        assert!(word_matches("lakshmi chowdhury\n", "laxmi") && word_matches("lakshmi chowdhury\n", "chaudhari"));
        for word in ["rs", "zzz", "kr", "pn", "ravi", "sarita", "komal", "sss"] {
            assert!(!word_matches(search, word), "{word}");
        }
    }

    #[test]
    fn patterns_stretch() {
        for (p, s, yes) in [
            ("ra*i", "ravi", true),
            ("*vi", "ravi", true),
            ("ra*", "ravi", true),
            ("a*", "ravi", false),
            ("*", "", true),
            ("r*v*x", "ravi", false),
        ] {
            assert_eq!(glob(p.as_bytes(), s.as_bytes()), yes, "{p} {s}");
        }
    }
}
