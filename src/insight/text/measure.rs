//! How well labels were told.

/// One label's figures.
#[derive(Clone, Debug, PartialEq, serde::Serialize)]
pub struct ClassScore {
    pub label: String,
    pub precision: f64,
    pub recall: f64,
    pub f1: f64,
    /// Texts that have this label.
    pub texts: usize,
}

#[derive(Clone, Debug, PartialEq, serde::Serialize)]
pub struct Report {
    pub accuracy: f64,
    /// Mean F1 of the labels that occur, truly or as told.
    pub macro_f1: f64,
    /// Expected calibration error, ten bins of confidence.
    pub ece: f64,
    pub classes: Vec<ClassScore>,
}

/// The report of rows of (true label, told label, confidence).
pub fn report(rows: &[(usize, usize, f64)], names: &[String]) -> Report {
    let mut classes = Vec::new();
    for (k, name) in names.iter().enumerate() {
        let count = |test: &dyn Fn(&(usize, usize, f64)) -> bool| rows.iter().filter(|r| test(r)).count();
        let (truly, told) = (count(&|r| r.0 == k), count(&|r| r.1 == k));
        let both = count(&|r| r.0 == k && r.1 == k) as f64;
        if truly + told > 0 {
            let share = |of: usize| if of == 0 { 0.0 } else { both / of as f64 };
            let f1 = 2.0 * both / (truly + told) as f64;
            let (precision, recall) = (share(told), share(truly));
            classes.push(ClassScore { label: name.clone(), precision, recall, f1, texts: truly });
        }
    }
    let n = rows.len().max(1) as f64;
    let mut bins = [(0.0_f64, 0.0_f64); 10];
    for (truly, told, confidence) in rows {
        let bin = &mut bins[((confidence * 10.0) as usize).min(9)];
        bin.0 += confidence;
        bin.1 += f64::from(u8::from(truly == told));
    }
    Report {
        accuracy: rows.iter().filter(|r| r.0 == r.1).count() as f64 / n,
        macro_f1: classes.iter().map(|c| c.f1).sum::<f64>() / classes.len().max(1) as f64,
        ece: bins.iter().map(|(sure, right)| (sure - right).abs() / n).sum(),
        classes,
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn figures_are_those_worked_by_hand() {
        let names = ["a".to_string(), "b".to_string(), "c".to_string()];
        // a: 1 of 2 found, told once more wrongly for b: p 1/2, r 1/2. b: 1 of 2. c does not occur.
        let r = super::report(&[(0, 0, 0.95), (0, 1, 0.65), (1, 0, 0.65), (1, 1, 0.95)], &names);
        assert_eq!((r.accuracy, r.macro_f1, r.classes.len()), (0.5, 0.5, 2));
        // Bin 0.9: mean 0.95, all right; bin 0.6: mean 0.65, none right.
        assert!((r.ece - (0.05 * 0.5 + 0.65 * 0.5)).abs() < 1e-9, "{}", r.ece);
    }
}
