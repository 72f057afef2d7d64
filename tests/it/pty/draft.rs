//! What was typed is not lost with the line.

use super::{Seat, desk};

#[test]
fn a_draft_outlives_the_line() {
    for how in ["signal", "hang-up"] {
        let desk = desk();
        let mut seat = Seat::at(&desk);
        seat.press("n", "New customer");
        seat.press("Asha Draftwala", "Asha Draftwala");
        if how == "signal" {
            seat.signal(libc::SIGHUP);
        } else {
            seat.close();
        }
        assert_eq!(seat.ended().0, 129);
        let mut seat = Seat::at(&desk);
        seat.press("n", "Asha Draftwala");
        seat.wait_for("Unsaved text from before is back");
        seat.press_away("\x18", "Asha Draftwala");
        seat.press_away("\x1b", "New customer");
        seat.send("q");
        assert_eq!(seat.ended().0, 0);
    }
}
