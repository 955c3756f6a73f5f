//! The section `.wixburn`.

use crate::input::ReadAt;
use crate::program::Run;

/// Bytes before the containers' sizes.
const HEADER: usize = 48;
/// Containers that are looked at: the section of WiX 4 has room for 116.
const CONTAINERS: usize = 1024;

/// Where the parts of a bundle lie.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Section {
    /// Bytes of the program.
    pub(crate) stub: u64,
    /// The signature that the program had before containers were attached.
    pub(crate) signature: Option<Run>,
    /// Whether the containers are cabinets.
    pub(crate) are_cabinets: bool,
    /// The UX container, then the attached ones. They may go beyond the end of the file.
    pub(crate) containers: Vec<Run>,
}

impl Section {
    /// Reads the section in a run of a file; `None` where it says nothing of a container: a stub to which nothing was
    /// attached yet.
    pub(crate) fn read(at: &dyn ReadAt, run: Run) -> Option<Self> {
        let length = usize::try_from(run.1 - run.0).ok()?.min(HEADER + CONTAINERS * 4);
        let mut bytes = vec![0; length];
        at.read_exact_at(&mut bytes, run.0).ok()?;
        let word =
            |at: usize| bytes.get(at..at + 4).map(|word| u32::from_le_bytes(word.try_into().expect("four")));
        if word(0)? != 0x00f1_4300 || word(4)? != 2 {
            return None;
        }
        let stub = u64::from(word(24)?);
        let (place, size) = (u64::from(word(32)?), u64::from(word(36)?));
        let signature = (place != 0 && size != 0).then_some((place, place + size));
        let count = usize::try_from(word(44)?).ok()?;
        let mut containers = Vec::new();
        let mut next = stub;
        for index in 0..count {
            let size = u64::from(word(HEADER + index * 4)?);
            containers.push((next, next + size));
            next += size;
            if index == 0 {
                next = signature.map_or(next, |(_, end)| end);
            }
        }
        (count > 0).then_some(Self { stub, signature, are_cabinets: word(40)? == 1, containers })
    }
}
