//! Who may do what to which rows: one table, asked before anything is decided.

use crate::base::Id;
use crate::domain::{Entity, Principal, Role, Value};
use crate::query::schema::{activity, customer, deal, deal_line, deal_note, job, lead, noun, ticket, touch, user};
use crate::store::{Change, Read};

use super::CommandError;

/// What a command does, in one word: the row of the policy table and the name in the journal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verb {
    Create,
    Update,
    SetStatus,
    ChangePlan,
    Tag,
    Note,
    Delete,
    Undelete,
    Import,
    SaveView,
    Plans,
    RaiseJob,
    ScheduleJob,
    DoJob,
    CancelJob,
    Stock,
    RunIncident,
    Rebate,
    Reveal,
    PricePlan,
    Due,
    Set,
    Undo,
    Backup,
    Restore,
    ListUsers,
    CreateUser,
    SetRole,
    SetUserState,
    SetPassword,
    IssueCode,
    SecondFactor,
    Stage,
    Assign,
    FollowUp,
    Contact,
    Merge,
    Convert,
    Rescore,
    SetAbsence,
    Win,
    Quote,
    Statement,
    Train,
    Score,
    RaiseTicket,
    ReplyTicket,
    NoteTicket,
    SetTicketState,
    JoinTickets,
    RateTicket,
    AppealTicket,
    RunMacro,
    Escalate,
    WriteKnowledge,
    SetCategories,
}

/// Which rows a role may use a verb on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reach {
    /// None.
    No,
    /// Their own: customers they look after, entries they made, themselves.
    Own,
    All,
}

impl Reach {
    /// As the table of roles shows it.
    pub fn label(self) -> &'static str {
        match self {
            Reach::No => "-",
            Reach::Own => "own",
            Reach::All => "all",
        }
    }
}

/// One row of the table: a verb, what it is in words, and how far each role reaches with it, in the order of
/// [`Role::ALL`].
pub struct Rule {
    pub verb: Verb,
    /// The rows it is about. Create, update, tag, delete and undelete have a rule for each entity that has them.
    pub of: Entity,
    pub what: &'static str,
    pub reach: [Reach; 5],
}

const fn rule(verb: Verb, what: &'static str, reach: [Reach; 5]) -> Rule {
    rule_of(Entity::Customer, verb, what, reach)
}

const fn rule_of(of: Entity, verb: Verb, what: &'static str, reach: [Reach; 5]) -> Rule {
    Rule { verb, of, what, reach }
}

const ALL: Reach = Reach::All;
const OWN: Reach = Reach::Own;
const NO: Reach = Reach::No;

