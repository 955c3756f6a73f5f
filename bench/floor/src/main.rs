//! The floor: decompresses a file and computes SHA-1 and SHA-256 of what comes out, with the libraries of the product
//! and on one thread. `floor FILE`, or `floor -` for standard input; what it is compressed with is known by its
//! first bytes. Prints the length and both digests.

use std::fs::File;
use std::io::{self, BufRead, BufReader, Read, stdin};
use std::process::ExitCode;

use bonafide_ident::{DigestKinds, Hasher};

/// The product's own decoder, which is no public part of its crate.
#[path = "../../../crates/bonafide-artifact/src/lzma2/mod.rs"]
#[expect(dead_code, reason = "the product also asks where the input stands")]
mod lzma2;

/// As large as the product's chunks.
const CHUNK: usize = 256 << 10;

fn main() -> ExitCode {
    let Some(path) = std::env::args_os().nth(1) else {
        eprintln!("usage: floor FILE");
        return ExitCode::from(2);
    };
    let result = if path == "-" {
        floor(BufReader::with_capacity(CHUNK, stdin()))
    } else {
        File::open(&path).and_then(|file| floor(BufReader::with_capacity(CHUNK, file)))
    };
    match result {
        Ok(line) => {
            println!("{line}");
            ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!("{}: {error}", path.display());
            ExitCode::from(4)
        }
    }
}

fn floor(mut input: impl BufRead) -> io::Result<String> {
    let head = input.fill_buf()?;
    match head {
        [0x1f, 0x8b, ..] => hash(flate2::bufread::MultiGzDecoder::new(input)),
        [0xfd, b'7', ..] => {
            let dictionary = xz_dictionary(&mut input)?;
            hash(lzma2::Lzma2::new(input, dictionary))
        }
        [b'B', b'Z', b'h', ..] => hash(bzip2::bufread::MultiBzDecoder::new(input)),
        [0x28, 0xb5, 0x2f, 0xfd, ..] => hash(zstd::stream::read::Decoder::with_buffer(input)?),
        _ => hash(input),
    }
}

/// Passes over the headers of an xz file and of its first block, which is taken to be the only one and LZMA2 alone; no
/// check is verified. The size of the dictionary.
fn xz_dictionary(input: &mut impl Read) -> io::Result<u32> {
    let mut stream = [0; 13];
    input.read_exact(&mut stream)?;
    let mut block = vec![0; usize::from(stream[12]) * 4 + 3];
    input.read_exact(&mut block)?;
    let mut fields = block[1..].iter().copied();
    for size in [0x40, 0x80] {
        if block[0] & size != 0 {
            fields.by_ref().take_while(|byte| byte & 0x80 != 0).for_each(drop);
        }
    }
    match (block[0] & 3, fields.next(), fields.next(), fields.next()) {
        (0, Some(0x21), Some(1), Some(bits @ 0..40)) => Ok((2 | u32::from(bits & 1)) << (bits / 2 + 11)),
        _ => Err(io::Error::new(io::ErrorKind::Unsupported, "only LZMA2 alone is known")),
    }
}

fn hash(mut bytes: impl Read) -> io::Result<String> {
    let mut hasher = Hasher::new(DigestKinds::SPDX, None);
    let mut chunk = vec![0; CHUNK];
    let mut length = 0_u64;
    loop {
        match bytes.read(&mut chunk)? {
            0 => break,
            count => {
                hasher.update(&chunk[..count]);
                length += count as u64;
            }
        }
    }
    let digests = hasher.finish();
    let text = |digest: Option<String>| digest.unwrap_or_default();
    let sha1 = text(digests.sha1.map(|digest| digest.to_string()));
    let sha256 = text(digests.sha256.map(|digest| digest.to_string()));
    Ok(format!("{length} {sha1} {sha256}"))
}
