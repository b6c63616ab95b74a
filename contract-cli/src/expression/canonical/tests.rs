//! What means the same has the same form, and nothing else.

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