/// THE table. Everybody who is logged in reads customers, plans and the journal; what more there is stands here.
/// The columns are admin, manager, sales, support, field.
pub static RULES: &[Rule] = &[
    rule(Verb::Create, "add customers", [ALL, NO, NO, NO, NO]),
    rule(Verb::Update, "edit fields", [ALL, NO, NO, NO, NO]),
    rule(Verb::SetStatus, "change the status", [ALL, NO, NO, NO, NO]),
    rule(Verb::ChangePlan, "change the plan", [ALL, NO, NO, NO, NO]),
    rule(Verb::Tag, "tag", [ALL, NO, NO, NO, NO]),
    rule(Verb::Note, "write notes", [ALL, ALL, OWN, ALL, ALL]),
    rule(Verb::Delete, "put away", [ALL, NO, NO, NO, NO]),
    rule(Verb::Undelete, "bring back", [ALL, NO, NO, NO, NO]),
    rule(Verb::Import, "import", [ALL, NO, NO, NO, NO]),
    rule(Verb::SaveView, "save views", [ALL, OWN, OWN, OWN, OWN]),
    rule(Verb::Plans, "add to the catalogue", [ALL, NO, NO, NO, NO]),
    rule_of(Entity::Plan, Verb::Create, "add plans", [ALL, NO, NO, NO, NO]),
    rule_of(Entity::Plan, Verb::Update, "edit and retire plans", [ALL, NO, NO, NO, NO]),
    rule_of(Entity::Plan, Verb::Delete, "put plans away", [ALL, NO, NO, NO, NO]),
    rule_of(Entity::Plan, Verb::Undelete, "bring plans back", [ALL, NO, NO, NO, NO]),
    rule_of(Entity::Price, Verb::PricePlan, "change list prices", [ALL, NO, NO, NO, NO]),
    rule_of(Entity::Price, Verb::Due, "put in force what has fallen due", [ALL, NO, NO, NO, NO]),
    rule_of(Entity::Ott, Verb::Create, "add OTT apps", [ALL, NO, NO, NO, NO]),
    rule_of(Entity::Ott, Verb::Update, "edit OTT apps", [ALL, NO, NO, NO, NO]),
    rule_of(Entity::Ott, Verb::Delete, "put OTT apps away", [ALL, NO, NO, NO, NO]),
    rule_of(Entity::Ott, Verb::Undelete, "bring OTT apps back", [ALL, NO, NO, NO, NO]),
    rule_of(Entity::Job, Verb::RaiseJob, "raise jobs", [ALL, ALL, NO, ALL, NO]),
    rule_of(Entity::Job, Verb::ScheduleJob, "schedule and hand out jobs", [ALL, ALL, NO, ALL, NO]),
    rule_of(Entity::Job, Verb::DoJob, "start and finish jobs", [ALL, NO, NO, NO, OWN]),
    rule_of(Entity::Job, Verb::CancelJob, "cancel jobs", [ALL, ALL, NO, ALL, NO]),
    rule_of(Entity::Job, Verb::Update, "edit jobs", [ALL, ALL, NO, ALL, OWN]),
    rule_of(Entity::Job, Verb::Delete, "put jobs away", [ALL, NO, NO, NO, NO]),
    rule_of(Entity::Job, Verb::Undelete, "bring jobs back", [ALL, NO, NO, NO, NO]),
    rule_of(Entity::Item, Verb::Create, "add stock", [ALL, ALL, NO, NO, NO]),
    rule_of(Entity::Item, Verb::Update, "edit stock", [ALL, ALL, NO, NO, NO]),
    rule_of(Entity::Item, Verb::Stock, "issue and take back stock", [ALL, ALL, NO, NO, NO]),
    rule_of(Entity::Item, Verb::Delete, "put stock away", [ALL, NO, NO, NO, NO]),
    rule_of(Entity::Item, Verb::Undelete, "bring stock back", [ALL, NO, NO, NO, NO]),
    rule_of(Entity::Incident, Verb::RunIncident, "open, announce, update and close incidents", [ALL, ALL, NO, ALL, NO]),
    rule_of(Entity::Incident, Verb::Rebate, "close incidents with rebates", [ALL, ALL, NO, NO, NO]),
    rule_of(Entity::Incident, Verb::Update, "edit incidents", [ALL, ALL, NO, ALL, NO]),
    rule_of(Entity::Incident, Verb::Delete, "put incidents away", [ALL, NO, NO, NO, NO]),
    rule_of(Entity::Incident, Verb::Undelete, "bring incidents back", [ALL, NO, NO, NO, NO]),
    rule(Verb::Reveal, "look behind masks, which is written down", [ALL, ALL, ALL, ALL, ALL]),
    rule_of(Entity::Setting, Verb::Set, "change settings", [ALL, NO, NO, NO, NO]),
    rule(Verb::Undo, "take back and do again", [ALL, OWN, OWN, OWN, OWN]),
    rule(Verb::Backup, "back the file up", [ALL, NO, NO, NO, NO]),
    rule(Verb::Restore, "restore a backup", [ALL, NO, NO, NO, NO]),
    rule(Verb::ListUsers, "see who works here", [ALL, ALL, OWN, OWN, OWN]),
    rule(Verb::CreateUser, "add and invite people", [ALL, NO, NO, NO, NO]),
    rule(Verb::SetRole, "change roles", [ALL, NO, NO, NO, NO]),
    rule(Verb::SetUserState, "disable and enable people", [ALL, NO, NO, NO, NO]),
    rule(Verb::SetPassword, "set a password", [ALL, OWN, OWN, OWN, OWN]),
    rule(Verb::IssueCode, "issue reset codes", [ALL, NO, NO, NO, NO]),
    rule(Verb::SecondFactor, "turn a second factor on or off", [ALL, OWN, OWN, OWN, OWN]),
    rule(Verb::SetAbsence, "enter absences", [ALL, ALL, OWN, OWN, OWN]),
    rule_of(Entity::Model, Verb::Train, "train models", [ALL, ALL, NO, NO, NO]),
    rule_of(Entity::Model, Verb::Score, "score customers by a model", [ALL, ALL, NO, NO, NO]),
    rule_of(Entity::Lead, Verb::Create, "add leads", [ALL, ALL, OWN, NO, NO]),
    rule_of(Entity::Lead, Verb::Update, "edit leads", [ALL, ALL, OWN, NO, NO]),
    rule_of(Entity::Lead, Verb::Tag, "tag leads", [ALL, ALL, OWN, NO, NO]),
    rule_of(Entity::Lead, Verb::Delete, "put leads away", [ALL, NO, OWN, NO, NO]),
    rule_of(Entity::Lead, Verb::Undelete, "bring leads back", [ALL, NO, OWN, NO, NO]),
    rule_of(Entity::Lead, Verb::Import, "import leads", [ALL, NO, NO, NO, NO]),
    rule_of(Entity::Lead, Verb::Stage, "move leads along", [ALL, NO, OWN, NO, NO]),
    rule_of(Entity::Lead, Verb::Assign, "give leads out", [ALL, ALL, OWN, NO, NO]),
    rule_of(Entity::Lead, Verb::FollowUp, "set reminders of leads", [ALL, ALL, OWN, NO, NO]),
    rule_of(Entity::Lead, Verb::Contact, "log contacts with leads", [ALL, ALL, OWN, NO, NO]),
    rule_of(Entity::Lead, Verb::Merge, "merge leads", [ALL, NO, OWN, NO, NO]),
    rule_of(Entity::Lead, Verb::Convert, "convert leads", [ALL, NO, OWN, NO, NO]),
    rule_of(Entity::Lead, Verb::Rescore, "score leads anew", [ALL, ALL, NO, NO, NO]),
    rule_of(Entity::Coverage, Verb::Create, "add places to the coverage directory", [ALL, ALL, NO, NO, NO]),
    rule_of(Entity::Coverage, Verb::Update, "edit the coverage directory", [ALL, ALL, NO, NO, NO]),
    rule_of(Entity::Coverage, Verb::Delete, "put places away", [ALL, ALL, NO, NO, NO]),
    rule_of(Entity::Coverage, Verb::Undelete, "bring places back", [ALL, ALL, NO, NO, NO]),
    rule_of(Entity::Coverage, Verb::Import, "import the coverage directory", [ALL, ALL, NO, NO, NO]),
    rule_of(Entity::Territory, Verb::Create, "add territories", [ALL, ALL, NO, NO, NO]),
    rule_of(Entity::Territory, Verb::Update, "edit territories", [ALL, ALL, NO, NO, NO]),
    rule_of(Entity::Territory, Verb::Delete, "put territories away", [ALL, ALL, NO, NO, NO]),
    rule_of(Entity::Territory, Verb::Undelete, "bring territories back", [ALL, ALL, NO, NO, NO]),
    rule_of(Entity::Territory, Verb::Import, "import territories", [ALL, ALL, NO, NO, NO]),
    rule_of(Entity::Deal, Verb::Create, "add deals", [ALL, ALL, OWN, NO, NO]),
    rule_of(Entity::Deal, Verb::Update, "edit deals", [ALL, ALL, OWN, NO, NO]),
    rule_of(Entity::Deal, Verb::Tag, "tag deals", [ALL, ALL, OWN, NO, NO]),
    rule_of(Entity::Deal, Verb::Delete, "put deals away", [ALL, NO, OWN, NO, NO]),
    rule_of(Entity::Deal, Verb::Undelete, "bring deals back", [ALL, NO, OWN, NO, NO]),
    rule_of(Entity::Deal, Verb::Stage, "move and lose deals", [ALL, ALL, OWN, NO, NO]),
    rule_of(Entity::Deal, Verb::Win, "win deals", [ALL, ALL, OWN, NO, NO]),
    rule_of(Entity::Deal, Verb::Quote, "quote deals", [ALL, ALL, OWN, NO, NO]),
    rule_of(Entity::Deal, Verb::Contact, "write notes on deals", [ALL, ALL, OWN, NO, NO]),
    rule_of(Entity::DealLine, Verb::Create, "add lines to deals", [ALL, ALL, OWN, NO, NO]),
    rule_of(Entity::DealLine, Verb::Update, "edit lines of deals", [ALL, ALL, OWN, NO, NO]),
    rule_of(Entity::DealLine, Verb::Delete, "put lines of deals away", [ALL, ALL, OWN, NO, NO]),
    rule_of(Entity::DealLine, Verb::Undelete, "bring lines of deals back", [ALL, ALL, OWN, NO, NO]),
    rule_of(Entity::Schedule, Verb::Create, "add commission schedules", [ALL, NO, NO, NO, NO]),
    rule_of(Entity::Schedule, Verb::Update, "edit commission schedules", [ALL, NO, NO, NO, NO]),
    rule_of(Entity::Schedule, Verb::Delete, "put commission schedules away", [ALL, NO, NO, NO, NO]),
    rule_of(Entity::Schedule, Verb::Undelete, "bring commission schedules back", [ALL, NO, NO, NO, NO]),
    rule_of(Entity::Schedule, Verb::Statement, "see commission statements", [ALL, ALL, OWN, NO, NO]),
    rule_of(Entity::Ticket, Verb::RaiseTicket, "raise tickets", [ALL, ALL, ALL, ALL, ALL]),
    rule_of(Entity::Ticket, Verb::ReplyTicket, "answer on tickets", [ALL, ALL, NO, ALL, OWN]),
    rule_of(Entity::Ticket, Verb::NoteTicket, "write notes on tickets", [ALL, ALL, ALL, ALL, OWN]),
    rule_of(Entity::Ticket, Verb::SetTicketState, "move tickets on", [ALL, ALL, NO, ALL, OWN]),
    rule_of(Entity::Ticket, Verb::Update, "sort and assign tickets", [ALL, ALL, NO, ALL, NO]),
    rule_of(Entity::Ticket, Verb::Tag, "tag tickets", [ALL, ALL, NO, ALL, OWN]),
    rule_of(Entity::Ticket, Verb::Create, "add tickets by form", [ALL, ALL, ALL, ALL, ALL]),
    rule_of(Entity::Ticket, Verb::Delete, "put tickets away", [ALL, ALL, NO, NO, NO]),
    rule_of(Entity::Ticket, Verb::Undelete, "bring tickets back", [ALL, ALL, NO, NO, NO]),
    rule_of(Entity::Ticket, Verb::JoinTickets, "link, merge and split tickets", [ALL, ALL, NO, ALL, NO]),
    rule_of(Entity::Ticket, Verb::RateTicket, "note the customer's satisfaction", [ALL, ALL, NO, ALL, OWN]),
    rule_of(Entity::Ticket, Verb::AppealTicket, "file and decide appeals", [ALL, ALL, NO, ALL, NO]),
    rule_of(Entity::Ticket, Verb::RunMacro, "run macros", [ALL, ALL, NO, ALL, NO]),
    rule_of(Entity::Ticket, Verb::Escalate, "escalate what is due", [ALL, ALL, NO, ALL, NO]),
    rule_of(
        Entity::Article,
        Verb::WriteKnowledge,
        "write articles, canned replies and macros",
        [ALL, ALL, NO, ALL, NO],
    ),
    rule_of(Entity::Article, Verb::Update, "edit articles", [ALL, ALL, NO, ALL, NO]),
    rule_of(Entity::Article, Verb::Delete, "put articles away", [ALL, ALL, NO, ALL, NO]),
    rule_of(Entity::Article, Verb::Undelete, "bring articles back", [ALL, ALL, NO, ALL, NO]),
    rule_of(Entity::CannedReply, Verb::Delete, "put canned replies away", [ALL, ALL, NO, ALL, NO]),
    rule_of(Entity::CannedReply, Verb::Undelete, "bring canned replies back", [ALL, ALL, NO, ALL, NO]),
    rule_of(Entity::Macro, Verb::Delete, "put macros away", [ALL, ALL, NO, ALL, NO]),
    rule_of(Entity::Macro, Verb::Undelete, "bring macros back", [ALL, ALL, NO, ALL, NO]),
    rule_of(Entity::TicketCategory, Verb::SetCategories, "set up categories", [ALL, ALL, NO, NO, NO]),
    rule_of(Entity::TicketCategory, Verb::Update, "edit categories", [ALL, ALL, NO, NO, NO]),
    rule_of(Entity::TicketCategory, Verb::Delete, "put categories away", [ALL, ALL, NO, NO, NO]),
    rule_of(Entity::TicketCategory, Verb::Undelete, "bring categories back", [ALL, ALL, NO, NO, NO]),
];

