use proptest::prelude::*;

use super::*;

const SHA256: &str = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
const COMMIT: &str = "a72d2c07cfca03b55371089de6aa230d8c951fa0";

fn read(format: LockFormat, text: &str) -> LockFile {
    format.parse(text.as_bytes()).unwrap()
}

/// `name version line [names that it needs]`, a line each.
fn shown(lock: &LockFile) -> Vec<String> {
    let show = |package: &Package| {
        let needs: Vec<&str> = package.needs.iter().map(|need| lock.packages[*need].name.as_str()).collect();
        format!(
            "{} {} :{} {}",
            package.name,
            package.version.as_deref().unwrap_or("?"),
            package.line.unwrap_or_default(),
            needs.join(",")
        )
    };
    lock.packages.iter().map(|package| show(package).trim_end().to_owned()).collect()
}

fn faults(lock: &LockFile) -> Vec<String> {
    lock.faults.iter().map(|fault| format!("{}: {}", fault.line.unwrap_or_default(), fault.message)).collect()
}

#[test]
fn names_are_known() {
    for (name, format) in [
        ("Cargo.lock", Some(LockFormat::CargoLock)),
        ("pylock.dev.toml", Some(LockFormat::PylockToml)),
        ("requirements.txt", Some(LockFormat::Requirements)),
        ("Requirements-Dev.TXT", Some(LockFormat::Requirements)),
        ("dev-requirements.txt", Some(LockFormat::Requirements)),
        ("requirements.md", None),
        ("xpylock.toml", None),
        ("go.mod.bak", None),
    ] {
        assert_eq!(LockFormat::of_name(name), format, "{name}");
    }
}

#[test]
fn a_renamed_lock_file_is_known_by_its_content() {
    let cases = [
        (
            LockFormat::CargoLock,
            "version = 4\n\n[[package]]\nname = \"a\"\nversion = \"1\"\nsource = \"registry+x\"\n".to_owned(),
        ),
        (LockFormat::UvLock, UV.to_owned()),
        (LockFormat::PoetryLock, POETRY_2.to_owned()),
        (LockFormat::PylockToml, pylock()),
        (LockFormat::PackageLock, NPM_3.to_owned()),
        (LockFormat::GoMod, GO_MOD.to_owned()),
        (LockFormat::GoSum, GO_SUM.to_owned()),
    ];
    for (format, text) in cases {
        assert_eq!(LockFormat::recognize("x.bin", text.as_bytes()), Some(format));
    }
    assert_eq!(LockFormat::recognize("x", b"\xff\xfe\0"), None);
}

#[test]
fn cargo_lock_of_today_is_read() {
    let text = format!(
        r#"# generated
version = 4

[[package]]
name = "app"
version = "0.1.0"
dependencies = ["b 1.0.0", "b 2.0.0", "c", "gone"]

[[package]]
name = "b"
version = "1.0.0"
source = "registry+https://index.example/x"
checksum = "{SHA256}"

[[package]]
name = "b"
version = "2.0.0"
source = "registry+https://index.example/x"
checksum = "short"
dependencies = ["b 1.0.0 (registry+https://index.example/x)"]

[[package]]
name = "c"
version = "0.3.0"
source = "git+https://forge.example/c?branch=main#{COMMIT}"
dependencies = ["b"]

[[package]]
name = "c"
version = "0.3.0"
source = "git+https://forge.example/c?branch=main#{COMMIT}"

[[package]]
name = "nameless"
"#
    );
    let lock = read(LockFormat::CargoLock, &text);
    assert_eq!(shown(&lock), ["app 0.1.0 :4 b,b,c", "b 1.0.0 :9", "b 2.0.0 :15 b", "c 0.3.0 :22"]);
    assert_eq!(
        faults(&lock),
        [
            "15: the checksum of b is no SHA-256",
            "28: c 0.3.0 is listed twice",
            "33: a package without a name or a version",
            "4: the dependency `gone` is not listed",
            "22: the dependency `b` may be more than one package"
        ]
    );
    assert!(lock.packages[0].is_local());
    assert_eq!(lock.packages[1].archives[0].hashes[0].value, SHA256);
    assert_eq!(
        lock.packages[3].source,
        Source::Vcs { url: "https://forge.example/c".into(), commit: Some(COMMIT.into()) }
    );
    assert_eq!(lock.packages[1].purl().unwrap().to_string(), "pkg:cargo/b@1.0.0");
    assert_eq!(LockFormat::CargoLock.parse(b"version = 5"), Err(LockError::Version("5".into())));
}

