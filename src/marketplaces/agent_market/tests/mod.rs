//! The client against a market that answers whatever a test says.
