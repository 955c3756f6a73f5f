//! Fixture builders and a command line runner for tests. Never part of what is shipped.
