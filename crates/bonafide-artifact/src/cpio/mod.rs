//! cpio: headers, names and bodies one after another; a member `TRAILER!!!` ends it.
//!
//! Five forms: `newc` and `crc` (System V release 4), `odc` (POSIX.1-1988), and the old binary one in both orders of
//! bytes; rpm has a sixth whose headers only refer to its own. In the new forms the names of one file come one after
//! another and the last one alone has the body: it is told first here, the others after it as hard links.
//!
//! After `cpio(5)` of FreeBSD 14 and POSIX.1-1988 10.1.2; compared with GNU cpio 2.13.

mod header;
mod reader;

pub(crate) use header::looks_like;
pub(crate) use reader::{Cpio, Described, kind_of_mode};
