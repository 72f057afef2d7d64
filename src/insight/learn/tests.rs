//! Small made-up tables, each with something that makes learning go wrong.

use super::*;
