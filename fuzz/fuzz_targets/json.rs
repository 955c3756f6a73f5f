//! JSON: what strict reading takes, lenient reading takes too; what it takes can be skipped, and what it refuses is refused at the same
//! place; every stop is inside the text.

#![no_main]

use bonafide_json::{Kind, Read, Reader};
use libfuzzer_sys::fuzz_target;

const DEEPEST: usize = 64;

fn take(reader: &mut Reader<'_>) -> Read<()> {
    match reader.peek()? {
        Kind::Null => reader.null(),
        Kind::Bool => reader.boolean().map(drop),
        Kind::Number => reader.number().map(drop),
        Kind::String => reader.string().map(drop),
        Kind::Array => {
            reader.begin_array()?;
            while reader.next_item()? {
                take(reader)?;
            }
            Ok(())
        }
        Kind::Object => {
            reader.begin_object()?;
            while reader.next_key()?.is_some() {
                take(reader)?;
            }
            Ok(())
        }
    }
}

fn whole<'s>(mut reader: Reader<'s>, value: impl FnOnce(&mut Reader<'s>) -> Read<()>) -> Read<()> {
    value(&mut reader)?;
    reader.finish()
}

fuzz_target!(|text: &str| {
    let strict = whole(Reader::strict(text, DEEPEST), take);
    let lenient = whole(Reader::lenient(text, DEEPEST), take);
    let skipped = whole(Reader::lenient(text, DEEPEST), Reader::skip);
    // The pointers differ where a key is escaped: nobody reads the keys of what is skipped.
    let stopped = |read: &Read<()>| read.clone().map_err(|stop| (stop.place.offset, stop.why));
    assert_eq!(stopped(&lenient), stopped(&skipped));
    match strict {
        Ok(()) => assert_eq!(lenient, Ok(())),
        Err(stop) => assert!(stop.place.offset <= text.len(), "{stop}"),
    }
});
