//! `forecast`: what comes next in the series of a file, or how well that would have been told in the past.

use std::collections::{BTreeMap, HashMap};
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};

use clap::{Args, ValueEnum};

use crate::base::money::group;
use crate::base::text::{clean, fit};
use crate::engine::ask::{AskSeries, Figure};
use crate::exchange::RawTable;
use crate::exchange::cell::{guard, unguard};
use crate::exchange::whole::{writable, write_whole};
use crate::insight::forecast::time::{self, Grid, Step};
use crate::insight::forecast::{self, Forecast, Method, Point, Series, measure, season};

use super::args::Global;
use super::failure::Failure;
use super::out::{Out, name};
use super::place::{database, principal};
use super::progress::Progress;

/// A figure of the database.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Own {
    /// Rent a month at its end, at today's prices, rupees.
    Mrr,
    /// Lines that left within the month.
    Churn,
    /// Tickets raised within the month.
    Tickets,
}

impl Own {
    fn figure(self) -> (Figure, &'static str) {
        match self {
            Own::Mrr => (Figure::Mrr, "mrr"),
            Own::Churn => (Figure::Churn, "churn"),
            Own::Tickets => (Figure::Tickets, "tickets"),
        }
    }
}

#[derive(Args, Debug)]
pub struct ForecastArgs {
    /// A figure of the database month by month, in place of a file.
    #[arg(value_enum, required_unless_present = "csv", conflicts_with = "csv")]
    pub what: Option<Own>,
    /// A CSV or TSV file with one row for each time and value.
    #[arg(long, value_name = "FILE", requires_all = ["time", "value"])]
    pub csv: Option<PathBuf>,
    /// Column that names the series; without it the file is one series.
    #[arg(long, value_name = "COLUMN", requires = "csv")]
    pub series: Option<String>,
    /// Column of the time: 2024-01, 2024-01-31, 2024-Q1, a date with a time, or a whole number.
    #[arg(long, value_name = "COLUMN", requires = "csv", default_value = "", hide_default_value = true)]
    pub time: String,
    /// Column of the value.
    #[arg(long, value_name = "COLUMN", requires = "csv", default_value = "", hide_default_value = true)]
    pub value: String,
    /// Steps ahead.
    #[arg(long, value_name = "N", default_value_t = 6, allow_negative_numbers = true, value_parser = clap::value_parser!(u32).range(1..=10_000))]
    pub horizon: u32,
    /// Where to: series, time, mean, lower, upper, method. Without it, the output.
    #[arg(long, value_name = "FILE")]
    pub out: Option<PathBuf>,
    /// Steps in a season, 1 for none; without it, found from the times (12 for months, 7 for days, 24 and 168 for hours).
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=1_000))]
    pub season: Option<u32>,
    /// Share of what comes that the limits hold.
    #[arg(long, value_name = "SHARE", default_value_t = 0.95)]
    pub level: f64,
    /// Say for each series which season was found and how far off each method would have been.
    #[arg(long)]
    pub explain: bool,
    /// Forecast from points of the past instead and compare with what came: `-36,-24,-12` begins so many steps before
    /// the end. Prints sMAPE, MASE and the share within the limits for each method.
    #[arg(long, value_name = "ORIGINS", allow_hyphen_values = true, value_delimiter = ',')]
    pub backtest: Vec<i64>,
    /// What is said as one JSON object.
    #[arg(long)]
    pub json: bool,
}

/// Series left out that are named one by one.
const NAMED: usize = 20;

/// A series of the file, ready to be forecast.
struct Ready {
    name: String,
    grid: Grid,
    periods: Vec<usize>,
}

