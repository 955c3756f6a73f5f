//! NSIS: installers that are a program, a script and data.
//!
//! Behind the program, at a multiple of 512, comes the *first header*: flags, a mark, the length of the script, and the length
//! of all that follows. Then the script and the data: each file is a block, its length and its bytes. Either every block
//! is packed by itself (bit 31 of its length says whether), or the script and all blocks are one packed run (*solid*).
//! Packed is by deflate, bzip2 or LZMA, each without the frame that it has elsewhere, and the first two not quite as
//! elsewhere. A CRC-32 of all but the first 512 bytes ends the installer, unless a flag says that there is none.
//!
//! The script is a table of blocks (pages, sections, entries, texts, …). An entry is a number and six values: `SetOutPath`
//! sets the folder that the entries after it install to, `File` installs a block under a name, `WriteUninstaller` makes a
//! program of the installer's own one, changed icons and a block. Texts are ANSI or UTF-16 and have codes in them, for
//! variables (`$INSTDIR`), folders of Windows (`$APPDATA`) and texts of the language. Which version of NSIS wrote them
//! only their codes tell.
//!
//! Entries are taken in their order, as 7-Zip does; jumps and calls are not followed. A file that several entries install
//! is told for each path.
//!
//! After the sources of NSIS 2.51 and 3.09 (`fileform.h`: layout); compared with `makensis` 3.11 and 7-Zip 26.02.

mod bzip2;
mod inflate;
mod packing;
mod reader;
mod script;
mod text;

pub(crate) use reader::{Nsis, Start};
