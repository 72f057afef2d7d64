//! Presets: files of a known shape whose columns need more than a name.
//!
//! `telco` reads the public Telco Customer Churn table (7,043 customers of a telephone company, 21 columns):
//!
//! | column | becomes |
//! |---|---|
//! | customerID | `ref`, and the name `Subscriber <id>` |
//! | tenure (months) | `since`: today less so many months |
//! | Contract | `cycle` monthly or annual; two years also as the tag `two-year` |
//! | MonthlyCharges, TotalCharges | `price`, `ltv`, the figures taken for rupees; a blank total is none |
//! | Churn | `status` terminated (no reason known) or active |
//! | PaymentMethod | `pays-by`: electronic check is upi, mailed check cheque, bank transfer e-nach, credit card card |
//! | InternetService | `plan` "Telco Fiber optic", "Telco DSL", "Telco No internet"; `technology` fiber, broadband, none |
//! | StreamingTV, StreamingMovies | `otts` "Streaming TV", "Streaming movies" |
//! | gender and the yes-or-no columns | `tags` |
//!
//! `segment` is home and `source` is not known.

use chrono::NaiveDate;

use crate::base::{Money, calendar};
use crate::domain::customer::{Cycle, PayMode, Segment, Status, Technology};
use crate::domain::{FieldId, Value};
use crate::query::schema::customer as c;

use super::import::Problem;

/// A known shape of file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Preset {
    Telco,
}

/// The columns, and what each becomes.
const COLUMNS: [(&str, &str); 21] = [
    ("customerID", "ref and name"),
    ("gender", "tags"),
    ("SeniorCitizen", "tags"),
    ("Partner", "tags"),
    ("Dependents", "tags"),
    ("tenure", "since"),
    ("PhoneService", "tags"),
    ("MultipleLines", "tags"),
    ("InternetService", "plan and technology"),
    ("OnlineSecurity", "tags"),
    ("OnlineBackup", "tags"),
    ("DeviceProtection", "tags"),
    ("TechSupport", "tags"),
    ("StreamingTV", "otts"),
    ("StreamingMovies", "otts"),
    ("Contract", "cycle, tags"),
    ("PaperlessBilling", "tags"),
    ("PaymentMethod", "pays-by"),
    ("MonthlyCharges", "price"),
    ("TotalCharges", "ltv"),
    ("Churn", "status"),
];

/// Columns that say yes or no, and the tag for yes.
const TAGS: [(&str, &str); 10] = [
    ("SeniorCitizen", "senior"),
    ("Partner", "partner"),
    ("Dependents", "dependents"),
    ("PhoneService", "phone-service"),
    ("MultipleLines", "multiple-lines"),
    ("OnlineSecurity", "online-security"),
    ("OnlineBackup", "online-backup"),
    ("DeviceProtection", "device-protection"),
    ("TechSupport", "tech-support"),
    ("PaperlessBilling", "paperless"),
];

impl Preset {
    pub const ALL: &'static [Preset] = &[Preset::Telco];

    pub fn code(self) -> &'static str {
        match self {
            Preset::Telco => "telco",
        }
    }

    /// What a column becomes; `None` for one this preset does not read.
    pub fn fate(self, header: &str) -> Option<&'static str> {
        COLUMNS.iter().find(|(name, _)| name.eq_ignore_ascii_case(header)).map(|(_, fate)| *fate)
    }

    /// True for a column this preset reads.
    pub fn reads(self, header: &str) -> bool {
        self.fate(header).is_some()
    }

    /// The columns a file lacks for this preset; none means that it fits.
    pub fn missing(self, headers: &[String]) -> Vec<&'static str> {
        let names = COLUMNS.iter().map(|(name, _)| *name);
        names.filter(|name| !headers.iter().any(|h| h.eq_ignore_ascii_case(name))).collect()
    }

    /// The fields of one row. `cell` gives the text of a column by its name. Each problem is a column and
    /// a sentence.
    pub(super) fn fields<'a>(
        self,
        cell: &dyn Fn(&str) -> &'a str,
        today: NaiveDate,
    ) -> Result<Vec<(FieldId, Value)>, Vec<Problem>> {
        let mut row = Row { cell, fields: Vec::new(), problems: Vec::new() };
        row.telco(today);
        if row.problems.is_empty() { Ok(row.fields) } else { Err(row.problems) }
    }
}

struct Row<'c, 'a> {
    cell: &'c dyn Fn(&str) -> &'a str,
    fields: Vec<(FieldId, Value)>,
    problems: Vec<Problem>,
}