impl Verb {
    pub fn code(self) -> &'static str {
        match self {
            Verb::Create => "create",
            Verb::Update => "update",
            Verb::SetStatus => "set-status",
            Verb::ChangePlan => "change-plan",
            Verb::Tag => "tag",
            Verb::Note => "note",
            Verb::Delete => "delete",
            Verb::Undelete => "undelete",
            Verb::Import => "import",
            Verb::SaveView => "save-view",
            Verb::Plans => "plans",
            Verb::RaiseJob => "raise-job",
            Verb::ScheduleJob => "schedule-job",
            Verb::DoJob => "do-job",
            Verb::CancelJob => "cancel-job",
            Verb::Stock => "stock",
            Verb::RunIncident => "run-incident",
            Verb::Rebate => "rebate",
            Verb::Reveal => "reveal",
            Verb::PricePlan => "price-plan",
            Verb::Due => "due",
            Verb::Set => "set",
            Verb::Undo => "undo",
            Verb::Backup => "backup",
            Verb::Restore => "restore",
            Verb::ListUsers => "list-users",
            Verb::CreateUser => "create-user",
            Verb::SetRole => "set-role",
            Verb::SetUserState => "set-user-state",
            Verb::SetPassword => "set-password",
            Verb::IssueCode => "issue-code",
            Verb::SecondFactor => "second-factor",
            Verb::Stage => "stage",
            Verb::Assign => "assign",
            Verb::FollowUp => "follow-up",
            Verb::Contact => "contact",
            Verb::Merge => "merge",
            Verb::Convert => "convert",
            Verb::Rescore => "rescore",
            Verb::SetAbsence => "set-absence",
            Verb::Win => "win",
            Verb::Quote => "quote",
            Verb::Statement => "statement",
            Verb::Train => "train",
            Verb::Score => "score",
            Verb::RaiseTicket => "raise-ticket",
            Verb::ReplyTicket => "reply-ticket",
            Verb::NoteTicket => "note-ticket",
            Verb::SetTicketState => "set-ticket-state",
            Verb::JoinTickets => "join-tickets",
            Verb::RateTicket => "rate-ticket",
            Verb::AppealTicket => "appeal-ticket",
            Verb::RunMacro => "run-macro",
            Verb::Escalate => "escalate",
            Verb::WriteKnowledge => "write-knowledge",
            Verb::SetCategories => "set-categories",
        }
    }

    /// By the name in the journal.
    pub fn parse(code: &str) -> Option<Verb> {
        RULES.iter().map(|r| r.verb).find(|v| v.code() == code)
    }
}

