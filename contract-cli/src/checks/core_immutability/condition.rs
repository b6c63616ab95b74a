//! Whether a condition over OLD and NEW is true whenever the value of a column changes.
//!
//! What is asked is asked of each part: of a disjunction one part has to be, of a conjunction each. The answer is yes
//! only for forms that are known; a condition that cannot be followed is one that may be false.

use super::type_name::DataType;
use crate::{
    catalog::{Column, Type},
    expression,
};
use pg_query::{
    NodeEnum,
    protobuf::{AExpr, AExprKind, BoolExprType, Node, NullTestType},
};

/// A column whose changes are asked for, with the types of its database.
#[derive(Clone, Copy)]
pub struct Changing<'c> {
    pub column: &'c Column,
    pub types: &'c [Type],
}

/// Whether the condition is true whenever the column changes.
pub fn is_true_on_change(condition: &NodeEnum, changing: Changing<'_>) -> bool {
    changing.makes(condition, true)
}

/// A row in a trigger.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Row {
    Old,
    New,
}

impl Changing<'_> {
    /// Whether a change of the column makes the condition what is wanted.
    fn makes(self, condition: &NodeEnum, wanted: bool) -> bool {
        if expression::boolean(condition) == Some(wanted) {
            return true;
        }
        match condition {
            NodeEnum::BoolExpr(boolean) => {
                let mut parts = boolean.args.iter().filter_map(|part| part.node.as_ref());
                match (boolean.boolop(), wanted) {
                    (BoolExprType::NotExpr, _) => parts.all(|part| self.makes(part, !wanted)),
                    (BoolExprType::OrExpr, true) | (BoolExprType::AndExpr, false) => {
                        parts.any(|part| self.makes(part, wanted))
                    }
                    (BoolExprType::OrExpr, false) | (BoolExprType::AndExpr, true) => {
                        parts.all(|part| self.makes(part, wanted))
                    }
                    (BoolExprType::Undefined, _) => false,
                }
            }
            NodeEnum::AExpr(comparison) => self.compares(comparison, wanted),
            // A column that is never null is not null in both rows.
            NodeEnum::NullTest(test) => {
                let argument = test.arg.as_ref().and_then(|node| node.node.as_ref());
                wanted
                    && test.nulltesttype() == NullTestType::IsNotNull
                    && self.column.not_null
                    && argument.is_some_and(|argument| self.row_of(argument).is_some())
            }
            _ => false,
        }
    }

    fn compares(self, comparison: &AExpr, wanted: bool) -> bool {
        let (Some(left), Some(right)) = (
            operand(comparison.lexpr.as_deref()),
            operand(comparison.rexpr.as_deref()),
        ) else {
            return false;
        };
        let names: Vec<_> = comparison
            .name
            .iter()
            .filter_map(expression::name)
            .collect();
        match comparison.kind() {
            AExprKind::AexprDistinct => wanted && self.differ(left, right),
            AExprKind::AexprNotDistinct => !wanted && self.differ(left, right),
            // With a null on either side they are neither true nor false.
            AExprKind::AexprOp if names == ["="] && wanted => is_update(left, right),
            AExprKind::AexprOp if names == [if wanted { "<>" } else { "=" }] => {
                self.column.not_null && self.are_both_rows(left, right)
            }
            _ => false,
        }
    }

    /// Whether two sides are distinct when the column changes.
    fn differ(self, left: &NodeEnum, right: &NodeEnum) -> bool {
        match (left, right) {
            (NodeEnum::RowExpr(left), NodeEnum::RowExpr(right)) => {
                left.args.len() == right.args.len()
                    && left.args.iter().zip(&right.args).any(|(left, right)| {
                        let sides = left.node.as_ref().zip(right.node.as_ref());
                        sides.is_some_and(|(left, right)| self.differ(left, right))
                    })
            }
            _ => {
                self.are_both_rows(left, right)
                    || matches!(
                        (whole_row(left), whole_row(right)),
                        (Some(left), Some(right)) if left != right
                    )
            }
        }
    }

    /// Whether the column of the one row is compared with that of the other.
    fn are_both_rows(self, left: &NodeEnum, right: &NodeEnum) -> bool {
        matches!(
            (self.row_of(left), self.row_of(right)),
            (Some(left), Some(right)) if left != right
        )
    }

    /// The row whose value of the column this is, also through a cast that keeps different values different.
    fn row_of(self, expression: &NodeEnum) -> Option<Row> {
        if let NodeEnum::TypeCast(cast) = expression {
            let target = DataType::of(cast.type_name.as_ref()?)?;
            return is_faithful(&self.column.data_type, &target, self.types)
                .then(|| self.row_of(cast.arg.as_ref()?.node.as_ref()?))
                .flatten();
        }
        let (row, name) = row_column(expression)?;
        (name == self.column.name).then_some(row)
    }
}

fn operand(side: Option<&Node>) -> Option<&NodeEnum> {
    side?.node.as_ref()
}

/// `old.name`, `new.name`
fn row_column(expression: &NodeEnum) -> Option<(Row, &str)> {
    match expression::column(expression)?.as_slice() {
        ["old", name] => Some((Row::Old, *name)),
        ["new", name] => Some((Row::New, *name)),
        _ => None,
    }
}

/// `old.*`; in a function also `old`.
fn whole_row(expression: &NodeEnum) -> Option<Row> {
    let NodeEnum::ColumnRef(reference) = expression else {
        return None;
    };
    let row = match reference.fields.as_slice() {
        [row] => row,
        [row, star] if matches!(star.node, Some(NodeEnum::AStar(_))) => row,
        _ => return None,
    };
    match expression::name(row)? {
        "old" => Some(Row::Old),
        "new" => Some(Row::New),
        _ => None,
    }
}

/// `TG_OP = 'UPDATE'`, which holds in every UPDATE.
fn is_update(left: &NodeEnum, right: &NodeEnum) -> bool {
    let one_way = |variable, value| {
        expression::column(variable).as_deref() == Some(&["tg_op"])
            && expression::string(value) == Some("UPDATE")
    };
    one_way(left, right) || one_way(right, left)
}

/// Whether a cast keeps different values of a type different. Postgres writes such casts where a type is
/// compared by the operators of another: of varchar by those of text, of a domain by those of its base.
fn is_faithful(data_type: &str, target: &DataType, types: &[Type]) -> bool {
    const WITH_A_TEXT_EACH: [&str; 18] = [
        "text",
        "varchar",
        "bpchar",
        "name",
        "uuid",
        "int2",
        "int4",
        "int8",
        "numeric",
        "bool",
        "date",
        "timestamp",
        "timestamptz",
        "json",
        "jsonb",
        "bytea",
        "time",
        "timetz",
    ];
    let defined = types.iter().find(|one| one.name.to_string() == data_type);
    if let Some(defined) = defined {
        return match defined.definition.strip_prefix("DOMAIN ") {
            Some(domain) => is_faithful(base_type(domain), target, types),
            None => defined.definition.starts_with("ENUM ") && target.is_one_of(&["text"]),
        };
    }
    DataType::parse(data_type).is_some_and(|own| {
        target.is_plain_form_of(&own)
            || target.is_one_of(&["text"])
                && target.has_no_modifiers()
                && own.is_one_of(&WITH_A_TEXT_EACH)
    })
}

/// `integer` of `integer DEFAULT 1 NOT NULL`
fn base_type(domain: &str) -> &str {
    [" COLLATE ", " DEFAULT ", " NOT NULL", " CONSTRAINT "]
        .into_iter()
        .filter_map(|word| domain.find(word))
        .min()
        .map_or(domain, |end| &domain[..end])
}
