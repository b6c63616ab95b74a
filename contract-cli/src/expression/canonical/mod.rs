//! Expressions and statements of the catalog in a canonical form: two with the same form mean the same.
//!
//! The reverse does not hold, and need not: what means the same in a way that is not known here counts as
//! a difference. Only texts as Postgres deparses them with an empty `search_path` have a form. In them an
//! operator without a schema is one of `pg_catalog`, where each `=`, `<>`, `<`, `>`, `<=` and `>=` has the
//! commutator and the negator that its name promises (`pg_operator`), and is strict.
//!
//! The order in which the parts of AND and OR are evaluated is not defined (`PostgreSQL` documentation,
//! section 4.2.14), so it is no difference.

mod condition;
mod rewrite;
mod tables;

use pg_query::ParserOptions;
use rewrite::rewrite;
use serde_json::Value;

/// Where a part stands in its text.
const PLACES: [&str; 8] = [
    "location",
    "arg_location",
    "list_start",
    "list_end",
    "rexpr_list_start",
    "rexpr_list_end",
    "stmt_location",
    "stmt_len",
];

/// A canonical form.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Form(Value);

impl Form {
    /// The form of an expression such as `pg_get_expr` writes; none where the grammar does not know it.
    pub fn of_expression(text: &str) -> Option<Self> {
        Self::of_statement(&format!("SELECT {text}"))
    }

    /// The form of a condition on the rows of a table that counts where it is true, as that of a policy.
    pub fn of_condition(text: &str, table: &str) -> Option<Self> {
        let mut form = Self::of_expression(text)?;
        let value = form
            .0
            .pointer_mut("/0/stmt/node/SelectStmt/target_list/0/node/ResTarget/val")?;
        condition::only_true(value, Some(table));
        make_canonical(&mut form.0);
        make_canonical(&mut form.0);
        Some(form)
    }

    /// The form of a statement, with all expressions in it.
    pub fn of_statement(text: &str) -> Option<Self> {
        let parsed = pg_query::parse(text, ParserOptions::default()).ok()?;
        let mut tree = serde_json::to_value(&parsed.protobuf.stmts).ok()?;
        // Tables get their names after the parts that speak of them have their order.
        make_canonical(&mut tree);
        make_canonical(&mut tree);
        Some(Self(tree))
    }

    /// The form without a field of its statements, as in `options`.
    #[must_use]
    pub fn without(mut self, field: &str) -> Self {
        let statements = self.0.as_array_mut().into_iter().flatten();
        for body in statements.filter_map(|statement| {
            let kinds = statement.pointer_mut("/stmt/node")?.as_object_mut()?;
            kinds.values_mut().next()?.as_object_mut()
        }) {
            body.remove(field);
            // ALTER TABLE has its constraint in its only command.
            let command = body.get_mut("cmds").and_then(|cmds| cmds.get_mut(0));
            if let Some(Value::Object(constraint)) = command
                .and_then(|command| command.pointer_mut("/node/AlterTableCmd/def/node/Constraint"))
            {
                constraint.remove(field);
            }
        }
        self
    }

    /// The form without all its casts, which two texts may have for different reasons.
    #[must_use]
    pub fn without_casts(mut self) -> Self {
        drop_casts(&mut self.0);
        make_canonical(&mut self.0);
        self
    }

    /// The functions that are called without any column, by their names, with the first argument where it is a text.
    pub fn calls(&self) -> Vec<(Vec<String>, Option<String>)> {
        let mut calls = Vec::new();
        add_calls(&self.0, &mut calls);
        calls
    }

    /// The form that it would have had if what is called `from` had been called `to`.
    #[must_use]
    pub fn renamed(mut self, from: &str, to: &str) -> Self {
        rename(&mut self.0, from, to);
        // Another name may belong into another place of the order.
        make_canonical(&mut self.0);
        self
    }
}

fn add_calls(value: &Value, calls: &mut Vec<(Vec<String>, Option<String>)>) {
    match value {
        Value::Array(elements) => elements.iter().for_each(|one| add_calls(one, calls)),
        Value::Object(members) => {
            if let Some(call) = members.get("FuncCall").filter(|call| !has_column(call)) {
                let names = call["funcname"].as_array().into_iter().flatten();
                let name =
                    |one: &Value| Some(one.pointer("/node/String/sval")?.as_str()?.to_owned());
                let mut first = &call["args"][0];
                while let Some(inner) = first.pointer("/node/TypeCast/arg") {
                    first = inner;
                }
                let text = first.pointer("/node/AConst/val/Sval/sval");
                calls.push((
                    names.filter_map(name).collect(),
                    text.and_then(Value::as_str).map(str::to_owned),
                ));
            }
            members.values().for_each(|one| add_calls(one, calls));
        }
        _ => {}
    }
}

