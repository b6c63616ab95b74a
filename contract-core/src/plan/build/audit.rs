//! Whether a walk by some rules ends, and in time that grows with the document alone.
//!
//! Two things can go wrong. Rules that lead to one another for the same value would walk for ever. And
//! where two branches for one value are both recursive, each level of a document doubles the work;
//! the general validator remembers its verdicts, and so is asked instead.

use crate::plan::{
    bytes::{ARRAY, Kind, OBJECT},
    rule::{Also, Rule, RuleId},
};

/// How many times as often as there are rules a value may be looked at.
const MOST_WAYS_A_RULE: u64 = 16;

pub(super) enum Audit {
    Passed,
    /// The rule that is better left to the general validator.
    Refused(RuleId),
    /// Rules that lead in a circle for the same value. What such a schema means depends on where the general validator
    /// enters the circle, so that no part of it can be left alone.
    Circular,
}

pub(super) fn audit(rules: &[Rule]) -> Audit {
    let same: Vec<Vec<RuleId>> = rules.iter().map(for_the_same_value).collect();
    let (_, circular) = sorted(&same);
    if !circular.is_empty() {
        return Audit::Circular;
    }
    let mut all = same.clone();
    for (id, (rule, leads_to)) in (0..).zip(rules.iter().zip(&mut all)) {
        leads_to.extend(for_what_is_inside(rule));
        // What is left to the general validator and refers to other parts is taken for recursive.
        leads_to.extend(refers(rule).then_some(id));
    }
    let (order, recursive) = sorted(&all);
    let mut is_recursive = vec![false; rules.len()];
    for &id in &recursive {
        is_recursive[id as usize] = true;
    }
    let most = MOST_WAYS_A_RULE * rules.len() as u64;
    let mut ways = vec![1_u64; rules.len()];
    for &id in order.iter().chain(&recursive) {
        for kind in 0..=OBJECT {
            let mut branches = inside_at_once(&rules[id as usize], kind);
            let same = same[id as usize].iter().copied();
            branches.extend(refers(&rules[id as usize]).then(|| vec![id]));
            branches.extend(
                same.filter(|&id| rules[id as usize].kinds.has(kind))
                    .map(|id| vec![id]),
            );
            let recursive = branches
                .iter()
                .filter(|rules| rules.iter().any(|&id| is_recursive[id as usize]));
            let sum = branches
                .iter()
                .map(|rules| most_ways(rules, &ways, &is_recursive))
                .fold(0, u64::saturating_add);
            if recursive.count() > 1 || sum > most {
                return Audit::Refused(id);
            }
            ways[id as usize] = ways[id as usize].max(sum);
        }
    }
    Audit::Passed
}

/// The most ways of rules of which one is asked of a value; a recursive one goes on alone.
fn most_ways(rules: &[RuleId], ways: &[u64], is_recursive: &[bool]) -> u64 {
    let ways = rules
        .iter()
        .filter(|&&id| !is_recursive[id as usize])
        .map(|&id| ways[id as usize]);
    ways.max().unwrap_or(0)
}

/// The rules, each after those that it leads to; and those that are left because they lead in a circle.
fn sorted(leads_to: &[Vec<RuleId>]) -> (Vec<RuleId>, Vec<RuleId>) {
    let mut missing: Vec<usize> = leads_to.iter().map(Vec::len).collect();
    let mut led_from: Vec<Vec<usize>> = vec![Vec::new(); leads_to.len()];
    for (from, targets) in leads_to.iter().enumerate() {
        for &target in targets {
            led_from[target as usize].push(from);
        }
    }
    let id = |index: usize| RuleId::try_from(index).expect("a rule's index");
    let mut ready: Vec<usize> = (0..missing.len())
        .filter(|&index| missing[index] == 0)
        .collect();
    let mut order = Vec::with_capacity(missing.len());
    while let Some(index) = ready.pop() {
        order.push(id(index));
        for &from in &led_from[index] {
            missing[from] -= 1;
            if missing[from] == 0 {
                ready.push(from);
            }
        }
    }
    let left = (0..missing.len()).filter(|&index| missing[index] > 0);
    (order, left.map(id).collect())
}

fn refers(rule: &Rule) -> bool {
    let mut also = rule.also.iter();
    also.any(|also| matches!(also, Also::General(general) if general.refers))
}

fn for_the_same_value(rule: &Rule) -> Vec<RuleId> {
    let mut rules = Vec::new();
    for also in &rule.also {
        match also {
            Also::All(all) | Also::Any(all) | Also::One(all) => rules.extend(all),
            Also::Not(id) => rules.push(*id),
            Also::If(condition, then, otherwise) => rules.extend([condition, then, otherwise]),
            Also::General(_) => {}
        }
    }
    if let Some(object) = &rule.object {
        rules.extend(object.dependencies.iter().map(|needed| needed.rule));
    }
    rules
}

fn for_what_is_inside(rule: &Rule) -> Vec<RuleId> {
    [ARRAY, OBJECT]
        .iter()
        .flat_map(|&kind| inside_at_once(rule, kind).concat())
        .collect()
}

/// The rules for elements or members: of each list, one is asked of a value.
fn inside_at_once(rule: &Rule, kind: Kind) -> Vec<Vec<RuleId>> {
    let mut lists = Vec::new();
    if let (ARRAY, Some(array)) = (kind, &rule.array) {
        lists.push(array.first.iter().copied().chain([array.rest]).collect());
        lists.extend(array.contains.map(|(wanted, _)| vec![wanted]));
    }
    if let (OBJECT, Some(object)) = (kind, &rule.object) {
        let named = object.keys.rules();
        lists.push(named.chain([object.others]).collect());
        lists.extend(object.prefixes.iter().map(|&(_, rule)| vec![rule]));
    }
    lists
}