pub fn run(global: &Global, o: &ForecastArgs, out: &mut Out) -> Result<(), Failure> {
    if !(0.5..=0.999).contains(&o.level) {
        return Err(Failure::Usage("--level must lie between 0.5 and 0.999".into()));
    }
    if let Some(to) = &o.out {
        let read: Vec<&Path> = o.csv.as_deref().into_iter().collect();
        writable(to, &read).map_err(|e| Failure::File(to.clone(), e))?;
    }
    let (ready, left_out) = match (o.what, &o.csv) {
        (Some(what), _) => (vec![own(global, o, what)?], Vec::new()),
        (None, Some(file)) => read(o, file)?,
        (None, None) => return Err(Failure::Usage("name a figure, or a file with --csv".into())),
    };
    for (name, why) in left_out.iter().take(NAMED) {
        super::failure::say(&format!("left out: {}: {why}", clean(name, 80)));
    }
    if left_out.len() > NAMED {
        let more = group((left_out.len() - NAMED) as u64);
        super::failure::say(&format!("left out: {more} more series, for reasons such as these"));
    }
    if ready.is_empty() {
        return Err(Failure::BadData("no series of this file can be forecast".into()));
    }
    if o.backtest.is_empty() { ahead(o, &ready, &left_out, out) } else { backtest(o, &ready, out) }
}

/// Name and reason of a series that cannot be forecast.
type LeftOut = Vec<(String, String)>;

/// A figure of the database on its grid. The present month is not over and left out.
fn own(global: &Global, o: &ForecastArgs, what: Own) -> Result<Ready, Failure> {
    let (engine, who) = (database(global, false)?, principal(global));
    let (figure, name) = what.figure();
    let months = engine.read(&who, &AskSeries(figure))?;
    if months.len() < forecast::LEAST {
        let (n, least) = (months.len(), forecast::LEAST);
        return Err(Failure::BadData(format!(
            "{n} full months of {name} are too few: a forecast needs {least} at least"
        )));
    }
    let stamp = |(month, value): &(String, f64)| time::parse(month).map(|stamp| (stamp, Some(*value)));
    let rows: Result<Vec<_>, _> = months.iter().map(stamp).collect();
    let grid = rows.and_then(|rows| time::grid(&rows)).map_err(|e| Failure::BadData(e.to_string()))?;
    let periods = o.season.map_or_else(|| grid.step.periods().unwrap_or_default(), |n| vec![n as usize]);
    Ok(Ready { name: name.into(), grid, periods })
}

/// The series of the file on their grids, and those that cannot be read with the reason.
fn read(o: &ForecastArgs, file: &Path) -> Result<(Vec<Ready>, LeftOut), Failure> {
    let table = RawTable::open(file)?;
    let column = |named: &str| table.column(named);
    let (time, value) = (column(&o.time)?, column(&o.value)?);
    let series = o.series.as_deref().map(column).transpose()?;
    let mut order: Vec<String> = Vec::new();
    let mut rows: HashMap<String, Vec<(time::Stamp, Option<f64>)>> = HashMap::new();
    for (row, line) in table.lines.iter().enumerate() {
        let wrong = |why: String| Failure::BadData(format!("line {line} of {}: {why}", name(file)));
        let key = series.map_or(o.value.as_str(), |c| table.cell(row, c));
        if table.cell(row, time).trim().is_empty() {
            return Err(wrong("there is no time".into()));
        }
        let stamp = time::parse(unguard(table.cell(row, time))).map_err(|e| wrong(e.to_string()))?;
        let number = number(table.cell(row, value))
            .ok_or_else(|| wrong(format!("`{}` is no number", clean(table.cell(row, value), 40))))?;
        let all = rows.entry(key.to_string()).or_insert_with(|| {
            order.push(key.to_string());
            Vec::new()
        });
        all.push((stamp, number));
    }
    let (mut grids, mut left_out) = (Vec::new(), Vec::new());
    for key in order {
        match time::grid(&rows[&key]) {
            Ok(grid) => grids.push((key, grid)),
            Err(e) => left_out.push((key, e.to_string())),
        }
    }
    // Numbers do not say what they count: the season that the series of the file share does.
    let numbered: Vec<&[f64]> =
        grids.iter().filter(|(_, g)| g.step.periods().is_none()).map(|(_, g)| g.values.as_slice()).collect();
    let shared = season::shared_period(&numbered, &[4, 7, 12, 24]);
    let periods = |step: Step| match o.season {
        Some(n) => vec![n as usize],
        None => step.periods().unwrap_or_else(|| match shared {
            // Numbers with a day in them are hours: they have a week as well.
            Some(24) => vec![24, 168],
            found => found.into_iter().collect(),
        }),
    };
    let mut ready = Vec::new();
    for (key, grid) in grids {
        if grid.values.len() < forecast::LEAST {
            let few = forecast::ForecastError::Short(grid.values.len());
            left_out.push((key, few.to_string()));
        } else {
            let periods = periods(grid.step);
            ready.push(Ready { name: key, grid, periods });
        }
    }
    Ok((ready, left_out))
}

