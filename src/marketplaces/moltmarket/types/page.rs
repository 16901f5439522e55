//! Lists in pieces.

/// Which piece of a list is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Paging {
    /// Rows at most, 1 to 100.
    pub limit: u32,
    /// Rows to leave out from the beginning.
    pub offset: u64,
}

impl Default for Paging {
    fn default() -> Self {
        Self { limit: 20, offset: 0 }
    }
}

/// A piece of a list. Rows that cannot be read are left out of `rows`, not out of the counts.
#[derive(Debug, Clone, PartialEq)]
pub struct Page<T> {
    pub rows: Vec<T>,
    /// Rows of the whole list, when the market says so.
    pub total: Option<u64>,
    /// Where the next piece begins; `None` when this was the last.
    pub next_offset: Option<u64>,
}
