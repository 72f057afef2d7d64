//! Small made-up tables, each with something that makes learning go wrong.

use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{Rng, SeedableRng};

use super::*;

struct Dice(ChaCha8Rng);

impl Dice {
    fn new(seed: u64) -> Dice {
        Dice(ChaCha8Rng::seed_from_u64(seed))
    }

    /// A number of 0..1.
    fn one(&mut self) -> f64 {
        f64::from(self.0.next_u32()) / (f64::from(u32::MAX) + 1.0)
    }

    fn many(&mut self, n: usize) -> Vec<f64> {
        (0..n).map(|_| self.one()).collect()
    }

    /// True with the probability of these log-odds.
    fn toss(&mut self, log_odds: f64) -> bool {
        self.one() < 1.0 / (1.0 + (-log_odds).exp())
    }
}

fn learnt(table: &Table, target: &[bool]) -> Evaluation {
    let options = Options { seed: 7, threads: 2 };
    let folds = Folds { names: vec!["0".into(), "1".into()], of: (0..target.len()).map(|i| i % 2).collect() };
    evaluate(table, target, &folds, &options, &Silent).unwrap()
}

#[test]
fn a_table_that_is_all_interaction_is_learnt() {
    // Neither column tells anything alone.
    let mut dice = Dice::new(1);
    let (a, b) = (dice.many(1200), dice.many(1200));
    let target: Vec<bool> =
        a.iter().zip(&b).map(|(a, b)| dice.toss(if (*a > 0.5) == (*b > 0.5) { 2.5 } else { -2.5 })).collect();
    let table = Table::new(vec![Column::numbers("a", a), Column::numbers("b", b)]);
    let e = learnt(&table, &target);
    assert!(e.pooled.auc > 0.88, "{:?}", e.pooled);
}

#[test]
fn rows_all_but_alike_are_known_again() {
    // 250 customers stand in the table four times each; nothing but who they are tells whether they leave.
    let mut dice = Dice::new(6);
    let columns: Vec<Vec<f64>> = (0..5).map(|_| dice.many(250)).collect();
    let leaves: Vec<bool> = (0..250).map(|_| dice.one() < 0.3).collect();
    let who: Vec<usize> = (0..1000).map(|i| i / 2 % 250).collect();
    let numbers = |(i, c): (usize, &Vec<f64>)| Column::numbers(format!("n{i}"), who.iter().map(|w| c[*w]).collect());
    let table = Table::new(columns.iter().enumerate().map(numbers).collect());
    let target: Vec<bool> = who.iter().map(|w| leaves[*w]).collect();
    let e = learnt(&table, &target);
    assert!(e.pooled.auc > 0.95, "{:?} {:?}", e.pooled, e.blend);
}

#[test]
fn a_fold_of_one_class_is_scored_and_has_no_part_in_the_mean_of_auc() {
    let mut dice = Dice::new(7);
    let x = dice.many(300);
    let target: Vec<bool> = x.iter().map(|x| dice.toss(4.0 * x - 2.0)).collect();
    // Fold 2 holds negatives alone.
    let of = (0..300).map(|i| if i > 250 && !target[i] { 2 } else { i % 2 }).collect();
    let folds = Folds { names: ["0", "1", "2"].map(String::from).to_vec(), of };
    let table = Table::new(vec![Column::numbers("x", x)]);
    let e = evaluate(&table, &target, &folds, &Options { seed: 7, threads: 2 }, &Silent).unwrap();
    assert!(e.folds[2].1.auc.is_nan() && e.folds[2].1.log_loss > 0.0);
    assert!((e.mean.auc - (e.folds[0].1.auc + e.folds[1].1.auc) / 2.0).abs() < 1e-12);
}

#[test]
fn noise_is_told_as_the_share_and_no_more() {
    let mut dice = Dice::new(2);
    let columns = (0..8).map(|i| Column::numbers(format!("n{i}"), dice.many(600))).collect();
    let target: Vec<bool> = (0..600).map(|_| dice.toss(-1.1)).collect();
    let e = learnt(&Table::new(columns), &target);
    let share = e.pooled.positives as f64 / 600.0;
    let entropy = -(share * share.ln() + (1.0 - share) * (1.0 - share).ln());
    assert!(e.pooled.log_loss < entropy + 0.02, "{} against {entropy}", e.pooled.log_loss);
}

