//! The house rules as tests: who may call whom, how long a file may be, what text must be fresh.

use std::fs;
use std::path::{Path, PathBuf};

/// The rooms and what each may import. Nothing points back.
const ROOMS: &[(&str, &[&str])] = &[
    ("base", &[]),
    ("domain", &["base"]),
    ("query", &["base", "domain"]),
    ("insight", &["base", "domain", "query"]),
    ("search", &["base"]),
    ("store", &["base", "domain", "query", "search"]),
    ("engine", &["base", "domain", "query", "insight", "search", "store"]),
    ("demo", &["base", "domain", "query", "insight"]),
    ("exchange", &["base", "domain", "query", "insight", "engine", "demo"]),
    ("tui", &["base", "domain", "query", "insight", "search", "engine", "exchange"]),
    ("cli", &["base", "domain", "query", "insight", "engine", "exchange", "demo", "tui"]),
];

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

fn sources(folder: &Path) -> Vec<(PathBuf, String)> {
    let mut out = Vec::new();
    for entry in fs::read_dir(folder).expect("a folder of the project") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            out.extend(sources(&path));
        } else if path.extension().is_some_and(|e| e == "rs") {
            let text = fs::read_to_string(&path).expect("source is UTF-8");
            out.push((path, text));
        }
    }
    out
}

/// The code of a file without its comments, line by line with numbers.
fn code(text: &str) -> impl Iterator<Item = (usize, &str)> {
    text.lines().enumerate().map(|(i, l)| (i + 1, l)).filter(|(_, l)| !l.trim_start().starts_with("//"))
}

fn is_test(path: &Path) -> bool {
    path.components().any(|c| c.as_os_str() == "tests") || path.file_name().is_some_and(|f| f == "tests.rs")
}

#[test]
fn arrows_between_rooms_run_one_way() {
    let mut wrong = Vec::new();
    for (room, allowed) in ROOMS {
        for (path, text) in sources(&root().join("src").join(room)) {
            if is_test(&path) {
                continue;
            }
            let text = text.split("#[cfg(test)]").next().unwrap_or("");
            for (line, code) in code(text) {
                for (at, _) in code.match_indices("crate::") {
                    let target: String =
                        code[at + 7..].chars().take_while(|c| c.is_ascii_lowercase() || *c == '_').collect();
                    let known = ROOMS.iter().any(|(r, _)| *r == target);
                    if known && target != *room && !allowed.contains(&target.as_str()) {
                        wrong.push(format!("{}:{line} imports {target}", path.display()));
                    }
                }
            }
        }
    }
    assert_eq!(wrong, Vec::<String>::new());
}

#[test]
fn what_belongs_to_one_room_stays_there() {
    let src = root().join("src");
    let mut wrong = Vec::new();
    for (path, text) in sources(&src) {
        let inside = |p: &str| path.starts_with(src.join(p));
        if is_test(&path) {
            continue;
        }
        let text = text.split("#[cfg(test)]").next().unwrap_or("");
        for (line, code) in code(text) {
            let mut rule = |broken: bool, what: &str| {
                if broken {
                    wrong.push(format!("{}:{line} {what}", path.display()));
                }
            };
            rule(code.contains("rusqlite") && !inside("store"), "rusqlite outside the store");
            let clock = code.contains("SystemTime::now") || code.contains("Instant::now") || code.contains("Utc::now");
            rule(clock && !inside("base/clock.rs"), "the system clock outside base::clock");
            rule(code.contains("println!") && !inside("cli"), "println! outside the cli");
            rule(code.contains("todo!(") || code.contains("unimplemented!("), "unfinished");
        }
    }
    assert_eq!(wrong, Vec::<String>::new());
}

#[test]
fn files_say_what_they_own_and_keep_their_length() {
    let mut wrong = Vec::new();
    for folder in ["src", "tests"] {
        for (path, text) in sources(&root().join(folder)) {
            let lines = text.lines().count();
            if lines > 800 {
                wrong.push(format!("{}: {lines} lines; split it by idea", path.display()));
            }
            if !is_test(&path) && folder == "src" && !text.starts_with("//!") {
                wrong.push(format!("{}: no header", path.display()));
            }
            let name = path.file_stem().and_then(|s| s.to_str()).unwrap_or("");
            if ["utils", "util", "helpers", "helper", "manager", "common"].contains(&name) {
                wrong.push(format!("{}: a name that says nothing", path.display()));
            }
        }
    }
    assert_eq!(wrong, Vec::<String>::new());
}

#[test]
fn every_integration_test_is_listed() {
    let folder = root().join("tests/it");
    let main = fs::read_to_string(folder.join("main.rs")).expect("the list of tests");
    for entry in fs::read_dir(&folder).expect("the tests") {
        let path = entry.expect("a test").path();
        let name = path.file_stem().and_then(|s| s.to_str()).unwrap_or("").to_string();
        if name != "main" && name != "snapshots" {
            assert!(main.contains(&format!("mod {name};")), "{name} is not listed in tests/it/main.rs");
        }
    }
}

#[test]
fn the_key_table_of_the_readme_is_the_programs_own() {
    let readme = fs::read_to_string(root().join("README.md")).expect("a README");
    let table = bharatnet::tui::keys::table();
    assert!(readme.contains(table.trim()), "run `bharatnet keys --md` and put it into the README");
}

#[test]
fn every_migration_column_is_a_field_and_every_field_a_column() {
    use bharatnet::domain::Entity;
    use bharatnet::query::schema;
    let sql: String = {
        let mut files: Vec<PathBuf> = fs::read_dir(root().join("data/migrations"))
            .expect("migrations")
            .map(|e| e.expect("a file").path())
            .collect();
        files.sort();
        files.iter().map(|f| fs::read_to_string(f).expect("SQL")).collect()
    };
    let conn = rusqlite::Connection::open_in_memory().expect("a database in memory");
    conn.execute_batch(&sql).expect("the migrations, one after the other");
    for entity in Entity::ALL {
        let mut found = conn.prepare("SELECT name FROM pragma_table_info(?1)").expect("a statement");
        // What lies apart from the rows of an entity stands in a table of its name with `_rest` behind it.
        let mut columns: Vec<String> = Vec::new();
        for table in [entity.code().to_string(), format!("{}_rest", entity.code())] {
            columns.extend(found.query_map([table], |r| r.get(0)).expect("columns").map(|c| c.expect("a name")));
        }
        let kept = ["id", "version", "search"];
        let fields: Vec<String> = schema::fields(*entity).iter().map(|f| f.column()).collect();
        for field in &fields {
            let count = columns.iter().filter(|column| *column == field).count();
            assert_eq!(count, 1, "{} has the column {field} so often", entity.code());
        }
        for column in columns.iter().filter(|c| !kept.contains(&c.as_str())) {
            assert!(fields.contains(column), "{}: nobody can name the column {column}", entity.code());
        }
    }
}
