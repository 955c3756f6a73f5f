//! The only place that reads the environment, the terminal and the clock.

use std::io::IsTerminal as _;

use bonafide_fetch::NamedProxy;
use jiff::Timestamp;

/// The variable that fixes the time of a build: seconds since 1970 (reproducible-builds.org specification).
const SOURCE_DATE_EPOCH: &str = "SOURCE_DATE_EPOCH";

/// What was found in the surroundings at start. Read once.
#[derive(Debug)]
pub(crate) struct Environment {
    /// The value of `SOURCE_DATE_EPOCH`, unparsed.
    pub(crate) source_date_epoch: Option<String>,
    /// The proxy for encrypted connections, by `HTTPS_PROXY` and `NO_PROXY`, or the same in lower case.
    pub(crate) proxy: Option<NamedProxy>,
    /// Whether `NO_COLOR` is set and not empty, or the terminal knows no colours.
    pub(crate) no_color: bool,
    /// Whether `CLICOLOR_FORCE` is set, and neither empty nor 0.
    pub(crate) force_color: bool,
    /// Whether the terminal understands no sequences at all.
    pub(crate) is_dumb: bool,
    /// Whether standard output is a terminal.
    pub(crate) stdout_is_terminal: bool,
    /// Whether standard error is a terminal.
    pub(crate) stderr_is_terminal: bool,
    /// The columns of the terminal that standard output is.
    pub(crate) width: Option<usize>,
}

impl Environment {
    /// Looks around.
    #[expect(clippy::disallowed_methods, reason = "this is the place that reads the environment")]
    pub(crate) fn read() -> Self {
        let either = |names: [&str; 2]| {
            names.into_iter().find_map(|name| std::env::var(name).ok().filter(|text| !text.is_empty()))
        };
        let is_dumb = std::env::var_os("TERM").is_some_and(|term| term == "dumb");
        Self {
            source_date_epoch: std::env::var(SOURCE_DATE_EPOCH).ok().filter(|text| !text.is_empty()),
            proxy: either(["HTTPS_PROXY", "https_proxy"]).map(|address| {
                let except = either(["NO_PROXY", "no_proxy"]).unwrap_or_default();
                NamedProxy { address, except }
            }),
            no_color: is_dumb || std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty()),
            force_color: std::env::var_os("CLICOLOR_FORCE")
                .is_some_and(|value| !value.is_empty() && value != "0"),
            is_dumb,
            stdout_is_terminal: std::io::stdout().is_terminal(),
            stderr_is_terminal: std::io::stderr().is_terminal(),
            width: terminal_size::terminal_size_of(std::io::stdout()).map(|(width, _)| usize::from(width.0)),
        }
    }

    /// Now, by the clock.
    pub(crate) fn now() -> Timestamp {
        Timestamp::now()
    }

    /// The moment that `SOURCE_DATE_EPOCH` names.
    ///
    /// # Errors
    /// A message where it is set to something that is no whole number of seconds between the years 1970 and 9999.
    pub(crate) fn build_time(&self) -> Result<Option<Timestamp>, String> {
        let Some(text) = &self.source_date_epoch else { return Ok(None) };
        text.parse::<i64>()
            .ok()
            .filter(|seconds| *seconds >= 0)
            .and_then(|seconds| Timestamp::from_second(seconds).ok())
            .map(Some)
            .ok_or_else(|| {
                format!("{SOURCE_DATE_EPOCH} is `{text}`, which is no number of seconds since 1970")
            })
    }
}
