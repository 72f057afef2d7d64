//! What the desk picks from, made and changed on the screen; the rarer verbs of tickets, told in keys; and words that
//! mean harm.

use bharatnet::domain::ticket::{Channel, State};
use bharatnet::domain::{Entity, Principal, Record};
use bharatnet::engine::ask::AskCase;
use bharatnet::engine::{Command, NewTicket, Target, TicketCommand, Words};
use bharatnet::query::schema::{article as a, canned, category as cat, outbox as o, ticket as t};

use bharatnet::tui::tickets::clock::cell;

use super::driver::Driver;
use super::seated::Desk;

fn desk(customers: u64) -> Desk {
    Desk::of(customers, Entity::Ticket, "")
}

/// At a wide screen, after these keys.
fn sit(desk: &Desk, keys: &str) -> Driver {
    let mut driver = desk.sit((120, 40));
    driver.keys(keys);
    driver
}

impl Desk {
    /// A customer with two fresh tickets of one fault, raised one after the other.
    fn two_tickets(&self) -> (Record, Record) {
        let customer = self.rows(Entity::Customer, "status:active open-tickets:0 tickets-30d:0 sort:account").remove(0);
        for said in ["The light is red", "Red again, since noon"] {
            self.clock.advance_ms(60_000);
            let ticket = NewTicket {
                category: "no-internet".into(),
                body: said.into(),
                subject: said.into(),
                ..NewTicket::default()
            };
            let raise = TicketCommand::Raise { customers: Target::one(customer.id), ticket, anyway: true };
            self.engine.execute(&self.who, Command::Ticket(raise)).expect("a ticket");
        }
        let mut found = self.rows(Entity::Ticket, "sort:-opened");
        found.truncate(2);
        let second = found.remove(0);
        (found.remove(0), second)
    }
}

/// The section of the settings that has this title.
fn section<'a>(d: &'a mut Driver, title: &str) -> &'a mut Driver {
    d.keys("8 g g");
    while d.app.menu.as_ref().is_some_and(|m| m.current().title != title) {
        d.keys("j");
    }
    d.keys("enter")
}

#[test]
fn articles_replies_and_categories_are_made_and_changed_on_the_screen() {
    let desk = desk(200);
    let digest = desk.digest();
    let mut d = sit(&desk, "1");
    section(&mut d, "Knowledge base").shows("Knowledge base").keys("n").shows("New article");
    d.keys("tab").text("Splitter in the basement").keys("tab").text("no-internet").keys("tab").text("splitter, gpon");
    d.keys("tab").text("Look at the box first.").keys("alt-enter").text("Then call the caretaker.").keys("f10");
    d.shows("Added the article splitter-in-the-basement");
    let made = &desk.rows(Entity::Article, "slug=splitter-in-the-basement")[0];
    assert_eq!(made.text(a::BODY), "Look at the box first.\nThen call the caretaker.");
    assert_eq!(made.get(a::TAGS).items().collect::<Vec<_>>(), ["gpon", "splitter"]);
    // It is read whole, each line as it was written.
    d.keys("/").text(" splitter basement").keys("enter enter").shows("Look at the box first.").shows("Then call the");
    d.keys("esc e").shows("Edit the article splitter-in-the-basement").keys("ctrl-e").text(" floor").keys("f10");
    d.shows("Changed the article");
    assert_eq!(desk.rows(Entity::Article, "title:\"basement floor\"").len(), 1);
    // A name stays: tickets and macros refer to it.
    d.keys("e backtab ctrl-e").text("-two").keys("f10").shows("stays as it is").keys("ctrl-x esc");
    d.keys("n f10").shows("is required").keys("esc");

    section(&mut d, "Canned replies").keys("n").text("Crew on site").keys("tab").text("no-internet").keys("tab");
    d.text("Dear {name}, our crew is at the box. {docket}").keys("f10").shows("Added the canned reply crew-on-site");
    assert_eq!(desk.rows(Entity::CannedReply, "name=crew-on-site")[0].text(canned::CATEGORY), "no-internet");

    section(&mut d, "Ticket categories")
        .keys("n")
        .shows("New category")
        .text("set-top-box")
        .keys("tab")
        .text("Set-top box");
    d.keys("tab").text("nothing-like-it").keys("f10").shows("nothing-like-it").keys("ctrl-u").text("ott-app");
    d.keys("tab").text("high").keys("tab f10").shows("Added the category set-top-box");
    let kind = &desk.rows(Entity::TicketCategory, "code=set-top-box")[0];
    assert_eq!((kind.text(cat::PARENT), kind.text(cat::PRIORITY)), ("ott-app", "high"));
    // What was made is offered at once.
    d.keys("5 c").text("set-top").shows("Set-top box").keys("esc");
    d.keys("R").text("crew").shows("crew-on-site").keys("esc");
    d.keys("u u u u").shows("Took back");
    assert_eq!(desk.digest(), digest);
    // Who may not write gets no form.
    let field = Principal { role: bharatnet::domain::Role::Field, ..desk.who.clone() };
    let mut d = Driver::new(desk.engine.clone(), field, desk.clock.clone(), (120, 40));
    section(&mut d, "Knowledge base").keys("n").shows("the role Field may not write-knowledge");
}

