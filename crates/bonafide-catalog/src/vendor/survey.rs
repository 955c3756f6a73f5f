//! Which file belongs to which package, and what is wrong with that.

use std::collections::{BTreeMap, BTreeSet};

use bonafide_ident::{DigestKinds, Hasher};
use bonafide_report::{Finding, Place};

use super::export::LineEnds;
use super::git::Attributes;
use super::names::{attributes_pattern, shell_word};
use super::rules;
use super::tree::{Content, Node, Tree, text};
use super::{Request, VendorError};
use crate::config::{Located, Package};
use crate::glob::Glob;

/// A file of a package.
#[derive(Debug)]
pub(super) struct OwnedFile {
    /// Below the root.
    pub path: Vec<u8>,
    /// The path as text, without loss.
    pub name: String,
    /// The package's index in the configuration.
    pub package: usize,
    /// Digests and attributes.
    pub content: Content,
    /// Its SPDX id in the base document, unique among files.
    pub id: String,
}

/// All files of all packages.
#[derive(Debug, Default)]
pub(super) struct Survey {
    /// In the order of the document: by name of the package, by pattern, by path.
    pub files: Vec<OwnedFile>,
    /// Everything that the patterns can see, files that are no package's included.
    pub nodes: BTreeMap<Vec<u8>, Node>,
    /// Files that a package matches and that cannot go into the document; a finding says why.
    pub refused: BTreeSet<String>,
}

/// An SPDX id: every run of characters other than letters, digits, `.` and `-` becomes one `-`.
///
/// Source: `spdx_id` of CPython's `Tools/build/generate_sbom.py`, 3.13.5.
pub(super) fn spdx_id(text: &str) -> String {
    let mut id = String::with_capacity(text.len());
    let mut replaced = false;
    for character in text.chars() {
        if character.is_ascii_alphanumeric() || matches!(character, '.' | '-') {
            id.push(character);
            replaced = false;
        } else if !replaced {
            id.push('-');
            replaced = true;
        }
    }
    id
}

/// Looks at the tree through the eyes of the configuration.
pub(super) fn survey(
    request: &Request<'_>,
    tree: &mut Tree,
    findings: &mut Vec<Finding>,
) -> Result<Survey, VendorError> {
    let config = request.config;
    let includes = || config.packages.iter().flat_map(|package| &package.include).map(|glob| &glob.value);
    let neighbourhoods: Vec<Glob> = includes().filter_map(Glob::neighbourhood).collect();
    let mut patterns: Vec<&Glob> = includes().collect();
    patterns.extend(&neighbourhoods);
    patterns.extend(config.vendored.paths.iter().map(|glob| &glob.value));
    let nodes = tree.list(&patterns)?;

    let mut order: Vec<usize> = (0..config.packages.len()).collect();
    order.sort_by_key(|index| &config.packages[*index].name.value);
    let mut files = Vec::new();
    let mut refused = BTreeSet::new();
    let mut owners: BTreeMap<&[u8], usize> = BTreeMap::new();
    let mut mentioned: BTreeMap<&[u8], ()> = BTreeMap::new();
    for index in order {
        let package = &config.packages[index];
        let mut includes: Vec<&Located<Glob>> = package.include.iter().collect();
        includes.sort_by_key(|glob| glob.value.text());
        let mut dead = vec![true; package.exclude.len()];
        for include in includes {
            let mut matched = false;
            for (path, node) in &nodes {
                if !include.value.matches(path) {
                    link_around(request, package, include, path, *node, findings);
                    continue;
                }
                matched |= *node != Node::Missing;
                mentioned.insert(path, ());
                let mut excluded = false;
                for (at, exclude) in package.exclude.iter().enumerate() {
                    if exclude.value.matches(path) {
                        excluded = true;
                        dead[at] = false;
                    }
                }
                if excluded || owners.get(path.as_slice()) == Some(&index) {
                    continue;
                }
                if let Some(other) = owners.insert(path, index) {
                    findings.push(two_owners(request, &config.packages[other], package, path));
                    continue;
                }
                let name = text(path);
                let Some(content) = admit(tree, package, path, *node, findings) else {
                    refused.insert(name);
                    continue;
                };
                files.push(OwnedFile {
                    path: path.clone(),
                    name,
                    package: index,
                    content,
                    id: String::new(),
                });
            }
            if !matched {
                let near = near_path(include.value.text(), nodes.keys());
                findings.push(
                    Finding::new(
                        &rules::DEAD_INCLUDE,
                        Place::file(request.config_name).line(include.line),
                        format!(
                            "`{}` of {} matches no {}file",
                            include.value,
                            package.name.value,
                            tracked(tree)
                        ),
                    )
                    .subject(&package.name.value)
                    .remedy(match (tree.missing_submodule(&include.value), near) {
                        (Some(folder), _) => format!(
                            "`git submodule update --init -- {}`: its files are not here",
                            shell_word(&folder)
                        ),
                        (None, Some(near)) => {
                            format!("correct the pattern or delete it; did you mean `{near}`?")
                        }
                        (None, None) => "correct the pattern or delete it".to_owned(),
                    }),
                );
            }
        }
        for (exclude, _) in package.exclude.iter().zip(dead).filter(|(_, dead)| *dead) {
            findings.push(dead_exclude(request, package, exclude, &nodes));
        }
    }
    unowned(request, &neighbourhoods, &nodes, &mentioned, findings);
    give_ids(&mut files);
    patches(request, &files, findings);
    Ok(Survey { files, nodes, refused })
}

