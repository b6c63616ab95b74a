//! Names of types in DDL, compared by what they mean: `timestamptz` is `timestamp with time zone`.

use crate::{catalog::Type, expression, name::identifier};
use pg_query::{
    NodeEnum,
    protobuf::{Node, TypeName, a_const::Val},
};

/// A type as the grammar of Postgres reads its name.
#[derive(Debug, PartialEq, Eq)]
pub struct DataType {
    /// With the schema, where it is neither Postgres's own nor `public`.
    name: Vec<String>,
    modifiers: Vec<String>,
    is_array: bool,
}

impl DataType {
    /// The type of that name; `None` for what is no name of a type.
    pub fn parse(text: &str) -> Option<Self> {
        match expression::parse(&format!("NULL::{text}")).ok()? {
            NodeEnum::TypeCast(cast) if is_null(cast.arg.as_deref()?) => {
                Self::of(cast.type_name.as_ref()?)
            }
            _ => None,
        }
    }

    pub fn of(type_name: &TypeName) -> Option<Self> {
        let names: Option<Vec<&str>> = type_name.names.iter().map(expression::name).collect();
        let name = match names?.as_slice() {
            // DDL has names for an integer with a sequence that are no types.
            ["smallserial" | "serial2"] => vec!["int2"],
            ["serial" | "serial4"] => vec!["int4"],
            ["bigserial" | "serial8"] => vec!["int8"],
            ["pg_catalog" | "public", name] => vec![*name],
            names => names.to_vec(),
        };
        (!type_name.setof && !type_name.pct_type).then(|| Self {
            name: name.into_iter().map(str::to_owned).collect(),
            modifiers: type_name.typmods.iter().map(modifier).collect(),
            is_array: !type_name.array_bounds.is_empty(),
        })
    }

    /// Whether it is one of these types of Postgres, with whatever modifiers.
    pub fn is_one_of(&self, names: &[&str]) -> bool {
        !self.is_array && matches!(self.name.as_slice(), [name] if names.contains(&name.as_str()))
    }

    pub fn has_no_modifiers(&self) -> bool {
        self.modifiers.is_empty()
    }

    /// Whether it is another without its modifiers, so that a cast to it takes nothing away.
    pub fn is_plain_form_of(&self, other: &Self) -> bool {
        self.name == other.name && self.is_array == other.is_array && self.modifiers.is_empty()
    }
}

/// Whether a name means a type where names without a schema may be of this one.
pub fn same_in(schema: &str, name: &str, data_type: &str) -> bool {
    same(name, data_type)
        || with_schema(schema, name).is_some_and(|name| DataType::parse(data_type) == Some(name))
}

/// The type of that name in a schema; `None` for a name with a schema.
fn with_schema(schema: &str, name: &str) -> Option<DataType> {
    let mut data_type = DataType::parse(name)?;
    let [_] = data_type.name.as_slice() else {
        return None;
    };
    data_type.name.insert(0, schema.to_owned());
    Some(data_type)
}

/// The name with its schema in SQL, where it is that of a type of the schema.
pub fn qualified(schema: &str, name: &str, types: &[Type]) -> String {
    let plain = with_schema(schema, name);
    let is_defined = |defined: &Type| {
        let own = DataType::parse(&defined.name.to_string());
        plain
            .as_ref()
            .zip(own)
            .is_some_and(|(plain, own)| plain.name == own.name)
    };
    if schema != "public" && types.iter().any(is_defined) {
        format!("{}.{name}", identifier(schema))
    } else {
        name.to_owned()
    }
}

/// Whether two names mean the same type.
pub fn same(one: &str, other: &str) -> bool {
    match (DataType::parse(one), DataType::parse(other)) {
        (Some(one), Some(other)) => one == other,
        _ => one.eq_ignore_ascii_case(other),
    }
}

fn is_null(node: &Node) -> bool {
    matches!(&node.node, Some(NodeEnum::AConst(constant)) if constant.isnull)
}

