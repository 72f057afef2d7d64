//! What makes or breaks a lead.

use crate::domain::customer::Source;
use crate::domain::lead::{Availability, LostReason, Urgency};

use super::super::chance::Dice;

/// What makes or breaks a lead.
#[derive(Clone, Copy, Debug)]
pub(super) struct Causes {
    pub(super) reach: Availability,
    /// Budget as per cent of the price.
    pub(super) budget: i64,
    pub(super) minutes: i64,
    pub(super) urgency: Urgency,
    pub(super) source: Source,
}

impl Causes {
    pub(super) fn draw(reach: Availability, source: Option<Source>, median: i64, dice: &mut Dice) -> Causes {
        Causes {
            reach,
            budget: dice.choose(&[(100, 34), (110, 20), (125, 8), (95, 16), (88, 8), (80, 9), (65, 5)]),
            minutes: (median * dice.lognormal(900) / 1_000).clamp(1, 4_000),
            urgency: dice.choose(&[
                (Urgency::Now, 24),
                (Urgency::Week, 34),
                (Urgency::Month, 27),
                (Urgency::Later, 15),
            ]),
            source: source.unwrap_or_else(|| {
                dice.choose(&[
                    (Source::Website, 34),
                    (Source::Referral, 20),
                    (Source::WalkIn, 14),
                    (Source::SocialMedia, 18),
                    (Source::ColdCall, 14),
                ])
            }),
        }
    }

    pub(super) fn price_factor(&self) -> i64 {
        match self.budget {
            100.. => 1_000,
            90..100 => 750,
            75..90 => 400,
            _ => 120,
        }
    }

    pub(super) fn answer_factor(&self) -> i64 {
        match self.minutes {
            ..=15 => 1_150,
            16..=60 => 1_000,
            61..=240 => 800,
            241..=1_440 => 500,
            _ => 250,
        }
    }

    /// Chance of a contract in thousandths.
    pub(super) fn chance(&self) -> i64 {
        let place = match self.reach {
            Availability::Serviceable => 1_000,
            Availability::Planned => 80,
            Availability::NotCovered => 0,
        };
        let urgency = match self.urgency {
            Urgency::Now => 1_150,
            Urgency::Week => 1_050,
            Urgency::Month => 900,
            Urgency::Later => 550,
        };
        let source = match self.source {
            Source::Referral => 1_150,
            Source::WalkIn => 1_100,
            Source::Website => 1_000,
            Source::SocialMedia => 800,
            Source::ColdCall => 600,
        };
        let factors = [place, self.price_factor(), self.answer_factor(), urgency, source];
        factors.iter().fold(620, |p, f| p * f / 1_000).min(990)
    }

    /// Why a lead like this is lost: the weakest of its causes.
    pub(super) fn reason(&self, dice: &mut Dice) -> LostReason {
        if self.reach != Availability::Serviceable {
            return LostReason::NoCoverage;
        }
        match (self.price_factor(), self.answer_factor()) {
            (p, a) if p <= 400 && p <= a => LostReason::Price,
            (_, a) if a <= 500 => LostReason::SlowResponse,
            (p, _) if p <= 750 && dice.chance(500) => LostReason::Price,
            _ => dice.choose(&[
                (LostReason::Competitor, 38),
                (LostReason::NoAnswer, 24),
                (LostReason::NoNeed, 22),
                (LostReason::Access, 10),
                (LostReason::NotGenuine, 6),
            ]),
        }
    }
}
