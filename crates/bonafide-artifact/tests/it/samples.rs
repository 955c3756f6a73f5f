//! Samples that others made, where they are there: every file that another reader unpacks (GNU ar and cpio, rpm2cpio,
//! dpkg-deb, msiextract, 7-Zip) is told with its path, size and digest.

use bonafide_artifact::{Limits, Source, Threads};

use crate::damage::data;
use crate::walked_with;

#[test]
fn what_other_readers_unpack_is_told() {
    let Some(folder) = data("diffoscope") else { return };
    for row in include_str!("samples.tsv").lines() {
        let [sample, path, size, digest] = row.split('\t').collect::<Vec<_>>()[..] else {
            panic!("four columns: {row}");
        };
        let file = folder.join(sample);
        let (summary, seen) = walked_with(Source::Path(&file), Limits::default(), Threads::Two);
        let top = sample.rsplit('/').next().expect("a name");
        let told = seen.at(&format!("{top}!/{path}"));
        assert_eq!((told.size.to_string(), told.sha256.as_deref()), (size.to_owned(), Some(digest)), "{row}");
        assert_eq!((seen.all_faults(), summary.gaps), (vec![], 0), "{sample}");
    }
}
