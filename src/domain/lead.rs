//! A lead: somebody who may become a customer, from the first word to the contract or the loss.

use super::choice::choices;

choices! {
    /// Where a lead stands. The order is the order of the board.
    Stage {
        New = "new", "New";
        Contacted = "contacted", "Contacted";
        Survey = "survey", "Site Survey Scheduled";
        Quoted = "quoted", "Quotation Sent";
        Install = "install", "Installation Scheduled";
        /// A customer now: only converting leads here.
        Converted = "converted", "Converted";
        Lost = "lost", "Lost";
    }
}

impl Stage {
    /// True while there is something to do.
    pub fn is_open(self) -> bool {
        !matches!(self, Stage::Converted | Stage::Lost)
    }

    /// The stage after this one on the way to a contract; the last is reached by converting.
    pub fn forward(self) -> Option<Stage> {
        match self {
            Stage::New => Some(Stage::Contacted),
            Stage::Contacted => Some(Stage::Survey),
            Stage::Survey => Some(Stage::Quoted),
            Stage::Quoted => Some(Stage::Install),
            Stage::Install | Stage::Converted | Stage::Lost => None,
        }
    }

    /// The stage before this one; a lost lead comes back as contacted.
    pub fn back(self) -> Option<Stage> {
        match self {
            Stage::Contacted => Some(Stage::New),
            Stage::Survey | Stage::Lost => Some(Stage::Contacted),
            Stage::Quoted => Some(Stage::Survey),
            Stage::Install => Some(Stage::Quoted),
            Stage::New | Stage::Converted => None,
        }
    }

    /// A shape to read the stage by where there is no colour.
    pub fn shape(self) -> &'static str {
        match self {
            Stage::New => "○",
            Stage::Contacted => "◔",
            Stage::Survey => "◑",
            Stage::Quoted => "◕",
            Stage::Install => "●",
            Stage::Converted => "✓",
            Stage::Lost => "×",
        }
    }
}

choices! {
    /// Why a lead was lost.
    LostReason {
        NoCoverage = "no-coverage", "No coverage";
        Price = "price", "Price";
        Competitor = "competitor", "Chose a competitor";
        SlowResponse = "slow-response", "We were too slow";
        NoAnswer = "no-answer", "Does not answer";
        NoNeed = "no-need", "No longer needed";
        Access = "access", "No permission from the building";
        Duplicate = "duplicate", "Came in twice";
        NotGenuine = "not-genuine", "Not a genuine enquiry";
    }
}

choices! {
    /// Whether the network reaches a place. The status of a place in the coverage directory, and what the
    /// directory says of a lead's address.
    Availability {
        Serviceable = "serviceable", "Serviceable";
        /// The network will come; the directory may say when.
        Planned = "planned", "Planned";
        NotCovered = "not-covered", "Not covered";
    }
}

impl Availability {
    pub fn shape(self) -> &'static str {
        match self {
            Availability::Serviceable => "✓",
            Availability::Planned => "◷",
            Availability::NotCovered => "✗",
        }
    }
}

choices! {
    /// What has to be wired.
    BuildingType {
        Apartment = "apartment", "Apartment";
        House = "house", "Independent house";
        Commercial = "commercial", "Commercial";
    }
}

choices! {
    /// How soon the lead wants the line.
    Urgency {
        Now = "now", "At once";
        Week = "week", "Within a week";
        Month = "month", "Within a month";
        Later = "later", "Later";
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stages_step_one_way_and_back() {
        for stage in Stage::ALL {
            if let Some(next) = stage.forward() {
                assert_eq!(next.back(), Some(*stage));
                assert!(next.is_open(), "{next:?} is reached by a form of its own");
            }
            assert_eq!(Stage::parse(stage.label()), Some(*stage));
        }
        assert_eq!(Stage::Lost.back(), Some(Stage::Contacted));
        assert_eq!(Stage::Install.forward(), None);
    }
}
