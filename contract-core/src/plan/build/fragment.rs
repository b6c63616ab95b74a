//! Parts of a schema as schemas of their own, for the general validator.

use super::{
    Also, Builder, Built, Cow, General, Kinds, Left, Map, SchemaValidator, Value, Watch, ptr,
};
use crate::pointer;
use serde_json::json;

/// What the whole document is called inside a part that refers to it.
const DOCUMENT: &str = "urn:jsonb-contract:document";
/// How many values all documents around parts may have together: each is compiled again.
const MOST_AROUND: usize = 10_000;

impl<'s, W: Watch> Builder<'s, W> {
    /// Leaves `schema` to the general validator, with the document around it where it refers to that.
    pub(super) fn general_at(&mut self, schema: &'s Value, kinds: Kinds) -> Built<Also> {
        let schema = if !refers(schema) {
            Cow::Borrowed(schema)
        } else if ptr::eq(schema, self.document) {
            Cow::Borrowed(self.document)
        } else {
            self.around += values(self.document);
            if self.around > MOST_AROUND {
                return Err(Left::Uncovered);
            }
            let place = place_of(self.document, schema).ok_or(Left::Uncovered)?;
            let mut document = self.document.clone();
            document["$id"] = DOCUMENT.into();
            Cow::Owned(
                json!({"$ref": format!("{DOCUMENT}#{place}"), "$defs": {"document": document}}),
            )
        };
        self.general(&schema, kinds, refers(&schema))
    }

    /// Leaves some keywords of a schema to the general validator; [`Left::Uncovered`] where one refers
    /// to something else, as they would lose their document.
    pub(super) fn general_of(
        &mut self,
        schema: &Map<String, Value>,
        keywords: &[&str],
        kinds: Kinds,
    ) -> Built<Also> {
        let part = schema
            .iter()
            .filter(|(keyword, _)| keywords.contains(&keyword.as_str()))
            .map(|(keyword, value)| (keyword.clone(), value.clone()))
            .collect();
        let part = Value::Object(part);
        if refers(&part) {
            return Err(Left::Uncovered);
        }
        self.general(&part, kinds, false)
    }

    fn general(&mut self, schema: &Value, kinds: Kinds, refers: bool) -> Built<Also> {
        let validator = SchemaValidator::compile(schema).map_err(|_| Left::Refused)?;
        let index = u32::try_from(self.generals.len()).map_err(|_| Left::Uncovered)?;
        self.generals.push(validator);
        Ok(Also::General(General {
            kinds,
            index,
            refers,
        }))
    }
}

/// How many values a document has.
fn values(value: &Value) -> usize {
    1 + match value {
        Value::Object(members) => members.values().map(values).sum(),
        Value::Array(elements) => elements.iter().map(values).sum(),
        _ => 0,
    }
}

fn refers(value: &Value) -> bool {
    match value {
        Value::Object(members) => members
            .iter()
            .any(|(key, member)| key == "$ref" || refers(member)),
        Value::Array(elements) => elements.iter().any(refers),
        _ => false,
    }
}

/// The JSON Pointer to `wanted` in `value`, escaped as a fragment.
fn place_of(value: &Value, wanted: &Value) -> Option<String> {
    if ptr::eq(value, wanted) {
        return Some(String::new());
    }
    match value {
        Value::Object(members) => members.iter().find_map(|(key, member)| {
            let rest = place_of(member, wanted)?;
            let token = pointer::child("", key);
            let token = percent_encoding::utf8_percent_encode(
                &token[1..],
                percent_encoding::NON_ALPHANUMERIC,
            );
            Some(format!("/{token}{rest}"))
        }),
        Value::Array(elements) => elements
            .iter()
            .enumerate()
            .find_map(|(index, element)| Some(format!("/{index}{}", place_of(element, wanted)?))),
        _ => None,
    }
}
