//! Gradient boosted trees on histograms for a yes-or-no target.
//!
//! Friedman (2001) for the boosting, Friedman (2002) for the sampling of rows, Ke et al. (2017) for
//! histograms, best-first growth and the subtraction of a sibling, Fisher (1958) for the splits of
//! unordered bins by their order of gradient. Missing values are a bin of their own that each split
//! sends to the better side (Chen and Guestrin 2016).
//!
//! Gradients are rounded to whole numbers (Shi et al. 2022), gradient and curvature in the two halves of one
//! 64-bit number: a histogram is filled by one addition a cell, and taking a sibling away leaves no error.

use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{Rng, SeedableRng};

use super::encode::Bins;
use super::tree::{Node, Test, Tree};

/// How trees are grown.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Growth {
    /// Leaves of a tree at most: 2 gives an additive model.
    pub leaves: usize,
    /// Share of each step taken.
    pub rate: f64,
    /// Trees at most.
    pub rounds: usize,
    /// Share of the rows each tree sees.
    pub rows: f64,
    /// Share of the features each tree sees.
    pub features: f64,
    /// Rows a leaf needs.
    pub smallest: f64,
    /// Weight that pulls leaf values to zero.
    pub ridge: f64,
    /// More of it for splits by sets of bins, where the order of the bins was read from the same rows.
    pub sets: f64,
}

/// Trees and what they said of the held-out rows on the way.
pub struct Boosted {
    pub trees: Vec<Tree>,
    /// Log-odds of the held-out rows after each [`EVERY`] trees, the starting point first.
    pub path: Vec<Vec<f32>>,
}

/// Trees between two looks at the held-out rows.
pub const EVERY: usize = 10;
/// Looks without a better log-loss after which boosting stops.
const PATIENCE: usize = 6;

type Sums = [f64; 2];

/// How gradients become whole numbers: the sum over all rows must fit 31 bits.
#[derive(Clone, Copy)]
struct Scale {
    gradient: f32,
    curvature: f32,
}

impl Scale {
    fn of(rows: usize) -> Scale {
        let bits = 30 - rows.max(1).ilog2().min(28) as i32;
        let gradient = 2f32.powi(bits.min(18));
        // Curvature is a quarter at most.
        Scale { gradient, curvature: gradient * 4.0 }
    }

    fn pack(self, g: f32, h: f32) -> i64 {
        let g = (g * self.gradient).round() as i64;
        let h = ((h * self.curvature).round() as i64).max(1);
        (g << 32) + h
    }

    fn unpack(self, sum: i64) -> Sums {
        let h = sum & 0xffff_ffff;
        [((sum - h) >> 32) as f64 / f64::from(self.gradient), h as f64 / f64::from(self.curvature)]
    }
}

/// What a boosting run is about.
pub struct Job<'a> {
    pub bins: &'a Bins,
    pub target: &'a [bool],
    /// Rows to learn from.
    pub train: &'a [u32],
    /// Rows to watch.
    pub held: &'a [u32],
    /// Log-odds each row starts with.
    pub start: &'a [f32],
}

/// Boosts until the held-out rows stop gaining. `go` is asked after each tree; false ends the run.
pub fn boost(job: &Job<'_>, growth: &Growth, seed: u64, go: &dyn Fn() -> bool) -> Boosted {
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    let mut margin: Vec<f32> = job.start.to_vec();
    let mut grower = Grower::new(job.bins, growth, Scale::of(job.train.len()));
    let mut trees = Vec::new();
    let mut path = vec![job.held.iter().map(|r| margin[*r as usize]).collect::<Vec<f32>>()];
    let (mut best, mut best_at) = (loss(job, &path[0]), 0);
    let scale = Scale::of(job.train.len());
    let mut gradients = vec![0i64; job.bins.rows];
    let mut bag: Vec<u32> = Vec::with_capacity(job.train.len());
    while trees.len() < growth.rounds && go() {
        bag.clear();
        let limit = (growth.rows * f64::from(u32::MAX)) as u32;
        for row in job.train {
            if growth.rows >= 1.0 || rng.next_u32() <= limit {
                let at = *row as usize;
                let p = sigmoid(margin[at]);
                gradients[at] = scale.pack(p - f32::from(u8::from(job.target[at])), p * (1.0 - p));
                bag.push(*row);
            }
        }
        let tree = grower.grow(&mut bag, &gradients, &mut rng);
        if tree.0.len() == 1 && tree.0[0].value.abs() < 1e-7 {
            break;
        }
        for row in job.train.iter().chain(job.held) {
            margin[*row as usize] += tree.value(job.bins.row(*row as usize));
        }
        trees.push(tree);
        if trees.len().is_multiple_of(EVERY) {
            let now: Vec<f32> = job.held.iter().map(|r| margin[*r as usize]).collect();
            let loss = loss(job, &now);
            path.push(now);
            if loss < best - 1e-6 {
                (best, best_at) = (loss, path.len() - 1);
            } else if !job.held.is_empty() && path.len() - 1 - best_at >= PATIENCE {
                break;
            }
        }
    }
    trees.truncate((path.len() - 1) * EVERY);
    Boosted { trees, path }
}

