//! How many rows a filter keeps, and which: where no order is asked for, the index that says it with the least reading
//! is the best one.

use rusqlite::params_from_iter;

use crate::base::Id;
use crate::domain::{Entity, FieldId};
use crate::query::bind::{Bound, Cond, Test};
use crate::query::cut;
use crate::query::schema::{self, customer as c, deal as d, field, job as j, lead as l, ticket as t};

use super::compile::{Sql, cond, from_by};
use super::crew::{MANY, Way};
use super::page::{Page, PageAsk, plain};
use super::{Read, Result, Rows, Totals, order};

/// A narrow index of what an entity is most often asked by.
pub struct Facets {
    entity: Entity,
    pub index: &'static str,
    /// The state it is ordered by first, before the town; without, it begins with the town.
    pub state: Option<FieldId>,
    fields: &'static [FieldId],
}

const CUSTOMERS: Facets = Facets {
    entity: Entity::Customer,
    index: "customers_facets",
    state: None,
    fields: &[
        c::CITY,
        c::PLAN,
        c::STATUS,
        c::TECHNOLOGY,
        c::SEGMENT,
        c::RISK,
        c::MRR,
        c::PRICE,
        c::DUE,
        c::RENEWS,
        c::SINCE,
        c::NPS,
        c::SPEED,
        c::TICKETS_30D,
        c::SOURCE,
        c::OWNER,
        c::AREA,
    ],
};

const FACETS: &[Facets] = &[
    CUSTOMERS,
    Facets {
        entity: Entity::Lead,
        index: "leads_facets",
        state: Some(l::STAGE),
        fields: &[
            l::STAGE,
            l::CITY,
            l::CREATED,
            l::SOURCE,
            l::OWNER,
            l::SCORE,
            l::PLAN,
            l::MRR,
            l::LOST_REASON,
            l::STAGE_SINCE,
            l::CONVERTED_AT,
            l::LOST_AT,
            l::AVAILABILITY,
        ],
    },
    Facets {
        entity: Entity::Deal,
        index: "deals_facets",
        state: Some(d::STAGE),
        fields: &[
            d::STAGE,
            d::OWNER,
            d::CITY,
            d::CREATED,
            d::SOURCE,
            d::AMOUNT,
            d::LAST_ACTIVITY,
            d::EXPECTED_CLOSE,
            d::QUOTE,
            d::STAGE_SINCE,
            d::WON_AT,
            d::LOST_AT,
            d::LOST_REASON,
        ],
    },
    Facets {
        entity: Entity::Ticket,
        index: "tickets_facets",
        state: Some(t::STATUS),
        fields: &[t::STATUS, t::CITY, t::OPENED, t::CATEGORY, t::PRIORITY, t::OWNER, t::CSAT, t::CLOCK, t::STAKE],
    },
    Facets {
        entity: Entity::Job,
        index: "jobs_facets",
        state: Some(j::STATE),
        fields: &[j::STATE, j::CITY, j::DAY, j::KIND, j::OWNER, j::CREATED, j::FINISHED, j::SLOT],
    },
];

/// The words that an index is only given for: those begin with a state, as the indexes of many lists do.
pub(super) fn asked_for(index: &str) -> &'static str {
    let own = FACETS.iter().any(|f| f.index == index && f.state.is_some());
    if own { "COALESCE(deleted, 0) = 0 AND " } else { "" }
}

/// The index that alone says which rows a filter keeps.
pub(super) fn facets(filter: &Bound) -> Option<&'static Facets> {
    let of = |f: &&Facets| f.entity == filter.entity && told(&filter.cond, f.fields);
    FACETS.iter().find(of).filter(|_| !filter.deleted && filter.cond != Cond::All)
}

/// The index that alone says what figures of some fields the rows of a filter add up to.
pub(super) fn figures(filter: &Bound, fields: &[FieldId]) -> Option<&'static Facets> {
    let of = |f: &&Facets| f.entity == filter.entity && told(&filter.cond, f.fields);
    let all = |f: &&Facets| fields.iter().all(|id| f.fields.contains(id));
    FACETS.iter().find(of).filter(all).filter(|_| !filter.deleted)
}

/// Whether the facets tell which rows a filter keeps, and it keeps those of a state: they are a stretch of the facets.
fn in_a_state(filter: &Bound) -> bool {
    let state = facets(filter).and_then(|f| f.state);
    state.is_some_and(|state| filter.cond.parts().iter().any(|c| order::chosen(c).is_some_and(|(id, _)| id == state)))
}

