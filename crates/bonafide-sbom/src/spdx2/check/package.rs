//! Packages.

use super::{At, Check, Edition, extra};
use crate::model::{
    Category, Claim, Component, ComponentId, Element, End, FileId, RelationshipKind, VerificationCode,
};
use crate::rules;
use crate::spdx2::code::{CODE_OF_NOTHING, verification_code};
use crate::spdx2::grammar::{self, Locator};
use bonafide_json::shorten;
use bonafide_report::{Severity, counted};
use std::collections::HashSet;

impl<'d> Check<'d> {
    pub(super) fn packages(&mut self) {
        let files = self.files_of_packages();
        for (item, package) in self.document.components.iter().enumerate() {
            self.package(At::Package(item), package);
            self.files_analyzed(At::Package(item), package, &files[item]);
        }
    }

    /// The files that each package is said to contain, by `CONTAINS`, `CONTAINED_BY` or `hasFiles`; each once.
    fn files_of_packages(&self) -> Vec<Vec<FileId>> {
        let mut files: Vec<Vec<FileId>> = vec![Vec::new(); self.document.components.len()];
        for edge in &self.document.relationships {
            let (package, file) = match edge.kind {
                RelationshipKind::Contains => (&edge.from, &edge.to),
                RelationshipKind::ContainedBy => (&edge.to, &edge.from),
                _ => continue,
            };
            if let (
                End::Element(Element::Component(ComponentId(package))),
                End::Element(Element::File(file)),
            ) = (package, file)
            {
                files[*package as usize].push(*file);
            }
        }
        for list in &mut files {
            list.sort_unstable();
            list.dedup();
        }
        files
    }

    fn package(&mut self, at: At, package: &'d Component) {
        self.extras(at, &package.extra, extra::PACKAGE);
        self.required(at, "SPDXID", package.id.is_some(), &package.extra);
        self.required(at, "name", package.name.is_some(), &package.extra);
        self.required(at, "downloadLocation", !package.download_location.is_absent(), &package.extra);
        if let Some(location) =
            package.download_location.text().filter(|text| !grammar::is_download_location(text))
        {
            let message = format!("`downloadLocation` is {:?}", shorten(location));
            self.fault(&rules::LOCATION, at, "downloadLocation", message).remedy = Some(
                "write an address, one of a version control system such as git+https://…, NOASSERTION or NONE"
                    .to_owned(),
            );
        }
        if let Some(homepage) = package.homepage.text().filter(|text| !grammar::is_url(text)) {
            let message = format!("`homepage` is {:?}", shorten(homepage));
            self.fault(&rules::LOCATION, at, "homepage", message).remedy =
                Some("write an address, NOASSERTION or NONE".to_owned());
        }
        for (field, claim) in [("supplier", &package.supplier), ("originator", &package.originator)] {
            if let Claim::Known(actor) = claim {
                self.actor(at, field, actor);
            }
        }
        for (item, digest) in package.digests.iter().enumerate() {
            self.digest(at, &format!("checksums/{item}"), digest);
        }
        self.license(at, "licenseConcluded", &package.license_concluded);
        self.license(at, "licenseDeclared", &package.license_declared);
        for (item, claim) in package.license_info_from_files.iter().enumerate() {
            self.license(at, &format!("licenseInfoFromFiles/{item}"), claim);
        }
        if let Some(crate::Purpose::Unknown(word)) = &package.purpose {
            let message = format!("no purpose of SPDX 2.3 is called {:?}", shorten(word));
            self.fault(&rules::UNKNOWN_VALUE, at, "primaryPackagePurpose", message).remedy =
                Some("use LIBRARY, APPLICATION, SOURCE or another that the specification lists".to_owned());
        }
        self.references(at, package);
        let dates = [
            ("builtDate", &package.built),
            ("releaseDate", &package.released),
            ("validUntilDate", &package.valid_until),
        ];
        for (field, date) in dates {
            if let Some(date) = date {
                self.date(at, field, date);
                if self.edition == Edition::V2_2 {
                    self.only_2_3(at, field, &format!("`{field}`"));
                }
            }
        }
        if self.edition == Edition::V2_2 {
            if package.purpose.is_some() {
                self.only_2_3(at, "primaryPackagePurpose", "`primaryPackagePurpose`");
            }
            self.required(at, "licenseConcluded", !package.license_concluded.is_absent(), &package.extra);
            self.required(at, "licenseDeclared", !package.license_declared.is_absent(), &package.extra);
            self.required(at, "copyrightText", !package.copyright.is_absent(), &package.extra);
        }
    }

