//! Memory for millions of lines.

/// # Safety
///
/// Any bytes are a value of such a type, which has no gaps.
pub unsafe trait Raw: Copy {}
// SAFETY: numbers, and arrays of them.
unsafe impl Raw for u64 {}
// SAFETY: numbers, and arrays of them.
unsafe impl Raw for i64 {}
// SAFETY: numbers, and arrays of them.
unsafe impl Raw for [u64; 2] {}
// SAFETY: numbers, and arrays of them.
unsafe impl Raw for [u8; 64] {}

/// The same memory as bytes.
pub fn bytes<T: Raw>(all: &mut [T]) -> &mut [u8] {
    // SAFETY: the same memory for the same time; any bytes are values of these types, and any of their values bytes.
    unsafe { std::slice::from_raw_parts_mut(all.as_mut_ptr().cast(), size_of_val(all)) }
}

/// Room for so many, all zero, in large pages where the system has them: most of the time a start takes to read the
/// lines would go into giving out small ones.
pub fn room<T: Raw>(count: usize) -> Vec<T> {
    use std::alloc::{Layout, alloc_zeroed, handle_alloc_error};
    let Ok(layout) = Layout::array::<T>(count) else { return Vec::new() };
    if layout.size() == 0 {
        return Vec::new();
    }
    // SAFETY: the layout is that of an array of `count` and not empty; what is all zero is a value of these types; the
    // vector frees with the same layout.
    unsafe {
        let start = alloc_zeroed(layout);
        if start.is_null() {
            handle_alloc_error(layout);
        }
        advise(start, layout.size());
        Vec::from_raw_parts(start.cast(), count, count)
    }
}

/// An empty vector with room for so many bytes, in large pages likewise.
pub fn large(bytes: usize) -> Vec<u8> {
    let mut out = Vec::with_capacity(bytes);
    advise(out.as_mut_ptr(), bytes);
    out
}

/// Has the system use large pages for memory of ours, where there is much of it.
fn advise(start: *mut u8, bytes: usize) {
    #[cfg(target_os = "linux")]
    {
        const PAGE: usize = 4096;
        let skip = start.align_offset(PAGE);
        if bytes >= 8 << 20 && skip < PAGE {
            let whole = (bytes - skip) / PAGE * PAGE;
            // SAFETY: it is about whole pages within the memory and changes no byte of it.
            unsafe { libc::madvise(start.add(skip).cast(), whole, libc::MADV_HUGEPAGE) };
        }
    }
    #[cfg(not(target_os = "linux"))]
    let _ = (start, bytes);
}
