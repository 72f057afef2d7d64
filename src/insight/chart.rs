//! A chart as data: the same specification is drawn by the terminal and by [`super::plot`].

/// One line, one row of bars, or one row of cells.
#[derive(Clone, Debug, PartialEq)]
pub struct Series {
    pub name: String,
    /// One for each label; NaN where there is none.
    pub values: Vec<f64>,
}

/// How values are to be looked at.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Shape {
    /// Something that goes on in time.
    #[default]
    Line,
    /// Amounts beside each other.
    Bars,
    /// Bars lying, the first at the top.
    Ranked,
    /// Bars on each other, those below nothing hanging down.
    Stacked,
    /// Cells in rows and columns, darker for more.
    Grid,
}

/// What to draw, with nothing about how.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ChartSpec {
    pub title: String,
    /// Unit of the values: `GB`, `Mbps`, `%`.
    pub unit: String,
    pub shape: Shape,
    /// One for each value.
    pub labels: Vec<String>,
    pub series: Vec<Series>,
}

impl ChartSpec {
    /// The values that are there.
    pub fn values(&self) -> impl Iterator<Item = f64> + '_ {
        self.series.iter().flat_map(|s| s.values.iter().copied()).filter(|v| v.is_finite())
    }

    /// The least and the greatest value that is to be seen: stacked bars as high as they are together, lines not from
    /// nothing where they move little.
    pub fn span(&self) -> (f64, f64) {
        let (mut low, mut high) = (0.0f64, 0.0f64);
        match self.shape {
            Shape::Stacked => {
                for i in 0..self.labels.len() {
                    let at = self.series.iter().filter_map(|s| s.values.get(i)).filter(|v| v.is_finite());
                    let (up, down) = at.fold((0.0, 0.0), |(up, down), v| (up + v.max(0.0), down + v.min(0.0)));
                    (low, high) = (low.min(down), high.max(up));
                }
            }
            Shape::Line => {
                (low, high) = self.values().fold((f64::INFINITY, f64::NEG_INFINITY), |(l, h), v| (l.min(v), h.max(v)));
                if low > high {
                    (low, high) = (0.0, 0.0);
                }
                // What falls below a quarter of its height begins at nothing.
                let room = (high - low) * 0.15;
                low = if low >= 0.0 && low < high * 0.25 { 0.0 } else { low - room };
                high += room;
            }
            _ => (low, high) = self.values().fold((0.0, 0.0), |(l, h): (f64, f64), v| (l.min(v), h.max(v))),
        }
        if high - low < 1e-9 { (low, low + 1.0) } else { (low, high) }
    }

    /// The values as CSV: a row for each label, a column for each series.
    pub fn csv(&self) -> String {
        let quoted = |text: &str| {
            // A text that a spreadsheet would run is not one.
            let text = if text.starts_with(['=', '+', '-', '@']) { format!("'{text}") } else { text.to_string() };
            if text.contains([',', '"', '\n', '\r']) { format!("\"{}\"", text.replace('"', "\"\"")) } else { text }
        };
        let mut out = quoted(&self.title);
        for series in &self.series {
            out.push(',');
            out.push_str(&quoted(&series.name));
        }
        out.push('\n');
        for (i, label) in self.labels.iter().enumerate() {
            out.push_str(&quoted(label));
            for series in &self.series {
                out.push(',');
                if let Some(v) = series.values.get(i).filter(|v| v.is_finite()) {
                    out.push_str(&plain(*v));
                }
            }
            out.push('\n');
        }
        out
    }
}

/// A value with no more decimals than it needs, four at most.
pub fn plain(v: f64) -> String {
    let text = format!("{v:.4}");
    let text = text.trim_end_matches('0').trim_end_matches('.');
    if text == "-0" { "0".into() } else { text.into() }
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