/// A number as files hold them; `None` within for a missing one.
fn number(cell: &str) -> Option<Option<f64>> {
    let text = unguard(cell.trim()).trim();
    if text.is_empty() || ["na", "n/a", "nan", "null", "none", "-"].iter().any(|w| text.eq_ignore_ascii_case(w)) {
        return Some(None);
    }
    let plain: String = text.trim_start_matches('₹').chars().filter(|c| *c != ',' && *c != '_').collect();
    plain.trim().parse::<f64>().ok().filter(|v| v.is_finite() && v.abs() < 1e100).map(Some)
}

/// Does `work` for every index below `count` on all cores; results in order.
fn spread<T: Send>(count: usize, label: &'static str, work: impl Fn(usize) -> T + Sync) -> Result<Vec<T>, Failure> {
    let cores = std::thread::available_parallelism().map_or(1, usize::from).min(count.max(1));
    let next = AtomicUsize::new(0);
    let done: Mutex<(Progress, Vec<Option<T>>, bool)> =
        Mutex::new((Progress::start(label), (0..count).map(|_| None).collect(), true));
    std::thread::scope(|scope| {
        for _ in 0..cores {
            scope.spawn(|| {
                loop {
                    let i = next.fetch_add(1, Ordering::Relaxed);
                    if i >= count {
                        break;
                    }
                    let result = work(i);
                    let mut done = done.lock().unwrap_or_else(PoisonError::into_inner);
                    done.1[i] = Some(result);
                    if !done.0.tick(i as u64, count as u64) {
                        done.2 = false;
                        next.store(count, Ordering::Relaxed);
                    }
                }
            });
        }
    });
    let (mut progress, results, whole) = done.into_inner().unwrap_or_else(PoisonError::into_inner);
    progress.end();
    if whole { Ok(results.into_iter().flatten().collect()) } else { Err(Failure::Stopped) }
}

fn ahead(o: &ForecastArgs, ready: &[Ready], left_out: &[(String, String)], out: &mut Out) -> Result<(), Failure> {
    let horizon = o.horizon as usize;
    let all = spread(ready.len(), "Forecasting", |i| {
        let series = Series { values: ready[i].grid.values.clone(), periods: ready[i].periods.clone() };
        forecast::fit(&series, horizon, o.level)
    })?;
    let mut done: Vec<(&Ready, Forecast)> = Vec::with_capacity(all.len());
    for (r, f) in ready.iter().zip(all) {
        // Series were checked on the way in: what is refused now is a wrong option.
        done.push((r, f.map_err(|e| Failure::BadData(format!("{}: {e}", clean(&r.name, 80))))?));
    }
    if let Some(path) = &o.out {
        write_whole(path, |file| points_csv(file, &done)).map_err(|e| Failure::File(path.clone(), e))?;
    } else if !o.json && !o.explain {
        return Ok(points_csv(out, &done)?);
    }
    if o.json {
        let series: Vec<serde_json::Value> = done.iter().map(|(r, f)| object(r, f)).collect();
        let left: Vec<_> = left_out.iter().map(|(n, why)| serde_json::json!({"series": n, "why": why})).collect();
        writeln!(out, "{}", serde_json::json!({"series": series, "left_out": left}))?;
        return Ok(());
    }
    for (r, f) in &done {
        if o.explain || done.len() <= 10 {
            explain(r, f, o.explain, out)?;
        }
    }
    if done.len() > 10 && !o.explain {
        let mut count: BTreeMap<Method, usize> = BTreeMap::new();
        for (_, f) in &done {
            *count.entry(f.method).or_default() += 1;
        }
        writeln!(out, "{} series forecast {horizon} steps ahead", group(done.len() as u64))?;
        for (method, n) in count {
            writeln!(out, "  {n:5} by {}", method.name())?;
        }
        let short = done.iter().filter(|(_, f)| !f.notes.is_empty()).count();
        let gaps = done.iter().filter(|(r, _)| !r.grid.filled.is_empty()).count();
        if short > 0 {
            writeln!(out, "  {short:5} with a history too short or too still to say much (--explain names them)")?;
        }
        if gaps > 0 {
            writeln!(out, "  {gaps:5} with gaps filled on the line between their neighbours (--explain names them)")?;
        }
    }
    if let Some(path) = &o.out {
        writeln!(out, "written to {}", name(path))?;
    }
    Ok(())
}

