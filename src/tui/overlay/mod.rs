//! What lies on top of a screen: one stack, one enum. Keys go to the topmost.

pub mod confirm;
pub mod detail;
pub mod form;
pub mod page;
pub mod picker;
pub mod search;

pub use confirm::Confirm;
pub use detail::Detail;
pub use form::{Form, FormKind};
pub use page::TextPage;
pub use picker::{Pick, PickItem, Picker, Purpose};
pub use search::Search;

use super::action::Scope;

pub enum Overlay {
    Picker(Picker),
    Form(Form),
    Confirm(Confirm),
    Detail(Detail),
    Page(TextPage),
    Search(Search),
}

impl Overlay {
    /// Which keys are live while this is on top.
    pub fn scope(&self) -> Scope {
        match self {
            Overlay::Picker(_) | Overlay::Search(_) => Scope::Picker,
            Overlay::Form(_) => Scope::Form,
            Overlay::Confirm(_) => Scope::Confirm,
            Overlay::Detail(_) => Scope::Detail,
            Overlay::Page(_) => Scope::Page,
        }
    }
}
