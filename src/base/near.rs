//! What the processor is told to fetch from memory before it is asked for: it goes on meanwhile.

/// Bytes that come from memory at once.
const LINE: usize = 64;

/// Has the line of memory in which a thing begins brought near the processor.
#[inline(always)]
pub fn soon<T>(it: &T) {
    #[cfg(target_arch = "x86_64")]
    // SAFETY: every processor of this kind has the instruction, and it changes nothing but what is near.
    unsafe {
        use std::arch::x86_64::{_MM_HINT_T0, _mm_prefetch};
        _mm_prefetch::<_MM_HINT_T0>(std::ptr::from_ref(it).cast());
    }
    #[cfg(not(target_arch = "x86_64"))]
    let _ = it;
}

/// The same for all that lies in a list itself.
#[inline]
pub fn all_soon<T>(list: &[T]) {
    list.iter().step_by((LINE / size_of::<T>().max(1)).max(1)).for_each(soon);
}