#[test]
fn cargo_lock_version_1_keeps_checksums_apart() {
    let text = format!(
        "[root]\nname = \"app\"\nversion = \"1\"\ndependencies = [\n \"b 1.0 (registry+x)\",\n]\n\n\
         [[package]]\nname = \"b\"\nversion = \"1.0\"\nsource = \"registry+x\"\n\n\
         [metadata]\n\"checksum b 1.0 (registry+x)\" = \"{SHA256}\"\n\"checksum c 1.0 (registry+x)\" = \"<none>\"\n"
    );
    let lock = read(LockFormat::CargoLock, &text);
    assert_eq!(shown(&lock), ["app 1 :1 b", "b 1.0 :8"]);
    assert_eq!(lock.packages[1].archives[0].hashes[0].algorithm, "sha256");
    assert!(lock.faults.is_empty());
}

#[test]
fn this_repository_s_own_lock_file_is_read_without_a_fault() {
    let text = include_str!("../../../../Cargo.lock");
    let lock = read(LockFormat::CargoLock, text);
    assert_eq!(lock.packages.len(), text.matches("[[package]]").count());
    assert!(lock.faults.is_empty(), "{:?}", lock.faults);
    let local: Vec<&str> = lock
        .packages
        .iter()
        .filter(|package| package.is_local())
        .map(|package| package.name.as_str())
        .collect();
    assert!(local.iter().all(|name| name.starts_with("bonafide") || *name == "xtask"), "{local:?}");
    for package in lock.packages.iter().filter(|package| !package.is_local()) {
        let line = usize::try_from(package.line.unwrap()).unwrap();
        assert_eq!(text.lines().nth(line).unwrap(), format!("name = \"{}\"", package.name));
        assert_eq!(package.archives.len(), 1);
    }
}

const UV: &str = r#"version = 1
revision = 3
requires-python = ">=3.9"

[[package]]
name = "demo"
version = "0.1.0"
source = { virtual = "." }
dependencies = [
    { name = "anyio" },
    { name = "numpy", version = "1.26.4", source = { registry = "https://index.example/simple" }, marker = "python_full_version < '3.10'" },
]

[package.optional-dependencies]
fast = [{ name = "uvloop" }]

[package.dev-dependencies]
dev = [{ name = "Ruff" }]

[[package]]
name = "anyio"
version = "4.4.0"
source = { registry = "https://index.example/simple" }
sdist = { url = "https://files.example/anyio-4.4.0.tar.gz", hash = "sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855", size = 1 }
wheels = [
    { url = "https://files.example/anyio-4.4.0-py3-none-any.whl", hash = "sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855", size = 2 },
]

[[package]]
name = "numpy"
version = "1.26.4"
source = { registry = "https://index.example/simple" }

[[package]]
name = "numpy"
version = "2.1.0"
source = { registry = "https://index.example/simple" }

[[package]]
name = "ruff"
version = "0.5.0"
source = { git = "https://forge.example/ruff?tag=v0.5.0#a72d2c07cfca03b55371089de6aa230d8c951fa0" }

[[package]]
name = "uvloop"
version = "0.19.0"
source = { path = "uvloop-0.19.0-py3-none-any.whl" }

[[package]]
name = "member"
version = "1"
source = { editable = "packages/member" }
dependencies = [{ name = "gone" }]
"#;

