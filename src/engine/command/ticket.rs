//! What can be asked to happen to tickets and to what hangs on them.

use crate::base::{Id, Money};
use crate::domain::sla::Regulation;
use crate::domain::ticket::{Appeal, Channel, Link, Priority, State};

use super::Target;
use crate::engine::policy::Verb;

/// What a new ticket says.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct NewTicket {
    pub subject: String,
    /// Code or title of a category or a sub-category.
    pub category: String,
    pub priority: Option<Priority>,
    pub channel: Option<Channel>,
    /// What the customer said; may be empty.
    pub body: String,
    /// Login; empty for nobody yet.
    pub owner: String,
    pub technician: String,
    /// The bill in dispute, the deposit to pay back.
    pub amount: Option<Money>,
}

/// What is said on a ticket.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Words {
    /// With `{name}` and the like, filled in for each ticket.
    pub body: String,
    /// Article of the knowledge base that was put in.
    pub article: String,
    /// Where the ticket goes with it.
    pub then: Option<State>,
}

/// One thing to happen to tickets. On undo, unless said otherwise: all of it as it was before, counters of the
/// customers included.
#[derive(Clone, Debug, PartialEq)]
pub enum TicketCommand {
    /// A ticket for each customer. One who had a ticket of the same category lately is left out and named, unless
    /// `anyway`.
    Raise {
        customers: Target,
        ticket: NewTicket,
        anyway: bool,
    },
    /// To the customer: queued in the outbox, stops the clock of the first answer.
    Reply {
        target: Target,
        words: Words,
    },
    /// For ourselves.
    Note {
        target: Target,
        body: String,
    },
    /// What the customer said: a ticket that waited goes on, a solved one is reopened within its window.
    Hear {
        target: Target,
        body: String,
        channel: Channel,
    },
    SetState {
        target: Target,
        state: State,
    },
    /// A tie between two tickets; a docket that is empty takes it off.
    Link {
        ticket: Id,
        link: Link,
        to: String,
    },
    /// Repeats of one fault into one ticket: conversations move, the others are closed.
    Merge {
        from: Target,
        into: Id,
    },
    /// Some lines of a conversation into a ticket of their own.
    Split {
        ticket: Id,
        messages: Vec<Id>,
        subject: String,
        category: String,
    },
    /// How satisfied the customer is, 1 to 5, with a word.
    Rate {
        ticket: Id,
        score: i64,
        comment: String,
    },
    /// An appeal to the appellate authority filed or decided.
    Appeal {
        ticket: Id,
        step: Appeal,
        body: String,
    },
    /// Steps on many tickets at once: those of a macro.
    Run {
        target: Target,
        name: String,
        steps: String,
    },
    /// Everything that is due by the rules of escalation, and every clock that was missed, as one entry.
    Escalate,
    /// The targets of all open tickets as the settings have them now; time spent counts on.
    Reckon,
    SaveArticle {
        slug: String,
        title: String,
        category: String,
        tags: Vec<String>,
        body: String,
        author: String,
    },
    /// Articles to begin with; names that are there stay as they are.
    AddArticles {
        articles: Vec<NewArticle>,
    },
    SaveReply {
        name: String,
        category: String,
        body: String,
    },
    SaveMacro {
        name: String,
        steps: String,
    },
    SaveCategory {
        code: String,
        title: String,
        parent: String,
        priority: Priority,
        regulation: Regulation,
    },
}

/// An article as a file has it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct NewArticle {
    pub slug: String,
    pub title: String,
    pub category: String,
    pub tags: Vec<String>,
    pub body: String,
    pub author: String,
}

impl TicketCommand {
    pub fn verb(&self) -> Verb {
        match self {
            TicketCommand::Raise { .. } => Verb::RaiseTicket,
            TicketCommand::Reply { .. } => Verb::ReplyTicket,
            TicketCommand::Note { .. } | TicketCommand::Hear { .. } => Verb::NoteTicket,
            TicketCommand::SetState { .. } => Verb::SetTicketState,
            TicketCommand::Link { .. } | TicketCommand::Merge { .. } | TicketCommand::Split { .. } => Verb::JoinTickets,
            TicketCommand::Rate { .. } => Verb::RateTicket,
            TicketCommand::Appeal { .. } => Verb::AppealTicket,
            TicketCommand::Run { .. } => Verb::RunMacro,
            TicketCommand::Escalate | TicketCommand::Reckon => Verb::Escalate,
            TicketCommand::SaveArticle { .. }
            | TicketCommand::AddArticles { .. }
            | TicketCommand::SaveReply { .. }
            | TicketCommand::SaveMacro { .. } => Verb::WriteKnowledge,
            TicketCommand::SaveCategory { .. } => Verb::SetCategories,
        }
    }
}
