//! Documents that are almost another one.

use serde_json::{Value, json};

/// The documents that differ from `document` in one place.
pub fn near_misses(document: &Value) -> Vec<Value> {
    let others = || {
        [
            json!(null),
            json!(true),
            json!(0),
            json!(1.5),
            json!(""),
            json!("x"),
            json!([]),
            json!([1]),
            json!({}),
            json!({"a": 1}),
        ]
    };
    let mut found: Vec<Value> = others().into();
    match document {
        Value::Object(members) => {
            for (key, value) in members {
                let with = |name: &str, value: Option<Value>| {
                    let mut members = members.clone();
                    members.remove(key);
                    members.extend(value.map(|value| (name.to_owned(), value)));
                    Value::Object(members)
                };
                found.push(with(key, None));
                found.push(with(&format!("{key}x"), Some(value.clone())));
                let mut shorter = key.clone();
                shorter.pop();
                found.push(with(&shorter, Some(value.clone())));
                found.extend(
                    near_misses(value)
                        .into_iter()
                        .map(|value| with(key, Some(value))),
                );
            }
        }
        Value::Array(elements) => {
            for (index, element) in elements.iter().enumerate() {
                for other in near_misses(element) {
                    let mut elements = elements.clone();
                    elements[index] = other;
                    found.push(elements.into());
                }
            }
        }
        Value::String(text) => found.extend([
            json!(format!("{text}x")),
            json!(text.replacen(['0', 'a'], "/", 1)),
        ]),
        Value::Number(number) => {
            found.extend(
                ["1.0", "10e-1", "2.0", "3", "4294967297"]
                    .map(|other| serde_json::from_str(other).expect("a number")),
            );
            found.push(json!(number.to_string()));
        }
        _ => {}
    }
    found
}
