//! A value whose changes are counted, so that what was drawn from it is known to be old.

use std::ops::{Deref, DerefMut};

/// A value that counts how often it may have become another one.
#[derive(Default)]
pub struct Counted<T> {
    value: T,
    edition: u64,
}

impl<T> Counted<T> {
    pub fn edition(&self) -> u64 {
        self.edition
    }
}

impl<T> Deref for Counted<T> {
    type Target = T;
    fn deref(&self) -> &T {
        &self.value
    }
}

impl<T> DerefMut for Counted<T> {
    fn deref_mut(&mut self) -> &mut T {
        self.edition += 1;
        &mut self.value
    }
}
