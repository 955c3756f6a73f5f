//! One model for SBOM documents, and its readers, writers and validators.
