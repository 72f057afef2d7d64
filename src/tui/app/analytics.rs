//! The figures: what their keys do, and how they are kept fresh.

use crate::insight::kpi::{Compare, Period, Section};

use super::super::action::Action;
use super::super::analytics::{Clicked, Want, forms};
use super::super::message::{Answer, Effect, FigureFile, Question, Ticket};
use super::super::overlay::form::FormKind;
use super::super::overlay::{Overlay, TextPage};
use super::super::tabs::Tab;
use super::{App, Deed, Tone, Waiting};
use crate::domain::Entity;
use crate::engine::ask::{Applied, AskReport, AskSuggest};
use crate::query::complete::Suggestion;

impl App {
    /// To the figures.
    pub(super) fn open_analytics(&mut self) -> Vec<Effect> {
        self.overlays.clear();
        self.menu = None;
        self.today_screen = None;
        self.tab = Tab::Analytics;
        self.analytics.shown = true;
        self.read_figures(false)
    }

    /// Asks for what is on the screen: all of it anew, or what is not there yet.
    pub(super) fn read_figures(&mut self, anew: bool) -> Vec<Effect> {
        if !self.analytics.shown {
            return Vec::new();
        }
        if anew {
            self.analytics.forget();
        }
        let mut effects = Vec::new();
        for want in [Want::Cards, Want::Section(self.analytics.section)] {
            let there = match want {
                Want::Cards => self.analytics.cards.is_some(),
                Want::Section(_) => self.analytics.report().is_some(),
            };
            let under_way = self.analytics.asked.iter().any(|(_, w)| *w == want);
            if !anew && (there || under_way) {
                continue;
            }
            match self.report_of(want) {
                Ok(ask) => {
                    let ticket = self.ticket();
                    // A question that waits gives way to the next of its kind: no answer comes to it.
                    let cards = want == Want::Cards;
                    self.analytics.asked.retain(|(_, w)| (*w == Want::Cards) != cards);
                    self.analytics.asked.push((ticket, want));
                    effects.push(Effect::Ask(ticket, Question::Figures(Box::new(ask), cards)));
                }
                Err(why) => self.say(why, Tone::Bad),
            }
        }
        effects
    }

    fn report_of(&self, want: Want) -> Result<AskReport, String> {
        let a = &self.analytics;
        let period = Period::parse(&a.period, a.compare, self.today())?;
        Ok(AskReport { kpis: want.kpis(), filter: a.filter.clone(), period })
    }

    /// Takes an answer in if it is one of figures; gives back what is not.
    pub(super) fn figures_came(&mut self, ticket: Ticket, answer: Answer) -> Option<Answer> {
        let Some(i) = self.analytics.asked.iter().position(|(t, _)| *t == ticket) else {
            // An older answer: another filter, another period.
            return (!matches!(answer, Answer::Figures(_))).then_some(answer);
        };
        let (_, want) = self.analytics.asked.remove(i);
        match (answer, want) {
            (Answer::Figures(report), Want::Cards) => self.analytics.cards = Some(*report),
            (Answer::Figures(report), Want::Section(section)) => {
                self.analytics.reports.retain(|(s, _)| *s != section);
                self.analytics.reports.push((section, *report));
                self.analytics.settle();
            }
            (other, _) => return Some(other),
        }
        None
    }

    /// An action on the figures; `None` when it is none of their own.
    pub(super) fn perform_on_analytics(&mut self, action: Action) -> Option<Vec<Effect>> {
        if action == Action::Analytics {
            return Some(self.open_analytics());
        }
        if !self.analytics.shown || !self.overlays.is_empty() {
            return None;
        }
        if self.analytics.act(action) {
            return Some(Vec::new());
        }
        Some(match action {
            Action::NextTab => self.turn_section(1),
            Action::PrevTab => self.turn_section(-1),
            Action::Open => self.open_figure(),
            Action::Filter => {
                let form = forms::filter(&self.analytics.filter);
                let mut effects = self.open(Overlay::Form(form));
                effects.extend(self.look_up_completions());
                effects
            }
            Action::Period => {
                let picker = forms::periods(&self.analytics.period);
                self.open(Overlay::Picker(picker))
            }
            Action::Compare => {
                let picker = forms::compares(self.analytics.compare);
                self.open(Overlay::Picker(picker))
            }
            Action::Export => {
                let title = self.analytics.current()?.0.title;
                self.open(Overlay::Picker(forms::formats(title)))
            }
            Action::Explain => self.explain_figure(),
            Action::Back if !self.analytics.filter.is_empty() => self.figures_of(String::new()),
            Action::Back => Vec::new(),
            _ => return None,
        })
    }

    fn turn_section(&mut self, by: isize) -> Vec<Effect> {
        let all = Section::ALL;
        let at = all.iter().position(|s| *s == self.analytics.section).unwrap_or(0);
        let next = (at + all.len()).wrapping_add_signed(by) % all.len();
        self.turn_to(all[next])
    }

