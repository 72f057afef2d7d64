//! What hangs on tickets: the conversation, the outbox, the knowledge base, canned replies, macros, categories.

/// A line of a ticket's conversation.
pub mod message {
    use super::super::{Field, Group, Kind, Noun, field_table};
    use crate::domain::Entity;
    use crate::domain::ticket::{Channel, Said};

    field_table! { Entity::TicketMessage,
        TICKET = Field::new("ticket", "Ticket", Kind::Int { unit: "", bands: &[] }, Group::Identity, "Whose conversation it is part of.").computed();
        AT = Field::new("at", "When", Kind::Moment, Group::Identity, "When it was said.").sorted().computed();
        SAID = Field::new("said", "Kind", Kind::Choice(Said::CHOICES), Group::Identity, "A reply, a note, the customer's words, or what the program did.").computed();
        WHO = Field::new("who", "Who", Kind::Category, Group::Identity, "Login name, or the system that did.").computed();
        CHANNEL = Field::new("channel", "Channel", Kind::Choice(Channel::CHOICES), Group::Identity, "How it went.").computed();
        ARTICLE = Field::new("article", "Article", Kind::Category, Group::Identity, "Article of the knowledge base that was put in.").computed();
        BODY = Field::new("body", "Text", Kind::Text, Group::Identity, "What was said.").personal().computed();
    }

    /// What there is to know of a line of a conversation.
    pub static NOUN: Noun = Noun {
        fields: FIELDS,
        name: BODY,
        handle: BODY,
        money: None,
        owner: None,
        searched: &[],
        form: &[],
        shown: &[],
        listed: false,
        one: "a line of a conversation",
    };
}

/// A message that waits to be sent. Nothing leaves by itself.
pub mod outbox {
    use super::super::{Field, Group, Kind, Noun, field_table};
    use crate::domain::Entity;
    use crate::domain::ticket::{Channel, Post};

    field_table! { Entity::Message,
        AT = Field::new("at", "When", Kind::Moment, Group::Identity, "When it was queued.").head("Queued", 12).sorted().computed();
        TO = Field::new("address", "To", Kind::Text, Group::Identity, "Telephone number or mail address.").head("To", 14).personal().computed();
        CHANNEL = Field::new("channel", "Channel", Kind::Choice(Channel::CHOICES), Group::Identity, "How it should go.").head("Channel", 8).computed();
        STATUS = Field::new("status", "Status", Kind::Choice(Post::CHOICES), Group::Identity, "Queued, held, sent or failed.").head("Status", 7).verb();
        REFERENCE = Field::new("reference", "Reference", Kind::Category, Group::Identity, "Docket or incident it belongs to.").aliases(&["ref"]).head("Reference", 12).computed();
        CUSTOMER = Field::new("customer", "Customer row", Kind::Int { unit: "", bands: &[] }, Group::Identity, "The row of the customer.").computed();
        NAME = Field::new("name", "Name", Kind::Category, Group::Identity, "Name of whom it is for.").head("Name", 16).personal().computed();
        WHO = Field::new("who", "Who", Kind::Category, Group::Identity, "Login name of who queued it.").head("Who", 9).computed();
        BODY = Field::new("body", "Text", Kind::Text, Group::Identity, "What it says.").head("Text", 40).personal().computed();
    }

    /// What there is to know of a message of the outbox.
    pub static NOUN: Noun = Noun {
        fields: FIELDS,
        name: BODY,
        handle: REFERENCE,
        money: None,
        owner: Some(WHO),
        searched: &[NAME, REFERENCE, TO],
        form: &[],
        shown: &[STATUS, TO],
        listed: true,
        one: "a message",
    };
}

/// An article of the knowledge base.
pub mod article {
    use super::super::{Field, Group, Kind, Noun, field_table};
    use crate::domain::Entity;

    field_table! { Entity::Article,
        SLUG = Field::new("slug", "Name", Kind::Category, Group::Identity, "What is typed: los-light-red.").head("Name", 24).sorted().required().verb();
        TITLE = Field::new("title", "Title", Kind::Text, Group::Identity, "What is read in a list.").head("Title", 32).sorted().required();
        CATEGORY = Field::new("category", "Category", Kind::Category, Group::Identity, "Category of the tickets it helps with.").head("Category", 13);
        TAGS = Field::new("tags", "Tags", Kind::List(&[]), Group::Identity, "Words to find it by.").aliases(&["tag"]).head("Tags", 20);
        SOLVED = Field::new("solved", "Solved", Kind::Int { unit: "", bands: &[] }, Group::Identity, "Tickets it solved.").head("Solved", 6).sorted().computed();
        AUTHOR = Field::new("author", "Author", Kind::Category, Group::Identity, "Login name of who wrote it, or its source.").head("Author", 12).computed();
        CHANGED = Field::new("changed", "Changed", Kind::Moment, Group::Identity, "When it was written last.").head("Changed", 12).sorted().computed();
        BODY = Field::new("body", "Text", Kind::Text, Group::Identity, "The article.").verb();
        DELETED = Field::new("deleted", "Deleted", Kind::Moment, Group::Identity, "When it was put away; restorable.").computed();
    }

