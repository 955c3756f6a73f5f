//! What readers of containers give: members, one after another, and the body of each.

use std::io;

use crate::bom::Bom;
use crate::entry::{Extent, Kind, Owner};
use crate::fault::Fault;
use crate::input::Forward;
use crate::path::MemberPath;

/// What a container says of one member; its body is still to come.
#[derive(Debug)]
pub(crate) struct Member {
    pub(crate) path: MemberPath,
    pub(crate) kind: Kind,
    /// Declared bytes of the body, holes filled, where the container says it.
    pub(crate) size: Option<u64>,
    /// Of these, bytes that no stored byte stands for: the holes of a sparse file.
    pub(crate) holes: u64,
    pub(crate) mode: Option<u32>,
    pub(crate) mtime: Option<i64>,
    pub(crate) owner: Option<Box<Owner>>,
    pub(crate) extent: Option<Extent>,
    pub(crate) faults: Vec<Fault>,
    /// What its own members should be.
    pub(crate) bill: Option<Box<Bom>>,
    /// Why the body cannot be read.
    pub(crate) lost: Option<Fault>,
}

impl Member {
    /// A member of which nothing more is known yet.
    pub(crate) fn new(path: MemberPath, kind: Kind) -> Self {
        Self {
            path,
            kind,
            size: None,
            holes: 0,
            mode: None,
            mtime: None,
            owner: None,
            extent: None,
            faults: Vec::new(),
            bill: None,
            lost: None,
        }
    }
}

/// A container as a pull parser: it lends the body of the member at hand.
pub(crate) trait Pull {
    /// The next member. Passes over what was not read of the one at hand.
    fn next(&mut self) -> io::Result<Option<Member>>;

    /// The body of the member at hand.
    fn body(&mut self) -> Box<Forward<'_>>;

    /// What was odd about the container itself since this was last asked.
    fn take_faults(&mut self) -> Vec<Fault>;
}
