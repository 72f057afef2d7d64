//! Scores recommendations on a demo company against what is most popular, and shows its clusters.
//!
//! `cargo run --release --example score_recommend [CUSTOMERS]`: learnt from four fifths, tried on the rest.

use bharatnet::base::Stopwatch;
use bharatnet::demo::{Company, Settings};
use bharatnet::insight::recommend::{Rules, Tastes, app_traits, hits, plan_traits, upgrades};
use bharatnet::insight::segments::{Clusters, Named, behaviour};
use bharatnet::query::schema::customer as c;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let customers = std::env::args().nth(1).map_or(Ok(5_000), |n| n.parse())?;
    let today = chrono::NaiveDate::from_ymd_opt(2026, 11, 22).ok_or("a day")?;
    let company = Company::new(Settings { customers, seed: 1, today });
    let rows: Vec<_> = company.batch(0, customers).into_iter().map(|s| s.record).collect();
    let (mut plans, mut apps) = (Tastes::default(), Tastes::default());
    let (mut tried_plans, mut tried_apps) = (Vec::new(), Vec::new());
    for (i, row) in rows.iter().enumerate() {
        let pair = |item: &str, traits: Vec<String>| (item.to_string(), traits);
        let plan = pair(row.text(c::PLAN), plan_traits(row));
        let app = (!row.get(c::TOP_OTT).is_null()).then(|| pair(row.text(c::TOP_OTT), app_traits(row)));
        if i % 5 == 0 {
            tried_plans.push(plan);
            tried_apps.extend(app);
        } else {
            plans.add(&plan.0, &plan.1);
            if let Some((item, traits)) = app {
                apps.add(&item, &traits);
            }
        }
    }
    for (what, tastes, tried) in [("plan", &plans, &tried_plans), ("most used app", &apps, &tried_apps)] {
        let (taste, count) = hits(tastes, tried, 3);
        println!("{what}: hit@3 {taste:.3}, by popularity {count:.3}, of {} customers", tried.len());
    }
    let catalogue = bharatnet::demo::plans();
    let offers: Vec<_> = rows
        .iter()
        .filter_map(|r| upgrades(r, &catalogue, &plans, &Rules::default(), today).ok()?.into_iter().next())
        .collect();
    if let Some(best) = offers.iter().max_by_key(|o| o.expected) {
        println!(
            "{} may be offered an upgrade; the best: {}, {} expected, {}",
            offers.len(),
            best.plan,
            best.expected.compact(),
            best.reason
        );
    }
    let watch = Stopwatch::start();
    let behaviours: Vec<_> = rows.iter().map(|r| behaviour(r, today)).collect();
    if let Some(found) = Clusters::find(&behaviours, 1) {
        println!("{} ({:.2} s)", found.reason(), watch.elapsed().as_secs_f64());
        for cluster in &found.clusters {
            println!("  {:6}  {}", cluster.size, cluster.words);
        }
    }
    let named = Named::on(today)?;
    for s in bharatnet::query::views::NAMED_SEGMENTS {
        let size = rows.iter().filter(|r| named.of(r).iter().any(|n| n.name == s.name)).count();
        println!("  {size:6}  segment:{}  {}", s.name, s.help);
    }
    Ok(())
}
