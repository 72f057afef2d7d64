//! What makes or breaks a deal, and how long it takes.

use crate::domain::customer::Source;
use crate::domain::deal::{Kind, LostReason};

use super::super::chance::Dice;
use super::{DAY, HUNDREDTHS};

/// What makes or breaks a deal.
#[derive(Clone, Copy, Debug)]
pub(super) struct Causes {
    /// Our price in percent of the best other bid.
    pub(super) price: i64,
    /// Hundredths of days to the quotation.
    pub(super) quote: i64,
    pub(super) source: Source,
    pub(super) reached: bool,
    pub(super) open_door: bool,
}

impl Causes {
    pub(super) fn draw(median: i64, kind: Kind, source: Option<Source>, dice: &mut Dice) -> Causes {
        Causes {
            price: dice.choose(&[(84, 16), (93, 24), (99, 22), (106, 22), (118, 16)]),
            quote: (median * HUNDREDTHS * dice.lognormal(600) / 1_000).clamp(20, 40 * HUNDREDTHS),
            source: source.unwrap_or_else(|| {
                dice.choose(&[
                    (Source::Website, 22),
                    (Source::Referral, 26),
                    (Source::WalkIn, 12),
                    (Source::SocialMedia, 8),
                    (Source::ColdCall, 32),
                ])
            }),
            reached: !dice.chance(140),
            open_door: kind != Kind::Bulk || !dice.chance(200),
        }
    }

    pub(super) fn price_factor(&self) -> i64 {
        match self.price {
            ..=90 => 1_200,
            91..=100 => 1_000,
            101..=110 => 650,
            _ => 300,
        }
    }

    pub(super) fn quote_factor(&self) -> i64 {
        match self.quote / HUNDREDTHS {
            0..2 => 1_150,
            2..5 => 1_000,
            5..10 => 700,
            _ => 350,
        }
    }

    /// Chance of a win in thousandths.
    pub(super) fn chance(&self) -> i64 {
        let source = match self.source {
            Source::Referral => 1_200,
            Source::WalkIn => 1_100,
            Source::Website => 1_000,
            Source::SocialMedia => 800,
            Source::ColdCall => 600,
        };
        let place = if self.reached { 1_000 } else { 30 };
        let door = if self.open_door { 1_000 } else { 100 };
        let factors = [self.price_factor(), self.quote_factor(), source, place, door];
        factors.iter().fold(580, |p, f| p * f / 1_000).min(980)
    }

    /// Why a deal like this is lost: the weakest of its causes.
    pub(super) fn reason(&self, dice: &mut Dice) -> LostReason {
        if !self.reached {
            return LostReason::NoCoverage;
        }
        if !self.open_door {
            return LostReason::Access;
        }
        match (self.price_factor(), self.quote_factor()) {
            (p, q) if p <= 650 && p <= q => dice.choose(&[(LostReason::Price, 60), (LostReason::Competitor, 40)]),
            (_, q) if q <= 700 => LostReason::SlowResponse,
            _ => dice.choose(&[
                (LostReason::NoDecision, 40),
                (LostReason::Budget, 25),
                (LostReason::Competitor, 20),
                (LostReason::NoNeed, 15),
            ]),
        }
    }
}

/// When things happened to a deal, in milliseconds.
#[derive(Clone, Copy)]
pub(super) struct Course {
    pub(super) created: i64,
    pub(super) proposal: i64,
    pub(super) negotiation: i64,
    pub(super) end: i64,
}

impl Course {
    pub(super) fn new(created: i64, end: i64, causes: &Causes) -> Course {
        let proposal = (created + causes.quote * DAY / HUNDREDTHS).min(created + (end - created) * 8 / 10);
        Course { created, proposal, negotiation: (proposal + end) / 2, end }
    }
}
