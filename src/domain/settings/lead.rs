//! How leads are scored, answered and aged.

use super::{Setting, Shape, setting};

const WEIGHT: Shape = Shape::Int { low: 0, high: 100 };
const DAYS: Shape = Shape::Int { low: 1, high: 365 };

pub const SETTINGS: &[Setting] = &[
    setting(
        "lead.weight.place",
        "Weight of the place",
        WEIGHT,
        "30",
        "What a lead whose address we can serve today gets; the weights count in proportion to each other.",
    ),
    setting(
        "lead.weight.budget",
        "Weight of the budget",
        WEIGHT,
        "20",
        "What a lead gets whose budget meets the price of the plan.",
    ),
    setting("lead.weight.urgency", "Weight of urgency", WEIGHT, "20", "What a lead gets who wants the line at once."),
    setting(
        "lead.weight.source",
        "Weight of the source",
        WEIGHT,
        "15",
        "What a lead gets whose source leads to a contract twice as often as the average.",
    ),
    setting(
        "lead.weight.engagement",
        "Weight of engagement",
        WEIGHT,
        "15",
        "What a lead gets with whom we are in close touch.",
    ),
    setting(
        "lead.usual-rate",
        "Usual conversion rate",
        Shape::Int { low: 1, high: 100 },
        "20",
        "Percent of leads that become customers, taken while there are too few closed leads to tell.",
    ),
    setting(
        "lead.learn-from",
        "Closed leads to learn from",
        Shape::Int { low: 60, high: 100_000 },
        "200",
        "Leads won or lost that the learned odds need; with fewer the score by rules stands alone. A model of a dozen \
         features wants some ten of the rarer outcome for each (Peduzzi and others 1996).",
    ),
    setting(
        "lead.response-target",
        "Target for the first contact",
        Shape::Int { low: 1, high: 10_080 },
        "30",
        "Minutes from the creation of a lead to the first contact, round the clock.",
    ),
    setting(
        "lead.assign",
        "New leads go to",
        Shape::OneOf(&["nobody", "round-robin", "least-busy", "territory"]),
        "nobody",
        "Who gets a lead that comes in without an owner; what a rep brings stays theirs.",
    ),
    setting(
        "lead.ageing.new",
        "Ageing: New",
        DAYS,
        "1",
        "Days in the stage before a card turns amber; red after twice that.",
    ),
    setting(
        "lead.ageing.contacted",
        "Ageing: Contacted",
        DAYS,
        "4",
        "Days in the stage before a card turns amber; red after twice that.",
    ),
    setting(
        "lead.ageing.survey",
        "Ageing: Site survey",
        DAYS,
        "5",
        "Days in the stage before a card turns amber; red after twice that.",
    ),
    setting(
        "lead.ageing.quoted",
        "Ageing: Quotation",
        DAYS,
        "7",
        "Days in the stage before a card turns amber; red after twice that.",
    ),
    setting(
        "lead.ageing.install",
        "Ageing: Installation",
        DAYS,
        "7",
        "Days in the stage before a card turns amber; red after twice that. TRAI asks for new connections within seven \
         days (QoS regulations, 2024).",
    ),
];
