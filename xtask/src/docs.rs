//! The book: its table of contents is whole, its rule pages are listed, its links lead somewhere.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

/// The heading in `SUMMARY.md` below which the rule pages are listed, one line each, by this program.
const RULES_HEADING: &str = "# Rules";

/// Whether the generated part is written or only compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Mode {
    /// Compare.
    Check,
    /// Write.
    Write,
}

/// Checks the book, or writes its generated part first.
///
/// # Errors
/// A text that lists everything that is wrong.
pub(crate) fn run(root: &Path, mode: Mode) -> Result<String, String> {
    let source = root.join("docs/src");
    let mut wrong = Vec::new();
    let summary_path = source.join("SUMMARY.md");
    let summary = read(&summary_path)?;
    let wanted = with_rules(&summary, &source)?;
    if summary != wanted {
        match mode {
            Mode::Write => fs::write(&summary_path, &wanted).map_err(|error| error.to_string())?,
            Mode::Check => wrong
                .push("docs/src/SUMMARY.md: the list of rules is old: `cargo xtask docs --write`".to_owned()),
        }
    }
    let mut pages = Vec::new();
    collect(&source, &mut pages)?;
    let listed: BTreeSet<PathBuf> = links(&wanted)
        .into_iter()
        .map(|(_, link)| source.join(link.split('#').next().unwrap_or_default()))
        .collect();
    for page in &pages {
        if !page.ends_with("SUMMARY.md") && !listed.contains(page) {
            wrong.push(format!("{}: is not in SUMMARY.md", shown(root, page)));
        }
    }
    for name in [
        "README.md",
        "ARCHITECTURE.md",
        "CONTRIBUTING.md",
        "CHANGELOG.md",
        "SECURITY.md",
        "docs/cpython-differences.md",
    ] {
        let page = root.join(name);
        if page.exists() && !pages.contains(&page) {
            pages.push(page);
        }
    }
    let mut count = 0;
    for page in &pages {
        let text = read(page)?;
        for (line, link) in links(&text) {
            count += 1;
            if let Some(fault) = broken(page, &text, &link) {
                wrong.push(format!("{}:{line}: {fault}", shown(root, page)));
            }
        }
    }
    if wrong.is_empty() {
        Ok(format!("docs: {} pages, {count} links, none broken", pages.len()))
    } else {
        Err(format!("docs: {} wrong\n  {}", wrong.len(), wrong.join("\n  ")))
    }
}

/// The table of contents with the rule pages as the folder has them.
fn with_rules(summary: &str, source: &Path) -> Result<String, String> {
    let Some(head) = summary.find(RULES_HEADING) else {
        return Err(format!("docs/src/SUMMARY.md: has no heading `{RULES_HEADING}`"));
    };
    let mut pages = Vec::new();
    collect(&source.join("rules"), &mut pages)?;
    let mut text = format!("{}{RULES_HEADING}\n\n", &summary[..head]);
    for page in pages {
        let name = page.file_stem().unwrap_or_default().to_string_lossy();
        text.push_str(&format!("- [{name}](rules/{name}.md)\n"));
    }
    Ok(text)
}

fn broken(page: &Path, text: &str, link: &str) -> Option<String> {
    if link.contains("://") || link.starts_with("mailto:") {
        return None;
    }
    let (file, anchor) = link.split_once('#').map_or((link, None), |(file, anchor)| (file, Some(anchor)));
    let target = if file.is_empty() { page.to_path_buf() } else { page.parent()?.join(file) };
    if !target.exists() {
        return Some(format!("`{link}` leads nowhere"));
    }
    let anchor = anchor?;
    let there = if file.is_empty() { text.to_owned() } else { fs::read_to_string(&target).ok()? };
    let known = there.lines().filter(|line| line.starts_with('#')).any(|line| slug(line) == anchor);
    (!known).then(|| format!("`{link}`: no such heading"))
}

/// A heading's anchor as mdbook makes it: lower case, spaces to dashes, other marks left out.
fn slug(heading: &str) -> String {
    heading
        .trim_start_matches('#')
        .trim()
        .chars()
        .filter_map(|c| match c {
            ' ' => Some('-'),
            c if c.is_alphanumeric() || c == '-' || c == '_' => Some(c.to_ascii_lowercase()),
            _ => None,
        })
        .collect()
}

/// The inline links of a page with their lines; code blocks and code spans left out.
fn links(text: &str) -> Vec<(usize, String)> {
    let mut links = Vec::new();
    let mut fenced = false;
    for (index, line) in text.lines().enumerate() {
        if line.trim_start().starts_with("```") {
            fenced = !fenced;
        }
        if fenced {
            continue;
        }
        let bare: String = line.split('`').step_by(2).collect::<Vec<_>>().join("`");
        let mut rest = bare.as_str();
        while let Some(at) = rest.find("](") {
            rest = &rest[at + 2..];
            if let Some(end) = rest.find(')') {
                links.push((index + 1, rest[..end].to_owned()));
                rest = &rest[end..];
            }
        }
    }
    links
}

fn collect(folder: &Path, pages: &mut Vec<PathBuf>) -> Result<(), String> {
    let entries = fs::read_dir(folder).map_err(|error| format!("{}: {error}", folder.display()))?;
    let mut paths: Vec<PathBuf> = entries.filter_map(|entry| Some(entry.ok()?.path())).collect();
    paths.sort();
    for path in paths {
        if path.is_dir() {
            collect(&path, pages)?;
        } else if path.extension().is_some_and(|extension| extension == "md") {
            pages.push(path);
        }
    }
    Ok(())
}

fn shown(root: &Path, path: &Path) -> String {
    path.strip_prefix(root).unwrap_or(path).display().to_string()
}

fn read(path: &Path) -> Result<String, String> {
    fs::read_to_string(path).map_err(|error| format!("{}: {error}", path.display()))
}