#[test]
fn uv_lock_is_read() {
    let lock = read(LockFormat::UvLock, UV);
    assert_eq!(
        shown(&lock),
        [
            "demo 0.1.0 :5 anyio,numpy,ruff,uvloop",
            "anyio 4.4.0 :20",
            "numpy 1.26.4 :29",
            "numpy 2.1.0 :34",
            "ruff 0.5.0 :39",
            "uvloop 0.19.0 :44",
            "member 1 :49"
        ]
    );
    assert_eq!(lock.packages[1].archives.len(), 2);
    assert_eq!(lock.packages[1].archives[0].name.as_deref(), Some("anyio-4.4.0.tar.gz"));
    let local: Vec<bool> = lock.packages.iter().map(Package::is_local).collect();
    assert_eq!(local, [true, false, false, false, false, false, true]);
    assert_eq!(
        lock.packages[4].purl().unwrap().to_string(),
        format!("pkg:pypi/ruff@0.5.0?vcs_url=git%2Bhttps:%2F%2Fforge.example%2Fruff%40{COMMIT}")
    );
    assert_eq!(faults(&lock), ["53: the dependency `gone` is not listed"]);
    assert_eq!(LockFormat::UvLock.parse(b"version = 2"), Err(LockError::Version("2".into())));
}

const POETRY_2: &str = r#"# This file is automatically @generated by Poetry 2.0.0 and should not be changed by hand.

[[package]]
name = "Django"
version = "4.2"
description = "x"
optional = false
python-versions = ">=3.8"
groups = ["main"]
markers = "python_version < \"3.10\""
files = [
    {file = "Django-4.2-py3-none-any.whl", hash = "sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"},
    {file = "Django-4.2.tar.gz", hash = "sha256:beef"},
]

[package.dependencies]
asgiref = ">=3.6.0,<4"
not-chosen = {version = "*", optional = true}

[package.extras]
argon2 = ["argon2-cffi (>=19.1.0)"]

[[package]]
name = "asgiref"
version = "3.8.1"
files = []

[package.source]
type = "git"
url = "https://forge.example/asgiref.git"
reference = "main"
resolved_reference = "a72d2c07cfca03b55371089de6aa230d8c951fa0"

[[package]]
name = "own"
version = "1"

[package.source]
type = "directory"
url = "own"

[metadata]
lock-version = "2.1"
python-versions = ">=3.8"
content-hash = "x"
"#;

#[test]
fn poetry_lock_2_is_read() {
    let lock = read(LockFormat::PoetryLock, POETRY_2);
    assert_eq!(shown(&lock), ["Django 4.2 :3 asgiref", "asgiref 3.8.1 :23", "own 1 :34"]);
    assert_eq!(lock.packages[0].condition.as_deref(), Some("python_version < \"3.10\""));
    assert_eq!(lock.packages[0].purl().unwrap().to_string(), "pkg:pypi/django@4.2");
    assert!(lock.packages[2].is_local());
    assert_eq!(faults(&lock), ["13: `sha256:beef` is no hash"]);
}

#[test]
fn poetry_lock_1_keeps_files_apart() {
    let text = format!(
        "[[package]]\nname = \"a\"\nversion = \"1\"\n\n[metadata]\nlock-version = \"1.1\"\ncontent-hash = \"x\"\n\n\
         [metadata.files]\na = [\n    {{file = \"a-1.tar.gz\", hash = \"sha256:{SHA256}\"}},\n]\n"
    );
    let lock = read(LockFormat::PoetryLock, &text);
    assert_eq!(lock.packages[0].archives[0].hashes[0].value, SHA256);
    assert_eq!(LockFormat::PoetryLock.parse(b""), Err(LockError::Other("it has no lock-version")));
    let newer = LockFormat::PoetryLock.parse(b"[metadata]\nlock-version = \"3.0\"");
    assert_eq!(newer, Err(LockError::Version("3.0".into())));
}

