//! `bonafide id …`

use std::cmp::Ordering;
use std::error::Error;
use std::fmt::Display;
use std::str::FromStr;

use bonafide_ident::{Cpe, GitBlob, Purl, Scheme, Swhid, Vers, npm, pypi};
use bonafide_report::printable;
use serde_json::{Map, Value, json};

use crate::cli::id::{
    CompareArgs, Conversion, ConvertArgs, IdCommand, IdKind, MatchArgs, MatchKind, NormalizeArgs, ParseArgs,
    PartsFormat,
};
use crate::exit::Exit;
use crate::failure::Failure;
use crate::ui::Ui;
use crate::written;

/// Runs one of them.
pub(crate) fn run(ui: &Ui, command: &IdCommand) -> Result<Exit, Failure> {
    match command {
        IdCommand::Parse(args) => parse(ui, args),
        IdCommand::Normalize(args) => normalize(ui, args),
        IdCommand::Match(args) => matches(ui, args),
        IdCommand::Compare(args) => compare(ui, args),
        IdCommand::Convert(ConvertArgs { conversion }) => convert(ui, conversion),
    }
}

/// Reads an argument; one that is not valid ends the command with exit code 4.
fn read<T>(text: &str) -> Result<T, Failure>
where
    T: FromStr<Err: Error + 'static>,
{
    text.parse().map_err(|error| invalid(text, &error))
}

