//! OSV schema 1.7.3 as a table (`ossf/osv-schema`, `validation/schema.json`).

use super::super::shape::{Form, Items, Object, Others, Shape, any, moment, optional, required, some};

/// What ids begin with: the databases that the schema names.
pub(super) const PREFIXES: &[&str] = &[
    "ASB-A-",
    "PUB-A-",
    "ALPINE-",
    "ALSA-",
    "ALBA-",
    "ALEA-",
    "AZL-",
    "BELL-",
    "BIT-",
    "CGA-",
    "CLEANSTART-",
    "CLSA-",
    "CURL-",
    "CVE-",
    "DEBIAN-",
    "DHI-",
    "DRUPAL-",
    "DSA-",
    "DLA-",
    "ELA-",
    "DTSA-",
    "ECHO-",
    "EEF-",
    "FreeBSD-",
    "GHSA-",
    "GO-",
    "GSD-",
    "HSEC-",
    "JLSEC-",
    "KUBE-",
    "LBSEC-",
    "LSN-",
    "MAL-",
    "MINI-",
    "MGASA-",
    "OESA-",
    "OSEC-",
    "OSV-",
    "openSUSE-SU-",
    "PHSA-",
    "PSF-",
    "PYSEC-",
    "RHBA-",
    "RHEA-",
    "RHSA-",
    "RLSA-",
    "RXSA-",
    "RSEC-",
    "ROOT-",
    "RUSTSEC-",
    "SUSE-SU-",
    "SUSE-RU-",
    "SUSE-FU-",
    "SUSE-OU-",
    "UBUNTU-",
    "USN-",
    "V8-",
    "x_",
];

/// Ecosystems that the schema names, without what may follow a colon.
pub(super) const ECOSYSTEMS: &[&str] = &[
    "AlmaLinux",
    "Alpaquita",
    "Alpine",
    "Android",
    "Azure Linux",
    "BellSoft Hardened Containers",
    "Bioconductor",
    "Bitnami",
    "Chainguard",
    "CleanStart",
    "ConanCenter",
    "CRAN",
    concat!("crates", ".io"),
    "Debian",
    "Docker Hardened Images",
    "Echo",
    "FreeBSD",
    "GHC",
    "GitHub Actions",
    "Go",
    "Hackage",
    "Hex",
    "Julia",
    "Kubernetes",
    "Linux",
    "Mageia",
    "Maven",
    "MinimOS",
    "npm",
    "NuGet",
    "opam",
    "openEuler",
    "openSUSE",
    "OSS-Fuzz",
    "Packagist",
    "Photon OS",
    "Pub",
    "PyPI",
    "Red Hat",
    "Rocky Linux",
    "Root",
    "RubyGems",
    "SUSE",
    "SwiftURL",
    "TuxCare",
    "Ubuntu",
    "VSCode",
    "Wolfi",
    "GIT",
];

const TEXT: Shape = Shape::Text(any);
const TEXTS: Shape = Shape::List(Items::Any, &TEXT);
const MOMENT: Shape = Shape::Text(utc as Form);
const FREE: Shape = Shape::Object(&Object { fields: &[], others: Others::Free });

/// The schema wants UTC, told by a `Z`.
fn utc(text: &str) -> Option<&'static str> {
    if text.ends_with('Z') { moment(text) } else { Some("an RFC 3339 moment that ends with `Z`") }
}

const SEVERITIES: Shape = Shape::List(
    Items::Any,
    &Shape::Object(&Object {
        fields: &[
            required("type", Shape::Word(&["CVSS_V2", "CVSS_V3", "CVSS_V4", "Ubuntu"])),
            required("score", TEXT),
        ],
        others: Others::Unread,
    }),
);

const EVENT: Shape = Shape::Object(&Object {
    fields: &[
        optional("introduced", Shape::Text(some as Form)),
        optional("fixed", Shape::Text(some as Form)),
        optional("last_affected", Shape::Text(some as Form)),
        optional("limit", Shape::Text(some as Form)),
    ],
    others: Others::Unread,
});

const RANGE: Shape = Shape::Object(&Object {
    fields: &[
        required("type", Shape::Word(&["GIT", "SEMVER", "ECOSYSTEM"])),
        optional("repo", TEXT),
        required("events", Shape::List(Items::Some, &EVENT)),
        optional("database_specific", FREE),
    ],
    others: Others::Unread,
});

const PACKAGE: Shape = Shape::Object(&Object {
    fields: &[
        required("ecosystem", TEXT),
        required("name", Shape::Text(some as Form)),
        optional("purl", TEXT),
    ],
    others: Others::Unread,
});

const AFFECTED: Shape = Shape::Object(&Object {
    fields: &[
        optional("package", PACKAGE),
        optional("severity", Shape::OrNull(&SEVERITIES)),
        optional("ranges", Shape::List(Items::Any, &RANGE)),
        optional("versions", TEXTS),
        optional("ecosystem_specific", FREE),
        optional("database_specific", FREE),
    ],
    others: Others::Unread,
});

const REFERENCE: Shape = Shape::Object(&Object {
    fields: &[
        required(
            "type",
            Shape::Word(&[
                "ADVISORY",
                "ARTICLE",
                "DETECTION",
                "DISCUSSION",
                "REPORT",
                "FIX",
                "INTRODUCED",
                "GIT",
                "PACKAGE",
                "EVIDENCE",
                "WEB",
            ]),
        ),
        required("url", TEXT),
    ],
    others: Others::Unread,
});

const CREDIT: Shape = Shape::Object(&Object {
    fields: &[
        required("name", TEXT),
        optional("contact", TEXTS),
        optional(
            "type",
            Shape::Word(&[
                "FINDER",
                "REPORTER",
                "ANALYST",
                "COORDINATOR",
                "REMEDIATION_DEVELOPER",
                "REMEDIATION_REVIEWER",
                "REMEDIATION_VERIFIER",
                "TOOL",
                "SPONSOR",
                "OTHER",
            ]),
        ),
    ],
    others: Others::Unread,
});

/// A record.
pub(super) const RECORD: Shape = Shape::Object(&Object {
    fields: &[
        optional("schema_version", TEXT),
        required("id", TEXT),
        required("modified", MOMENT),
        optional("published", MOMENT),
        optional("withdrawn", MOMENT),
        optional("aliases", Shape::OrNull(&TEXTS)),
        optional("related", TEXTS),
        optional("upstream", TEXTS),
        optional("summary", TEXT),
        optional("details", TEXT),
        optional("severity", Shape::OrNull(&SEVERITIES)),
        optional("affected", Shape::OrNull(&Shape::List(Items::Any, &AFFECTED))),
        optional("references", Shape::OrNull(&Shape::List(Items::Any, &REFERENCE))),
        optional("credits", Shape::List(Items::Any, &CREDIT)),
        optional("database_specific", FREE),
    ],
    others: Others::Refused,
});
