//! CVE record format 5.0 to 5.2 as a table (`CVEProject/cve-schema`, `CVE_Record_Format.json`).

use super::super::cwe;
use super::super::date::instant;
use super::super::shape::{Form, Items, Object, Others, Shape, address, any, optional, required, some};

const TEXT: Shape = Shape::Text(some as Form);
const MOMENT: Shape = Shape::Text(moment as Form);
const UUID: Shape = Shape::Text(uuid as Form);
const ADDRESS: Shape = Shape::Text(location as Form);
const LANGUAGE: Shape = Shape::Text(language as Form);
const SHORT_NAME: Shape = Shape::Text(short_name as Form);
const VERSION: Shape = Shape::Text(version as Form);
const STATUS: Shape = Shape::Word(&["affected", "unaffected", "unknown"]);
const OPERATOR: Shape = Shape::Word(&["AND", "OR"]);

/// `CVE-2024-1234`: four to nineteen digits at the end.
pub(super) fn cve_id(text: &str) -> Option<&'static str> {
    let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    let good =
        text.strip_prefix("CVE-").and_then(|rest| rest.split_once('-')).is_some_and(|(year, number)| {
            year.len() == 4 && digits(year) && (4..=19).contains(&number.len()) && digits(number)
        });
    (!good).then_some("an id such as CVE-2024-1234")
}

fn moment(text: &str) -> Option<&'static str> {
    let good = text.get(10..11) == Some("T") && instant(text).is_some();
    (!good).then_some("a moment such as 2024-01-15T00:00:00.000Z")
}

/// A UUID of version 4.
fn uuid(text: &str) -> Option<&'static str> {
    let parts: Vec<&str> = text.split('-').collect();
    let good = parts.iter().map(|part| part.len()).eq([8, 4, 4, 4, 12])
        && parts.iter().all(|part| part.bytes().all(|byte| byte.is_ascii_hexdigit()))
        && parts[2].starts_with('4')
        && parts[3].starts_with(['8', '9', 'a', 'b', 'A', 'B']);
    (!good).then_some("a UUID of version 4")
}

fn location(text: &str) -> Option<&'static str> {
    if text.len() > 2048 { Some("an address of at most 2,048 characters") } else { address(text) }
}

fn short_name(text: &str) -> Option<&'static str> {
    (!(2..=32).contains(&text.chars().count())).then_some("a name of 2 to 32 characters")
}

fn version(text: &str) -> Option<&'static str> {
    (!(1..=1024).contains(&text.chars().count())).then_some("a version of 1 to 1,024 characters")
}

fn prose(text: &str) -> Option<&'static str> {
    (!(1..=4096).contains(&text.chars().count())).then_some("a text of 1 to 4,096 characters")
}

fn title(text: &str) -> Option<&'static str> {
    (!(1..=256).contains(&text.chars().count())).then_some("a title of 1 to 256 characters")
}

fn cwe_id(text: &str) -> Option<&'static str> {
    cwe::number(text).is_none().then_some("an id such as CWE-79")
}

fn capec(text: &str) -> Option<&'static str> {
    let good = text.strip_prefix("CAPEC-").is_some_and(|number| {
        (1..=5).contains(&number.len())
            && !number.starts_with('0')
            && number.bytes().all(|byte| byte.is_ascii_digit())
    });
    (!good).then_some("an id such as CAPEC-233")
}

fn data_version(text: &str) -> Option<&'static str> {
    let number = |part: &str| {
        !part.is_empty()
            && part.bytes().all(|byte| byte.is_ascii_digit())
            && (part == "0" || !part.starts_with('0'))
    };
    let parts: Vec<&str> = text.split('.').collect();
    let good = matches!(parts.len(), 2 | 3) && parts[0] == "5" && parts[1..].iter().all(|part| number(part));
    (!good).then_some("a version such as 5.1")
}

