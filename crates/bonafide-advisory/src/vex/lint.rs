//! What is wrong with a document.

use std::collections::{HashMap, HashSet};

use bonafide_ident::{Cpe, Purl, Vers};
use bonafide_report::{Finding, Place, Rule, Sink};

use super::fields::short;

use super::{
    Document, Flaw, Format, Identifier, Software, Statement, Status, Versions, cyclonedx, openvex, rules,
};

/// Judges a document: what the reader found odd, and what follows from the statements. Near linear in their number.
///
/// Places have no file: the caller knows it.
pub fn lint(document: &Document, sink: &mut dyn Sink) {
    for fault in &document.faults {
        sink.push(fault.clone());
    }
    let mut judged: HashSet<*const super::Product> = HashSet::new();
    for statement in &document.statements {
        flaws(statement, sink);
        words(document, statement, sink);
        for product in &statement.products {
            // A CSAF document speaks of one product often; it is judged once.
            if judged.insert(std::sync::Arc::as_ptr(product)) {
                let softwares =
                    std::iter::once(&product.software).chain(&product.subcomponents).chain(&product.within);
                for software in softwares {
                    identifiers(document, statement, software, sink);
                }
            }
        }
    }
    against_each_other(document, sink);
}

fn at(statement: &Statement) -> Place {
    Place::default().pointer(&*statement.pointer).line(statement.line)
}

fn tell(sink: &mut dyn Sink, rule: &'static Rule, statement: &Statement, message: impl Into<String>) {
    let finding = Finding::new(rule, at(statement), message).subject(&*statement.vulnerability.name);
    sink.push(finding);
}

fn flaws(statement: &Statement, sink: &mut dyn Sink) {
    for flaw in &statement.flaws {
        if *flaw == Flaw::NoProduct
            && statement.products.iter().any(|product| product.software.label.is_some())
        {
            let names: Vec<&str> = statement
                .products
                .iter()
                .take(3)
                .filter_map(|product| product.software.label.as_deref())
                .collect();
            let message = format!("no identifier says what `{}` is", short(&names.join("`, `")));
            tell(sink, &rules::UNIDENTIFIED, statement, message);
            continue;
        }
        let rule = match flaw {
            Flaw::NoVulnerability => &rules::NO_VULNERABILITY,
            Flaw::NoProduct => &rules::NO_PRODUCT,
            Flaw::NoStatus => &rules::MISSING_FIELD,
            Flaw::UnknownStatus(_) => &rules::UNKNOWN_STATUS,
            Flaw::Withdrawn(_) => &rules::WITHDRAWN,
            Flaw::Unjustified => &rules::UNJUSTIFIED,
            Flaw::RepeatedKey(_) => &rules::REPEATED_KEY,
            // The reader has told these where they stand.
            Flaw::Contradiction(_) | Flaw::Timestamp(_) => continue,
        };
        let message = match flaw {
            Flaw::NoStatus => "`status` is missing".to_owned(),
            _ => flaw.to_string(),
        };
        tell(sink, rule, statement, message);
    }
}

fn words(document: &Document, statement: &Statement, sink: &mut dyn Sink) {
    let known: &[&str] = match document.format {
        Format::CycloneDx => &cyclonedx::JUSTIFICATIONS,
        _ => &openvex::JUSTIFICATIONS,
    };
    if let Some(word) = &statement.justification {
        let false_positive = document.format == Format::CycloneDx && &**word == "false_positive";
        if !known.contains(&&**word) && !false_positive {
            let near = openvex::JUSTIFICATIONS
                .iter()
                .chain(&cyclonedx::JUSTIFICATIONS)
                .any(|other| other == &&**word);
            let why = if near { ": it is a word of another format" } else { "" };
            let word = short(word);
            let message = format!("`{word}` is no justification of {}{why}", document.format);
            tell(sink, &rules::UNKNOWN_JUSTIFICATION, statement, message);
        } else if statement.status.is_some_and(|status| status != Status::NotAffected) && !false_positive {
            let status = statement.status.map_or("", Status::as_str);
            let message = format!("a statement that says {status} has the justification `{word}`");
            tell(sink, &rules::MISPLACED_JUSTIFICATION, statement, message);
        }
    }
    let silent = statement.action.is_none() && statement.status == Some(Status::Affected);
    if silent && document.format != Format::CycloneDx {
        let field = if document.format == Format::Csaf { "a remediation" } else { "`action_statement`" };
        tell(sink, &rules::NO_ACTION, statement, format!("it says affected without {field}"));
    }
}