#[test]
fn many_names_missing_values_and_a_rare_class_are_borne() {
    // 8 % positives; the place says a lot and has 60 names; the number is missing where it matters.
    let mut dice = Dice::new(3);
    let n = 2400;
    let place: Vec<usize> = (0..n).map(|_| (dice.one() * 60.0) as usize).collect();
    let names: Vec<String> = place.iter().map(|p| format!("Sector {p}, block")).collect();
    let mut number = dice.many(n);
    let mut target = Vec::new();
    for row in 0..n {
        let lost = dice.one() < 0.15;
        let z = -4.6 + if place[row].is_multiple_of(5) { 3.0 } else { 0.0 } + if lost { 2.0 } else { number[row] };
        if lost {
            number[row] = f64::NAN;
        }
        target.push(dice.toss(z));
    }
    let columns = vec![
        Column::words("Place of Supply", names.iter().map(String::as_str)),
        Column::numbers("Monthly Charge", number),
        Column::numbers("same", vec![1.0; n]),
    ];
    let e = learnt(&Table::new(columns), &target);
    assert!(e.pooled.auc > 0.72, "{:?}", e.pooled);
    assert!(e.pooled.ece < 0.02, "{:?}", e.pooled);
}

#[test]
fn reasons_sum_to_the_score_and_the_stored_model_says_the_same() {
    let mut dice = Dice::new(4);
    let tenure = dice.many(500).iter().map(|t| (t * 72.0).round()).collect::<Vec<f64>>();
    let how: Vec<&str> = (0..500).map(|_| if dice.one() < 0.4 { "UPI, by hand" } else { "e-NACH" }).collect();
    let target: Vec<bool> = tenure
        .iter()
        .zip(&how)
        .map(|(t, h)| dice.toss(0.5 - t / 14.0 + if h.starts_with('U') { 1.0 } else { 0.0 }))
        .collect();
    let table = Table::new(vec![Column::numbers("tenure", tenure), Column::words("payment", how)]);
    let model = fit(&table, &target, &Options { seed: 7, threads: 2 }, &Silent).unwrap();
    let p = model.score(&table);
    for row in [0, 17, 499] {
        let r = model.reasons(&table, row);
        let sum = r.base_log_odds + r.parts.iter().map(|p| p.log_odds).sum::<f64>();
        assert!((1.0 / (1.0 + (-sum).exp()) - p[row]).abs() < 1e-6);
        let points = r.base + r.parts.iter().map(|p| p.points).sum::<f64>();
        assert!((points - p[row]).abs() < 1e-6);
    }
    let stored: Model = serde_json::from_str(&serde_json::to_string(&model).unwrap()).unwrap();
    // JSON may lose the last bit of a number.
    assert!(stored.score(&table).iter().zip(&p).all(|(a, b)| (a - b).abs() < 1e-12));
    // A table without one of the columns is scored as if the column were empty.
    let part = Table::new(vec![table.columns[0].clone()]);
    assert!(model.score(&part).iter().all(|p| (0.0..=1.0).contains(p)));
}

#[test]
fn what_cannot_be_learnt_is_refused_in_words() {
    let said = |rows: usize, positives: usize, column: Column| {
        let target: Vec<bool> = (0..rows).map(|i| i < positives).collect();
        fit(&Table::new(vec![column]), &target, &Options::default(), &Silent).unwrap_err().to_string()
    };
    let numbers = |n: usize| Column::numbers("x", (0..n).map(|i| (i % 9) as f64).collect());
    assert_eq!(said(20, 10, numbers(20)), "20 rows are too few to learn from: 40 are needed");
    assert!(said(100, 3, numbers(100)).contains("3 rows of the positive class"));
    assert!(said(100, 30, Column::numbers("x", vec![1.0; 100])).contains("constant"));
    struct No;
    impl Progress for No {
        fn told(&self, _: u64, _: u64) -> bool {
            false
        }
    }
    let target: Vec<bool> = (0..100).map(|i| i % 3 == 0).collect();
    let stopped = fit(&Table::new(vec![numbers(100)]), &target, &Options::default(), &No);
    assert_eq!(stopped.unwrap_err(), LearnError::Stopped);
}

#[test]
fn a_leak_is_named() {
    let mut dice = Dice::new(5);
    let n = 800;
    let target: Vec<bool> = (0..n).map(|i| i >= 500).collect();
    // The file is sorted by outcome, so the running number tells it; one column is only filled for those who left.
    let number = (0..n).map(|i| i as f64 + 9000.0).collect();
    let after: Vec<&str> = target.iter().map(|t| if *t { "survey sent" } else { "" }).collect();
    let honest = dice.many(n);
    let columns = vec![
        Column::numbers("Customer ID", number),
        Column::words("exit survey", after),
        Column::numbers("usage", honest),
    ];
    let found = leak::warnings(&Table::new(columns), &target, 1);
    let leaks: Vec<&str> = found.iter().filter(|w| w.is_leak()).map(Warning::column).collect();
    assert_eq!(leaks, ["Customer ID", "exit survey"]);
}
