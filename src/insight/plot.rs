//! A [`ChartSpec`] as a picture, by plotters: SVG or PNG, with letters of its own, so that it looks the same everywhere.

use std::sync::Once;

use plotters::coord::Shift;
use plotters::prelude::*;
use plotters::style::text_anchor::{HPos, Pos, VPos};
use plotters::style::{FontStyle, register_font};

use super::chart::{ChartSpec, Shape, plain};

#[derive(Debug, thiserror::Error)]
#[error("the chart could not be drawn: {0}")]
pub struct PlotError(String);

type Drawn = Result<(), Box<dyn std::error::Error>>;

/// Colours of series, apart for most eyes (after Okabe and Ito 2008).
const COLOURS: [RGBColor; 6] = [
    RGBColor(0, 114, 178),
    RGBColor(0, 158, 115),
    RGBColor(230, 159, 0),
    RGBColor(213, 94, 0),
    RGBColor(204, 121, 167),
    RGBColor(86, 180, 233),
];
const INK: RGBColor = RGBColor(31, 41, 55);
const FAINT: RGBColor = RGBColor(107, 114, 128);
const RULE: RGBColor = RGBColor(229, 231, 235);

fn letters() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        // A font that cannot be read leaves pictures without letters: a test would tell.
        let _ =
            register_font("sans-serif", FontStyle::Normal, include_bytes!("../../assets/fonts/DejaVuSans-latin.ttf"));
    });
}

/// On white.
pub fn svg(spec: &ChartSpec, width: u32, height: u32) -> Result<String, PlotError> {
    letters();
    let mut out = String::new();
    draw(spec, &SVGBackend::with_string(&mut out, (width, height)).into_drawing_area())
        .map_err(|e| PlotError(e.to_string()))?;
    Ok(out)
}

/// The same as the bytes of a PNG file.
pub fn png(spec: &ChartSpec, width: u32, height: u32) -> Result<Vec<u8>, PlotError> {
    letters();
    let wrong = |e: String| PlotError(e);
    let mut pixels = vec![255; width as usize * height as usize * 3];
    draw(spec, &BitMapBackend::with_buffer(&mut pixels, (width, height)).into_drawing_area())
        .map_err(|e| wrong(e.to_string()))?;
    let mut out = Vec::new();
    let mut encoder = png::Encoder::new(&mut out, width, height);
    encoder.set_color(png::ColorType::Rgb);
    encoder.set_depth(png::BitDepth::Eight);
    let mut writer = encoder.write_header().map_err(|e| wrong(e.to_string()))?;
    writer.write_image_data(&pixels).map_err(|e| wrong(e.to_string()))?;
    writer.finish().map_err(|e| wrong(e.to_string()))?;
    Ok(out)
}

fn font(size: i32, colour: RGBColor) -> TextStyle<'static> {
    TextStyle { font: ("sans-serif", size).into_font(), color: colour.to_backend_color(), pos: Pos::default() }
}

fn draw<B: DrawingBackend>(spec: &ChartSpec, root: &DrawingArea<B, Shift>) -> Drawn
where
    B::ErrorType: 'static,
{
    root.fill(&WHITE)?;
    let title = if spec.unit.is_empty() { spec.title.clone() } else { format!("{} ({})", spec.title, spec.unit) };
    root.draw(&Text::new(title, (20, 14), font(20, INK)))?;
    let mut top = 46;
    if spec.series.len() > 1 && spec.shape != Shape::Grid {
        legend(spec, root)?;
        top = 68;
    }
    let (_, body) = root.split_vertically(top);
    match spec.shape {
        Shape::Line | Shape::Bars | Shape::Stacked => upright(spec, &body),
        Shape::Ranked => lying(spec, &body),
        Shape::Grid => grid(spec, &body),
    }?;
    root.present()?;
    Ok(())
}

fn legend<B: DrawingBackend>(spec: &ChartSpec, root: &DrawingArea<B, Shift>) -> Drawn
where
    B::ErrorType: 'static,
{
    let mut x = 20;
    for (i, series) in spec.series.iter().enumerate() {
        root.draw(&Rectangle::new([(x, 45), (x + 12, 57)], COLOURS[i % COLOURS.len()].filled()))?;
        root.draw(&Text::new(series.name.clone(), (x + 18, 44), font(14, FAINT)))?;
        x += 40 + i32::try_from(series.name.chars().count()).unwrap_or(0) * 9;
    }
    Ok(())
}

/// Amounts with the units of India, so that an axis stays narrow.
fn short(v: f64) -> String {
    match v.abs() {
        a if a >= 1e7 => format!("{} Cr", plain((v / 1e5).round() / 100.0)),
        a if a >= 1e5 => format!("{} L", plain((v / 1e3).round() / 100.0)),
        _ => plain((v * 100.0).round() / 100.0),
    }
}

