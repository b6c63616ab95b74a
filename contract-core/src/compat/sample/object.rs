//! Objects worth trying.

use super::{Sampler, Wanted, by_turns};
use crate::compat::{
    language::Texts,
    scope::{self, Place, texts},
    witness::size,
};
use serde_json::{Map, Value};
use std::{collections::BTreeMap, iter, rc::Rc};

/// The most members that are added to reach a count.
const MOST_MEMBERS: usize = 100;
/// Keys that are tried in pairs.
const PAIRED: usize = 8;
/// Values of a key that are tried in pairs.
const PAIRED_VALUES: usize = 5;

/// Values to try for each key.
type Members<'k> = BTreeMap<&'k str, Rc<Vec<Value>>>;

impl Sampler<'_> {
    /// Objects with what is required, and one or two members at a time at an edge of their own.
    pub(super) fn objects(&self, wanted: &Wanted<'_>) -> Vec<Value> {
        let required = required(wanted.must);
        let mut keys = self.keys(wanted);
        for key in &required {
            if !keys.contains(key) {
                keys.insert(0, key.clone());
            }
        }
        let mut values = Members::new();
        for key in &keys {
            values.insert(key, self.members(wanted, key));
        }
        let mut base = Map::new();
        for key in &required {
            let Some(first) = values[key.as_str()].first() else {
                return Vec::new();
            };
            base.insert(key.clone(), first.clone());
        }
        let fillers = self.fillers(wanted, &keys);
        fill(
            &mut base,
            wanted.at_least("minProperties"),
            &values,
            &fillers,
        );
        let mut full = base.clone();
        let most = wanted.at_most("maxProperties").unwrap_or(usize::MAX);
        for (key, values) in &values {
            if let (Some(first), true) = (values.first(), full.len() < most) {
                full.entry(*key).or_insert_with(|| first.clone());
            }
        }
        let plain = |from| Recipe {
            from,
            with: Vec::new(),
            without: None,
        };
        let mut lists = vec![vec![plain(&base)]];
        for (key, values) in &values {
            let with = |value| Recipe {
                with: vec![(*key, value)],
                ..plain(&base)
            };
            lists.push(values.iter().map(with).collect());
        }
        // Large objects are tried as far as there is room for them.
        let mut room = self.room_for(&full);
        let optional = full.keys().filter(|key| !required.contains(key));
        let without = |key| Recipe {
            without: Some(key),
            ..plain(&full)
        };
        let large = iter::once(plain(&full)).chain(optional.map(without));
        lists.push(large.take(room).collect());
        room = room.saturating_sub(1 + full.len());
        let sized: Vec<Map<String, Value>> = wanted
            .counts(&["minProperties", "maxProperties"], MOST_MEMBERS)
            .into_iter()
            .flat_map(|size| {
                let mut short = base.clone();
                fill(&mut short, size, &values, &fillers);
                [short, full.clone().into_iter().take(size).collect()]
            })
            .collect();
        lists.push(sized.iter().map(plain).collect());
        lists.push(pairs_of_members(&base, &keys, &values));
        let most = if wanted.depth == 0 { 12 } else { 3 };
        for (key, values) in &values {
            let with = |value| Recipe {
                with: vec![(*key, value)],
                ..plain(&full)
            };
            let large: Vec<Recipe<'_>> = values
                .iter()
                .skip(1)
                .take(most.min(room))
                .map(with)
                .collect();
            room -= large.len();
            lists.push(large);
        }
        let mut objects = Vec::new();
        for recipe in by_turns(lists) {
            let object = recipe.object();
            if !self.spend(size(&object)) {
                break;
            }
            objects.push(object);
        }
        objects
    }

    /// Values for the member `key`.
    fn members(&self, wanted: &Wanted<'_>, key: &str) -> Rc<Vec<Value>> {
        if !self.spend(wanted.must.len() + wanted.hints.len()) {
            return Rc::default();
        }
        let of = |schemas: &[Place]| -> Vec<Place> {
            schemas
                .iter()
                .flat_map(|schema| scope::member(schema, key, self.languages))
                .collect()
        };
        self.values(&of(wanted.must), &of(wanted.hints), wanted.depth + 1)
    }

    /// Keys that either side names, or has a pattern for, and one that nobody knows.
    fn keys(&self, wanted: &Wanted<'_>) -> Vec<String> {
        let mut keys: Vec<String> = Vec::new();
        let mut add = |key: &str| {
            if !keys.iter().any(|known| known == key) {
                keys.push(key.to_owned());
            }
        };
        for schema in wanted.must.iter().chain(wanted.hints) {
            let names = |keyword: &str| schema.get(keyword).and_then(Value::as_object);
            for keyword in ["properties", "dependentRequired", "dependentSchemas"] {
                names(keyword)
                    .into_iter()
                    .flat_map(Map::keys)
                    .for_each(|key| add(key));
            }
            for list in names("dependentRequired").into_iter().flat_map(Map::values) {
                texts(Some(list)).for_each(&mut add);
            }
            texts(schema.get("required")).for_each(&mut add);
        }
        for key in self.fillers(wanted, &[]).iter().take(12) {
            add(key);
        }
        keys
    }

    /// Keys that no side names: in and out of each pattern, as `propertyNames` wants them, and plain
    /// ones.
    fn fillers(&self, wanted: &Wanted<'_>, taken: &[String]) -> Vec<String> {
        let mut patterns: Vec<&String> = wanted
            .all("patternProperties")
            .filter_map(Value::as_object)
            .flat_map(Map::keys)
            .collect();
        patterns.sort_unstable();
        patterns.dedup();
        let languages: Vec<_> = patterns
            .into_iter()
            .take(8)
            .filter_map(|pattern| self.languages.of(pattern))
            .collect();
        let mut keys = Vec::new();
        let mut excluded: Vec<String> = taken.to_vec();
        let mut ask = |within: Vec<_>, without: Vec<_>, fewest| {
            let texts = Texts {
                within,
                without,
                fewest,
                most: None,
                excluded: excluded.iter().take(20).cloned().collect(),
            };
            if let Some(key) = self.shortest(texts) {
                excluded.push(key.clone());
                keys.push(key);
            }
        };
        for (index, language) in languages.iter().enumerate() {
            let mut others = languages.clone();
            others.remove(index);
            ask(vec![language.clone()], others, 0);
            ask(vec![language.clone()], Vec::new(), 0);
            for other in &languages[index + 1..] {
                ask(vec![language.clone(), other.clone()], Vec::new(), 0);
            }
        }
        ask(Vec::new(), languages, 1);
        let names = |schemas: &[Place]| -> Vec<Place> {
            let named = schemas
                .iter()
                .filter_map(|schema| schema.get("propertyNames"));
            named.map(|names| Rc::new(names.clone())).collect()
        };
        let (must, hints) = (names(wanted.must), names(wanted.hints));
        if !must.is_empty() || !hints.is_empty() {
            let texts = self.values(&must, &hints, wanted.depth + 1);
            keys.extend(
                texts
                    .iter()
                    .filter_map(Value::as_str)
                    .take(20)
                    .map(ToOwned::to_owned),
            );
        }
        let smallest = wanted.counts(&["minProperties", "maxProperties"], MOST_MEMBERS);
        let plain = smallest.last().map_or(2, |most| most + 1);
        keys.extend((0..plain).map(|number| format!("x{number}")));
        keys.retain(|key| !taken.contains(key));
        keys
    }
}

