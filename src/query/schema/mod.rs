//! THE field table. One row per field of each entity; columns, filters, forms, import mapping,
//! export and documentation are folds of it.
//!
//! A field's stored column has the field's name with `_` for `-`. Adding a field is a row here and
//! a column in a migration; a test compares the two.

pub mod activity;
pub mod coverage;
pub mod customer;
pub mod deal;
pub mod deal_line;
pub mod deal_note;
pub mod entry;
pub mod incident;
pub mod item;
pub mod job;
pub mod lead;
pub mod model;
pub mod ott;
pub mod plan;
pub mod price;
pub mod schedule;
pub mod setting;
mod support;
pub mod territory;
pub mod ticket;
pub mod touch;
pub mod user;
pub mod view;

pub use support::{article, canned, category, macros, message, outbox};

use std::sync::{Arc, OnceLock};

use crate::base::Id;
use crate::domain::{Choice, Entity, FieldId, Record, Value};

/// What a field's values are, and so how they are read, shown, compared and edited.
#[derive(Clone, Copy, Debug)]
pub enum Kind {
    /// Free text: `:` finds a part of it.
    Text,
    /// Text with few different values: `:` finds those that begin so, `=` the whole value.
    Category,
    /// One of a fixed set.
    Choice(&'static [Choice]),
    /// A whole number. Bands give ranges a name (`risk:high`).
    Int { unit: &'static str, bands: &'static [Band] },
    /// A number with decimals, stored times ten to the `places`.
    Fixed { places: u32, unit: &'static str },
    /// Paise.
    Money,
    /// A day. `ahead` is true where it normally lies in the future, so that `renews<7d` looks
    /// forward and `since<30d` looks back.
    Date { ahead: bool },
    /// A moment, epoch milliseconds UTC; shown in Indian time.
    Moment,
    /// A telephone number in E.164.
    Phone,
    /// Several words: `:` finds one of them. With choices, only those.
    List(&'static [Choice]),
    /// An account number, shown with seven digits.
    Account,
}

/// A named range of a number, both ends included.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Band {
    pub name: &'static str,
    pub label: &'static str,
    pub low: i64,
    pub high: i64,
}

/// How a field may be changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Edit {
    /// In a form, by import, in bulk.
    Form,
    /// By a command with rules of its own (status, plan), or on creation.
    Verb,
    /// Computed; nobody sets it.
    Never,
}

/// Where a field stands on a form or a detail page.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Group {
    Identity,
    Contact,
    Address,
    Plan,
    Usage,
    Business,
    Support,
    Clock,
    Origin,
    Consent,
    Network,
    Kyc,
}

impl Group {
    pub fn title(self) -> &'static str {
        match self {
            Group::Identity => "Identity",
            Group::Contact => "Contact",
            Group::Address => "Address",
            Group::Plan => "Subscription",
            Group::Usage => "Usage",
            Group::Business => "Business",
            Group::Support => "Support",
            Group::Clock => "Clocks",
            Group::Origin => "Origin",
            Group::Consent => "Consent",
            Group::Network => "Network",
            Group::Kyc => "KYC",
        }
    }
}

/// One row of the table.
#[derive(Clone, Copy, Debug)]
pub struct Field {
    /// What is typed: `customer-since` style, ASCII.
    pub name: &'static str,
    /// Other words for it.
    pub aliases: &'static [&'static str],
    /// What is read on forms.
    pub title: &'static str,
    /// What is read above a column.
    pub head: &'static str,
    /// One sentence for help and completion.
    pub help: &'static str,
    pub kind: Kind,
    pub group: Group,
    pub edit: Edit,
    pub required: bool,
    /// True where the order is offered.
    pub sort: bool,
    /// Cells the column wants.
    pub width: u16,
    /// True for a moment that normally lies in the future: `follow-up<2d` looks forward, `created<2d` back.
    pub ahead: bool,
    /// True for data about a person that a role may not be shown in full.
    pub personal: bool,
}

impl Field {
    const fn new(name: &'static str, title: &'static str, kind: Kind, group: Group, help: &'static str) -> Field {
        Field {
            name,
            aliases: &[],
            title,
            head: title,
            help,
            kind,
            group,
            edit: Edit::Form,
            required: false,
            sort: false,
            width: 12,
            ahead: false,
            personal: false,
        }
    }