fn pylock() -> String {
    format!(
        r#"lock-version = "1.0"
created-by = "tool"

[[packages]]
name = "attrs"
version = "25.1.0"
requires-python = ">=3.8"
wheels = [{{name = "attrs-25.1.0-py3-none-any.whl", url = "https://files.example/attrs-25.1.0-py3-none-any.whl", hashes = {{sha256 = "{SHA256}", md5 = "x"}}}}]

[[packages]]
name = "cattrs"
version = "24.1.2"
marker = "python_version > '3.8'"
dependencies = [{{name = "attrs"}}, {{name = "attrs", version = "1"}}]

[packages.sdist]
url = "https://files.example/cattrs-24.1.2.tar.gz"
hashes.sha256 = "{SHA256}"

[[packages]]
name = "from-git"
vcs = {{type = "git", url = "https://forge.example/x", commit-id = "{COMMIT}"}}

[[packages]]
name = "own"
directory = {{path = ".", editable = true}}

[[packages]]
name = "arch"
archive = {{url = "https://files.example/arch.tgz", hashes = {{sha256 = "{SHA256}"}}}}
"#
    )
}

#[test]
fn pylock_is_read() {
    let lock = read(LockFormat::PylockToml, &pylock());
    assert_eq!(
        shown(&lock),
        ["attrs 25.1.0 :4", "cattrs 24.1.2 :10 attrs", "from-git ? :20", "own ? :24", "arch ? :28"]
    );
    assert_eq!(faults(&lock), ["8: `x` is no hash", "14: the dependency `attrs` is not listed"]);
    assert_eq!(lock.packages[4].source, Source::Url("https://files.example/arch.tgz".into()));
    assert_eq!(lock.packages[4].archives[0].hashes[0].value, SHA256);
    assert!(lock.packages[3].is_local());
    assert!(LockFormat::PylockToml.parse(b"lock-version = \"2.0\"").is_err());
}

#[test]
fn requirements_are_read_as_pip_reads_them() {
    let text = format!(
        "# top\n-i https://index.example/simple\n-r base.txt\n--requirement=more/x.txt\n-c constraints.txt\n\
         Django==4.2 \\\n    --hash=sha256:{SHA256} \\\n    --hash=sha256:bad  # why\n\
         requests[socks, security] >= 2.8.1, == 2.8.* ; python_version < \"3\"\n\
         exact===1.0+local\n\
         pair (==1.5)\n\
         free\n\
         by-url @ https://files.example/by_url-2.0-py3-none-any.whl#sha256={SHA256} ; os_name == 'nt'\n\
         git+https://user@forge.example/x/y.git@{COMMIT}#egg=why[extra]&subdirectory=z\n\
         -e git+ssh://git@forge.example/n.git@main#egg=n\n\
         -e .[dev]\n./local/wheel-3.1-py3-none-any.whl\n../folder\n\
         https://files.example/sdist-1.2.tar.gz\n\
         own @ file:///opt/own\n"
    );
    let lock = read(LockFormat::Requirements, &text);
    assert_eq!(
        shown(&lock),
        [
            "Django 4.2 :6",
            "requests ? :9",
            "exact 1.0+local :10",
            "pair 1.5 :11",
            "free ? :12",
            "by-url 2.0 :13",
            "why ? :14",
            "n ? :15",
            "wheel 3.1 :17",
            "sdist 1.2 :19",
            "own ? :20"
        ]
    );
    assert_eq!(faults(&lock), ["6: `sha256:bad` is no hash"]);
    assert_eq!(
        lock.includes.iter().map(|include| include.path.as_str()).collect::<Vec<_>>(),
        ["base.txt", "more/x.txt"]
    );
    assert_eq!(lock.packages[1].condition.as_deref(), Some("python_version < \"3\""));
    assert_eq!(lock.packages[5].condition.as_deref(), Some("os_name == 'nt'"));
    assert_eq!(lock.packages[5].archives[0].hashes[0].value, SHA256);
    assert_eq!(
        lock.packages[6].source,
        Source::Vcs { url: "https://user@forge.example/x/y.git".into(), commit: Some(COMMIT.into()) }
    );
    assert_eq!(
        lock.packages[7].source,
        Source::Vcs { url: "ssh://git@forge.example/n.git".into(), commit: None }
    );
    assert_eq!(lock.packages[8].source, Source::File("./local/wheel-3.1-py3-none-any.whl".into()));
    assert!(lock.packages[10].is_local());
    assert!(!lock.complete);
}

