//! The verdicts on many expressions. What these really let through is tried in Postgres, by `tests/postgres/policies.rs`.

use super::{Binding, Functions, Keys, Question, Verdict, binding};
use crate::{
    catalog::{Catalog, Function, QualifiedName},
    checks::rls_coverage::{
        tenants::Tenants,
        tests::build::{Relation, catalog, derived, direct, matrix},
    },
    guardrail::Matrix,
};
use pg_query::{NodeEnum, ParserOptions, protobuf::RawStmt};
use serde::Deserialize;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Case {
    table: String,
    /// As it is written, and as Postgres gives it back.
    expression: String,
    stored: String,
    verdict: Said,
    #[serde(rename = "leaks")]
    _leaks: bool,
    /// Whether row level security keeps a tenant to its own cases.
    #[serde(default)]
    cases_are_covered: bool,
}

#[derive(Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Said {
    Unbound,
    Constant,
    Unknown,
    Bound,
}

impl From<Verdict> for Said {
    fn from(verdict: Verdict) -> Self {
        match verdict {
            Verdict::Unbound => Self::Unbound,
            Verdict::Constant => Self::Constant,
            Verdict::Unknown => Self::Unknown,
            Verdict::Bound => Self::Bound,
        }
    }
}

/// The tables of `tests/policies/schema.sql`.
fn shop() -> (Catalog, Matrix) {
    let name = |table: &str| QualifiedName::new("shop", table);
    let relations = vec![
        Relation::new("shop", "tenants")
            .columns(&["tenant_id", "client_id", "vendor_id", "plan"])
            .primary_key(&["tenant_id"])
            .unique(&["client_id"])
            .unique(&["vendor_id"])
            .foreign_key("plan", &name("plans"), "plan"),
        Relation::new("shop", "plans")
            .columns(&["plan"])
            .primary_key(&["plan"]),
        Relation::new("shop", "members")
            .columns(&["user_id", "tenant_id", "role"])
            .primary_key(&["user_id", "tenant_id"])
            .foreign_key("tenant_id", &name("tenants"), "tenant_id"),
        Relation::new("shop", "documents")
            .columns(&["id", "tenant_id", "short_id", "is_public", "title"])
            .nullable("author_id")
            .primary_key(&["id"]),
        Relation::new("shop", "cases")
            .columns(&["case_id", "client_id", "vendor_id", "status"])
            .primary_key(&["case_id"])
            .foreign_key("client_id", &name("tenants"), "client_id")
            .foreign_key("vendor_id", &name("tenants"), "vendor_id"),
        Relation::new("shop", "messages")
            .columns(&["id", "case_id", "body"])
            .primary_key(&["id"])
            .foreign_key("case_id", &name("cases"), "case_id"),
    ];
    let matrix = matrix(vec![
        (name("documents"), direct("tenant_id")),
        (name("cases"), derived(&[&["client_id", "vendor_id"]])),
        (
            name("messages"),
            derived(&[&["case_id"], &["client_id", "vendor_id"]]),
        ),
    ]);
    let mut catalog = catalog(relations);
    catalog.functions = functions(include_str!("../../../../../tests/policies/schema.sql"));
    (catalog, matrix)
}

/// The functions of a script.
fn functions(script: &str) -> Vec<Function> {
    let parsed = pg_query::parse(script, ParserOptions::default()).expect("SQL");
    let function = |statement: &RawStmt| {
        let Some(NodeEnum::CreateFunctionStmt(create)) = statement.stmt.as_ref()?.node.as_ref()
        else {
            return None;
        };
        let names: Vec<_> = create
            .funcname
            .iter()
            .filter_map(crate::expression::name)
            .collect();
        let start = usize::try_from(statement.stmt_location).expect("a place");
        let length = usize::try_from(statement.stmt_len).expect("a length");
        // The last statement's length is left out where it has no semicolon.
        let end = if length == 0 {
            script.len()
        } else {
            start + length
        };
        Some(Function {
            name: QualifiedName::new(names[0], names[1]),
            arguments: String::new(),
            language: String::new(),
            returns_trigger: false,
            body: String::new(),
            definition: script[start..end].to_owned(),
            owner: "owner".to_owned(),
        })
    };
    parsed.protobuf.stmts.iter().filter_map(function).collect()
}

