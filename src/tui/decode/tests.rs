//! Keys, pastes and rubbish, whole and in pieces.

use super::*;

/// What some bytes mean, fed whole, in a short form.
fn told(bytes: &[u8]) -> Vec<String> {
    in_pieces(bytes, bytes.len().max(1))
}

fn in_pieces(bytes: &[u8], n: usize) -> Vec<String> {
    let mut decoder = Decoder::default();
    let mut out: Vec<Msg> = bytes.chunks(n).flat_map(|c| decoder.feed(c)).collect();
    while decoder.patience().is_some() {
        out.extend(decoder.pause());
    }
    out.iter()
        .map(|msg| match msg {
            Msg::Key(k) => crate::tui::keys::Key::from(*k).label(),
            Msg::Paste(text) => format!("[{text}]"),
            Msg::Mouse(m) => format!("{:?} {},{}", m.kind, m.column, m.row),
            other => format!("{other:?}"),
        })
        .collect()
}

#[test]
fn keys_are_read_whole_and_in_pieces() {
    let keys: &[(&[u8], &[&str])] = &[
        (b"jG", &["j", "G"]),
        (b"\r\t\x7f\x01\x1a\x00", &["Enter", "Tab", "Backspace", "Ctrl-a", "Ctrl-z", "Ctrl-Space"]),
        ("नé👩".as_bytes(), &["न", "é", "👩"]),
        (b"\x1b[A\x1bOB\x1b[H\x1b[5~\x1b[Z", &["Up", "Down", "Home", "Pgup", "Backtab"]),
        (b"\x1bOP\x1b[15~\x1b[21~\x1b[24~\x1b[[B", &["F1", "F5", "F10", "F12", "F2"]),
        (b"\x1b[1;5C\x1b[3;2~\x1b[13;5u\x1b[27;5;13~", &["Ctrl-Right", "Shift-Delete", "Ctrl-Enter", "Ctrl-Enter"]),
        (b"\x1b\r\x1bx", &["Alt-Enter", "Alt-x"]),
        (b"\x1b\x1b", &["Esc", "Esc"]),
        (b"j\x1b[0nk", &["j", "Line(Answered)", "k"]),
        (b"\x1b[<0;3;4M\x1b[<0;3;4m\x1b[<65;1;1M", &["Down(Left) 2,3", "Up(Left) 2,3", "ScrollDown 0,0"]),
        (b"\x1b[200~d\ry\x1b[20\r\n\x1b[201~q", &["[d\ny\u{1b}[20\n]", "q"]),
    ];
    for (bytes, want) in keys {
        for n in 1..=bytes.len() {
            assert_eq!(in_pieces(bytes, n), *want, "{:?} in pieces of {n}", bytes.escape_ascii().to_string());
        }
    }
}

#[test]
fn an_escape_alone_is_a_key_after_a_pause() {
    let mut d = Decoder::default();
    assert!(d.feed(b"\x1b").is_empty());
    assert_eq!(d.patience(), Some(ALONE));
    assert_eq!(d.pause().len(), 1);
    assert_eq!(d.patience(), None);
}

#[test]
fn a_paste_that_never_ends_is_handed_over_and_keys_work_again() {
    let mut d = Decoder::default();
    assert!(d.feed(b"\x1b[200~abc").is_empty());
    assert!(d.patience().is_some_and(|p| p <= WATCH));
    assert!(matches!(&d.pause()[..], [Msg::Paste(t)] if t == "abc"));
    assert_eq!(d.feed(b"q").len(), 1);
    // Its end, come too late, is no key.
    assert!(d.feed(PASTE_END).is_empty());
}

#[test]
fn a_long_paste_may_take_its_time_but_not_for_ever() {
    let mut d = Decoder::default();
    d.feed(b"\x1b[200~");
    for _ in 0..3 {
        d.feed(&[b'x'; 100]);
        assert!(d.pause().is_empty(), "it is still coming");
    }
    assert!(matches!(&d.pause()[..], [Msg::Paste(t)] if t.len() == 300));
}

#[test]
fn ten_megabytes_are_held_as_what_could_fit() {
    let mut d = Decoder::default();
    d.feed(b"\x1b[200~");
    for _ in 0..160 {
        assert!(d.feed(&[b'x'; 65_536]).is_empty());
    }
    let out = d.feed(b"\x1b[201~j");
    assert!(matches!(&out[..], [Msg::Paste(t), Msg::Key(_)] if t.len() == KEEP));
}

#[test]
fn text_too_fast_for_fingers_is_a_paste() {
    let text = "d\ry\rQ".repeat(30);
    assert_eq!(told(text.as_bytes()), [format!("[{}]", text.replace('\r', "\n"))]);
    assert_eq!(told(format!("\x15{text}").as_bytes())[0], "Ctrl-u", "a key just before it is a key");
    assert_eq!(told(format!("\x1b[200~{text}\x1b[201~").as_bytes()).len(), 1);
    assert_eq!(told(&[b'j'; 100]).len(), 100, "a key held down is a key");
    assert_eq!(told(b"/city:pune risk:high\r").len(), 21);
}

#[test]
fn what_a_terminal_answers_is_no_key() {
    assert_eq!(told(b"\x1b]11;rgb:00/00/00\x1b\\q"), ["q"]);
    assert_eq!(told(b"\x1b]52;c;ZGR5\x07q"), ["q"]);
    assert_eq!(told(b"\x1bP1$r0m\x1b\\\x1b[?62;4c\x1b[24;80R\x1b[Iq"), ["q"]);
}

#[test]
fn any_bytes_at_all_are_survived() {
    let mut state = 7_u64;
    let mut d = Decoder::default();
    for round in 0..20_000 {
        let bytes: Vec<u8> = (0..round % 40)
            .map(|_| {
                state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
                let b = (state >> 33) as u8;
                // Mostly what sequences are made of.
                if b < 128 { b"\x1b[;<0129~MOPu?:A\x07\\]"[usize::from(b) % 19] } else { b }
            })
            .collect();
        d.feed(&bytes);
        if round % 3 == 0 {
            d.pause();
        }
        assert!(d.held.len() <= LONGEST);
    }
}
