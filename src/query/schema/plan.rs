//! The fields of a plan.

use crate::domain::customer::{Segment, Technology};
use crate::domain::plan::Offer;
use crate::domain::{Entity, FieldId, Plan, Value};

use super::{Field, Group, Kind, Noun, field_table};

field_table! { Entity::Plan,
    NAME = Field::new("name", "Plan", Kind::Category, Group::Plan, "Name of the plan, its identity.")
        .aliases(&["plan"]).head("Plan", 20).sorted().required().verb();
    TECHNOLOGY = Field::new("technology", "Technology", Kind::Choice(Technology::CHOICES), Group::Plan, "Fiber, broadband or wireless.")
        .aliases(&["tech"]).head("Technology", 10).required().verb();
    SPEED = Field::new("speed", "Speed", Kind::Int { unit: "Mbps", bands: &[] }, Group::Plan, "Speed sold, Mbps.")
        .head("Mbps", 5).sorted().required().verb();
    PRICE = Field::new("price", "Monthly price", Kind::Money, Group::Plan, "List price a month before GST.")
        .head("Price", 8).sorted().required().verb();
    FUP = Field::new("fup", "Fair-usage limit", Kind::Int { unit: "GB", bands: &[] }, Group::Plan, "GB a month before the speed drops; none is unlimited.")
        .head("FUP GB", 7);
    POST_FUP = Field::new("post-fup", "Speed after limit", Kind::Int { unit: "Mbps", bands: &[] }, Group::Plan, "Mbps once the limit is used up.")
        .head("After", 5);
    OTTS = Field::new("otts", "OTT apps", Kind::List(&[]), Group::Plan, "OTT apps in the bundle.")
        .aliases(&["ott"]).head("OTT apps", 30);
    CHANNELS = Field::new("channels", "Live channels", Kind::Int { unit: "", bands: &[] }, Group::Plan, "Live TV channels in the bundle.")
        .head("Channels", 8);
    SEGMENT = Field::new("segment", "Segment", Kind::Choice(Segment::CHOICES), Group::Plan, "Who it is made for.")
        .head("Segment", 12);
    OFFER = Field::new("offer", "Offer", Kind::Choice(Offer::CHOICES), Group::Plan, "Whether it can still be bought.")
        .head("Offer", 9);

    DELETED = Field::new("deleted", "Deleted", Kind::Moment, Group::Plan, "When the row was put away; restorable.")
        .head("Deleted", 12).computed();
}

/// What there is to know of a plan.
pub static NOUN: Noun = Noun {
    fields: FIELDS,
    name: NAME,
    handle: NAME,
    money: None,
    owner: None,
    searched: &[NAME],
    form: &[NAME, TECHNOLOGY, SPEED, PRICE, FUP, POST_FUP, OTTS, CHANNELS, SEGMENT, OFFER],
    shown: &[],
    listed: true,
    one: "a plan",
};

/// A plan as fields and values: what a row of the catalogue holds.
pub fn values(p: &Plan) -> [(FieldId, Value); 10] {
    [
        (NAME, Value::text(p.name.as_str())),
        (TECHNOLOGY, Value::text(p.technology.code())),
        (SPEED, Value::Int(p.speed)),
        (PRICE, Value::Int(p.price.0)),
        (FUP, p.fup_gb.map_or(Value::Null, Value::Int)),
        (POST_FUP, p.post_fup.map_or(Value::Null, Value::Int)),
        (OTTS, Value::list(p.otts.iter().map(String::as_str))),
        (CHANNELS, Value::Int(p.channels)),
        (SEGMENT, Value::text(p.segment.code())),
        (OFFER, Value::text(p.offer.code())),
    ]
}
