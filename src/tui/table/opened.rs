//! The lists that were opened, one for each kind of rows.

use std::ops::{Deref, DerefMut};

use crate::domain::Entity;
use crate::query::Context;

use super::{Table, Wish};

/// The lists that were opened, each as it was left. It stands for the one on the screen.
pub struct Tables {
    all: Vec<Table>,
    at: usize,
}

impl Tables {
    pub fn new(entity: Entity, context: &Context) -> Tables {
        Tables { all: vec![Table::new(entity, context)], at: 0 }
    }

    /// Brings the list of an entity to the screen; wishes for what it shows.
    pub fn open(&mut self, entity: Entity, context: &Context) -> Vec<Wish> {
        match self.all.iter().position(|t| t.entity == entity) {
            Some(at) => {
                self.at = at;
                self.refresh()
            }
            None => {
                // Its rows may come before it is drawn: there is as much room for it as for the one before.
                let (height, panel_shown) = (self.height, self.panel_shown);
                self.all.push(Table { height, panel_shown, ..Table::new(entity, context) });
                self.at = self.all.len() - 1;
                vec![self.begin(), Wish::Totals, Wish::Everything]
            }
        }
    }

    /// The list of an entity, where it was opened.
    pub fn of(&mut self, entity: Entity) -> Option<&mut Table> {
        self.all.iter_mut().find(|t| t.entity == entity)
    }
}

impl Deref for Tables {
    type Target = Table;
    fn deref(&self) -> &Table {
        &self.all[self.at]
    }
}

impl DerefMut for Tables {
    fn deref_mut(&mut self) -> &mut Table {
        &mut self.all[self.at]
    }
}