/// BCP 47, as much of it as the schema takes: language, script, region; `_` for `-` is taken.
fn language(text: &str) -> Option<&'static str> {
    let mut parts = text.split(['-', '_']);
    let letters = |part: &str| part.bytes().all(|byte| byte.is_ascii_alphabetic());
    let good = parts.next().is_some_and(|first| (2..=4).contains(&first.len()) && letters(first)) && {
        let mut rest: Vec<&str> = parts.collect();
        if rest.first().is_some_and(|script| script.len() == 4 && letters(script)) {
            rest.remove(0);
        }
        match rest.as_slice() {
            [] => true,
            [region] => {
                region.len() == 2 && letters(region)
                    || region.len() == 3 && region.bytes().all(|byte| byte.is_ascii_digit())
            }
            _ => false,
        }
    };
    (!good).then_some("a language such as `en` or `en-GB`")
}

/// Whether a language is English of any kind.
pub(super) fn is_english(text: &str) -> bool {
    text.split(['-', '_']).next() == Some("en")
}

const PROSE: Shape = Shape::Text(prose as Form);

const DESCRIPTION: Shape = Shape::Object(&Object {
    fields: &[
        required("lang", LANGUAGE),
        required("value", PROSE),
        optional(
            "supportingMedia",
            Shape::List(
                Items::SomeDistinct,
                &Shape::Object(&Object {
                    fields: &[
                        required("type", TEXT),
                        optional("base64", Shape::Bool),
                        required("value", TEXT),
                    ],
                    others: Others::Refused,
                }),
            ),
        ),
    ],
    others: Others::Refused,
});
const DESCRIPTIONS: Shape = Shape::List(Items::SomeDistinct, &DESCRIPTION);

/// Tags of references are judged in code: the schema lets `x_…` pass.
const REFERENCES: Shape = Shape::List(
    Items::Any,
    &Shape::Object(&Object {
        fields: &[
            required("url", ADDRESS),
            optional("name", TEXT),
            optional("tags", Shape::List(Items::SomeDistinct, &Shape::Text(any as Form))),
        ],
        others: Others::Refused,
    }),
);

const CHANGE: Shape = Shape::Object(&Object {
    fields: &[required("at", VERSION), required("status", STATUS)],
    others: Others::Refused,
});

const VERSIONS: Shape = Shape::Object(&Object {
    fields: &[
        required("version", VERSION),
        required("status", STATUS),
        optional("versionType", TEXT),
        optional("lessThan", VERSION),
        optional("lessThanOrEqual", VERSION),
        optional("changes", Shape::List(Items::SomeDistinct, &CHANGE)),
    ],
    others: Others::Refused,
});

const TEXTS: Shape = Shape::List(Items::Distinct, &TEXT);

const PRODUCT: Shape = Shape::Object(&Object {
    fields: &[
        optional("vendor", TEXT),
        optional("product", TEXT),
        optional("collectionURL", ADDRESS),
        optional("packageName", TEXT),
        optional("packageURL", TEXT),
        optional("cpes", TEXTS),
        optional("modules", TEXTS),
        optional("programFiles", TEXTS),
        optional(
            "programRoutines",
            Shape::List(
                Items::Distinct,
                &Shape::Object(&Object { fields: &[required("name", TEXT)], others: Others::Refused }),
            ),
        ),
        optional("platforms", Shape::List(Items::SomeDistinct, &Shape::Text(any as Form))),
        optional("repo", ADDRESS),
        optional("defaultStatus", STATUS),
        optional("versions", Shape::List(Items::SomeDistinct, &VERSIONS)),
    ],
    others: Others::Unread,
});

const CPE_MATCH: Shape = Shape::Object(&Object {
    fields: &[
        required("vulnerable", Shape::Bool),
        required("criteria", TEXT),
        optional("matchCriteriaId", UUID),
        optional("versionStartExcluding", VERSION),
        optional("versionStartIncluding", VERSION),
        optional("versionEndExcluding", VERSION),
        optional("versionEndIncluding", VERSION),
    ],
    others: Others::Refused,
});

const APPLICABILITY: Shape = Shape::List(
    Items::Any,
    &Shape::Object(&Object {
        fields: &[
            optional("operator", OPERATOR),
            optional("negate", Shape::Bool),
            required(
                "nodes",
                Shape::List(
                    Items::Any,
                    &Shape::Object(&Object {
                        fields: &[
                            required("operator", OPERATOR),
                            optional("negate", Shape::Bool),
                            required("cpeMatch", Shape::List(Items::Any, &CPE_MATCH)),
                        ],
                        others: Others::Unread,
                    }),
                ),
            ),
        ],
        others: Others::Unread,
    }),
);

