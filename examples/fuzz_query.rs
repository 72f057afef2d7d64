//! Random texts through the filter language: parsed, bound, explained, completed, and run on a small company. Prints how
//! many were tried. A panic, or a query that reads a table or column that is not its entity's, ends it with an error.
//!
//! ```text
//! cargo run --release --example fuzz_query -- [INPUTS] [SEED]
//! ```

use bharatnet::base::{Clock as _, SystemClock, calendar};
use bharatnet::demo::Settings;
use bharatnet::exchange::build_demo;
use bharatnet::query::Context;
use bharatnet::query::schema;
use bharatnet::store::Store;
use rand::SeedableRng as _;

#[path = "../tests/it/fuzz_text.rs"]
mod fuzz_text;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut args = std::env::args().skip(1);
    let inputs: u64 = args.next().map_or(Ok(1_000_000), |n| n.parse())?;
    let seed: u64 = args.next().map_or(Ok(20_261_122), |n| n.parse())?;
    let folder = std::env::temp_dir().join(format!("fuzz-query-{}", std::process::id()));
    std::fs::create_dir_all(&folder)?;
    let path = folder.join("isp.db");
    let today = calendar::date_of(SystemClock.now());
    build_demo(&path, Settings { customers: 50, seed: 1, today }, &SystemClock, &mut |_, _| true)?;
    let store = Store::open(&path, false)?;
    let context = Context::at(calendar::start_of(today), "priya");
    let mut rng = rand_chacha::ChaCha8Rng::seed_from_u64(seed);
    let entities: Vec<_> = schema::listed().collect();
    let (mut understood, mut run) = (0u64, 0u64);
    for n in 0..inputs {
        let text = fuzz_text::text(&mut rng);
        let entity = entities[usize::try_from(n)? % entities.len()];
        let Some(ask) = fuzz_text::understand(&text, entity, &context) else { continue };
        understood += 1;
        // Each text is parsed; every tenth that means something is asked of the data, too.
        if understood % 10 == 0 {
            fuzz_text::run(&text, entity, &ask, &store)?;
            run += 1;
        }
    }
    std::fs::remove_dir_all(&folder)?;
    println!(
        "{inputs} inputs (seed {seed}): {understood} understood, {run} run, no panic, nothing read that is not theirs"
    );
    Ok(())
}
