//! THE table of actions. The keymap, the hints in the last line, the `?` help, the palette, the
//! README's key table and the check of a user's own keys are all folds of it.

mod table;

pub use table::ACTIONS;

/// Where an action lives: which keys are live depends on what is on top.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Scope {
    /// Anywhere but in a text being typed.
    Global,
    /// A list of rows.
    List,
    /// Customers, in their list and on the page of one.
    Customers,
    /// A board of rows in columns.
    Board,
    /// Leads, in their list, on their board and on the page of one.
    Leads,
    /// Deals, in their list, on their board and on the page of one.
    Deals,
    /// Tickets, in their list and on the page of one.
    Tickets,
    /// Jobs, in their list, on their board and on the page of one.
    Jobs,
    /// Incidents, in their list and on the page of one.
    Incidents,
    /// Plans.
    Plans,
    /// People who work here.
    People,
    /// What needs me now.
    Today,
    /// Key figures.
    Analytics,
    /// The menu of the settings.
    Menu,
    /// The page of one row.
    Detail,
    /// A line of filter text being typed.
    Filter,
    /// A form being filled.
    Form,
    /// A list to pick from.
    Picker,
    /// A question that wants a yes.
    Confirm,
    /// A page of text to scroll.
    Page,
}

impl Scope {
    pub const ALL: &'static [Scope] = &[
        Scope::Global,
        Scope::List,
        Scope::Customers,
        Scope::Board,
        Scope::Leads,
        Scope::Deals,
        Scope::Tickets,
        Scope::Jobs,
        Scope::Incidents,
        Scope::Plans,
        Scope::People,
        Scope::Today,
        Scope::Analytics,
        Scope::Menu,
        Scope::Detail,
        Scope::Filter,
        Scope::Form,
        Scope::Picker,
        Scope::Confirm,
        Scope::Page,
    ];

    /// True for the keys that only one kind of rows has.
    pub fn is_kind(self) -> bool {
        matches!(
            self,
            Scope::Customers
                | Scope::Leads
                | Scope::Deals
                | Scope::Tickets
                | Scope::Jobs
                | Scope::Incidents
                | Scope::Plans
                | Scope::People
        )
    }

    pub fn title(self) -> &'static str {
        match self {
            Scope::Global => "Anywhere",
            Scope::List => "Lists",
            Scope::Customers => "Customers",
            Scope::Board => "Boards",
            Scope::Leads => "Leads",
            Scope::Deals => "Deals",
            Scope::Tickets => "Tickets",
            Scope::Jobs => "Jobs",
            Scope::Incidents => "Incidents",
            Scope::Plans => "Plans",
            Scope::People => "People",
            Scope::Today => "Today",
            Scope::Analytics => "Analytics",
            Scope::Menu => "Settings",
            Scope::Detail => "Page of one",
            Scope::Filter => "Filter line",
            Scope::Form => "Form",
            Scope::Picker => "Pick list",
            Scope::Confirm => "Confirmation",
            Scope::Page => "Page of text",
        }
    }
}

/// Whether an action can run now, and if not, why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Availability {
    Yes,
    No(String),
}

/// Everything a key or the palette can start.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Action {
    Help,
    Palette,
    Search,
    Quit,
    QuitNow,
    Suspend,
    Back,
    Undo,
    Redo,
    Refresh,
    Messages,
    Journal,
    Theme,
    Catalogue,
    Mouse,
    Thin,
    Import,
    Today,
    Customers,
    Leads,
    Deals,
    Tickets,
    Jobs,
    Analytics,
    Period,
    Compare,
    Settings,
    OwnPassword,
    SecondOn,
    SecondOff,
    LogOut,
    PersonState,
    PersonRole,
    PersonCode,
    PlanPrice,
    Reveal,
    Board,
    ColumnLeft,
    ColumnRight,
    DayBefore,
    DayAfter,
    StageOn,
    StageBack,
    Stage,
    Convert,
    Contact,
    FollowUp,
    Snooze,
    MergeLeads,
    Win,
    Lose,
    Quote,
    AddLine,
    Lines,
    Rescore,
    Clock,
    Priority,
    Category,
    NextState,
    States,
    Reply,
    TicketNote,
    Hear,
    Knowledge,
    RunMacro,
    Record,
    RaiseTicket,
    MergeTickets,
    TicketJob,
    Tie,
    Split,
    Rate,
    Appeal,
    Escalate,
    JobRaise,
    JobStart,
    JobNote,
    JobTick,
    JobFinish,
    JobFail,
    JobSchedule,
    JobLeft,
    JobRight,
    JobSooner,
    JobLater,
    JobHandOut,
    JobCancel,
    Incidents,
    IncidentAttach,
    IncidentTell,
    IncidentPhase,
    IncidentWord,
    IncidentClose,
    IncidentRows,
    Uptime,
    Down,
    Up,
    PageDown,
    PageUp,
    HalfDown,
    HalfUp,
    Top,
    Bottom,
    Jump,
    Open,
    Filter,
    Sort,
    Turn,
    Views,
    SaveView,
    DropView,
    Mark,
    Range,
    MarkAll,
    Invert,
    Act,
    Repeat,
    New,
    Edit,
    Note,
    Status,
    Plan,
    Offer,
    Tag,
    Delete,
    Restore,
    SetField,
    Assign,
    Export,
    Pipe,
    Copy,
    Panel,
    Explain,
    NextTab,
    PrevTab,
    NextRow,
    PrevRow,
    Chart,
    Accept,
    Complete,
    NextField,
    PrevField,
    Save,
    Choose,
    TakeOffer,
    TrainModels,
    Yes,
    More,
}

/// One row of the table.
#[derive(Clone, Copy, Debug)]
pub struct ActionSpec {
    pub action: Action,
    /// What a config file calls it.
    pub name: &'static str,
    /// One or two words for the hint line.
    pub hint: &'static str,
    pub help: &'static str,
    pub scope: Scope,
    /// Keys, the first one shown; two keys after each other are written with a space.
    pub keys: &'static [&'static str],
    /// Rank in the hint line; 0 is not shown there.
    pub rank: u8,
    /// Asks before it acts, and is not there for a read-only session.
    pub writes: bool,
}

/// The row of an action as it is known in a scope, or anywhere.
pub fn spec(action: Action, scope: Scope) -> Option<&'static ActionSpec> {
    let of = |s: Scope| ACTIONS.iter().find(|a| a.action == action && a.scope == s);
    of(scope).or_else(|| of(Scope::Global))
}
