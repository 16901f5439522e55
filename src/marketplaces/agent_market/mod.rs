//! Agent Market (ClawLabor).