fn has_column(value: &Value) -> bool {
    match value {
        Value::Array(elements) => elements.iter().any(has_column),
        Value::Object(members) => {
            members.contains_key("ColumnRef") || members.values().any(has_column)
        }
        _ => false,
    }
}

fn drop_casts(value: &mut Value) {
    match value {
        Value::Array(elements) => elements.iter_mut().for_each(drop_casts),
        Value::Object(members) => {
            members.values_mut().for_each(drop_casts);
            let argument = value.pointer_mut("/node/TypeCast/arg").map(Value::take);
            if let Some(argument) = argument {
                *value = argument;
            }
        }
        _ => {}
    }
}

/// Names everywhere, but neither constants nor the names that a query gives to its columns.
fn rename(value: &mut Value, from: &str, to: &str) {
    match value {
        Value::String(name) if name == from => to.clone_into(name),
        Value::Array(elements) => elements
            .iter_mut()
            .for_each(|element| rename(element, from, to)),
        Value::Object(members) => {
            for (key, member) in members {
                match key.as_str() {
                    "AConst" => {}
                    "ResTarget" => rename(&mut member["val"], from, to),
                    _ => rename(member, from, to),
                }
            }
        }
        _ => {}
    }
}

/// From the leaves upwards: parts are canonical before the whole is.
fn make_canonical(value: &mut Value) {
    match value {
        Value::Array(elements) => elements.iter_mut().for_each(make_canonical),
        Value::Object(members) => {
            for place in PLACES {
                members.remove(place);
            }
            members.values_mut().for_each(make_canonical);
            rewrite(value);
        }
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::Form;
    use proptest::prelude::*;
    use serde_json::Value;

    const SAME: [(&str, &str); 29] = [
        (
            "(EXISTS ( SELECT FROM (p.a x JOIN p.b y ON ((x.i = y.i))) WHERE (x.j = u.j)))",
            "(EXISTS ( SELECT FROM (p.b y JOIN p.a x ON ((x.i = y.i))) WHERE (x.j = u.j)))",
        ),
        (
            "(EXISTS ( SELECT FROM (p.a x JOIN p.b y ON ((x.i = y.i))) WHERE (x.j = u.j)))",
            "(EXISTS ( SELECT FROM p.a z, p.b x WHERE ((z.j = u.j) AND (x.i = z.i))))",
        ),
        (
            "(EXISTS ( SELECT FROM (p.a x JOIN p.b y ON (((x.i = y.i) AND (x.j = u.j))))))",
            "(EXISTS ( SELECT FROM (p.a x CROSS JOIN p.b y) WHERE ((x.j = u.j) AND (x.i = y.i))))",
        ),
        (
            "(x IN ( SELECT current_setting('a.b'::text, true) AS current_setting))",
            "(x = ( SELECT current_setting('a.b'::text, true) AS current_setting))",
        ),
        ("(1 = 1)", "true"),
        ("(NOT false)", "true"),
        (
            "(EXISTS ( SELECT 1 FROM p.t WHERE ((t.id = u.id) AND (t.x = 1))))",
            "(EXISTS ( SELECT 1 FROM p.t z WHERE ((z.x = 1) AND (z.id = u.id))))",
        ),
        (
            "(EXISTS ( SELECT 1 FROM (p.a x JOIN p.b y ON ((x.i = y.i))) WHERE (x.j = u.j)))",
            "(EXISTS ( SELECT 1 FROM (p.a y JOIN p.b x ON ((x.i = y.i))) WHERE (y.j = u.j)))",
        ),
        (
            "(EXISTS ( SELECT 1 FROM p.t a WHERE (a.x = ( SELECT b.y FROM p.t b WHERE (b.z = a.z)))))",
            "(EXISTS ( SELECT 1 FROM p.t b WHERE (b.x = ( SELECT a.y FROM p.t a WHERE (a.z = b.z)))))",
        ),
        ("(x = ( SELECT f() AS a))", "(x = ( SELECT f() AS b))"),
        ("(a AND b)", "(b AND a)"),
        ("((a AND b) AND c)", "(c AND (b AND (a AND b)))"),
        ("((a OR b) OR false)", "(b OR a)"),
        ("(a AND true)", "a"),
        ("(NOT (NOT a))", "a"),
        ("(x = 1)", "(1 = x)"),
        ("(x > 1)", "(1 < x)"),
        ("(x >= 1)", "(1 <= x)"),
        ("(NOT (x = y))", "(y <> x)"),
        (
            "(NOT (x <> ALL (ARRAY[1, 2])))",
            "(x = ANY (ARRAY[2, 1, 2]))",
        ),
        ("(NOT (x IS DISTINCT FROM y))", "(y IS NOT DISTINCT FROM x)"),
        (
            "(s = ANY ((ARRAY['a'::character varying, 'b'::character varying])::text[]))",
            "(s = ANY (ARRAY[('b'::character varying)::text, ('a'::character varying)::text]))",
        ),
        (
            "(EXISTS ( SELECT 1\n   FROM t\n  WHERE ((t.id = u.id) AND (t.x = 'a'::text))))",
            "(EXISTS ( SELECT t.id FROM t WHERE ((t.x = 'a'::text) AND (u.id = t.id))))",
        ),
        ("((x >= 1) AND (x <= 2))", "((2 >= x) AND (1 <= x))"),
        ("f((a AND b))", "f((b AND a))"),
        (
            "CASE WHEN (a AND b) THEN 1 ELSE 2 END",
            "CASE WHEN (b AND a) THEN 1 ELSE 2 END",
        ),
        ("( x  =  1 )", "x=1"),
        ("(f() AND a)", "(a AND f())"),
        ("((a AND true) AND true)", "a"),
    ];

    const OTHER: [(&str, &str); 30] = [
        (
            "(EXISTS ( SELECT FROM (p.a x LEFT JOIN p.b y ON ((x.i = y.i))) WHERE (x.j = u.j)))",
            "(EXISTS ( SELECT FROM (p.a x JOIN p.b y ON ((x.i = y.i))) WHERE (x.j = u.j)))",
        ),
        (
            "(EXISTS ( SELECT FROM (p.a x LEFT JOIN p.b y ON ((x.i = y.i))) WHERE (x.j = u.j)))",
            "(EXISTS ( SELECT FROM (p.b y LEFT JOIN p.a x ON ((x.i = y.i))) WHERE (x.j = u.j)))",
        ),
        (
            "(EXISTS ( SELECT FROM (p.a x JOIN p.b y ON ((x.i = y.i))) WHERE (x.j = u.j)))",
            "(EXISTS ( SELECT FROM (p.a x JOIN p.b y ON ((x.i = y.i))) WHERE (y.j = u.j)))",
        ),
        ("(x IN ( SELECT f() AS f))", "(x = ( SELECT f() AS f))"),
        ("((x = 1) IS TRUE)", "(x = 1)"),
        ("(1 = 2)", "true"),
        (
            "(x IN ( SELECT t.y FROM p.t WHERE t.z))",
            "(EXISTS ( SELECT FROM p.t WHERE (t.z AND (t.y = u.x))))",
        ),
        (
            "(EXISTS ( SELECT 1 FROM (p.a x JOIN p.a y ON ((x.i = y.i))) WHERE (x.j = u.j)))",
            "(EXISTS ( SELECT 1 FROM (p.a x JOIN p.a y ON ((x.i = y.i))) WHERE (y.j = u.j)))",
        ),
        (
            "(EXISTS ( SELECT 1 FROM p.t a WHERE (a.x = ( SELECT b.y FROM p.t b WHERE (b.z = a.z)))))",
            "(EXISTS ( SELECT 1 FROM p.t a WHERE (a.x = ( SELECT b.y FROM p.t b WHERE (b.z = b.z)))))",
        ),
        (
            "(EXISTS ( SELECT 1 FROM p.t a WHERE (a.id = u.id)))",
            "(EXISTS ( SELECT 1 FROM p.t a WHERE (a.id = a.id)))",
        ),
        ("(a AND b)", "(a OR b)"),
        ("(a AND (b OR c))", "((a AND b) OR c)"),
        ("(a OR true)", "a"),
        ("(x < 1)", "(1 < x)"),
        ("(x - y)", "(y - x)"),
        ("(x OPERATOR(public.=) y)", "(y OPERATOR(public.=) x)"),
        ("(f() AND f())", "f()"),
        ("(x = ANY (ARRAY[f(), f()]))", "(x = ANY (ARRAY[f()]))"),
        ("(x <> ANY (ARRAY[1, 2]))", "(x <> ANY (ARRAY[2, 1]))"),
        ("ARRAY[1, 2]", "ARRAY[2, 1]"),
        ("(s = 'a'::text)", "(s = 'a'::character varying)"),
        ("(s = 'a'::text)", "(s = 'A'::text)"),
        ("(s = 'true'::text)", "(s = 'True'::text)"),
        ("(NOT (x IS NULL))", "(x IS NOT NULL)"),
        (
            "(EXISTS ( SELECT 1 FROM t))",
            "(EXISTS ( SELECT count(*) AS count FROM t))",
        ),
        (
            "(EXISTS ( SELECT 1 FROM t))",
            "(EXISTS ( SELECT 1 FROM t GROUP BY t.x HAVING (t.x > 1)))",
        ),
        ("(x = ( SELECT 1))", "(x = ( SELECT 2))"),
        ("(a -> 'x'::text)", "(a ->> 'x'::text)"),
        ("((x)::text = 'a'::text)", "(x = 'a'::text)"),
        ("not an expression (", "not an expression (("),
    ];

    fn same_expression(one: &str, other: &str) -> bool {
        one == other
            || Form::of_expression(one).is_some_and(|form| Some(form) == Form::of_expression(other))
    }

    #[test]
    fn what_means_the_same() {
        for (one, other) in SAME {
            assert!(same_expression(one, other), "{one} -- {other}");
            assert!(same_expression(other, one), "{other} -- {one}");
        }
        for (one, other) in OTHER {
            assert!(!same_expression(one, other), "{one} -- {other}");
        }
    }

    #[test]
    fn conditions_that_are_true_for_the_same_rows() {
        let form = |text| Form::of_condition(text, "u").expect("valid");
        for (one, other) in [
            ("((x = 1) IS TRUE)", "(1 = x)"),
            ("((a AND (b IS TRUE)) IS TRUE)", "(b AND a)"),
            (
                "(x IN ( SELECT t.y FROM p.t WHERE t.z))",
                "(EXISTS ( SELECT 1 FROM p.t a WHERE ((a.y = u.x) AND a.z)))",
            ),
            (
                "(EXISTS ( SELECT FROM p.t WHERE (t.y IN ( SELECT s.y FROM p.s WHERE (s.x = u.x)))))",
                "(EXISTS ( SELECT FROM p.t WHERE (EXISTS ( SELECT FROM p.s WHERE ((s.x = u.x) AND (s.y = t.y))))))",
            ),
        ] {
            assert_eq!(form(one), form(other), "{one} -- {other}");
        }
        for (one, other) in [
            ("((x = 1) IS NOT FALSE)", "(x = 1)"),
            ("(NOT ((x = 1) IS TRUE))", "(x <> 1)"),
            (
                "(NOT (x IN ( SELECT t.y FROM p.t WHERE t.z)))",
                "(NOT (EXISTS ( SELECT 1 FROM p.t WHERE ((t.y = u.x) AND t.z))))",
            ),
            (
                "(x IN ( SELECT t.y FROM p.t WHERE t.z LIMIT 1))",
                "(EXISTS ( SELECT 1 FROM p.t WHERE ((t.y = u.x) AND t.z)))",
            ),
            (
                "(x IN ( SELECT t.y FROM p.t WHERE t.z))",
                "(EXISTS ( SELECT 1 FROM p.t WHERE ((t.y = t.x) AND t.z)))",
            ),
        ] {
            assert_ne!(form(one), form(other), "{one} -- {other}");
        }
    }

    #[test]
    fn names_are_renamed_and_constants_are_not() {
        let form = |text| Form::of_expression(text).expect("valid");
        let renamed = form("((c.a = 'a'::text) AND (b > c.d))").renamed("a", "z");
        assert_eq!(renamed, form("((b > c.d) AND (c.z = 'a'::text))"));
    }

    #[test]
    fn a_field_of_a_statement_can_be_left_out() {
        let form = |text| Form::of_statement(text).expect("valid").without("options");
        assert_eq!(
            form("CREATE INDEX i ON public.t USING btree (a) WITH (fillfactor='70')"),
            form("CREATE INDEX i ON public.t USING btree (a)")
        );
        assert_eq!(
            form("ALTER TABLE t ADD UNIQUE (a) WITH (fillfactor='70')"),
            form("ALTER TABLE t ADD UNIQUE (a)")
        );
        assert_ne!(
            form("CREATE INDEX i ON public.t USING btree (a)"),
            form("CREATE INDEX i ON public.t USING btree (b)")
        );
    }

    /// An expression with its value for each of the 81 assignments of true, false and unknown to p, q and to
    /// the numbers x, y of 0, 1 and unknown.
    #[derive(Clone, Debug)]
    struct Sample {
        text: String,
        values: Vec<Option<bool>>,
    }

    fn assignments() -> impl Iterator<Item = [Option<bool>; 4]> {
        const VALUES: [Option<bool>; 3] = [Some(true), Some(false), None];
        (0..81).map(|n| [n, n / 3, n / 9, n / 27].map(|digit: usize| VALUES[digit % 3]))
    }

    fn leaf(text: &str, value: impl Fn([Option<bool>; 4]) -> Option<bool>) -> Sample {
        Sample {
            text: text.to_owned(),
            values: assignments().map(value).collect(),
        }
    }

    fn and(one: Option<bool>, other: Option<bool>) -> Option<bool> {
        match (one, other) {
            (Some(false), _) | (_, Some(false)) => Some(false),
            (Some(true), Some(true)) => Some(true),
            _ => None,
        }
    }

    fn not(value: Option<bool>) -> Option<bool> {
        value.map(|value| !value)
    }

    fn joined(one: &Sample, word: &str, other: &Sample) -> Sample {
        let value = |(one, other): (&Option<bool>, &Option<bool>)| match word {
            "AND" => and(*one, *other),
            _ => not(and(not(*one), not(*other))),
        };
        Sample {
            text: format!("({} {word} {})", one.text, other.text),
            values: one.values.iter().zip(&other.values).map(value).collect(),
        }
    }

    fn sample() -> impl Strategy<Value = Sample> {
        let both = |x: Option<bool>, y: Option<bool>| Some((x?, y?));
        let leaves = vec![
            leaf("true", |_| Some(true)),
            leaf("false", |_| Some(false)),
            leaf("p", |[p, ..]| p),
            leaf("q", |[_, q, ..]| q),
            leaf("(x = y)", move |[_, _, x, y]| {
                both(x, y).map(|(x, y)| x == y)
            }),
            leaf("(y = x)", move |[_, _, x, y]| {
                both(x, y).map(|(x, y)| x == y)
            }),
            leaf("(x <> y)", move |[_, _, x, y]| {
                both(x, y).map(|(x, y)| x != y)
            }),
            leaf("(x < y)", move |[_, _, x, y]| {
                both(x, y).map(|(x, y)| !x & y)
            }),
            leaf("(y > x)", move |[_, _, x, y]| {
                both(x, y).map(|(x, y)| !x & y)
            }),
            leaf("(x >= y)", move |[_, _, x, y]| {
                both(x, y).map(|(x, y)| x >= y)
            }),
            leaf("(x IS DISTINCT FROM y)", |[_, _, x, y]| Some(x != y)),
            leaf("(y IS NOT DISTINCT FROM x)", |[_, _, x, y]| Some(x == y)),
            leaf("(x = ANY (ARRAY[1, NULL::integer]))", |[_, _, x, _]| {
                x.filter(|x| *x)
            }),
            leaf("(x <> ALL (ARRAY[NULL::integer, 1]))", |[_, _, x, _]| {
                not(x.filter(|x| *x))
            }),
            leaf("(x = ANY (ARRAY[0, 1]))", |[_, _, x, _]| x.map(|_| true)),
        ];
        let leaf = prop::sample::select(leaves);
        leaf.prop_recursive(4, 12, 2, |inner| {
            prop_oneof![
                inner.clone().prop_map(|one| Sample {
                    text: format!("(NOT {})", one.text),
                    values: one.values.into_iter().map(not).collect(),
                }),
                (inner.clone(), inner.clone(), prop::bool::ANY).prop_map(|(one, other, is_and)| {
                    joined(&one, if is_and { "AND" } else { "OR" }, &other)
                }),
            ]
        })
    }

    proptest! {
        /// Small expressions meet often; those that meet in a form must agree on every assignment.
        #[test]
        fn the_same_form_has_the_same_values(samples in prop::collection::vec(sample(), 60)) {
            let mut forms: Vec<(Value, &Sample)> = Vec::new();
            for sample in &samples {
                let form = Form::of_expression(&sample.text).expect("valid").0;
                if let Some((_, other)) = forms.iter().find(|(other, _)| *other == form) {
                    prop_assert_eq!(&sample.values, &other.values, "{} -- {}", sample.text, other.text);
                }
                forms.push((form, sample));
            }
        }

        #[test]
        fn what_is_rearranged_has_the_same_form(one in sample(), two in sample(), three in sample()) {
            let (one, two, three) = (one.text, two.text, three.text);
            for word in ["AND", "OR"] {
                let neutral = word == "AND";
                let plain = format!("(({one} {word} {two}) {word} {three})");
                let other = format!("(({three} {word} {neutral}) {word} ({two} {word} (NOT (NOT {one}))))");
                prop_assert!(same_expression(&plain, &other), "{} -- {}", plain, other);
            }
        }
    }
}
