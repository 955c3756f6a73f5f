//! What is written is what was read.

use crate::corpus;
use bonafide_sbom::{Document, Encoding, Style, read, write};

fn written(document: &Document, style: Style) -> Vec<u8> {
    let mut out = Vec::new();
    write(document, Encoding::Json, style, &mut out).unwrap();
    out
}

#[test]
fn every_document_of_the_corpora_is_read_again_as_it_was_written() {
    let mut count = 0;
    for path in corpus::documents() {
        let Ok(mut document) = read(&corpus::bytes(&path)) else { continue };
        document.encoding = Encoding::Json;
        let again =
            read(&written(&document, Style::Pretty)).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
        assert!(document == again, "{}", path.display());
        assert!(read(&written(&document, Style::Compact)).unwrap() == document, "{}", path.display());
        count += 1;
    }
    println!("{count} documents");
}

#[test]
fn cpython_fragments_are_written_back_byte_for_byte() {
    let Some(data) = corpus::data() else { return };
    for name in [
        "source-3.13.5/sbom.spdx.json.gz",
        "source-3.13.5/externals.spdx.json",
        "main-externals/externals-0eaddae5.spdx.json",
        "main-externals/externals-010eecce.spdx.json",
    ] {
        let bytes = corpus::bytes(&data.join("cpython-sbom").join(name));
        let document = read(&bytes).unwrap();
        assert!(document.is_fragment(), "{name}");
        assert!(written(&document, Style::PythonSorted) == bytes, "{name}");
    }
}

#[test]
fn cpython_release_document_is_written_back_byte_for_byte() {
    let Some(data) = corpus::data() else { return };
    let bytes = corpus::bytes(&data.join("cpython-sbom/expected-3.13.5/Python-3.13.5.tar.xz.spdx.json.gz"));
    assert!(written(&read(&bytes).unwrap(), Style::PythonSorted) == bytes);
}
