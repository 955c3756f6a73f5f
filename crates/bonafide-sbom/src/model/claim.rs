//! What a document says of a field: a value, or one of three kinds of nothing.

/// Owned text of a document. Two words, no spare capacity: a document may hold a million of them.
pub type Text = Box<str>;

/// A field's value, with the three kinds of nothing told apart.
///
/// SPDX 2.3 §6 and §7 allow `NOASSERTION` (the author does not say) and `NONE` (the author says that there is
/// none) where other formats can only leave a field out. Scores, validation and conversion need the difference.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Claim<T = Text> {
    /// The field is not there.
    #[default]
    Absent,
    /// `NOASSERTION`: no attempt was made to find out, or it failed, or the author does not tell.
    NoAssertion,
    /// `NONE`: the author says that there is nothing.
    None,
    /// A value.
    Known(T),
}

impl<T> Claim<T> {
    /// The value, where one is known.
    pub const fn known(&self) -> Option<&T> {
        match self {
            Self::Known(value) => Some(value),
            _ => None,
        }
    }

    /// Whether the document leaves the field out.
    pub const fn is_absent(&self) -> bool {
        matches!(self, Self::Absent)
    }

    /// Whether a value is known.
    pub const fn is_known(&self) -> bool {
        matches!(self, Self::Known(_))
    }
}

impl Claim<Text> {
    /// Reads SPDX 2 text: `NOASSERTION` and `NONE` are what they say, anything else is a value.
    #[must_use]
    pub fn from_spdx(text: &str) -> Self {
        match text {
            "NOASSERTION" => Self::NoAssertion,
            "NONE" => Self::None,
            _ => Self::Known(text.into()),
        }
    }

    /// SPDX 2 text, or nothing where the field is absent.
    #[must_use]
    pub fn to_spdx(&self) -> Option<&str> {
        match self {
            Self::Absent => None,
            Self::NoAssertion => Some("NOASSERTION"),
            Self::None => Some("NONE"),
            Self::Known(text) => Some(text),
        }
    }

    /// The known text.
    #[must_use]
    pub fn text(&self) -> Option<&str> {
        self.known().map(|text| &**text)
    }
}

impl From<&str> for Claim<Text> {
    /// As [`Claim::from_spdx`].
    fn from(text: &str) -> Self {
        Self::from_spdx(text)
    }
}

impl From<Option<String>> for Claim<Text> {
    /// As [`Claim::from_spdx`]; nothing is [`Claim::Absent`].
    fn from(text: Option<String>) -> Self {
        text.map_or(Self::Absent, |text| Self::from_spdx(&text))
    }
}