/// The rows whose rules hold for rows that only come with them: what was said to a lead is a matter of the lead.
pub fn ruled_as(entity: Entity) -> Entity {
    match entity {
        Entity::Touch => Entity::Lead,
        Entity::DealNote => Entity::Deal,
        Entity::Activity => Entity::Customer,
        other => other,
    }
}

/// How far a role reaches with a verb on the rows of an entity. A verb with one rule has it whatever the rows.
pub fn reach(role: Role, verb: Verb, of: Entity) -> Reach {
    let column = Role::ALL.iter().position(|r| *r == role);
    let named = || RULES.iter().filter(|r| r.verb == verb);
    // What has no rule of its own has that of the customers.
    let usual = || named().find(|r| r.of == Entity::Customer);
    let rule = named().find(|r| r.of == of).or_else(|| named().next().filter(|_| named().count() == 1)).or_else(usual);
    // A verb that nobody entered into the table is nobody's.
    rule.zip(column).map_or(Reach::No, |(rule, i)| rule.reach[i])
}

/// True where a role may use a verb on some row of an entity.
pub fn allows(role: Role, verb: Verb, of: Entity) -> bool {
    reach(role, verb, of) != Reach::No
}

pub fn authorise(who: &Principal, verb: Verb, of: Entity) -> Result<(), CommandError> {
    if who.read_only {
        return Err(CommandError::Denied("this session may only look (--readonly)".into()));
    }
    if allows(who.role, verb, of) { Ok(()) } else { Err(denied(who, verb)) }
}

