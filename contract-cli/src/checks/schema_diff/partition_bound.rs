//! The bound of a partition, and which CHECKs it implies.
//!
//! Only what is plain is told: of a key of one column, comparisons with the very values of the bound. Any other CHECK may
//! refuse rows that the bound lets in.

use crate::{
    catalog::{Constraint, ConstraintKind, Relation},
    expression::{column, conjuncts, name, parse, without_casts},
};
use pg_query::{
    NodeEnum, ParserOptions,
    protobuf::{
        AExpr, AExprKind, CreateStmt, Node, NullTestType, PartitionRangeDatumKind, a_const::Val,
    },
};

/// What the column of a partition's key is within; values are as Postgres writes them.
pub struct Bound {
    column: String,
    from: Option<String>,
    to: Option<String>,
    /// The values of a list.
    values: Vec<String>,
}

impl Bound {
    /// The bound of a partition; `None` where the key is more than a column, or the bound is another one.
    pub fn of(partition: &Relation, parent: &Relation) -> Option<Self> {
        let key = parent.partition_key.as_ref()?;
        let text = partition.partition_bound.as_ref()?;
        let key = create_table(&format!("CREATE TABLE t () PARTITION BY {key}"))?;
        let [element] = key.partspec.as_ref()?.part_params.as_slice() else {
            return None;
        };
        let NodeEnum::PartitionElem(element) = element.node.as_ref()? else {
            return None;
        };
        let spec = create_table(&format!("CREATE TABLE t PARTITION OF p {text}"))?.partbound?;
        let listed = spec
            .listdatums
            .iter()
            .map(|datum| value(datum.node.as_ref()?));
        let is_default = spec.is_default || spec.strategy == "h" || element.name.is_empty();
        (!is_default).then_some(Self {
            column: element.name.clone(),
            from: spec.lowerdatums.first().and_then(limit),
            to: spec.upperdatums.first().and_then(limit),
            values: listed.collect::<Option<_>>()?,
        })
    }

    /// Whether each row within the bound passes a CHECK.
    pub fn implies(&self, constraint: &Constraint) -> bool {
        let condition = constraint
            .definition
            .strip_prefix("CHECK ")
            .filter(|_| constraint.kind == ConstraintKind::Check);
        let condition = condition.map(|text| text.trim_end_matches(" NOT VALID"));
        let Some(Ok(condition)) = condition.map(parse) else {
            return false;
        };
        conjuncts(&condition)
            .into_iter()
            .all(|part| self.implies_part(part).unwrap_or(false))
    }

    fn implies_part(&self, part: &NodeEnum) -> Option<bool> {
        match part {
            // A range has no NULL, and neither has a list that does not name it.
            NodeEnum::NullTest(test) => Some(
                test.nulltesttype() == NullTestType::IsNotNull
                    && self.is_key(test.arg.as_deref()?)
                    && !self.values.iter().any(|value| value == NULL),
            ),
            NodeEnum::AExpr(comparison) if self.is_key(comparison.lexpr.as_deref()?) => {
                self.implies_comparison(comparison)
            }
            _ => None,
        }
    }

    fn implies_comparison(&self, comparison: &AExpr) -> Option<bool> {
        let [operator] = comparison.name.as_slice() else {
            return None;
        };
        let right = comparison.rexpr.as_deref()?.node.as_ref()?;
        let allowed = match (comparison.kind(), without_casts(right)) {
            (AExprKind::AexprOpAny, NodeEnum::AArrayExpr(array)) => {
                let elements = array.elements.iter();
                elements
                    .map(|element| value(element.node.as_ref()?))
                    .collect::<Option<Vec<_>>>()?
            }
            (AExprKind::AexprOp, _) => vec![value(right)?],
            _ => return None,
        };
        let is_one_of = |value: &String| allowed.contains(value);
        Some(match name(operator)? {
            "=" => {
                // NULL passes any comparison.
                let mut values = self.values.iter().filter(|value| *value != NULL);
                !self.values.is_empty() && values.all(is_one_of)
            }
            ">=" => self.from.as_ref().is_some_and(is_one_of),
            "<" => self.to.as_ref().is_some_and(is_one_of),
            _ => false,
        })
    }

    fn is_key(&self, expression: &Node) -> bool {
        let names = expression.node.as_ref().and_then(column);
        names.is_some_and(|names| names == [self.column.as_str()])
    }
}

/// How NULL is among the values: no value of SQL is written like that.
const NULL: &str = "\0";

fn create_table(text: &str) -> Option<CreateStmt> {
    let parsed = pg_query::parse(text, ParserOptions::default()).ok()?;
    let statement = parsed.protobuf.stmts.into_iter().next()?.stmt?.node?;
    match statement {
        NodeEnum::CreateStmt(create) => Some(create),
        _ => None,
    }
}

/// A limit of a range, where there is one.
fn limit(datum: &Node) -> Option<String> {
    match datum.node.as_ref()? {
        NodeEnum::PartitionRangeDatum(datum)
            if datum.kind() == PartitionRangeDatumKind::PartitionRangeDatumValue =>
        {
            value(datum.value.as_deref()?.node.as_ref()?)
        }
        other => value(other),
    }
}

/// The text of a constant. A cast of a string is how Postgres writes a value of a type; one of a fraction may round it.
fn value(expression: &NodeEnum) -> Option<String> {
    let constant = match expression {
        NodeEnum::TypeCast(cast) => cast.arg.as_ref()?.node.as_ref()?,
        constant => constant,
    };
    let is_cast = !std::ptr::eq(constant, expression);
    let NodeEnum::AConst(constant) = constant else {
        return None;
    };
    if constant.isnull {
        return Some(NULL.to_owned());
    }
    Some(match constant.val.as_ref()? {
        Val::Ival(value) => value.ival.to_string(),
        Val::Fval(_) if is_cast => return None,
        Val::Fval(value) => value.fval.clone(),
        Val::Boolval(value) => value.boolval.to_string(),
        Val::Sval(value) => value.sval.clone(),
        Val::Bsval(_) => return None,
    })
}