fn upright<B: DrawingBackend>(spec: &ChartSpec, area: &DrawingArea<B, Shift>) -> Drawn
where
    B::ErrorType: 'static,
{
    let count = i32::try_from(spec.labels.len().max(1))?;
    let (low, high) = spec.span();
    let high = if spec.shape == Shape::Line { high } else { low + (high - low) * 1.08 };
    let wide = area.dim_in_pixel().0;
    let mut chart = ChartBuilder::on(area)
        .margin(14)
        .x_label_area_size(34)
        .y_label_area_size(72)
        .build_cartesian_2d(-0.5..f64::from(count) - 0.5, low..high)?;
    let name = |x: &f64| {
        let near = x.round();
        let at = spec.labels.get(near as usize).filter(|_| (x - near).abs() < 0.01 && near >= 0.0);
        at.cloned().unwrap_or_default()
    };
    chart
        .configure_mesh()
        .disable_x_mesh()
        .light_line_style(WHITE)
        .bold_line_style(RULE)
        .axis_style(RULE)
        .label_style(font(13, FAINT))
        .x_labels(if wide < 500 { 6 } else { spec.labels.len().clamp(2, 40) })
        .x_label_formatter(&name)
        .y_label_formatter(&|v| short(*v))
        .draw()?;
    match spec.shape {
        Shape::Line => {
            for (i, series) in spec.series.iter().enumerate() {
                let colour = COLOURS[i % COLOURS.len()];
                for part in runs(&series.values) {
                    if let [(x, y)] = part.as_slice() {
                        chart.draw_series([Circle::new((*x, *y), 3, colour.filled())])?;
                    }
                    chart.draw_series(LineSeries::new(part, colour.stroke_width(2)))?;
                }
            }
        }
        _ => {
            let mut up = vec![0.0; spec.labels.len()];
            let mut down = up.clone();
            for (i, series) in spec.series.iter().enumerate() {
                let colour = COLOURS[i % COLOURS.len()];
                for (n, v) in series.values.iter().enumerate().filter(|(_, v)| v.is_finite()) {
                    let Some(base) = (if *v >= 0.0 { up.get_mut(n) } else { down.get_mut(n) }) else { continue };
                    let x = f64::from(i32::try_from(n)?);
                    chart.draw_series([Rectangle::new([(x - 0.36, *base), (x + 0.36, *base + v)], colour.filled())])?;
                    *base += v;
                }
            }
        }
    }
    Ok(())
}

/// Values without a gap among them, as points.
fn runs(values: &[f64]) -> Vec<Vec<(f64, f64)>> {
    let points: Vec<(f64, f64)> = (0..values.len()).map(|i| (i as f64, values[i])).collect();
    points.split(|(_, v)| !v.is_finite()).filter(|part| !part.is_empty()).map(<[_]>::to_vec).collect()
}

fn lying<B: DrawingBackend>(spec: &ChartSpec, area: &DrawingArea<B, Shift>) -> Drawn
where
    B::ErrorType: 'static,
{
    let (wide, tall) = area.dim_in_pixel();
    let (wide, tall) = (i32::try_from(wide)?, i32::try_from(tall)?);
    let Some(series) = spec.series.first() else { return Ok(()) };
    let step = ((tall - 16) / i32::try_from(spec.labels.len().max(1))?).clamp(12, 44);
    let left = (wide * 3 / 10).min(260);
    let room = f64::from((wide - left - 110).max(20));
    let (_, high) = spec.span();
    for (i, (label, v)) in spec.labels.iter().zip(&series.values).enumerate() {
        let y = 6 + step * i32::try_from(i)?;
        let middle = y + step / 2 - 2;
        let right = Pos::new(HPos::Right, VPos::Center);
        area.draw(&Text::new(label.clone(), (left - 10, middle), font(14, INK).pos(right)))?;
        if !v.is_finite() {
            continue;
        }
        let end = left + ((v.max(0.0) / high.max(1e-9)) * room) as i32;
        area.draw(&Rectangle::new([(left, y + 2), (end.max(left + 1), y + step - 6)], COLOURS[0].filled()))?;
        let at = Pos::new(HPos::Left, VPos::Center);
        area.draw(&Text::new(short(*v), (end + 8, middle), font(14, FAINT).pos(at)))?;
    }
    Ok(())
}

