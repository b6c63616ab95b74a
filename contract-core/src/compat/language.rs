//! The language of a regular expression: whether texts of some kind exist, and the shortest of them.
//!
//! A question is a product of deterministic automata that is walked breadth first: which texts match
//! these patterns, do not match those, and have so many characters. It ends with the shortest such
//! text, with the proof that there is none, or at a bound.

use regex_automata::{
    Anchored, MatchKind,
    dfa::{Automaton, StartKind, dense},
    nfa::thompson,
    util::{primitives::StateID, start},
};
use regex_syntax::hir::{Dot, Hir, Look};
use std::{
    cell::{Cell, RefCell},
    collections::{HashMap, HashSet, VecDeque},
    ops::Range,
    rc::Rc,
};

/// The most memory that one automaton may take, in bytes.
const LARGEST_AUTOMATON: usize = 1 << 20;
/// The most states of a product that are visited.
const MOST_STATES: usize = 20_000;

/// The texts that one pattern matches, as `pattern` understands it: anywhere in the text.
pub(super) type Language = Rc<dense::DFA<Vec<u32>>>;

/// The languages of patterns that were asked for; `None` for one that has no automaton of bounded size.
#[derive(Default)]
pub(super) struct Languages(RefCell<HashMap<String, Option<Language>>>);

impl Languages {
    /// The language of a pattern, as the validators read it.
    pub(super) fn of(&self, pattern: &str) -> Option<Language> {
        if let Some(known) = self.0.borrow().get(pattern) {
            return known.clone();
        }
        let language = compile(pattern).map(Rc::new);
        let known = language.clone();
        self.0.borrow_mut().insert(pattern.to_owned(), known);
        language
    }
}

/// The automaton of all texts that hold a match of `pattern`.
fn compile(pattern: &str) -> Option<dense::DFA<Vec<u32>>> {
    let pattern = jsonschema_regex::to_rust_regex(pattern).ok()?;
    let pattern = regex_syntax::parse(&pattern).ok()?;
    let anything = Hir::repetition(regex_syntax::hir::Repetition {
        min: 0,
        max: None,
        greedy: false,
        sub: Box::new(Hir::dot(Dot::AnyChar)),
    });
    let whole = Hir::concat(vec![
        Hir::look(Look::Start),
        anything.clone(),
        pattern,
        anything,
        Hir::look(Look::End),
    ]);
    let nfa = thompson::Compiler::new()
        .configure(thompson::Config::new().nfa_size_limit(Some(LARGEST_AUTOMATON)))
        .build_from_hir(&whole)
        .ok()?;
    dense::Builder::new()
        .configure(
            dense::Config::new()
                .start_kind(StartKind::Anchored)
                .match_kind(MatchKind::All)
                // An automaton with `\b` gives up at the first character beyond ASCII.
                .unicode_word_boundary(true)
                .dfa_size_limit(Some(LARGEST_AUTOMATON))
                .determinize_size_limit(Some(LARGEST_AUTOMATON)),
        )
        .build_from_nfa(&nfa)
        .ok()
}

/// Which texts are asked for.
#[derive(Clone, Default)]
pub(super) struct Texts {
    /// The languages that a text belongs to.
    pub(super) within: Vec<Language>,
    /// The languages that it does not belong to.
    pub(super) without: Vec<Language>,
    /// The fewest characters.
    pub(super) fewest: usize,
    /// The most characters.
    pub(super) most: Option<usize>,
    /// Texts that are not meant.
    pub(super) excluded: Vec<String>,
}

/// What a walk found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Search {
    /// The shortest text.
    Found(String),
    /// There is none.
    Empty,
    /// The walk ended at its bound.
    Undecided,
}

impl Texts {
    /// Looks for the shortest of these texts. `all` has every text: it keeps the walk to UTF-8.
    pub(super) fn search(mut self, all: &Language) -> Search {
        self.within.push(all.clone());
        if self.most.is_some_and(|most| most < self.fewest) {
            return Search::Empty;
        }
        if self.most.unwrap_or(self.fewest) > MOST_STATES {
            return Search::Undecided;
        }
        Walk::new(&self).map_or(Search::Undecided, Walk::run)
    }
}

/// A state of the product: one of each automaton, the characters so far (as far as they are counted),
/// and whether the text so far is the beginning of an excluded one.
#[derive(Clone, PartialEq, Eq, Hash)]
struct State {
    automata: Vec<StateID>,
    characters: usize,
    excluded: Vec<u32>,
}

struct Walk<'t> {
    texts: &'t Texts,
    /// One byte of each class that no automaton tells apart, the nicest of it.
    bytes: Vec<u8>,
    /// Before the first byte.
    start: State,
    /// Whether an automaton gave up on some text.
    gave_up: Cell<bool>,
}

impl<'t> Walk<'t> {
    fn new(texts: &'t Texts) -> Option<Self> {
        let anchored = start::Config::new().anchored(Anchored::Yes);
        let automata = texts
            .automata()
            .map(|automaton| automaton.start_state(&anchored).ok())
            .collect::<Option<Vec<_>>>()?;
        Some(Self {
            texts,
            bytes: representatives(texts),
            start: State {
                automata,
                characters: 0,
                excluded: vec![0; texts.excluded.len()],
            },
            gave_up: Cell::new(false),
        })
    }

