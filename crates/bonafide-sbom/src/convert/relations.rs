//! Types of relationships in SPDX 2 and SPDX 3.

use crate::model::RelationshipKind;

/// What a type of SPDX 2 is in SPDX 3.
#[derive(Clone, Copy, Debug)]
pub(super) struct Row {
    /// The type there.
    pub(super) spdx3: &'static str,
    /// Whether it leads the other way.
    pub(super) turned: bool,
    /// The scope of a `LifecycleScopedRelationship`.
    pub(super) scope: Option<&'static str>,
}

impl Row {
    /// In the same direction, in no scope.
    pub(super) const PLAIN: Self = Self { spdx3: "", turned: false, scope: None };
}

const fn turned(spdx3: &'static str) -> Row {
    Row { spdx3, turned: true, scope: None }
}

const fn within(spdx3: &'static str, scope: &'static str) -> Row {
    Row { spdx3, turned: true, scope: Some(scope) }
}

const fn plain(spdx3: &'static str) -> Row {
    Row { spdx3, turned: false, scope: None }
}

/// By the annex "Differences from Previous Editions" of SPDX 3.0.1, and where it is silent by what the words mean. Of two
/// rows with one type of SPDX 3 the first is the way back.
const ROWS: &[(RelationshipKind, Row)] = &[
    (RelationshipKind::Describes, plain("describes")),
    (RelationshipKind::DescribedBy, turned("describes")),
    (RelationshipKind::Contains, plain("contains")),
    (RelationshipKind::ContainedBy, turned("contains")),
    (RelationshipKind::DependsOn, plain("dependsOn")),
    (RelationshipKind::DependencyOf, turned("dependsOn")),
    (RelationshipKind::BuildDependencyOf, within("dependsOn", "build")),
    (RelationshipKind::DevDependencyOf, within("dependsOn", "development")),
    (RelationshipKind::TestDependencyOf, within("dependsOn", "test")),
    (RelationshipKind::RuntimeDependencyOf, within("dependsOn", "runtime")),
    (RelationshipKind::OptionalDependencyOf, turned("hasOptionalDependency")),
    (RelationshipKind::ProvidedDependencyOf, turned("hasProvidedDependency")),
    (RelationshipKind::DependencyManifestOf, turned("hasDependencyManifest")),
    (RelationshipKind::Generates, plain("generates")),
    (RelationshipKind::GeneratedFrom, turned("generates")),
    (RelationshipKind::AncestorOf, plain("ancestorOf")),
    (RelationshipKind::DescendantOf, plain("descendantOf")),
    (RelationshipKind::VariantOf, turned("hasVariant")),
    (RelationshipKind::DistributionArtifact, plain("hasDistributionArtifact")),
    (RelationshipKind::PatchFor, turned("patchedBy")),
    (RelationshipKind::CopyOf, turned("copiedTo")),
    (RelationshipKind::FileAdded, turned("hasAddedFile")),
    (RelationshipKind::FileDeleted, turned("hasDeletedFile")),
    (RelationshipKind::FileModified, plain("modifiedBy")),
    (RelationshipKind::ExpandedFromArchive, turned("expandsTo")),
    (RelationshipKind::DynamicLink, plain("hasDynamicLink")),
    (RelationshipKind::StaticLink, plain("hasStaticLink")),
    (RelationshipKind::DataFileOf, turned("hasDataFile")),
    (RelationshipKind::TestCaseOf, turned("hasTestCase")),
    (RelationshipKind::BuildToolOf, within("usesTool", "build")),
    (RelationshipKind::DevToolOf, within("usesTool", "development")),
    (RelationshipKind::TestToolOf, within("usesTool", "test")),
    (RelationshipKind::TestOf, turned("hasTest")),
    (RelationshipKind::DocumentationOf, turned("hasDocumentation")),
    (RelationshipKind::ExampleOf, turned("hasExample")),
    (RelationshipKind::OptionalComponentOf, turned("hasOptionalComponent")),
    (RelationshipKind::MetafileOf, turned("hasMetadata")),
    (RelationshipKind::PackageOf, turned("packagedBy")),
    (RelationshipKind::Amends, turned("amendedBy")),
    (RelationshipKind::HasPrerequisite, plain("hasPrerequisite")),
    (RelationshipKind::PrerequisiteFor, turned("hasPrerequisite")),
    (RelationshipKind::RequirementDescriptionFor, turned("hasRequirement")),
    (RelationshipKind::SpecificationFor, turned("hasSpecification")),
    (RelationshipKind::Other, plain("other")),
];

/// What a type is in SPDX 3, where it is anything.
pub(super) fn to_spdx3(kind: &RelationshipKind) -> Option<Row> {
    ROWS.iter().find(|(spdx2, _)| spdx2 == kind).map(|(_, row)| *row)
}

/// What a type of SPDX 3 is in SPDX 2, and whether it leads the other way there.
pub(super) fn to_spdx2(spdx3: &str, scope: Option<&str>) -> Option<(RelationshipKind, bool)> {
    let of_type = || ROWS.iter().filter(|(_, row)| row.spdx3 == spdx3);
    let exact = of_type().find(|(_, row)| row.scope == scope);
    exact.or_else(|| of_type().next()).map(|(kind, row)| (kind.clone(), row.turned))
}