/// The index that says so much of a filter that few rows have to be read for the rest: two tests, or a span of a figure.
fn partly(filter: &Bound) -> Option<&'static Facets> {
    let facets = FACETS.iter().find(|f| f.entity == filter.entity)?;
    let parts = filter.cond.parts();
    let known: Vec<_> = parts.iter().filter(|part| told(part, facets.fields)).collect();
    let figure = |c: &&&&Cond| matches!(c, Cond::Test(_, Test::Between(..)));
    (known.len() >= 2 || known.iter().find(figure).is_some()).then_some(facets)
}

/// Indexes of one field each.
const SPANS: &[(FieldId, &str)] = &[
    (c::PLAN, "customers_plan"),
    (c::SINCE, "customers_since"),
    (c::RENEWS, "customers_renews"),
    (c::MRR, "customers_mrr"),
    (c::RISK, "customers_risk"),
    (c::DUE, "customers_due"),
    (c::USAGE, "customers_usage"),
    (c::LTV, "customers_ltv"),
    (c::CHANCE, "customers_chance"),
];

/// Fewer rows of a span are looked up one by one sooner than all are looked through.
const FEW: i64 = 10_000;

/// So few rows are put in order, where an index walk would pass by many others.
const FEW_OF_MANY: i64 = 1_000;