    const fn aliases(mut self, aliases: &'static [&'static str]) -> Field {
        self.aliases = aliases;
        self
    }

    const fn head(mut self, head: &'static str, width: u16) -> Field {
        self.head = head;
        self.width = width;
        self
    }

    const fn sorted(mut self) -> Field {
        self.sort = true;
        self
    }

    const fn required(mut self) -> Field {
        self.required = true;
        self
    }

    const fn verb(mut self) -> Field {
        self.edit = Edit::Verb;
        self
    }

    const fn computed(mut self) -> Field {
        self.edit = Edit::Never;
        self
    }

    const fn ahead(mut self) -> Field {
        self.ahead = true;
        self
    }

    const fn personal(mut self) -> Field {
        self.personal = true;
        self
    }

    /// The stored column.
    pub fn column(&self) -> String {
        self.name.replace('-', "_")
    }

    /// True where the stored column is text.
    pub fn is_text(&self) -> bool {
        matches!(self.kind, Kind::Text | Kind::Category | Kind::Choice(_) | Kind::Phone | Kind::List(_))
    }

    /// True for figures, which stand to the right of their column.
    pub fn is_right(&self) -> bool {
        matches!(self.kind, Kind::Int { .. } | Kind::Fixed { .. } | Kind::Money)
    }
}

/// Declares the table of one entity: a constant [`FieldId`] for each row and the rows.
macro_rules! field_table {
    ($entity:expr, $($konst:ident = $field:expr;)*) => {
        #[allow(clippy::upper_case_acronyms, non_camel_case_types)]
        #[repr(u16)]
        enum Index { $($konst,)* }

        $( pub const $konst: $crate::domain::FieldId =
            $crate::domain::FieldId { entity: $entity, index: Index::$konst as u16 }; )*

        pub static FIELDS: &[$crate::query::schema::Field] = &[$($field,)*];
    };
}
use field_table;

/// What everybody needs to know of an entity besides its fields.
#[derive(Clone, Copy, Debug)]
pub struct Noun {
    pub fields: &'static [Field],
    /// What a row is called.
    pub name: FieldId,
    /// What is typed to point at one row: an account number, a docket, a name.
    pub handle: FieldId,
    /// What the counts of a list add up.
    pub money: Option<FieldId>,
    /// Who looks after a row: what "own" means in the table of roles.
    pub owner: Option<FieldId>,
    /// The fields free words look into, what a row is called first.
    pub searched: &'static [FieldId],
    /// The fields a form asks first, in this order; the others follow in the order of the table.
    pub form: &'static [FieldId],
    /// The fields a row on the screen needs at any width, besides name, handle, money and owner.
    pub shown: &'static [FieldId],
    /// True where people list, filter and export the rows.
    pub listed: bool,
    /// One row, in a sentence.
    pub one: &'static str,
}

impl Noun {
    /// One row without its article: `customer`.
    pub fn bare(&self) -> &'static str {
        self.one.split_once(' ').map_or(self.one, |(_, word)| word)
    }
}

/// The row of an entity in the table of nouns.
pub fn noun(entity: Entity) -> &'static Noun {
    match entity {
        Entity::Customer => &customer::NOUN,
        Entity::Plan => &plan::NOUN,
        Entity::Activity => &activity::NOUN,
        Entity::View => &view::NOUN,
        Entity::User => &user::NOUN,
        Entity::Setting => &setting::NOUN,
        Entity::Lead => &lead::NOUN,
        Entity::Coverage => &coverage::NOUN,
        Entity::Territory => &territory::NOUN,
        Entity::Touch => &touch::NOUN,
        Entity::Deal => &deal::NOUN,
        Entity::DealLine => &deal_line::NOUN,
        Entity::DealNote => &deal_note::NOUN,
        Entity::Schedule => &schedule::NOUN,
        Entity::Ott => &ott::NOUN,
        Entity::Price => &price::NOUN,
        Entity::Job => &job::NOUN,
        Entity::Item => &item::NOUN,
        Entity::Incident => &incident::NOUN,
        Entity::Rebate => &incident::rebate::NOUN,
        Entity::Entry => &entry::NOUN,
        Entity::Model => &model::NOUN,
        Entity::Ticket => &ticket::NOUN,
        Entity::TicketMessage => &message::NOUN,
        Entity::Message => &outbox::NOUN,
        Entity::Article => &article::NOUN,
        Entity::CannedReply => &canned::NOUN,
        Entity::Macro => &macros::NOUN,
        Entity::TicketCategory => &category::NOUN,
    }
}

/// The field whose state says whether somebody has something to do, of the lists in which most rows are done with.
pub fn open_state(entity: Entity) -> Option<FieldId> {
    match entity {
        Entity::Lead => Some(lead::STAGE),
        Entity::Deal => Some(deal::STAGE),
        Entity::Ticket => Some(ticket::STATUS),
        Entity::Job => Some(job::STATE),
        _ => None,
    }
}

/// Whether this is an open state of [`open_state`].
pub fn is_open(state: FieldId, code: &str) -> bool {
    use crate::domain::{deal, job, lead, ticket};
    match state.entity {
        Entity::Lead => lead::Stage::parse(code).is_some_and(lead::Stage::is_open),
        Entity::Deal => deal::Stage::parse(code).is_some_and(deal::Stage::is_open),
        Entity::Ticket => ticket::State::parse(code).is_some_and(ticket::State::is_open),
        Entity::Job => job::JobState::parse(code).is_some_and(job::JobState::is_open),
        _ => false,
    }
}