fn loss(job: &Job<'_>, margin: &[f32]) -> f64 {
    let one = |(m, r): (&f32, &u32)| log_loss(*m, job.target[*r as usize]);
    margin.iter().zip(job.held).map(one).sum::<f64>() / job.held.len().max(1) as f64
}

/// Log-loss of log-odds, without overflow.
pub fn log_loss(margin: f32, target: bool) -> f64 {
    let m = f64::from(if target { -margin } else { margin });
    if m > 0.0 { m + (-m).exp().ln_1p() } else { m.exp().ln_1p() }
}

pub fn sigmoid(x: f32) -> f32 {
    1.0 / (1.0 + (-x).exp())
}

/// Grows one tree after the other in the same memory.
struct Grower<'a> {
    bins: &'a Bins,
    growth: &'a Growth,
    /// Where the histogram of each feature begins.
    offsets: Vec<usize>,
    total: usize,
    scale: Scale,
    spare: Vec<Vec<i64>>,
    /// Rows moved aside while a node is parted.
    aside: Vec<u32>,
    /// The histogram of one feature, unpacked.
    cells: Vec<Sums>,
}

/// A leaf that may still be split.
struct Leaf {
    node: usize,
    from: usize,
    to: usize,
    sums: Sums,
    histogram: Vec<i64>,
    best: Option<Split>,
}

#[derive(Clone, Copy)]
struct Split {
    gain: f64,
    feature: usize,
    test: Test,
    left: Sums,
}

