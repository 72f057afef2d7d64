//! The cuts that there are: those of reports, by their names, and those that stand beside the rows.

use crate::domain::{Entity, FieldId};
use crate::query::schema::{self, customer as c, deal as d, job as j, lead as l, ticket as t};

use super::{Cut, HOUR, Key, Sum, cut};

use Entity::{Customer, Deal, Lead, Ticket};
use Key::{
    Above, AllAbove, Day, DayWith, Filled, Hour, Last, Number, One, Open, OpenNumber, Place, Reached, Text, Within,
};

/// Lines by the day they began and the monthly price they have now.
pub const STARTED: Cut = cut(Customer, One, Key::Started, Sum::Field(c::PRICE));
/// Lines that are not billed any more by the day that began.
pub const UNBILLED: Cut = cut(Customer, One, Key::Unbilled, Sum::Field(c::PRICE));
/// Lines by reason and day of termination.
pub const LEFT: Cut = cut(Customer, Text(c::REASON), Key::Left, Sum::Field(c::PRICE));
/// Lines by the months they began and left in.
pub const COHORT: Cut = cut(Customer, Key::StartedMonth, Key::LeftMonth, Sum::Field(c::PRICE));
pub const BY_PLAN: Cut = cut(Customer, Text(c::PLAN), Above(c::MRR), Sum::Usual);
pub const BY_TECHNOLOGY: Cut = cut(Customer, Text(c::TECHNOLOGY), Above(c::MRR), Sum::Usual);
pub const BY_CITY: Cut = cut(Customer, Text(c::CITY), Above(c::MRR), Sum::Usual);
pub const BY_STATE: Cut = cut(Customer, Text(c::STATE), Above(c::MRR), Sum::Usual);
pub const NPS: Cut = cut(Customer, One, Number(c::NPS), Sum::Usual);
const MEASURED: &[FieldId] = &[c::MRR, c::SPEED, c::AVG_SPEED];
/// Speed sold, and below speed measured, of billed lines (b is 1 where both are known), by technology.
pub const SPEED_SOLD: Cut = cut(Customer, Text(c::TECHNOLOGY), AllAbove(MEASURED), Sum::Field(c::SPEED));
pub const SPEED_GOT: Cut = cut(Customer, Text(c::TECHNOLOGY), AllAbove(MEASURED), Sum::Field(c::AVG_SPEED));
pub const TOP_OTT: Cut = cut(Customer, Text(c::TOP_OTT), Above(c::MRR), Sum::Usual);
pub const HAS_OTT: Cut = cut(Customer, Filled(c::OTTS), Above(c::MRR), Sum::Usual);
pub const PEAK: Cut = cut(Customer, Text(c::PEAK), Above(c::MRR), Sum::Usual);

pub const TICKETS: Cut = cut(Ticket, Text(t::CATEGORY), Day(t::OPENED), Sum::Usual);
/// Minutes to the first answer by the day a ticket was raised.
pub const ANSWERED: Cut = cut(Ticket, One, DayWith(t::OPENED, t::ANSWERED), Sum::Minutes(t::OPENED, t::ANSWERED));
/// Minutes to the solution by the clocks that were missed and the day a ticket was raised.
pub const RESOLVED: Cut =
    cut(Ticket, Text(t::BREACHED), DayWith(t::OPENED, t::RESOLVED), Sum::Minutes(t::OPENED, t::RESOLVED));
pub const CSAT: Cut = cut(Ticket, Number(t::CSAT), Day(t::OPENED), Sum::Usual);
pub const ARRIVALS: Cut = cut(Ticket, Hour(t::OPENED), Day(t::OPENED), Sum::Usual);
pub const BACKLOG: Cut = cut(Ticket, Text(t::STATUS), Day(t::OPENED), Sum::Usual);

const STAGES: &[FieldId] = &[l::REACHED[0], l::REACHED[1], l::REACHED[2], l::REACHED[3], l::REACHED[4], l::REACHED[5]];
/// Leads by how far they came and the day they came in.
pub const FUNNEL: Cut = cut(Lead, Reached(STAGES), Day(l::CREATED), Sum::Usual);
pub const LEADS_BY_SOURCE: Cut = cut(Lead, Text(l::SOURCE), Day(l::CREATED), Sum::Usual);
pub const WON_BY_SOURCE: Cut = cut(Lead, Text(l::SOURCE), DayWith(l::CREATED, l::CONVERTED_AT), Sum::Usual);
pub const LEADS_BY_REP: Cut = cut(Lead, Text(l::OWNER), Day(l::CREATED), Sum::Usual);
pub const WON_BY_REP: Cut = cut(Lead, Text(l::OWNER), DayWith(l::CREATED, l::CONVERTED_AT), Sum::Usual);
pub const DEALS_WON: Cut = cut(Deal, Text(d::OWNER), Day(d::WON_AT), Sum::Usual);
pub const DEALS_LOST: Cut = cut(Deal, Text(d::LOST_REASON), Day(d::LOST_AT), Sum::Usual);
/// What open deals are worth by the stage and the day they are expected to close.
pub const DEALS_OPEN: Cut = cut(Deal, Text(d::STAGE), Number(d::EXPECTED_CLOSE), Sum::Field(d::WEIGHTED));