/// Refuses changes to rows beyond the reach of a role, by what the rows are before the changes.
pub fn authorise_rows(
    read: &Read<'_>,
    who: &Principal,
    verb: Verb,
    of: Entity,
    changes: &[Change],
) -> Result<(), CommandError> {
    if reach(who.role, verb, of) == Reach::All {
        return Ok(());
    }
    // What follows from a job (line, boxes, ticket) is judged by the job.
    let jobs = || changes.iter().filter(|c| c.entity() == Entity::Job);
    if verb == Verb::DoJob && jobs().next().is_some() {
        for change in jobs() {
            if !is_own(read, who, verb, change, changes)? {
                return Err(beyond(who, verb));
            }
        }
        return Ok(());
    }
    // What follows from a ticket (its conversation, the counters of its customer) is judged by the ticket.
    let tickets = || changes.iter().filter(|c| c.entity() == Entity::Ticket);
    if tickets().next().is_some() {
        for change in tickets() {
            if !is_own_ticket(read, who, change)? {
                return Err(beyond(who, verb));
            }
        }
        return Ok(());
    }
    for change in changes {
        if !is_own(read, who, verb, change, changes)? {
            return Err(beyond(who, verb));
        }
    }
    Ok(())
}

/// Refuses what is about a person beyond the reach of a role.
pub fn authorise_person(who: &Principal, verb: Verb, login: &str) -> Result<(), CommandError> {
    match reach(who.role, verb, Entity::User) {
        Reach::All => Ok(()),
        Reach::Own if who.user.eq_ignore_ascii_case(login) => Ok(()),
        Reach::Own => Err(beyond(who, verb)),
        Reach::No => Err(denied(who, verb)),
    }
}

