//! How long a ticket may take, from how long tickets like it took.
//!
//! | alike in | tickets needed |
//! |---|---|
//! | category, priority and area | 12 |
//! | category and priority | 12 |
//! | category | 12 |
//! | nothing | 5 |
//!
//! The first row with enough tickets is taken. The estimate is the median of their hours, the limits are the quantiles
//! that leave a tenth of them below and a tenth above. With fewer than 5 tickets in all there is no estimate.
//!
//! A ticket that is open for some hours already is compared with those only that took longer than that.

/// A solved ticket, or one to be solved.
#[derive(Clone, Debug, PartialEq)]
pub struct Past {
    pub category: String,
    pub priority: String,
    pub area: String,
    /// From raised to resolved; of one to be solved, how long it is open.
    pub hours: f64,
}

/// What the tickets compared with are alike in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Alike {
    CategoryPriorityArea,
    CategoryPriority,
    Category,
    Any,
}

impl Alike {
    pub fn words(self) -> &'static str {
        match self {
            Alike::CategoryPriorityArea => "of this category and priority in this area",
            Alike::CategoryPriority => "of this category and priority",
            Alike::Category => "of this category",
            Alike::Any => "of any kind",
        }
    }

    fn needs(self) -> usize {
        if self == Alike::Any { 5 } else { 12 }
    }

    fn fits(self, a: &Past, b: &Past) -> bool {
        let category = a.category == b.category;
        match self {
            Alike::CategoryPriorityArea => category && a.priority == b.priority && a.area == b.area,
            Alike::CategoryPriority => category && a.priority == b.priority,
            Alike::Category => category,
            Alike::Any => true,
        }
    }
}

/// Hours, with the limits that hold eight of ten such tickets.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Estimate {
    pub hours: f64,
    pub low: f64,
    pub high: f64,
    pub alike: Alike,
    /// Tickets it rests on.
    pub tickets: usize,
}

/// The estimate for a ticket from solved ones. `None` where history is too thin. Hours that are no number or below 0
/// are passed over.
pub fn estimate(ticket: &Past, solved: &[Past]) -> Option<Estimate> {
    [Alike::CategoryPriorityArea, Alike::CategoryPriority, Alike::Category, Alike::Any].into_iter().find_map(|alike| {
        let fit = solved.iter().filter(|s| alike.fits(ticket, s)).map(|s| s.hours);
        let mut hours: Vec<f64> = fit.filter(|h| h.is_finite() && *h >= ticket.hours.max(0.0)).collect();
        if hours.len() < alike.needs() {
            return None;
        }
        hours.sort_by(f64::total_cmp);
        let at = |share| quantile(&hours, share);
        Some(Estimate { hours: at(0.5), low: at(0.1), high: at(0.9), alike, tickets: hours.len() })
    })
}

/// The value below which `share` of the sorted values lie, on the line between neighbours (type 7 of Hyndman and Fan 1996).
fn quantile(sorted: &[f64], share: f64) -> f64 {
    let place = share * (sorted.len() - 1) as f64;
    let (below, part) = (place.floor() as usize, place.fract());
    let above = sorted[(below + 1).min(sorted.len() - 1)];
    sorted[below] + part * (above - sorted[below])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn past(category: &str, priority: &str, area: &str, hours: f64) -> Past {
        Past { category: category.into(), priority: priority.into(), area: area.into(), hours }
    }

    #[test]
    fn the_most_alike_with_enough_tickets_speak() {
        let mut solved: Vec<Past> = (1..=11).map(|h| past("slow", "high", "Pune", f64::from(h))).collect();
        solved.extend((0..5).map(|_| past("slow", "high", "Delhi", 100.0)));
        solved.extend((0..5).map(|_| past("bill", "low", "Pune", f64::NAN)));
        let now = past("slow", "high", "Pune", 0.0);
        // Eleven in Pune are one too few: those of Delhi are asked as well.
        let e = estimate(&now, &solved).unwrap();
        assert_eq!((e.alike, e.tickets), (Alike::CategoryPriority, 16));
        solved.push(past("slow", "high", "Pune", 12.0));
        let e = estimate(&now, &solved).unwrap();
        // 1 to 12: median 6.5, a tenth of eleven steps from either end.
        assert_eq!((e.alike, e.tickets, e.hours), (Alike::CategoryPriorityArea, 12, 6.5));
        assert!((e.low - 2.1).abs() < 1e-9 && (e.high - 10.9).abs() < 1e-9);
        assert_eq!(estimate(&past("bill", "low", "Goa", 0.0), &solved).unwrap().alike, Alike::Any);
        assert_eq!(estimate(&now, &solved[..4]), None);
        // Open for 9 hours: 10, 11, 12 of Pune and the 100s of Delhi are left, too few of this area and of this kind.
        let late = past("slow", "high", "Pune", 9.5);
        let e = estimate(&late, &solved).unwrap();
        assert_eq!((e.alike, e.tickets, e.hours), (Alike::Any, 8, 100.0));
    }
}
