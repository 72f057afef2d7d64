//! Characters to tokens. Spaces part tokens; quotes keep them together; a backslash inside quotes
//! takes the next character as it is.

use super::QueryError;
use super::ast::{Op, Span};

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Token {
    Word {
        text: String,
        quoted: bool,
    },
    Op(Op),
    Comma,
    Open,
    Close,
    /// A `-` or `!` directly before something: not.
    Minus,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lexed {
    pub token: Token,
    pub span: Span,
    /// White space (or the start of the text) comes before.
    pub spaced: bool,
}

/// Texts longer than this are refused before any work is done.
pub const MAX_LEN: usize = 8 * 1024;

pub fn lex(text: &str) -> Result<Vec<Lexed>, QueryError> {
    if text.len() > MAX_LEN {
        return Err(QueryError::new(
            Span { start: 0, end: 1 },
            format!("a filter has at most {MAX_LEN} bytes; this one has {}", text.len()),
        ));
    }
    let mut out: Vec<Lexed> = Vec::new();
    let mut chars = text.char_indices().peekable();
    let mut spaced = true;
    while let Some(&(start, c)) = chars.peek() {
        if c.is_whitespace() {
            spaced = true;
            chars.next();
            continue;
        }
        let after_value = !spaced && matches!(out.last().map(|l| &l.token), Some(Token::Word { .. }));
        let after_op = !spaced && matches!(out.last().map(|l| &l.token), Some(Token::Op(_) | Token::Comma));
        let token = match c {
            '(' => single(&mut chars, Token::Open),
            ')' => single(&mut chars, Token::Close),
            ',' => single(&mut chars, Token::Comma),
            '"' => quoted(&mut chars, start, text.len())?,
            ':' => single(&mut chars, Token::Op(Op::Has)),
            '=' => single(&mut chars, Token::Op(Op::Eq)),
            '<' | '>' => {
                chars.next();
                let or_equal = chars.next_if(|(_, c)| *c == '=').is_some();
                Token::Op(match (c, or_equal) {
                    ('<', false) => Op::Lt,
                    ('<', true) => Op::Le,
                    ('>', false) => Op::Gt,
                    _ => Op::Ge,
                })
            }
            '!' if after_value => {
                chars.next();
                if chars.next_if(|(_, c)| *c == '=').is_none() {
                    return Err(QueryError::new(Span { start, end: start + 1 }, "after a field, `!` needs `=`: `!=`"));
                }
                Token::Op(Op::Ne)
            }
            '-' | '!' if !after_op => single(&mut chars, Token::Minus),
            _ => word(&mut chars),
        };
        let end = chars.peek().map_or(text.len(), |(i, _)| *i);
        out.push(Lexed { token, span: Span { start, end }, spaced });
        spaced = false;
    }
    Ok(out)
}

type Chars<'a> = std::iter::Peekable<std::str::CharIndices<'a>>;

fn single(chars: &mut Chars<'_>, token: Token) -> Token {
    chars.next();
    token
}

fn quoted(chars: &mut Chars<'_>, start: usize, len: usize) -> Result<Token, QueryError> {
    chars.next();
    let mut text = String::new();
    while let Some((_, c)) = chars.next() {
        match c {
            '"' => return Ok(Token::Word { text, quoted: true }),
            '\\' => text.extend(chars.next().map(|(_, c)| c)),
            c => text.push(c),
        }
    }
    Err(QueryError::new(Span { start, end: len }, "this quote is not closed: add a `\"`"))
}

/// A bare word runs to white space or to a character that means something.
fn word(chars: &mut Chars<'_>) -> Token {
    let mut text = String::new();
    while let Some(&(_, c)) = chars.peek() {
        if c.is_whitespace() || is_special(c) {
            break;
        }
        text.push(c);
        chars.next();
    }
    Token::Word { text, quoted: false }
}

/// Characters that end a bare word. `!` is one too, for `name!=x`.
pub fn is_special(c: char) -> bool {
    matches!(c, '(' | ')' | ',' | '"' | ':' | '=' | '<' | '>' | '!')
}