/// Adds members until there are `size`.
fn fill(object: &mut Map<String, Value>, size: usize, values: &Members<'_>, fillers: &[String]) {
    let known = values
        .iter()
        .filter_map(|(key, values)| Some((*key, values.first()?.clone())));
    let unknown = fillers
        .iter()
        .filter(|key| !values.contains_key(key.as_str()))
        .map(|key| (key.as_str(), filler_value(values)));
    for (key, value) in known.chain(unknown) {
        if object.len() >= size.min(MOST_MEMBERS) {
            return;
        }
        object.entry(key).or_insert(value);
    }
}

/// A value for a key of which nothing more is known: what the other unknown key has.
fn filler_value(values: &Members<'_>) -> Value {
    let unknown = values
        .iter()
        .find(|(key, values)| key.starts_with('x') && !values.is_empty());
    unknown.map_or(Value::Null, |(_, values)| values[0].clone())
}

/// An object, described by what it has more or less than another.
struct Recipe<'r> {
    from: &'r Map<String, Value>,
    with: Vec<(&'r str, &'r Value)>,
    without: Option<&'r String>,
}

impl Recipe<'_> {
    fn object(&self) -> Value {
        let mut object = self.from.clone();
        for (key, value) in &self.with {
            object.insert((*key).to_owned(), (*value).clone());
        }
        if let Some(key) = self.without {
            object.remove(key);
        }
        Value::Object(object)
    }
}

/// Two members at a time.
fn pairs_of_members<'r>(
    base: &'r Map<String, Value>,
    keys: &'r [String],
    values: &'r Members<'_>,
) -> Vec<Recipe<'r>> {
    let mut recipes = Vec::new();
    let keys = &keys[..keys.len().min(PAIRED)];
    for (index, left) in keys.iter().enumerate() {
        for right in &keys[index + 1..] {
            for left_value in values[left.as_str()].iter().take(PAIRED_VALUES) {
                for right_value in values[right.as_str()].iter().take(PAIRED_VALUES) {
                    recipes.push(Recipe {
                        from: base,
                        with: vec![(left, left_value), (right, right_value)],
                        without: None,
                    });
                }
            }
        }
    }
    recipes
}

/// The keys that are required, those that they require in turn included.
fn required(schemas: &[Place]) -> Vec<String> {
    let mut keys: Vec<String> = Vec::new();
    for schema in schemas {
        for key in texts(schema.get("required")) {
            if !keys.iter().any(|known| known == key) {
                keys.push(key.to_owned());
            }
        }
    }
    let mut next = 0;
    while next < keys.len() {
        for schema in schemas {
            let dependent = schema
                .get("dependentRequired")
                .and_then(|map| map.get(&keys[next]));
            let more: Vec<String> = texts(dependent).map(ToOwned::to_owned).collect();
            keys.extend(
                more.into_iter()
                    .filter(|key| !keys.contains(key))
                    .collect::<Vec<_>>(),
            );
        }
        next += 1;
    }
    keys
}
