//! A chart as data: the same specification is drawn by the terminal and by [`super::plot`].

/// One line or row of bars.
#[derive(Clone, Debug, PartialEq)]
pub struct Series {
    pub name: String,
    pub values: Vec<f64>,
}

/// What to draw, with nothing about how.
#[derive(Clone, Debug, PartialEq)]
pub struct ChartSpec {
    pub title: String,
    /// Unit of the values: `GB`, `Mbps`, `%`.
    pub unit: String,
    /// One for each value.
    pub labels: Vec<String>,
    pub series: Vec<Series>,
}

/// Bars of eighths for a row of values; `floor` is the value an empty bar stands for. `None` for
/// a value that is missing shows as a gap.
pub fn sparkline(values: &[i64], floor: i64) -> String {
    sparkline_to(values, floor, 0)
}

/// The same, the highest bar standing for `full` at least: a speed against the speed sold.
pub fn sparkline_to(values: &[i64], floor: i64, full: i64) -> String {
    // Without the full block, so that rows of bars under each other stay apart.
    const BARS: [char; 7] = ['▁', '▂', '▃', '▄', '▅', '▆', '▇'];
    let top = values.iter().copied().max().unwrap_or(0).max(floor + 1).max(full);
    values
        .iter()
        .map(|v| {
            let step = ((v - floor).max(0) * 6 + (top - floor) / 2) / (top - floor);
            BARS[usize::try_from(step).unwrap_or(0).min(6)]
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_greatest_value_has_the_highest_bar() {
        assert_eq!(sparkline(&[0, 5, 10], 0), "▁▄▇");
        assert_eq!(sparkline(&[9900, 9950, 10000], 9800), "▄▆▇");
        assert_eq!(sparkline(&[], 0), "");
        assert_eq!(sparkline(&[0, 0], 0), "▁▁");
    }
}
