//! How much of a check a document fulfils: the arithmetic that the schemes share.

use super::view::{Fact, View};

/// The answer of one check.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Share {
    /// 0 to 10.
    pub(super) score: f64,
    /// Whether the check could be judged.
    pub(super) judged: bool,
    /// Components that fulfil it, of how many.
    pub(super) of: Option<(usize, usize)>,
}

impl Share {
    /// A score that can be judged.
    pub(super) const fn score(score: f64) -> Self {
        Self { score, judged: true, of: None }
    }

    /// All or nothing.
    pub(super) const fn yes(holds: bool) -> Self {
        Self::score(if holds { 10.0 } else { 0.0 })
    }

    /// Not for this document to fulfil.
    pub(super) const NOT_JUDGED: Self = Self { score: 0.0, judged: false, of: None };

    pub(super) const fn unjudged(mut self) -> Self {
        self.judged = false;
        self
    }

    fn part(have: usize, all: usize) -> Self {
        let score = if all == 0 { 0.0 } else { have as f64 / all as f64 * 10.0 };
        Self { score, judged: true, of: Some((have, all)) }
    }

    pub(super) fn times(mut self, factor: f64) -> Self {
        self.score *= factor;
        self
    }
}

/// Ten times a share; never more than 9.9 unless all have it.
pub(super) fn capped(have: usize, all: usize) -> Share {
    let mut share = Share::part(have, all);
    if have < all {
        share.score = share.score.min(9.9);
    }
    share
}

impl View<'_> {
    /// The share of components, as it is. Without components 0.
    pub(super) fn part(&self, fact: Fact) -> Share {
        Share::part(self.count(fact), self.components)
    }

    /// The share of components without the fact.
    pub(super) fn part_without(&self, fact: Fact) -> Share {
        Share::part(self.components - self.count(fact), self.components)
    }

    /// The share of components; without components nothing to judge.
    pub(super) fn part_if_any(&self, fact: Fact) -> Share {
        self.if_any(self.part(fact))
    }

    /// The share of components, capped; without components nothing to judge.
    pub(super) fn capped_if_any(&self, fact: Fact) -> Share {
        self.if_any(self.capped(fact))
    }

    /// The share of components, capped. Without components 0.
    pub(super) fn capped(&self, fact: Fact) -> Share {
        capped(self.count(fact), self.components)
    }

    /// The share of components without the fact, capped; without components nothing to judge.
    pub(super) fn capped_without(&self, fact: Fact) -> Share {
        self.if_any(capped(self.components - self.count(fact), self.components))
    }

    /// The share of components; where none has it nothing to judge: "additional" fields of TR-03183-2.
    pub(super) fn part_if_some(&self, fact: Fact) -> Share {
        if self.count(fact) == 0 { Share { judged: false, ..self.part(fact) } } else { self.part(fact) }
    }

    /// All or nothing over components; without components nothing.
    pub(super) fn all(&self, fact: Fact) -> Share {
        let (have, all) = (self.count(fact), self.components);
        Share { of: Some((have, all)), ..Share::yes(all > 0 && have == all) }
    }

    pub(super) fn if_any(&self, share: Share) -> Share {
        if self.components == 0 { Share { judged: false, score: 0.0, of: None } } else { share }
    }

    /// All or nothing, less where the document's edges and ids are not sound.
    pub(super) fn sound(&self, holds: bool) -> Share {
        Share::yes(holds).times(self.graph.sound)
    }
}
