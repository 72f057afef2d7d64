//! The integration tests: one binary, one module an area.

mod arch;
mod board;
mod cli;
mod driver;
mod fuzz_text;
mod incidents;
mod jobs;
mod journeys;
mod laws;
mod leads;
mod people;
mod pty;
mod tickets;
mod two_programs;
mod workday;
