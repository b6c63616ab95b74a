//! JSON Pointers (RFC 6901): adding a token, finding a place, and the order in which places are reported.

use serde_json::Value;
use std::cmp::Ordering;

/// `parent` with one more token, escaped as RFC 6901 section 3 says.
///
/// ```
/// assert_eq!(contract_core::pointer::child("/a", "b/c~d"), "/a/b~1c~0d");
/// ```
#[must_use]
pub fn child(parent: &str, token: &str) -> String {
    let token = token.replace('~', "~0").replace('/', "~1");
    format!("{parent}/{token}")
}

/// Orders two pointers token by token: array indexes as numbers, so that `/items/2` comes before
/// `/items/10`, and before keys. The order is total: only equal texts are equal.
#[must_use]
pub fn compare(left: &str, right: &str) -> Ordering {
    let (mut left_tokens, mut right_tokens) = (left.split('/'), right.split('/'));
    loop {
        let (left_token, right_token) = match (left_tokens.next(), right_tokens.next()) {
            (Some(left), Some(right)) => (left, right),
            (None, None) => return left.cmp(right),
            (None, Some(_)) => return Ordering::Less,
            (Some(_), None) => return Ordering::Greater,
        };
        let order = match (left_token.parse::<u64>(), right_token.parse::<u64>()) {
            (Ok(left), Ok(right)) => left.cmp(&right),
            (Ok(_), Err(_)) => Ordering::Less,
            (Err(_), Ok(_)) => Ordering::Greater,
            (Err(_), Err(_)) => left_token.cmp(right_token),
        };
        if order != Ordering::Equal {
            return order;
        }
    }
}

/// The place of the first text member for which `wanted(key, text)` holds.
pub(crate) fn find_text(
    value: &Value,
    wanted: &mut impl FnMut(&str, &str) -> bool,
) -> Option<String> {
    fn find(
        value: &Value,
        path: &str,
        wanted: &mut impl FnMut(&str, &str) -> bool,
    ) -> Option<String> {
        match value {
            Value::Object(members) => members.iter().find_map(|(key, member)| {
                let path = child(path, key);
                match member {
                    Value::String(text) if wanted(key, text) => Some(path),
                    member => find(member, &path, wanted),
                }
            }),
            Value::Array(elements) => elements
                .iter()
                .enumerate()
                .find_map(|(index, element)| find(element, &format!("{path}/{index}"), wanted)),
            _ => None,
        }
    }
    find(value, "", wanted)
}

#[cfg(test)]
mod tests {
    use super::compare;
    use std::cmp::Ordering::{Equal, Greater, Less};

    #[test]
    fn indexes_compare_as_numbers_and_parents_come_first() {
        assert_eq!(compare("/items/2", "/items/10"), Less);
        assert_eq!(compare("/items", "/items/0"), Less);
        assert_eq!(compare("", "/a"), Less);
        assert_eq!(compare("/b", "/a/z"), Greater);
        assert_eq!(compare("/a/", "/a/"), Equal);
        assert_eq!(compare("/a", "/a/"), Less);
    }

    #[test]
    fn the_order_is_total() {
        let pointers = ["/2", "/10", "/1a", "/01", "/1", "/+1", "/", ""];
        for a in pointers {
            for b in pointers {
                assert_eq!(compare(a, b), compare(b, a).reverse(), "{a} {b}");
                assert_eq!(compare(a, b) == Equal, a == b, "{a} {b}");
                for c in pointers {
                    if compare(a, b) == Less && compare(b, c) == Less {
                        assert_eq!(compare(a, c), Less, "{a} {b} {c}");
                    }
                }
            }
        }
    }
}
