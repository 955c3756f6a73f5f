//! `bonafide sbom score`

use std::io::{self, Write};

use bonafide_report::printable;
use bonafide_sbom::Format;
use bonafide_sbom::score::{Check, Context, Scheme, Score, Signature, lacking, schemes, score, validity};
use serde_json::{Value, json};

use crate::cli::sbom::{SchemeName, ScoreArgs, ScoreFormat};
use crate::commands::sbom::input;
use crate::environment::Environment;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::ui::Ui;
use crate::written;

/// The name of the JSON that is written.
const SCHEMA: &str = "urn:bonafide:sbom-score:1";

/// The scheme whose answer also says which minimum elements are missing.
const NTIA: &str = "ntia";

/// One file and what came of it.
struct Scored {
    file: String,
    result: Result<Answers, Failure>,
}

/// What came of a document that could be read.
struct Answers {
    /// `SPDX 2.3`.
    format: String,
    scores: Vec<Score>,
    /// The minimum elements that are missing, as the NTIA's own checker counts them; told with the scheme `ntia`.
    lacking: Vec<&'static str>,
}

/// Scores each file. One that cannot be read is told and does not keep the others from being scored.
pub(crate) fn run(ui: &Ui, environment: &Environment, args: &ScoreArgs) -> Result<Exit, Failure> {
    let now = environment.build_time().map_err(Failure::usage)?.unwrap_or_else(Environment::now).as_second();
    let schemes = chosen(&args.scheme);
    let mut refused = 0_usize;
    let mut low = 0_usize;
    let mut all = Vec::new();
    written(ui.out(|out| {
        for path in &args.files {
            let scored = Scored { file: input::shown(path), result: scores(path, now, &schemes) };
            match &scored.result {
                Err(_) => refused += 1,
                Ok(answers) => low += answers.scores.iter().filter(|score| is_low(score, args)).count(),
            }
            match args.format {
                ScoreFormat::Text => text(out, &scored)?,
                ScoreFormat::Jsonl => {
                    objects(&scored).iter().try_for_each(|object| writeln!(out, "{object}"))?
                }
                ScoreFormat::Json => all.extend(objects(&scored)),
            }
            if let Err(failure) = &scored.result {
                ui.failure(failure);
            }
        }
        if args.format == ScoreFormat::Json {
            writeln!(out, "{:#}", json!({"schema": SCHEMA, "scores": all}))?;
        }
        Ok(())
    }))?;
    if let Some(min) = args.min {
        let which = if args.exact { "score" } else { "strict score" };
        if low > 0 {
            ui.say(&format!("{low} of {} below a {which} of {min}", args.files.len() * schemes.len()));
        }
        return Ok(if low + refused > 0 { Exit::Findings } else { Exit::Clean });
    }
    Ok(match refused {
        0 => Exit::Clean,
        all if all == args.files.len() => Exit::Input,
        _ => Exit::Incomplete,
    })
}

/// The schemes that were asked for, each once, in the order of the question.
fn chosen(names: &[SchemeName]) -> Vec<&'static Scheme> {
    let mut chosen: Vec<&'static Scheme> = Vec::new();
    for name in names {
        let more: Vec<&'static Scheme> = match name {
            SchemeName::All => schemes().iter().collect(),
            SchemeName::One(scheme) => vec![*scheme],
        };
        for scheme in more {
            if !chosen.contains(&scheme) {
                chosen.push(scheme);
            }
        }
    }
    chosen
}

fn is_low(score: &Score, args: &ScoreArgs) -> bool {
    let held = if args.exact { score.score } else { score.strict };
    // Sums of shares may miss a round number by a rounding.
    args.min.is_some_and(|min| held < min - 1e-9)
}

fn scores(path: &std::path::Path, now: i64, schemes: &[&'static Scheme]) -> Result<Answers, Failure> {
    let bytes = input::text(path)?;
    let document = bonafide_sbom::read(&bytes).map_err(|error| {
        Failure::input(format!("failed to read `{}`", input::shown(path))).because(&error)
    })?;
    let schema = validity(&bytes, &document);
    let context = Context { now, schema, signature: Signature::Unchecked };
    let family = if document.format == Format::CycloneDx { "CycloneDX" } else { "SPDX" };
    Ok(Answers {
        format: format!("{family} {}", document.version),
        scores: score(&document, &context, schemes),
        lacking: lacking(&document),
    })
}

fn objects(scored: &Scored) -> Vec<Value> {
    match &scored.result {
        Ok(answers) => {
            answers.scores.iter().map(|score| object(&scored.file, score, &answers.lacking)).collect()
        }
        Err(failure) => {
            let mut error = failure.what.clone();
            for cause in &failure.causes {
                error.push_str(": ");
                error.push_str(cause);
            }
            vec![json!({"file": scored.file, "error": error})]
        }
    }
}

fn object(file: &str, score: &Score, lacking: &[&str]) -> Value {
    let checks: Vec<Value> = score.checks.iter().map(check).collect();
    let mut object = json!({
        "file": file,
        "scheme": score.scheme.id,
        "score": score.score,
        "strict": score.strict,
        "grade": score.grade.to_string(),
        "ceiling": score.ceiling,
        "checks": checks,
    });
    if score.scheme.id == NTIA {
        object["lacks"] = json!(lacking);
    }
    object
}

fn check(check: &Check) -> Value {
    json!({
        "id": check.id,
        "group": check.group,
        "score": check.score,
        "strict": check.strict,
        "weight": check.weight,
        "judged": check.judged,
        "components": check.components.map(|(have, all)| json!({"have": have, "of": all})),
        "remedy": check.remedy,
    })
}

fn text(out: &mut dyn Write, scored: &Scored) -> io::Result<()> {
    let Ok(Answers { format, scores, lacking }) = &scored.result else { return Ok(()) };
    writeln!(out, "{}", printable(&scored.file))?;
    let wide = scores.iter().map(|score| score.scheme.id.len()).max().unwrap_or_default();
    for score in scores {
        writeln!(
            out,
            "{:wide$}  {:5.2} {}   strict {:5.2}   at most {:5.2} in {}",
            score.scheme.id,
            score.score,
            score.grade,
            score.strict,
            score.ceiling,
            printable(format),
        )?;
        if score.scheme.id == NTIA && !lacking.is_empty() {
            writeln!(out, "  lacks, as the NTIA's checker counts: {}", lacking.join(", "))?;
        }
        let mut lost: Vec<(&Check, f64)> = score
            .checks
            .iter()
            .map(|check| (check, check.weight * (10.0 - check.strict)))
            .filter(|(_, lost)| *lost > 0.0)
            .collect();
        lost.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.group.cmp(b.0.group)).then(a.0.id.cmp(b.0.id)));
        let wide = lost.iter().map(|(check, _)| check.id.len()).max().unwrap_or_default();
        for (check, lost) in lost {
            let have = check.components.map_or_else(String::new, |(have, all)| format!("{have} of {all}"));
            let fooled = if check.score - check.strict > 1e-9 { "strict only: " } else { "" };
            writeln!(
                out,
                "  -{lost:4.2}  {:wide$}  {have:>11}  {fooled}{}",
                check.id,
                check.remedy.unwrap_or_default()
            )?;
        }
    }
    Ok(())
}