#[test]
fn repeats_are_merged_a_line_is_split_off_and_two_are_tied() {
    let desk = desk(200);
    let (first, second) = desk.two_tickets();
    let digest = desk.digest();
    let mut d = sit(&desk, "5 V");
    d.text("all").keys("enter").shows("Red again").keys("space").shows("1 marked").keys("M");
    d.shows("Merge into the one under the cursor").keys("y").shows("u takes it back");
    let gone = &desk.rows(Entity::Ticket, &format!("docket={}", second.text(t::DOCKET)))[0];
    assert_eq!((gone.text(t::STATUS), gone.text(t::DUPLICATE_OF)), ("closed", first.text(t::DOCKET)));
    // The line that came with the merge goes into a ticket of its own.
    d.keys("/").text(&format!(" docket={}", first.text(t::DOCKET))).keys("enter enter").shows("Red again, since noon");
    let lines = desk.engine.read(&desk.who, &AskCase { id: first.id, events: 0 }).expect("a case").lines;
    let n = lines.iter().position(|l| l.body.contains("Red again")).expect("it moved") + 1;
    d.keys("g x").shows("Split").text(&n.to_string()).keys("tab").text("slow-speed").keys("tab").text("Apart");
    d.keys("f10").shows("u takes it back");
    let apart = desk.rows(Entity::Ticket, "subject:Apart");
    assert_eq!(apart[0].text(t::PARENT), first.text(t::DOCKET));
    d.keys("u").shows("Took back");
    // A tie to a ticket that is not there is refused at its line; one that is there is shown on the page.
    let other = desk.rows(Entity::Ticket, "is:open sort:opened").remove(0);
    d.keys("L").shows("Tie").keys("tab").text("T-999999999").keys("f10").shows("T-999999999");
    d.keys("ctrl-u").text(other.text(t::DOCKET)).keys("f10").shows("u takes it back");
    assert_eq!(
        desk.rows(Entity::Ticket, &format!("docket={}", first.text(t::DOCKET)))[0].text(t::PARENT),
        other.text(t::DOCKET)
    );
    d.keys("u u").shows("Took back");
    assert_eq!(desk.digest(), digest);
}

#[test]
fn a_solved_ticket_is_rated_and_appealed() {
    let desk = desk(200);
    let (_, ticket) = desk.two_tickets();
    let digest = desk.digest();
    let mut d = sit(&desk, "5 V");
    d.text("all").keys("enter g c").shows("how satisfied").text("4").keys("f10").shows("is not solved yet").keys("esc");
    d.keys("x x").shows("is resolved");
    d.keys("g c").text("9").keys("f10").shows("is 1 to 5").keys("ctrl-u").text("2").keys("tab").text("came late");
    d.keys("f10").shows("Satisfaction 2 of 5");
    d.keys("g a").shows("39 days").keys("tab").text("not content").keys("f10").shows("Appeal filed on");
    d.keys("V").text("appeals").keys("enter").shows(ticket.text(t::DOCKET));
    d.keys("g a").keys("right").text("").keys("f10").shows("Appeal upheld on");
    let row = &desk.rows(Entity::Ticket, &format!("docket={}", ticket.text(t::DOCKET)))[0];
    assert_eq!((row.int(t::CSAT), row.text(t::APPEAL)), (Some(2), "upheld"));
    assert_eq!(desk.count("appeal:filed"), 0);
    d.keys("u u u u u").shows("Took back");
    assert_eq!(desk.digest(), digest);
}

/// The view and the word follow the setting, and the clock.
#[test]
fn what_is_near_its_end_is_a_view_whose_reach_is_a_setting() {
    let desk = desk(900);
    let now = desk.engine.now().0;
    let near = |minutes: i64| {
        let rows = desk.rows(Entity::Ticket, "status:open,in-progress");
        rows.iter().filter_map(|r| r.int(t::CLOCK)).filter(|c| (now..=now + minutes * 60_000).contains(c)).count()
    };
    assert!(near(600) > near(60), "some run out within ten hours");
    let mut d = sit(&desk, "5 V");
    d.text("near").keys("enter").shows("Near breach");
    assert_eq!(desk.count("is:near"), i64::try_from(near(60)).unwrap_or(-1));
    let set = Command::Set { key: "ticket.near-minutes".into(), value: "600".into() };
    desk.engine.execute(&desk.who, set).expect("set");
    assert_eq!(desk.count("is:near"), i64::try_from(near(600)).unwrap_or(-1));
    d.keys("f5").keys("f5");
    let count = d.app.list.totals.map(|t| t.count);
    let here = d.app.list.rows.rows.iter().filter_map(|r| r.int(t::CLOCK)).collect::<Vec<_>>();
    assert!(count.is_some_and(|n| (n - near(600) as i64).abs() <= 1), "{count:?} of {}", near(600));
    assert!(here.is_sorted() && !here.is_empty(), "the next to run out first");
    // The cells have the same word: what the view shows is marked, what comes after is not.
    let look = d.app.list.look(desk.engine.now());
    assert_eq!(look.near_ms, 600 * 60_000);
    let marked = |clock: i64| cell(Some(clock), look, &d.app.theme).0.starts_with('!');
    assert!(here.iter().all(|clock| marked(*clock)) && !marked(now + 601 * 60_000));
    let last = here.iter().max().expect("a clock");
    assert!(last - now > 60 * 60_000, "beyond the hour of before");
    d.shows(&cell(Some(*last), look, &d.app.theme).0);
}

