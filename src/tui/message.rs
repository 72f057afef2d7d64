//! What comes into the app and what it wants done: data, both ways. The app itself does nothing.

use std::path::PathBuf;
use std::sync::atomic::AtomicU64;
use std::sync::{Arc, Mutex};

use crossterm::event::{KeyEvent, MouseEvent};

use crate::base::Id;
use crate::domain::model::ModelKind;
use crate::domain::plan::OttApp;
use crate::domain::settings::Settings;
use crate::domain::{Entity, FieldId, Plan, Role, Secret};
use crate::engine::PageAsk;
use crate::engine::ask::board::Column;
use crate::engine::ask::today::{Pulse, Today};
use crate::engine::ask::{
    AskBoard, AskCoverage, AskLabels, AskReport, AskSuggest, Due, Labels, Panel, Report, Reps, Shelf,
};
use crate::engine::find;
use crate::engine::{
    Command, CommandError, Editing, Entered, Entry, Offer, Page, Preview, Receipt, Target, Totals, UndoTarget,
};
use crate::insight::chart::ChartSpec;
use crate::insight::place::Found;
use crate::query::Bound;
use crate::query::complete::Suggestion;
use crate::query::views::OpenView;

/// Numbers a question; an answer to an older number of the same kind is dropped.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Ticket(pub u64);

/// What the line to the terminal tells.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Line {
    /// The terminal has got all up to the last question.
    Answered,
    /// What was written has been taken, after so many milliseconds.
    Taken(i64),
}

/// What comes in.
#[derive(Debug)]
pub enum Msg {
    Key(KeyEvent),
    Paste(String),
    Mouse(MouseEvent),
    Resize,
    Answer(Ticket, Answer),
    /// Rows done of all, for long work.
    Progress(u64, u64),
    /// Another window or program changed the data.
    Changed,
    Line(Line),
    /// A deadline of the app has come.
    Tick,
    /// The terminal has gone.
    Hangup,
    /// The system asks the program to end, by the signal of this number.
    Signal(i32),
    /// The system asks the program to step aside.
    Suspend,
}

/// What is wanted done.
#[derive(Debug)]
pub enum Effect {
    Ask(Ticket, Question),
    /// To the terminal's clipboard (OSC 52).
    Copy(String),
    /// The mouse on or off.
    Mouse(bool),
    /// Keeps unsaved forms for the next time.
    Drafts(String),
    /// Give the terminal back and stop until the shell says to go on.
    Suspend,
    /// Keeps the theme for the next time.
    Theme(String),
    /// The whole screen anew, whatever the terminal shows.
    Repaint,
    /// Stop long work.
    Cancel,
    /// Stop reading rows.
    StopReading,
    /// Somebody came in: work for them from now on, and keep the session.
    Entered(Box<Entered>),
    /// This row is open in a form here, or none is.
    Editing(Option<(Entity, Id)>),
    /// End the session: the door shuts.
    LogOut,
    Quit,
}

/// One person's typing into the search: what it has left so far, and how often a letter came.
#[derive(Debug, Default)]
pub struct Typing {
    pub trails: Mutex<find::Trails>,
    /// Another number for every text; work on an older one stops.
    pub newest: AtomicU64,
}

/// What a worker is asked. Only the newest of a kind is worth answering.
#[derive(Debug)]
pub enum Question {
    Page(PageAsk),
    Board(Box<AskBoard>),
    /// What needs whoever asks, now.
    Today,
    Pulse,
    /// Key figures; whether those of the cards.
    Figures(Box<AskReport>, bool),
    /// A chart to a file.
    SaveFigure(Box<FigureFile>),
    Totals(Bound),
    /// How many there are without any filter.
    Everything(Entity),
    Panel(Entity, Id),
    Suggest(AskSuggest),
    Values(FieldId),
    Plans,
    Views,
    Counts(Vec<Bound>),
    Preview(Box<Command>),
    Execute(Box<Command>),
    Undo(UndoTarget),
    Redo(UndoTarget),
    /// Logins shut after wrong tries since an entry.
    Lockouts(Option<i64>),
    Changes(i64),
    /// What the coverage directory says of an address.
    Coverage(AskCoverage),
    /// Category and priority by the words of a ticket.
    Labels(AskLabels),
    /// What reps make of their leads.
    Reps,
    /// Which models are due to be trained anew.
    Due,
    /// Models to be trained, and all scored by them.
    Train(Vec<ModelKind>),
    /// How a ticket's clocks are counted.
    Clock(Id),
    /// What the support desk picks from.
    Shelf,
    /// Everything that this text finds, in one person's typing; whether to wait until all can be found.
    Find(String, Arc<Typing>, bool),
    Settings,
    /// Uptime of each area.
    Uptime,
    /// Minutes within which a clock is near its end.
    Near,
    /// A fresh second factor, to be proved.
    OfferSecond,
    /// Somebody new, who sets a password of their own by a one-time code.
    Invite {
        login: String,
        name: String,
        role: Role,
    },
    /// A row without its masks, and why.
    Reveal(Entity, Id, String),
    /// Rows that others have open in forms.
    Editing,
    /// A one-time code for whoever forgot the password.
    ResetCode(String),
    SaveChart(Id, PathBuf),
    Login {
        login: String,
        password: Secret,
        code: String,
    },
    /// Rows to a CSV file.
    Export(Entity, Target, PathBuf),
    /// Rows as JSON lines to a shell command.
    Pipe(Entity, Target, String),
    ReadImport(ImportRequest),
    RunImport(ImportRequest),
}