impl Read<'_> {
    /// From the sums where they hold the answer, else by counting the rows.
    pub fn totals(&self, filter: &Bound) -> Result<Totals> {
        if self.settled()
            && let Some(totals) = self.summed(filter)?
        {
            return Ok(totals);
        }
        self.counted(filter)
    }

    /// The same, counted row by row.
    pub(super) fn counted(&self, filter: &Bound) -> Result<Totals> {
        // What a view is ordered by is most often what it is bounded by.
        let index = match order::index(filter, &filter.sort) {
            Some(index) if order::is_bounded(index) || !in_a_state(filter) => Some(index),
            _ => self.way(filter)?,
        };
        let facets = facets(filter).filter(|f| index == Some(f.index));
        // A town's part of the customers is a span of its own, and short.
        let short = filter.entity == Entity::Customer && self.in_one_town(filter);
        let way = match facets {
            Some(facets) if !short => Some(Way::Facets(facets)),
            None if index.is_none() && short => self.in_large_town(filter)?.then_some(Way::Town),
            None if index.is_none() && self.is_scanned(filter)? => Some(partly(filter).map_or(Way::Rows, Way::Facets)),
            _ => None,
        };
        if let Some(way) = way
            && let Some(totals) = self.counted_in_slices(filter, &way, MANY)?
        {
            return Ok(totals);
        }
        let mut sql = Sql { bare: facets.is_some(), ..Sql::default() };
        count_and_money(&mut sql, filter);
        from_by(&mut sql, filter, index);
        let mut statement = self.conn.prepare_cached(&sql.text)?;
        Ok(statement.query_row(params_from_iter(sql.params.iter().map(plain)), Totals::read)?)
    }

    /// True where SQLite would look at every row, or at those of a span that has many.
    fn is_scanned(&self, filter: &Bound) -> Result<bool> {
        let mut sql = Sql::default();
        sql.push("EXPLAIN QUERY PLAN ");
        count_and_money(&mut sql, filter);
        from_by(&mut sql, filter, None);
        let mut statement = self.conn.prepare(&sql.text)?;
        let found = statement.query_map(params_from_iter(sql.params.iter().map(plain)), |r| r.get::<_, String>(3))?;
        let many = |line: &String| SPANS.iter().any(|(_, index)| line.contains(&format!("INDEX {index} ")));
        let plan = found.collect::<rusqlite::Result<Vec<_>>>()?;
        Ok(plan.iter().any(|line| line.starts_with("SCAN") || many(line)))
    }

    fn in_one_town(&self, filter: &Bound) -> bool {
        filter.cond.parts().iter().any(|part| spans(part, c::CITY))
    }

    /// True where the towns meant have so many customers that others are called to look them up.
    fn in_large_town(&self, filter: &Bound) -> Result<bool> {
        let towns = self.cuts(&[cut::BY_CITY], &Rows::All, (0, 1))?.concat();
        let meant = |name: &str| {
            filter.cond.parts().into_iter().any(|part| match part {
                Cond::Test(c::CITY, Test::Is(city)) => city.eq_ignore_ascii_case(name),
                Cond::Test(c::CITY, Test::Starts(city)) => {
                    name.get(..city.len()).is_some_and(|begin| begin.eq_ignore_ascii_case(city))
                }
                _ => false,
            })
        };
        Ok(towns.iter().filter(|cell| meant(&cell.a)).map(|cell| cell.rows).sum::<i64>() >= FEW)
    }

    /// Ids of the rows a filter keeps, by id.
    pub fn ids(&self, filter: &Bound) -> Result<Vec<Id>> {
        let sql = self.ids_sql(filter)?;
        let mut statement = self.conn.prepare(&sql.text)?;
        let mut ids = statement
            .query_map(params_from_iter(sql.params.iter().map(plain)), |r| Ok(Id(r.get(0)?)))?
            .collect::<rusqlite::Result<Vec<_>>>()?;
        // A million numbers are put in order here in a twentieth of the time that SQLite takes for as many rows.
        ids.sort_unstable();
        Ok(ids)
    }

    fn ids_sql(&self, filter: &Bound) -> Result<Sql> {
        let mut sql = Sql::default();
        sql.push("SELECT id");
        from_by(&mut sql, filter, self.way(filter)?);
        Ok(sql)
    }

    /// The query plan of [`Read::ids`].
    #[cfg(test)]
    pub fn plan_of_ids(&self, filter: &Bound) -> Result<String> {
        let sql = self.ids_sql(filter)?;
        let mut statement = self.conn.prepare(&format!("EXPLAIN QUERY PLAN {}", sql.text))?;
        let lines = statement.query_map(params_from_iter(sql.params.iter().map(plain)), |r| r.get::<_, String>(3))?;
        Ok(lines.collect::<rusqlite::Result<Vec<_>>>()?.join("\n"))
    }

    /// A page of a filter that is known to keep so many rows. Few are put in order sooner than an index of the order is
    /// walked, where something else is asked of its rows.
    pub fn page_of(&self, ask: &PageAsk, count: i64) -> Result<Page> {
        if count > FEW_OF_MANY
            || ask.filter.cond.parts().len() < 2
            || order::parts(&ask.filter, &ask.sort).is_some()
            || facets(&ask.filter).is_none()
        {
            return self.page(ask);
        }
        self.page_by_parts(ask, &|_, _, _| ())
    }

    /// The rows of a filter, where the facets say which they are and they are few.
    pub(super) fn few(&self, filter: &Bound) -> Result<Option<Vec<Id>>> {
        let Some(facets) = facets(filter) else { return Ok(None) };
        let mut sql = Sql::default();
        sql.push("SELECT id");
        from_by(&mut sql, filter, Some(facets.index));
        sql.push(&format!(" LIMIT {FEW}"));
        let mut statement = self.conn.prepare_cached(&sql.text)?;
        let ids = statement
            .query_map(params_from_iter(sql.params.iter().map(plain)), |r| Ok(Id(r.get(0)?)))?
            .collect::<rusqlite::Result<Vec<_>>>()?;
        Ok(Some(ids).filter(|ids| (ids.len() as i64) < FEW))
    }

    /// The index to find the rows of a filter by, where it is better known here than to SQLite, which guesses how many
    /// rows a span has: one city's part of the facets, else a span of few rows, else all of the facets.
    fn way(&self, filter: &Bound) -> Result<Option<&'static str>> {
        if filter.deleted || filter.cond == Cond::All {
            return Ok(None);
        }
        let parts = filter.cond.parts();
        let facets = facets(filter).map(|f| f.index);
        if filter.entity != Entity::Customer || facets.is_some() && self.in_one_town(filter) {
            return Ok(facets);
        }
        let mut narrowest = (FEW, facets);
        for (id, index) in SPANS {
            let Some(part) = parts.iter().find(|part| spans(part, *id)) else { continue };
            let mut sql = Sql::default();
            sql.push(&format!("SELECT count(*) FROM (SELECT 1 FROM customers INDEXED BY {index} WHERE "));
            cond(&mut sql, part);
            sql.push(&format!(" LIMIT {FEW})"));
            let mut statement = self.conn.prepare_cached(&sql.text)?;
            let rows: i64 = statement.query_row(params_from_iter(sql.params.iter().map(plain)), |r| r.get(0))?;
            if rows < narrowest.0 {
                narrowest = (rows, Some(index));
            }
        }
        Ok(narrowest.1)
    }
}

/// True where a test bounds a field from both sides, or from one.
fn spans(part: &Cond, id: FieldId) -> bool {
    matches!(part, Cond::Test(f, Test::Is(_) | Test::Starts(_) | Test::Between(..)) if *f == id)
}

/// `SELECT` how many, and their money.
pub(super) fn count_and_money(sql: &mut Sql, filter: &Bound) {
    let money = schema::noun(filter.entity).money;
    let money = money.map_or("0".into(), |id| format!("COALESCE(sum({}), 0)", field(id).column()));
    sql.push(&format!("SELECT count(*), {money}"));
}