#[test]
fn a_requirement_that_cannot_be_read_is_named_and_the_rest_is_read() {
    let text = "a==1\n<<<<<<< HEAD\nb==2\nc >> 3\nd==1,==2\nhttps://files.example/download?id=4\n--nonsense\ne\nf\ng\nh\n-r\n";
    let lock = read(LockFormat::Requirements, text);
    assert_eq!(shown(&lock).len(), 6);
    assert_eq!(
        faults(&lock),
        [
            "2: `<<<<<<< HEAD`: no project name",
            "4: `c >> 3`: what follows the operator is no version",
            "5: `d==1,==2`: it pins two versions",
            "6: `https://files.example/download?id=4`: the address does not say which project it is",
            "7: `--nonsense`: the option is not known",
            "12: `-r`: the option names no file"
        ]
    );
    let prose = "This program needs a compiler.\nIt also needs a shell to run in.\n";
    assert!(matches!(LockFormat::Requirements.parse(prose.as_bytes()), Err(LockError::Other(_))));
}

#[test]
fn requirements_in_utf_16_are_read() {
    let mut bytes = vec![0xff, 0xfe];
    bytes.extend("a==1\r\nb==2\r\n".encode_utf16().flat_map(u16::to_le_bytes));
    let lock = LockFormat::Requirements.parse(&bytes).unwrap();
    assert_eq!(shown(&lock), ["a 1 :1", "b 2 :2"]);
    assert!(LockFormat::Requirements.parse(b"a==1\n\xff").is_err());
}

const NPM_3: &str = r#"{
  "name": "app", "version": "1.0.0",
  "lockfileVersion": 3,
  "packages": {
    "": { "name": "app", "version": "1.0.0", "workspaces": ["packages/*"],
      "dependencies": { "@babel/core": "^7", "b": "1" }, "optionalDependencies": { "missing": "*" } },
    "node_modules/@babel/core": {
      "version": "7.0.0", "resolved": "https://files.example/@babel/core/-/core-7.0.0.tgz",
      "integrity": "sha1-2jmj7l5rSw0yVb/vlWAYkK/YBwk= sha999-x",
      "dependencies": { "b": "2", "gone": "1" }, "peerDependencies": { "also-gone": "1" } },
    "node_modules/@babel/core/node_modules/b": { "version": "2.0.0", "dependencies": { "@babel/core": "*" } },
    "node_modules/b": { "version": "1.0.0", "dev": true },
    "node_modules/member": { "resolved": "packages/member", "link": true },
    "node_modules/alias": { "name": "real", "version": "3.0.0", "resolved": "git+ssh://git@forge.example/r.git#abc" },
    "packages/member": { "version": "0.1.0", "dependencies": { "b": "1" } },
    "node_modules/broken": { "version": 5 }
  }
}
"#;

#[test]
fn package_lock_3_is_read() {
    let lock = read(LockFormat::PackageLock, NPM_3);
    assert_eq!(
        shown(&lock),
        [
            "app 1.0.0 :5 @babel/core,b",
            "@babel/core 7.0.0 :7 b",
            "b 2.0.0 :11 @babel/core",
            "b 1.0.0 :12",
            "real 3.0.0 :14",
            "member 0.1.0 :15 b"
        ]
    );
    assert_eq!(lock.packages[1].needs, [2]);
    assert_eq!(lock.packages[5].needs, [3]);
    let hash = &lock.packages[1].archives[0].hashes[0];
    assert_eq!(
        (hash.algorithm.as_str(), hash.value.as_str()),
        ("sha1", "da39a3ee5e6b4b0d3255bfef95601890afd80709")
    );
    assert_eq!(lock.packages[1].purl().unwrap().to_string(), "pkg:npm/%40babel/core@7.0.0");
    assert_eq!(
        lock.packages[4].source,
        Source::Vcs { url: "ssh://git@forge.example/r.git".into(), commit: Some("abc".into()) }
    );
    let local: Vec<bool> = lock.packages.iter().map(Package::is_local).collect();
    assert_eq!(local, [true, false, false, false, false, true]);
    let faults = faults(&lock);
    assert_eq!(faults.len(), 3, "{faults:?}");
    assert!(faults[0].starts_with("16: `node_modules/broken`: "), "{faults:?}");
    assert_eq!(faults[1..], ["7: `sha999-x` is no hash", "7: the dependency `gone` is not listed"]);
}

