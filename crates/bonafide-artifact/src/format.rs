//! Formats, known by content.

/// A container or compression format.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Format {
    /// A folder on disk.
    Folder,
    /// A single file that is no container.
    Plain,
    /// Tar of any dialect.
    Tar,
    /// Zip; wheels, eggs and jars too.
    Zip,
    /// Gzip (RFC 1952), any number of members.
    Gzip,
    /// Bzip2, any number of streams.
    Bzip2,
    /// Xz (.xz file format 1.2), any number of streams.
    Xz,
    /// Zstandard (RFC 8878), any number of frames.
    Zstd,
}