    fn references(&mut self, at: At, package: &Component) {
        for (item, reference) in package.references.iter().enumerate() {
            let field = format!("externalRefs/{item}");
            self.extras_below(at, &format!("{field}/"), &reference.extra, extra::REFERENCE);
            match &reference.category {
                Category::Unknown(word) => {
                    let message = format!("no category of references is called {:?}", shorten(word));
                    self.fault(&rules::UNKNOWN_VALUE, at, &format!("{field}/referenceCategory"), message)
                        .remedy = Some("use SECURITY, PACKAGE-MANAGER, PERSISTENT-ID or OTHER".to_owned());
                    continue;
                }
                Category::Other => {
                    if reference.locator.contains(' ') {
                        let message = format!("{:?} has a space in it", shorten(&reference.locator));
                        self.fault(
                            &rules::REFERENCE_LOCATOR,
                            at,
                            &format!("{field}/referenceLocator"),
                            message,
                        )
                        .remedy = Some("leave the spaces out".to_owned());
                    }
                    continue;
                }
                Category::PackageManagerUnderscored | Category::PersistentIdUnderscored
                    if self.edition == Edition::V2_3 =>
                {
                    let found = reference.category.spdx2().unwrap_or_default().to_owned();
                    let wanted = found.replace('_', "-");
                    let message = format!(
                        "{found}: SPDX 2.3 spells it {wanted}; SPDX 2.2 and 2.3.1 take both spellings"
                    );
                    let finding = self.fault(
                        &rules::REFERENCE_SPELLING,
                        at,
                        &format!("{field}/referenceCategory"),
                        message,
                    );
                    finding.remedy = Some(format!("write {wanted}, which every edition takes"));
                    finding.field = Some("referenceCategory".to_owned());
                    finding.expected = Some(wanted);
                    finding.found = Some(found);
                }
                _ => {}
            }
            let kind = &*reference.kind;
            if self.edition == Edition::V2_2 && matches!(kind, "advisory" | "fix" | "url" | "swid") {
                self.only_2_3(at, &format!("{field}/referenceType"), &format!("reference type `{kind}`"));
                continue;
            }
            let types = grammar::types_of(&reference.category);
            if !types.contains(&kind) {
                let message = format!(
                    "{} has no type {:?}",
                    reference.category.spdx2().unwrap_or_default(),
                    shorten(kind)
                );
                self.fault(&rules::REFERENCE_TYPE, at, &format!("{field}/referenceType"), message).remedy =
                    Some(format!("use one of {}, or the category OTHER", types.join(", ")));
                continue;
            }
            let (reason, severity) = match grammar::locator(kind, &reference.locator) {
                Locator::Right => continue,
                Locator::Doubtful(reason) => (reason, Severity::Warning),
                Locator::Wrong(reason) => (reason, Severity::Error),
            };
            let message = format!("{kind} {:?}: {reason}", shorten(&reference.locator));
            let finding =
                self.fault(&rules::REFERENCE_LOCATOR, at, &format!("{field}/referenceLocator"), message);
            finding.severity = severity;
            finding.remedy = Some("mend the identifier, or leave the reference out".to_owned());
        }
    }

