//! `report`: key figures, as text, JSON, CSV or a picture.

use std::io::Write as _;
use std::path::PathBuf;

use clap::Args;
use serde_json::{Value as Json, json};

use crate::base::text::{fit, width};
use crate::domain::{Entity, Principal};
use crate::engine::ask::{AskReport, AskViews, Report};
use crate::engine::{Engine, ReadError};
use crate::exchange::whole::write_whole;
use crate::insight::chart::{ChartSpec, Shape, sparkline};
use crate::insight::kpi::{self, Compare, KPIS, Kpi, Period, Reading, Section, Unit, find, period};
use crate::insight::plot;
use crate::query::views::{self, OpenView};

use super::args::Global;
use super::failure::Failure;
use super::out::{Out, name};
use super::place::{database, principal};

#[derive(Args, Debug)]
pub struct ReportArgs {
    /// A figure, a section (revenue, customers, service, support, sales) or `all`; without it, every figure with its formula.
    pub kpi: Option<String>,
    /// A filter of customers, or `@view`.
    pub filter: Vec<String>,
    /// 30d, 6m, this-month, last-month, quarter, fy, last-fy, 2026-10, 2026-04..2026-09, or two days.
    #[arg(long, value_name = "PERIOD", default_value = period::DEFAULT)]
    pub period: String,
    /// What it is compared with: before, year, none.
    #[arg(long, value_name = "WITH", default_value = "before")]
    pub compare: String,
    /// As JSON.
    #[arg(long)]
    pub json: bool,
    /// The list of figures as a Markdown table.
    #[arg(long, conflicts_with_all = ["json", "kpi"])]
    pub md: bool,
    /// The numbers of the chart as CSV.
    #[arg(long, conflicts_with = "json")]
    pub csv: bool,
    /// The chart as a PNG file.
    #[arg(long, value_name = "FILE")]
    pub png: Option<PathBuf>,
    /// The chart as an SVG file.
    #[arg(long, value_name = "FILE")]
    pub svg: Option<PathBuf>,
    /// Width and height of the picture.
    #[arg(long, value_name = "WxH", default_value = "1000x500")]
    pub size: String,
}

pub fn run(global: &Global, o: &ReportArgs, out: &mut Out) -> Result<(), Failure> {
    let Some(asked) = &o.kpi else { return list(o, out) };
    let kpis: Vec<&Kpi> = match (asked.as_str(), Section::ALL.iter().find(|s| s.code() == asked)) {
        ("all", _) => KPIS.iter().collect(),
        // A figure may be called as its section is.
        (_, Some(section)) if find(asked).is_none() => crate::insight::kpi::of(*section).collect(),
        _ => vec![find(asked).ok_or_else(|| unknown(asked))?],
    };
    if kpis.len() > 1 && (o.csv || o.png.is_some() || o.svg.is_some()) {
        return Err(Failure::Usage("a picture or CSV is of one figure: name one".into()));
    }
    let size = size(&o.size)?;
    let (engine, who) = (database(global, false)?, principal(global));
    let compare =
        Compare::parse(&o.compare).ok_or_else(|| Failure::Usage("--compare takes before, year or none".into()))?;
    let period = Period::parse(&o.period, compare, engine.today()).map_err(Failure::Usage)?;
    let filter = filter(&engine, &who, &o.filter)?;
    let ask = AskReport { kpis: kpis.iter().map(|k| k.code).collect(), filter, period };
    let report = engine.read(&who, &ask).map_err(|e| match e {
        ReadError::Query(e) => Failure::Filter(e, ask.filter.clone()),
        e => e.into(),
    })?;
    let chart = &report.readings[0].1.chart;
    if let Some(path) = &o.svg {
        let picture = plot::svg(chart, size.0, size.1).map_err(|e| Failure::BadData(e.to_string()))?;
        write_whole(path, |file| file.write_all(picture.as_bytes())).map_err(|e| Failure::File(path.clone(), e))?;
    }
    if let Some(path) = &o.png {
        let picture = plot::png(chart, size.0, size.1).map_err(|e| Failure::BadData(e.to_string()))?;
        write_whole(path, |file| file.write_all(&picture)).map_err(|e| Failure::File(path.clone(), e))?;
    }
    let written: Vec<String> = [&o.svg, &o.png].into_iter().flatten().map(|p| name(p)).collect();
    if o.json {
        let all: Vec<Json> = kpis.iter().map(|k| report.json(k)).collect();
        let text = if let [one] = all.as_slice() { one.to_string() } else { Json::Array(all).to_string() };
        writeln!(out, "{text}")?;
    } else if o.csv {
        out.text(&chart.csv())?;
    } else if written.is_empty() {
        for (kpi, (_, reading)) in kpis.iter().zip(&report.readings) {
            print(kpi, reading, &report, out)?;
        }
    } else {
        writeln!(out, "Written to {}", written.join(" and "))?;
    }
    Ok(())
}

/// The filter text that words stand for; that of a view where they begin with one.
fn filter(engine: &Engine, who: &Principal, words: &[String]) -> Result<String, Failure> {
    let text = words.join(" ");
    let text = text.trim();
    let Some(rest) = text.strip_prefix('@') else { return Ok(text.into()) };
    let (name, more) = rest.split_once(char::is_whitespace).unwrap_or((rest, ""));
    let built_in = views::find(Entity::Customer, name).map(OpenView::from);
    let is_it = |v: &OpenView| v.entity == Entity::Customer && v.name.eq_ignore_ascii_case(name);
    let own = || engine.read(who, &AskViews).map(|all| all.into_iter().find(is_it));
    let view = match built_in {
        Some(view) => Some(view),
        None => own()?,
    };
    let view = view.ok_or_else(|| {
        let name = crate::base::text::clean(name, 40);
        Failure::Usage(format!("there is no view `@{name}` of customers; `bharatnet views` lists them"))
    })?;
    Ok(format!("{} {more}", view.text).trim_end().to_string())
}