impl<'a> Grower<'a> {
    fn new(bins: &'a Bins, growth: &'a Growth, scale: Scale) -> Grower<'a> {
        let mut offsets = Vec::with_capacity(bins.width);
        let mut total = 0;
        for size in &bins.sizes {
            offsets.push(total);
            total += size;
        }
        Grower { bins, growth, offsets, total, scale, spare: Vec::new(), aside: Vec::new(), cells: Vec::new() }
    }

    fn grow(&mut self, rows: &mut [u32], gradients: &[i64], rng: &mut ChaCha8Rng) -> Tree {
        let features = self.draw(rng);
        let sums = self.scale.unpack(rows.iter().map(|r| gradients[*r as usize]).sum());
        let least = self.growth.smallest * sums[1] / rows.len().max(1) as f64;
        let mut nodes = vec![self.leaf(sums, self.growth.ridge)];
        let histogram = self.histogram(rows, gradients, &features);
        let best = self.best(&histogram, sums, &features, least);
        let mut leaves = vec![Leaf { node: 0, from: 0, to: rows.len(), sums, histogram, best }];
        while leaves.len() < self.growth.leaves {
            let gain = |l: &Leaf| l.best.map_or(0.0, |b| b.gain);
            let Some(at) = (0..leaves.len()).max_by(|a, b| gain(&leaves[*a]).total_cmp(&gain(&leaves[*b]))) else {
                break;
            };
            let Some(split) = leaves[at].best else { break };
            let leaf = leaves.swap_remove(at);
            let middle = leaf.from + self.part(&mut rows[leaf.from..leaf.to], &split);
            let right = [leaf.sums[0] - split.left[0], leaf.sums[1] - split.left[1]];
            let ridge = self.growth.ridge + if matches!(split.test, Test::In(_)) { self.growth.sets } else { 0.0 };
            let at = nodes.len();
            nodes[leaf.node].split = Some((u16::try_from(split.feature).unwrap_or(0), split.test));
            nodes[leaf.node].left = u32::try_from(at).unwrap_or(0);
            nodes[leaf.node].right = u32::try_from(at + 1).unwrap_or(0);
            nodes.push(self.leaf(split.left, ridge));
            nodes.push(self.leaf(right, ridge));
            // With the last split made, nobody asks for further histograms.
            let last = leaves.len() + 2 >= self.growth.leaves;
            let (mut near, mut far) = (Vec::new(), Vec::new());
            let small_left = middle - leaf.from <= leaf.to - middle;
            if last {
                self.spare.push(leaf.histogram);
            } else {
                let (from, to) = if small_left { (leaf.from, middle) } else { (middle, leaf.to) };
                near = self.histogram(&rows[from..to], gradients, &features);
                far = leaf.histogram;
                for (f, n) in far.iter_mut().zip(&near) {
                    *f -= n;
                }
            }
            let (of_left, of_right) = if small_left { (near, far) } else { (far, near) };
            for (node, from, to, sums, histogram) in
                [(at, leaf.from, middle, split.left, of_left), (at + 1, middle, leaf.to, right, of_right)]
            {
                let best = if last { None } else { self.best(&histogram, sums, &features, least) };
                leaves.push(Leaf { node, from, to, sums, histogram, best });
            }
        }
        self.spare.extend(leaves.into_iter().map(|l| l.histogram).filter(|h| !h.is_empty()));
        Tree(nodes)
    }

    fn leaf(&self, sums: Sums, ridge: f64) -> Node {
        let value = (-sums[0] / (sums[1] + ridge)).clamp(-4.0, 4.0) * self.growth.rate;
        Node { split: None, left: 0, right: 0, value: value as f32, cover: sums[1].max(0.0) as f32 }
    }

    /// The features this tree looks at, ascending.
    fn draw(&self, rng: &mut ChaCha8Rng) -> Vec<usize> {
        let width = self.bins.width;
        let want = ((self.growth.features * width as f64).ceil() as usize).clamp(1.min(width), width);
        let mut all: Vec<usize> = (0..width).collect();
        for i in 0..want {
            let j = i + ((u64::from(rng.next_u32()) * (width - i) as u64) >> 32) as usize;
            all.swap(i, j);
        }
        all.truncate(want);
        all.sort_unstable();
        all
    }

    fn histogram(&mut self, rows: &[u32], gradients: &[i64], features: &[usize]) -> Vec<i64> {
        let mut out = self.spare.pop().unwrap_or_default();
        out.clear();
        out.resize(self.total, 0);
        let places: Vec<(usize, usize)> = features.iter().map(|f| (*f, self.offsets[*f])).collect();
        for row in rows {
            let gradient = gradients[*row as usize];
            let cells = self.bins.row(*row as usize);
            for (f, offset) in &places {
                out[offset + usize::from(cells[*f])] += gradient;
            }
        }
        out
    }

    /// Moves the rows that go left to the front; returns how many they are. The order within both
    /// sides stays.
    fn part(&mut self, rows: &mut [u32], split: &Split) -> usize {
        self.aside.clear();
        let mut kept = 0;
        for i in 0..rows.len() {
            let row = rows[i];
            if split.test.left(self.bins.row(row as usize)[split.feature]) {
                rows[kept] = row;
                kept += 1;
            } else {
                self.aside.push(row);
            }
        }
        rows[kept..].copy_from_slice(&self.aside);
        kept
    }

    /// The best split of a leaf; `None` where none gains.
    fn best(&mut self, histogram: &[i64], sums: Sums, features: &[usize], least: f64) -> Option<Split> {
        let mut best: Option<Split> = None;
        if sums[1] < 2.0 * least {
            return None;
        }
        let mut cells = std::mem::take(&mut self.cells);
        for f in features {
            cells.clear();
            let packed = &histogram[self.offsets[*f]..self.offsets[*f] + self.bins.sizes[*f]];
            cells.extend(packed.iter().map(|sum| self.scale.unpack(*sum)));
            let found = if self.bins.unordered[*f] && cells.len() > 3 {
                self.by_set(&cells, sums, least)
            } else {
                self.by_cut(&cells, sums, least)
            };
            if let Some((gain, test, left)) = found
                && best.is_none_or(|b| gain > b.gain)
            {
                best = Some(Split { gain, feature: *f, test, left });
            }
        }
        self.cells = cells;
        best
    }

    fn by_cut(&self, cells: &[Sums], sums: Sums, least: f64) -> Option<(f64, Test, Sums)> {
        let ridge = self.growth.ridge;
        let whole = score(sums, ridge);
        let mut best: Option<(f64, Test, Sums)> = None;
        let mut consider = |cut: usize, missing: bool, left: Sums| {
            let right = [sums[0] - left[0], sums[1] - left[1]];
            if left[1] < least || right[1] < least {
                return;
            }
            let gain = score(left, ridge) + score(right, ridge) - whole;
            if gain > 1e-6 && best.is_none_or(|(g, _, _)| gain > g) {
                best = Some((gain, Test::Upto(u8::try_from(cut).unwrap_or(u8::MAX), missing), left));
            }
        };
        let missing = cells[0];
        let some = missing[1] > 1e-9;
        let mut left = [0.0; 2];
        for (cut, cell) in cells.iter().enumerate().skip(1) {
            left = [left[0] + cell[0], left[1] + cell[1]];
            if cell[1] <= 0.0 {
                continue;
            }
            if some {
                consider(cut, true, [left[0] + missing[0], left[1] + missing[1]]);
                consider(cut, false, left);
            } else {
                // Nobody knows where a missing value belongs: with the many.
                consider(cut, left[1] * 2.0 >= sums[1], left);
            }
        }
        best
    }

    fn by_set(&self, cells: &[Sums], sums: Sums, least: f64) -> Option<(f64, Test, Sums)> {
        let ridge = self.growth.ridge + self.growth.sets;
        let whole = score(sums, self.growth.ridge);
        // Ten rows of doubt in the order of the bins (least is the weight of `smallest` rows).
        let doubt = 10.0 * least / self.growth.smallest.max(1.0);
        let mut order: Vec<(f64, usize)> = (0..cells.len())
            .filter(|b| cells[*b][1] > 1e-9)
            .map(|b| (cells[b][0] / (cells[b][1] + doubt), b))
            .collect();
        order.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
        let mut best: Option<(f64, usize, Sums)> = None;
        let mut left = [0.0; 2];
        for (n, (_, b)) in order.iter().enumerate().take(order.len().saturating_sub(1)) {
            left = [left[0] + cells[*b][0], left[1] + cells[*b][1]];
            let right = [sums[0] - left[0], sums[1] - left[1]];
            if left[1] < least || right[1] < least {
                continue;
            }
            let gain = score(left, ridge) + score(right, ridge) - whole;
            if gain > 1e-6 && best.is_none_or(|(g, _, _)| gain > g) {
                best = Some((gain, n, left));
            }
        }
        best.map(|(gain, n, left)| {
            let mut set = [0u64; 2];
            let mut put = |b: usize| set[(b >> 6) & 1] |= 1 << (b & 63);
            order[..=n].iter().for_each(|(_, b)| put(*b));
            // Bins this leaf has not met go with the many.
            if left[1] * 2.0 >= sums[1] {
                (0..cells.len()).filter(|b| cells[*b][1] <= 1e-9).for_each(put);
            }
            (gain, Test::In(set), left)
        })
    }
}

