//! The integration tests: one binary, one module an area.

mod arch;
mod board;
mod cli;
mod deals;
mod desk;
mod driver;
mod frames;
mod fuzz_text;
mod incidents;
mod jobs;
mod journeys;
mod laws;
mod leads;
mod learnt;
mod lists;
mod models;
mod people;
mod pty;
mod reports;
mod search;
mod seated;
mod shelf;
mod tickets;
mod today;
mod two_programs;
mod workday;