const fn tracked(tree: &Tree) -> &'static str {
    if tree.is_git() { "tracked " } else { "" }
}

/// A link in place of a folder that a pattern wants to look into.
fn link_around(
    request: &Request<'_>,
    package: &Package,
    include: &Located<Glob>,
    path: &[u8],
    node: Node,
    findings: &mut Vec<Finding>,
) {
    if node == Node::Symlink && (include.value.can_match_below(path) || include.value.folder() == path) {
        let message = format!(
            "`{}` of {} looks into a symbolic link, which is not followed",
            include.value, package.name.value
        );
        findings.push(
            Finding::new(&rules::VENDOR_SYMLINK, Place::file(text(path)), message)
                .subject(&package.name.value)
                .evidence(format!("{}:{}", request.config_name, include.line))
                .remedy("replace the link by the folder that it leads to, or exclude it"),
        );
    }
}

/// Whether a file can go into the document; says why not.
fn admit(
    tree: &mut Tree,
    package: &Package,
    path: &[u8],
    node: Node,
    findings: &mut Vec<Finding>,
) -> Option<Content> {
    let name = text(path);
    let (word, pattern) = (shell_word(path), attributes_pattern(path));
    let owner = &package.name.value;
    let mut say = |rule, message: String, remedy: String| {
        findings.push(Finding::new(rule, Place::file(&name), message).subject(owner).remedy(remedy));
    };
    match node {
        Node::File => {}
        Node::Untracked => {
            let message = format!("matches {owner}, but git does not track it");
            let remedy = format!("`git add -- {word}` if it is part of {owner}, else delete or ignore it");
            say(&rules::VENDOR_FILE_UNTRACKED, message, remedy);
            return None;
        }
        Node::Symlink => {
            let message = format!("matches {owner}, but is a symbolic link");
            let remedy = "replace it by the file that it leads to, or add it to `exclude`".to_owned();
            say(&rules::VENDOR_SYMLINK, message, remedy);
            return None;
        }
        Node::Special => {
            let message = format!("matches {owner}, but is no regular file");
            say(&rules::VENDOR_FILE_UNREADABLE, message, "remove it, or add it to `exclude`".to_owned());
            return None;
        }
        Node::Missing => {
            let message = format!("git tracks it as part of {owner}, but it is not in the work tree");
            let remedy = format!("`git checkout -- {word}`, or `git rm -- {word}` where upstream dropped it");
            say(&rules::VENDOR_FILE_MISSING, message, remedy);
            return None;
        }
    }
    let content = match tree.export(path) {
        Ok((_, content)) => content,
        Err(error) => {
            let remedy = "make it readable for this user".to_owned();
            say(&rules::VENDOR_FILE_UNREADABLE, format!("could not be read: {error}"), remedy);
            return None;
        }
    };
    let Attributes { export_ignore, export_subst, ident, filter, .. } = content.attributes;
    if export_ignore {
        let message =
            format!("belongs to {owner}, but has the attribute `export-ignore`: no release archive has it");
        let remedy = "take the attribute away in .gitattributes, or add the file to `exclude`".to_owned();
        say(&rules::EXPORT_IGNORED_FILE, message, remedy);
    }
    if export_subst {
        let message =
            "has the attribute `export-subst` and a `$Format:`: a release archive has other bytes".to_owned();
        let remedy = format!("add `{pattern} -export-subst` to .gitattributes");
        say(&rules::EXPORT_SUBSTITUTED_FILE, message, remedy);
    }
    for (attribute, _) in [("ident", ident), ("filter", filter)].into_iter().filter(|(_, is_set)| *is_set) {
        let message = format!("has the attribute `{attribute}`: what git exports may have other bytes");
        let remedy = format!("add `{pattern} -ident !filter` to .gitattributes");
        say(&rules::EXPORT_REWRITTEN_FILE, message, remedy);
    }
    match content.line_ends {
        LineEnds::Settled => {}
        LineEnds::Unsaid => {
            let message =
                "has CRLF line ends in the repository, and .gitattributes does not say that it should"
                    .to_owned();
            let remedy =
                format!("add `{pattern} -text` to .gitattributes to keep them, or `{pattern} text eol=lf`");
            say(&rules::CRLF_FILE, message, remedy);
        }
        LineEnds::NotNormalised => {
            let message =
                "was committed with CRLF line ends, and .gitattributes says that it is text with LF: it is \
                           exported with CRLF until somebody's commit changes it"
                    .to_owned();
            let remedy = format!(
                "`git add --renormalize -- {word}` makes it LF; or add `{pattern} -text` to .gitattributes to keep CRLF"
            );
            say(&rules::CRLF_FILE, message, remedy);
        }
    }
    Some(content)
}