/// The table of an entity.
pub fn fields(entity: Entity) -> &'static [Field] {
    noun(entity).fields
}

/// The entities people list, filter and export.
pub fn listed() -> impl Iterator<Item = Entity> {
    Entity::ALL.iter().copied().filter(|e| noun(*e).listed)
}

/// The row of a field.
pub fn field(id: FieldId) -> &'static Field {
    &fields(id.entity)[usize::from(id.index)]
}

/// All field ids of an entity, in the order of the table.
pub fn ids(entity: Entity) -> impl Iterator<Item = FieldId> {
    (0..fields(entity).len()).map(move |i| FieldId { entity, index: u16::try_from(i).unwrap_or(u16::MAX) })
}

/// All field ids of an entity as one list that all its whole rows share.
pub fn whole(entity: Entity) -> Arc<[FieldId]> {
    static ALL: OnceLock<Vec<Arc<[FieldId]>>> = OnceLock::new();
    let all = ALL.get_or_init(|| Entity::ALL.iter().map(|e| ids(*e).collect()).collect());
    all.get(entity as usize).cloned().unwrap_or_else(|| ids(entity).collect())
}

/// A whole row, as yet without values.
pub fn blank(entity: Entity, id: Id) -> Record {
    let fields = whole(entity);
    Record { id, version: 1, values: vec![Value::Null; fields.len()], fields }
}

/// Finds a field by name or alias, whatever the case; `_` and spaces read as `-`.
pub fn find(entity: Entity, name: &str) -> Option<FieldId> {
    let wanted = name.trim().to_ascii_lowercase().replace(['_', ' '], "-");
    ids(entity).find(|id| {
        let f = field(*id);
        f.name == wanted || f.aliases.contains(&wanted.as_str())
    })
}

/// Finds a field the way a stranger's column header names it: name, alias, title or head, with
/// anything but letters and digits ignored.
pub fn find_by_header(entity: Entity, header: &str) -> Option<FieldId> {
    let plain = |s: &str| s.chars().filter(char::is_ascii_alphanumeric).collect::<String>().to_ascii_lowercase();
    let wanted = plain(header);
    if wanted.is_empty() {
        return None;
    }
    ids(entity).find(|id| {
        let f = field(*id);
        [f.name, f.title, f.head].iter().chain(f.aliases).any(|s| plain(s) == wanted)
    })
}

/// The name nearest to what was typed, for "did you mean".
pub fn nearest<'a>(wanted: &str, names: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let wanted = wanted.to_ascii_lowercase();
    names
        .into_iter()
        .map(|n| (distance(&wanted, &n.to_ascii_lowercase()), n))
        .filter(|(d, n)| *d <= 1 + n.chars().count().min(wanted.chars().count()) / 3)
        .min_by_key(|(d, _)| *d)
        .map(|(_, n)| n)
}

/// Edit distance with swaps of neighbours (optimal string alignment).
fn distance(a: &str, b: &str) -> usize {
    let (a, b): (Vec<char>, Vec<char>) = (a.chars().take(40).collect(), b.chars().take(40).collect());
    let mut before: Vec<usize> = vec![0; b.len() + 1];
    let mut last: Vec<usize> = (0..=b.len()).collect();
    for i in 1..=a.len() {
        let mut row = vec![i; b.len() + 1];
        for j in 1..=b.len() {
            let swap = i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1];
            row[j] = (last[j] + 1).min(row[j - 1] + 1).min(last[j - 1] + usize::from(a[i - 1] != b[j - 1]));
            if swap {
                row[j] = row[j].min(before[j - 2] + 1);
            }
        }
        before = std::mem::replace(&mut last, row);
    }
    last[b.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_unique_within_an_entity_and_typable() {
        for entity in Entity::ALL {
            let mut seen = std::collections::HashSet::new();
            for f in fields(*entity) {
                for name in std::iter::once(&f.name).chain(f.aliases) {
                    assert!(seen.insert(*name), "{name} twice in {entity:?}");
                    assert!(name.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-'), "{name}");
                }
                assert!(f.help.ends_with('.'), "{}: help is a sentence", f.name);
            }
        }
    }

    #[test]
    fn fields_are_found_by_name_alias_and_header() {
        assert_eq!(find(Entity::Customer, "Customer_Since"), Some(customer::SINCE));
        assert_eq!(find(Entity::Customer, "nonsense"), None);
        assert_eq!(find_by_header(Entity::Customer, "Pin Code"), Some(customer::PINCODE));
        assert_eq!(field(customer::CITY).name, "city");
    }

    #[test]
    fn a_slip_of_the_finger_finds_its_word() {
        let names = ["city", "plan", "risk", "renews"];
        assert_eq!(nearest("ctiy", names), Some("city"));
        assert_eq!(nearest("renew", names), Some("renews"));
        assert_eq!(nearest("zzzz", names), None);
    }
}
