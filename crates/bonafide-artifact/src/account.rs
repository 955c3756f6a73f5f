//! Byte accounting: every byte of a container belongs to something that it names, or to nobody.

use std::io::{self, BufRead as _};

use crate::fault::{Fault, FaultKind};
use crate::input::{ReadAt, Window, is_zero};
use crate::stream::SMALL;

/// Gaps that are looked at and told one by one.
const GAPS: usize = 64;

/// Tells the bytes of `at` that none of the claims (first byte, end) has: between them and after the last. Claims may
/// be the same; which of them overlap in part is the answer, by their places in `claims`, in their order.
pub(crate) fn account(
    at: &dyn ReadAt,
    claims: &[(u64, u64)],
    faults: &mut Vec<Fault>,
) -> io::Result<Vec<usize>> {
    let mut order: Vec<usize> =
        (0..claims.len()).filter(|&index| claims[index].0 < claims[index].1).collect();
    order.sort_unstable_by_key(|&index| (claims[index], index));
    let (mut end, mut last) = (0, None);
    let mut gaps = Vec::new();
    let mut overlaps = Vec::new();
    for index in order {
        let claim = claims[index];
        if last == Some(claim) {
            continue;
        }
        if claim.0 < end || claim.1 > at.length() {
            overlaps.push(index);
            continue;
        }
        gaps.push((end, claim.0));
        end = claim.1;
        last = Some(claim);
    }
    gaps.retain(|(from, to)| from < to);
    let more = gaps.len().saturating_sub(GAPS);
    for &(from, to) in gaps.iter().take(GAPS) {
        if !zero(at, from, to)? {
            let message = format!("{} bytes that nothing claims", to - from);
            faults.push(Fault::at(FaultKind::Gap, from, message));
        }
    }
    if more > 0 {
        faults.push(Fault::new(FaultKind::Gap, format!("{more} more gaps")));
    }
    if end < at.length() {
        let kind =
            if zero(at, end, at.length())? { FaultKind::TrailingZeros } else { FaultKind::TrailingData };
        let message = format!("{} bytes after the end of the container", at.length() - end);
        faults.push(Fault::at(kind, end, message));
    }
    overlaps.sort_unstable();
    Ok(overlaps)
}

/// Whether all bytes from one place to another are zero.
pub(crate) fn zero(at: &dyn ReadAt, from: u64, to: u64) -> io::Result<bool> {
    let mut window = Window::new(at, from, to, SMALL);
    loop {
        let bytes = window.fill_buf()?;
        if bytes.is_empty() {
            return Ok(true);
        }
        if !is_zero(bytes) {
            return Ok(false);
        }
        let count = bytes.len();
        window.consume(count);
    }
}