fn is_own(read: &Read<'_>, who: &Principal, verb: Verb, change: &Change, all: &[Change]) -> Result<bool, CommandError> {
    let value_of = |field| match change {
        Change::Insert { fields, .. } | Change::Delete { fields, .. } => {
            fields.iter().find(|(f, _)| *f == field).map(|(_, v)| v.clone())
        }
        Change::Update { .. } => None,
    };
    let customer = match (change.entity(), change) {
        // What is told at the door is told of one's own job.
        (Entity::Activity, Change::Insert { .. }) if verb == Verb::DoJob => {
            let Some(number) = value_of(activity::REFERENCE) else { return Ok(false) };
            let of = read.rows_by(job::NUMBER, &number, 1)?.pop();
            return Ok(of.is_some_and(|r| r.text(job::OWNER).eq_ignore_ascii_case(&who.user)));
        }
        (Entity::Activity, Change::Insert { .. } | Change::Delete { .. }) => {
            value_of(activity::CUSTOMER).and_then(|v| v.as_int()).map(Id)
        }
        (Entity::Activity, Change::Update { .. }) => None,
        // The installation that comes with a contract is the customer's who comes with it.
        (Entity::Job, Change::Insert { .. }) if verb == Verb::Convert => {
            value_of(job::CUSTOMER).and_then(|v| v.as_int()).map(Id)
        }
        // A contact is its lead's, before it moves with a merge and after.
        (Entity::Touch, change) => {
            let before = read.row(Entity::Touch, change.id())?.and_then(|r| r.int(touch::LEAD));
            let Some(lead) = value_of(touch::LEAD).and_then(|v| v.as_int()).or(before) else { return Ok(false) };
            let row = read.row(Entity::Lead, Id(lead))?;
            return Ok(row.is_some_and(|r| r.text(lead::OWNER).eq_ignore_ascii_case(&who.user)));
        }
        // A line or a note is its deal's, before a change and after.
        (of @ (Entity::DealLine | Entity::DealNote), change) => {
            let number = if of == Entity::DealLine { deal_line::DEAL } else { deal_note::DEAL };
            let before = read.row(of, change.id())?.and_then(|r| r.int(number));
            let set = match change {
                Change::Update { fields, .. } => fields.iter().find(|f| f.field == number).and_then(|f| f.new.as_int()),
                _ => value_of(number).and_then(|v| v.as_int()),
            };
            let numbers: Vec<i64> = before.into_iter().chain(set).collect();
            for n in &numbers {
                let row = read.rows_by(deal::NUMBER, &Value::Int(*n), 1)?.pop();
                if !row.is_some_and(|r| r.text(deal::OWNER).eq_ignore_ascii_case(&who.user)) {
                    return Ok(false);
                }
            }
            return Ok(!numbers.is_empty());
        }
        (Entity::User, Change::Update { id, .. }) => {
            let row = read.row(Entity::User, *id)?;
            return Ok(row.is_some_and(|r| r.text(user::LOGIN).eq_ignore_ascii_case(&who.user)));
        }
        // Its decision refuses whom a view is not.
        (Entity::View, _) => return Ok(true),
        // Plans are nobody's own; a person's row has rules of its own.
        (entity, change) => {
            let Some(owner) = noun(entity).owner else { return Ok(false) };
            let is = |v: &Value| v.as_text().eq_ignore_ascii_case(&who.user);
            return Ok(match change {
                Change::Insert { .. } => value_of(owner).is_some_and(|v| is(&v)),
                _ => read.row(entity, change.id())?.is_some_and(|r| is(r.get(owner))),
            });
        }
    };
    let Some(id) = customer else { return Ok(false) };
    // A customer who comes with the same command is whose the command makes it.
    if let Some(Change::Insert { fields, .. }) = all.iter().find(|c| c.id() == id && c.entity() == Entity::Customer) {
        let owner = fields.iter().find(|(f, _)| *f == customer::OWNER);
        return Ok(owner.is_some_and(|(_, v)| v.as_text().eq_ignore_ascii_case(&who.user)));
    }
    let row = read.row(Entity::Customer, id)?;
    Ok(row.is_some_and(|r| r.text(customer::OWNER).eq_ignore_ascii_case(&who.user)))
}

