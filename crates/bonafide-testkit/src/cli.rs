//! Runs the program as a user would, with nothing of the tester's own surroundings.

use std::ffi::OsStr;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// What one run came to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ran {
    /// The exit code; -1 where a signal ended it.
    pub code: i32,
    /// Standard output, bytes.
    pub stdout: Vec<u8>,
    /// Standard error, text.
    pub stderr: String,
}

impl Ran {
    /// Standard output as text.
    ///
    /// # Panics
    /// When it is not UTF-8.
    #[must_use]
    pub fn text(&self) -> &str {
        std::str::from_utf8(&self.stdout).expect("standard output is UTF-8")
    }

    /// Exit code and both streams as one text, for a snapshot.
    #[must_use]
    pub fn whole(&self) -> String {
        let mut text = format!("exit code: {}\n", self.code);
        for (name, stream) in
            [("stdout", String::from_utf8_lossy(&self.stdout).into_owned()), ("stderr", self.stderr.clone())]
        {
            if !stream.is_empty() {
                text.push_str(&format!("----- {name}\n{stream}"));
            }
        }
        text
    }
}

/// A folder of its own and a program to run in it. The folder goes when this goes.
#[derive(Debug)]
pub struct Case {
    program: PathBuf,
    folder: tempfile::TempDir,
    variables: Vec<(String, String)>,
    input: Vec<u8>,
}

impl Case {
    /// A case for a program, usually `env!("CARGO_BIN_EXE_bonafide")`.
    ///
    /// # Panics
    /// When no temporary folder can be made.
    #[must_use]
    pub fn new(program: impl Into<PathBuf>) -> Self {
        let folder =
            tempfile::Builder::new().prefix("case-").tempdir().expect("a temporary folder can be made");
        Self { program: program.into(), folder, variables: Vec::new(), input: Vec::new() }
    }

    /// The folder that the program runs in.
    #[must_use]
    pub fn path(&self) -> &Path {
        self.folder.path()
    }

    /// Writes a file below the folder, with the folders that it needs.
    ///
    /// # Panics
    /// When that cannot be done.
    #[must_use]
    pub fn file(self, name: &str, bytes: impl AsRef<[u8]>) -> Self {
        let path = self.path().join(name);
        std::fs::create_dir_all(path.parent().expect("a file has a folder")).expect("folders can be made");
        std::fs::write(path, bytes).expect("a file can be written");
        self
    }

    /// Sets an environment variable for the program.
    #[must_use]
    pub fn variable(mut self, name: &str, value: &str) -> Self {
        self.variables.push((name.to_owned(), value.to_owned()));
        self
    }

    /// What the program finds on standard input; nothing by default.
    #[must_use]
    pub fn input(mut self, bytes: impl Into<Vec<u8>>) -> Self {
        self.input = bytes.into();
        self
    }

    /// Runs the program in the folder. The temporary folder's name is shown as `[DIR]` on standard error.
    ///
    /// # Panics
    /// When it cannot be started.
    #[must_use]
    pub fn run<I, S>(&self, arguments: I) -> Ran
    where
        I: IntoIterator<Item = S>,
        S: AsRef<OsStr>,
    {
        let mut child = Command::new(&self.program)
            .args(arguments)
            .current_dir(self.path())
            .env_clear()
            .envs(self.variables.iter().map(|(name, value)| (name, value)))
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("the program starts");
        let mut stdin = child.stdin.take().expect("standard input is piped");
        let input = self.input.clone();
        // A program that does not read its input closes it: no failure of the test.
        let writer = std::thread::spawn(move || drop(stdin.write_all(&input)));
        let output = child.wait_with_output().expect("the program ends");
        writer.join().expect("the writer ends");
        let folder = self.path().to_string_lossy().into_owned();
        Ran {
            code: output.status.code().unwrap_or(-1),
            stdout: output.stdout,
            stderr: String::from_utf8_lossy(&output.stderr).replace(&folder, "[DIR]"),
        }
    }
}