    /// What there is to know of an article.
    pub static NOUN: Noun = Noun {
        fields: FIELDS,
        name: TITLE,
        handle: SLUG,
        money: None,
        owner: None,
        searched: &[TITLE, SLUG, TAGS, CATEGORY],
        form: &[],
        shown: &[CATEGORY, SOLVED],
        listed: true,
        one: "an article",
    };
}

/// A reply that is written once and used often.
pub mod canned {
    use super::super::{Field, Group, Kind, Noun, field_table};
    use crate::domain::Entity;

    field_table! { Entity::CannedReply,
        NAME = Field::new("name", "Name", Kind::Category, Group::Identity, "What is typed: visit-planned.").head("Name", 22).sorted().required().verb();
        CATEGORY = Field::new("category", "Category", Kind::Category, Group::Identity, "Category of the tickets it is for; none for all.").head("Category", 13);
        BODY = Field::new("body", "Text", Kind::Text, Group::Identity, "With {name}, {docket}, {category}, {agent}, {due}, {company} and {phone} filled in.").head("Text", 60).verb();
        DELETED = Field::new("deleted", "Deleted", Kind::Moment, Group::Identity, "When it was put away; restorable.").computed();
    }

    /// What there is to know of a canned reply.
    pub static NOUN: Noun = Noun {
        fields: FIELDS,
        name: NAME,
        handle: NAME,
        money: None,
        owner: None,
        searched: &[NAME, BODY],
        form: &[],
        shown: &[],
        listed: true,
        one: "a canned reply",
    };
}

/// Steps recorded on one ticket, to be done again on others.
pub mod macros {
    use super::super::{Field, Group, Kind, Noun, field_table};
    use crate::domain::Entity;

    field_table! { Entity::Macro,
        NAME = Field::new("name", "Name", Kind::Category, Group::Identity, "What is typed: to-field.").head("Name", 22).sorted().required().verb();
        OWNER = Field::new("owner", "Owner", Kind::Category, Group::Identity, "Login name of who recorded it.").head("Owner", 10).computed();
        STEPS = Field::new("steps", "Steps", Kind::Text, Group::Identity, "What it does, in order.").head("Steps", 60).verb();
        DELETED = Field::new("deleted", "Deleted", Kind::Moment, Group::Identity, "When it was put away; restorable.").computed();
    }

    /// What there is to know of a macro.
    pub static NOUN: Noun = Noun {
        fields: FIELDS,
        name: NAME,
        handle: NAME,
        money: None,
        owner: Some(OWNER),
        searched: &[NAME],
        form: &[],
        shown: &[STEPS],
        listed: true,
        one: "a macro",
    };
}

/// What tickets are about.
pub mod category {
    use super::super::{Field, Group, Kind, Noun, field_table};
    use crate::domain::Entity;
    use crate::domain::sla::Regulation;
    use crate::domain::ticket::Priority;

    field_table! { Entity::TicketCategory,
        CODE = Field::new("code", "Code", Kind::Category, Group::Identity, "What is typed: no-internet.").head("Code", 22).sorted().required().verb();
        TITLE = Field::new("title", "Title", Kind::Text, Group::Identity, "What is read.").head("Title", 22).sorted().required();
        PARENT = Field::new("parent", "Part of", Kind::Category, Group::Identity, "Code of the category it divides; none for a category itself.").head("Part of", 20);
        PRIORITY = Field::new("priority", "Priority", Kind::Choice(Priority::CHOICES), Group::Identity, "What tickets begin with.").head("Priority", 8);
        REGULATION = Field::new("regulation", "Regulation", Kind::Choice(Regulation::CHOICES), Group::Identity, "Which clock of TRAI its tickets are under.").head("Regulation", 22);
        DELETED = Field::new("deleted", "Deleted", Kind::Moment, Group::Identity, "When it was put away; restorable.").computed();
    }

    /// What there is to know of a category.
    pub static NOUN: Noun = Noun {
        fields: FIELDS,
        name: TITLE,
        handle: CODE,
        money: None,
        owner: None,
        searched: &[TITLE, CODE],
        form: &[],
        shown: &[],
        listed: true,
        one: "a category",
    };
}