fn points_csv(to: &mut (impl std::io::Write + ?Sized), done: &[(&Ready, Forecast)]) -> std::io::Result<()> {
    let mut csv = csv::Writer::from_writer(to);
    csv.write_record(["series", "time", "mean", "lower", "upper", "method"])?;
    for (r, f) in done {
        for (k, p) in f.points.iter().enumerate() {
            csv.write_record([
                guard(&r.name).as_str(),
                &r.grid.label(k + 1),
                &figure(p.mean),
                &figure(p.lower),
                &figure(p.upper),
                f.method.name(),
            ])?;
        }
    }
    csv.flush()
}

/// A figure with seven digits that matter.
fn figure(v: f64) -> String {
    let digits = if v == 0.0 { 0.0 } else { v.abs().log10().floor() };
    if !(-6.0..15.0).contains(&digits) {
        return format!("{v:.6e}");
    }
    let places = (6.0 - digits).clamp(0.0, 12.0) as usize;
    let text = format!("{v:.places$}");
    if text.contains('.') { text.trim_end_matches('0').trim_end_matches('.').to_string() } else { text }
}

fn object(r: &Ready, f: &Forecast) -> serde_json::Value {
    let label = |(k, p): (usize, &Point)| serde_json::json!({"time": r.grid.label(k + 1), "mean": p.mean, "lower": p.lower, "upper": p.upper});
    let points: Vec<_> = f.points.iter().enumerate().map(label).collect();
    let errors: Vec<_> =
        f.errors.iter().map(|e| serde_json::json!({"method": e.method.name(), "mae": e.mae})).collect();
    serde_json::json!({
        "series": r.name, "step": r.grid.step.name(), "values": r.grid.values.len(), "filled": r.grid.filled,
        "method": f.method.name(), "form": f.form, "season": f.season, "origins": f.origins, "errors": errors,
        "notes": f.notes, "points": points,
    })
}

fn explain(r: &Ready, f: &Forecast, whole: bool, out: &mut Out) -> Result<(), Failure> {
    out.heading(&clean(&r.name, 200))?;
    let n = r.grid.values.len();
    writeln!(out, "  {n} values, {}; {}", r.grid.step.name(), f.form)?;
    for note in &f.notes {
        writeln!(out, "  {note}")?;
    }
    if !r.grid.filled.is_empty() {
        let (first, more) = (&r.grid.filled[..r.grid.filled.len().min(12)], r.grid.filled.len().saturating_sub(12));
        let more = if more > 0 { format!(" and {more} more") } else { String::new() };
        writeln!(out, "  missing, put on the line between their neighbours: {}{more}", first.join(", "))?;
    }
    if !whole {
        return Ok(());
    }
    if f.season.period > 1 {
        let strength = 100.0 * f.season.strength;
        writeln!(out, "  season of {} steps, {strength:.0} % of the movement around the trend", f.season.period)?;
        if f.season.period <= 24 {
            for (k, index) in f.season.indices.iter().enumerate() {
                // A bar of ten cells stands for an ordinary step.
                let bar = "▇".repeat((index * 10.0).round().clamp(0.0, 40.0) as usize);
                writeln!(out, "    {} {:5.0} %  {bar}", fit(&r.grid.label(k + 1), 16), index * 100.0)?;
            }
        }
    } else {
        writeln!(out, "  no season")?;
    }
    if f.errors.is_empty() {
        writeln!(out, "  too short to try methods on its own past")?;
    } else {
        writeln!(out, "  mean absolute error over {} past origins", f.origins)?;
        for e in &f.errors {
            let mark = if e.method == f.method { "chosen" } else { "" };
            let line = format!("    {} {:>12}  {mark}", fit(e.method.name(), 22), figure(e.mae));
            writeln!(out, "{}", line.trim_end())?;
        }
    }
    Ok(())
}

/// Sums of a method over the trials.
#[derive(Default)]
struct Score {
    smape: f64,
    mase: f64,
    scaled: usize,
    covered: usize,
    steps: usize,
    trials: usize,
}

