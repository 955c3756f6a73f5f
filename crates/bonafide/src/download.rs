//! Files from the network, where the user said so: by `--online`, or by a command that updates.

use std::fs::File;
use std::path::{Path, PathBuf};
use std::time::Duration;

use bonafide_fetch::{FetchError, Refreshed, Schemes, Settings, Validators};
use bonafide_ident::Sha256;
use tempfile::TempDir;

use crate::environment::Environment;
use crate::failure::Failure;
use crate::ui::Ui;

/// Whether connections may be opened at all.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Network {
    Allowed,
    /// By `--offline`.
    Refused,
}

/// A file that is there as long as this value.
pub(crate) struct Downloaded {
    folder: TempDir,
    name: String,
    pub(crate) sha256: Sha256,
    pub(crate) length: u64,
    pub(crate) validators: Validators,
}

impl Downloaded {
    pub(crate) fn path(&self) -> PathBuf {
        self.folder.path().join(&self.name)
    }
}

/// What fetching may cost, and what helps without it.
pub(crate) struct Fetcher<'a> {
    pub(crate) ui: &'a Ui,
    pub(crate) network: Network,
    settings: Settings,
    instead: String,
}

impl<'a> Fetcher<'a> {
    pub(crate) fn new(ui: &'a Ui, environment: &Environment, network: Network, instead: &str) -> Self {
        let settings = Settings {
            proxy: environment.proxy.clone(),
            ..Settings::new(concat!("bonafide/", env!("CARGO_PKG_VERSION")))
        };
        Self { ui, network, settings, instead: instead.to_owned() }
    }

    /// With a bound on the time of one download.
    pub(crate) fn within(mut self, seconds: Option<u64>) -> Self {
        if let Some(seconds) = seconds {
            self.settings.time = Duration::from_secs(seconds.max(1));
        }
        self
    }

    /// Fetches one address into a temporary folder, unless what is there is what `known` tells of: then there is nothing.
    pub(crate) fn fetch(
        &self,
        address: &str,
        known: &Validators,
        schemes: Schemes,
        max_bytes: Option<u64>,
    ) -> Result<Option<Downloaded>, Failure> {
        let shown = bonafide_fetch::shown(address);
        if self.network == Network::Refused {
            let failure = Failure::network(format!("`{shown}` is not fetched: `--offline` was given"));
            return Err(failure.hint(&self.instead));
        }
        let mut settings = Settings { schemes, ..self.settings.clone() };
        settings.bytes = max_bytes.unwrap_or(settings.bytes);
        let written =
            |error: &std::io::Error| Failure::input("failed to make a temporary file").because(error);
        let folder = tempfile::tempdir().map_err(|error| written(&error))?;
        let name = file_name(address);
        let mut file = File::create(folder.path().join(&name)).map_err(|error| written(&error))?;
        self.ui.detail(&format!("fetching {shown}"));
        let bar = self.ui.shows_progress().then(|| self.ui.progress(&shown));
        let done = bonafide_fetch::refresh(address, known, &settings, &mut file, &mut |done, total| {
            if let Some(bar) = &bar {
                bar.update(done, total);
            }
        });
        if let Some(bar) = bar {
            bar.clear();
        }
        match done {
            Ok(Refreshed::Unchanged) => Ok(None),
            Ok(Refreshed::New(done, validators)) => {
                let (sha256, length) = (done.sha256, done.length);
                Ok(Some(Downloaded { folder, name, sha256, length, validators }))
            }
            Err(error) => Err(failure(&error).hint(&self.instead)),
        }
    }
}

fn failure(error: &FetchError) -> Failure {
    match error {
        FetchError::Unreachable { .. } => {
            Failure::network("the network is needed and is not to be had").because(error)
        }
        FetchError::Refused { .. } | FetchError::Proxy(_) => {
            Failure::usage("the address cannot be fetched").because(error)
        }
        error => Failure::input("the address could not be fetched").because(error),
    }
}

/// Fetches one address into a temporary folder. `instead` says what helps without a network.
pub(crate) fn download(
    ui: &Ui,
    environment: &Environment,
    network: Network,
    address: &str,
    expected: Option<Sha256>,
    instead: &str,
) -> Result<Downloaded, Failure> {
    let fetcher = Fetcher::new(ui, environment, network, instead);
    let done = fetcher.fetch(address, &Validators::default(), Schemes::Https, None)?;
    let done = done.ok_or_else(|| Failure::input(format!("`{address}` gives nothing")))?;
    if let Some(expected) = expected.filter(|expected| *expected != done.sha256) {
        let (location, found) = (bonafide_fetch::shown(address), done.sha256);
        return Err(failure(&FetchError::Digest { location, expected, found }).hint(instead));
    }
    ui.say(&format!("fetched {address}: {} bytes, SHA-256 {}", done.length, done.sha256));
    Ok(done)
}

/// The last part of an address's path, for messages, if it is a plain name.
pub(crate) fn file_name(address: &str) -> String {
    let path = address.split(['?', '#']).next().unwrap_or_default();
    let name = Path::new(path).file_name().and_then(|name| name.to_str()).unwrap_or_default();
    let plain = |each: char| each.is_ascii_alphanumeric() || "._-+".contains(each);
    if !name.is_empty() && !name.starts_with('.') && name.len() < 200 && name.chars().all(plain) {
        name.to_owned()
    } else {
        "archive".to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::file_name;

    #[test]
    fn an_address_gives_no_strange_file_names() {
        assert_eq!(file_name("https://example.org/a/b-1.tar.gz?x=/y"), "b-1.tar.gz");
        for address in ["https://example.org/..", "https://example.org/a b", "https://example.org/%2e", ""] {
            assert_eq!(file_name(address), "archive", "{address}");
        }
    }
}
