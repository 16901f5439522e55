//! The second market as its callers see it.

mod functions;
mod keeping;
mod lengths;
mod limits;
mod people;
mod posters;
mod push;
mod stall;
mod talking;
mod weather;
mod workers;