const PROBLEM_TYPES: Shape = Shape::List(
    Items::SomeDistinct,
    &Shape::Object(&Object {
        fields: &[required(
            "descriptions",
            Shape::List(
                Items::SomeDistinct,
                &Shape::Object(&Object {
                    fields: &[
                        required("lang", LANGUAGE),
                        required("description", PROSE),
                        optional("cweId", Shape::Text(cwe_id as Form)),
                        optional("type", TEXT),
                        optional("references", REFERENCES),
                    ],
                    others: Others::Refused,
                }),
            ),
        )],
        others: Others::Refused,
    }),
);

/// A rating. The metrics that it spells out are judged against its vector, in code.
const CVSS: Shape = Shape::Object(&Object {
    fields: &[
        required("version", Shape::Word(&["2.0", "3.0", "3.1", "4.0"])),
        required("vectorString", TEXT),
        required("baseScore", Shape::Number(0.0, 10.0)),
    ],
    others: Others::Free,
});

const METRICS: Shape = Shape::List(
    Items::SomeDistinct,
    &Shape::Object(&Object {
        fields: &[
            optional("format", TEXT),
            optional(
                "scenarios",
                Shape::List(
                    Items::SomeDistinct,
                    &Shape::Object(&Object {
                        fields: &[required("lang", LANGUAGE), required("value", PROSE)],
                        others: Others::Refused,
                    }),
                ),
            ),
            optional("cvssV4_0", CVSS),
            optional("cvssV3_1", CVSS),
            optional("cvssV3_0", CVSS),
            optional("cvssV2_0", CVSS),
            optional(
                "other",
                Shape::Object(&Object {
                    fields: &[
                        required("type", TEXT),
                        required("content", Shape::Object(&Object { fields: &[], others: Others::Free })),
                    ],
                    others: Others::Refused,
                }),
            ),
        ],
        others: Others::Unread,
    }),
);

const PROVIDER: Shape = Shape::Object(&Object {
    fields: &[required("orgId", UUID), optional("shortName", SHORT_NAME), optional("dateUpdated", MOMENT)],
    others: Others::Refused,
});

/// What a container of a published record may hold, with what its author must say.
macro_rules! container {
    ($need:ident, $tags:expr) => {
        Shape::Object(&Object {
            fields: &[
                required("providerMetadata", PROVIDER),
                optional("dateAssigned", MOMENT),
                optional("datePublic", MOMENT),
                optional("title", Shape::Text(title as Form)),
                $need("descriptions", DESCRIPTIONS),
                $need("affected", Shape::List(Items::Some, &PRODUCT)),
                optional("cpeApplicability", APPLICABILITY),
                optional("problemTypes", PROBLEM_TYPES),
                $need("references", REFERENCES),
                optional(
                    "impacts",
                    Shape::List(
                        Items::SomeDistinct,
                        &Shape::Object(&Object {
                            fields: &[
                                optional("capecId", Shape::Text(capec as Form)),
                                required("descriptions", DESCRIPTIONS),
                            ],
                            others: Others::Refused,
                        }),
                    ),
                ),
                optional("metrics", METRICS),
                optional("configurations", DESCRIPTIONS),
                optional("workarounds", DESCRIPTIONS),
                optional("solutions", DESCRIPTIONS),
                optional("exploits", DESCRIPTIONS),
                optional(
                    "timeline",
                    Shape::List(
                        Items::SomeDistinct,
                        &Shape::Object(&Object {
                            fields: &[
                                required("time", MOMENT),
                                required("lang", LANGUAGE),
                                required("value", PROSE),
                            ],
                            others: Others::Refused,
                        }),
                    ),
                ),
                optional(
                    "credits",
                    Shape::List(
                        Items::SomeDistinct,
                        &Shape::Object(&Object {
                            fields: &[
                                required("lang", LANGUAGE),
                                required("value", PROSE),
                                optional("user", UUID),
                                optional(
                                    "type",
                                    Shape::Word(&[
                                        "finder",
                                        "reporter",
                                        "analyst",
                                        "coordinator",
                                        "remediation developer",
                                        "remediation reviewer",
                                        "remediation verifier",
                                        "tool",
                                        "sponsor",
                                        "other",
                                    ]),
                                ),
                            ],
                            others: Others::Refused,
                        }),
                    ),
                ),
                optional("source", Shape::Object(&Object { fields: &[], others: Others::Free })),
                optional("tags", Shape::List(Items::SomeDistinct, &$tags)),
                optional(
                    "taxonomyMappings",
                    Shape::List(
                        Items::SomeDistinct,
                        &Shape::Object(&Object {
                            fields: &[
                                required("taxonomyName", TEXT),
                                optional("taxonomyVersion", TEXT),
                                required(
                                    "taxonomyRelations",
                                    Shape::List(
                                        Items::SomeDistinct,
                                        &Shape::Object(&Object {
                                            fields: &[
                                                required("taxonomyId", TEXT),
                                                required("relationshipName", TEXT),
                                                required("relationshipValue", TEXT),
                                            ],
                                            others: Others::Refused,
                                        }),
                                    ),
                                ),
                            ],
                            others: Others::Refused,
                        }),
                    ),
                ),
            ],
            others: Others::Refused,
        })
    };
}