/// Leads by where they came from and the stage they are in: what a source is worth.
pub const SOURCES: Cut = cut(Lead, Text(l::SOURCE), Place(l::STAGE), Sum::Usual);
/// Leads by the stage and the day they were won, and lost; and those that were both, which are counted but once.
pub const WON_ON: Cut = cut(Lead, Text(l::STAGE), Day(l::CONVERTED_AT), Sum::Usual);
pub const LOST_ON: Cut = cut(Lead, Text(l::STAGE), Day(l::LOST_AT), Sum::Usual);
pub const WON_AND_LOST: Cut = cut(Lead, One, AllAbove(&[l::CONVERTED_AT, l::LOST_AT]), Sum::Usual);

/// Leads by the stage and the hour they are to be followed up, snoozed ones by when they wake.
pub const LEADS_DUE: Cut = cut(Lead, Text(l::STAGE), Last(&[l::FOLLOW_UP, l::SNOOZED_UNTIL], HOUR), Sum::Usual);
/// Tickets by status and the hour their clock runs out.
pub const TICKETS_DUE: Cut = cut(Ticket, Text(t::STATUS), Last(&[t::CLOCK], HOUR), Sum::Usual);
/// The same by five minutes.
pub const TICKETS_NEAR: Cut = cut(Ticket, Text(t::STATUS), Last(&[t::CLOCK], 300_000), Sum::Usual);
/// Deals by stage and the quarter of a day something was done about them last.
pub const DEALS_QUIET: Cut = cut(Deal, Text(d::STAGE), Last(&[d::LAST_ACTIVITY], 6 * HOUR), Sum::Usual);
/// Open jobs by who does them and the day.
pub const JOBS_DUE: Cut = cut(Entity::Job, Text(j::OWNER), OpenNumber(j::STATE, j::DAY), Sum::Usual);
pub const BY_STATUS: Cut = cut(Customer, Text(c::STATUS), One, Sum::Usual);
/// Lines by status and renewal day.
pub const RENEWALS: Cut = cut(Customer, Text(c::STATUS), Number(c::RENEWS), Sum::Usual);
/// Uptime of the lines that have a figure (b is 1), by status.
pub const UPTIME: Cut = cut(Customer, Text(c::STATUS), Filled(c::UPTIME), Sum::Field(c::UPTIME));

/// What somebody has open, and what nobody has.
const fn mine(entity: Entity, owner: FieldId, state: FieldId) -> Cut {
    cut(entity, Text(owner), Open(state), Sum::Usual)
}

const fn within(entity: Entity, view: &'static str) -> Cut {
    cut(entity, One, Within(entity, view), Sum::Usual)
}

/// The cuts that stand beside the rows of an entity. A change of this list needs a migration, after which all is
/// summed anew.
pub fn kept(entity: Entity) -> Vec<Cut> {
    let of = |text: Option<&str>, number: Option<&str>| {
        let find = |name: &str| schema::find(entity, name);
        let a = text.and_then(find).map_or(One, Text);
        cut(entity, a, number.and_then(find).map_or(One, Number), Sum::Usual)
    };
    let mut out = vec![of(None, None)];
    match entity {
        Entity::Customer => out.extend([
            BY_STATUS,
            of(Some("status"), Some("risk")),
            RENEWALS,
            UPTIME,
            of(None, Some("since")),
            of(None, Some("mrr")),
            cut(entity, Above(c::DUE), Number(c::RENEWS), Sum::Usual),
            STARTED,
            UNBILLED,
            LEFT,
            COHORT,
            BY_PLAN,
            BY_TECHNOLOGY,
            BY_CITY,
            BY_STATE,
            NPS,
            SPEED_SOLD,
            SPEED_GOT,
            TOP_OTT,
            HAS_OTT,
            PEAK,
        ]),
        Entity::Lead => out.extend([
            of(Some("stage"), None),
            of(Some("stage"), Some("score")),
            of(Some("stage"), Some("follow-up")),
            FUNNEL,
            LEADS_BY_SOURCE,
            WON_BY_SOURCE,
            LEADS_BY_REP,
            WON_BY_REP,
            WON_ON,
            LOST_ON,
            WON_AND_LOST,
            SOURCES,
            LEADS_DUE,
            mine(entity, l::OWNER, l::STAGE),
        ]),
        Entity::Deal => out.extend([
            of(Some("stage"), None),
            of(Some("stage"), Some("expected-close")),
            of(Some("stage"), Some("amount")),
            DEALS_QUIET,
            DEALS_WON,
            DEALS_LOST,
            DEALS_OPEN,
            mine(entity, d::OWNER, d::STAGE),
        ]),
        Entity::Job => out.extend([of(Some("state"), None), of(Some("state"), Some("day")), JOBS_DUE]),
        Entity::Item => out.push(of(Some("state"), None)),
        Entity::Incident => out.push(of(Some("phase"), None)),
        Entity::Ticket => {
            out.extend([
                of(Some("status"), None),
                TICKETS,
                ANSWERED,
                RESOLVED,
                CSAT,
                ARRIVALS,
                BACKLOG,
                TICKETS_DUE,
                TICKETS_NEAR,
            ]);
            out.push(mine(entity, t::OWNER, t::STATUS));
        }
        Entity::Coverage => out.push(of(Some("status"), None)),
        Entity::Plan | Entity::Territory | Entity::DealLine | Entity::Message => {}
        _ => return Vec::new(),
    }
    out.extend(kept_views(entity).iter().map(|view| within(entity, view)));
    out
}

/// Built-in views that are counted as they stand: what they ask for is no cut of two keys.
pub(super) fn kept_views(entity: Entity) -> &'static [&'static str] {
    match entity {
        Entity::Lead => &["notify", "now-live", "unanswered"],
        Entity::Deal => &["quoted", "large"],
        Entity::Ticket => &["late", "field", "regulation", "appeals", "breaches"],
        _ => &[],
    }
}