fn identifiers(document: &Document, statement: &Statement, software: &Software, sink: &mut dyn Sink) {
    for identifier in &software.identifiers {
        let wrong = match identifier {
            Identifier::Purl(text) => Purl::parse(text).err().map(|error| error.to_string()),
            Identifier::Cpe(text) => text.parse::<Cpe>().err().map(|error| error.to_string()),
            Identifier::Hash { algorithm, value } => hash_fault(algorithm, value),
            Identifier::Link(_) => None,
        };
        if let Some(reason) = wrong {
            let message = format!("`{}`: {reason}", short(&identifier.to_string()));
            tell(sink, &rules::IDENTIFIER, statement, message);
        }
    }
    for versions in &software.versions {
        let wrong = match versions {
            Versions::Exact(_) => None,
            Versions::Unreadable => Some("a version or a range should stand here".to_owned()),
            Versions::Range(text) if text.starts_with("vers:") => {
                Vers::parse_canonical(text).err().map(|error| format!("`{}`: {error}", short(text)))
            }
            // CSAF's own shorthand: `<=1.14.0`.
            Versions::Range(text)
                if document.format == Format::Csaf && text.starts_with(['<', '>', '=', '!', '*']) =>
            {
                Vers::parse(&format!("vers:generic/{text}"))
                    .err()
                    .map(|error| format!("`{}`: {error}", short(text)))
            }
            Versions::Range(text) => Some(format!("`{}` is no VERS range", short(text))),
        };
        if let Some(message) = wrong {
            tell(sink, &rules::VERSION_RANGE, statement, message);
        }
    }
}

fn hash_fault(algorithm: &str, value: &str) -> Option<String> {
    let digits = match algorithm {
        "md5" => 32,
        "sha1" => 40,
        "sha3224" | "sha224" => 56,
        "sha256" | "sha3256" | "blake2s256" | "blake2b256" | "blake3" => 64,
        "sha384" | "sha3384" | "blake2b384" => 96,
        "sha512" | "sha3512" | "blake2b512" => 128,
        _ => return Some("the algorithm is not known".to_owned()),
    };
    let good = value.len() == digits && value.bytes().all(|byte| byte.is_ascii_hexdigit());
    (!good).then(|| format!("{digits} hexadecimal digits are needed"))
}

/// Statements of the same vulnerability and product at the same time that say different things, and those that say the same.
fn against_each_other(document: &Document, sink: &mut dyn Sink) {
    if document.format == Format::Csaf {
        // The reader has told what a CSAF document says twice.
        return;
    }
    // One entry a product: its statement so far. Keys are ordered texts, so that equal products are equal keys.
    let mut seen: HashMap<(String, &super::Product), Vec<&Statement>> = HashMap::new();
    let mut told: HashSet<*const Statement> = HashSet::new();
    for statement in &document.statements {
        let Some(status) = statement.status.filter(|_| !statement.vulnerability.name.is_empty()) else {
            continue;
        };
        for product in &statement.products {
            let key = (statement.vulnerability.name.to_ascii_lowercase(), &**product);
            let earlier = seen.entry(key).or_default();
            for other in earlier.iter() {
                let instant =
                    |statement: &Statement| statement.timestamp.as_ref().and_then(|moment| moment.instant);
                if instant(other) != instant(statement) || !told.insert(std::ptr::from_ref(statement)) {
                    continue;
                }
                if other.status != Some(status) {
                    let message = format!(
                        "it says {status}, and the statement on line {} says {} of the same product at the same time",
                        other.line,
                        other.status.map_or("nothing", Status::as_str),
                    );
                    tell(sink, &rules::CONTRADICTION, statement, message);
                } else if statement.vulnerability == other.vulnerability {
                    let message = format!("the statement on line {} says the same", other.line);
                    tell(sink, &rules::REPEATED_STATEMENT, statement, message);
                }
            }
            if earlier.len() < 8 {
                earlier.push(statement);
            }
        }
    }
}