fn score(sums: Sums, ridge: f64) -> f64 {
    sums[0] * sums[0] / (sums[1] + ridge)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Two features whose exclusive-or is the target: no single one tells anything.
    #[test]
    fn an_interaction_is_found() {
        let rows = 400;
        let cells: Vec<u8> = (0..rows).flat_map(|i| [1 + (i % 2) as u8, 1 + (i / 2 % 2) as u8]).collect();
        let target: Vec<bool> = (0..rows).map(|i| (i % 2) != (i / 2 % 2)).collect();
        // A few rows are turned over, so that the first split has something to gain.
        let target: Vec<bool> = target.iter().enumerate().map(|(i, t)| *t != (i % 37 == 0)).collect();
        let bins = Bins { width: 2, rows, cells, sizes: vec![3, 3], unordered: vec![false; 2] };
        let all: Vec<u32> = (0..rows as u32).collect();
        let start = vec![0.0f32; rows];
        let job = Job { bins: &bins, target: &target, train: &all, held: &all, start: &start };
        let growth =
            Growth { leaves: 4, rate: 0.3, rounds: 60, rows: 1.0, features: 1.0, smallest: 5.0, ridge: 1.0, sets: 8.0 };
        let done = boost(&job, &growth, 1, &|| true);
        let right = |m: &[f32]| m.iter().zip(&target).filter(|(m, t)| (**m > 0.0) == **t).count();
        assert!(right(done.path.last().unwrap()) > rows * 9 / 10);
        let stumps = boost(&job, &Growth { leaves: 2, ..growth }, 1, &|| true);
        assert!(right(stumps.path.last().unwrap()) < rows * 6 / 10);
    }

    #[test]
    fn missing_values_go_to_the_better_side() {
        let rows = 300;
        let cells: Vec<u8> = (0..rows).map(|i| (i % 3) as u8).collect();
        // Missing (0) behaves like the high bin.
        let target: Vec<bool> = cells.iter().map(|c| *c != 1).collect();
        let bins = Bins { width: 1, rows, cells, sizes: vec![3], unordered: vec![false] };
        let all: Vec<u32> = (0..rows as u32).collect();
        let job = Job { bins: &bins, target: &target, train: &all, held: &all, start: &vec![0.0; rows] };
        let growth =
            Growth { leaves: 2, rate: 0.5, rounds: 20, rows: 1.0, features: 1.0, smallest: 5.0, ridge: 1.0, sets: 8.0 };
        let done = boost(&job, &growth, 1, &|| true);
        assert!(done.path.last().unwrap().iter().zip(&target).all(|(m, t)| (*m > 0.0) == *t));
    }
}
