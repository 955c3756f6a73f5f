//! How a path is written where it must be read back: in a command of a shell, in `.gitattributes`.

use bstr::ByteSlice as _;

/// A path as one word of a POSIX shell. Bytes that cannot be printed are written as bash and zsh read them: `$'\xff'`.
pub(super) fn shell_word(path: &[u8]) -> String {
    let plain = |byte: &u8| byte.is_ascii_alphanumeric() || b"_./@%+=:,-".contains(byte);
    match path.to_str() {
        Ok(text) if !text.is_empty() && path.iter().all(plain) => text.to_owned(),
        Ok(text) if !text.contains(char::is_control) => format!("'{}'", text.replace('\'', r"'\''")),
        _ => {
            let mut word = String::from("$'");
            for byte in path {
                match byte {
                    b'\'' | b'\\' => word.extend(['\\', char::from(*byte)]),
                    b' '..=b'~' => word.push(char::from(*byte)),
                    _ => word.push_str(&format!("\\x{byte:02x}")),
                }
            }
            word.push('\'');
            word
        }
    }
}

/// A pattern of `.gitattributes` at the root that matches this path only: characters of patterns escaped, in the quotes of
/// C where it must be.
///
/// Source: gitattributes(5), "Description"; the quotes are those of git's `quote.c`.
pub(super) fn attributes_pattern(path: &[u8]) -> String {
    let mut pattern = Vec::with_capacity(path.len());
    if !path.contains(&b'/') {
        // Without a slash it would match in every folder.
        pattern.push(b'/');
    }
    for byte in path {
        if b"*?[\\".contains(byte) {
            pattern.push(b'\\');
        }
        pattern.push(*byte);
    }
    let plain = |byte: &u8| !byte.is_ascii_control() && !b" \"".contains(byte);
    match pattern.to_str() {
        Ok(text) if pattern.iter().all(plain) && !text.starts_with(['#', '!', '[']) => text.to_owned(),
        _ => {
            let mut quoted = String::from("\"");
            for byte in &pattern {
                match byte {
                    b'"' | b'\\' => quoted.extend(['\\', char::from(*byte)]),
                    b' '..=b'~' => quoted.push(char::from(*byte)),
                    _ => quoted.push_str(&format!("\\{byte:03o}")),
                }
            }
            quoted.push('"');
            quoted
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_of_a_shell_are_read_back_as_they_were() {
        for (path, word) in [
            (&b"a/b-1.c"[..], "a/b-1.c"),
            (b"a b.c", "'a b.c'"),
            (b"it's", r"'it'\''s'"),
            ("é.c".as_bytes(), "'é.c'"),
            (b"\xff'\n", r"$'\xff\'\x0a'"),
            (b"", "''"),
        ] {
            assert_eq!(shell_word(path), word);
        }
    }

    #[test]
    fn patterns_of_gitattributes_are_quoted_where_they_must_be() {
        for (path, pattern) in [
            (&b"a/b.c"[..], "a/b.c"),
            (b"b.c", "/b.c"),
            (b"a/b c", r#""a/b c""#),
            (b"a/[b]*\\", r"a/\[b]\*\\"),
            (b"a/\"\xff", r#""a/\"\377""#),
            ("a/é".as_bytes(), "a/é"),
        ] {
            assert_eq!(attributes_pattern(path), pattern);
        }
    }
}
