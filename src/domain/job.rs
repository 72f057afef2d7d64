//! A job: work that somebody goes out for. Its state machine, its slots, what it asks to be ticked off, and the
//! stock it uses up.

use super::choice::choices;

choices! {
    /// What somebody goes out for.
    JobKind {
        Install = "install", "Installation";
        Fault = "fault", "Fault";
        Survey = "survey", "Site survey";
        Shifting = "shifting", "Shifting";
        Recovery = "recovery", "Recovery";
    }
}

choices! {
    /// Where a job stands.
    JobState {
        /// Wanted, no time agreed.
        Open = "open", "To schedule";
        Scheduled = "scheduled", "Scheduled";
        /// The technician is there.
        Started = "started", "Started";
        Done = "done", "Done";
        /// Went out and could not do it.
        Failed = "failed", "Not done";
        Cancelled = "cancelled", "Cancelled";
    }
}

choices! {
    /// Why a job could not be done.
    Hindrance {
        Absent = "absent", "Customer not there";
        NoAccess = "no-access", "No access or permission";
        NoPower = "no-power", "No power";
        NoMaterial = "no-material", "Material missing";
        NotFeasible = "not-feasible", "Not feasible";
        Weather = "weather", "Weather";
        Other = "other", "Something else";
    }
}

choices! {
    /// The slots of a day, in Indian time.
    Slot {
        Nine = "09-11", "09-11";
        Eleven = "11-13", "11-13";
        One = "13-15", "13-15";
        Three = "15-17", "15-17";
        Five = "17-19", "17-19";
    }
}

choices! {
    /// What an item of stock is.
    ItemKind {
        Onu = "onu", "ONU";
        Router = "router", "Router";
        Radio = "radio", "Radio";
        SetTop = "set-top", "Set-top box";
        Splitter = "splitter", "Splitter";
    }
}

choices! {
    /// Where an item of stock is.
    ItemState {
        Store = "store", "In store";
        /// With a technician.
        Issued = "issued", "With technician";
        Installed = "installed", "Installed";
        Faulty = "faulty", "Faulty";
        Scrapped = "scrapped", "Scrapped";
    }
}

impl JobState {
    /// The states a job may go to from here.
    pub fn next(self) -> &'static [JobState] {
        use JobState::{Cancelled, Done, Failed, Open, Scheduled, Started};
        match self {
            Open => &[Scheduled, Started, Cancelled],
            Scheduled => &[Open, Started, Failed, Cancelled],
            Started => &[Done, Failed],
            Failed => &[Scheduled, Cancelled],
            Done | Cancelled => &[],
        }
    }

    /// True while somebody still has to go.
    pub fn is_open(self) -> bool {
        matches!(self, JobState::Open | JobState::Scheduled | JobState::Started)
    }

    /// Tells states apart without colour.
    pub fn shape(self) -> &'static str {
        match self {
            JobState::Open => "○",
            JobState::Scheduled => "◷",
            JobState::Started => "▶",
            JobState::Done => "✓",
            JobState::Failed => "✗",
            JobState::Cancelled => "–",
        }
    }
}

impl Slot {
    /// The hours it begins and ends at.
    pub fn hours(self) -> (u32, u32) {
        match self {
            Slot::Nine => (9, 11),
            Slot::Eleven => (11, 13),
            Slot::One => (13, 15),
            Slot::Three => (15, 17),
            Slot::Five => (17, 19),
        }
    }
}

impl JobKind {
    /// The setting that holds its checklist.
    pub fn checklist_key(self) -> &'static str {
        match self {
            JobKind::Install => "jobs.checklist.install",
            JobKind::Fault => "jobs.checklist.fault",
            JobKind::Survey => "jobs.checklist.survey",
            JobKind::Shifting => "jobs.checklist.shifting",
            JobKind::Recovery => "jobs.checklist.recovery",
        }
    }

    /// True where light is measured before and after.
    pub fn is_optical(self) -> bool {
        matches!(self, JobKind::Install | JobKind::Fault | JobKind::Shifting)
    }
}

/// The items of a checklist as a setting holds it: parted by semicolons or commas.
pub fn checklist(text: &str) -> Vec<&str> {
    text.split([';', ',']).map(str::trim).filter(|item| !item.is_empty()).collect()
}

/// The number of a job as people say it: `J-000042`.
pub fn number(n: i64) -> String {
    format!("J-{n:06}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_job_ends_and_stays_ended() {
        for state in JobState::ALL {
            assert_eq!(state.next().is_empty(), matches!(state, JobState::Done | JobState::Cancelled));
            assert!(!state.next().contains(state));
        }
    }

    #[test]
    fn a_checklist_has_no_empty_items() {
        assert_eq!(checklist(" light measured ;; speed shown;"), ["light measured", "speed shown"]);
        assert_eq!(number(42), "J-000042");
    }
}
