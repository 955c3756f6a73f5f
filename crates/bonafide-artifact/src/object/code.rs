//! What the simplest of functions return.
//!
//! Libraries export a function that tells their version: it returns a constant, or the address of a text. Compiled, that is
//! one or two instructions and a return, the same from every compiler, so it can be read without running anything:
//! `mov eax, 0x10600; ret` of `WebPGetDecoderVersion` is version 1.6.0. Where a function does more than that, it has no
//! answer here.

use super::image::{Image, Machine};

/// What an exported symbol says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Answer {
    /// The function returns this number.
    Number(u64),
    /// The function returns the address of this text, or the data is this text or its address.
    Text(String),
    /// The data is these bytes (the first 16 at most), and no text.
    Data(Vec<u8>),
    /// It does more than can be read here.
    Unknown,
}

/// What a symbol is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Role {
    Code,
    Data,
    Unknown,
}

/// The longest text that is taken for an answer.
const TEXT: u64 = 200;

/// What the symbol at an address says.
pub(super) fn answer(image: &Image<'_>, address: u64, role: Role) -> Answer {
    if role != Role::Data
        && let Some(answer) = returned(image, address)
    {
        return answer;
    }
    if role == Role::Code {
        return Answer::Unknown;
    }
    if let Some(text) = image.text(address, TEXT).filter(|text| is_plain(text)) {
        return Answer::Text(text);
    }
    if let Some(text) =
        image.pointer(address).and_then(|to| image.text(to, TEXT)).filter(|text| is_plain(text))
    {
        return Answer::Text(text);
    }
    image.bytes(address, 16).map_or(Answer::Unknown, Answer::Data)
}

fn returned(image: &Image<'_>, address: u64) -> Option<Answer> {
    let code = image.bytes(address, 48)?;
    let value = match image.machine {
        Machine::X86 { wide } => x86(&code, address, wide)?,
        Machine::Arm64 => arm64(&code, address)?,
        Machine::Other => return None,
    };
    Some(match value {
        Value::Number(number) => Answer::Number(number),
        Value::Address(address) => match image.text(address, TEXT).filter(|text| is_plain(text)) {
            Some(text) => Answer::Text(text),
            None => Answer::Unknown,
        },
    })
}

/// Something to read for people: at least a character, none of them a control character.
fn is_plain(text: &str) -> bool {
    text.len() >= 2 && text.bytes().all(|byte| (0x20..0x7f).contains(&byte))
}

#[derive(Debug, PartialEq, Eq)]
enum Value {
    Number(u64),
    Address(u64),
}

/// `[endbr64] [push rbp; mov rbp, rsp] mov eax, N | lea rax, [rip + N] | xor eax, eax  [pop rbp | leave] ret`
fn x86(code: &[u8], address: u64, wide: bool) -> Option<Value> {
    let mut at = 0;
    for skipped in [
        &[0xf3, 0x0f, 0x1e, 0xfa][..],
        &[0xf3, 0x0f, 0x1e, 0xfb],
        &[0x55],
        &[0x48, 0x89, 0xe5],
        &[0x89, 0xe5],
    ] {
        if code.get(at..)?.starts_with(skipped) {
            at += skipped.len();
        }
    }
    let number = |from: usize| {
        let bytes: [u8; 4] = code.get(from..from + 4)?.try_into().ok()?;
        Some(u32::from_le_bytes(bytes))
    };
    let value = match *code.get(at..)? {
        [0xb8, ..] => {
            let value = number(at + 1)?;
            at += 5;
            Value::Number(u64::from(value))
        }
        // mov rax, imm32, sign-extended; as an address too, where code is not moved when it is loaded
        [0x48, 0xc7, 0xc0, ..] => {
            let value = number(at + 3)?;
            at += 7;
            Value::Number(u64::from(value))
        }
        [0x48, 0x8d, 0x05, ..] if wide => {
            let offset = i64::from(number(at + 3)?.cast_signed());
            at += 7;
            Value::Address(address.wrapping_add(at as u64).wrapping_add_signed(offset))
        }
        [0x31 | 0x33, 0xc0, ..] => {
            at += 2;
            Value::Number(0)
        }
        _ => return None,
    };
    if matches!(code.get(at), Some(0x5d | 0xc9)) {
        at += 1;
    }
    let ends = matches!(code.get(at..)?, [0xc3, ..] | [0xf3, 0xc3, ..] | [0xf2, 0xc3, ..] | [0xc2, _, _, ..]);
    ends.then_some(value)
}