#[test]
fn package_lock_1_is_read() {
    let text = r#"{ "name": "app", "version": "1", "lockfileVersion": 1, "requires": true, "dependencies": {
        "a": { "version": "1.0.0", "resolved": "https://files.example/a.tgz", "requires": { "b": "^2" },
               "dependencies": { "b": { "version": "2.0.0", "bundled": true } } },
        "b": { "version": "npm:@scope/real@1.0.0" },
        "g": { "version": "git+https://forge.example/g.git#abc", "requires": false } } }"#;
    let lock = read(LockFormat::PackageLock, text);
    assert_eq!(
        shown(&lock),
        ["app 1 :0 a,@scope/real,g", "a 1.0.0 :0 b", "b 2.0.0 :0", "@scope/real 1.0.0 :0", "g ? :0"]
    );
    assert!(matches!(lock.packages[4].source, Source::Vcs { .. }));
    assert!(matches!(LockFormat::PackageLock.parse(b"{\"lockfileVersion\": 9}"), Err(LockError::Version(_))));
    assert!(matches!(LockFormat::PackageLock.parse(b"{\"a\": "), Err(LockError::Syntax { line: 1, .. })));
}

const GO_MOD: &str = "// about\nmodule example.org/app // the app\n\ngo 1.22.1\ntoolchain go1.23.0\n\nrequire (\n\
    \texample.org/a v1.2.3\n\texample.org/b/v2 v2.0.0+incompatible // indirect\n\tgo4.org v0.0.1 // indirect; why\n)\n\
    require \"example.org/c\" v0.1.0\nexclude example.org/a v1.2.2\nretract [v1.0.0, v1.1.0]\n\
    replace (\n\texample.org/c => ./c\n\texample.org/a v1.2.3 => example.org/fork v1.2.4\n\texample.org/a v9.0.0 => ../a\n)\n\
    nonsense here\n";

#[test]
fn go_mod_is_read_with_its_replacements() {
    let lock = read(LockFormat::GoMod, GO_MOD);
    assert_eq!(
        shown(&lock),
        [
            "example.org/app ? :2 example.org/fork,example.org/c",
            "example.org/fork v1.2.4 :8",
            "example.org/b/v2 v2.0.0+incompatible :9",
            "go4.org v0.0.1 :10",
            "example.org/c v0.1.0 :12"
        ]
    );
    assert!(lock.packages[0].is_local() && lock.packages[4].is_local());
    assert_eq!(
        lock.packages[2].purl().unwrap().to_string(),
        "pkg:golang/example.org/b/v2@v2.0.0%2Bincompatible"
    );
    assert_eq!(lock.packages[3].purl().unwrap().to_string(), "pkg:golang/go4.org@v0.0.1");
    assert_eq!(faults(&lock), ["20: `nonsense here` is no directive of go.mod"]);
    assert!(lock.complete);
    for (go, complete) in
        [("", false), ("go 1.16\n", false), ("go 1.17\n", true), ("go 1.21rc1\n", true), ("go 2\n", true)]
    {
        assert_eq!(read(LockFormat::GoMod, &format!("module m\n{go}")).complete, complete, "{go}");
    }
}

const GO_SUM: &str = "example.org/a v1.0.0 h1:47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n\
    example.org/a v1.0.0/go.mod h1:47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n\
    example.org/b v0.1.0/go.mod h1:47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n";