fn judge(table: &str, expression: &str, cases_are_covered: bool) -> Binding {
    let (catalog, matrix) = shop();
    let tenants = Tenants::new(&matrix);
    let table = QualifiedName::new("shop", table);
    let covered = |table: &QualifiedName| cases_are_covered && table.name == "cases";
    let question = Question {
        table: &table,
        path: tenants.path(&table).expect("a tenant table"),
        keys: &Keys {
            catalog: &catalog,
            tenants: &tenants,
        },
        functions: &Functions::new(&catalog),
        covered: &covered,
    };
    binding(expression, &question)
}

#[test]
fn expressions_bind_the_tenant_or_do_not() {
    let corpus = include_str!("../../../../../tests/policies/expressions.json");
    let corpus: Vec<Case> = serde_json::from_str(corpus).expect("the expressions");
    assert!(corpus.len() >= 150);
    let mut wrong = Vec::new();
    for case in &corpus {
        for text in [&case.expression, &case.stored] {
            let binding = judge(&case.table, text, case.cases_are_covered);
            if Said::from(binding.verdict) != case.verdict {
                wrong.push(format!(
                    "{text}\n    {:?}, and not {:?}: {}",
                    binding.verdict, case.verdict, binding.reason
                ));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn a_reason_is_given() {
    for (table, expression, reason) in [
        (
            "documents",
            "true",
            "`true` does not tie tenant_id to the session",
        ),
        (
            "documents",
            "tenant_id = shop.tenant() OR is_public",
            "`is_public` does not tie tenant_id to the session",
        ),
        (
            "documents",
            "tenant_id = tenant_id",
            "it compares documents.tenant_id with itself",
        ),
        (
            "documents",
            "tenant_id = 'a'",
            "`tenant_id = 'a'` names a tenant",
        ),
        (
            "documents",
            "shop.may_see_in_plpgsql(tenant_id)",
            "what function shop.may_see_in_plpgsql does is not looked into",
        ),
        (
            "documents",
            "tenant_id IN (SELECT shop.tenants_in_plpgsql())",
            "what function shop.tenants_in_plpgsql does is not looked into",
        ),
        (
            "documents",
            "NOT shop.has_role(tenant_id)",
            "`shop.has_role(tenant_id)` cannot be shown to bind it",
        ),
        (
            "documents",
            "tenant_id IN (SELECT m.tenant_id FROM shop.members m WHERE m.user_id = shop.tenant()) OR shop.is_signed_in()",
            "`shop.is_signed_in()` does not tie tenant_id to the session",
        ),
        (
            "documents",
            "tenant_id IN (SELECT m.tenant_id FROM shop.members m WHERE m.user_id = shop.tenant()) OR id = 5",
            "`id = 5` does not tie tenant_id to the session",
        ),
        (
            "documents",
            "is_public AND id = 5",
            "`is_public` and `id = 5` do not tie tenant_id to the session",
        ),
        (
            "messages",
            "EXISTS (SELECT FROM shop.tenants t WHERE t.tenant_id = shop.tenant())",
            "the subquery is not tied to the row by case_id",
        ),
        (
            "messages",
            "EXISTS (SELECT FROM shop.cases c WHERE c.case_id = messages.case_id)",
            "the row that case_id leads to is not tied to the session",
        ),
        (
            "messages",
            "EXISTS (SELECT FROM shop.cases c WHERE c.case_id = c.case_id)",
            "it compares cases.case_id with itself",
        ),
        (
            "cases",
            "EXISTS (SELECT FROM shop.tenants t WHERE t.vendor_id = cases.client_id AND t.tenant_id = shop.tenant())",
            "nothing shows that cases.client_id and tenants.vendor_id name the same",
        ),
        ("cases", "a b c", "it cannot be parsed: "),
    ] {
        let said = judge(table, expression, false).reason;
        assert!(said.starts_with(reason), "{expression}: {said}");
    }
}

#[test]
fn another_column_of_a_row_that_is_mine_is_not_me() {
    let mine = "EXISTS (SELECT FROM shop.cases mine JOIN shop.tenants t ON t.client_id = mine.client_id \
        WHERE t.tenant_id = shop.tenant() AND mine.vendor_id = cases.vendor_id)";
    assert_eq!(judge("cases", mine, false).verdict, Verdict::Unbound);
}

#[test]
fn it_is_told_which_columns_are_used_and_whether_the_parent_is_asked() {
    let by_client = judge(
        "cases",
        "EXISTS (SELECT FROM shop.tenants t WHERE t.tenant_id = shop.tenant() AND t.client_id = cases.client_id)",
        false,
    );
    assert_eq!(by_client.verdict, Verdict::Bound);
    assert_eq!(by_client.columns, ["client_id".to_owned()].into());
    assert!(by_client.through_parent);
    let direct = judge(
        "cases",
        "client_id = shop.tenant() OR vendor_id = shop.tenant()",
        false,
    );
    assert_eq!(direct.verdict, Verdict::Bound);
    assert_eq!(direct.columns.len(), 2);
    assert!(!direct.through_parent);
}

/// The verdict on an expression, with more functions.
fn judge_with(script: &str, expression: &str, cases_are_covered: bool) -> Verdict {
    let (mut catalog, matrix) = shop();
    catalog.functions.extend(functions(script));
    let of_matrix = Tenants::new(&matrix);
    let table = QualifiedName::new("shop", "messages");
    let covered = |table: &QualifiedName| cases_are_covered && table.name == "cases";
    let question = Question {
        table: &table,
        path: of_matrix.path(&table).expect("a tenant table"),
        keys: &Keys {
            catalog: &catalog,
            tenants: &of_matrix,
        },
        functions: &Functions::new(&catalog),
        covered: &covered,
    };
    binding(expression, &question).verdict
}

#[test]
fn a_body_with_its_owners_rights_is_not_held_to_rows() {
    let with = |rights: &str| {
        let script = format!(
            "CREATE FUNCTION shop.sees(id text) RETURNS boolean STABLE {rights} LANGUAGE sql
                AS 'SELECT EXISTS (SELECT FROM shop.cases c WHERE c.case_id = sees.id)'"
        );
        judge_with(&script, "shop.sees(case_id)", true)
    };
    assert_eq!(with(""), Verdict::Bound);
    assert_eq!(with("SECURITY DEFINER"), Verdict::Unbound);
    let user = |rights: &str| {
        let script = format!(
            "CREATE FUNCTION shop.me() RETURNS name STABLE {rights} LANGUAGE sql RETURN CURRENT_USER"
        );
        let mine = "EXISTS (SELECT FROM shop.cases c WHERE c.case_id = messages.case_id AND c.client_id = shop.me())";
        judge_with(&script, mine, false)
    };
    assert_eq!(user(""), Verdict::Bound);
    assert_eq!(user("SECURITY DEFINER"), Verdict::Constant);
}

#[test]
fn functions_that_call_themselves_or_several_are_given_up() {
    let recursive = "CREATE FUNCTION shop.sees(id text) RETURNS boolean STABLE LANGUAGE sql
        AS 'SELECT shop.sees(id)'";
    let unknown = judge_with(recursive, "shop.sees(case_id)", true);
    assert_eq!(unknown, Verdict::Unknown);
    let several =
        "CREATE FUNCTION shop.sees(id text) RETURNS boolean STABLE LANGUAGE sql RETURN true;
        CREATE FUNCTION shop.sees(id integer) RETURNS boolean STABLE LANGUAGE sql RETURN false";
    let unknown = judge_with(several, "shop.sees(case_id)", true);
    assert_eq!(unknown, Verdict::Unknown);
}

#[test]
fn what_grows_without_end_is_given_up() {
    let choices: Vec<_> = (0..40)
        .map(|at| format!("(title = 'a{at}' OR shop.may_see(tenant_id))"))
        .collect();
    let wide = format!("({}) AND title IS NOT NULL", choices.join(" AND "));
    assert!(judge("documents", &wide, false).verdict < Verdict::Bound);
    let mut with = vec!["q0 AS (SELECT m.tenant_id FROM shop.members m)".to_owned()];
    for at in 1..30 {
        with.push(format!(
            "q{at} AS (SELECT a.tenant_id FROM q{0} a JOIN q{0} b ON true)",
            at - 1
        ));
    }
    let deep = format!(
        "EXISTS (WITH {} SELECT FROM q29 WHERE q29.tenant_id = documents.tenant_id)",
        with.join(", ")
    );
    assert!(judge("documents", &deep, false).verdict < Verdict::Bound);
}