fn two_owners(request: &Request<'_>, first: &Package, second: &Package, path: &[u8]) -> Finding {
    let name = text(path);
    let (first_name, second_name) = (&first.name.value, &second.name.value);
    Finding::new(
        &rules::VENDOR_TWO_OWNERS,
        Place::file(&name),
        format!("belongs to both {first_name} and {second_name}"),
    )
    .subject(second_name)
    .evidence(format!("{}:{}: {first_name}", request.config_name, first.name.line))
    .evidence(format!("{}:{}: {second_name}", request.config_name, second.name.line))
    .remedy(format!("add `{name}` to `exclude` of one of them"))
}

fn dead_exclude(
    request: &Request<'_>,
    package: &Package,
    exclude: &Located<Glob>,
    nodes: &BTreeMap<Vec<u8>, Node>,
) -> Finding {
    let place = Place::file(request.config_name).line(exclude.line);
    let name = &package.name.value;
    let candidates =
        nodes.keys().filter(|path| package.include.iter().any(|include| include.value.matches(path)));
    let near = near_path(exclude.value.text(), candidates);
    Finding::new(&rules::DEAD_EXCLUDE, place, format!("`{}` matches no file of {name}", exclude.value))
        .subject(name)
        .remedy(near.map_or_else(
            || "delete the line".to_owned(),
            |near| format!("delete the line; or did you mean `{near}`, which is published as {name}?"),
        ))
}

/// The path that was probably meant: the same file name in another folder, else the least different path.
fn near_path<'a>(wanted: &str, paths: impl Iterator<Item = &'a Vec<u8>>) -> Option<String> {
    let file_name = |path: &str| path.rsplit('/').next().unwrap_or("").to_owned();
    let mut best: Option<(usize, String)> = None;
    for path in paths {
        let path = text(path);
        let distance = if file_name(&path) == file_name(wanted) {
            0
        } else if path.len().abs_diff(wanted.len()) > 3 {
            continue;
        } else {
            strsim::damerau_levenshtein(&path, wanted)
        };
        if distance <= 3 && best.as_ref().is_none_or(|(least, _)| distance < *least) {
            best = Some((distance, path));
        }
    }
    best.map(|(_, path)| path)
}

