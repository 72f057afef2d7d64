//! The shape of a filter text, before names and values are looked up.

/// A byte range in the text.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Span {
    pub start: usize,
    pub end: usize,
}

/// How a field is compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Op {
    /// `:` the natural match of the field's kind.
    Has,
    /// `=` exactly.
    Eq,
    Ne,
    Lt,
    Le,
    Gt,
    Ge,
}

impl Op {
    pub fn symbol(self) -> &'static str {
        match self {
            Op::Has => ":",
            Op::Eq => "=",
            Op::Ne => "!=",
            Op::Lt => "<",
            Op::Le => "<=",
            Op::Gt => ">",
            Op::Ge => ">=",
        }
    }
}

/// One value as typed.
#[derive(Clone, Debug)]
pub enum Term {
    /// `pune`, `"two words"`; `quoted` values never mean `none` or a range.
    Word { text: String, quoted: bool, span: Span },
    /// `500..1500`, `..1500`, `500..`
    Range { low: Option<String>, high: Option<String>, span: Span },
}

impl Term {
    pub fn span(&self) -> Span {
        match self {
            Term::Word { span, .. } | Term::Range { span, .. } => *span,
        }
    }
}

/// Places do not count in comparing two terms: `parse(print(x)) = x` is about meaning.
impl PartialEq for Term {
    fn eq(&self, other: &Term) -> bool {
        match (self, other) {
            (Term::Word { text: a, quoted: qa, .. }, Term::Word { text: b, quoted: qb, .. }) => a == b && qa == qb,
            (Term::Range { low: a, high: b, .. }, Term::Range { low: c, high: d, .. }) => a == c && b == d,
            _ => false,
        }
    }
}

#[derive(Clone, Debug)]
pub enum Expr {
    And(Vec<Expr>),
    Or(Vec<Expr>),
    Not(Box<Expr>),
    /// `city:pune,mumbai`
    Compare {
        field: String,
        op: Op,
        terms: Vec<Term>,
        span: Span,
    },
    /// A word without a field.
    Word {
        text: String,
        quoted: bool,
        span: Span,
    },
}

impl PartialEq for Expr {
    fn eq(&self, other: &Expr) -> bool {
        match (self, other) {
            (Expr::And(a), Expr::And(b)) | (Expr::Or(a), Expr::Or(b)) => a == b,
            (Expr::Not(a), Expr::Not(b)) => a == b,
            (Expr::Compare { field: f, op: o, terms: t, .. }, Expr::Compare { field: g, op: p, terms: u, .. }) => {
                f == g && o == p && t == u
            }
            (Expr::Word { text: a, quoted: q, .. }, Expr::Word { text: b, quoted: r, .. }) => a == b && q == r,
            _ => false,
        }
    }
}

/// `sort:-risk,name`
#[derive(Clone, Debug)]
pub struct SortKey {
    pub field: String,
    pub descending: bool,
    pub span: Span,
}

impl PartialEq for SortKey {
    fn eq(&self, other: &SortKey) -> bool {
        self.field == other.field && self.descending == other.descending
    }
}

/// A whole text: what to keep, and in which order.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Query {
    /// `None` keeps everything.
    pub filter: Option<Expr>,
    /// Empty leaves the order to the view.
    pub sort: Vec<SortKey>,
}
