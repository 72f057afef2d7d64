//! `fields`, `views`, `completions`, `man` and `keys`: what the program says about itself.

use std::io::Write as _;
use std::path::Path;

use clap::CommandFactory;

use crate::domain::Entity;
use crate::engine::ask::AskViews;
use crate::query::schema::{self, field};
use crate::query::views;

use super::args::{Cli, Global};
use super::failure::{Failure, say};
use super::list::{kind, texts};
use super::out::Out;
use super::place::{database, path, principal};
use super::screen;

pub fn fields(entity: Entity, out: &mut Out) -> Result<(), Failure> {
    let lines: Vec<Vec<String>> = schema::ids(entity)
        .map(|id| {
            let f = field(id);
            let names: Vec<&str> = std::iter::once(f.name).chain(f.aliases.iter().copied()).collect();
            vec![names.join(", "), crate::base::text::truncate(&kind(id), 44), f.help.to_string()]
        })
        .collect();
    Ok(texts(out, &["Field", "Values", "What it is"], &lines)?)
}

pub fn views(global: &Global, out: &mut Out) -> Result<(), Failure> {
    let mut lines = Vec::new();
    for entity in schema::listed() {
        for view in views::built_in(entity) {
            let cells = [entity.code(), &format!("@{}", view.name), view.text, view.help];
            lines.push(cells.iter().map(|t| (*t).to_string()).collect());
        }
    }
    // The saved ones, where there is a database to look into.
    if global.demo || path(global)?.exists() {
        let engine = database(global, false)?;
        for view in engine.read(&principal(global), &AskViews)? {
            let whose = format!("Saved by {}.", view.owner);
            lines.push(vec![view.entity.code().into(), format!("@{}", view.name), view.text, whose]);
        }
    }
    Ok(texts(out, &["Of", "View", "Filter", "What it shows"], &lines)?)
}

pub fn completions(shell: clap_complete::Shell, out: &mut Out) -> Result<(), Failure> {
    // The generator gives up on the first error of its writer: it must not see ours.
    let mut text = Vec::new();
    clap_complete::generate(shell, &mut Cli::command(), "bharatnet", &mut text);
    Ok(out.write_all(&text)?)
}

pub fn man(folder: Option<&Path>, out: &mut Out) -> Result<(), Failure> {
    let Some(folder) = folder else {
        let mut page = Vec::new();
        clap_mangen::Man::new(Cli::command()).render(&mut page)?;
        return Ok(out.write_all(&page)?);
    };
    let written = std::fs::create_dir_all(folder)
        .and_then(|()| clap_mangen::generate_to(Cli::command().disable_help_subcommand(true), folder));
    written.map_err(|e| Failure::File(folder.into(), e))?;
    say(&format!("manual pages written to {}", folder.display()));
    Ok(())
}

pub fn keys(md: bool, out: &mut Out) -> Result<(), Failure> {
    Ok(out.text(&screen::keys_table(md))?)
}
