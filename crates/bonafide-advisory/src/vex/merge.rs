//! One OpenVEX document of many documents of any format.
//!
//! Every statement is kept with its own time, none twice; the order of the documents has no weight, and merging the result in
//! again changes nothing. Package URLs and CPE names of a CSAF product tree, and what a `bom-ref` stands for, are written out.

use std::collections::BTreeSet;

use bonafide_report::{Finding, Place};
use jiff::Timestamp;

use super::rules::LEFT_OUT;
use super::write::Said;
use super::{Document, OpenVex};

/// Between the names of several authors.
const BETWEEN: &str = "; ";

/// How a document is to be made.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// Who says so. Default: the authors of the documents.
    pub author: Option<String>,
    /// When the document is made. Default: when the newest statement was.
    pub timestamp: Option<Timestamp>,
    /// The program, for the field `tooling`.
    pub tooling: Option<String>,
}

/// What merging came to.
#[derive(Clone, Debug)]
pub struct Merged {
    /// The document.
    pub document: OpenVex,
    /// Statements that were there more than once.
    pub repeated: usize,
    /// Statements that could not be written, each named.
    pub left_out: Vec<Finding>,
}

/// Merges documents, each with the name of the place it comes from. Linear, save for sorting.
#[must_use]
pub fn merge(documents: &[(String, Document)], options: &Options) -> Merged {
    let mut statements = Vec::new();
    let mut left_out = Vec::new();
    let mut authors: BTreeSet<&str> = BTreeSet::new();
    let mut newest: Option<Timestamp> = None;
    for (name, document) in documents {
        let author = document.author.as_deref().unwrap_or_default();
        authors.extend(author.split(BETWEEN).map(str::trim).filter(|author| !author.is_empty()));
        for statement in &document.statements {
            match Said::of(statement) {
                Ok(said) => {
                    newest = newest.max(statement.timestamp.as_ref().and_then(|moment| moment.instant));
                    statements.push(said);
                }
                Err(why) => {
                    let place = Place::file(name).pointer(&*statement.pointer).line(statement.line);
                    left_out
                        .push(Finding::new(&LEFT_OUT, place, why).subject(&*statement.vulnerability.name));
                }
            }
        }
    }
    let author =
        options.author.clone().unwrap_or_else(|| authors.into_iter().collect::<Vec<_>>().join(BETWEEN));
    let author = if author.is_empty() { "unknown".to_owned() } else { author };
    let timestamp = options.timestamp.or(newest).unwrap_or(Timestamp::UNIX_EPOCH).to_string();
    let before = statements.len();
    let document = OpenVex::new(author, timestamp, options.tooling.clone(), statements);
    Merged { repeated: before - document.len(), document, left_out }
}
