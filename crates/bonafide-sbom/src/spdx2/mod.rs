//! SPDX 2.2 and 2.3.
//!
//! A document is one object: what is said of the whole, then `packages`, `files`, `snippets`, licence texts that it
//! brings along, and `relationships` between `SPDXID`s. Source: SPDX specification 2.3, and its JSON schema.

mod check;
mod code;
pub(crate) mod grammar;
mod nested;
mod read;
mod resolve;
mod tag_value;
mod write;
mod xml;

pub(crate) use check::{FILE_TYPES, check};
pub use code::{CODE_OF_NOTHING, verification_code};
pub(crate) use grammar::{Locator, is_date, locator};
pub(crate) use nested::flatten;
pub(crate) use read::read_json;
pub(crate) use resolve::{elements_by_id, resolve};
pub(crate) use tag_value::to_json as tag_value_to_json;
pub(crate) use write::write_json;
pub(crate) use xml::to_json as xml_to_json;