impl<'a> Row<'_, 'a> {
    fn get(&self, column: &str) -> &'a str {
        (self.cell)(column).trim()
    }

    fn put(&mut self, id: FieldId, value: impl Into<Value>) {
        let value = value.into();
        if !value.is_null() {
            self.fields.push((id, value));
        }
    }

    fn wrong(&mut self, column: &str, expected: &str) {
        let found = crate::base::text::clean(self.get(column), 60);
        self.problems.push((column.into(), format!("`{found}` is not {expected}")));
    }

    /// One of the words of `known`, whatever the case, to what it stands for.
    fn word<T: Copy>(&mut self, column: &str, known: &[(&str, T)]) -> Option<T> {
        let text = self.get(column);
        let found = known.iter().find(|(word, _)| word.eq_ignore_ascii_case(text)).map(|(_, value)| *value);
        if found.is_none() {
            let words: Vec<&str> = known.iter().map(|(word, _)| *word).collect();
            self.wrong(column, &format!("one of {}", words.join(", ")));
        }
        found
    }

    fn yes(&mut self, column: &str) -> bool {
        let known = [
            ("Yes", true),
            ("No", false),
            ("1", true),
            ("0", false),
            ("No phone service", false),
            ("No internet service", false),
        ];
        self.word(column, &known).unwrap_or(false)
    }

    fn money(&mut self, column: &str) -> Option<Money> {
        let found = Money::parse(self.get(column)).filter(|m| *m >= Money::ZERO);
        if found.is_none() {
            self.wrong(column, "an amount");
        }
        found
    }

    fn telco(&mut self, today: NaiveDate) {
        let id = crate::base::text::clean(self.get("customerID"), 60);
        if id.is_empty() {
            self.problems.push(("customerID".into(), "is required".into()));
        }
        self.put(c::REF, id.as_str());
        self.put(c::NAME, format!("Subscriber {id}"));
        self.put(c::SEGMENT, Segment::Home.code());
        // Nobody has been a customer for a hundred years.
        match self.get("tenure").parse::<u16>().ok().filter(|months| *months <= 1200) {
            Some(months) => {
                let since = calendar::add_months(today, -i32::from(months));
                self.put(c::SINCE, calendar::days_of(since));
            }
            None => self.wrong("tenure", "a number of months"),
        }
        let plans = [
            ("Fiber optic", ("Telco Fiber optic", Some(Technology::Fiber))),
            ("DSL", ("Telco DSL", Some(Technology::Broadband))),
            ("No", ("Telco No internet", None)),
        ];
        if let Some((plan, technology)) = self.word("InternetService", &plans) {
            self.put(c::PLAN, plan);
            self.put(c::TECHNOLOGY, technology.map_or("", Technology::code));
        }
        if let Some(price) = self.money("MonthlyCharges") {
            self.put(c::PRICE, price);
        }
        if !self.get("TotalCharges").is_empty()
            && let Some(total) = self.money("TotalCharges")
        {
            self.put(c::LTV, total);
        }
        let gone = self.yes("Churn");
        self.put(c::STATUS, if gone { Status::Terminated } else { Status::Active }.code());
        let modes = [
            ("Electronic check", PayMode::Upi),
            ("Mailed check", PayMode::Cheque),
            ("Bank transfer (automatic)", PayMode::Mandate),
            ("Credit card (automatic)", PayMode::Card),
        ];
        if let Some(mode) = self.word("PaymentMethod", &modes) {
            self.put(c::PAYS_BY, mode.code());
        }
        let mut tags: Vec<&str> = TAGS.iter().filter(|(column, _)| self.yes(column)).map(|(_, tag)| *tag).collect();
        tags.extend(self.word("gender", &[("Female", "female"), ("Male", "male")]));
        let contracts = [
            ("Month-to-month", (Cycle::Monthly, None)),
            ("One year", (Cycle::Annual, None)),
            ("Two year", (Cycle::Annual, Some("two-year"))),
        ];
        if let Some((cycle, tag)) = self.word("Contract", &contracts) {
            self.put(c::CYCLE, cycle.code());
            tags.extend(tag);
        }
        self.put(c::TAGS, Value::list(tags));
        let streams = [("StreamingTV", "Streaming TV"), ("StreamingMovies", "Streaming movies")];
        let apps: Vec<&str> = streams.iter().filter(|(column, _)| self.yes(column)).map(|(_, app)| *app).collect();
        self.put(c::OTTS, Value::list(apps));
    }
}
