//! Names of tables and columns, and how SQL writes them.

use crate::report::printable;
use std::str::FromStr;

const MORE_FOLLOWS: &str = "more follows after the closing quote";

/// A name as the catalog has it, one that a table or column can have.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Name(String);

/// The names of a schema and of a table in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TableName {
    pub schema: Name,
    pub table: Name,
}

impl Name {
    /// What Postgres would shorten, and what would break a line of the SQL, is refused.
    pub fn new(name: &str) -> Result<Self, String> {
        // NAMEDATALEN - 1 (PostgreSQL documentation, section 4.1.1).
        const LONGEST: usize = 63;
        let shown = printable(name);
        if name.is_empty() {
            Err("a name is empty".to_owned())
        } else if shown != name {
            Err(format!("the name \"{shown}\" has a control character"))
        } else if name.len() > LONGEST {
            Err(format!("the name \"{name}\" is longer than 63 bytes"))
        } else {
            Ok(Self(name.to_owned()))
        }
    }

    /// The names between the dots of `schema.table.column`, each as the catalog has it.
    ///
    /// # Errors
    ///
    /// What is wrong with the first of them that no table or column can have.
    pub fn parts(text: &str) -> Result<Vec<String>, String> {
        let names = split(text)?;
        names
            .iter()
            .try_for_each(|name| Self::new(name).map(drop))?;
        Ok(names)
    }

    /// The name as a string literal.
    pub fn literal(&self) -> String {
        literal(&self.0)
    }

    /// The name as an identifier, in double quotes where it needs them (`quote_ident`).
    pub fn identifier(&self) -> String {
        identifier(&self.0)
    }
}

/// A name as an identifier, in double quotes where it needs them (`quote_ident`).
pub fn identifier(name: &str) -> String {
    let plain = !name.starts_with(|first: char| first.is_ascii_digit())
        && name
            .bytes()
            .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_');
    if plain && !KEYWORDS.split_ascii_whitespace().any(|word| word == name) {
        name.to_owned()
    } else {
        format!("\"{}\"", name.replace('"', "\"\""))
    }
}

/// A name of the command line. It is taken as it is, upper case included; one in double quotes
/// without them.
impl FromStr for Name {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let Some(quoted) = text.strip_prefix('"') else {
            return Self::new(text);
        };
        match unquote(quoted)? {
            (name, "") => Self::new(&name),
            _ => Err(MORE_FOLLOWS.to_owned()),
        }
    }
}

/// Schema and table with a dot between them; a dot within a name takes double quotes around it.
impl FromStr for TableName {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match split(text)?.as_slice() {
            [schema, table] => Ok(Self {
                schema: Name::new(schema)?,
                table: Name::new(table)?,
            }),
            _ => Err("say SCHEMA.TABLE, a name that has a dot in double quotes".to_owned()),
        }
    }
}

impl TableName {
    /// The name as an identifier, qualified.
    pub fn identifier(&self) -> String {
        format!("{}.{}", self.schema.identifier(), self.table.identifier())
    }

    /// The table as a value of type `regclass`.
    pub fn regclass(&self) -> String {
        format!("{}::pg_catalog.regclass", literal(&self.identifier()))
    }
}

/// The names between the dots, without their double quotes.
fn split(text: &str) -> Result<Vec<String>, String> {
    let mut names = Vec::new();
    let mut rest = text;
    loop {
        let (name, after) = if let Some(quoted) = rest.strip_prefix('"') {
            unquote(quoted)?
        } else {
            let (name, after) = rest.split_at(rest.find('.').unwrap_or(rest.len()));
            (name.to_owned(), after)
        };
        names.push(name);
        match after.strip_prefix('.') {
            Some(next) => rest = next,
            None if after.is_empty() => return Ok(names),
            None => return Err(MORE_FOLLOWS.to_owned()),
        }
    }
}

/// A name whose opening quote is gone, and what follows its closing quote. Two quotes are one.
fn unquote(text: &str) -> Result<(String, &str), String> {
    let mut name = String::new();
    let mut rest = text;
    while let Some((part, after)) = rest.split_once('"') {
        name.push_str(part);
        match after.strip_prefix('"') {
            Some(more) => rest = more,
            None => return Ok((name, after)),
        }
        name.push('"');
    }
    Err("a double quote is not closed".to_owned())
}

/// A string literal (`quote_literal`): the same whatever `standard_conforming_strings` says.
pub fn literal(text: &str) -> String {
    let mut literal = String::from(if text.contains('\\') { "E'" } else { "'" });
    for character in text.chars() {
        if matches!(character, '\'' | '\\') {
            literal.push(character);
        }
        literal.push(character);
    }
    literal + "'"
}

/// The words that an identifier cannot be everywhere without quotes: all but the unreserved ones of
/// Postgres 15 to 18 (`src/include/parser/kwlist.h`). A word too many does no harm.
const KEYWORDS: &str = "\
    all analyse analyze and any array as asc asymmetric authorization between bigint binary bit \
    boolean both case cast char character check coalesce collate collation column concurrently \
    constraint create cross current_catalog current_date current_role current_schema current_time \
    current_timestamp current_user dec decimal default deferrable desc distinct do else end except \
    exists extract false fetch float for foreign freeze from full grant greatest group grouping \
    having ilike in initially inner inout int integer intersect interval into is isnull join json \
    json_array json_arrayagg json_exists json_object json_objectagg json_query json_scalar \
    json_serialize json_table json_value lateral leading least left like limit localtime \
    localtimestamp merge_action national natural nchar none normalize not notnull null nullif \
    numeric offset on only or order out outer overlaps overlay placing position precision primary \
    real references returning right row select session_user setof similar smallint some substring \
    symmetric system_user table tablesample then time timestamp to trailing treat trim true union \
    unique user using values varchar variadic verbose when where window with xmlattributes \
    xmlconcat xmlelement xmlexists xmlforest xmlnamespaces xmlparse xmlpi xmlroot xmlserialize \
    xmltable";

