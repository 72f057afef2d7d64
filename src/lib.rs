//! BharatNet CRM: customers, plans and service of an Indian internet service provider, in the
//! terminal, on one SQLite file.
//!
//! # The promises
//!
//! 1. **Instant.** A key is answered within a frame.
//! 2. **One language.** What is typed in the filter line is the view, the CLI argument, the export:
//!    the same text, the same result.
//! 3. **One door.** Every write is one [`engine::Command`]: authorised, checked, applied,
//!    journalled and undoable, in one transaction.
//! 4. **Nothing lost.** What was typed survives a dropped line; what was told to be saved survives
//!    a power cut; what was done can be taken back tomorrow.
//! 5. **Thin wire.** Nothing is drawn when nothing has changed, and it is of use at 40x20.
//!
//! # The rooms
//!
//! One package, a library and a thin binary. Arrows point at what is imported; nothing points back,
//! and a test (`tests/it/arch.rs`) reads every `use` to see that it stays so.
//!
//! ```text
//! base  <-  domain  <-  query  <-  insight          pure: no clock, no I/O, no SQL, no terminal
//!                         ^           ^
//!            search <-  store         |             the only room that knows SQL
//!                         ^           |
//!                       engine -------+             two doors: execute(Command), read(Ask)
//!                    ^    ^      ^
//!                  tui   cli   exchange             screens, commands, files
//!
//! demo: a seeded company from real geography, prices and names; knows no store
//! ```
//!
//! | room | what lives there |
//! |---|---|
//! | [`base`] | ids, clock, money in paise, phone, PIN code, GSTIN, calendar (IST, financial year), text made harmless, what the processor should fetch |
//! | [`domain`] | the nouns and their rules: customer and its state machine, plan, activity, usage, role |
//! | [`query`] | the filter language and THE field table, of which columns, forms, imports and exports are folds; cuts of rows |
//! | [`insight`] | churn risk by rules and by a model of who left, a learner for any table, the next best step and offer, forecasts, odds of leads and the strength of reps, labels for texts and what a desk learns of its tickets, segments, recommendations, key figures with their formulas, charts as data |
//! | [`search`] | many short lines matched letter by letter as somebody types; knows no noun |
//! | [`store`] | SQLite: open and refuse, migrate, compile a filter, page by key, apply, journal, back up, fill a new file |
//! | [`engine`] | the two doors, the policy, the decisions, undo |
//! | [`exchange`] | CSV and JSON in and out, the demo company into a file |
//! | [`demo`] | the generating process of a believable provider, written down in its own page |
//! | [`tui`] | the app (pure), its loop, screens, overlays, keys, themes |
//! | [`cli`] | commands, with the same language and one checked writer |
//!
//! # The life of a command
//!
//! ```text
//! form or verb -> Command -> preview: what would change, what is left out and why, the money
//!   -> yes -> authorise -> BEGIN IMMEDIATE { decide over this state -> apply -> journal } COMMIT
//!   -> receipt -> toast with `u` -> every screen reads anew
//! ```
//!
//! A change carries what was there before, so the journal is the undo. Its lines are chained by
//! SHA-256; `bharatnet log verify` names the first that does not fit.
//! Few changes of a line are rows of their own, many are blocks of a thousand. What is applied also moves the sums that
//! counts and money of views are read from; `bharatnet doctor` compares them with the rows. A count that no sum answers
//! is shared by several connections where it is wide.
//! The lines by which rows are found are written in the same transaction ([`search`] says what a line is), and read into
//! memory behind the first frame.
//!
//! # Who is at the door
//!
//! Until the first user is added the owner of the file works as admin. From then on both doors take nobody without a
//! session, and read person, role and state from the database each time: what a caller or a token says of itself is
//! never believed. Rights are one table (`engine/policy.rs`: role, verb, whose rows). Hashes, codes and sessions have
//! tables of their own, which are no entities: what cannot be named by a field cannot end in a journal, a filter or an
//! export.
//!
//! # Words
//!
//! *Line*: one subscriber connection, one customer row. *Organisation*: who pays for several lines.
//! *Plan*: what is sold. *MRR*: monthly recurring revenue before GST. *Docket*: the number of a
//! complaint. *Deal line*: an item of a deal (plan, installation, discount); its *seats* become subscriptions.
//! *Job*: work that somebody goes out for. *Incident*: one cause that many lines suffer from. *Rebate*: what a line
//! gets back for having been down. *Command*/*Receipt*: asked for / done. *Ask*: a question. *Action*: what a key starts.
//! *Effect*: what the app wants done. *View*: a filter with a name. *Cut*: rows parted by two keys, counted
//! and summed. *Step*: a change of a billed line's price. *Figure*: a key figure (KPI). *Entry*: a line of the journal.

pub mod base;
pub mod cli;
pub mod demo;
pub mod domain;
pub mod engine;
pub mod exchange;
pub mod insight;
pub mod query;
pub mod search;
pub mod store;
pub mod tui;