/// Whether some fields alone say which rows a condition keeps.
fn told(cond: &Cond, fields: &[FieldId]) -> bool {
    cond.leaves().into_iter().all(|leaf| match leaf {
        Cond::Test(id, _) => fields.contains(id),
        leaf => *leaf == Cond::All,
    })
}

#[cfg(test)]
mod tests {
    use rusqlite::Connection;

    use super::*;
    use crate::base::{Timestamp, calendar};
    use crate::domain::Value;
    use crate::query::{Context, compile};
    use crate::store::{Change, Store, StoreError};

    #[test]
    fn a_count_goes_the_shortest_way_and_every_way_counts_the_same() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("isp.db");
        let store = Store::open(&path, true).unwrap();
        let rows = FEW + 2_000;
        store
            .write::<_, StoreError>(|tx| {
                (1..=rows).try_for_each(|i| {
                    let fields = vec![
                        (c::ACCOUNT, Value::Int(i)),
                        (c::NAME, format!("Name {i}").into()),
                        (c::CITY, ["Pune", "Surat", "Indore"][(i % 3) as usize].into()),
                        (c::PLAN, ["Fiber 100", "Air 50", "", "fiber 100"][(i / 3 % 4) as usize].into()),
                        (c::STATUS, ["active", "grace"][(i % 5 / 4) as usize].into()),
                        (c::TAGS, if i % 7 == 0 { "vip".into() } else { Value::Null }),
                        (c::MRR, Value::Int(i % 11 * 10_000)),
                        (c::RISK, Value::Int(i % 100)),
                        (c::SINCE, Value::Int(20_000 + i)),
                    ];
                    tx.apply(&Change::Insert { entity: Entity::Customer, id: Id(i), fields })
                })
            })
            .unwrap();
        let context = Context::at(Timestamp(calendar::start_of(calendar::date_from_days(20_780).unwrap()).0), "owner");
        let direct = Connection::open(&path).unwrap();
        for (text, way, rule) in [
            (
                "city:pune plan:fiber risk>40",
                Some("customers_facets"),
                "city = 'Pune' AND plan = 'Fiber 100' AND risk > 40",
            ),
            ("-status:active risk>=0", Some("customers_facets"), "status <> 'active' AND risk >= 0"),
            ("risk>=98 plan:air", Some("customers_risk"), "risk >= 98 AND plan = 'Air 50'"),
            ("risk<90 status:active", Some("customers_facets"), "risk < 90 AND status = 'active'"),
            ("risk<90 -plan:fiber", Some("customers_facets"), "risk < 90 AND plan IN ('Air 50', '')"),
            (
                "risk<90 plan:air,fiber status:grace",
                Some("customers_facets"),
                "risk < 90 AND status = 'grace' AND plan <> ''",
            ),
            ("tag:vip risk>=0", None, "tags = 'vip' AND risk >= 0"),
            ("tag:vip risk>98", Some("customers_risk"), "tags = 'vip' AND risk > 98"),
            ("city:pune name:name", None, "city = 'Pune'"),
            ("city:surat or risk>90", Some("customers_facets"), "city = 'Surat' OR risk > 90"),
        ] {
            let filter = compile(text, Entity::Customer, &context).unwrap();
            let (found, all, ids) = store
                .read::<_, StoreError>(|read| Ok((read.way(&filter)?, read.counted(&filter)?, read.ids(&filter)?)))
                .unwrap();
            assert_eq!(found, way, "{text}");
            // By several connections at once where there are any: of the facets, or of all rows.
            let of = facets(&filter).or_else(|| partly(&filter)).map(Way::Facets);
            for way in of.into_iter().chain([Way::Town, Way::Rows]) {
                let sliced = store.read(|read| read.counted_in_slices(&filter, &way, 1)).unwrap();
                assert_eq!(sliced.unwrap_or(all), all, "{text}");
            }
            let sql = format!("SELECT count(*), COALESCE(sum(mrr), 0) FROM customers NOT INDEXED WHERE {rule}");
            let by_hand: (i64, i64) = direct.query_row(&sql, [], |r| Ok((r.get(0)?, r.get(1)?))).unwrap();
            assert!(by_hand.0 > 0, "{text}");
            assert_eq!((all.count, all.mrr.0), by_hand, "{text}");
            assert!(ids.is_sorted() && ids.len() as i64 == all.count, "{text}");
        }
        let plan = "EXPLAIN QUERY PLAN SELECT count(*), sum(mrr) FROM customers INDEXED BY customers_facets
                    WHERE deleted IS NULL AND COALESCE(risk, -4611686018427387904) > 40 AND status = 'active'";
        let told: String = direct.query_row(plan, [], |r| r.get(3)).unwrap();
        assert!(told.contains("COVERING INDEX customers_facets"), "{told}");
    }
}
