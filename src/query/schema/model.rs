//! The fields of a trained model. Nobody writes them: training does.

use crate::domain::Entity;
use crate::domain::model::ModelState;

use super::{Field, Group, Kind, Noun, field_table};

const SHARE: Kind = Kind::Fixed { places: 4, unit: "" };

field_table! { Entity::Model,
    NAME = Field::new("name", "Model", Kind::Text, Group::Identity, "What it tells, and its number.").head("Model", 12).computed();
    NUMBER = Field::new("number", "Number", Kind::Int { unit: "", bands: &[] }, Group::Identity, "Grows by one with each training.")
        .head("No.", 5).sorted().computed();
    STATE = Field::new("state", "State", Kind::Choice(ModelState::CHOICES), Group::Identity, "In force, retired, or too weak to be used.")
        .head("State", 10).computed();
    TRAINED = Field::new("trained", "Trained", Kind::Moment, Group::Origin, "When it was trained.").aliases(&["when"]).head("Trained", 16).sorted().computed();
    OWNER = Field::new("owner", "Trained by", Kind::Category, Group::Origin, "Who had it trained.").aliases(&["who"]).head("By", 10).computed();
    CASES = Field::new("cases", "Cases", Kind::Int { unit: "", bands: &[] }, Group::Business, "Lines it learnt from, each as known on a day of the past; or closed leads.")
        .head("Cases", 8).computed();
    LEAVERS = Field::new("leavers", "Leavers or won", Kind::Int { unit: "", bands: &[] }, Group::Business, "Of the cases, those that left in time, or leads that were won.").head("Leavers", 8).computed();
    DAYS = Field::new("days", "Days ahead", Kind::Int { unit: "days", bands: &[] }, Group::Business, "How far ahead it looks.").head("Days", 5).computed();
    AUC = Field::new("auc", "AUC", SHARE, Group::Business, "Chance that a leaver stands above a stayer, or a lead won above one lost, on the time it had not seen; 0.5 is chance.")
        .head("AUC", 7).sorted().computed();
    PR_AUC = Field::new("pr-auc", "PR-AUC", SHARE, Group::Business, "Mean precision over all that left or were won.").head("PR-AUC", 7).computed();
    LOG_LOSS = Field::new("log-loss", "Log-loss", SHARE, Group::Business, "Mean negative log-likelihood; less is better.").head("Log-loss", 8).computed();
    BRIER = Field::new("brier", "Brier", SHARE, Group::Business, "Mean squared error of the chance; less is better.").head("Brier", 7).computed();
    ECE = Field::new("ece", "ECE", SHARE, Group::Business, "Mean gap between what was said and what came, in ten groups of equal counts; less is better.").head("ECE", 7).computed();
    LIFT = Field::new("lift", "Lift", SHARE, Group::Business, "Leavers, or leads won, among the tenth scored highest, against the tenth of all.").head("Lift", 7).computed();
    USUAL = Field::new("usual", "Usual share", SHARE, Group::Business, "Share of lines that left within as many days, or of leads that were won.").head("Usual", 7).computed();
}

/// What there is to know of a model.
pub static NOUN: Noun = Noun {
    fields: FIELDS,
    name: NAME,
    handle: NUMBER,
    money: None,
    owner: Some(OWNER),
    searched: &[NAME, OWNER],
    form: &[],
    shown: &[STATE, AUC, LIFT],
    listed: true,
    one: "a model",
};
