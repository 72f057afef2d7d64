//! The terminal screen: Elm outside, screens inside, immediate mode at the edge.
//!
//! ```text
//! keys, answers -> Msg -> App::update -> Effect -> workers -> Answer -> Msg …
//!                            |
//!                            +-> App::paint -> Canvas -> Wire -> bytes
//! ```
//!
//! The app is a value without I/O; `run` is generic over the backend; reads run on worker threads
//! and carry tickets, so that an answer that comes too late is dropped.

pub mod action;
mod analytics;
pub mod app;
pub mod board;
pub mod canvas;
pub mod config;
pub mod deals;
mod decode;
pub mod gate;
mod import;
pub mod incidents;
pub mod input;
pub mod jobs;
pub mod keys;
mod leads;
pub mod message;
mod output;
mod outward;
pub mod overlay;
mod paint;
pub mod rows;
pub mod run;
pub mod screen;
mod seat;
pub mod settings;
mod start;
pub mod table;
pub mod tabs;
mod terminal;
pub mod theme;
pub mod tickets;
pub mod today;
mod watch;
pub mod wire;
pub mod work;

pub use app::Exit;
pub use start::{Start, StartError, start};
pub use tabs::Tab;
