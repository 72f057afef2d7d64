//! THE table of tabs. A number stays with its screen; the first line, the keys and the mouse follow it.

use crate::domain::Entity;

use super::action::{Action, Scope};

/// A screen one can go to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tab {
    Today,
    Customers,
    Leads,
    Deals,
    Tickets,
    Jobs,
    Analytics,
    Settings,
}

/// One row of the table.
#[derive(Clone, Copy, Debug)]
pub struct TabSpec {
    pub tab: Tab,
    /// The key that goes there, and what stands before the name.
    pub number: char,
    pub title: &'static str,
    pub action: Action,
    /// The list it opens with.
    pub entity: Entity,
}

pub static TABS: &[TabSpec] = &[
    // Its rows are of many kinds; the list under it is that of the customers.
    TabSpec { tab: Tab::Today, number: '1', title: "Today", action: Action::Today, entity: Entity::Customer },
    TabSpec {
        tab: Tab::Customers,
        number: '2',
        title: "Customers",
        action: Action::Customers,
        entity: Entity::Customer,
    },
    TabSpec { tab: Tab::Leads, number: '3', title: "Leads", action: Action::Leads, entity: Entity::Lead },
    TabSpec { tab: Tab::Deals, number: '4', title: "Deals", action: Action::Deals, entity: Entity::Deal },
    TabSpec { tab: Tab::Tickets, number: '5', title: "Tickets", action: Action::Tickets, entity: Entity::Ticket },
    TabSpec { tab: Tab::Jobs, number: '6', title: "Jobs", action: Action::Jobs, entity: Entity::Job },
    // Figures are of all kinds of rows, as what needs me now is.
    TabSpec {
        tab: Tab::Analytics,
        number: '7',
        title: "Analytics",
        action: Action::Analytics,
        entity: Entity::Customer,
    },
    TabSpec { tab: Tab::Settings, number: '8', title: "Settings", action: Action::Settings, entity: Entity::Plan },
];

/// The row of a tab.
pub fn spec(tab: Tab) -> &'static TabSpec {
    TABS.iter().find(|t| t.tab == tab).unwrap_or(&TABS[0])
}

/// The tab on which the rows of an entity are at home.
pub fn home(entity: Entity) -> Tab {
    if entity == Entity::Incident {
        return Tab::Jobs;
    }
    TABS.iter()
        .find(|t| t.entity == entity && !matches!(t.tab, Tab::Today | Tab::Analytics))
        .map_or(Tab::Settings, |t| t.tab)
}

/// The keys that only rows of this entity have.
pub fn scope(entity: Entity) -> Option<Scope> {
    match entity {
        Entity::Customer => Some(Scope::Customers),
        Entity::Lead => Some(Scope::Leads),
        Entity::Deal => Some(Scope::Deals),
        Entity::Ticket => Some(Scope::Tickets),
        Entity::Job => Some(Scope::Jobs),
        Entity::Incident => Some(Scope::Incidents),
        Entity::Plan => Some(Scope::Plans),
        Entity::User => Some(Scope::People),
        _ => None,
    }
}
