//! Standard output and standard error: colour, progress, and files that appear whole or not at all.

use std::fs;
use std::io::{self, BufWriter, Write};
use std::path::Path;

use bonafide_report::printable;
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use crate::cli::{ColorChoice, Global};
use crate::environment::Environment;
use crate::exit::Exit;
use crate::failure::Failure;

/// How much is said on standard error.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Loudness {
    /// Errors only.
    Quiet,
    /// A summary of what was done.
    Normal,
    /// What was done in detail.
    Verbose,
}

/// The terminal, as one owner.
#[derive(Debug)]
pub(crate) struct Ui {
    loudness: Loudness,
    color_out: bool,
    color_err: bool,
    progress: bool,
    /// Lines that fit on the terminal; none in a pipe.
    screen: Option<usize>,
    width: Option<usize>,
    exit_zero: bool,
}

impl Ui {
    /// From the flags and the surroundings.
    pub(crate) fn new(global: &Global, environment: &Environment) -> Self {
        let color = |terminal: bool| match global.color {
            ColorChoice::Always => true,
            ColorChoice::Never => false,
            ColorChoice::Auto => !environment.no_color && (terminal || environment.force_color),
        };
        let loudness = if global.quiet {
            Loudness::Quiet
        } else if global.verbose {
            Loudness::Verbose
        } else {
            Loudness::Normal
        };
        Self {
            loudness,
            color_out: color(environment.stdout_is_terminal),
            color_err: color(environment.stderr_is_terminal),
            progress: environment.stderr_is_terminal && !environment.is_dumb && loudness == Loudness::Normal,
            screen: environment.stdout_is_terminal.then_some(200),
            width: environment.width,
            exit_zero: global.exit_zero,
        }
    }

    /// How the process ends where a command ends like this: `--exit-zero` withholds findings and gaps.
    pub(crate) const fn ends_with(&self, exit: Exit) -> Exit {
        match exit {
            Exit::Findings | Exit::Incomplete if self.exit_zero => Exit::Clean,
            _ => exit,
        }
    }

    /// Whether standard output may be coloured.
    pub(crate) const fn color_out(&self) -> bool {
        self.color_out
    }

    /// Whether standard error may be coloured.
    pub(crate) const fn color_err(&self) -> bool {
        self.color_err
    }

    /// How many findings are shown before the rest is only counted.
    pub(crate) const fn screen(&self) -> Option<usize> {
        self.screen
    }

    /// The columns of the terminal that standard output is.
    pub(crate) const fn width(&self) -> Option<usize> {
        self.width
    }

    /// Says a line on standard error, unless quiet. What a terminal would obey is shown instead.
    pub(crate) fn say(&self, line: &str) {
        if self.loudness >= Loudness::Normal {
            self.err(&printable(line));
        }
    }

    /// Says a line on standard error if `--verbose` is given, likewise.
    pub(crate) fn detail(&self, line: &str) {
        if self.loudness >= Loudness::Verbose {
            self.err(&printable(line));
        }
    }

    /// Shows text that is rendered already, with its colours and line ends, on standard error, unless quiet.
    pub(crate) fn show(&self, text: &str) {
        if self.loudness >= Loudness::Normal {
            self.err(text);
        }
    }

    /// Shows a failure on standard error, always.
    pub(crate) fn failure(&self, failure: &Failure) {
        let (red, cyan, plain) =
            if self.color_err { ("\x1b[1;31m", "\x1b[1;36m", "\x1b[0m") } else { ("", "", "") };
        self.err(&format!("{red}error{plain}: {}", printable(&failure.what)));
        for cause in &failure.causes {
            self.err(&format!("  caused by: {}", printable(cause)));
        }
        if let Some(hint) = &failure.hint {
            self.err(&format!("{cyan}hint{plain}: {}", printable(hint)));
        }
    }

    fn err(&self, line: &str) {
        // Nobody is left to tell where standard error is closed.
        drop(writeln!(io::stderr().lock(), "{line}"));
    }

    /// Whether long work shows a bar.
    pub(crate) const fn shows_progress(&self) -> bool {
        self.progress
    }

    /// Whether details are wanted.
    pub(crate) fn is_verbose(&self) -> bool {
        self.loudness >= Loudness::Verbose
    }

    /// A bar on the terminal that shows how much is read; it comes after a moment and goes when done.
    pub(crate) fn progress(&self, what: &str) -> Bar {
        let bar = ProgressBar::with_draw_target(None, ProgressDrawTarget::stderr_with_hz(8));
        if let Ok(style) = ProgressStyle::with_template("{spinner} {msg} {bytes}") {
            bar.set_style(style);
        }
        bar.set_message(printable(what));
        Bar(bar)
    }

    /// Writes to standard output.
    ///
    /// # Errors
    /// What the operating system says, a closed pipe included: `main` takes that one for success.
    pub(crate) fn out(&self, write: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> io::Result<()> {
        let mut out = BufWriter::new(io::stdout().lock());
        write(&mut out)?;
        out.flush()
    }
}

/// A line that shows how far long work is.
pub(crate) struct Bar(ProgressBar);

impl Bar {
    /// Draws it: `done` of `total` bytes, or `done` bytes of nobody knows how many.
    pub(crate) fn update(&self, done: u64, total: Option<u64>) {
        if let Some(total) = total.filter(|total| self.0.length() != Some(*total)) {
            if let Ok(style) = ProgressStyle::with_template("{msg} [{bar:24}] {bytes}/{total_bytes}") {
                self.0.set_style(style.progress_chars("=> "));
            }
            self.0.set_length(total);
        }
        self.0.set_position(done);
        self.0.tick();
    }

    /// Takes it away.
    pub(crate) fn clear(&self) {
        self.0.finish_and_clear();
    }
}

/// Writes a file that appears whole or not at all: to a temporary name beside it, then renamed.
///
/// A target that exists and is no regular file (a device, a pipe) is written to as it is.
///
/// # Errors
/// What the operating system says, with the path.
pub(crate) fn write_whole(
    path: &Path,
    write: impl FnOnce(&mut dyn Write) -> io::Result<()>,
) -> Result<(), Failure> {
    let failed = |error: io::Error| {
        // A temporary name, which nobody typed, is left out.
        let cause = error.get_ref().and_then(|inner| inner.source()).map(ToString::to_string);
        Failure::input(format!("failed to write `{}`", path.display()))
            .and(&cause.unwrap_or_else(|| error.to_string()))
    };
    let special = fs::metadata(path).is_ok_and(|metadata| !metadata.is_file());
    if special {
        let mut out = BufWriter::new(fs::OpenOptions::new().write(true).open(path).map_err(failed)?);
        write(&mut out).and_then(|()| out.flush()).map_err(failed)?;
        return Ok(());
    }
    let folder =
        path.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or_else(|| Path::new("."));
    if !folder.is_dir() {
        return Err(Failure::input(format!("failed to write `{}`", path.display()))
            .and(&format!("there is no folder `{}`", folder.display())));
    }
    let mut builder = tempfile::Builder::new();
    builder.prefix(".bonafide-");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        builder.permissions(fs::Permissions::from_mode(0o666));
    }
    let file = builder.tempfile_in(folder).map_err(failed)?;
    let mut out = BufWriter::new(&file);
    write(&mut out).and_then(|()| out.flush()).map_err(failed)?;
    drop(out);
    // A link that stands at the target keeps standing: what it leads to is replaced.
    let target = fs::canonicalize(path).unwrap_or_else(|_| path.to_path_buf());
    file.persist(&target).map_err(|error| failed(error.error))?;
    Ok(())
}
