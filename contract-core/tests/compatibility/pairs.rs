//! Pairs of schemas whose compatibility is written down: one folder a pair, see `README.md`.

use crate::Judge;
use contract_core::{
    compat::{self, Comparison, Verdict, change::ChangeKind},
    contract::Compatibility,
};
use serde_json::{Value, json};
use std::{collections::BTreeSet, fs, path::PathBuf};

/// A pair, its truth, and what was found out about it.
struct Pair {
    name: String,
    old: Value,
    new: Value,
    expected: Value,
}

impl Pair {
    fn compare(&self) -> Comparison {
        compat::compare(&self.old, &self.new)
            .unwrap_or_else(|error| panic!("{}: {error}", self.name))
    }

    /// What is written down of one mode.
    fn expects(&self, mode: &str) -> &str {
        self.expected["modes"][mode]
            .as_str()
            .unwrap_or_else(|| panic!("{}: nothing is expected of {mode}", self.name))
    }
}

fn folder() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/compatibility")
}

fn read(path: &str) -> String {
    let path = folder().join(path);
    fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// The lines of a data file, without comments.
fn lines(text: &str) -> Vec<&str> {
    text.lines()
        .filter(|line| !line.is_empty() && !line.starts_with('#'))
        .collect()
}

/// All pairs, by name.
fn pairs() -> Vec<Pair> {
    let entries = fs::read_dir(folder().join("pairs")).expect("the folder of pairs is there");
    let mut names: Vec<String> = entries
        .map(|entry| entry.expect("an entry").file_name())
        .map(|name| name.into_string().expect("a name in UTF-8"))
        .collect();
    names.sort_unstable();
    let pair = |name: String| {
        let part = |part: &str| -> Value {
            let path = format!("pairs/{name}/{part}.json");
            serde_json::from_str(&read(&path)).unwrap_or_else(|error| panic!("{path}: {error}"))
        };
        let (old, new, expected) = (part("old"), part("new"), part("expected"));
        Pair {
            name,
            old,
            new,
            expected,
        }
    };
    let pairs: Vec<Pair> = names.into_iter().map(pair).collect();
    assert!(pairs.len() >= 150, "only {} pairs", pairs.len());
    pairs
}

/// The word of a verdict that the data uses.
fn word(verdict: &Verdict) -> &'static str {
    match verdict {
        Verdict::Compatible => "compatible",
        Verdict::Incompatible(_) => "incompatible",
        Verdict::Unproven(_) => "unproven",
    }
}

const MODES: [(&str, Compatibility); 4] = [
    ("none", Compatibility::None),
    ("backward", Compatibility::Backward),
    ("forward", Compatibility::Forward),
    ("full", Compatibility::Full),
];

/// Every verdict is the one that is written down. One that the engine cannot prove stands in
/// `unproven.txt`, and nothing else does. Every witness, found or written down, is one to both schemas.
#[test]
fn every_pair_has_the_verdict_that_is_written_down() {
    let known = read("unproven.txt");
    let known: BTreeSet<&str> = lines(&known).into_iter().collect();
    let (mut unproven, mut wrong) = (BTreeSet::new(), Vec::new());
    for pair in pairs() {
        let comparison = pair.compare();
        for (name, mode) in MODES {
            let (verdict, expected) = (comparison.verdict(mode), pair.expects(name));
            match &verdict {
                Verdict::Unproven(_) if name == "full" => {}
                Verdict::Unproven(_) => {
                    unproven.insert(format!("{} {name}", pair.name));
                }
                found if word(found) != expected => {
                    wrong.push(format!("{} {name}: {verdict:?}, not {expected}", pair.name));
                }
                _ => {}
            }
        }
        let (old, new) = (Judge::of(&pair.old), Judge::of(&pair.new));
        for (mode, verdict, narrow, wide) in [
            ("backward", comparison.backward(), &old, &new),
            ("forward", comparison.forward(), &new, &old),
        ] {
            let mut witnesses: Vec<&Value> = Vec::new();
            witnesses.extend(pair.expected.get(format!("{mode}_witness")));
            let is_incompatible = pair.expects(mode) == "incompatible";
            assert_eq!(
                witnesses.len(),
                usize::from(is_incompatible),
                "{} {mode}",
                pair.name
            );
            if let Verdict::Incompatible(witness) = verdict {
                witnesses.push(witness.document());
            }
            for witness in witnesses {
                let is_witness = narrow.takes(witness) && !wide.takes(witness);
                assert!(is_witness, "{} {mode}: {witness}", pair.name);
            }
        }
    }
    assert!(
        wrong.is_empty(),
        "{} wrong:\n{}",
        wrong.len(),
        wrong.join("\n")
    );
    let unproven: BTreeSet<&str> = unproven.iter().map(String::as_str).collect();
    assert_eq!(
        unproven, known,
        "what cannot be proven, against unproven.txt"
    );
}

/// `full` is both of the two directions, and `none` asks for nothing.
#[test]
fn what_is_written_down_of_a_pair_agrees_with_itself() {
    for pair in pairs() {
        let both = ["backward", "forward"].map(|mode| pair.expects(mode) == "compatible");
        assert_eq!(pair.expects("none"), "compatible", "{}", pair.name);
        assert_eq!(
            pair.expects("full") == "compatible",
            both == [true, true],
            "{}",
            pair.name
        );
        assert!(pair.expected["because"].is_string(), "{}", pair.name);
    }
}

/// The kinds of change that are told of each pair are those in `kinds.txt`: one that is told without
/// cause, or no longer told, shows there. With `BLESS` set, the file is written instead.
#[test]
fn every_pair_has_the_kinds_of_change_that_are_written_down() {
    let all: BTreeSet<String> = ChangeKind::all().map(|kind| kind.to_string()).collect();
    let mut told = String::from("# The kinds of change of each pair.\n");
    let mut seen = BTreeSet::new();
    for pair in pairs() {
        let kinds: Vec<String> = compat::changes(&pair.old, &pair.new)
            .iter()
            .map(|change| change.kind().to_string())
            .collect();
        told += format!("{}: {}", pair.name, kinds.join(" ")).trim_end();
        told += "\n";
        seen.extend(kinds);
    }
    assert!(
        seen.is_subset(&all),
        "unknown kinds: {:?}",
        seen.difference(&all)
    );
    if std::env::var_os("BLESS").is_some() {
        fs::write(folder().join("kinds.txt"), &told).expect("kinds.txt is written");
    }
    let known = read("kinds.txt");
    let (known, told) = (lines(&known), lines(&told));
    let known: BTreeSet<&str> = known.into_iter().collect();
    let told: BTreeSet<&str> = told.into_iter().collect();
    let (gone, new): (Vec<_>, Vec<_>) = (
        known.difference(&told).collect(),
        told.difference(&known).collect(),
    );
    assert!(
        gone.is_empty() && new.is_empty(),
        "kinds.txt differs\nno longer told: {gone:#?}\ntold now: {new:#?}"
    );
}

#[test]
fn a_count_may_be_as_large_as_a_count_can_be() {
    let most = |most: u64| json!({"contains": {"type": "integer"}, "maxContains": most});
    for (old, new) in [
        (most(3), most(u64::MAX)),
        (most(u64::MAX), most(u64::MAX - 1)),
    ] {
        let comparison = compat::compare(&old, &new).expect("both compile");
        assert!(
            !matches!(comparison.backward(), Verdict::Incompatible(_)),
            "{old} {new}"
        );
    }
    let comparison = compat::compare(&most(3), &most(u64::MAX)).expect("both compile");
    assert_eq!(comparison.backward(), &Verdict::Compatible);
}
