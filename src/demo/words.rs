//! What people of the company write: staff, notes, calls, topics of tickets. Written by hand, in the mixed
//! English of an Indian support desk.

/// Login names. The first eight work at the desk, the next three in the field, the last two in sales.
pub const DESK: &[&str] = &["priya", "arjun", "meera", "sneha", "fatima", "kavya", "joseph", "deepa"];
pub const FIELD: &[&str] = &["vikram", "imran", "anand"];
pub const SALES: &[&str] = &["rahul", "nisha"];

pub const DOWN: &[&str] =
    &["LOS light red", "No internet", "Line drops every evening", "No internet since morning", "PPPoE not connecting"];
pub const SLOW: &[&str] =
    &["Slow speed", "Slow in the evening", "Buffering on TV", "Speed test far below plan", "High ping in games"];
/// Other topics with what settles them.
pub const OTHER: &[(&str, &str)] = &[
    ("Wi-Fi weak in bedroom", "mesh unit advised"),
    ("Wi-Fi weak in bedroom", "router moved"),
    ("OTT app not activated", "activated again"),
    ("OTT app not activated", "activation code sent by SMS"),
    ("Bill query", "explained on call"),
    ("Bill query", "credit note given"),
    ("Router restarts", "router replaced"),
    ("Router restarts", "power adapter replaced"),
    ("Shift of router within flat", "technician visit"),
    ("GST invoice wanted", "invoice mailed"),
    ("Wi-Fi password change", "done on call"),
    ("Payment not updated", "receipt found, corrected"),
    ("Public IP wanted", "static IP quoted"),
];

pub const DOWN_FIX: &[&str] = &[
    "technician visit",
    "fibre re-spliced",
    "ONU replaced",
    "patch cord changed",
    "port reset on OLT",
    "power adapter replaced",
];
pub const SLOW_FIX: &[&str] = &[
    "channel changed on router",
    "line test done",
    "5 GHz explained",
    "bandwidth profile corrected",
    "moved to another PON port",
];
/// What brings a line without fibre to the home back.
pub const COPPER_FIX: &[&str] =
    &["technician visit", "cable joint remade", "switch port changed", "patch cord changed", "power adapter replaced"];
pub const AIR_FIX: &[&str] =
    &["technician visit", "antenna aligned", "radio restarted", "power injector replaced", "sector reset"];

/// Notes on lines that work.
pub const NOTES: &[&str] = &[
    "Customer happy with speed, asked about annual plan",
    "Asked for static IP, quote sent",
    "Wants bill on WhatsApp only",
    "Works from home, please no maintenance in the day",
    "Gate closed after 10 pm, call before visit",
    "Dog in the house, call before visit",
    "Key with watchman, flat on rent",
    "Customer ne annual plan ka rate pucha",
    "Ghar shift karna hai next month, same area",
    "Speaks Tamil and English",
    "Owner lives abroad, tenant pays the bill",
    "Router kept near TV, signal weak in kitchen, advised mesh",
    "Interested in OTT pack after exams",
    "Asked for IPL pack, sent details",
    "Neighbour also wants connection, lead created",
    "Senior citizen, speak slowly and call landline first",
    "Wants Netflix in the bundle, told about Max plans",
    "Router is his own, TP-Link, config saved",
    "Payment always on the 5th after salary",
    "Padosi ne recommend kiya, thank-you message sent",
    "Bijli jaane par ONU band, UPS liya hai",
    "Oru varsham plan venam, rate sollunga nu keta",
];

/// Notes and calls on lines that annoy.
pub const ANGRY: &[&str] = &[
    "customer bola line slow hai, raat ko bilkul nahi chalta",
    "Very upset, third complaint this month",
    "Bolte hain doosra connection le lenge agar theek nahi hua",
    "Net baar baar disconnect, WFH affect ho raha hai",
    "Wants one month free, told that manager will call",
    "Threatens to move to competitor, offered rebate",
    "Speed test screenshots received on WhatsApp",
    "Technician came twice, problem not solved",
    "Asked for manager, callback promised before 6 pm",
    "Roz sham 8 baje ke baad buffering",
    "Net romba slow, evening la work aagala",
    "Net khub slow, sandhyay cholei na",
];

/// Calls of the desk on lines that work.
pub const CALLS: &[&str] = &[
    "Feedback call, satisfied",
    "Explained fair usage limit",
    "No answer, will try in the evening",
    "Told about annual plan, will think",
    "Confirmed address for installation of second router",
    "Asked how to pay by UPI, link sent",
    "KYC documents explained",
    "Busy, asked to call after 7 pm",
    "Upgrade offered, wants to wait for salary",
];

/// Calls about money.
pub const DUES: &[&str] = &[
    "Promised to pay by Friday",
    "Says paid in cash to the collection boy, receipt to be checked",
    "Phone switched off",
    "Gaon gaye hain, wapas aake recharge karenge",
    "Payment link sent again",
    "Salary pending, asked for 3 days",
];

/// Visits of the field staff.
pub const VISITS: &[&str] = &[
    "Optical power checked, connector cleaned",
    "Drop cable re-routed away from balcony",
    "Router moved to hall, signal fine in all rooms",
    "Door locked, card left",
    "Installation feasible, 40 m drop cable",
];

pub const LANDMARKS: &[&str] = &[
    "near SBI ATM",
    "near Hanuman Mandir",
    "opp. Government School",
    "near Water Tank",
    "behind Bus Stand",
    "opp. Petrol Pump",
    "near Post Office",
    "near Railway Gate",
    "opp. Ganesh Temple",
    "near Community Hall",
    "near Masjid",
    "behind Vegetable Market",
    "opp. Police Station",
    "near St. Mary Church",
    "near Apollo Pharmacy",
    "opp. Children's Park",
];

/// The first call with a lead.
pub const LEAD_CALLS: &[&str] = &[
    "Explained plans, wants to ask at home",
    "Works from home, needs it stable",
    "Compares with the present provider",
    "Asked about the installation charge",
    "Bola ghar pe baat karke batayenge",
    "Wants the annual rate",
    "Shifted last week, no line in the flat",
    "Two floors, asked about mesh",
    "Price list sent on WhatsApp",
    "Asked whether the router is included",
];

/// What a survey found.
pub const SURVEYS: &[&str] = &[
    "Feasible, cable through the duct",
    "Feasible, drop from the pole outside",
    "Duct full, cable along the terrace",
    "Society office wants a letter",
    "Splitter in the next wing",
];

/// Calls while a lead decides.
pub const LEAD_CHASES: &[&str] = &[
    "Still deciding, call next week",
    "Other provider offers a month free",
    "Waits for salary",
    "Agreed, documents to come",
    "No answer, message left",
];