#[cfg(test)]
mod tests {
    use super::{Name, TableName, literal};

    #[track_caller]
    fn identifier(name: &str) -> String {
        Name::new(name).expect("a name").identifier()
    }

    /// Each line was tried as `SELECT quote_ident(...)` on Postgres 15.
    #[test]
    fn an_identifier_is_quoted_where_it_must_be() {
        for plain in [
            "cases", "_x", "a1", "metadata", "type", "index", "data", "name",
        ] {
            assert_eq!(identifier(plain), plain);
        }
        for (name, quoted) in [
            ("Cases", r#""Cases""#),
            ("1a", r#""1a""#),
            ("a b", r#""a b""#),
            ("a.b", r#""a.b""#),
            ("a-b", r#""a-b""#),
            ("a$b", r#""a$b""#),
            ("äh", r#""äh""#),
            ("it's", r#""it's""#),
            (r#"a"b""#, r#""a""b""""#),
            (r"a\b", r#""a\b""#),
            ("user", r#""user""#),
            ("order", r#""order""#),
            ("values", r#""values""#),
            ("left", r#""left""#),
        ] {
            assert_eq!(identifier(name), quoted);
        }
    }

    #[test]
    fn words_of_later_releases_are_quoted_too() {
        for word in ["json_table", "merge_action", "system_user"] {
            assert_eq!(identifier(word), format!("\"{word}\""));
        }
    }

    /// Each line was tried as `SELECT quote_literal(...)` on Postgres 15.
    #[test]
    fn a_literal_has_its_quotes_and_backslashes_doubled() {
        for (text, quoted) in [
            ("metadata", "'metadata'"),
            ("it's", "'it''s'"),
            (r#"a"b"#, r#"'a"b'"#),
            (r"a\b", r"E'a\\b'"),
            (r"\'", r"E'\\'''"),
        ] {
            assert_eq!(literal(text), quoted);
        }
    }

    #[test]
    fn a_table_is_schema_and_table() {
        for (text, identifier, regclass) in [
            ("public.cases", "public.cases", "'public.cases'"),
            ("app.Cases", r#"app."Cases""#, r#"'app."Cases"'"#),
            (r#"app."Cases""#, r#"app."Cases""#, r#"'app."Cases"'"#),
            (r#""a.b"."c""d""#, r#""a.b"."c""d""#, r#"'"a.b"."c""d"'"#),
            (r#"app.c"d"#, r#"app."c""d""#, r#"'app."c""d"'"#),
            ("app.it's", r#"app."it's""#, r#"'app."it''s"'"#),
            (r"app.a\b", r#"app."a\b""#, r#"E'app."a\\b"'"#),
        ] {
            let table: TableName = text.parse().expect(text);
            assert_eq!(table.identifier(), identifier);
            assert_eq!(table.regclass(), format!("{regclass}::pg_catalog.regclass"));
        }
    }

    #[test]
    fn a_column_is_taken_as_it_is() {
        for (text, literal) in [
            ("metadata", "'metadata'"),
            ("Meta", "'Meta'"),
            (r#""Meta""#, "'Meta'"),
            ("a.b", "'a.b'"),
            (r#"a"b"#, r#"'a"b'"#),
            (r#""a.""b""#, r#"'a."b'"#),
        ] {
            let column: Name = text.parse().expect(text);
            assert_eq!(column.literal(), literal);
        }
    }

    #[test]
    fn what_is_no_name_is_refused() {
        let long = "é".repeat(32);
        for (text, error) in [
            (
                "cases",
                "say SCHEMA.TABLE, a name that has a dot in double quotes",
            ),
            (
                "a.b.c",
                "say SCHEMA.TABLE, a name that has a dot in double quotes",
            ),
            (
                "",
                "say SCHEMA.TABLE, a name that has a dot in double quotes",
            ),
            (".cases", "a name is empty"),
            ("public.", "a name is empty"),
            (r#"public."""#, "a name is empty"),
            (r#"public."cases"#, "a double quote is not closed"),
            (r#"public."a"b"#, "more follows after the closing quote"),
            ("public.a\nb", "the name \"a\\nb\" has a control character"),
            (
                "public.a\0b",
                "the name \"a\\u{0}b\" has a control character",
            ),
            (
                &format!("public.{long}"),
                &format!("the name \"{long}\" is longer than 63 bytes"),
            ),
        ] {
            assert_eq!(text.parse::<TableName>(), Err(error.to_owned()));
        }
        for (text, error) in [
            ("", "a name is empty"),
            (r#""a"#, "a double quote is not closed"),
            (r#""a".b"#, "more follows after the closing quote"),
            ("a\rb", "the name \"a\\rb\" has a control character"),
        ] {
            assert_eq!(text.parse::<Name>(), Err(error.to_owned()));
        }
    }
}
