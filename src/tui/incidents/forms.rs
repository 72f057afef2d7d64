//! The forms and pick lists of incidents.

use crate::base::Id;
use crate::domain::incident::{Phase, Scope};
use crate::domain::{Choice, Record};
use crate::engine::{Command, IncidentCommand, Outage, Target};
use crate::query::schema::incident as n;

use super::super::message::Question;
use super::super::overlay::form::{Complaint, Recipe, Slot, YES_NO, plain, with_choices};
use super::super::overlay::{Form, Pick, PickItem, Picker, Purpose};

const SCOPE: Slot = Slot::Named("scope");
const WHERE: Slot = Slot::Named("where");
const TITLE: Slot = Slot::Named("title");
const BEGAN: Slot = Slot::Named("began");
const UNTIL: Slot = Slot::Named("until");
const PLANNED: Slot = Slot::Named("planned");
const TEXT: Slot = Slot::Named("text");
const CAUSE: Slot = Slot::Named("cause");
const ENDED: Slot = Slot::Named("ended");
const TICKETS: Slot = Slot::Named("tickets");
const REBATE: Slot = Slot::Named("rebate");

const ENDS: &[Choice] = &[Choice { code: "solve", label: "Solved" }, Choice { code: "keep", label: "Stay open" }];

fn execute(command: IncidentCommand) -> Question {
    Question::Execute(Box::new(Command::Incident(command)))
}

static OPEN: Recipe = Recipe { name: "open-incident", confirm: true, drafts: true, make: make_incident };

/// Something is down, or will be.
pub fn open() -> Form {
    let scope = with_choices(SCOPE, "Hits", Scope::CHOICES, Scope::Olt.code());
    let mut place = plain(WHERE, "Where", "OLT-PUN-04; OLT-PUN-04 1/3; Kothrud; 411038", 400);
    place.required = true;
    let lines = vec![
        scope,
        place,
        plain(TITLE, "Title", "what it is, in one line", 120),
        plain(BEGAN, "Began", "2026-11-28 15:30; empty for now", 40),
        plain(UNTIL, "Expected until", "2026-11-28 18:00", 40),
        with_choices(PLANNED, "Planned work", YES_NO, "no"),
    ];
    let mut form = Form::recipe(&OPEN, None, "A new incident", lines);
    form.message = Some("Open tickets of its lines are attached at once, and their clocks stand.".into());
    form
}

fn make_incident(form: &Form) -> Result<Question, Complaint> {
    let outage = Outage {
        scope: Scope::parse(&form.choice_of(SCOPE)).ok_or_else(|| Complaint::new(SCOPE, "is one of the list"))?,
        target: form.text_of(WHERE).trim().to_string(),
        title: form.text_of(TITLE).trim().to_string(),
        began: form.moment_of(BEGAN)?,
        until: form.moment_of(UNTIL)?,
        planned: form.choice_of(PLANNED) == "yes",
    };
    Ok(execute(IncidentCommand::Open { outage, attach: true }))
}

static TELL: Recipe = Recipe { name: "tell-incident", confirm: true, drafts: true, make: make_message };

/// One message to every line.
pub fn tell(id: Id, name: &str) -> Form {
    let text = plain(TEXT, "Message", "empty sends the text of the settings", 1_000);
    let mut form = Form::recipe(&TELL, Some(Target::one(id)), format!("To every line of {name}"), vec![text]);
    form.message =
        Some("{name}, {incident}, {until}, {company} and {phone} are filled in. It waits in the outbox.".into());
    form
}

fn make_message(form: &Form) -> Result<Question, Complaint> {
    Ok(execute(IncidentCommand::Tell { id: form.one(TEXT, "incident")?, body: form.text_of(TEXT).to_string() }))
}

static CLOSE: Recipe = Recipe { name: "close-incident", confirm: true, drafts: true, make: make_end };

/// Lines are back: why, since when, what becomes of the tickets, what is given back.
pub fn close(row: &Record) -> Form {
    let mut cause = plain(CAUSE, "Root cause", "fibre cut by road work", 400);
    cause.required = true;
    let lines = vec![
        cause,
        plain(ENDED, "Back since", "2026-11-28 18:00; empty for now", 40),
        with_choices(TICKETS, "Its tickets", ENDS, "solve"),
        with_choices(REBATE, "Rebate", YES_NO, "no"),
    ];
    let title = format!("Close {}", row.text(n::NUMBER));
    let mut form = Form::recipe(&CLOSE, Some(Target::one(row.id)), title, lines);
    form.message = Some("A rebate gives every begun day back to lines that were down long enough.".into());
    form
}

fn make_end(form: &Form) -> Result<Question, Complaint> {
    Ok(execute(IncidentCommand::Close {
        id: form.one(CAUSE, "incident")?,
        cause: form.text_of(CAUSE).to_string(),
        ended: form.moment_of(ENDED)?,
        keep: form.choice_of(TICKETS) == "keep",
        rebate: form.choice_of(REBATE) == "yes",
    }))
}

static WORD: Recipe = Recipe { name: "update-incident", confirm: false, drafts: true, make: make_word };

/// Where it stands, in words.
pub fn word(row: &Record) -> Form {
    let open: Vec<Choice> = Phase::ALL
        .iter()
        .filter(|p| p.is_open())
        .filter_map(|p| Phase::CHOICES.iter().find(|c| c.code == p.code()).copied())
        .collect();
    let phase = with_choices(SCOPE, "Phase", &open, row.text(n::PHASE));
    let lines = vec![
        phase,
        plain(TEXT, "Last word", "crew on the way", 400),
        plain(UNTIL, "Expected until", "2026-11-28 18:00", 40),
    ];
    let mut form = Form::recipe(&WORD, Some(Target::one(row.id)), format!("How {} stands", row.text(n::NUMBER)), lines);
    form.set_value(1, row.text(n::UPDATE));
    form
}

fn make_word(form: &Form) -> Result<Question, Complaint> {
    let phase = Phase::parse(&form.choice_of(SCOPE)).ok_or_else(|| Complaint::new(SCOPE, "is one of the list"))?;
    let (word, until) = (form.text_of(TEXT).to_string(), form.moment_of(UNTIL)?);
    Ok(execute(IncidentCommand::Update { id: form.one(TEXT, "incident")?, phase, word, until }))
}

/// Where an incident goes next, by one key more.
pub fn phases(row: &Record) -> Picker {
    let id = row.id;
    let now = Phase::parse(row.text(n::PHASE)).unwrap_or(Phase::Investigating);
    let to = |phase: Phase| {
        let command = IncidentCommand::Update { id, phase, word: String::new(), until: None };
        PickItem::new(
            format!("{} {}", phase.shape(), phase.label()),
            "",
            Pick::Do(Box::new(Command::Incident(command))),
        )
        .disabled((phase == now).then(|| "it is so already".to_string()))
    };
    let mut items: Vec<PickItem> =
        [Phase::Investigating, Phase::Identified, Phase::Monitoring].into_iter().map(to).collect();
    let cancel = Command::Incident(IncidentCommand::Cancel { id });
    items.push(
        PickItem::new("– Cancelled", "announced work that is not done", Pick::Command(Box::new(cancel)))
            .disabled((now != Phase::Planned).then(|| "it has begun: C closes it".to_string())),
    );
    Picker::new(format!("{} is", row.text(n::NUMBER)), Purpose::Palette, items)
}
