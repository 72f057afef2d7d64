//! A [`ChartSpec`] as an SVG picture, by plotters.

use plotters::prelude::*;

use super::chart::ChartSpec;

#[derive(Debug, thiserror::Error)]
#[error("the chart could not be drawn: {0}")]
pub struct PlotError(String);

/// Lines of the first series in blue, others in the colours of plotters' own palette, on white.
pub fn svg(spec: &ChartSpec, width: u32, height: u32) -> Result<String, PlotError> {
    let mut out = String::new();
    draw(spec, &mut out, width, height).map_err(|e| PlotError(e.to_string()))?;
    Ok(out)
}

fn draw(spec: &ChartSpec, out: &mut String, width: u32, height: u32) -> Result<(), Box<dyn std::error::Error>> {
    let count = spec.labels.len().max(2);
    let top = spec.series.iter().flat_map(|s| &s.values).copied().fold(0.0, f64::max) * 1.1;
    let root = SVGBackend::with_string(out, (width, height)).into_drawing_area();
    root.fill(&WHITE)?;
    let mut chart = ChartBuilder::on(&root)
        .caption(format!("{} ({})", spec.title, spec.unit), ("sans-serif", 22))
        .margin(16)
        .x_label_area_size(32)
        .y_label_area_size(56)
        .build_cartesian_2d(0..count - 1, 0.0..top.max(1.0))?;
    chart
        .configure_mesh()
        .disable_x_mesh()
        .x_labels(count)
        .x_label_formatter(&|i| spec.labels.get(*i).cloned().unwrap_or_default())
        .draw()?;
    for (i, series) in spec.series.iter().enumerate() {
        let colour = Palette99::pick(i).to_rgba();
        let points = series.values.iter().copied().enumerate();
        chart
            .draw_series(LineSeries::new(points, colour.stroke_width(2)))?
            .label(series.name.clone())
            .legend(move |(x, y)| PathElement::new([(x, y), (x + 16, y)], colour));
    }
    if spec.series.len() > 1 {
        chart.configure_series_labels().border_style(BLACK).background_style(WHITE).draw()?;
    }
    root.present()?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::super::chart::Series;
    use super::*;

    #[test]
    fn a_chart_becomes_svg_with_its_words() {
        let spec = ChartSpec {
            title: "Data used".into(),
            unit: "GB".into(),
            labels: vec!["Oct".into(), "Nov".into()],
            series: vec![Series { name: "GB".into(), values: vec![300.0, 412.0] }],
        };
        let svg = svg(&spec, 640, 320).unwrap();
        assert!(svg.starts_with("<svg") && svg.contains("Data used (GB)") && svg.contains("Nov"));
    }
}