/// `[bti] (movz w0, N [; movk w0, N, lsl 16] | movz w0, N, lsl 16 | adrp x0, P; add x0, x0, N | adr x0, N) [nop] ret`
///
/// Apple's linker makes `adr; nop` of `adrp; add` where the place is near.
fn arm64(code: &[u8], address: u64) -> Option<Value> {
    let word = |index: usize| {
        let bytes: [u8; 4] = code.get(index * 4..index * 4 + 4)?.try_into().ok()?;
        Some(u32::from_le_bytes(bytes))
    };
    let mut next = 0;
    // hint instructions that guard indirect branches: bti, paciasp
    while matches!(word(next)?, 0xd503_241f | 0xd503_245f | 0xd503_249f | 0xd503_24df | 0xd503_233f) {
        next += 1;
    }
    let here = address.wrapping_add(next as u64 * 4);
    let first = word(next)?;
    let immediate = |word: u32| u64::from(word >> 5 & 0xffff);
    next += 1;
    let value = if first & 0x7fe0_001f == 0x5280_0000 {
        let mut value = immediate(first);
        if word(next)? & 0x7fe0_001f == 0x72a0_0000 {
            value |= immediate(word(next)?) << 16;
            next += 1;
        }
        Value::Number(value)
    } else if first & 0x7fe0_001f == 0x52a0_0000 {
        Value::Number(immediate(first) << 16)
    } else if first & 0xffe0_fc1f == 0x3200_0000 || first & 0x7f80_001f == 0x3200_0000 {
        // orr w0, wzr, #bitmask: constants such as 0x10000
        Value::Number(bitmask(first)?)
    } else if first & 0x9f00_001f == 0x9000_0000 {
        let page = displacement(first).wrapping_shl(12);
        let add = word(next)?;
        if add & 0xffc0_03ff != 0x9100_0000 {
            return None;
        }
        next += 1;
        Value::Address((here & !0xfff).wrapping_add_signed(page).wrapping_add(u64::from(add >> 10 & 0xfff)))
    } else if first & 0x9f00_001f == 0x1000_0000 {
        Value::Address(here.wrapping_add_signed(displacement(first)))
    } else {
        return None;
    };
    while word(next)? == 0xd503_201f {
        next += 1;
    }
    (matches!(word(next)?, 0xd65f_03c0 | 0xd65f_0bff)).then_some(value)
}

/// The signed offset of `adr` and `adrp`: 21 bits.
fn displacement(word: u32) -> i64 {
    let bits = (word >> 5 & 0x7_ffff) << 2 | word >> 29 & 3;
    i64::from((bits << 11).cast_signed() >> 11)
}

/// The 32-bit constant of `orr w0, wzr, #N`, where its elements are 32 bits wide.
fn bitmask(word: u32) -> Option<u64> {
    let (n, rotate, ones) = (word >> 22 & 1, word >> 16 & 0x3f, word >> 10 & 0x3f);
    if word >> 5 & 0x1f != 31 || n != 0 || ones >= 31 {
        return None;
    }
    let mask = (1_u32 << (ones + 1)) - 1;
    Some(u64::from(mask.rotate_right(rotate)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn version_functions_of_x86_are_read() {
        assert_eq!(x86(&[0xb8, 0, 6, 1, 0, 0xc3], 0, true), Some(Value::Number(0x10600)));
        let guarded = [0xf3, 0x0f, 0x1e, 0xfa, 0xb8, 0, 6, 1, 0, 0xc3];
        assert_eq!(x86(&guarded, 0, true), Some(Value::Number(0x10600)));
        let framed = [0x55, 0x48, 0x89, 0xe5, 0xb8, 1, 0, 0, 0, 0x5d, 0xc3];
        assert_eq!(x86(&framed, 0, true), Some(Value::Number(1)));
        let text = [0x48, 0x8d, 0x05, 0x10, 0, 0, 0, 0xc3];
        assert_eq!(x86(&text, 0x1000, true), Some(Value::Address(0x1017)));
        // It goes on: a version would be a guess.
        assert_eq!(x86(&[0xb8, 0, 6, 1, 0, 0x90, 0x90], 0, true), None);
        assert_eq!(x86(&[0xb8, 0, 6], 0, true), None);
    }

    #[test]
    fn version_functions_of_arm64_are_read() {
        let code = |words: &[u32]| words.iter().flat_map(|word| word.to_le_bytes()).collect::<Vec<_>>();
        // mov w0, #0x600; movk w0, #1, lsl 16; ret
        assert_eq!(arm64(&code(&[0x5280_c000, 0x72a0_0020, 0xd65f_03c0]), 0), Some(Value::Number(0x10600)));
        // bti c; adrp x0, 0x1000; add x0, x0, #0x20; ret
        let text = code(&[0xd503_245f, 0xb000_0000, 0x9100_8000, 0xd65f_03c0]);
        assert_eq!(arm64(&text, 0x4000), Some(Value::Address(0x5020)));
        // adr x0, #0x20; nop; ret
        let near = code(&[0x1000_0100, 0xd503_201f, 0xd65f_03c0]);
        assert_eq!(arm64(&near, 0x4000), Some(Value::Address(0x4020)));
        assert_eq!(arm64(&code(&[0x52a0_00e0, 0xd65f_03c0]), 0), Some(Value::Number(0x7_0000)));
        assert_eq!(arm64(&code(&[0xd503_201f; 64]), 0), None);
        assert_eq!(arm64(&code(&[0x5280_c000, 0x1400_0000]), 0), None);
        assert_eq!(arm64(&[], 0), None);
    }
}
