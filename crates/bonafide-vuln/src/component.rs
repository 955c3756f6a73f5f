//! What is matched: a component as the scan sees it.

/// A piece of software with everything that can identify it to an advisory or a VEX statement.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Component {
    /// The name as its document spells it.
    pub name: String,
    /// The version text; empty text is no version.
    pub version: Option<String>,
    /// Package URLs, canonical where they parse, as they stand where they do not; the first one names the component.
    pub purls: Vec<String>,
    /// CPE names as they stand.
    pub cpes: Vec<String>,
    /// Digests of its archive or file, `(algorithm in lower case without dashes, lower-case hex)`.
    pub digests: Vec<(String, String)>,
    /// The indices of the components that contain it or depend on it in its document: the products of which it is a
    /// subcomponent to a VEX statement.
    pub parents: Vec<usize>,
    /// The input that named it, as given on the command line.
    pub input: String,
}
