//! What the coverage directory says of an address.
//!
//! **The rule.** Only rows of the same PIN code count. A row for the building goes before one for the area, and
//! that before one for the whole PIN code. Names are compared without regard to case, accents and spaces. A row
//! for a building counts whatever area the address names, unless both name one and they differ; so does a row for
//! an area only where the address names that area. A PIN code of which the directory knows nothing is not covered;
//! while the directory is empty, or the address has no PIN code, nothing is known.

use crate::base::Money;
use crate::base::text::fold;
use crate::domain::lead::Availability;
use crate::domain::{Record, Value};
use crate::query::schema::{coverage as cov, lead as l};

/// An address, as far as the directory goes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Address<'a> {
    pub pincode: &'a str,
    pub area: &'a str,
    pub building: &'a str,
}

impl<'a> Address<'a> {
    pub fn of_lead(row: &'a Record) -> Address<'a> {
        Address { pincode: row.text(l::PINCODE), area: row.text(l::AREA), building: row.text(l::BUILDING) }
    }
}

/// What was found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Found {
    pub availability: Availability,
    /// The row that says so, in words; empty where no row does.
    pub place: String,
    /// Days since 1970-01-01.
    pub live_on: Option<i64>,
    pub ports: Option<i64>,
    pub drop_metres: Option<i64>,
    pub install_cost: Option<Money>,
    /// Code of the technology; empty when not known.
    pub technology: String,
    pub note: String,
}

fn same(a: &str, b: &str) -> bool {
    if a.is_ascii() && b.is_ascii() {
        // Without an accent to take off, nothing has to be written anew.
        let seen = |b: &u8| !b.is_ascii_whitespace() && !b.is_ascii_control();
        let (a, b) = (a.bytes().filter(seen), b.bytes().filter(seen));
        return a.map(|b| b.to_ascii_lowercase()).eq(b.map(|b| b.to_ascii_lowercase()));
    }
    let plain = |s: &str| fold(s).chars().filter(|c| !c.is_whitespace()).collect::<String>();
    plain(a) == plain(b)
}

/// How closely a row fits an address: 3 the building, 2 the area, 1 the PIN code; `None` when it does not.
fn fit(row: &Record, address: Address<'_>) -> Option<u8> {
    let (area, building) = (row.text(cov::AREA), row.text(cov::BUILDING));
    if row.text(cov::PINCODE) != address.pincode || !row.get(cov::DELETED).is_null() {
        return None;
    }
    match (area.is_empty(), building.is_empty()) {
        (true, true) => Some(1),
        (false, true) => (!address.area.is_empty() && same(area, address.area)).then_some(2),
        (_, false) => {
            let elsewhere = !area.is_empty() && !address.area.is_empty() && !same(area, address.area);
            (!address.building.is_empty() && same(building, address.building) && !elsewhere).then_some(3)
        }
    }
}

/// Asks the directory. `rows` are those of the PIN code; `empty` is true while the directory has no row at all.
pub fn look_up(rows: &[Record], address: Address<'_>, empty: bool) -> Option<Found> {
    if address.pincode.is_empty() || empty {
        return None;
    }
    let best = rows.iter().filter_map(|r| fit(r, address).map(|n| (n, r))).max_by_key(|(n, r)| (*n, -r.id.0));
    let Some((_, row)) = best else {
        return Some(Found {
            availability: Availability::NotCovered,
            place: String::new(),
            live_on: None,
            ports: None,
            drop_metres: None,
            install_cost: None,
            technology: String::new(),
            note: String::new(),
        });
    };
    Some(Found {
        availability: Availability::parse(row.text(cov::STATUS)).unwrap_or(Availability::NotCovered),
        place: row.text(cov::PLACE).to_string(),
        live_on: row.int(cov::LIVE_ON),
        ports: row.int(cov::PORTS),
        drop_metres: row.int(cov::DROP),
        install_cost: row.int(cov::INSTALL_COST).map(Money),
        technology: row.text(cov::TECHNOLOGY).to_string(),
        note: row.text(cov::NOTE).to_string(),
    })
}

/// Puts what was found into the fields of a lead.
pub fn put(lead: &mut Record, found: Option<&Found>) {
    let int = |n: Option<i64>| n.map_or(Value::Null, Value::Int);
    lead.set(l::AVAILABILITY, found.map_or(Value::Null, |f| Value::text(f.availability.code())));
    lead.set(l::LIVE_ON, int(found.and_then(|f| f.live_on)));
    lead.set(l::PORTS, int(found.and_then(|f| f.ports)));
    lead.set(l::DROP, int(found.and_then(|f| f.drop_metres)));
    lead.set(l::INSTALL_COST, int(found.and_then(|f| f.install_cost.map(|m| m.0))));
}

/// `411038 · Kothrud · Lotus CHS`: the name of a row.
pub fn place_name(pincode: &str, area: &str, building: &str) -> String {
    [pincode, area, building].into_iter().filter(|s| !s.is_empty()).collect::<Vec<_>>().join(" · ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::Id;
    use crate::domain::{Entity, FieldId};
    use crate::query::schema;

    fn row(id: i64, area: &str, building: &str, status: &str) -> Record {
        let fields: std::sync::Arc<[FieldId]> = schema::ids(Entity::Coverage).collect();
        let mut row = Record { id: Id(id), version: 1, values: vec![Value::Null; fields.len()], fields };
        row.set(cov::PINCODE, "411038".into());
        row.set(cov::AREA, area.into());
        row.set(cov::BUILDING, building.into());
        row.set(cov::STATUS, status.into());
        row.set(cov::PLACE, place_name("411038", area, building).into());
        row
    }

    #[test]
    fn the_building_goes_before_the_area_and_that_before_the_pin_code() {
        let rows = [
            row(1, "", "", "not-covered"),
            row(2, "Kothrud", "", "planned"),
            row(3, "Kothrud", "Lotus CHS", "serviceable"),
        ];
        let ask = |area: &str, building: &str| {
            let found = look_up(&rows, Address { pincode: "411038", area, building }, false).unwrap();
            found.availability.code()
        };
        assert_eq!(ask("Kothrud", "Lotus CHS"), "serviceable");
        assert_eq!(ask("", "lotus  chs"), "serviceable", "the building alone is enough");
        assert_eq!(ask("Karve Nagar", "Lotus CHS"), "not-covered", "another building of that name");
        assert_eq!(ask("KOTHRUD", "Rose Villa"), "planned");
        assert_eq!(ask("Karve Nagar", ""), "not-covered");
        let elsewhere = Address { pincode: "411001", ..Address::default() };
        assert_eq!(look_up(&[], elsewhere, false).unwrap().availability, Availability::NotCovered);
        assert_eq!(look_up(&[], elsewhere, true), None, "an empty directory says nothing");
        assert_eq!(look_up(&rows, Address::default(), false), None);
    }
}
