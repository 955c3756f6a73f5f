//! How script and data are packed.

use std::io::{self, BufReader, Read as _};

use lzma_rust2::LzmaReader;
use lzma_rust2::filter::bcj::BcjReader;

use super::bzip2::Bzip2;
use super::inflate::Inflate;
use crate::decode::{Codec, decode_fault};
use crate::fault::{Fault, FaultKind};
use crate::input::{Forward, ReadAt, Window};
use crate::limits::Budget;
use crate::program::Run;
use crate::stream::SMALL;
use crate::unpacked::{Named, Unpacked};

/// Bit of a block's length: it is packed.
pub(super) const PACKED: u32 = 1 << 31;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Method {
    Deflate,
    Bzip2,
    Lzma {
        /// A byte comes first that says whether jumps of x86 programs were changed.
        has_filter: bool,
    },
}

/// How one installer is packed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Packing {
    pub(super) method: Method,
    /// Script and data are one run.
    pub(super) is_solid: bool,
}

impl Packing {
    /// Known by the bytes of the run behind the first header: nothing says it. A length of the script that is its own is
    /// that of a script that is not packed. What may be the length of a packed script is, once in 256 installers, the begin
    /// of a solid run: then that unpacks to the script's length first.
    pub(super) fn of(at: &dyn ReadAt, run: Run, script: u32, budget: &Budget) -> io::Result<Self> {
        let mut head = [0; 16];
        at.read_exact_at(&mut head, run.0)?;
        let first = u32::from_le_bytes([head[0], head[1], head[2], head[3]]);
        let lzma = |at: usize| {
            let plain = |at: usize| head[at..at + 3] == [0x5d, 0, 0] && head[at + 5] == 0;
            match head[at] {
                _ if plain(at) => Some(Method::Lzma { has_filter: false }),
                0 | 1 if plain(at + 1) => Some(Method::Lzma { has_filter: true }),
                _ => None,
            }
        };
        let bzip2 = |at: usize| head[at] == 0x31 && head[at + 1] < 14;
        let method = |at: usize| lzma(at).unwrap_or(if bzip2(at) { Method::Bzip2 } else { Method::Deflate });
        let solid = Self { method: method(0), is_solid: true };
        let may_be_length = first == script || first & PACKED != 0 && first & !PACKED < 1 << 24;
        if lzma(0).is_some() || !may_be_length || solid.begins_with(script, at, run, budget) {
            return Ok(solid);
        }
        Ok(Self { method: method(4), is_solid: false })
    }

    /// Whether a run unpacks to this length first.
    fn begins_with(self, script: u32, at: &dyn ReadAt, run: Run, budget: &Budget) -> bool {
        let mut first = [0; 4];
        self.open(at, run, budget).is_ok_and(|mut unpacked| {
            unpacked.left = 4;
            unpacked.read_exact(&mut first).is_ok() && first == script.to_le_bytes()
        })
    }

    /// What a run of packed bytes unpacks to.
    pub(super) fn open<'a>(
        self,
        at: &'a dyn ReadAt,
        run: Run,
        budget: &'a Budget,
    ) -> Result<Unpacked<'a>, Fault> {
        let limit = budget.limits().decoder_bytes;
        let mut input = Window::new(at, run.0, run.1, SMALL);
        let buffer = |reader, codec| -> Box<Forward<'a>> {
            Box::new(BufReader::with_capacity(SMALL, Named::new(reader, codec, budget)))
        };
        type Reader<'a> = Box<dyn io::Read + Send + 'a>;
        let inner = match self.method {
            Method::Deflate => buffer(Box::new(Inflate::new(input)) as Reader<'a>, Codec::Deflate),
            Method::Bzip2 => buffer(Box::new(Bzip2::new(input)), Codec::Bzip2),
            Method::Lzma { has_filter } => {
                let mut head = [0; 6];
                let head = &mut head[usize::from(!has_filter)..];
                input.read_exact(head).map_err(|error| Fault::from_io(&error))?;
                let filter = if has_filter { head[0] } else { 0 };
                let [properties, a, b, c, d] = head[head.len() - 5..].try_into().expect("five bytes");
                let dictionary = u32::from_le_bytes([a, b, c, d]);
                let share = budget.decoder(true).bytes;
                if u64::from(dictionary) > share {
                    let message = format!("lzma window bytes exceed the limit of {share} (decoder_bytes)");
                    return Err(Fault::new(FaultKind::Limit, message));
                }
                let reader = LzmaReader::new_with_props(input, u64::MAX, properties, dictionary, None)
                    .map_err(|error| decode_fault(Codec::Lzma, &error, 0, limit))?;
                match filter {
                    0 => buffer(Box::new(reader), Codec::Lzma),
                    1 => buffer(Box::new(BcjReader::new_x86(reader, 0)), Codec::Lzma),
                    filter => {
                        let message = format!("filter {filter} is not read");
                        return Err(Fault::at(FaultKind::Unsupported, run.0, message));
                    }
                }
            }
        };
        Ok(Unpacked::new(inner, budget, run.1 - run.0))
    }
}