    /// What a package says of its files, against the files that it has.
    fn files_analyzed(&mut self, at: At, package: &Component, files: &[FileId]) {
        let code = package.verification_code.as_deref();
        if let Some(code) = code {
            self.extras_below(at, "packageVerificationCode/", &code.extra, extra::VERIFICATION_CODE);
        }
        if package.files_analyzed == Some(false) {
            self.files_not_analyzed(at, package, files);
            return;
        }
        let Some(code) = code else {
            if package.extra.get("packageVerificationCode").is_none() && !self.document.is_fragment() {
                self.fault(
                    &rules::VERIFICATION_CODE_MISSING,
                    at,
                    "",
                    "the package has no verification code, and does not say `\"filesAnalyzed\": false`",
                )
                .remedy = Some(if files.is_empty() {
                    "write `\"filesAnalyzed\": false`".to_owned()
                } else {
                    "add `packageVerificationCode`".to_owned()
                });
            }
            return;
        };
        self.verification_code(at, code, files);
    }

    /// A package that says that its files were not analysed says nothing of them.
    fn files_not_analyzed(&mut self, at: At, package: &Component, files: &[FileId]) {
        if !files.is_empty() {
            let count = counted(files.len() as u64, "file");
            let message = format!("`filesAnalyzed` is false, yet the package contains {count}");
            self.fault(&rules::FILES_ANALYZED, at, "filesAnalyzed", message).remedy =
                Some("write true and add the verification code, or leave the files out".to_owned());
        }
        if !package.license_info_from_files.is_empty() {
            self.fault(
                &rules::FILES_ANALYZED,
                at,
                "licenseInfoFromFiles",
                "`filesAnalyzed` is false, yet the package says what its files' licences are",
            )
            .remedy = Some("write true, or leave `licenseInfoFromFiles` out".to_owned());
        }
        if package.verification_code.is_some() {
            self.fault(
                &rules::FILES_ANALYZED,
                at,
                "packageVerificationCode",
                "`filesAnalyzed` is false, yet the package has a verification code",
            )
            .remedy = Some("write true, or leave the code out".to_owned());
        }
    }

    fn verification_code(&mut self, at: At, code: &VerificationCode, files: &[FileId]) {
        for (item, name) in code.excluded_files.iter().enumerate() {
            self.file_name(
                at,
                &format!("packageVerificationCode/packageVerificationCodeExcludedFiles/{item}"),
                name,
            );
        }
        let field = "packageVerificationCode/packageVerificationCodeValue";
        let right =
            code.value.len() == 40 && code.value.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'));
        if !right {
            let message = format!("{:?} is not 40 hexadecimal digits in lower case", shorten(&code.value));
            self.fault(&rules::VERIFICATION_CODE, at, field, message).remedy =
                Some("compute the code again: SHA1 over the sorted SHA1s of the files".to_owned());
            return;
        }
        let excluded: HashSet<&str> = code.excluded_files.iter().map(|name| &**name).collect();
        let mut sha1s = Vec::new();
        for id in files {
            let file = self.document.file(*id);
            if file.name.as_deref().is_some_and(|name| excluded.contains(name)) {
                continue;
            }
            match file.digests.iter().find(|digest| digest.algorithm == crate::Algorithm::Sha1) {
                Some(digest) => sha1s.push(&*digest.value),
                // Without the digest nothing can be said; that it is missing is said at the file.
                None => return,
            }
        }
        if sha1s.is_empty() {
            if &*code.value == CODE_OF_NOTHING {
                self.fault(
                    &rules::VERIFICATION_CODE_OF_NOTHING,
                    at,
                    field,
                    "the package contains no file, and its verification code is the SHA1 of nothing",
                )
                .remedy = Some("write `\"filesAnalyzed\": false` and leave the code out".to_owned());
            }
            return;
        }
        let count = counted(sha1s.len() as u64, "file");
        let wanted = verification_code(sha1s.into_iter());
        if *wanted != *code.value {
            let message = format!("the code is {}, that of the {count} is {wanted}", code.value);
            let finding = self.fault(&rules::VERIFICATION_CODE_MISMATCH, at, field, message);
            finding.remedy = Some(format!("write {wanted}, or list the files that are missing"));
            finding.field = Some("packageVerificationCodeValue".to_owned());
            finding.found = Some(code.value.to_string());
            finding.expected = Some(wanted);
        }
    }
}
