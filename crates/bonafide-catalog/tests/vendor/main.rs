//! The upkeep of vendored sources on trees that the tests make, each test named for a fault that must not return.
#![expect(
    clippy::unwrap_used,
    clippy::print_stderr,
    clippy::disallowed_methods,
    reason = "helpers of tests are tests too; they find their data by the environment and say what they skip"
)]

mod cpython;
mod edits;
mod faults;
mod git;
mod properties;
mod upstream;

use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};

use bonafide_catalog::config::Config;
use bonafide_catalog::vendor::{self, Report, Request};

/// A source tree in a temporary folder.
struct Case {
    folder: tempfile::TempDir,
    config: String,
}

const TIME: &str = "2026-01-01T00:00:00Z";

/// One package of three files, with all metadata.
const DEMO: &str = r#"[project]
name = "demo"
version = "1.0"

[document]
path = "sbom.spdx.json"

[[package]]
name = "zlib"
include = ["deps/zlib/**"]
exclude = ["deps/zlib/ours.h"]
version = "1.3.1"
purl = "pkg:generic/zlib@{version}"
cpe = ["cpe:2.3:a:zlib:zlib:{version}:*:*:*:*:*:*:*"]
download-location = "https://example.org/zlib-{version}.tar.gz"
sha256 = "17aa6cfc5c4c219c09287abfc10bc13f0c06f30bb654b28bfe6f567ca646eb79"
license = "Zlib"
"#;

impl Case {
    fn new(config: &str) -> Self {
        let case = Self { folder: tempfile::tempdir().unwrap(), config: config.to_owned() };
        case.file("bonafide.toml", config);
        case
    }

    /// The demonstration tree, not in git.
    fn demo() -> Self {
        let case = Self::new(DEMO);
        case.file("deps/zlib/zlib.h", "#define ZLIB_VERSION \"1.3.1\"\n");
        case.file("deps/zlib/src/inflate.c", "int inflate;\n");
        case.file("deps/zlib/LICENSE", "zlib licence\n");
        case.file("deps/zlib/ours.h", "ours\n");
        case.file("src/main.c", "int main;\n");
        case
    }

    fn root(&self) -> &Path {
        self.folder.path()
    }

    fn file(&self, path: &str, bytes: impl AsRef<[u8]>) -> &Self {
        let path = self.root().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, bytes).unwrap();
        self
    }

    fn read(&self, path: &str) -> String {
        fs::read_to_string(self.root().join(path)).unwrap()
    }

    fn config(&mut self, config: impl Into<String>) -> &Self {
        self.config = config.into();
        fs::write(self.root().join("bonafide.toml"), &self.config).unwrap();
        self
    }

    fn parsed(&self) -> Config {
        Config::parse(&self.config).unwrap()
    }

    fn check(&self) -> Report {
        let config = self.parsed();
        vendor::check(&Request { root: self.root(), config: &config, config_name: "bonafide.toml" }).unwrap()
    }

    fn regen(&self) -> Report {
        let config = self.parsed();
        let request = Request { root: self.root(), config: &config, config_name: "bonafide.toml" };
        vendor::regen(&request, Some(TIME)).unwrap()
    }

    /// Runs git, with nobody's configuration. False where there is no git.
    fn git(&self, arguments: &[&str]) -> bool {
        let run = Command::new("git")
            .args(["-c", "user.name=x", "-c", "user.email=x@example.org", "-c", "core.autocrlf=false"])
            .args(arguments)
            .current_dir(self.root())
            .env("GIT_CONFIG_GLOBAL", "/dev/null")
            .env("GIT_CONFIG_NOSYSTEM", "1")
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .status();
        run.is_ok_and(|status| status.success())
    }

    /// Makes it a repository with everything committed. False (and a line that says so) where there is no git.
    fn commit(&self) -> bool {
        let done = self.git(&["init", "-q"]) && self.git(&["add", "-A"]) && self.git(&["commit", "-qm", "x"]);
        if !done {
            eprintln!("skipped: there is no git");
        }
        done
    }
}

/// The rules of the findings, each with its place.
fn rules(report: &Report) -> Vec<String> {
    let name = |finding: &bonafide_report::Finding| {
        format!("{} {}", finding.rule.id, finding.place.file.as_deref().unwrap_or("-"))
    };
    report.findings.iter().map(name).collect()
}
