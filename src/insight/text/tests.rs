use super::*;

fn pairs(of: &[(&str, &str)]) -> Vec<(String, String)> {
    of.iter().map(|(a, b)| ((*a).into(), (*b).into())).collect()
}

fn small() -> Classifier {
    let mut rows = Vec::new();
    for i in 0..8 {
        rows.push((format!("bill amount wrong {i}"), "bill".to_string()));
        rows.push((format!("speed very slow {i}"), "slow".to_string()));
        rows.push((format!("need new connection {i}"), "new".to_string()));
    }
    Classifier::train(&rows).unwrap()
}

#[test]
fn subjects_never_seen_find_their_label() {
    let model = starter::categories().unwrap();
    for (subject, label) in [
        ("wifi is conected but internet not working from today", "No Internet"),
        ("very slow speed in the evenings, 15 mbps only", "Slow Speed"),
        ("Netflix and hotstar not activated", "OTT App Issues"),
        ("I was charged two times this month, need refund", "Billing Issues"),
        ("need a new connection at my shop in Nagpur", "Installation Request"),
        ("please move me to the 300 mbps plan", "Upgrade Request"),
        ("LOS blinking red", "No Internet"),
    ] {
        let told = model.suggest(subject);
        assert_eq!(told[0].0, label, "{subject}: {told:?}");
        let whole: f64 = told.iter().map(|t| t.1).sum();
        assert!(
            (whole - 1.0).abs() < 1e-9 && told.iter().all(|t| t.1.is_finite()) && told.is_sorted_by(|a, b| a.1 >= b.1)
        );
    }
}

#[test]
fn what_is_put_right_is_learnt() {
    let mut model = small();
    let subject = "pole leaning on compound wall";
    let before = model.suggest(subject).iter().find(|s| s.0 == "new").unwrap().1;
    model.learn(subject, "field");
    assert_eq!(model.suggest(subject)[0].0, "field");
    assert_eq!(model.suggest("leaning pole near wall")[0].0, "field");
    assert!(before < 1.0);
    model.learn(subject, "slow");
    assert_eq!(model.suggest(subject)[0].0, "slow", "the newest correction holds");
    assert!(!model.labels().contains(&"field".to_string()));
}

#[test]
fn a_model_that_was_stored_says_the_same() {
    let mut model = small();
    model.learn("cheque bounced", "bill");
    let read: Classifier = serde_json::from_str(&serde_json::to_string(&model).unwrap()).unwrap();
    for subject in ["cheque", "slow", "", "नेट बंद", "amount"] {
        assert_eq!(read.suggest(subject), model.suggest(subject));
    }
}

#[test]
fn what_cannot_be_learnt_is_refused() {
    assert_eq!(Classifier::train(&pairs(&[("a", "b")])).unwrap_err(), TextError::Few(1));
    assert_eq!(Classifier::train(&pairs(&[("a", "b"); 12])).unwrap_err(), TextError::OneLabel("b".into()));
}

#[test]
fn texts_of_nothing_are_no_danger() {
    let model = small();
    for text in ["", " ", "\u{202e}\u{1b}[2J", "🙂🙂", "\"';--"] {
        assert!(model.suggest(text).iter().all(|s| s.1.is_finite() && (0.0..=1.0).contains(&s.1)));
    }
}
