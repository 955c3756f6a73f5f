//! Licence expressions that packages state of themselves.

/// The text, if it is a valid SPDX licence expression; `None` for anything else, for a document must not hold it then.
pub(crate) fn expression(text: &str) -> Option<String> {
    let text = text.trim();
    spdx::Expression::parse(text).ok().map(|_| text.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_spdx_expressions_are_taken() {
        assert_eq!(expression(" MIT OR Apache-2.0 ").as_deref(), Some("MIT OR Apache-2.0"));
        for text in ["", "BSD", "The MIT License", "UNKNOWN", "MIT or so"] {
            assert_eq!(expression(text), None, "{text}");
        }
    }
}