fn grid<B: DrawingBackend>(spec: &ChartSpec, area: &DrawingArea<B, Shift>) -> Drawn
where
    B::ErrorType: 'static,
{
    let (wide, tall) = area.dim_in_pixel();
    let (wide, tall) = (i32::try_from(wide)?, i32::try_from(tall)?);
    let (rows, columns) = (i32::try_from(spec.series.len().max(1))?, i32::try_from(spec.labels.len().max(1))?);
    let longest = spec.series.iter().map(|s| s.name.chars().count()).max().unwrap_or(0);
    let left = 20 + i32::try_from(longest)? * 9;
    let (w, h) = (((wide - left - 20) / columns).max(4), ((tall - 40) / rows).clamp(8, 46));
    let (low, high) = shades(spec);
    let centre = Pos::new(HPos::Center, VPos::Center);
    for (c, label) in spec.labels.iter().enumerate() {
        let x = left + w * i32::try_from(c)? + w / 2;
        area.draw(&Text::new(label.clone(), (x, 10), font(13, FAINT).pos(centre)))?;
    }
    for (r, series) in spec.series.iter().enumerate() {
        let y = 22 + h * i32::try_from(r)?;
        let right = Pos::new(HPos::Right, VPos::Center);
        area.draw(&Text::new(series.name.clone(), (left - 8, y + h / 2), font(13, INK).pos(right)))?;
        for (c, v) in series.values.iter().enumerate().filter(|(_, v)| v.is_finite()) {
            let x = left + w * i32::try_from(c)?;
            let share = ((v - low) / (high - low).max(1e-9)).clamp(0.0, 1.0);
            let mix = |from: u8, to: u8| (f64::from(from) + (f64::from(to) - f64::from(from)) * share) as u8;
            let colour = RGBColor(mix(239, 0), mix(246, 94), mix(255, 158));
            area.draw(&Rectangle::new([(x, y), (x + w - 2, y + h - 2)], colour.filled()))?;
            if w >= 26 && h >= 14 {
                let ink = if share > 0.55 { WHITE } else { INK };
                let text = format!("{v:.0}");
                area.draw(&Text::new(text, (x + w / 2 - 1, y + h / 2), font(12, ink).pos(centre)))?;
            }
        }
    }
    Ok(())
}

/// The values that the faintest and the strongest cell stand for.
pub fn shades(spec: &ChartSpec) -> (f64, f64) {
    let (low, high) = spec.values().fold((f64::INFINITY, f64::NEG_INFINITY), |(l, h), v| (l.min(v), h.max(v)));
    // Counts begin at nothing; shares at the least there is.
    let low = if spec.unit == "%" { low } else { low.min(0.0) };
    if low.is_finite() && high > low { (low, high) } else { (0.0, high.max(1.0)) }
}

#[cfg(test)]
mod tests {
    use super::super::chart::Series;
    use super::*;

    fn spec(shape: Shape) -> ChartSpec {
        ChartSpec {
            title: "Data used".into(),
            unit: "GB".into(),
            shape,
            labels: vec!["Oct".into(), "Nov".into()],
            series: vec![
                Series { name: "Down".into(), values: vec![300.0, 412.0] },
                Series { name: "Up".into(), values: vec![f64::NAN, -12.0] },
            ],
        }
    }

    #[test]
    fn a_chart_becomes_svg_with_its_words() {
        for shape in [Shape::Line, Shape::Bars, Shape::Ranked, Shape::Stacked, Shape::Grid] {
            let svg = svg(&spec(shape), 640, 320).unwrap();
            assert!(svg.starts_with("<svg") && svg.contains("Data used (GB)") && svg.contains("Nov"), "{shape:?}");
        }
    }

    #[test]
    fn words_of_customers_stay_words() {
        let mut spec = spec(Shape::Ranked);
        spec.labels[0] = "<script>&\"".into();
        let svg = svg(&spec, 640, 320).unwrap();
        assert!(!svg.contains("<script") && svg.contains("&lt;script&gt;&amp;"), "{svg}");
    }

    #[test]
    fn a_png_has_letters_and_bars() {
        let bytes = png(&spec(Shape::Bars), 320, 200).unwrap();
        assert_eq!(&bytes[1..4], b"PNG");
        let mut reader = png::Decoder::new(std::io::Cursor::new(bytes)).read_info().unwrap();
        let mut pixels = vec![0; reader.output_buffer_size().unwrap()];
        reader.next_frame(&mut pixels).unwrap();
        let count = |colour: [u8; 3]| pixels.chunks(3).filter(|p| **p == colour).count();
        assert!(count([0, 114, 178]) > 1_000);
        // The title: some pixels of the upper left are ink.
        let dark =
            (14..36).flat_map(|y| (20..120).map(move |x| (y * 320 + x) * 3)).filter(|i| pixels[*i] < 100).count();
        assert!(dark > 40, "{dark}");
    }

    #[test]
    fn nothing_to_draw_is_drawn() {
        for shape in [Shape::Line, Shape::Bars, Shape::Ranked, Shape::Stacked, Shape::Grid] {
            let empty = ChartSpec { shape, ..ChartSpec::default() };
            svg(&empty, 320, 200).unwrap();
            png(&empty, 320, 200).unwrap();
        }
    }
}
