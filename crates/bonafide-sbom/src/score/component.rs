//! The facts of one component.

use super::licence::{Licence, Source, january_2024};
use super::look::{Eye, kept_list};
use super::plausible::{
    is_address_list, is_cpe, is_email, is_placeholder, is_purl, is_right_digest, is_telling_cpe,
    is_telling_purl, is_uri, is_url,
};
use super::view::{Fact, Facts, Party, View};
use crate::json::Json;
use crate::model::{
    Acknowledgement, Actor, Algorithm, Category, Claim, Component, Digest, File, Format, LicenseName,
    Purpose, Reference,
};

/// Purposes that sbomqs knows in SPDX; CycloneDX knows those that have `true`.
const PURPOSES: [(&str, bool); 12] = [
    ("application", true),
    ("framework", true),
    ("library", true),
    ("container", true),
    ("operating-system", true),
    ("device", true),
    ("firmware", true),
    ("source", false),
    ("archive", false),
    ("file", true),
    ("install", false),
    ("other", false),
];

impl<'d> Eye<'d, '_> {
    /// What holds of a component. Sums that are no counts go to the view.
    pub(super) fn component(&mut self, component: &'d Component, view: &mut View<'d>) -> Facts {
        let mut facts = Facts::default();
        self.identity(component, &mut facts);
        self.parties(component, &mut facts);
        self.digests(component, &mut facts);
        self.places(component, &mut facts);
        self.properties(component, &mut facts);
        self.licence_facts(component, view, &mut facts);
        self.words_2024(component, view, &mut facts);
        facts
    }

    fn identity(&self, component: &'d Component, facts: &mut Facts) {
        let name = self.text(component.name.as_deref());
        let version = self.text(component.version.as_deref());
        let id = component.id.as_deref().unwrap_or("");
        facts.set(Fact::NameThere, !name.is_empty());
        facts.set(Fact::Name, !name.trim().is_empty());
        facts.set(Fact::VersionThere, !version.is_empty());
        facts.set(Fact::Version, !version.trim().is_empty());
        facts.set(Fact::NameAndVersion, facts.has(Fact::Name) && facts.has(Fact::Version));
        facts.set(Fact::LocalId, !id.is_empty());
        facts.set(Fact::Required, self.required_of(component, name));

        let (misnamed_purl, misnamed_cpe) = self.misnamed_identifiers(component);
        let purl = misnamed_purl || component.references.iter().any(|reference| self.is_purl(reference));
        let cpe = misnamed_cpe || component.references.iter().any(|reference| self.is_cpe(reference));
        let persistent = component.references.iter().any(is_persistent);
        let swid = component.extra.get("swid").and_then(|swid| swid.get("tagId")).and_then(Json::as_str);
        let swid = swid.is_some_and(|tag| !tag.is_empty());
        facts.set(Fact::Purl, purl);
        facts.set(Fact::Cpe, cpe);
        facts.set(Fact::PurlOrCpe, purl || cpe);
        facts.set(Fact::PurlAndCpe, purl && cpe);
        let native = self.document.format == Format::CycloneDx || self.strict();
        facts.set(Fact::AnyIdentifier, purl || cpe || (native && persistent) || swid);
        facts.set(Fact::LookupOrSwid, purl || cpe || swid);
        facts.set(Fact::Identified2026, purl || cpe || persistent);
        let draft = if self.document.format == Format::CycloneDx || self.strict() {
            purl || cpe
        } else {
            !id.is_empty() || component.references.iter().any(|reference| &*reference.kind == "purl")
        };
        facts.set(Fact::Draft2025Identifier, draft);
        facts.set(Fact::Purpose, self.has_purpose(component.purpose.as_ref()));
        let copyright = component.copyright.text().map_or("", str::trim);
        let unsaid = copyright.is_empty()
            || super::licence::is_no_licence(copyright)
            || (self.strict() && is_placeholder(copyright));
        facts.set(Fact::Copyright, !unsaid);
    }

    fn required_of(&self, component: &'d Component, name: &str) -> bool {
        match self.document.format {
            Format::Spdx2 => {
                let download = component.download_location.to_spdx().unwrap_or("");
                let analyzed = component.files_analyzed.unwrap_or(true);
                // sbomqs gives every SPDX 2.2 package a verification code, an empty one where there is none.
                let code = component.verification_code.is_some() || (!self.strict() && !self.is_2_3());
                !name.is_empty()
                    && component.id.as_deref().is_some_and(|id| !id.is_empty())
                    && !download.is_empty()
                    && (code || !analyzed)
            }
            Format::Spdx3 => {
                !name.is_empty()
                    && match &component.supplier {
                        Claim::Known(actor) => !actor.name.eq_ignore_ascii_case("noassertion"),
                        _ => false,
                    }
            }
            Format::CycloneDx => !name.is_empty() && component.purpose.is_some(),
        }
    }

    fn is_2_3(&self) -> bool {
        self.document.version.starts_with("2.3")
    }

    fn is_purl(&self, reference: &Reference) -> bool {
        let kind = &*reference.kind;
        let is_kind = match self.document.format {
            Format::Spdx2 => kind.eq_ignore_ascii_case("purl"),
            // sbomqs does not look at software_packageUrl.
            Format::Spdx3 => {
                (kind.eq_ignore_ascii_case("packageUrl") || kind == "purl")
                    && (self.strict() || reference.category == Category::Identifier)
            }
            Format::CycloneDx => kind == "purl" && reference.category != Category::Link,
        };
        is_kind
            && if self.strict() { is_telling_purl(&reference.locator) } else { is_purl(&reference.locator) }
    }

    fn is_cpe(&self, reference: &Reference) -> bool {
        let is_kind = matches!(&*reference.kind, "cpe23Type" | "cpe22Type" | "cpe23" | "cpe22" | "cpe")
            && reference.category != Category::Link;
        is_kind && if self.strict() { is_telling_cpe(&reference.locator) } else { is_cpe(&reference.locator) }
    }

    /// sbomqs reads SPDX 3 identifiers under a name that the specification does not know, too.
    fn misnamed_identifiers(&self, component: &Component) -> (bool, bool) {
        let list = component.extra.get("externalIdentifiers").and_then(Json::as_array).unwrap_or_default();
        let any = |kinds: &[&str], right: fn(&str) -> bool| {
            !self.strict()
                && list.iter().any(|one| {
                    let text = |key| one.get(key).and_then(Json::as_str).unwrap_or("");
                    kinds.iter().any(|kind| text("externalIdentifierType").eq_ignore_ascii_case(kind))
                        && right(text("identifier"))
                })
        };
        (any(&["packageUrl"], is_purl), any(&["cpe22", "cpe23"], is_cpe))
    }

    fn has_purpose(&self, purpose: Option<&Purpose>) -> bool {
        let word = purpose.and_then(|purpose| match self.document.format {
            Format::Spdx2 if !self.is_2_3() => None,
            Format::Spdx2 => purpose.spdx2(),
            Format::Spdx3 => purpose.spdx3(),
            Format::CycloneDx => purpose.cyclonedx(),
        });
        let cyclonedx = self.document.format == Format::CycloneDx;
        word.is_some_and(|word| {
            PURPOSES.iter().any(|(known, both)| (*both || !cyclonedx) && word.eq_ignore_ascii_case(known))
        })
    }

    fn parties(&self, component: &'d Component, facts: &mut Facts) {
        let cyclonedx = self.document.format == Format::CycloneDx;
        let supplier = self.claimed(&component.supplier);
        let maker = self
            .claimed(&component.originator)
            .filter(|maker| !maker.name.eq_ignore_ascii_case("noassertion"));
        // In SPDX whoever made it stands in for whoever supplies it.
        let shown = if cyclonedx { supplier.as_ref() } else { supplier.as_ref().or(maker.as_ref()) };
        let nobody = Party::default();
        let one = shown.unwrap_or(&nobody);
        let full = |text: &str| !text.trim().is_empty();
        facts.set(Fact::SupplierName, full(one.name));
        facts.set(Fact::Supplier, !one.name.is_empty() || !one.email.is_empty());
        let reachable = |party: &Party<'_>| full(party.name) || full(party.url) || full(party.email);
        facts.set(Fact::SupplierOrMaker, reachable(one) || maker.as_ref().is_some_and(reachable));
        let contacts = one.contacts.iter().any(|(name, email)| full(name) || full(email));
        facts.set(Fact::SupplierStated, reachable(one) || contacts);
        let name_2024 =
            |claim: &'d Claim<Actor>| claim.known().map_or("", |actor| self.text(Some(&actor.name))).trim();
        let known = |name: &str| !name.is_empty() && !name.eq_ignore_ascii_case("noassertion");
        facts.set(
            Fact::SupplierName2024,
            if cyclonedx {
                !name_2024(&component.supplier).is_empty()
            } else {
                known(name_2024(&component.supplier)) || known(name_2024(&component.originator))
            },
        );
        let authors = match self.document.format {
            // sbomqs takes the originator of an SPDX 2 package for its author, where there is a supplier too.
            Format::Spdx2 => supplier.is_some() && maker.as_ref().is_some_and(|maker| is_email(maker.email)),
            Format::Spdx3 => false,
            Format::CycloneDx => {
                component.authors.iter().any(|author| is_email(self.party(author).email))
                    || (component.authors.is_empty()
                        && component.extra.get("author").and_then(Json::as_str).is_some_and(is_address_list))
            }
        };
        let contact = maker.as_ref().is_some_and(Party::has_contact) || one.has_contact();
        facts.set(Fact::Contact, authors || contact);
    }

    /// The actor of a claim, as sbomqs finds one.
    fn claimed(&self, claim: &'d Claim<Actor>) -> Option<Party<'d>> {
        match claim {
            Claim::Absent => None,
            Claim::NoAssertion => Some(Party { name: self.text(Some("NOASSERTION")), ..Party::default() }),
            Claim::None => Some(Party { name: self.text(Some("NONE")), ..Party::default() }),
            Claim::Known(actor) => match self.document.format {
                Format::Spdx2 => self.entity(actor),
                Format::Spdx3 | Format::CycloneDx => Some(self.party(actor)),
            },
        }
    }

    fn stands(&self, digest: &Digest) -> bool {
        if self.strict() { is_right_digest(digest) } else { !digest.value.trim().is_empty() }
    }

    fn digests(&self, component: &'d Component, facts: &mut Facts) {
        // In SPDX 3 a verification code stands among the digests, and sbomqs takes it for one.
        let code = component.verification_code.as_ref().filter(|_| self.document.format == Format::Spdx3);
        let code = code.map(|code| Digest::new(Algorithm::Sha1, code.value.clone()));
        let every = || component.digests.iter().chain(&code);
        let all = every().any(|digest| !self.strict() || self.stands(digest));
        let stands = || every().filter(|digest| self.stands(digest));
        let strong = stands().any(|digest| is_strong(&digest.algorithm));
        let weak = stands().any(|digest| is_weak(&digest.algorithm));
        facts.set(Fact::Digest, all);
        facts.set(Fact::StrongDigest, strong);
        facts.set(Fact::WeakOnly, weak && !strong);
        facts.set(Fact::KnownDigest, weak || strong);
        let sha256 = component.digests.iter().any(|digest| {
            (digest.algorithm == Algorithm::Sha256
                || matches!(&digest.algorithm, Algorithm::Unknown(name) if matches!(&***name, "SHA256" | "SHA-256" | "sha256" | "sha-256")))
                && (!self.strict() || self.stands(digest))
        });
        facts.set(Fact::Sha256Spelt, sha256);
        let of = |algorithm: Algorithm| stands().any(|digest| same(&digest.algorithm, &algorithm));
        let distributed = |algorithm: Algorithm| {
            self.references(component, &["distribution", "distribution-intake"])
                .flat_map(|reference| &reference.digests)
                .any(|digest| same(&digest.algorithm, &algorithm) && self.stands(digest))
        };
        let artifact = self.artifact_has_sha512(component);
        if self.document.format == Format::CycloneDx {
            facts.set(Fact::DeployableSha256, distributed(Algorithm::Sha256));
            facts.set(Fact::DeployableSha512, distributed(Algorithm::Sha512));
        } else {
            facts.set(Fact::DeployableSha256, of(Algorithm::Sha256));
            facts.set(Fact::DeployableSha512, of(Algorithm::Sha512) || artifact);
        }
        facts.set(Fact::DistributionSha512, distributed(Algorithm::Sha512) || artifact);
    }

    /// References of one of some kinds, in the order of the kinds.
    fn references<'k>(
        &self,
        component: &'d Component,
        kinds: &'k [&'k str],
    ) -> impl Iterator<Item = &'d Reference> + use<'d, 'k> {
        kinds
            .iter()
            .flat_map(|kind| component.references.iter().filter(move |reference| *reference.kind == **kind))
    }

    fn places(&self, component: &'d Component, facts: &mut Facts) {
        let cyclonedx = self.document.format == Format::CycloneDx;
        let sources = || self.references(component, &["source-distribution", "vcs"]);
        let downloads = || {
            let kinds = ["distribution", "distribution-intake"];
            component.references.iter().filter(move |reference| kinds.contains(&&*reference.kind))
        };
        let source = match self.document.format {
            Format::CycloneDx => self.text(sources().next().map(|reference| &*reference.locator)),
            Format::Spdx2 => self.text(component.source_info.as_deref()),
            Format::Spdx3 => match component.source_info.as_deref().filter(|text| !text.is_empty()) {
                Some(text) => self.text(Some(text)),
                None => self.text(component.homepage.text()),
            },
        };
        let download = if cyclonedx {
            self.text(downloads().next().map(|reference| &*reference.locator))
        } else {
            self.text(component.download_location.to_spdx())
        };
        let stands = |text: &str| !text.trim().is_empty() && (!self.strict() || is_uri(text.trim()));
        facts.set(Fact::SourceThere, !source.is_empty());
        facts.set(Fact::Source, !source.trim().is_empty());
        facts.set(Fact::SourceIsUrl, is_url(source));
        facts
            .set(Fact::SourceReference, facts.has(Fact::Source) || sources().any(|one| stands(&one.locator)));
        facts.set(Fact::DownloadThere, !download.is_empty() && (!self.strict() || stands(download)));
        facts.set(Fact::Download, stands(download));
        facts.set(Fact::DownloadIsUrl, is_url(download));
        facts.set(
            Fact::DownloadReference,
            facts.has(Fact::Download) || downloads().any(|one| stands(&one.locator)),
        );

        let hash = sources().flat_map(|one| &one.digests).find(|digest| !digest.value.trim().is_empty());
        let hash = hash.filter(|digest| self.stands(digest)).map(|digest| &digest.algorithm);
        let code = component.verification_code.as_ref().map_or("", |code| &*code.value);
        let code = if self.document.format == Format::Spdx3 {
            false
        } else if self.strict() {
            code.len() == 40 && code.bytes().all(|byte| byte.is_ascii_hexdigit())
        } else {
            !code.trim().is_empty()
        };
        facts.set(Fact::SourceDigest, if cyclonedx { hash.is_some() } else { code });
        let named = |algorithm| hash.is_some_and(|one| same(one, &algorithm));
        facts.set(Fact::SourceSha256, if cyclonedx { named(Algorithm::Sha256) } else { code });
        let any_sha512 = sources()
            .flat_map(|one| &one.digests)
            .any(|digest| same(&digest.algorithm, &Algorithm::Sha512) && self.stands(digest));
        facts.set(Fact::SourceSha512, any_sha512);
        let security = component.references.iter().any(|one| {
            (&*one.kind == "rfc-9116" || one.kind.eq_ignore_ascii_case("securityOther"))
                && stands(&one.locator)
        });
        facts.set(Fact::SecurityTxt, security);
    }

    fn properties(&self, component: &'d Component, facts: &mut Facts) {
        let property = |name: &str| component.properties.iter().rfind(|property| *property.name == *name);
        let value = |name: &str| property(name).and_then(|property| property.value.as_deref()).unwrap_or("");
        let says = |name: &str, words: [&str; 2]| {
            property(name).is_some() && (!self.strict() || words.contains(&value(name).trim()))
        };
        let artifact = self.artifact(component);
        let file_name = match self.text(Some(value("bsi:component:filename"))) {
            "" => self.text(artifact.map_or(component.file_name.as_deref(), |file| file.name.as_deref())),
            named => named,
        };
        let purposes = artifact
            .and_then(|file| file.detail.as_ref()?.extra.get("additionalPurpose")?.as_array())
            .unwrap_or_default();
        let is_for = |word: &str| purposes.iter().any(|one| one.as_str() == Some(word));
        facts.set(Fact::FileName, !file_name.trim().is_empty());
        facts.set(
            Fact::Executable,
            is_for("executable") || says("bsi:component:executable", ["executable", "non-executable"]),
        );
        facts.set(
            Fact::Archive,
            is_for("archive") || says("bsi:component:archive", ["archive", "no archive"]),
        );
        facts.set(
            Fact::Structured,
            is_for("container") || says("bsi:component:structured", ["structured", "unstructured"]),
        );
        let effective = ["bsi:component:effectiveLicence", "bsi:component:effectiveLicense"];
        let related = self.effective.contains(component.id.as_deref().unwrap_or_default());
        facts.set(
            Fact::EffectiveLicence,
            related || effective.iter().any(|name| !value(name).trim().is_empty()),
        );
    }

    /// Only SPDX 3 knows the artifact that a package is distributed as.
    fn artifact_has_sha512(&self, component: &'d Component) -> bool {
        self.artifact(component).is_some_and(|file| {
            file.digests
                .iter()
                .any(|digest| same(&digest.algorithm, &Algorithm::Sha512) && self.stands(digest))
        })
    }

    fn artifact(&self, component: &'d Component) -> Option<&'d File> {
        let id = component.id.as_deref()?;
        self.artifacts.get(id).map(|at| &self.document.files[*at])
    }

    fn licence_facts(&mut self, component: &'d Component, view: &mut View<'d>, facts: &mut Facts) {
        let (all, declared, concluded) = self.licence_lists(component);
        let known = |list: &[Licence]| !list.is_empty() && list.iter().all(Licence::is_known);
        let acceptable = |list: &[Licence]| list.iter().any(Licence::is_acceptable);
        let any = |list: &[Licence], holds: fn(&Licence) -> bool| list.iter().any(holds);
        let every =
            |list: &[Licence], holds: fn(&Licence) -> bool| !list.is_empty() && list.iter().all(holds);
        facts.set(Fact::Licence, !all.is_empty());
        facts.set(Fact::LicencesKnown, known(&all));
        facts.set(Fact::LicenceDeprecated, any(&all, |one| one.deprecated));
        facts.set(Fact::LicenceRestrictive, any(&all, |one| one.restrictive));
        facts.set(Fact::Concluded, !concluded.is_empty());
        facts.set(Fact::ConcludedKnown, known(&concluded));
        facts.set(Fact::ConcludedAcceptable, acceptable(&concluded));
        facts.set(Fact::ConcludedExpression, every(&concluded, Licence::is_expression));
        facts.set(Fact::ConcludedListed, every(&concluded, |one| one.source == Source::Spdx));
        facts.set(Fact::ConcludedDeprecated, any(&concluded, |one| one.deprecated));
        facts.set(Fact::ConcludedRestrictive, any(&concluded, |one| one.restrictive));
        facts.set(Fact::Declared, !declared.is_empty());
        facts.set(Fact::DeclaredKnown, known(&declared));
        facts.set(Fact::DeclaredAcceptable, acceptable(&declared));
        facts.set(Fact::ConcludedOrDeclared, !concluded.is_empty() || !declared.is_empty());
        facts.set(Fact::Acceptable, acceptable(&concluded) || acceptable(&declared));
        if !all.is_empty() {
            let listed = all.iter().filter(|one| one.source == Source::Spdx).count();
            view.listed_licences += listed as f64 / all.len() as f64;
        }
    }

    /// All licences of a component, those that it declares, those that the document's author concluded.
    fn licence_lists(&mut self, component: &'d Component) -> (Vec<Licence>, Vec<Licence>, Vec<Licence>) {
        if self.document.format != Format::CycloneDx {
            let concluded = self.own(component.license_concluded.to_spdx());
            let declared = self.own(component.license_declared.to_spdx());
            let three = self.document.format == Format::Spdx3;
            let all = if concluded.is_empty() && !three { declared.clone() } else { concluded.clone() };
            return (all, declared, concluded);
        }
        let (mut all, mut declared, mut concluded) = (Vec::new(), Vec::new(), Vec::new());
        for license in &component.licenses {
            let found = self.licences(license.name.text()).to_vec();
            match license.acknowledgement {
                Some(Acknowledgement::Declared) => declared.extend(found.iter().cloned()),
                Some(Acknowledgement::Concluded) => concluded.extend(found.iter().cloned()),
                _ => {}
            }
            all.extend(found);
        }
        for item in kept_list(&component.extra, "licenses") {
            let text =
                |value: &'d Json, key| value.get(key).and_then(Json::as_str).filter(|text| !text.is_empty());
            let license = item.get("license");
            let (expression, mark) = match (text(item, "expression"), license) {
                (Some(expression), _) => (expression, text(item, "acknowledgement")),
                (None, Some(license)) => {
                    let name = text(license, "id").or_else(|| text(license, "name"));
                    (name.unwrap_or(""), text(license, "acknowledgement"))
                }
                (None, None) => continue,
            };
            let found = self.licences(expression).to_vec();
            match mark {
                Some("declared") => declared.extend(found.iter().cloned()),
                Some("concluded") => concluded.extend(found.iter().cloned()),
                _ => {}
            }
            all.extend(found);
        }
        if declared.is_empty() && concluded.is_empty() {
            let since_1_6 = matches!(&*self.document.version, "1.6" | "1.7");
            *(if since_1_6 { &mut declared } else { &mut concluded }) = all.clone();
        }
        (all, declared, concluded)
    }

    /// Licences of an SPDX expression. To the strict reading a reference to a licence text that is not there is text.
    fn own(&mut self, expression: Option<&'d str>) -> Vec<Licence> {
        let mut list = self.licences(expression.unwrap_or("")).to_vec();
        if self.strict() && self.document.format == Format::Spdx2 {
            for licence in &mut list {
                if licence.is_reference() && !self.own_licences.contains_key(&*licence.id) {
                    licence.source = Source::Custom;
                    licence.id = format!("undeclared {}", licence.id).into();
                }
            }
        }
        list
    }

    fn words_2024(&self, component: &'d Component, view: &mut View<'d>, facts: &mut Facts) {
        let mut words = Vec::new();
        if self.document.format == Format::CycloneDx {
            for license in component.licenses.iter().filter(|one| !matches!(one.name, LicenseName::Name(_))) {
                words.extend(january_2024::words(license.name.text()));
            }
        } else {
            for text in [&component.license_declared, &component.license_concluded] {
                let text = text.to_spdx().unwrap_or("");
                words.extend(january_2024::words(self.own_licences.get(text).copied().unwrap_or(text)));
            }
        }
        words.sort();
        words.dedup();
        facts.set(Fact::Word, !words.is_empty());
        facts.set(Fact::WordDeprecated, words.iter().any(|word| word.deprecated));
        facts.set(Fact::WordRestrictive, words.iter().any(january_2024::Word::restrictive));
        if !words.is_empty() {
            view.listed_words += words.iter().filter(|word| word.known).count() as f64 / words.len() as f64;
        }
    }
}