fn cna_tag(text: &str) -> Option<&'static str> {
    let known = ["unsupported-when-assigned", "exclusively-hosted-service", "disputed"].contains(&text);
    (!known && !text.starts_with("x_"))
        .then_some("`unsupported-when-assigned`, `exclusively-hosted-service`, `disputed` or an `x_` tag")
}

fn adp_tag(text: &str) -> Option<&'static str> {
    (text != "disputed" && !text.starts_with("x_")).then_some("`disputed` or an `x_` tag")
}

/// Tags of references that the schema names; `x_…` is free.
pub(super) const REFERENCE_TAGS: [&str; 19] = [
    "broken-link",
    "customer-entitlement",
    "exploit",
    "government-resource",
    "issue-tracking",
    "mailing-list",
    "mitigation",
    "not-applicable",
    "patch",
    "permissions-required",
    "media-coverage",
    "product",
    "related",
    "release-notes",
    "signature",
    "technical-description",
    "third-party-advisory",
    "vendor-advisory",
    "vdb-entry",
];

const METADATA: Shape = Shape::Object(&Object {
    fields: &[
        // The form of the id and the state have rules of their own.
        required("cveId", Shape::Text(any as Form)),
        required("assignerOrgId", UUID),
        optional("assignerShortName", SHORT_NAME),
        optional("requesterUserId", UUID),
        optional("serial", Shape::Count),
        required("state", Shape::Text(any as Form)),
        optional("dateUpdated", MOMENT),
        optional("dateReserved", MOMENT),
        optional("datePublished", MOMENT),
        optional("dateRejected", MOMENT),
    ],
    others: Others::Refused,
});

const CNA: Shape = container!(required, Shape::Text(cna_tag as Form));
const ADP: Shape = container!(optional, Shape::Text(adp_tag as Form));

macro_rules! record {
    ($containers:expr) => {
        Shape::Object(&Object {
            fields: &[
                required("dataType", Shape::Word(&["CVE_RECORD"])),
                required("dataVersion", Shape::Text(data_version as Form)),
                required("cveMetadata", METADATA),
                required(
                    "containers",
                    Shape::Object(&Object { fields: $containers, others: Others::Refused }),
                ),
            ],
            others: Others::Refused,
        })
    };
}

/// A record that is published.
pub(super) const PUBLISHED: Shape =
    record!(&[required("cna", CNA), optional("adp", Shape::List(Items::SomeDistinct, &ADP))]);

/// A record that was rejected.
pub(super) const REJECTED: Shape = record!(&[
    required(
        "cna",
        Shape::Object(&Object {
            fields: &[
                required("providerMetadata", PROVIDER),
                required("rejectedReasons", DESCRIPTIONS),
                optional("replacedBy", Shape::List(Items::SomeDistinct, &Shape::Text(cve_id as Form))),
            ],
            others: Others::Refused,
        })
    ),
    optional("adp", Shape::Any)
]);
