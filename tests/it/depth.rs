//! What a page may cost, however deep it lies: every built-in view and every order that has an index, on a made-up
//! company with its long ties and its skew; and that what is put together from parts is the whole.

use std::cell::RefCell;

use bharatnet::domain::{Entity, FieldId};
use bharatnet::engine::ask::{AskAll, AskBoard, AskPage, AskTotals};
use bharatnet::engine::{Anchor, PageAsk, key};
use bharatnet::query::schema::{self, Kind, deal, field, lead};
use bharatnet::query::{Bound, compile, views};

use crate::laws::World;

/// Steps of SQLite's machine that a page of fifty rows may take.
const BUDGET: i64 = 1_500;

const LARGE: [Entity; 5] = [Entity::Customer, Entity::Lead, Entity::Deal, Entity::Ticket, Entity::Job];

type Order = Vec<(FieldId, bool)>;

fn lists(w: &World, entity: Entity) -> Vec<(String, Bound, Order, Vec<FieldId>)> {
    let view = |v: &views::View| {
        let filter = compile(v.text, entity, &w.context()).expect("a view");
        (format!("{}/@{}", entity.code(), v.name), filter.clone(), filter.sort, v.columns.to_vec())
    };
    let mut out: Vec<_> = views::built_in(entity).iter().map(view).collect();
    let columns = views::built_in(entity)[0].columns;
    for id in schema::ids(entity).filter(|id| field(*id).sort) {
        let name = format!("{}/{}", entity.code(), field(id).name);
        out.extend([false, true].map(|falls| (name.clone(), Bound::all(entity), vec![(id, falls)], columns.to_vec())));
    }
    out
}

#[test]
fn a_page_of_any_view_and_order_takes_few_steps_at_any_depth() {
    let w = World::new(1_500, 3);
    let page = |ask: &PageAsk| w.engine.read(&w.who, &AskPage(ask.clone())).expect("a page");
    let mut over = Vec::new();
    for (name, filter, sort, fields) in LARGE.into_iter().flat_map(|entity| lists(&w, entity)) {
        let of =
            |anchor| PageAsk { filter: filter.clone(), sort: sort.clone(), fields: fields.clone(), anchor, limit: 50 };
        let all = RefCell::new(Vec::new());
        let keep = |row| {
            all.borrow_mut().push(row);
            true
        };
        let whole = PageAsk { limit: usize::MAX, ..of(Anchor::First) };
        w.engine.read(&w.who, &AskAll(whole, keep)).expect("all rows");
        let all = all.into_inner();
        let mut anchors = vec![(Anchor::First, 0, 50), (Anchor::Last, all.len().saturating_sub(50), all.len())];
        for at in [all.len() / 20, all.len() / 2, all.len() * 19 / 20].into_iter().filter(|at| *at < all.len()) {
            let place = key(&all[at], &sort);
            anchors.extend([
                (Anchor::From(place.clone()), at, at + 50),
                (Anchor::After(place.clone()), at + 1, at + 51),
                (Anchor::Before(place), at.saturating_sub(50), at),
            ]);
        }
        for (anchor, from, to) in anchors {
            let found = page(&of(anchor.clone()));
            let ids: Vec<_> = found.rows.iter().map(|r| r.id).collect();
            let meant: Vec<_> = all[from.min(all.len())..to.min(all.len())].iter().map(|r| r.id).collect();
            assert_eq!(ids, meant, "{name} {anchor:?}");
            if found.steps > BUDGET {
                over.push(format!("{name} {sort:?} {anchor:?}: {} steps", found.steps));
            }
        }
        let totals = w.engine.read(&w.who, &AskTotals(filter.clone())).expect("a count");
        assert_eq!(totals.count, all.len() as i64, "{name}");
        if let Some(money) = schema::noun(filter.entity).money
            && fields.contains(&money)
        {
            assert_eq!(totals.mrr.0, all.iter().filter_map(|r| r.int(money)).sum::<i64>(), "{name}");
        }
    }
    assert!(over.is_empty(), "{}", over.join("\n"));
}

#[test]
fn a_share_of_the_way_is_the_row_there() {
    let w = World::new(1_500, 4);
    for (entity, text) in [
        (Entity::Customer, "status:active sort:name"),
        (Entity::Customer, "status:active sort:-risk"),
        (Entity::Customer, "sort:-due"),
        // Of two indexes each.
        (Entity::Customer, "@overdue"),
        (Entity::Lead, "@pipeline"),
        (Entity::Lead, "(is:open or converted-at:this-month) sort:score"),
    ] {
        let text = text.strip_prefix('@').map_or(text, |name| {
            views::built_in(entity).iter().find(|v| v.name == name).expect("a built-in view").text
        });
        let filter = compile(text, entity, &w.context()).expect("a filter");
        let sort = filter.sort.clone();
        let of = |anchor, limit| PageAsk {
            filter: filter.clone(),
            sort: sort.clone(),
            fields: vec![schema::noun(entity).name],
            anchor,
            limit,
        };
        let all = w.engine.read(&w.who, &AskPage(of(Anchor::First, 100_000))).expect("all rows").rows;
        assert!(all.len() > 10, "{text}");
        for percent in [0, 1, 37, 50, 99, 100] {
            let page = w.engine.read(&w.who, &AskPage(of(Anchor::Share(percent), 5))).expect("a page");
            let at = (all.len() * usize::from(percent) / 100).min(all.len() - 1);
            assert_eq!(page.rows[0].id, all[at].id, "{text} {percent}");
            assert_eq!(page.before, Some(at as i64), "{text} {percent}");
        }
    }
}