/// A ticket is one's own at the desk and in the field.
fn is_own_ticket(read: &Read<'_>, who: &Principal, change: &Change) -> Result<bool, CommandError> {
    let is = |v: &Value| v.as_text().eq_ignore_ascii_case(&who.user);
    let fields = [ticket::OWNER, ticket::TECHNICIAN];
    Ok(match change {
        Change::Insert { fields: given, .. } => given.iter().any(|(f, v)| fields.contains(f) && is(v)),
        _ => read.row(Entity::Ticket, change.id())?.is_some_and(|r| fields.iter().any(|f| is(r.get(*f)))),
    })
}

fn denied(who: &Principal, verb: Verb) -> CommandError {
    CommandError::Denied(format!("the role {} may not {}", who.role.label(), verb.code()))
}

fn beyond(who: &Principal, verb: Verb) -> CommandError {
    CommandError::Denied(format!("the role {} may {} only what is their own", who.role.label(), verb.code()))
}

/// The table as Markdown, for the README.
pub fn markdown() -> String {
    let mut out = String::from("| may |");
    Role::ALL.iter().for_each(|r| out.push_str(&format!(" {} |", r.label())));
    out.push_str("\n|---|");
    Role::ALL.iter().for_each(|_| out.push_str("---|"));
    for rule in RULES {
        out.push_str(&format!("\n| {} (`{}`) |", rule.what, rule.verb.code()));
        rule.reach.iter().for_each(|r| out.push_str(&format!(" {} |", r.label())));
    }
    out.push_str("\n\n");
    out.push_str(&super::mask::markdown());
    out
}
