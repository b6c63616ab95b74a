//! A `format` that is not checked.

use crate::{
    lint::{Found, Rule, document::Subschema, keyword::draft_name},
    name,
    validate::quoted,
};
use jsonschema::Draft::{self, Draft4, Draft6, Draft7, Draft201909};

pub(super) const RULE: Rule = Rule {
    id: "unknown-format",
    summary: "a format is not known, so that any value passes",
    explanation: "\
A format that is not known, or not in this draft, demands nothing:

    {\"type\": \"string\", \"format\": \"datetime\"}

The formats are those of JSON Schema: date, date-time, duration, email, hostname, idn-email,
idn-hostname, ipv4, ipv6, iri, iri-reference, json-pointer, regex, relative-json-pointer, time, uri,
uri-reference, uri-template, uuid. For anything else write a pattern. The names of machine types beside
a numeric type (int32, uint64, double), which Rust types get, are taken for the remarks that they are.
",
    check,
};

/// The formats that are checked, and the first draft that has them.
pub(super) const FORMATS: [(&str, Draft); 19] = [
    ("date", Draft4),
    ("date-time", Draft4),
    ("duration", Draft201909),
    ("email", Draft4),
    ("hostname", Draft4),
    ("idn-email", Draft4),
    ("idn-hostname", Draft7),
    ("ipv4", Draft4),
    ("ipv6", Draft4),
    ("iri", Draft7),
    ("iri-reference", Draft7),
    ("json-pointer", Draft6),
    ("regex", Draft4),
    ("relative-json-pointer", Draft7),
    ("time", Draft4),
    ("uri", Draft4),
    ("uri-reference", Draft6),
    ("uri-template", Draft6),
    ("uuid", Draft201909),
];

fn check(schema: &Subschema<'_>, found: &mut Found<'_, '_>) {
    let Some(format) = schema.get("format").and_then(|format| format.as_str()) else {
        return;
    };
    let known = FORMATS.iter().find(|(name, _)| *name == format);
    let (message, hint) = match known {
        Some((_, since)) if *since <= schema.draft => return,
        Some((_, since)) => (
            format!(
                "format {} is not checked in {}",
                quoted(format),
                draft_name(schema.draft)
            ),
            Some(format!("{} is the first that has it", draft_name(*since))),
        ),
        None if is_machine_type(format) && has_numbers(schema.types().as_deref()) => return,
        None => (
            format!("format {} is not known", quoted(format)),
            Some(hint(format)),
        ),
    };
    found.add(schema, &["format"], message, hint);
}

fn hint(format: &str) -> String {
    let known = FORMATS.iter().map(|(name, _)| *name);
    match name::nearest(format, known).first() {
        Some(nearest) => format!("the nearest format is \"{nearest}\""),
        None => "a format that is not known demands nothing: write a pattern".to_owned(),
    }
}

fn is_machine_type(format: &str) -> bool {
    matches!(
        format.trim_end_matches(|digit: char| digit.is_ascii_digit()),
        "int" | "uint" | "float" | "double"
    )
}

fn has_numbers(types: Option<&[&str]>) -> bool {
    types.is_some_and(|types| {
        types
            .iter()
            .any(|kind| matches!(*kind, "integer" | "number"))
    })
}

#[cfg(test)]
mod tests {
    use super::FORMATS;
    use crate::{SchemaValidator, json::SerdeJson, lint::keyword::draft_name};
    use jsonschema::Draft::{Draft4, Draft6, Draft7, Draft201909, Draft202012};
    use serde_json::json;

    /// The table against the validator: a text that is in no format is refused where one is checked.
    #[test]
    fn formats_are_those_that_are_checked() {
        const DRAFTS: [(jsonschema::Draft, &str); 5] = [
            (Draft4, "http://json-schema.org/draft-04/schema#"),
            (Draft6, "http://json-schema.org/draft-06/schema#"),
            (Draft7, "http://json-schema.org/draft-07/schema#"),
            (Draft201909, "https://json-schema.org/draft/2019-09/schema"),
            (Draft202012, "https://json-schema.org/draft/2020-12/schema"),
        ];
        for (format, since) in FORMATS {
            for (draft, uri) in DRAFTS {
                let schema = json!({"$schema": uri, "format": format});
                let schema = SchemaValidator::<SerdeJson>::compile(&schema).expect("a schema");
                let is_checked = !schema.is_valid(&json!("\\ {%(\u{0}"));
                assert_eq!(
                    is_checked,
                    since <= draft,
                    "{format} in {}",
                    draft_name(draft)
                );
            }
        }
    }
}