#[test]
fn go_sum_is_read_without_modules_of_which_only_the_go_mod_was_seen() {
    let lock = read(LockFormat::GoSum, &format!("{GO_SUM}bad line\nexample.org/c v1.0.0 h1:x\n"));
    assert_eq!(shown(&lock), ["example.org/a v1.0.0 :1"]);
    assert_eq!(faults(&lock), ["4: a line that is not module, version, hash", "5: `h1:x` is no hash"]);
}

#[test]
fn rings_and_namesakes_cost_no_more_than_they_are_long() {
    let mut ring = "version = 3\n".to_owned();
    for index in 0..5000 {
        ring.push_str(&format!(
            "[[package]]\nname = \"p{index}\"\nversion = \"1\"\nsource = \"registry+x\"\ndependencies = [\"p{}\"]\n",
            (index + 1) % 5000
        ));
    }
    assert_eq!(read(LockFormat::CargoLock, &ring).packages.len(), 5000);
    let mut same = "[metadata]\nlock-version = \"2.0\"\n".to_owned();
    for index in 0..5000 {
        same.push_str(&format!(
            "[[package]]\nname = \"p\"\nversion = \"{index}\"\n[package.dependencies]\np = \"*\"\n"
        ));
    }
    let lock = read(LockFormat::PoetryLock, &same);
    assert!(lock.packages.iter().all(|package| package.needs.is_empty()));
}

#[test]
fn deep_nesting_is_an_error_and_no_overflow() {
    let deep = "[".repeat(100_000);
    for format in FORMATS {
        let _ = format.parse(format!("a = {deep}").as_bytes()).is_err();
        let _ =
            format.parse(format!("{{\"lockfileVersion\": 1, \"dependencies\": {deep}").as_bytes()).is_err();
    }
    let nested = "{\"version\":\"1\",\"dependencies\":{\"a\":".repeat(5000);
    let text = format!("{{\"lockfileVersion\":1,\"dependencies\":{{\"a\":{nested}");
    assert!(LockFormat::PackageLock.parse(text.as_bytes()).is_err());
}

#[test]
fn faults_are_counted_beyond_the_first_200() {
    let text = "a==1\n".repeat(1000) + &"b >> 1\n".repeat(900);
    let lock = read(LockFormat::Requirements, &text);
    assert_eq!((lock.faults.len(), lock.more_faults), (200, 700));
}

const FORMATS: [LockFormat; 8] = [
    LockFormat::CargoLock,
    LockFormat::PylockToml,
    LockFormat::UvLock,
    LockFormat::PoetryLock,
    LockFormat::Requirements,
    LockFormat::PackageLock,
    LockFormat::GoMod,
    LockFormat::GoSum,
];

proptest! {
    #[test]
    fn hostile_bytes_never_panic(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
        for format in FORMATS {
            let _ = format.parse(&bytes).is_ok();
        }
        let _ = LockFormat::recognize("x", &bytes);
    }

    #[test]
    fn spoilt_files_never_panic(which in 0..8_usize, at in any::<prop::sample::Index>(), with in "[\\PC\n]{0,6}") {
        let samples = [UV, POETRY_2, NPM_3, GO_MOD, GO_SUM, &pylock(), "-e git+x@y#egg=\na @ b\nc[\n-r\\\n", "{}"];
        let sample = samples[which];
        let cut = sample.char_indices().map(|(at, _)| at).nth(at.index(sample.chars().count())).unwrap_or(0);
        let spoilt = format!("{}{with}{}", &sample[..cut], &sample[cut..]);
        for format in FORMATS {
            for package in format.parse(spoilt.as_bytes()).map(|lock| lock.packages).unwrap_or_default() {
                prop_assert!(!package.name.is_empty() || package.is_local());
                drop(package.purl());
            }
        }
    }

    #[test]
    fn lines_of_requirements_never_panic(text in "([-a-z@#;:=./+<> \\[\\]\\\\]{0,30}\n){0,6}") {
        let _ = LockFormat::Requirements.parse(text.as_bytes()).is_ok();
    }
}