/// What customers write is kept without what drives a terminal, and what is kept is drawn in its cells.
#[test]
fn hostile_words_are_kept_clean_and_drawn_sealed() {
    let desk = desk(120);
    let customer = desk.rows(Entity::Customer, "status:active sort:account").remove(0);
    let long = "अ".repeat(4_000);
    let nasty = [
        "\u{1b}[2J\u{1b}]52;c;aGk=\u{7}red \u{9b}31mlight".to_string(),
        "bill \u{202e}txt.exe\u{202c} \u{2066}x\u{2069}\u{200f}".to_string(),
        "nul\0 \u{1}\u{7f}\u{85} del".to_string(),
        "line one\r\nline two\n\n\u{2028}three\u{b}\u{c}".to_string(),
        long,
        "<script>alert(1)</script>'; DROP TABLE ticket; --".to_string(),
        "{name} {docket} {{nested}} {nothing}".to_string(),
    ];
    let run = |command: TicketCommand| desk.engine.execute(&desk.who, Command::Ticket(command)).expect("kept");
    for (n, text) in nasty.iter().enumerate() {
        let ticket = NewTicket {
            subject: text.clone(),
            body: text.clone(),
            category: "no-internet".into(),
            ..NewTicket::default()
        };
        let id = run(TicketCommand::Raise { customers: Target::one(customer.id), ticket, anyway: true }).created[0];
        let target = || Target::one(id);
        run(TicketCommand::Note { target: target(), body: text.clone() });
        run(TicketCommand::Hear { target: target(), body: text.clone(), channel: Channel::Email });
        let words = Words { body: text.clone(), then: Some(State::WaitingCustomer), ..Words::default() };
        run(TicketCommand::Reply { target: target(), words });
        run(TicketCommand::SaveReply { name: format!("bad {n}"), category: String::new(), body: text.clone() });
        run(TicketCommand::SaveArticle {
            slug: format!("bad {n}"),
            title: text.clone(),
            category: String::new(),
            tags: vec![text.chars().take(40).filter(|c| *c != ',').collect()],
            body: text.clone(),
            author: String::new(),
        });
        let lines = desk.engine.read(&desk.who, &AskCase { id, events: 5 }).expect("a case").lines;
        let mut kept: Vec<String> = lines.into_iter().map(|l| l.body).collect();
        kept.push(desk.rows(Entity::Ticket, "sort:-opened")[0].text(t::SUBJECT).to_string());
        kept.extend(desk.rows(Entity::Message, "sort:-at").iter().take(2).map(|r| r.text(o::BODY).to_string()));
        kept.extend(
            desk.rows(Entity::CannedReply, &format!("name=bad-{n}")).iter().map(|r| r.text(canned::BODY).to_string()),
        );
        for r in desk.rows(Entity::Article, &format!("slug=bad-{n}")) {
            kept.extend([r.text(a::TITLE).to_string(), r.text(a::BODY).to_string(), r.text(a::TAGS).to_string()]);
        }
        assert!(kept.len() >= 9, "{n}: {}", kept.len());
        for text in &kept {
            assert!(text.chars().all(|c| c == '\n' || harmless(c)), "{n}: {text:?}");
            assert!(text.chars().count() <= 20_000, "{n}");
        }
    }
    // Every place they are drawn in: list, page, canned replies, articles; wide and on a phone.
    for size in [(120, 40), (80, 24), (40, 20)] {
        let mut d = Driver::new(desk.engine.clone(), desk.who.clone(), desk.clock.clone(), size);
        d.keys("5 V").text("all").keys("enter");
        for _ in 0..nasty.len() {
            d.keys("enter");
            sealed(&d);
            d.keys("tab tab tab esc R");
            sealed(&d);
            d.keys("esc g k");
            sealed(&d);
            d.keys("esc j");
            sealed(&d);
        }
        for title in ["Knowledge base", "Canned replies", "Outbox"] {
            section(&mut d, title);
            for _ in 0..nasty.len() {
                d.keys("enter");
                sealed(&d);
                d.keys("esc j");
                sealed(&d);
            }
        }
    }
}

fn harmless(c: char) -> bool {
    let bidi = matches!(c, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{61c}');
    !c.is_control() && !bidi && !matches!(c, '\u{2028}' | '\u{2029}')
}

/// No cell holds what a terminal would act on.
fn sealed(d: &Driver) {
    let buffer = d.terminal.backend().buffer();
    for cell in buffer.content() {
        assert!(cell.symbol().chars().all(harmless), "{:?}", cell.symbol());
    }
}