    fn run(self) -> Search {
        // For each state that was reached: from which, and by which byte.
        let mut reached: Vec<(State, usize, u8)> = vec![(self.start.clone(), 0, 0)];
        let mut numbers: HashMap<State, usize> = HashMap::from([(self.start.clone(), 0)]);
        let mut next = VecDeque::from([0]);
        while let Some(number) = next.pop_front() {
            let state = reached[number].0.clone();
            if self.accepts(&state)
                && let Some(text) = text(&reached, number)
            {
                return Search::Found(text);
            }
            for &byte in &self.bytes {
                let Some(following) = self.step(&state, byte) else {
                    continue;
                };
                if numbers.contains_key(&following) {
                    continue;
                }
                if reached.len() >= MOST_STATES {
                    return Search::Undecided;
                }
                numbers.insert(following.clone(), reached.len());
                next.push_back(reached.len());
                reached.push((following, number, byte));
            }
        }
        if self.gave_up.get() {
            Search::Undecided
        } else {
            Search::Empty
        }
    }

    /// The state after one more byte; `None` where no text of the wanted kind goes on with it.
    fn step(&self, state: &State, byte: u8) -> Option<State> {
        let starts_character = byte & 0xC0 != 0x80;
        // Beyond the fewest, characters count only where there is a most.
        let counted = self.texts.most.map_or(self.texts.fewest, |most| most + 1);
        let characters = (state.characters + usize::from(starts_character)).min(counted);
        if self.texts.most.is_some_and(|most| characters > most) {
            return None;
        }
        let mut automata = Vec::with_capacity(state.automata.len());
        let within = self.texts.within.len();
        for (index, (automaton, id)) in self.texts.automata().zip(&state.automata).enumerate() {
            let id = automaton.next_state(*id, byte);
            if automaton.is_quit_state(id) {
                self.gave_up.set(true);
                return None;
            }
            if index < within && automaton.is_dead_state(id) {
                return None;
            }
            automata.push(id);
        }
        let excluded = state
            .excluded
            .iter()
            .zip(&self.texts.excluded)
            .map(|(agreed, text)| {
                let at = *agreed as usize;
                if *agreed != DISAGREES && text.as_bytes().get(at) == Some(&byte) {
                    agreed + 1
                } else {
                    DISAGREES
                }
            })
            .collect();
        Some(State {
            automata,
            characters,
            excluded,
        })
    }

    fn accepts(&self, state: &State) -> bool {
        let within = self.texts.within.len();
        state.characters >= self.texts.fewest
            && self.texts.automata().zip(&state.automata).enumerate().all(
                |(index, (automaton, id))| {
                    let matches = automaton.is_match_state(automaton.next_eoi_state(*id));
                    matches == (index < within)
                },
            )
            && !state
                .excluded
                .iter()
                .zip(&self.texts.excluded)
                .any(|(agreed, text)| *agreed as usize == text.len())
    }
}

/// An excluded text that the text so far is no beginning of.
const DISAGREES: u32 = u32::MAX;

impl Texts {
    fn automata(&self) -> impl Iterator<Item = &Language> {
        self.within.iter().chain(&self.without)
    }
}

/// The text that leads to a state; `None` where its bytes are no UTF-8, or hold U+0000, which a jsonb
/// string cannot hold (PostgreSQL documentation, section 8.14).
fn text(reached: &[(State, usize, u8)], mut number: usize) -> Option<String> {
    let mut bytes = Vec::new();
    while number != 0 {
        let (_, from, byte) = reached[number];
        bytes.push(byte);
        number = from;
    }
    bytes.reverse();
    String::from_utf8(bytes)
        .ok()
        .filter(|text| !text.contains('\0'))
}

/// One byte of each class that neither an automaton nor an excluded text tells apart. Letters and digits
/// come first, so that what is found reads well.
fn representatives(texts: &Texts) -> Vec<u8> {
    const NICE: [Range<u8>; 3] = [b'a'..b'z' + 1, b'0'..b'9' + 1, b'A'..b'Z' + 1];
    let nice = NICE.into_iter().flatten();
    let printable = (0x20..0x7F).chain(0x80..=0xFF).chain(1..0x20).chain([0x7F]);
    let mut seen: HashSet<Vec<u8>> = HashSet::new();
    let mut bytes = Vec::new();
    for byte in nice.chain(printable) {
        let mut class: Vec<u8> = texts
            .automata()
            .map(|automaton| automaton.byte_classes().get(byte))
            .collect();
        class.push(u8::from(byte & 0xC0 == 0x80));
        if texts
            .excluded
            .iter()
            .any(|text| text.as_bytes().contains(&byte))
        {
            class.push(byte);
        }
        if seen.insert(class) {
            bytes.push(byte);
        }
    }
    bytes
}
