//! Which column of a file fills which field.

use crate::domain::{Entity, FieldId};
use crate::engine::importable;
use crate::query::schema::{self, customer as c, field};

use super::telco::Preset;

/// Why a mapping cannot be.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum MappingError {
    #[error("`{0}` is not COLUMN=FIELD")]
    Form(String),
    #[error("the file has no column `{column}`{}", .guess.as_ref().map_or(String::new(), |g| format!("; did you mean `{g}`?")))]
    Column { column: String, guess: Option<String> },
    #[error("there is no field `{name}`{}", .guess.map_or(String::new(), |g| format!("; did you mean `{g}`?")))]
    Field { name: String, guess: Option<&'static str> },
    #[error("{0} is computed here and cannot be imported")]
    Computed(&'static str),
    #[error("the columns `{first}` and `{second}` are both mapped to {name}")]
    Twice { name: &'static str, first: String, second: String },
    #[error("no column is mapped to `{0}`")]
    Needs(&'static str),
}

/// A field for each column of a file, or none. Guessed from the headers, then edited.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mapping {
    entity: Entity,
    headers: Vec<String>,
    fields: Vec<Option<FieldId>>,
    preset: Option<Preset>,
}

impl Mapping {
    /// What the headers say by name, alias or title. Columns a preset reads are left to it; of two
    /// columns for one field the first gets it.
    pub fn guess(entity: Entity, headers: &[String], preset: Option<Preset>) -> Mapping {
        let mut fields: Vec<Option<FieldId>> = Vec::with_capacity(headers.len());
        for header in headers {
            let found = schema::find_by_header(entity, header)
                .filter(|id| importable(*id) && !fields.contains(&Some(*id)))
                .filter(|_| preset.is_none_or(|p| !p.reads(header)));
            fields.push(found);
        }
        Mapping { entity, headers: headers.to_vec(), fields, preset }
    }

    /// Header and field of each column, in the order of the file.
    pub fn columns(&self) -> impl Iterator<Item = (&str, Option<FieldId>)> {
        self.headers.iter().map(String::as_str).zip(self.fields.iter().copied())
    }

    /// What becomes of a column, for a table of the mapping: `phone`, `not imported`,
    /// `not imported: computed here`.
    pub fn fate(&self, column: usize) -> &'static str {
        let header = self.headers.get(column).map_or("", String::as_str);
        match self.fields.get(column).copied().flatten() {
            Some(id) => field(id).name,
            None => match self.preset.and_then(|p| p.fate(header)) {
                Some(fate) => fate,
                None => match schema::find_by_header(self.entity, header) {
                    Some(id) if !importable(id) => "not imported: computed here",
                    _ => "not imported",
                },
            },
        }
    }

    pub fn preset(&self) -> Option<Preset> {
        self.preset
    }

    /// The column that fills `field`.
    pub fn column_of(&self, field: FieldId) -> Option<usize> {
        self.fields.iter().position(|f| *f == Some(field))
    }

    /// Gives a column another field, or none. A field that another column had moves here.
    pub fn set(&mut self, column: usize, to: Option<FieldId>) -> Result<(), MappingError> {
        if let Some(id) = to.filter(|id| !importable(*id)) {
            return Err(MappingError::Computed(field(id).name));
        }
        let Some(at) = self.fields.get_mut(column) else {
            return Err(MappingError::Column { column: (column + 1).to_string(), guess: None });
        };
        *at = None;
        if let Some(other) = to.and_then(|id| self.column_of(id)) {
            self.fields[other] = None;
        }
        self.fields[column] = to;
        Ok(())
    }

    /// Takes `COLUMN=FIELD` texts; `COLUMN=` leaves the column out. Two of them for one field are an
    /// error: only a guess gives way.
    pub fn set_all<S: AsRef<str>>(&mut self, wanted: &[S]) -> Result<(), MappingError> {
        let mut named: Vec<(FieldId, String)> = Vec::new();
        for text in wanted {
            let text = text.as_ref();
            let (header, name) = text.rsplit_once('=').ok_or_else(|| MappingError::Form(text.into()))?;
            let column = self.find(header)?;
            let id = match name.trim() {
                "" => None,
                name => Some(find_field(self.entity, name)?),
            };
            if let Some(id) = id {
                if let Some((_, first)) = named.iter().find(|(f, h)| *f == id && *h != self.headers[column]) {
                    let (first, second) = (first.clone(), self.headers[column].clone());
                    return Err(MappingError::Twice { name: field(id).name, first, second });
                }
                named.push((id, self.headers[column].clone()));
            }
            self.set(column, id)?;
        }
        Ok(())
    }

    /// Every customer needs a name, every other row what its table requires.
    pub fn check(&self) -> Result<(), MappingError> {
        let needed = |id: &FieldId| match self.entity {
            Entity::Customer => *id == c::NAME,
            _ => field(*id).required,
        };
        let missing = schema::ids(self.entity).filter(needed).find(|id| self.column_of(*id).is_none());
        match missing.filter(|_| self.preset.is_none()) {
            Some(id) => Err(MappingError::Needs(field(id).name)),
            None => Ok(()),
        }
    }

    fn find(&self, header: &str) -> Result<usize, MappingError> {
        let wanted = header.trim();
        let exact = self.headers.iter().position(|h| h == wanted);
        exact.or_else(|| self.headers.iter().position(|h| h.eq_ignore_ascii_case(wanted))).ok_or_else(|| {
            let guess = schema::nearest(wanted, self.headers.iter().map(String::as_str)).map(str::to_string);
            MappingError::Column { column: crate::base::text::clean(wanted, 60), guess }
        })
    }
}

fn find_field(entity: Entity, name: &str) -> Result<FieldId, MappingError> {
    schema::find(entity, name).ok_or_else(|| {
        let names = schema::fields(entity).iter().map(|f| f.name);
        MappingError::Field { name: crate::base::text::clean(name, 60), guess: schema::nearest(name, names) }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(names: &[&str]) -> Vec<String> {
        names.iter().map(|s| (*s).to_string()).collect()
    }

    #[test]
    fn headers_find_their_fields() {
        let mapping = Mapping::guess(
            Entity::Customer,
            &headers(&["Customer Name", "Mobile", "PIN Code", "MRR", "Shoe size", "Name"]),
            None,
        );
        let found: Vec<_> = mapping.columns().map(|(_, f)| f).collect();
        assert_eq!(found, [Some(c::NAME), Some(c::PHONE), Some(c::PINCODE), None, None, None]);
        assert_eq!(mapping.fate(1), "phone");
        assert_eq!(mapping.fate(3), "not imported: computed here");
        assert_eq!(mapping.check(), Ok(()));
    }

    #[test]
    fn a_column_can_be_given_another_field_or_none() {
        let mut mapping = Mapping::guess(Entity::Customer, &headers(&["name", "town", "x=y"]), None);
        mapping.set_all(&["x=y=name", "TOWN="]).unwrap();
        assert_eq!(mapping.columns().map(|(_, f)| f).collect::<Vec<_>>(), [None, None, Some(c::NAME)]);
        assert_eq!(mapping.set_all(&["x=y="]), Ok(()));
        assert_eq!(mapping.check(), Err(MappingError::Needs("name")));
        for (text, told) in [
            ("name", "`name` is not COLUMN=FIELD"),
            ("nmae=city", "the file has no column `nmae`; did you mean `name`?"),
            ("name=ctiy", "there is no field `ctiy`; did you mean `city`?"),
            ("name=mrr", "mrr is computed here and cannot be imported"),
        ] {
            assert_eq!(mapping.set_all(&[text]).unwrap_err().to_string(), told);
        }
        assert!(matches!(mapping.set_all(&["name=city", "town=city"]), Err(MappingError::Twice { .. })));
    }
}
