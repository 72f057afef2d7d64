//! One regression tree over bins: prediction and exact contributions.

use serde::{Deserialize, Serialize};

use super::encode::Bins;

/// Which bins go left.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub enum Test {
    /// Bins up to this one; bin 0 (missing) by the flag.
    Upto(u8, bool),
    /// The bins of a set, as bits.
    In([u64; 2]),
}

impl Test {
    #[inline]
    pub fn left(&self, bin: u8) -> bool {
        match self {
            Test::Upto(cut, missing) => {
                if bin == 0 {
                    *missing
                } else {
                    bin <= *cut
                }
            }
            Test::In(set) => set[usize::from(bin >> 6) & 1] >> (bin & 63) & 1 == 1,
        }
    }
}

/// A node: inner ones test a feature, leaves hold a value.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Node {
    /// Feature and test; `None` for a leaf.
    pub split: Option<(u16, Test)>,
    /// Children; 0 for a leaf.
    pub left: u32,
    pub right: u32,
    /// Log-odds of a leaf.
    pub value: f32,
    /// Training weight that came by.
    pub cover: f32,
}

/// Nodes, the root first.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Tree(pub Vec<Node>);

impl Tree {
    /// Log-odds added for a row.
    #[inline]
    pub fn value(&self, row: &[u8]) -> f32 {
        let mut at = 0usize;
        loop {
            let node = &self.0[at];
            let Some((feature, test)) = &node.split else { return node.value };
            at = if test.left(row[usize::from(*feature)]) { node.left } else { node.right } as usize;
        }
    }

    /// The mean value over the training weight.
    pub fn expected(&self) -> f64 {
        fn walk(tree: &Tree, at: usize) -> f64 {
            let node = &tree.0[at];
            if node.split.is_none() {
                return f64::from(node.value);
            }
            let (l, r) = (node.left as usize, node.right as usize);
            let (wl, wr) = (f64::from(tree.0[l].cover), f64::from(tree.0[r].cover));
            (walk(tree, l) * wl + walk(tree, r) * wr) / (wl + wr).max(f64::MIN_POSITIVE)
        }
        walk(self, 0)
    }

    /// Adds the Shapley value of each feature for a row to `out`; with [`Tree::expected`] they sum to
    /// [`Tree::value`]. Path-dependent TreeSHAP, algorithm 2 of Lundberg, Erion and Lee (2018).
    pub fn contributions(&self, row: &[u8], weight: f64, out: &mut [f64]) {
        let mut walk = Walk { tree: self, row, weight, out };
        walk.down(0, &[], 1.0, 1.0, None);
    }
}

/// A feature met on the way down: the shares of paths that go on where it is unknown and where it is known.
#[derive(Clone, Copy)]
struct Step {
    feature: Option<u16>,
    zero: f64,
    one: f64,
    weight: f64,
}

struct Walk<'a> {
    tree: &'a Tree,
    row: &'a [u8],
    weight: f64,
    out: &'a mut [f64],
}

impl Walk<'_> {
    fn down(&mut self, at: usize, path: &[Step], zero: f64, one: f64, feature: Option<u16>) {
        let mut path = path.to_vec();
        extend(&mut path, zero, one, feature);
        let node = self.tree.0[at];
        let Some((split, test)) = node.split else {
            for i in 1..path.len() {
                let sum: f64 = unwound_sum(&path, i);
                if let Some(f) = path[i].feature {
                    self.out[usize::from(f)] +=
                        self.weight * sum * (path[i].one - path[i].zero) * f64::from(node.value);
                }
            }
            return;
        };
        let (mut hot, mut cold) = (node.left as usize, node.right as usize);
        if !test.left(self.row[usize::from(split)]) {
            std::mem::swap(&mut hot, &mut cold);
        }
        let (mut incoming_zero, mut incoming_one) = (1.0, 1.0);
        if let Some(k) = path.iter().position(|s| s.feature == Some(split)) {
            (incoming_zero, incoming_one) = (path[k].zero, path[k].one);
            unwind(&mut path, k);
        }
        let all = f64::from(self.tree.0[hot].cover) + f64::from(self.tree.0[cold].cover);
        let share = |child: usize| f64::from(self.tree.0[child].cover) / all.max(f64::MIN_POSITIVE);
        let (to_hot, to_cold) = (share(hot), share(cold));
        self.down(hot, &path, incoming_zero * to_hot, incoming_one, Some(split));
        self.down(cold, &path, incoming_zero * to_cold, 0.0, Some(split));
    }
}