/// SWHIDs of contents and gitoids of blobs.
fn is_persistent(reference: &Reference) -> bool {
    let forty = |rest: &str| rest.len() == 40 && rest.bytes().all(|byte| byte.is_ascii_hexdigit());
    ["swh:1:cnt:", "gitoid:blob:sha1:"]
        .iter()
        .any(|head| reference.locator.strip_prefix(head).is_some_and(forty))
}

/// A name without case, `-` and `_`.
fn bare(algorithm: &Algorithm) -> String {
    algorithm.to_string().chars().filter(|c| !matches!(c, '-' | '_')).flat_map(char::to_uppercase).collect()
}

fn same(one: &Algorithm, other: &Algorithm) -> bool {
    one == other || (matches!(one, Algorithm::Unknown(_)) && bare(one) == bare(other))
}

fn is_weak(algorithm: &Algorithm) -> bool {
    use Algorithm::{Adler32, Md2, Md4, Md5, Md6, Sha1, Unknown};
    match algorithm {
        Md2 | Md4 | Md5 | Md6 | Sha1 | Adler32 => true,
        Unknown(_) => matches!(bare(algorithm).as_str(), "MD2" | "MD4" | "MD5" | "MD6" | "SHA1" | "ADLER32"),
        _ => false,
    }
}

fn is_strong(algorithm: &Algorithm) -> bool {
    const NAMES: &[&str] = &[
        "SHA224",
        "SHA256",
        "SHA384",
        "SHA512",
        "SHA3224",
        "SHA3256",
        "SHA3384",
        "SHA3512",
        "BLAKE2B256",
        "BLAKE2B384",
        "BLAKE2B512",
        "BLAKE3",
        "STREEBOG256",
        "STREEBOG512",
        "CRYSTALSDILITHIUM",
        "CRYSTALSKYBER",
        "FALCON",
    ];
    match algorithm {
        Algorithm::Unknown(_) => NAMES.contains(&bare(algorithm).as_str()),
        known => !is_weak(known),
    }
}
