//! Bytes of a file to text: UTF-8 and UTF-16 by their marks, Windows-1252 where the bytes can be
//! nothing else.

/// Files beyond this are refused: their rows would not fit one undoable entry anyway.
pub const FILE_LIMIT: u64 = 512 << 20;

/// The text of a file and how it was read: `UTF-8`, `UTF-16`, `Windows-1252`.
#[derive(Debug)]
pub struct Decoded {
    pub text: String,
    pub encoding: &'static str,
}

/// Decodes a whole file. The error is a sentence about the file.
///
/// Where UTF-8 has been damaged in places, the damage shows as U+FFFD and the rest is kept: whoever
/// splits the text into rows refuses the rows that hold it.
pub fn decode(bytes: Vec<u8>) -> Result<Decoded, &'static str> {
    match bytes.as_slice() {
        [0xff, 0xfe, rest @ ..] => utf16(rest, u16::from_le_bytes),
        [0xfe, 0xff, rest @ ..] => utf16(rest, u16::from_be_bytes),
        [0xef, 0xbb, 0xbf, ..] => Ok(utf8(bytes[3..].to_vec())),
        [b'P', b'K', 3, 4, ..] => Err("is a spreadsheet or an archive: save the sheet as CSV first"),
        [b'%', b'P', b'D', b'F', ..] => Err("is a PDF: a table in CSV is needed"),
        _ if bytes.starts_with(b"SQLite format 3\0") => Err("is a database: a table in CSV is needed"),
        _ if looks_like_utf16(&bytes) => Err("is UTF-16 without its mark: save it as UTF-8"),
        _ => Ok(utf8(bytes)),
    }
}

fn utf8(bytes: Vec<u8>) -> Decoded {
    match String::from_utf8(bytes) {
        Ok(text) => Decoded { text, encoding: "UTF-8" },
        Err(e) => {
            let bytes = e.into_bytes();
            // Text in UTF-8 with a few broken bytes has many whole sequences; text in a one-byte code has
            // next to none by chance.
            let (mut whole, mut broken) = (0usize, 0usize);
            for chunk in bytes.utf8_chunks() {
                whole += chunk.valid().chars().filter(|c| !c.is_ascii()).count();
                broken += usize::from(!chunk.invalid().is_empty());
            }
            if whole > broken {
                Decoded { text: String::from_utf8_lossy(&bytes).into_owned(), encoding: "UTF-8" }
            } else {
                Decoded { text: bytes.iter().map(|b| windows_1252(*b)).collect(), encoding: "Windows-1252" }
            }
        }
    }
}

fn utf16(bytes: &[u8], unit: fn([u8; 2]) -> u16) -> Result<Decoded, &'static str> {
    let units = bytes.chunks_exact(2).map(|pair| unit([pair[0], pair[1]]));
    if !bytes.len().is_multiple_of(2) {
        return Err("is UTF-16 that ends in the middle of a character");
    }
    let text = char::decode_utf16(units).map(|c| c.unwrap_or(char::REPLACEMENT_CHARACTER)).collect();
    Ok(Decoded { text, encoding: "UTF-16" })
}

/// Every other byte zero, as Latin text is in UTF-16.
fn looks_like_utf16(bytes: &[u8]) -> bool {
    let head = &bytes[..bytes.len().min(4096)];
    let zeros = |at: usize| head.iter().skip(at).step_by(2).filter(|b| **b == 0).count();
    head.len() >= 8 && (zeros(0) > head.len() / 4 || zeros(1) > head.len() / 4) && zeros(0).min(zeros(1)) == 0
}

/// The bytes 0x80 to 0x9f; five of them mean nothing.
const UPPER: [char; 32] = [
    '€', '\u{fffd}', '‚', 'ƒ', '„', '…', '†', '‡', 'ˆ', '‰', 'Š', '‹', 'Œ', '\u{fffd}', 'Ž', '\u{fffd}', '\u{fffd}',
    '‘', '’', '“', '”', '•', '–', '—', '˜', '™', 'š', '›', 'œ', '\u{fffd}', 'ž', 'Ÿ',
];

fn windows_1252(b: u8) -> char {
    match b {
        0x80..=0x9f => UPPER[usize::from(b - 0x80)],
        b => char::from(b),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_and_bytes_tell_the_encoding() {
        let read = |bytes: &[u8]| decode(bytes.to_vec()).map(|d| (d.text, d.encoding));
        assert_eq!(read(b"name\nA"), Ok(("name\nA".into(), "UTF-8")));
        assert_eq!(read("\u{feff}name".as_bytes()), Ok(("name".into(), "UTF-8")));
        assert_eq!(read(&[0xff, 0xfe, b'n', 0, 0x30, 9]), Ok(("nर".into(), "UTF-16")));
        assert_eq!(read(&[0xfe, 0xff, 0, b'n']), Ok(("n".into(), "UTF-16")));
        assert_eq!(read(b"name\nJos\xe9 \x80\n"), Ok(("name\nJosé €\n".into(), "Windows-1252")));
        assert_eq!(
            read("राहुल\u{0}".as_bytes().iter().copied().chain([0xff]).collect::<Vec<_>>().as_slice()).unwrap().1,
            "UTF-8"
        );
        assert!(read(b"n\0a\0m\0e\0\n\0A\0").is_err());
        assert!(read(&[0xff, 0xfe, b'n']).is_err());
        assert!(read(b"PK\x03\x04....").is_err());
        assert_eq!(read(b"").unwrap().0, "");
    }
}
