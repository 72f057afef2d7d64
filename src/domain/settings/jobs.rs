//! Field work: what is ticked off, how light is judged, how many jobs a day.

use super::{Setting, Shape, setting};

pub const SETTINGS: &[Setting] = &[
    setting(
        "jobs.checklist.install",
        "Checklist, installation",
        Shape::Line,
        "cable fixed and labelled; light measured; router placed with the customer; speed shown; app and OTT explained",
        "What a technician ticks off at an installation; items parted by semicolons or commas.",
    ),
    setting(
        "jobs.checklist.fault",
        "Checklist, fault",
        Shape::Line,
        "fault reproduced; light measured before; cause found; light measured after; speed shown",
        "What a technician ticks off at a fault; items parted by semicolons or commas.",
    ),
    setting(
        "jobs.checklist.survey",
        "Checklist, survey",
        Shape::Line,
        "way of the cable found; metres estimated; permission asked; place of the ONU agreed",
        "What a technician ticks off at a survey; items parted by semicolons or commas.",
    ),
    setting(
        "jobs.checklist.shifting",
        "Checklist, shifting",
        Shape::Line,
        "old cable made safe; new cable fixed; light measured; speed shown",
        "What a technician ticks off when a line moves; items parted by semicolons or commas.",
    ),
    setting(
        "jobs.checklist.recovery",
        "Checklist, recovery",
        Shape::Line,
        "ONU taken; power adapter taken; receipt given",
        "What a technician ticks off when equipment is fetched; items parted by semicolons or commas.",
    ),
    setting(
        "jobs.signoff",
        "Sign-off",
        Shape::OneOf(&["code", "name", "none"]),
        "name",
        "What ends a job: the code the customer got, the name of who signed, or nothing.",
    ),
    setting(
        "jobs.text-code",
        "Text with the code",
        Shape::Line,
        "Dear {name}, {technician} is with you for {job}. Tell them {code} only when the work is done. {company}",
        "Queued for the customer when a visit begins and jobs are signed with a code; empty for none.",
    ),
    setting(
        "jobs.light-low",
        "Weakest light",
        Shape::Int { low: -400, high: 0 },
        "-270",
        "Tenths of a dBm; a job that leaves less than this warns. -27 dBm ends the range of GPON class B+ (ITU-T G.984.2).",
    ),
    setting(
        "jobs.a-day",
        "Jobs a day",
        Shape::Int { low: 1, high: 20 },
        "5",
        "Jobs a technician gets in a day when jobs are handed out; by hand more fit in.",
    ),
];
