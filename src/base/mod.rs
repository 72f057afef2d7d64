//! Ground that every room stands on: ids, time, money, Indian identifiers and text.
//!
//! Nothing here knows a noun of the business, touches a file or draws. Anyone may import it; it
//! imports nobody.

pub mod calendar;
pub mod clock;
pub mod eights;
pub mod gstin;
pub mod id;
pub mod money;
pub mod near;
pub mod phone;
pub mod pincode;
pub mod sound;
pub mod text;

pub use clock::{Clock, ManualClock, Stopwatch, SystemClock, Timestamp};
pub use gstin::Gstin;
pub use id::{Id, IdMaker};
pub use money::Money;
pub use phone::Phone;
pub use pincode::Pincode;