fn modifier(node: &Node) -> String {
    match &node.node {
        Some(NodeEnum::AConst(constant)) => match &constant.val {
            Some(Val::Ival(integer)) => integer.ival.to_string(),
            Some(Val::Sval(string)) => string.sval.clone(),
            other => format!("{other:?}"),
        },
        Some(NodeEnum::ColumnRef(reference)) => {
            let names: Vec<_> = reference
                .fields
                .iter()
                .filter_map(expression::name)
                .collect();
            names.join(".")
        }
        other => format!("{other:?}"),
    }
}

#[cfg(test)]
mod tests {
    use super::{qualified, same, same_in};
    use crate::catalog::{QualifiedName, Type};

    #[test]
    fn a_type_has_several_names() {
        for (one, other) in [
            ("timestamptz", "timestamp with time zone"),
            ("timestamptz(3)", "timestamp(3) with time zone"),
            ("timestamp", "timestamp without time zone"),
            ("time", "time without time zone"),
            ("int", "integer"),
            ("int4", "INTEGER"),
            ("int8", "bigint"),
            ("bigserial", "bigint"),
            ("serial", "integer"),
            ("bool", "boolean"),
            ("decimal(10,2)", "numeric(10, 2)"),
            ("float", "double precision"),
            ("float4", "real"),
            ("varchar(10)", "character varying(10)"),
            ("varchar", "character varying"),
            ("char", "character(1)"),
            ("bpchar", "bpchar"),
            ("bit varying(3)", "varbit(3)"),
            ("text[]", "text[]"),
            ("text ARRAY", "text[]"),
            ("text[3][3]", "text[]"),
            ("varchar(3)[]", "character varying(3)[]"),
            ("UUID", "uuid"),
            ("pg_catalog.int4", "integer"),
            ("status", "public.status"),
            ("other.status", "other.status"),
            ("\"Status\"", "public.\"Status\""),
            ("interval day to second(3)", "interval day to second(3)"),
            ("geometry(Point,4326)", "geometry(point, 4326)"),
            ("not a type", "NOT A TYPE"),
        ] {
            assert!(same(one, other), "{one} {other}");
        }
    }

    #[test]
    fn a_name_without_a_schema_may_be_of_that_of_the_table() {
        for (name, expected) in [
            ("oenum", true),
            ("o.oenum", true),
            ("OENUM", true),
            ("oenum[]", false),
            ("p.oenum", false),
            ("other", false),
            ("not a type", false),
        ] {
            assert_eq!(same_in("o", name, "o.oenum"), expected, "{name}");
        }
        assert!(same_in("o", "oenum[]", "o.oenum[]"));
        assert!(same_in("o", "status", "status"));
        assert!(!same_in("p", "oenum", "o.oenum"));
        let types = [Type {
            name: QualifiedName::new("My o", "oenum"),
            definition: "ENUM ('a')".to_owned(),
        }];
        for (name, expected) in [
            ("oenum", "\"My o\".oenum"),
            ("oenum[]", "\"My o\".oenum[]"),
            ("text", "text"),
            ("p.oenum", "p.oenum"),
        ] {
            assert_eq!(qualified("My o", name, &types), expected);
        }
        assert_eq!(qualified("p", "oenum", &types), "oenum");
    }

    #[test]
    fn other_types_are_told_apart() {
        for (one, other) in [
            ("timestamptz", "timestamp without time zone"),
            ("timestamptz", "timestamp(3) with time zone"),
            ("int", "bigint"),
            ("varchar(10)", "character varying(11)"),
            ("varchar", "character varying(10)"),
            ("varchar", "text"),
            ("char", "\"char\""),
            ("text", "text[]"),
            ("status", "other.status"),
            ("Status", "public.\"Status\""),
            ("numeric(10,2)", "numeric(10,3)"),
            ("uuid); DROP TABLE t; --", "uuid"),
            ("uuid + 1", "uuid"),
            ("uuid, 1", "uuid"),
            ("SETOF uuid", "uuid"),
            ("", "uuid"),
            ("int\0", "integer"),
        ] {
            assert!(!same(one, other), "{one} {other}");
        }
    }
}
