//! The rows of the table of actions.

use super::{Action, ActionSpec, Scope};

use Action as A;
use Scope::{
    Analytics, Board, Confirm, Customers, Deals, Detail, Filter, Form, Global, Incidents, Jobs, Leads, List, Menu,
    Page, People, Picker, Plans, Tickets, Today,
};

const fn row(
    action: Action,
    scope: Scope,
    name: &'static str,
    hint: &'static str,
    keys: &'static [&'static str],
    help: &'static str,
) -> ActionSpec {
    ActionSpec { action, name, hint, help, scope, keys, rank: 0, writes: false }
}

impl ActionSpec {
    const fn rank(mut self, rank: u8) -> ActionSpec {
        self.rank = rank;
        self
    }

    const fn writes(mut self) -> ActionSpec {
        self.writes = true;
        self
    }
}

pub static ACTIONS: &[ActionSpec] = &[
    row(A::Help, Global, "help", "help", &["?", "f1"], "Keys that work here, searchable.").rank(99),
    row(A::Search, Global, "search", "search", &["g s"], "Find anybody and anything by name or number."),
    row(A::Palette, Global, "palette", "palette", &[":", "ctrl-p"], "Find any action by name.").rank(98),
    row(A::Undo, Global, "undo", "undo", &["u"], "Take back my last change, also after a restart.").writes(),
    row(A::Redo, Global, "redo", "redo", &["ctrl-r"], "Do again what was taken back.").writes(),
    row(A::Refresh, Global, "refresh", "refresh", &["R", "f5"], "Read everything anew."),
    row(A::Journal, Global, "journal", "journal", &["g l"], "Who changed what, when."),
    row(A::Messages, Global, "messages", "messages", &["g m"], "What was reported so far."),
    row(A::Incidents, Global, "incidents", "incidents", &["g o"], "What is down, and for whom."),
    row(
        A::Uptime,
        Global,
        "uptime",
        "uptime",
        &["g u"],
        "Uptime of each area in thirty days, as far as incidents tell.",
    ),
    row(A::Import, Global, "import", "import", &["g i"], "Bring customers in from a file.").writes(),
    row(
        A::Catalogue,
        Global,
        "catalogue",
        "usual plans",
        &["g p"],
        "Put the plans usual in the market into the catalogue.",
    )
    .writes(),
    row(
        A::TrainModels,
        Global,
        "train-models",
        "train models",
        &["g y"],
        "Learn anew who leaves and which leads are won, and score by it.",
    )
    .writes(),
    row(A::Theme, Global, "theme", "theme", &["g t"], "Choose the colours."),
    row(
        A::Thin,
        Global,
        "thin-line",
        "thin line",
        &["g b"],
        "For slow lines: full-width lists, 16 colours; on or off.",
    ),
    row(A::Mouse, Global, "mouse", "mouse", &["f2"], "Mouse on or off; off leaves selecting to the terminal."),
    row(A::Today, Global, "today", "today", &["1"], "What needs me now, and the pulse of the company."),
    row(A::Customers, Global, "customers", "customers", &["2"], "The customers screen."),
    row(A::Leads, Global, "leads", "leads", &["3"], "The leads, on a board or in a list."),
    row(A::Deals, Global, "deals", "deals", &["4"], "The deals, on a board or in a list."),
    row(A::Tickets, Global, "tickets", "tickets", &["5"], "The tickets, the next to be missed first."),
    row(A::Jobs, Global, "jobs", "jobs", &["6"], "Field work: whom to go to, when, for what."),
    row(
        A::Analytics,
        Global,
        "analytics",
        "analytics",
        &["7"],
        "Key figures: revenue, customers, service, support, sales.",
    ),
    row(A::Settings, Global, "settings", "settings", &["8"], "Plans, people, the company: what is set up here."),
    row(
        A::Back,
        Global,
        "back",
        "back",
        &["esc", "backspace"],
        "One step back: range, filter, marks. Never leaves the program.",
    ),
    row(A::Quit, Global, "quit", "quit", &["q"], "Close what is on top; on a screen, leave."),
    row(A::QuitNow, Global, "quit-now", "leave", &["Q"], "Leave at once; drafts are kept."),
    row(A::Suspend, Global, "suspend", "suspend", &["ctrl-z"], "Back to the shell for a while; fg returns."),
    row(A::Open, List, "open", "open", &["enter", "l", "right"], "Open the row.").rank(1),
    row(A::Down, List, "down", "down", &["j", "down"], "Next row."),
    row(A::Up, List, "up", "up", &["k", "up"], "Row before."),
    row(A::PageDown, List, "page-down", "page", &["pgdn", "ctrl-f"], "A screenful down."),
    row(A::PageUp, List, "page-up", "page up", &["pgup", "ctrl-b"], "A screenful up."),
    row(A::HalfDown, List, "half-down", "half down", &["ctrl-d"], "Half a screenful down."),
    row(A::HalfUp, List, "half-up", "half up", &["ctrl-u"], "Half a screenful up."),
    row(A::Top, List, "top", "top", &["g g", "home"], "First row."),
    row(A::Bottom, List, "bottom", "bottom", &["G", "end"], "Last row."),
    row(A::Jump, List, "jump", "jump", &["'"], "To a letter or a value of the order, or a share of the way: 50%."),
    row(A::Filter, List, "filter", "filter", &["/"], "Type a filter; rows follow as you type.").rank(3),
    row(A::Sort, List, "sort", "sort", &["s"], "Choose the order.").rank(5),
    row(A::Turn, List, "turn", "turn", &["S"], "Turn the order round."),
    row(A::Views, List, "views", "views", &["V"], "Saved filters with their counts.").rank(6),
    row(
        A::SaveView,
        List,
        "save-view",
        "save view",
        &["g w"],
        "Save this filter under a name, for oneself or for all.",
    )
    .writes(),
    row(
        A::DropView,
        List,
        "drop-view",
        "remove view",
        &["g d"],
        "Remove the saved view that is open; u brings it back.",
    )
    .writes(),
    row(A::Explain, List, "explain", "explain", &["g e"], "Say in words what the filter keeps."),
    row(A::Mark, List, "mark", "mark", &["space"], "Mark the row and go on to the next.").rank(4),
    row(A::Range, List, "range", "range", &["v"], "Mark from here to where you go; v again ends."),
    row(A::MarkAll, List, "mark-all", "all", &["ctrl-a"], "Mark all that match, however many."),
    row(A::Invert, List, "invert", "invert", &["*"], "Mark what is not marked."),
    row(A::Act, List, "act", "act", &["a"], "What can be done with the row or the marked ones.").rank(2).writes(),
    row(A::Repeat, List, "repeat", "repeat", &["."], "The last verb again, on this selection.").writes(),
    row(A::New, List, "new", "new", &["n"], "A new row.").rank(7).writes(),
    row(A::Edit, List, "edit", "edit", &["e"], "Edit the row.").writes(),
    row(A::Note, Customers, "note", "note", &["o"], "Write a note, a call, a message, a visit.").writes(),
    row(A::Status, Customers, "status", "status", &["x"], "Change the status.").writes(),
    row(A::Plan, Customers, "plan", "plan", &["p"], "Change the plan.").writes(),
    row(
        A::Offer,
        Customers,
        "offer",
        "offer",
        &["O"],
        "The customer takes the offer of the panel: change the plan, or note the discount.",
    )
    .writes(),
    row(A::Tag, List, "tag", "tag", &["t"], "Put tags on and take them off.").writes(),
    row(A::Delete, List, "delete", "delete", &["d"], "Put away; u brings it back.").writes(),
    row(A::Restore, List, "restore", "restore", &["D"], "Bring back what was put away (filter is:deleted).").writes(),
    row(A::SetField, List, "set", "set", &["="], "Give any field a value, on one row or many.").writes(),
    row(A::Assign, List, "assign", "assign", &["A"], "Say who looks after it.").writes(),
    row(A::Export, List, "export", "export", &["E"], "Write the rows to a CSV file."),
    row(A::Pipe, List, "pipe", "pipe", &["|"], "Send the rows as JSON lines to a shell command and read its answer."),
    row(A::Copy, List, "copy", "copy", &["y"], "Copy phone, account number, address or link text.").rank(8),
    row(A::Panel, List, "panel", "panel", &["tab"], "Briefing beside the list, on or off."),
    row(A::Reveal, Customers, "reveal", "reveal", &["r"], "Show what is masked; who looked and why is written down."),
    row(A::Board, List, "board", "board or list", &["b"], "The rows on a board or in a list, by turns."),
    row(A::ColumnLeft, Board, "column-left", "column before", &["h", "left"], "To the column before."),
    row(A::ColumnRight, Board, "column-right", "next column", &["l", "right"], "To the next column."),
    row(A::DayBefore, Board, "day-before", "day before", &["["], "A board of days: to the day before.").rank(2),
    row(A::DayAfter, Board, "day-after", "next day", &["]"], "A board of days: to the next day.").rank(2),
    row(
        A::StageOn,
        Leads,
        "stage-on",
        "one stage on",
        &[">"],
        "Move the card, or all marked ones, one stage on; the last step asks for the contract.",
    )
    .rank(2)
    .writes(),
    row(A::StageBack, Leads, "stage-back", "one back", &["<"], "Move the card, or all marked ones, one stage back.")
        .writes(),
    row(A::Stage, Leads, "stage", "stage", &["m"], "Choose the stage, or why the lead was lost.").rank(3).writes(),
    row(A::Convert, Leads, "convert", "convert", &["C"], "The lead becomes a customer with a subscription.")
        .rank(4)
        .writes(),
    row(A::Contact, Leads, "contact", "in touch", &["o"], "Write down a call, a message, a visit.").rank(5).writes(),
    row(A::FollowUp, Leads, "follow-up", "follow-up", &["f"], "When to be in touch next.").rank(6).writes(),
    row(A::Snooze, Leads, "snooze", "snooze", &["z"], "Keep a reminder still for a while.").writes(),
    row(A::MergeLeads, Leads, "merge", "merge", &["M"], "Two marked leads become one; that under the cursor is kept.")
        .writes(),
    row(A::Rescore, Leads, "rescore", "score anew", &["g r"], "Coverage and score computed anew.").writes(),
    row(A::Reveal, Leads, "lead-reveal", "reveal", &["r"], "Show what is masked; who looked and why is written down."),
    row(
        A::StageOn,
        Deals,
        "deal-on",
        "one stage on",
        &[">"],
        "Move the deal, or all marked ones, one stage on; the last step asks for the contract.",
    )
    .rank(2)
    .writes(),
    row(A::StageBack, Deals, "deal-back", "one back", &["<"], "Move the deal, or all marked ones, one stage back.")
        .writes(),
    row(A::Stage, Deals, "deal-stage", "stage", &["m"], "Choose the stage.").writes(),
    row(A::AddLine, Deals, "add-line", "line", &["+"], "Add a line: a plan, an installation, a discount, a bonus.")
        .rank(3)
        .writes(),
    row(A::Lines, Deals, "lines", "lines", &["i"], "The lines of the open deal: edit one or take it out.").writes(),
    row(A::Quote, Deals, "quote", "quote", &["p"], "Number the quotation and say how long it holds.").rank(4).writes(),
    row(A::Win, Deals, "win", "win", &["W"], "The deal is won: every seat becomes a subscription.").rank(5).writes(),
    row(A::Lose, Deals, "lose", "lose", &["x"], "The deal is lost, and why.").rank(6).writes(),
    row(A::Contact, Deals, "deal-note", "in touch", &["o"], "Write down a call, a message, a visit.").rank(7).writes(),
    row(A::RaiseTicket, Customers, "raise-ticket", "ticket", &["T"], "Raise a ticket, for one customer or for many.")
        .writes(),
    row(A::Clock, Tickets, "clock", "clock", &["?", "w"], "How the clock of the ticket is counted, step by step.")
        .rank(9),
    row(A::NextState, Tickets, "next-state", "next status", &["x"], "One step on: in progress, resolved, closed.")
        .rank(2)
        .writes(),
    row(A::States, Tickets, "ticket-status", "status", &["X"], "Choose the status: waiting, reopened, any.").writes(),
    row(A::Priority, Tickets, "priority", "priority", &["p"], "How much it hurts.").rank(3).writes(),
    row(A::Category, Tickets, "category", "category", &["c"], "What it is about.").rank(4).writes(),
    row(A::Reply, Tickets, "reply", "reply", &["R"], "Answer, in your own words or from a canned reply.")
        .rank(2)
        .writes(),
    row(A::TicketNote, Tickets, "ticket-note", "note", &["o"], "Write a note that no customer sees.").rank(6).writes(),
    row(A::Hear, Tickets, "hear", "customer says", &["i"], "Write down what the customer said.").writes(),
    row(
        A::Knowledge,
        Tickets,
        "knowledge",
        "knowledge",
        &["g k"],
        "Find an article; its text goes into a reply, and the ticket notes what solved it.",
    )
    .rank(7)
    .writes(),
    row(A::RunMacro, Tickets, "run-macro", "run macro", &["@"], "Run a macro on the ticket or the marked ones.")
        .writes(),
    row(A::Record, Tickets, "record", "record", &["g q"], "Record what you do to tickets as a macro; again ends it.")
        .writes(),
    row(
        A::MergeTickets,
        Tickets,
        "merge-tickets",
        "merge",
        &["M"],
        "The marked tickets go into the one under the cursor.",
    )
    .writes(),
    row(A::TicketJob, Tickets, "ticket-job", "job", &["g j"], "Somebody has to go there: a job for this ticket.")
        .writes(),
    row(A::Tie, Tickets, "tie", "tie", &["L"], "Tie it to another ticket: duplicate of, part of.").writes(),
    row(A::Split, Tickets, "split", "split", &["g x"], "Some lines of it into a ticket of their own.").writes(),
    row(A::Rate, Tickets, "rate", "satisfaction", &["g c"], "Note how satisfied the customer is, 1 to 5.").writes(),
    row(A::Appeal, Tickets, "appeal", "appeal", &["g a"], "An appeal to the appellate authority, filed or decided.")
        .writes(),
    row(A::Escalate, Tickets, "escalate", "escalate", &["g n"], "Carry out what the rules of escalation say is due.")
        .writes(),
    row(A::JobRaise, Customers, "job", "job", &["w"], "Somebody has to go there: raise a job.").writes(),
    row(A::JobStart, Jobs, "job-start", "start", &["x"], "You are there.").rank(2).writes(),
    row(A::JobNote, Jobs, "job-note", "note", &["o"], "A word on the customer's timeline.").rank(4).writes(),
    row(A::JobFinish, Jobs, "job-finish", "finish", &["f"], "Done: the report, boxes, light, signature.")
        .rank(3)
        .writes(),
    row(A::JobFail, Jobs, "job-fail", "not done", &["F"], "It could not be done, and why.").rank(5).writes(),
    row(A::JobTick, Jobs, "job-tick", "tick off", &["c"], "The checklist of the job.").writes(),
    row(A::JobSchedule, Jobs, "job-schedule", "schedule", &["m"], "Another day, slot or technician.").rank(6).writes(),
    row(
        A::JobRight,
        Jobs,
        "job-right",
        "to the next one",
        &[">"],
        "On the board: give it to the technician of the next column.",
    )
    .writes(),
    row(
        A::JobLeft,
        Jobs,
        "job-left",
        "to the one before",
        &["<"],
        "On the board: give it to the technician of the column before.",
    )
    .writes(),
    row(A::JobLater, Jobs, "job-later", "a day later", &["}"], "The same hour and technician, a day later.").writes(),
    row(A::JobSooner, Jobs, "job-sooner", "a day sooner", &["{"], "The same hour and technician, a day sooner.")
        .writes(),
    row(A::JobHandOut, Jobs, "job-hand-out", "hand out", &["H"], "Give to who is near and has least to do.")
        .rank(7)
        .writes(),
    row(A::JobCancel, Jobs, "job-cancel", "cancel", &["C"], "Not wanted any more.").writes(),
    row(A::Reveal, Jobs, "job-reveal", "reveal", &["r"], "Show what is masked; who looked and why is written down."),
    row(A::IncidentPhase, Incidents, "incident-phase", "phase", &["x"], "Where it stands: cause known, repaired.")
        .rank(2)
        .writes(),
    row(A::IncidentTell, Incidents, "incident-tell", "tell all", &["o"], "One message to every line, by the outbox.")
        .rank(3)
        .writes(),
    row(A::IncidentAttach, Incidents, "incident-attach", "attach", &["T"], "Take in the open tickets that came since.")
        .rank(4)
        .writes(),
    row(A::IncidentWord, Incidents, "incident-word", "update", &["m"], "What is known by now, and until when.")
        .rank(5)
        .writes(),
    row(
        A::IncidentClose,
        Incidents,
        "incident-close",
        "close",
        &["C"],
        "Lines are back: root cause, tickets, rebates.",
    )
    .rank(6)
    .writes(),
    row(
        A::IncidentRows,
        Incidents,
        "incident-rows",
        "its rows",
        &["i"],
        "Its tickets, the lines it hits, messages, rebates: each with how many, each a list.",
    )
    .rank(2),
    row(A::PlanPrice, Plans, "plan-price", "price", &["p"], "A new list price, from today or from a day to come.")
        .rank(3)
        .writes(),
    row(
        A::PersonState,
        People,
        "shut-out",
        "shut out, let in",
        &["x"],
        "Shut somebody out at once, or let them in again.",
    )
    .rank(2)
    .writes(),
    row(A::PersonRole, People, "person-role", "role", &["p"], "Give somebody another role.").rank(3).writes(),
    row(A::PersonCode, People, "reset-code", "reset code", &["c"], "A one-time code for whoever forgot the password.")
        .rank(4)
        .writes(),
    row(A::Open, Today, "today-open", "open", &["enter", "l", "right"], "Open the record behind the line.").rank(1),
    row(A::Down, Today, "today-down", "down", &["j", "down"], "Next line.").rank(3),
    row(A::Up, Today, "today-up", "up", &["k", "up"], "Line before."),
    row(A::PageDown, Today, "today-page-down", "page", &["pgdn", "ctrl-d"], "Some lines down."),
    row(A::PageUp, Today, "today-page-up", "page up", &["pgup", "ctrl-u"], "Some lines up."),
    row(A::Top, Today, "today-top", "top", &["g g", "home"], "First line."),
    row(A::Bottom, Today, "today-bottom", "bottom", &["G", "end"], "Last line."),
    row(
        A::Filter,
        Today,
        "today-find",
        "search everything",
        &["/"],
        "Type a name, a number, a place: what it is follows.",
    )
    .rank(2),
    row(A::New, Today, "today-new", "new", &["n"], "Something new: a customer, a lead, a deal, a job.")
        .rank(4)
        .writes(),
    row(A::Open, Analytics, "figure-rows", "rows", &["enter"], "The rows behind the bar, point or cell.").rank(1),
    row(A::NextTab, Analytics, "figure-section", "section", &["tab", "]"], "Next section.").rank(2),
    row(A::PrevTab, Analytics, "figure-section-before", "section before", &["backtab", "["], "Section before."),
    row(A::Period, Analytics, "period", "period", &["p"], "The time the figures are about.").rank(3),
    row(A::Compare, Analytics, "compare", "compare", &["c"], "The time they are compared with.").rank(4),
    row(A::Filter, Analytics, "figure-filter", "filter", &["/"], "Figures of the customers that a filter keeps.")
        .rank(5),
    row(A::Export, Analytics, "figure-export", "export", &["e"], "The chart to a file: PNG, SVG, CSV, JSON.").rank(6),
    row(A::Explain, Analytics, "formula", "formula", &["f"], "How the figure comes about.").rank(7),
    row(A::ColumnLeft, Analytics, "figure-left", "left", &["h", "left"], "To the left, then to the chart beside."),
    row(A::ColumnRight, Analytics, "figure-right", "right", &["l", "right"], "To the right, then to the chart beside."),
    row(A::Down, Analytics, "figure-down", "down", &["j", "down"], "Down, then to the chart below."),
    row(A::Up, Analytics, "figure-up", "up", &["k", "up"], "Up, then to the chart above."),
    row(A::NextRow, Analytics, "next-chart", "next chart", &["J", "space"], "Next chart."),
    row(A::PrevRow, Analytics, "chart-before", "chart before", &["K"], "Chart before."),
    row(A::PageDown, Analytics, "figure-page-down", "page", &["pgdn", "ctrl-d"], "Some charts down."),
    row(A::PageUp, Analytics, "figure-page-up", "page up", &["pgup", "ctrl-u"], "Some charts up."),
    row(A::Top, Analytics, "figure-top", "top", &["g g", "home"], "First chart."),
    row(A::Bottom, Analytics, "figure-bottom", "bottom", &["G", "end"], "Last chart."),
    row(A::Open, Menu, "section-open", "open", &["enter", "l", "right"], "Go into the section.").rank(1),
    row(A::Down, Menu, "section-down", "down", &["j", "down"], "Next section.").rank(2),
    row(A::Up, Menu, "section-up", "up", &["k", "up"], "Section before."),
    row(A::Top, Menu, "section-top", "top", &["g g", "home"], "First section."),
    row(A::Bottom, Menu, "section-bottom", "bottom", &["G", "end"], "Last section."),
    row(A::OwnPassword, Menu, "own-password", "password", &["w"], "A new password for yourself."),
    row(A::SecondOn, Menu, "second-on", "second factor on", &["f"], "Six digits from a phone besides the password."),
    row(A::SecondOff, Menu, "second-off", "second factor off", &["F"], "The password alone lets you in."),
    row(A::LogOut, Menu, "log-out", "log out", &["L"], "End this session."),
    row(A::NextTab, Detail, "next-tab", "section", &["tab", "l", "right"], "Next section.").rank(1),
    row(A::PrevTab, Detail, "prev-tab", "section before", &["backtab", "h", "left"], "Section before."),
    row(A::Down, Detail, "scroll-down", "down", &["j", "down"], "Scroll down."),
    row(A::Up, Detail, "scroll-up", "up", &["k", "up"], "Scroll up."),
    row(A::PageDown, Detail, "detail-page-down", "page", &["pgdn", "ctrl-d"], "A screenful down."),
    row(A::PageUp, Detail, "detail-page-up", "page up", &["pgup", "ctrl-u"], "A screenful up."),
    row(A::Top, Detail, "detail-top", "top", &["g g", "home"], "To the start."),
    row(A::Bottom, Detail, "detail-bottom", "bottom", &["G", "end"], "To the end."),
    row(A::NextRow, Detail, "next-one", "next", &["J", "]"], "Next one of the list.").rank(2),
    row(A::PrevRow, Detail, "prev-one", "previous", &["K", "["], "The one before."),
    row(
        A::IncidentRows,
        Detail,
        "behind",
        "its rows",
        &["enter"],
        "On an incident: its tickets, lines, messages, rebates.",
    ),
    row(A::Edit, Detail, "detail-edit", "edit", &["e"], "Edit the row.").rank(3).writes(),
    row(A::Act, Detail, "detail-act", "act", &["a"], "What can be done with it.").rank(5).writes(),
    row(A::Tag, Detail, "detail-tag", "tag", &["t"], "Put tags on and take them off.").writes(),
    row(A::Copy, Detail, "detail-copy", "copy", &["y"], "Copy phone, account number, address.").rank(6),
    row(A::Chart, Detail, "chart", "save chart", &["c"], "Write the usage chart to an SVG file."),
    row(A::Accept, Filter, "filter-accept", "done", &["enter"], "Keep the filter and go to the rows.").rank(1),
    row(A::Complete, Filter, "filter-complete", "complete", &["tab"], "Take the suggestion.").rank(2),
    row(A::Down, Filter, "filter-next", "next suggestion", &["down", "ctrl-n"], "Next suggestion.").rank(3),
    row(A::Up, Filter, "filter-prev", "suggestion before", &["up"], "Suggestion before."),
    row(A::Back, Filter, "filter-leave", "leave", &["esc"], "Close the suggestions; then leave the line, text kept.")
        .rank(4),
    row(
        A::NextField,
        Form,
        "next-field",
        "next",
        &["tab", "down", "enter"],
        "Next field; Enter on the last one saves.",
    )
    .rank(1),
    row(A::PrevField, Form, "prev-field", "before", &["backtab", "up"], "Field before.").rank(2),
    row(A::Choose, Form, "choose", "choose", &["ctrl-l", "f4"], "Pick the value from a list.").rank(3),
    row(
        A::TakeOffer,
        Form,
        "take-offer",
        "take what is offered",
        &["ctrl-t"],
        "Put what is offered under a line, marked ≈, into it.",
    ),
    row(A::Save, Form, "save", "save", &["f10", "ctrl-s", "ctrl-enter"], "Save.").rank(4),
    row(A::Back, Form, "form-leave", "leave", &["esc"], "Close; what was typed is kept as a draft.").rank(5),
    row(A::Down, Picker, "pick-down", "down", &["down", "ctrl-n", "tab"], "Next.").rank(2),
    row(A::Up, Picker, "pick-up", "up", &["up", "backtab"], "Before."),
    row(A::PageDown, Picker, "pick-page-down", "page", &["pgdn"], "A screenful down."),
    row(A::PageUp, Picker, "pick-page-up", "page up", &["pgup"], "A screenful up."),
    row(A::Accept, Picker, "pick-accept", "choose", &["enter"], "Take it.").rank(1),
    row(A::Back, Picker, "pick-leave", "leave", &["esc"], "Close without a choice.").rank(3),
    row(A::Yes, Confirm, "yes", "apply", &["y"], "Do it.").rank(1),
    row(A::More, Confirm, "more", "list rows", &["tab"], "Show more of the rows.").rank(2),
    row(A::Down, Confirm, "confirm-down", "down", &["down", "j"], "Scroll down."),
    row(A::PageDown, Confirm, "confirm-page-down", "page", &["pgdn", "ctrl-d"], "A screenful down."),
    row(A::PageUp, Confirm, "confirm-page-up", "page up", &["pgup", "ctrl-u"], "A screenful up."),
    row(A::Up, Confirm, "confirm-up", "up", &["up", "k"], "Scroll up."),
    row(A::Back, Confirm, "no", "leave all as it is", &["esc", "n"], "Change nothing.").rank(3),
    row(A::Yes, Page, "go-on", "import", &["y", "enter"], "Go on from what the page shows: bring the rows in.").rank(1),
    row(A::Down, Page, "text-down", "down", &["j", "down"], "Scroll down.").rank(1),
    row(A::Up, Page, "text-up", "up", &["k", "up"], "Scroll up."),
    row(A::PageDown, Page, "text-page-down", "page", &["pgdn", "ctrl-d", "space"], "A screenful down.").rank(2),
    row(A::PageUp, Page, "text-page-up", "page up", &["pgup", "ctrl-u"], "A screenful up."),
    row(A::Top, Page, "text-top", "top", &["g g", "home"], "To the start."),
    row(A::Bottom, Page, "text-bottom", "bottom", &["G", "end"], "To the end."),
    row(A::Back, Page, "text-leave", "close", &["esc", "q"], "Close.").rank(3),
];