fn unknown(asked: &str) -> Failure {
    let near = KPIS.iter().map(|k| k.code).min_by_key(|c| strsim_like(c, asked)).unwrap_or("mrr");
    let asked = crate::base::text::clean(asked, 40);
    Failure::Usage(format!("there is no figure `{asked}`; did you mean `{near}`? `bharatnet report` lists them all"))
}

/// How many letters two words differ by at their ends: enough to guess what was meant.
fn strsim_like(a: &str, b: &str) -> usize {
    let same = a.chars().zip(b.chars()).take_while(|(x, y)| x.eq_ignore_ascii_case(y)).count();
    a.chars().count().max(b.chars().count()) - same
}

fn size(text: &str) -> Result<(u32, u32), Failure> {
    let sides = text.split_once('x').and_then(|(w, h)| Some((w.parse().ok()?, h.parse().ok()?)));
    sides.filter(|(w, h)| (200..=8_000).contains(w) && (120..=8_000).contains(h)).ok_or_else(|| {
        Failure::Usage("--size takes width and height in pixels, as in 1000x500; 200x120 at least".into())
    })
}

fn list(o: &ReportArgs, out: &mut Out) -> Result<(), Failure> {
    if o.md {
        out.text(&kpi::markdown())?;
        return Ok(());
    }
    if o.json {
        let all = KPIS.iter().map(|k| {
            json!({"code": k.code, "title": k.title, "section": k.section.code(), "unit": k.unit.name(), "formula": k.formula})
        });
        writeln!(out, "{}", Json::Array(all.collect()))?;
        return Ok(());
    }
    let cells = KPIS.iter().map(|k| width(k.code)).max().unwrap_or(0);
    for section in Section::ALL {
        out.heading(section.title())?;
        for kpi in crate::insight::kpi::of(section) {
            writeln!(out, "  {}  {}: {}", fit(kpi.code, cells), kpi.title, kpi.formula)?;
        }
    }
    writeln!(out, "\nbharatnet report mrr city:pune --period 6m --json")?;
    Ok(())
}

fn print(kpi: &Kpi, r: &Reading, report: &Report, out: &mut Out) -> Result<(), Failure> {
    let frame = &report.frame;
    out.heading(&format!("{}  {}", kpi.title, frame.period.span.label()))?;
    if let Some(value) = r.value {
        let change = r.before.and_then(|b| kpi.unit.change(value, b));
        let against = frame.period.before.map_or(String::new(), |b| b.label());
        let change = change.map_or(String::new(), |c| format!("  {c} against {against}"));
        writeln!(out, "  {}{change}", kpi.unit.show(value))?;
    }
    if let Some(why) = &r.missing {
        writeln!(out, "  no data: {why}")?;
    }
    if !r.note.is_empty() {
        writeln!(out, "  {}", r.note)?;
    }
    for line in report.told_of(kpi) {
        writeln!(out, "  {line}")?;
    }
    chart(r.counts.unwrap_or(kpi.unit), &r.chart, out)?;
    writeln!(out)?;
    Ok(())
}

/// The chart in letters.
fn chart(unit: Unit, spec: &ChartSpec, out: &mut Out) -> Result<(), Failure> {
    let cells = spec.labels.iter().map(|l| width(l)).max().unwrap_or(0).min(32);
    match spec.shape {
        Shape::Grid => {
            let first = spec.series.iter().map(|s| width(&s.name)).max().unwrap_or(0);
            let head: String = spec.labels.iter().map(|l| format!("{l:>4}")).collect();
            writeln!(out, "  {}{head}", fit("", first))?;
            for series in &spec.series {
                let show = |v: &f64| if v.is_finite() { format!("{v:>4.0}") } else { "    ".into() };
                writeln!(
                    out,
                    "  {}{}",
                    fit(&series.name, first),
                    series.values.iter().map(show).collect::<String>().trim_end()
                )?;
            }
        }
        _ if spec.series.len() == 1 => {
            let (_, high) = spec.span();
            for (label, v) in spec.labels.iter().zip(&spec.series[0].values) {
                let bar = if v.is_finite() && spec.shape != Shape::Line {
                    "▇".repeat(((v.max(0.0) / high.max(1e-9)) * 30.0).round() as usize)
                } else {
                    String::new()
                };
                writeln!(out, "  {}  {:>10}  {bar}", fit(label, cells), unit.show(*v))?;
            }
            if spec.shape == Shape::Line {
                let whole: Vec<i64> =
                    spec.series[0].values.iter().filter(|v| v.is_finite()).map(|v| (v * 100.0) as i64).collect();
                let floor = whole.iter().min().map_or(0, |low| low - (whole.iter().max().unwrap_or(low) - low) / 2);
                writeln!(out, "  {}", sparkline(&whole, floor))?;
            }
        }
        _ => {
            let head: String = spec.series.iter().map(|s| format!("{:>14}", s.name)).collect();
            writeln!(out, "  {}{head}", fit("", cells))?;
            for (i, label) in spec.labels.iter().enumerate() {
                let of = |s: &crate::insight::chart::Series| {
                    format!("{:>14}", unit.show(s.values.get(i).copied().unwrap_or(f64::NAN)))
                };
                writeln!(out, "  {}{}", fit(label, cells), spec.series.iter().map(of).collect::<String>())?;
            }
        }
    }
    Ok(())
}