fn backtest(o: &ForecastArgs, ready: &[Ready], out: &mut Out) -> Result<(), Failure> {
    let horizon = o.horizon as usize;
    let mut trials: Vec<(usize, usize)> = Vec::new();
    for origin in &o.backtest {
        let back = usize::try_from(origin.unsigned_abs()).unwrap_or(usize::MAX);
        if *origin >= 0 || back < 1 {
            return Err(Failure::Usage("--backtest takes steps before the end, such as -36,-24,-12".into()));
        }
        for (i, r) in ready.iter().enumerate() {
            let n = r.grid.values.len();
            if n >= back + forecast::LEAST {
                trials.push((i, n - back));
            }
        }
    }
    if trials.is_empty() {
        return Err(Failure::BadData("every series is shorter than the origins of --backtest".into()));
    }
    let results = spread(trials.len(), "Testing", |t| {
        let (i, n) = trials[t];
        let series = Series { values: ready[i].grid.values[..n].to_vec(), periods: ready[i].periods.clone() };
        forecast::fit_every(&series, horizon, o.level)
    })?;
    let mut scores: BTreeMap<Option<Method>, Score> = BTreeMap::new();
    for ((i, n), result) in trials.iter().zip(results) {
        let (chosen, each) = result.map_err(|e| Failure::BadData(format!("{}: {e}", clean(&ready[*i].name, 80))))?;
        let (history, future) = ready[*i].grid.values.split_at(*n);
        let future = &future[..future.len().min(horizon)];
        let period = ready[*i].periods.first().copied().unwrap_or(1);
        for (method, points) in each.into_iter().map(|(m, p)| (Some(m), p)).chain([(None, chosen.points)]) {
            let means: Vec<f64> = points.iter().map(|p| p.mean).collect();
            let s = scores.entry(method).or_default();
            s.smape += measure::smape(future, &means);
            if let Some(mase) = measure::mase(history, period, future, &means) {
                s.mase += mase;
                s.scaled += 1;
            }
            s.covered += measure::covered(future, &points);
            s.steps += future.len();
            s.trials += 1;
        }
    }
    let rows: Vec<(&str, f64, f64, f64, usize)> = scores
        .iter()
        .map(|(method, s)| {
            let share = |a: f64, b: usize| if b == 0 { 0.0 } else { a / b as f64 };
            let name = method.map_or("chosen", Method::name);
            (name, share(s.smape, s.trials), share(s.mase, s.scaled), share(s.covered as f64, s.steps), s.trials)
        })
        .collect();
    if o.json {
        let each: Vec<_> = rows
            .iter()
            .map(|r| serde_json::json!({"method": r.0, "smape": r.1, "mase": r.2, "covered": r.3, "trials": r.4}))
            .collect();
        writeln!(out, "{}", serde_json::json!({"horizon": horizon, "level": o.level, "methods": each}))?;
        return Ok(());
    }
    let within = format!("within {:.0} %", 100.0 * o.level);
    writeln!(out, "{} sMAPE %     MASE  {within:>11}  trials", fit("method", 22))?;
    for (name, smape, mase, covered, trials) in rows {
        writeln!(out, "{} {smape:7.2}  {mase:7.3}  {:9.1} %  {trials:6}", fit(name, 22), 100.0 * covered)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_as_files_hold_them() {
        assert_eq!(number(" 1,23,456.50 "), Some(Some(123_456.5)));
        assert_eq!(number("₹ 12"), Some(Some(12.0)));
        assert_eq!(number("'-5"), Some(Some(-5.0)));
        assert_eq!(number("NA"), Some(None));
        assert_eq!(number(""), Some(None));
        assert_eq!(number("twelve"), None);
        assert_eq!(number("1e999"), None);
    }

    #[test]
    fn figures_keep_what_matters() {
        assert_eq!(figure(1_234_567.89), "1234568");
        assert_eq!(figure(0.000_123_456_78), "0.0001234568");
        assert_eq!(figure(100.0), "100");
        assert_eq!(figure(0.0), "0");
        assert_eq!((figure(-4.5e-99), figure(1.5e98)), ("-4.500000e-99".into(), "1.500000e98".into()));
        assert_eq!(figure(-2.5), "-2.5");
    }
}
