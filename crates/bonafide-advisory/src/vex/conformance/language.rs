//! Languages: 6.1.12, 6.1.15, 6.1.28, 6.2.12, 6.2.14, 6.2.15.

use super::Tests;
use crate::lint::report::short;
use crate::node::Node;

/// Two-letter codes of languages (ISO 639-1), as the registry of BCP 47 has them.
const LANGUAGES: &str = "aa ab ae af ak am an ar as av ay az ba be bg bh bi bm bn bo br bs ca ce ch co cr cs cu cv cy da de dv dz ee \
    el en eo es et eu fa ff fi fj fo fr fy ga gd gl gn gu gv ha he hi ho hr ht hu hy hz ia id ie ig ii ik in io is it iu iw ja ji \
    jv jw ka kg ki kj kk kl km kn ko kr ks ku kv kw ky la lb lg li ln lo lt lu lv mg mh mi mk ml mn mo mr ms mt my na nb nd ne ng \
    nl nn no nr nv ny oc oj om or os pa pi pl ps pt qu rm rn ro ru rw sa sc sd se sg sh si sk sl sm sn so sq sr ss st su sv sw ta \
    te tg th ti tk tl tn to tr ts tt tw ty ug uk ur uz ve vi vo wa wo xh yi yo za zh zu";

pub(super) fn test(tests: &mut Tests<'_, '_>) {
    let (lang, source) = (tests.document(&["lang"]), tests.document(&["source_lang"]));
    for node in [lang, source].into_iter().flatten() {
        let Some(text) = node.text() else { continue };
        let first = text.split('-').next().unwrap_or_default().to_ascii_lowercase();
        let known = match first.len() {
            2 => LANGUAGES.split_whitespace().any(|known| known == first),
            // Three letters and more are taken by their form: their registry has thousands.
            1 => matches!(first.as_str(), "i" | "x"),
            _ => first.bytes().all(|byte| byte.is_ascii_alphabetic()) && first.len() <= 8,
        };
        if !known {
            tests.fail("12 language", node, format!("`{}` is no language of BCP 47", short(text)));
        }
        if is_private(text) {
            tests.advise(
                "14 use of private language",
                node,
                format!("`{}` means something to few", short(text)),
            );
        }
        if text.eq_ignore_ascii_case("i-default") {
            tests.advise("15 use of default language", node, "`i-default` is no language that anybody reads");
        }
    }
    if tests.document(&["publisher", "category"]).and_then(Node::text) == Some("translator")
        && source.is_none()
    {
        let node = tests.document(&["publisher"]).unwrap_or(tests.root);
        tests.fail("15 translator", node, "`source_lang` is missing: nobody knows what was translated");
    }
    match (lang, source) {
        (Some(lang), Some(source)) if lang.text() == source.text() => {
            tests.fail("28 translation", source, "the document is translated from its own language");
        }
        (None, _) => {
            let node = tests.document(&[]).unwrap_or(tests.root);
            tests.advise("12 missing document language", node, "`lang` is missing");
        }
        _ => {}
    }
}

/// Parts of a tag that are for private use: `x`, languages `qaa` to `qtz`, scripts `Qaaa` to `Qabx`, regions `AA`, `QM` to `QZ`, `XA`
/// to `XZ`, `ZZ`.
fn is_private(tag: &str) -> bool {
    tag.split('-').enumerate().any(|(at, part)| {
        let lower = part.to_ascii_lowercase();
        match (at, lower.len()) {
            (_, 1) => lower == "x",
            (0, 3) => ("qaa"..="qtz").contains(&lower.as_str()),
            (0, _) => false,
            (_, 4) => ("qaaa"..="qabx").contains(&lower.as_str()),
            (_, 2) => {
                matches!(lower.as_str(), "aa" | "zz")
                    || ("qm"..="qz").contains(&lower.as_str())
                    || ("xa"..="xz").contains(&lower.as_str())
            }
            _ => false,
        }
    })
}