#[test]
fn what_is_due_is_counted_to_the_moment() {
    let w = World::new(1_500, 5);
    let count = |entity: Entity, text: &str| {
        let filter = compile(text, entity, &w.context()).expect("a filter");
        let rows = RefCell::new(0);
        let sort = filter.sort.clone();
        let fields = vec![schema::noun(entity).name];
        let ask = PageAsk { filter: filter.clone(), sort, fields, anchor: Anchor::First, limit: usize::MAX };
        let one = |_| {
            *rows.borrow_mut() += 1;
            true
        };
        w.engine.read(&w.who, &AskAll(ask, one)).expect("rows");
        let totals = w.engine.read(&w.who, &AskTotals(filter)).expect("a count");
        assert_eq!(totals.count, rows.into_inner(), "{} {text} at {:?}", entity.code(), w.engine.now());
        totals.count
    };
    let mut seen = 0;
    for minutes in [0, 1, 59, 61, 17, 300, 24 * 60 + 7, 7 * 24 * 60] {
        w.clock.advance_ms(minutes * 60_000 + 123);
        seen += count(Entity::Ticket, "is:near sort:clock");
        seen += count(Entity::Ticket, "is:running clock<now");
        seen += count(Entity::Ticket, "status:open clock>now clock<2d");
        seen += count(Entity::Lead, "is:overdue sort:follow-up");
        seen += count(Entity::Deal, "is:open last-activity>7d sort:last-activity");
        for who in ["vikram1", "ravi2"] {
            seen += count(Entity::Job, &format!("owner:{who} is:open day<=today sort:day,slot"));
        }
    }
    assert!(seen > 100, "{seen}");
}

/// The heads of a board come from sums and narrow indexes, its cards from several orders: both are those of the rows.
#[test]
fn a_board_has_the_heads_and_the_cards_of_its_rows() {
    let w = World::new(1_500, 4);
    let now = w.context().now.0;
    for (entity, by, since, patience) in [
        (Entity::Lead, lead::STAGE, lead::STAGE_SINCE, "lead.ageing."),
        (Entity::Deal, deal::STAGE, deal::LAST_ACTIVITY, "deal.patience."),
    ] {
        let Kind::Choice(stages) = field(by).kind else { panic!("stages") };
        let views = views::built_in(entity).iter().map(|v| v.text.to_string());
        let more =
            ["city:pune sort:-created", "(is:open or lost-at:this-month) city:p* sort:score", "owner:none sort:number"]
                .map(|t| t.replace("sort:score", if entity == Entity::Lead { "sort:score" } else { "sort:amount" }));
        for text in views.chain(more) {
            let filter = compile(&text, entity, &w.context()).unwrap_or_else(|e| panic!("{text}: {e}"));
            let sort = filter.sort.clone();
            let money = schema::noun(entity).money.expect("money");
            let all = RefCell::new(Vec::new());
            let keep = |row| {
                all.borrow_mut().push(row);
                true
            };
            let fields = vec![by, since, money];
            let whole = PageAsk {
                filter: filter.clone(),
                sort: sort.clone(),
                fields: fields.clone(),
                anchor: Anchor::First,
                limit: usize::MAX,
            };
            w.engine.read(&w.who, &AskAll(whole, keep)).expect("all rows");
            let all = all.into_inner();
            let ask = AskBoard {
                filter,
                by,
                people: false,
                place: None,
                columns: stages.iter().map(|c| c.code.to_string()).collect(),
                since: Some(since),
                patience: Some(patience),
                sort,
                fields,
                windows: Vec::new(),
                limit: 7,
                near: None,
            };
            let columns = w.engine.read(&w.who, &ask).expect("a board");
            assert_eq!(columns.len(), stages.len());
            for column in columns {
                let name = format!("{text}: {}", column.value);
                let rows: Vec<_> = all.iter().filter(|r| r.text(by) == column.value).collect();
                assert_eq!(column.count, rows.len() as i64, "{name}");
                assert_eq!(column.money.0, rows.iter().filter_map(|r| r.int(money)).sum::<i64>(), "{name}");
                let page: Vec<_> = column.page.iter().flat_map(|p| &p.rows).map(|r| r.id).collect();
                assert_eq!(page, rows.iter().take(7).map(|r| r.id).collect::<Vec<_>>(), "{name}");
                let moments: Vec<i64> = rows.iter().filter_map(|r| r.int(since)).collect();
                let open = schema::is_open(by, &column.value) && !rows.is_empty();
                assert_eq!(column.age.is_some(), open, "{name}");
                if open && !moments.is_empty() {
                    let mean = moments.iter().sum::<i64>() / moments.len() as i64;
                    // The mean of SQLite is a number with a point.
                    assert!((now - mean - column.age.unwrap_or(0)).abs() <= 1_000, "{name}");
                    let old = moments.iter().filter(|at| **at <= now - column.patience * 86_400_000).count();
                    assert_eq!(column.old, if column.patience > 0 { old as i64 } else { 0 }, "{name}");
                }
            }
        }
    }
}