/// A chart to be written, and where.
#[derive(Clone, Debug)]
pub struct FigureFile {
    pub chart: ChartSpec,
    /// Its numbers, where those are wanted as JSON.
    pub json: String,
    pub folder: PathBuf,
    /// Without its ending; a number is put behind it where the name is in use.
    pub name: String,
    /// `png`, `svg`, `csv` or `json`.
    pub format: String,
}

/// An import as the form describes it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ImportRequest {
    pub path: String,
    /// `telco` or empty.
    pub preset: String,
    pub allow_duplicates: bool,
}

impl Question {
    /// Questions of one kind replace each other while they wait; deeds never do.
    pub fn kind(&self) -> Option<&'static str> {
        Some(match self {
            Question::Page(_) => "page",
            Question::Board(_) => "board",
            Question::Today => "today",
            Question::Pulse => "pulse",
            Question::Figures(_, true) => "cards",
            Question::Figures(_, false) => "figures",
            Question::Totals(_) => "totals",
            Question::Everything(_) => "everything",
            Question::Panel(..) => "panel",
            Question::Suggest(_) => "suggest",
            Question::Values(_) => "values",
            Question::Plans => "plans",
            Question::Views => "views",
            Question::Counts(_) => "counts",
            Question::Preview(_) => "preview",
            Question::Settings => "settings",
            Question::Near => "near",
            Question::Editing => "editing",
            Question::OfferSecond => "second",
            Question::Lockouts(_) => "lockouts",
            Question::Changes(_) => "changes",
            Question::Coverage(_) => "coverage",
            Question::Labels(_) => "labels",
            Question::Reps => "reps",
            Question::Due => "due",
            Question::Clock(_) => "clock",
            Question::Shelf => "shelf",
            Question::Find(..) => "find",
            Question::ReadImport(_) => "read-import",
            Question::Login { .. }
            | Question::Execute(_)
            | Question::Train(_)
            | Question::Uptime
            | Question::Invite { .. }
            | Question::ResetCode(_)
            | Question::Reveal(..)
            | Question::Undo(_)
            | Question::Redo(_)
            | Question::SaveChart(..)
            | Question::SaveFigure(_)
            | Question::Export(..)
            | Question::Pipe(..)
            | Question::RunImport(_) => return None,
        })
    }
}

/// What a file would bring, in words.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ImportView {
    pub rows: usize,
    pub errors: usize,
    /// Mapping, first rows, problems: ready to be read.
    pub lines: Vec<String>,
}

/// What a worker found.
#[derive(Debug)]
pub enum Answer {
    Page(Page),
    /// The best rows so far of a page that takes long; rows looked at, and all.
    Part(Page, i64, i64),
    Board(Vec<Column>),
    Today(Box<Today>),
    Pulse(Pulse),
    Figures(Box<Report>),
    Totals(Totals),
    Everything(i64),
    Panel(Box<Panel>),
    Suggest(Vec<Suggestion>),
    Values(Vec<(String, i64)>),
    Plans(Vec<Plan>, Vec<OttApp>),
    Views(Vec<OpenView>),
    Counts(Vec<Totals>),
    Preview(Box<Preview>),
    Done(Receipt),
    /// Done, and something to be handed over that is shown once.
    HandOver(Receipt, String, Vec<String>),
    Settings(Box<Settings>),
    Editing(Vec<Editing>),
    /// A second factor and its picture.
    Second(Box<Offer>, Vec<String>),
    Refused(CommandError),
    Lockouts(Vec<Entry>),
    Changes(String, Vec<String>),
    Coverage(Option<Found>),
    Labels(Labels),
    Reps(Reps),
    Due(Vec<Due>),
    Clock(Vec<String>),
    Near(i64),
    Shelf(Box<Shelf>),
    /// What a text has found.
    Found(String, Box<find::Answer>),
    Saved(String),
    /// What a shell command answered.
    Output(String, Vec<String>),
    /// What a file would bring, for the form.
    ImportRead(ImportView),
    Imported(Receipt, Vec<String>),
    Failed(String),
    Entered(Entered),
    /// Not let in: why, and whether only the second factor is missing.
    NotEntered(String, bool),
    /// The session has ended.
    LoggedOut,
}
