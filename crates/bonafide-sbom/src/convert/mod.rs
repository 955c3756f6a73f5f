//! Documents of one format as documents of another.

mod carried;

pub use carried::evidence_annotation;