fn invalid(text: &str, error: &(dyn Error + 'static)) -> Failure {
    let shown: String = text.chars().take(200).collect();
    Failure::input(format!("failed to read `{}`", printable(&shown))).because(error)
}

fn scheme(name: &str) -> Result<Scheme, Failure> {
    name.parse().map_err(|error: bonafide_ident::VersionError| {
        let names: Vec<&str> = Scheme::ALL.iter().map(|scheme| scheme.name()).collect();
        Failure::usage(format!("{error}")).hint(format!("there are {}", names.join(", ")))
    })
}

fn print(ui: &Ui, answer: impl Display) -> Result<Exit, Failure> {
    written(ui.out(|out| writeln!(out, "{answer}")))?;
    Ok(Exit::Clean)
}

fn python_name(text: &str) -> Result<String, Failure> {
    if pypi::is_name(text) {
        Ok(pypi::normalize(text))
    } else {
        let shown: String = text.chars().take(200).collect();
        Err(Failure::input(format!("`{}` is no name of a Python project", printable(&shown)))
            .hint("ASCII letters, digits, `-`, `_` and `.`, a letter or digit at both ends"))
    }
}

fn normalize(ui: &Ui, args: &NormalizeArgs) -> Result<Exit, Failure> {
    match args.kind {
        IdKind::Purl => print(ui, read::<Purl>(&args.text)?),
        IdKind::Cpe => print(ui, read::<Cpe>(&args.text)?),
        IdKind::Vers => print(ui, read::<Vers>(&args.text)?),
        IdKind::Swhid => print(ui, read::<Swhid>(&args.text)?),
        IdKind::Pypi => print(ui, python_name(&args.text)?),
    }
}

fn matches(ui: &Ui, args: &MatchArgs) -> Result<Exit, Failure> {
    let holds = match args.kind {
        MatchKind::Vers => {
            let range: Vers = read(&args.pattern)?;
            range.contains_text(&args.text).map_err(|error| invalid(&args.text, &error))?
        }
        MatchKind::Npm => {
            let range = npm::Range::parse(&args.pattern).map_err(|error| invalid(&args.pattern, &error))?;
            range.contains(&args.text).map_err(|error| invalid(&args.text, &error))?
        }
        MatchKind::Cpe => {
            let (source, target): (Cpe, Cpe) = (read(&args.pattern)?, read(&args.text)?);
            for (attribute, relation) in source.relations(&target) {
                ui.detail(&format!("{attribute}: {relation}"));
            }
            let relation = source.relation(&target);
            ui.detail(&format!("the names: {relation}"));
            relation.is_match()
        }
        MatchKind::Purl => {
            let (general, special): (Purl, Purl) = (read(&args.pattern)?, read(&args.text)?);
            let covers = general.covers(&special);
            if let Err(mismatch) = &covers {
                ui.detail(&format!("differs: {mismatch}"));
            }
            covers.is_ok()
        }
    };
    print(ui, holds)?;
    Ok(if holds { Exit::Clean } else { Exit::Findings })
}

fn compare(ui: &Ui, args: &CompareArgs) -> Result<Exit, Failure> {
    let scheme = scheme(&args.scheme)?;
    for text in [&args.left, &args.right] {
        scheme.parse(text).map_err(|error| invalid(text, &error))?;
    }
    let order = scheme.compare(&args.left, &args.right).map_err(|error| invalid(&args.left, &error))?;
    print(
        ui,
        match order {
            Ordering::Less => -1,
            Ordering::Equal => 0,
            Ordering::Greater => 1,
        },
    )
}

fn convert(ui: &Ui, conversion: &Conversion) -> Result<Exit, Failure> {
    match conversion {
        Conversion::Range { scheme: name, range } => {
            let converted =
                Vers::from_native(scheme(name)?, range).map_err(|error| invalid(range, &error))?;
            print(ui, converted)
        }
        Conversion::Blob { blob } => print(ui, Swhid::from(read::<GitBlob>(blob)?)),
    }
}

fn parse(ui: &Ui, args: &ParseArgs) -> Result<Exit, Failure> {
    let parts = match args.kind {
        IdKind::Purl => purl_parts(&read(&args.text)?),
        IdKind::Cpe => {
            let cpe: Cpe = read(&args.text)?;
            cpe.attributes().map(|(name, value)| (name.to_owned(), value.to_string().into())).collect()
        }
        IdKind::Vers => vers_parts(&read(&args.text)?),
        IdKind::Swhid => swhid_parts(&read(&args.text)?),
        IdKind::Pypi => Map::from_iter([("name".to_owned(), python_name(&args.text)?.into())]),
    };
    if args.format == PartsFormat::Json {
        return print(ui, Value::Object(parts));
    }
    let width = parts.keys().map(String::len).max().unwrap_or_default();
    written(ui.out(|out| {
        parts.iter().try_for_each(|(name, value)| {
            let value = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
            writeln!(out, "{name:width$}  {}", printable(&value))
        })
    }))?;
    Ok(Exit::Clean)
}

fn purl_parts(purl: &Purl) -> Map<String, Value> {
    let mut parts = Map::new();
    let given = [
        ("type", Some(purl.ty())),
        ("namespace", purl.namespace()),
        ("name", Some(purl.name())),
        ("version", purl.version()),
        ("subpath", purl.subpath()),
    ];
    for (name, value) in given {
        if let Some(value) = value {
            parts.insert(name.into(), value.into());
        }
    }
    let qualifiers: Map<String, Value> =
        purl.qualifiers().map(|(key, value)| (key.to_owned(), value.into())).collect();
    if !qualifiers.is_empty() {
        parts.insert("qualifiers".into(), Value::Object(qualifiers));
    }
    parts
}

fn vers_parts(range: &Vers) -> Map<String, Value> {
    let mut parts = Map::new();
    if let Some(scheme) = range.scheme() {
        parts.insert("type".into(), scheme.name().into());
    }
    let constraints = range.constraints().iter().map(|constraint| {
        let sign = Some(constraint.comparator().as_str()).filter(|sign| !sign.is_empty()).unwrap_or("=");
        json!({"comparator": sign, "version": constraint.version().as_str()})
    });
    parts.insert("constraints".into(), constraints.collect());
    parts
}

fn swhid_parts(id: &Swhid) -> Map<String, Value> {
    let mut parts = Map::new();
    parts.insert("type".into(), id.kind().name().into());
    parts.insert("digest".into(), id.digest().into());
    parts.extend(id.qualifiers().map(|(key, value)| (key.to_owned(), value.into())));
    parts
}