fn unowned(
    request: &Request<'_>,
    neighbourhoods: &[Glob],
    nodes: &BTreeMap<Vec<u8>, Node>,
    mentioned: &BTreeMap<&[u8], ()>,
    findings: &mut Vec<Finding>,
) {
    let config = request.config;
    for (path, node) in nodes {
        let vendored = neighbourhoods.iter().any(|glob| glob.matches(path))
            || config.vendored.paths.iter().any(|glob| glob.value.matches(path));
        let excluded = || {
            let excludes = config.packages.iter().flat_map(|package| &package.exclude);
            excludes.chain(&config.vendored.own).any(|glob| glob.value.matches(path))
        };
        if !vendored || *node == Node::Missing || mentioned.contains_key(path.as_slice()) || excluded() {
            continue;
        }
        let nearest = config.packages.iter().find(|package| {
            package
                .include
                .iter()
                .any(|glob| glob.value.neighbourhood().is_some_and(|near| near.matches(path)))
        });
        let name = text(path);
        let remedy = match nearest {
            Some(package) => format!(
                "add it to `include` of {} ({}:{}), or to its `exclude` if it is the project's own",
                package.name.value, request.config_name, package.name.line
            ),
            None => format!(
                "add a [[package]] that includes it to {}, or add it to `[vendored] own`",
                request.config_name
            ),
        };
        let message = "lies in a vendored folder, but no package owns it";
        findings.push(Finding::new(&rules::VENDOR_FILE_UNOWNED, Place::file(name), message).remedy(remedy));
    }
}

/// Ids from paths. Those that would collide are told apart by a digest of the path, all of them: so the ids do not
/// depend on the order of files.
fn give_ids(files: &mut [OwnedFile]) {
    let mut counts: BTreeMap<String, u32> = BTreeMap::new();
    for file in &mut *files {
        file.id = spdx_id(&format!("SPDXRef-FILE-{}", file.name));
        *counts.entry(file.id.clone()).or_default() += 1;
    }
    for file in files {
        if counts[&file.id] > 1 {
            let digest = Hasher::digest(DigestKinds::SHA256, &file.path).sha256.expect("it was asked for");
            file.id.push('-');
            file.id.push_str(&digest.to_string()[..8]);
        }
    }
}

fn patches(request: &Request<'_>, files: &[OwnedFile], findings: &mut Vec<Finding>) {
    for (index, package) in request.config.packages.iter().enumerate() {
        for patch in &package.patches {
            let place = Place::file(request.config_name).line(patch.file.line);
            let name = &package.name.value;
            let file = files.iter().find(|file| file.package == index && file.name == patch.file.value);
            let finding = match file.map(|file| file.content.digests.sha256) {
                None => {
                    let message =
                        format!("a patch is recorded for `{}`, which is no file of {name}", patch.file.value);
                    Finding::new(&rules::PATCH_MISMATCH, place, message)
                        .remedy("delete the [[package.patch]]")
                }
                Some(found) if found != Some(patch.sha256.value) => {
                    let message = format!("`{}` is not as its recorded patch left it", patch.file.value);
                    let found = found.map(|digest| digest.to_string()).unwrap_or_default();
                    Finding::new(&rules::PATCH_MISMATCH, place, message)
                        .field("sha256", patch.sha256.value.to_string(), found)
                        .remedy(format!(
                            "restore it, or `bonafide vendor verify {name} --archive {name}=FILE --record`"
                        ))
                }
                Some(_) => continue,
            };
            findings.push(finding.subject(name));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_those_of_the_original() {
        assert_eq!(spdx_id("SPDXRef-FILE-Modules/_hacl/a b.c"), "SPDXRef-FILE-Modules-hacl-a-b.c");
        assert_eq!(spdx_id("SPDXRef-FILE-é/ü.c"), "SPDXRef-FILE--.c");
    }

    #[test]
    fn near_paths_prefer_the_same_name_in_another_folder() {
        let paths: Vec<Vec<u8>> = ["a/expat/refresh.sh", "a/hacl/namespaces.h"]
            .iter()
            .map(|path| path.as_bytes().to_vec())
            .collect();
        let near = |wanted| near_path(wanted, paths.iter());
        assert_eq!(near("a/hacl/refresh.sh").as_deref(), Some("a/expat/refresh.sh"));
        assert_eq!(near("a/hacl/namespace.h").as_deref(), Some("a/hacl/namespaces.h"));
        assert_eq!(near("b/other.c"), None);
    }
}
