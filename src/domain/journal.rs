//! The words of the journal.

use super::choice::choices;

choices! {
    /// What a line of the journal is.
    LineKind {
        Do = "do", "Done";
        Undo = "undo", "Taken back";
        Redo = "redo", "Done again";
        /// A bulk load into an empty database.
        Load = "load", "Loaded";
        /// Something that happened and changed no row: a login, a reveal.
        Event = "event", "Noted";
    }
}

choices! {
    /// Whether what a line did still stands.
    LineState {
        Done = "done", "Stands";
        Back = "back", "Taken back";
    }
}
