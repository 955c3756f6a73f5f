//! `regen`: writes the documents as they should be.

use std::io::Write as _;
use std::path::Path;

use super::examine::{examine, in_order};
use super::{Report, Request, VendorError};

/// Writes the base document and the documents of externals.
///
/// Nothing is written where nothing changes, and nothing at all where a finding says that what would be written is
/// untrue. Each file appears whole or not at all. `created` is the creation time of a whole document that changes,
/// RFC 3339; the same tree and time give the same bytes.
///
/// # Errors
/// When the tree cannot be read or a document cannot be written.
pub fn regen(request: &Request<'_>, created: Option<&str>) -> Result<Report, VendorError> {
    let mut examined = examine(request, created)?;
    let mut written = Vec::new();
    let sound = examined.sound();
    if sound {
        for output in &examined.outputs {
            if output.old.as_deref() != Some(output.new.as_bytes()) {
                replace_file(&examined.tree.on_disk(output.path.as_bytes()), output.new.as_bytes())?;
                written.push(output.path.clone());
            }
        }
    }
    in_order(&mut examined.findings);
    Ok(Report {
        findings: examined.findings,
        packages: request.config.packages.len(),
        files: examined.survey.files.len(),
        externals: examined.externals,
        written,
        withheld: !sound,
        ..Report::default()
    })
}

/// Puts a file in place under a temporary name, then renames it, keeping the permissions of what stood there.
pub(super) fn replace_file(path: &Path, bytes: &[u8]) -> Result<(), VendorError> {
    let failed = |source| VendorError::Write { path: path.to_path_buf(), source };
    let folder = path.parent().unwrap_or(Path::new("."));
    let mut builder = tempfile::Builder::new();
    builder.prefix(".bonafide-");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        builder.permissions(std::fs::Permissions::from_mode(0o666));
    }
    let mut file = builder.tempfile_in(folder).map_err(failed)?;
    if let Ok(metadata) = std::fs::metadata(path) {
        file.as_file().set_permissions(metadata.permissions()).map_err(failed)?;
    }
    file.write_all(bytes).map_err(failed)?;
    file.persist(path).map_err(|error| failed(error.error))?;
    Ok(())
}