    fn turn_to(&mut self, section: Section) -> Vec<Effect> {
        self.analytics.turn_to(section);
        self.read_figures(false)
    }

    /// A click; `None` where it is not on the figures.
    pub(super) fn click_on_analytics(&mut self, x: u16, y: u16) -> Option<Vec<Effect>> {
        if !self.analytics.shown || !self.overlays.is_empty() {
            return None;
        }
        Some(match self.analytics.click(x, y) {
            Some(Clicked::Section(section)) => self.turn_to(section),
            Some(Clicked::Open) => self.open_figure(),
            Some(Clicked::Moved) | None => Vec::new(),
        })
    }

    /// The rows behind what is under the cursor.
    fn open_figure(&mut self) -> Vec<Effect> {
        let Some(drill) = self.analytics.drill().cloned() else {
            self.say("no filter tells these rows", Tone::Plain);
            return Vec::new();
        };
        let how = self.analytics.report().and_then(|r| r.applied.iter().find(|(e, _)| *e == drill.entity));
        let how = how.map_or(Applied::Nothing, |(_, how)| *how);
        let text = match how {
            Applied::Itself if self.analytics.filter.contains(" or ") => {
                format!("({}) {}", self.analytics.filter, drill.filter)
            }
            Applied::Itself => format!("{} {}", self.analytics.filter, drill.filter),
            _ => drill.filter,
        };
        let effects = self.show(drill.entity, &text);
        if how == Applied::ByCustomer {
            self.say("the filter of customers is no filter of these: all of them are here", Tone::Plain);
        }
        effects
    }

    /// How the figure under the cursor comes about, in full.
    fn explain_figure(&mut self) -> Vec<Effect> {
        let Some((kpi, reading)) = self.analytics.current() else { return Vec::new() };
        let mut lines = vec![format!("# {}", kpi.title), String::new(), kpi.formula.to_string()];
        if !reading.note.is_empty() {
            lines.push(reading.note.clone());
        }
        lines.extend(reading.missing.iter().map(|why| format!("no data: {why}")));
        if let Some(report) = self.analytics.report() {
            let told = report.applied_to(kpi).into_iter().filter(|(_, how)| *how != Applied::Nothing);
            lines.extend(told.map(|(entity, how)| how.note(entity)));
        }
        lines.push(String::new());
        lines.push(format!("On the command line: bharatnet report {} --period {}", kpi.code, self.analytics.period));
        self.open(Overlay::Page(TextPage::new("How it comes about", lines)))
    }

    /// The figures of other customers.
    pub(super) fn figures_of(&mut self, filter: String) -> Vec<Effect> {
        self.analytics.filter = filter;
        self.figures_anew()
    }

    /// Asks what could stand next in the filter on top, as below the line of a list.
    pub(super) fn look_up_completions(&mut self) -> Vec<Effect> {
        let Some(Overlay::Form(form)) = self.overlays.last() else { return Vec::new() };
        if form.kind != FormKind::PageFilter {
            return Vec::new();
        }
        let ask = AskSuggest { entity: Entity::Customer, place: forms::place(form), limit: 12 };
        self.ask(Question::Suggest(ask), Waiting::Completions)
    }

    /// Offers the first of them, and names the others.
    pub(super) fn completions_came(&mut self, found: &[Suggestion]) {
        if let Some(Overlay::Form(form)) = self.overlays.last_mut()
            && form.kind == FormKind::PageFilter
        {
            forms::complete(form, found);
        }
    }

    fn figures_anew(&mut self) -> Vec<Effect> {
        self.analytics.forget_all();
        self.analytics.asked.clear();
        self.read_figures(true)
    }

    /// Another period, where it can be read.
    pub(super) fn set_period(&mut self, text: &str) -> Vec<Effect> {
        match Period::parse(text, self.analytics.compare, self.today()) {
            Ok(period) => {
                self.analytics.period = period.name;
                self.figures_anew()
            }
            Err(why) => {
                self.say(why, Tone::Bad);
                Vec::new()
            }
        }
    }

    pub(super) fn set_compare(&mut self, code: &str) -> Vec<Effect> {
        self.analytics.compare = Compare::parse(code).unwrap_or_default();
        self.figures_anew()
    }

    /// The chart under the cursor to a file of its own.
    pub(super) fn save_figure(&mut self, format: &str) -> Vec<Effect> {
        let Some((kpi, reading)) = self.analytics.current() else { return Vec::new() };
        let json = match self.analytics.report() {
            Some(report) if format == "json" => report.json(kpi).to_string(),
            _ => String::new(),
        };
        let file = FigureFile {
            chart: reading.chart.clone(),
            json,
            folder: self.session.folder.clone(),
            name: format!("{}-{}", kpi.code, self.today()),
            format: format.to_string(),
        };
        self.deed(Question::SaveFigure(Box::new(file)), Deed::Other)
    }
}
