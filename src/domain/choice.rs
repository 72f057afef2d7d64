//! Fixed sets of words. Each has a code (what is stored, typed and exported) and a label (what is
//! read on the screen).

/// One word of a fixed set.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Choice {
    pub code: &'static str,
    pub label: &'static str,
}

/// Finds a choice by code or label, whatever the case; spaces, hyphens and underscores are alike.
pub fn find(choices: &'static [Choice], text: &str) -> Option<&'static Choice> {
    // What is stored is a code as it stands.
    if let Some(choice) = choices.iter().find(|c| c.code == text) {
        return Some(choice);
    }
    let plain = |s: &str| s.trim().to_ascii_lowercase().replace([' ', '_'], "-");
    let wanted = plain(text);
    choices.iter().find(|c| c.code == wanted || plain(c.label) == wanted)
}

/// Declares an enum over a fixed set of words.
macro_rules! choices {
    ($(#[$meta:meta])* $name:ident { $( $(#[$vmeta:meta])* $variant:ident = $code:literal, $label:literal; )* }) => {
        $(#[$meta])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum $name { $( $(#[$vmeta])* $variant, )* }

        impl $name {
            pub const ALL: &'static [$name] = &[ $( $name::$variant, )* ];
            pub const CHOICES: &'static [$crate::domain::Choice] =
                &[ $( $crate::domain::Choice { code: $code, label: $label }, )* ];

            /// What is stored and typed.
            pub fn code(self) -> &'static str {
                match self { $( $name::$variant => $code, )* }
            }

            /// What is read on the screen.
            pub fn label(self) -> &'static str {
                match self { $( $name::$variant => $label, )* }
            }

            /// By code or label, whatever the case.
            pub fn parse(text: &str) -> Option<$name> {
                let code = $crate::domain::choice::find(Self::CHOICES, text)?.code;
                Self::ALL.iter().copied().find(|v| v.code() == code)
            }
        }
    };
}
pub(crate) use choices;
