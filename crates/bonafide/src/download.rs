//! Files from the network, where the user said `--online`.

use std::fs::File;
use std::path::{Path, PathBuf};

use bonafide_fetch::{FetchError, Settings};
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
}

impl Downloaded {
    pub(crate) fn path(&self) -> PathBuf {
        self.folder.path().join(&self.name)
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
    if network == Network::Refused {
        let failure = Failure::network(format!("`{address}` is not fetched: `--offline` was given"));
        return Err(failure.hint(instead));
    }
    let settings = Settings {
        proxy: environment.proxy.clone(),
        ..Settings::new(concat!("bonafide/", env!("CARGO_PKG_VERSION")))
    };
    let written = |error: &std::io::Error| Failure::input("failed to make a temporary file").because(error);
    let folder = tempfile::tempdir().map_err(|error| written(&error))?;
    let downloaded = Downloaded { folder, name: file_name(address) };
    let mut file = File::create(downloaded.path()).map_err(|error| written(&error))?;
    ui.detail(&format!("fetching {address}"));
    match bonafide_fetch::download(address, expected, &settings, &mut file) {
        Ok(done) => {
            ui.say(&format!("fetched {address}: {} bytes, SHA-256 {}", done.length, done.sha256));
            Ok(downloaded)
        }
        Err(error @ FetchError::Unreachable { .. }) => {
            Err(Failure::network("the network is needed and is not to be had").because(&error).hint(instead))
        }
        Err(error @ (FetchError::Refused { .. } | FetchError::Proxy(_))) => {
            Err(Failure::usage("the address cannot be fetched").because(&error).hint(instead))
        }
        Err(error) => Err(Failure::input("the address could not be fetched").because(&error).hint(instead)),
    }
}

/// The last part of an address's path, for messages, if it is a plain name.
fn file_name(address: &str) -> String {
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