fn extend(path: &mut Vec<Step>, zero: f64, one: f64, feature: Option<u16>) {
    let depth = path.len();
    path.push(Step { feature, zero, one, weight: if depth == 0 { 1.0 } else { 0.0 } });
    for i in (0..depth).rev() {
        path[i + 1].weight += one * path[i].weight * (i + 1) as f64 / (depth + 1) as f64;
        path[i].weight = zero * path[i].weight * (depth - i) as f64 / (depth + 1) as f64;
    }
}

fn unwind(path: &mut Vec<Step>, k: usize) {
    let depth = path.len() - 1;
    let (one, zero) = (path[k].one, path[k].zero);
    let mut next = path[depth].weight;
    for i in (0..depth).rev() {
        if one != 0.0 {
            let kept = path[i].weight;
            path[i].weight = next * (depth + 1) as f64 / ((i + 1) as f64 * one);
            next = kept - path[i].weight * zero * (depth - i) as f64 / (depth + 1) as f64;
        } else {
            path[i].weight = path[i].weight * (depth + 1) as f64 / (zero * (depth - i) as f64);
        }
    }
    for i in k..depth {
        (path[i].feature, path[i].zero, path[i].one) = (path[i + 1].feature, path[i + 1].zero, path[i + 1].one);
    }
    path.pop();
}

fn unwound_sum(path: &[Step], k: usize) -> f64 {
    let depth = path.len() - 1;
    let (one, zero) = (path[k].one, path[k].zero);
    let mut next = path[depth].weight;
    let mut total = 0.0;
    for i in (0..depth).rev() {
        if one != 0.0 {
            let weight = next * (depth + 1) as f64 / ((i + 1) as f64 * one);
            total += weight;
            next = path[i].weight - weight * zero * (depth - i) as f64 / (depth + 1) as f64;
        } else if zero != 0.0 {
            total += path[i].weight / zero * (depth + 1) as f64 / (depth - i) as f64;
        }
    }
    total
}

/// Sum of many trees for every row.
pub fn values(trees: &[Tree], bins: &Bins, out: &mut [f64]) {
    for (row, sum) in out.iter_mut().enumerate() {
        let cells = bins.row(row);
        *sum += trees.iter().map(|t| f64::from(t.value(cells))).sum::<f64>();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn leaf(value: f32, cover: f32) -> Node {
        Node { split: None, left: 0, right: 0, value, cover }
    }

    fn inner(feature: u16, cut: u8, left: u32, right: u32, cover: f32) -> Node {
        Node { split: Some((feature, Test::Upto(cut, true))), left, right, value: 0.0, cover }
    }

    #[test]
    fn contributions_are_the_shapley_values() {
        // f0 <= 1 ? (f1 <= 1 ? 1 : 5) : (f0 <= 2 ? 2 : (f1 <= 2 ? 9 : 4)): a feature comes twice on a path.
        let tree = Tree(vec![
            inner(0, 1, 1, 2, 100.0),
            inner(1, 1, 3, 4, 40.0),
            inner(0, 2, 5, 6, 60.0),
            leaf(1.0, 10.0),
            leaf(5.0, 30.0),
            leaf(2.0, 20.0),
            inner(1, 2, 7, 8, 40.0),
            leaf(9.0, 15.0),
            leaf(4.0, 25.0),
        ]);
        // The value where only some features are known: unknown ones follow the cover.
        fn given(tree: &Tree, at: usize, row: &[u8], known: &[bool]) -> f64 {
            let n = tree.0[at];
            let Some((f, test)) = n.split else { return f64::from(n.value) };
            let (l, r) = (n.left as usize, n.right as usize);
            if known[usize::from(f)] {
                return given(tree, if test.left(row[usize::from(f)]) { l } else { r }, row, known);
            }
            let (wl, wr) = (f64::from(tree.0[l].cover), f64::from(tree.0[r].cover));
            (given(tree, l, row, known) * wl + given(tree, r, row, known) * wr) / (wl + wr)
        }
        for row in [[1u8, 1], [1, 2], [2, 3], [3, 1], [3, 3]] {
            let v = |known: [bool; 2]| given(&tree, 0, &row, &known);
            let (none, a, b, both) = (v([false; 2]), v([true, false]), v([false, true]), v([true; 2]));
            let want = [((a - none) + (both - b)) / 2.0, ((b - none) + (both - a)) / 2.0];
            let mut got = [0.0; 2];
            tree.contributions(&row, 1.0, &mut got);
            assert!((got[0] - want[0]).abs() < 1e-9 && (got[1] - want[1]).abs() < 1e-9, "{row:?} {got:?} {want:?}");
            assert!((tree.expected() - none).abs() < 1e-9);
            assert!((tree.expected() + got[0] + got[1] - f64::from(tree.value(&row))).abs() < 1e-6);
        }
    }
}
