//! What is found in small catalogs: nothing in a clean one, and after one change of it one thing.

pub mod build;

use crate::{
    catalog::{Catalog, PolicyCommand, QualifiedName, RelationKind},
    checks::{Facts, Finding, rls_coverage::findings},
    guardrail::Matrix,
};
use build::{Relation, catalog, derived, direct, matrix, role, row_security};

const SESSION: &str =
    "tenant_id = ( SELECT current_setting('shop.tenant'::text, true) AS current_setting)";
const ALL: [&str; 4] = ["SELECT", "INSERT", "UPDATE", "DELETE"];

fn name(table: &str) -> QualifiedName {
    QualifiedName::new("public", table)
}

/// A table of a tenant, with its two policies.
fn table(table: &str, using: &str) -> Relation {
    Relation::new("public", table)
        .grant("authenticated", &ALL)
        .grant("service_role", &ALL)
        .policy(&format!("{table}_isolation"), "authenticated", using)
        .policy(&format!("{table}_bypass"), "service_role", "true")
}

/// Users of tenants, tickets between two tenants, and the notes on them.
fn shop() -> (Catalog, Matrix) {
    let relations = vec![
        Relation::new("public", "countries")
            .columns(&["code"])
            .with(|it| it.row_security = false),
        table("users", SESSION)
            .columns(&["id", "tenant_id", "email"])
            .primary_key(&["id"]),
        table(
            "tickets",
            "EXISTS (SELECT FROM public.users u WHERE u.tenant_id = shop.tenant() \
             AND (u.id = tickets.from_id OR u.id = tickets.to_id))",
        )
        .columns(&["id", "from_id", "to_id"])
        .primary_key(&["id"])
        .foreign_key("from_id", &name("users"), "id")
        .foreign_key("to_id", &name("users"), "id"),
        table(
            "notes",
            "EXISTS (SELECT FROM public.tickets t WHERE t.id = notes.ticket_id)",
        )
        .columns(&["id", "ticket_id"])
        .foreign_key("ticket_id", &name("tickets"), "id"),
    ];
    let mut matrix = matrix(vec![
        (name("users"), direct("tenant_id")),
        (name("tickets"), derived(&[&["from_id", "to_id"]])),
        (
            name("notes"),
            derived(&[&["ticket_id"], &["from_id", "to_id"]]),
        ),
    ]);
    for (line, table) in ["users", "tickets", "notes"].into_iter().enumerate() {
        let policies = [format!("{table}_isolation"), format!("{table}_bypass")];
        let mut row = row_security(&name(table), &policies.each_ref().map(String::as_str));
        row.line = 101 + line as u64;
        matrix.row_security.push(row);
    }
    (catalog(relations), matrix)
}

fn found(catalog: &Catalog, matrix: &Matrix) -> Vec<Finding> {
    let mut found = findings(&Facts {
        catalog,
        matrix,
        migrated: None,
        today: jiff::civil::date(2026, 1, 1),
    });
    found.sort();
    found
}

/// The findings after a change, as `rule: object`.
#[track_caller]
fn after(change: impl FnOnce(&mut Catalog, &mut Matrix)) -> Vec<String> {
    let (mut catalog, mut matrix) = shop();
    change(&mut catalog, &mut matrix);
    catalog.relations.sort_by(|a, b| a.name.cmp(&b.name));
    catalog.roles.sort_by(|a, b| a.name.cmp(&b.name));
    let found = found(&catalog, &matrix);
    let said = found
        .iter()
        .map(|finding| format!("{}: {}", finding.rule, finding.object));
    said.collect()
}

fn users(catalog: &mut Catalog) -> &mut crate::catalog::Relation {
    relation(catalog, "users")
}

fn relation<'a>(catalog: &'a mut Catalog, table: &str) -> &'a mut crate::catalog::Relation {
    let mut relations = catalog.relations.iter_mut();
    relations
        .find(|relation| relation.name.name == table)
        .expect("it is there")
}

#[test]
fn a_clean_catalog_has_no_findings() {
    assert_eq!(after(|_, _| ()), Vec::<String>::new());
}

#[test]
fn tables() {
    let gone = after(|catalog, _| catalog.relations.retain(|it| it.name.name != "notes"));
    assert_eq!(gone, ["tenant-table-missing: table public.notes"]);
    let foreign = after(|catalog, _| relation(catalog, "notes").kind = RelationKind::ForeignTable);
    assert_eq!(foreign, ["tenant-table-missing: table public.notes"]);
    let off = after(|catalog, _| users(catalog).row_security = false);
    assert_eq!(off, ["row-security-off: table public.users"]);
    let bare = after(|catalog, _| {
        users(catalog).row_security = false;
        users(catalog).force_row_security = false;
        users(catalog).policies.clear();
    });
    assert_eq!(bare, ["row-security-off: table public.users"]);
    let owner = after(|catalog, _| users(catalog).force_row_security = false);
    assert_eq!(owner, ["row-security-not-forced: table public.users"]);
    let unforced = after(|catalog, matrix| {
        users(catalog).force_row_security = false;
        matrix.row_security[0].forced = None;
    });
    assert_eq!(unforced, Vec::<String>::new());
    let global = after(|catalog, matrix| {
        users(catalog).row_security = false;
        matrix.tables[0].rls_required = Some(false);
        matrix.row_security.remove(0);
    });
    // Nothing keeps tickets to the tenant's users but the subquery's own condition, and that is enough.
    assert_eq!(global, Vec::<String>::new());
}

#[test]
fn tables_that_the_matrix_does_not_know() {
    let unlisted = after(|catalog, _| {
        let orders = Relation::new("public", "orders").columns(&["tenant_id"]);
        let tags = Relation::new("public", "tags")
            .columns(&["note_id"])
            .foreign_key("note_id", &name("notes"), "id");
        let elsewhere = Relation::new("audit", "orders").columns(&["tenant_id"]);
        let part = Relation::new("public", "users_1")
            .columns(&["tenant_id"])
            .with(|it| {
                it.is_partition = true;
                it.parents = vec![name("users")];
            });
        catalog
            .relations
            .extend([orders, tags, elsewhere, part].map(|it| it.0));
    });
    assert_eq!(
        unlisted,
        [
            "tenant-table-not-in-matrix: table public.orders",
            "tenant-table-not-in-matrix: table public.tags"
        ]
    );
}

#[test]
fn policies() {
    let policy = |change: fn(&mut crate::catalog::Policy)| {
        after(|catalog, _| change(&mut users(catalog).policies[0]))
    };
    let of = |rule: &str| vec![format!("{rule}: policy users_isolation on public.users")];
    assert_eq!(
        policy(|it| it.using = Some("true".to_owned())),
        of("policy-not-bound")
    );
    assert_eq!(
        policy(|it| it.with_check = Some("true".to_owned())),
        of("policy-not-bound")
    );
    assert_eq!(
        policy(|it| it.using = Some("tenant_id = 'a'".to_owned())),
        of("policy-binds-constant")
    );
    assert_eq!(
        policy(|it| it.using = Some("app.may(tenant_id)".to_owned())),
        of("policy-not-provable")
    );
    assert_eq!(
        policy(|it| it.roles = vec!["public".to_owned()]),
        of("policy-for-other-roles")
    );
    let dropped = after(|catalog, _| {
        users(catalog).policies.remove(0);
    });
    assert_eq!(dropped, of("policy-missing"));
    let read_only = after(|catalog, _| users(catalog).policies[0].command = PolicyCommand::Select);
    assert_eq!(read_only, ["command-not-covered: table public.users"]);
    let not_granted = after(|catalog, _| {
        users(catalog).policies[0].command = PolicyCommand::Select;
        users(catalog).grants[0].privileges = vec!["SELECT".to_owned()];
    });
    assert_eq!(not_granted, Vec::<String>::new());
    let restrictive = after(|catalog, _| users(catalog).policies[0].permissive = false);
    assert_eq!(restrictive, ["command-not-covered: table public.users"]);
    let bypass = after(|catalog, _| users(catalog).policies[1].roles = vec!["public".to_owned()]);
    assert_eq!(
        bypass,
        ["bypass-policy-for-tenants: policy users_bypass on public.users"]
    );
}

#[test]
fn more_policies() {
    let more = |permissive: bool, using: &str| {
        after(|catalog, _| {
            let added = Relation::new("public", "x").policy("more", "authenticated", using);
            users(catalog).policies.extend(added.0.policies);
            users(catalog).policies[2].permissive = permissive;
        })
    };
    assert_eq!(
        more(true, SESSION),
        ["policy-not-in-matrix: policy more on public.users"]
    );
    assert_eq!(
        more(true, "is_public"),
        ["policy-not-bound: policy more on public.users"]
    );
    assert_eq!(
        more(false, "is_public"),
        ["policy-not-in-matrix: policy more on public.users"]
    );
    assert_eq!(
        more(false, "true"),
        ["restrictive-policy-without-effect: policy more on public.users"]
    );
    let held = after(|catalog, matrix| {
        let added = Relation::new("public", "x").policy("more", "public", SESSION);
        users(catalog).policies.extend(added.0.policies);
        users(catalog).policies[2].permissive = false;
        users(catalog).policies[0].using = Some("true".to_owned());
        matrix.row_security[0].policies.push("more".to_owned());
        matrix.row_security[0].roles.push("public".to_owned());
    });
    assert_eq!(held, Vec::<String>::new());
}

#[test]
fn derived_scopes() {
    let using = |table: &'static str, using: &'static str| {
        after(|catalog, _| relation(catalog, table).policies[0].using = Some(using.to_owned()))
    };
    assert_eq!(
        using(
            "tickets",
            "from_id = shop.tenant() OR to_id = shop.tenant()"
        ),
        ["derived-scope-without-exists: policy tickets_isolation on public.tickets"]
    );
    assert_eq!(
        using(
            "tickets",
            "EXISTS (SELECT FROM public.users u WHERE u.tenant_id = shop.tenant() AND u.id = tickets.from_id)"
        ),
        ["scope-column-unused: table public.tickets"]
    );
    // Nothing keeps a tenant to its own tickets any more, and so nothing to its own notes.
    assert_eq!(
        using("tickets", "true"),
        [
            "policy-not-bound: policy notes_isolation on public.notes",
            "policy-not-bound: policy tickets_isolation on public.tickets"
        ]
    );
}

#[test]
fn foreign_keys_lead_on_from_table_to_table() {
    let by_the_author = after(|catalog, _| {
        let authors = Relation::new("public", "authors")
            .columns(&["id"])
            .primary_key(&["id"])
            .foreign_key("id", &name("users"), "id");
        let tickets = relation(catalog, "tickets");
        for constraint in &mut tickets.constraints {
            if let Some(references) = &mut constraint.references {
                references.table = name("authors");
            }
        }
        catalog.relations.push(authors.0);
    });
    assert_eq!(
        by_the_author,
        ["tenant-table-not-in-matrix: table public.authors"]
    );
}

#[test]
fn roles() {
    let is = |change: fn(&mut Catalog)| after(|catalog, _| change(catalog));
    let bypasses = ["tenant-role-bypasses-rls: role authenticated"];
    assert_eq!(is(|catalog| catalog.roles[0].bypass_rls = true), bypasses);
    assert_eq!(is(|catalog| catalog.roles[0].superuser = true), bypasses);
    assert_eq!(
        is(|catalog| catalog.roles[0].member_of = vec!["service_role".to_owned()]),
        bypasses
    );
    let indirect = is(|catalog| {
        catalog.roles[0].member_of = vec!["staff".to_owned()];
        catalog.roles.push(role("staff", &["service_role"]));
    });
    assert_eq!(indirect, bypasses);
    let owner = is(|catalog| catalog.roles[0].member_of = vec!["owner".to_owned()]);
    assert_eq!(owner, ["tenant-role-owns-table: role authenticated"]);
    let missing = is(|catalog| catalog.roles.retain(|role| role.name != "service_role"));
    assert_eq!(missing, ["role-missing: role service_role"]);
    let reporting = |grant: bool| {
        after(|catalog, _| {
            let mut reporting = role("reporting", &[]);
            reporting.bypass_rls = true;
            catalog.roles.push(reporting);
            if grant {
                let granted = Relation::new("public", "x").grant("reporting", &["SELECT"]);
                users(catalog).grants.extend(granted.0.grants);
            }
        })
    };
    assert_eq!(reporting(true), ["bypassrls-not-in-matrix: role reporting"]);
    assert_eq!(reporting(false), Vec::<String>::new());
    // A superuser goes around row level security anyway, and a login that may become either is as it should be.
    let others = is(|catalog| {
        let mut admin = role("admin", &[]);
        (admin.superuser, admin.bypass_rls) = (true, true);
        catalog
            .roles
            .extend([admin, role("login", &["authenticated", "service_role"])]);
    });
    assert_eq!(others, Vec::<String>::new());
}

#[test]
fn views() {
    let view = |owner: &str, options: &[&str], reader: &str| {
        after(|catalog, _| {
            let mut view = Relation::view("public", "all_users", &[&name("users")])
                .grant(reader, &["SELECT"])
                .0;
            view.owner = owner.to_owned();
            view.options = options.iter().map(|option| (*option).to_owned()).collect();
            let mut boss = role("boss", &[]);
            boss.superuser = true;
            catalog.roles.push(boss);
            catalog.relations.push(view);
        })
    };
    let leaks = ["view-without-security-invoker: view public.all_users"];
    assert_eq!(view("boss", &[], "authenticated"), leaks);
    assert_eq!(view("boss", &["security_invoker=false"], "public"), leaks);
    assert_eq!(view("service_role", &[], "public"), leaks);
    let fine = Vec::<String>::new();
    assert_eq!(view("boss", &["security_invoker=true"], "public"), fine);
    assert_eq!(view("boss", &["security_invoker=on"], "public"), fine);
    assert_eq!(view("boss", &[], "service_role"), fine);
    assert_eq!(view("boss", &[], "boss"), fine);
    // Row level security is forced, and so it holds for the owner.
    assert_eq!(view("owner", &[], "authenticated"), fine);
}

#[test]
fn views_over_views() {
    let over = |inner: &[&str], outer: &[&str], kind: RelationKind| {
        after(|catalog, _| {
            let mut low = Relation::view("public", "low", &[&name("users")]).0;
            let mut high = Relation::view("public", "high", &[&name("low")])
                .grant("authenticated", &["SELECT"])
                .0;
            let options = |names: &[&str]| names.iter().map(|it| (*it).to_owned()).collect();
            (low.options, high.options) = (options(inner), options(outer));
            high.kind = kind;
            for view in [low, high] {
                catalog.relations.push(crate::catalog::Relation {
                    owner: "service_role".to_owned(),
                    ..view
                });
            }
        })
    };
    let invoker = ["security_invoker=true"];
    assert_eq!(
        over(&[], &[], RelationKind::View),
        ["view-without-security-invoker: view public.high"]
    );
    // Whoever asks needs rights on the inner view too.
    assert_eq!(
        over(&[], &invoker, RelationKind::View),
        Vec::<String>::new()
    );
    assert_eq!(
        over(&invoker, &[], RelationKind::View),
        Vec::<String>::new()
    );
    assert_eq!(
        over(&invoker, &[], RelationKind::MaterializedView),
        ["materialized-view-over-tenants: view public.high"]
    );
}

#[test]
fn partitions() {
    let part = |grant: bool, row_security: bool, using: Option<&str>| {
        after(|catalog, _| {
            let mut part = Relation::new("public", "users_1").columns(&["id", "tenant_id"]);
            if grant {
                part = part.grant("authenticated", &["SELECT"]);
            }
            if let Some(using) = using {
                part = part.policy("own", "authenticated", using);
            }
            part.0.is_partition = true;
            part.0.parents = vec![name("users")];
            part.0.row_security = row_security;
            catalog.relations.push(part.0);
        })
    };
    assert_eq!(
        part(true, false, None),
        ["partition-without-row-security: table public.users_1"]
    );
    assert_eq!(part(false, false, None), Vec::<String>::new());
    assert_eq!(part(true, true, None), Vec::<String>::new());
    assert_eq!(part(true, true, Some(SESSION)), Vec::<String>::new());
    assert_eq!(
        part(true, true, Some("true")),
        ["policy-not-bound: policy own on public.users_1"]
    );
    let parent = after(|catalog, _| {
        let mut people = Relation::new("public", "people")
            .grant("authenticated", &["SELECT"])
            .0;
        people.row_security = false;
        catalog.relations.push(people);
        users(catalog).parents = vec![name("people")];
    });
    assert_eq!(parent, ["parent-without-row-security: table public.people"]);
}

#[test]
fn a_finding_says_what_is_and_what_should_be() {
    let (mut catalog, matrix) = shop();
    users(&mut catalog).policies[0].with_check = Some("true".to_owned());
    let found = found(&catalog, &matrix);
    let [finding] = found.as_slice() else {
        panic!("{found:?}")
    };
    assert_eq!(
        finding.is,
        "WITH CHECK (true) does not bind the tenant for authenticated: `true` does not tie tenant_id to the session"
    );
    assert_eq!(
        finding.should,
        "WITH CHECK holds only where tenant_id is the session's tenant"
    );
    assert_eq!(
        finding.hint.as_deref(),
        Some(
            "ALTER POLICY users_isolation ON public.users WITH CHECK \
             (tenant_id = (SELECT current_setting('...', true)))"
        )
    );
    assert_eq!(finding.matrix_line, Some(101));
}

#[test]
fn truncate() {
    let granted = |role: &str| {
        after(|catalog, _| {
            users(catalog).grants.push(crate::catalog::Grant {
                role: role.to_owned(),
                privileges: vec!["TRUNCATE".to_owned(), "REFERENCES".to_owned()],
            });
        })
    };
    let found = ["truncate-granted: table public.users"];
    assert_eq!(granted("authenticated"), found);
    assert_eq!(granted("public"), found);
    assert_eq!(granted("service_role"), Vec::<String>::new());
    assert_eq!(granted("owner"), Vec::<String>::new());
}

#[test]
fn a_matrix_without_tenant_tables_is_no_pass() {
    let none = ["no-tenant-table-in-matrix: matrix tenant tables"];
    let empty = after(|_, matrix| *matrix = Matrix::default());
    assert_eq!(empty, none);
    let elsewhere = after(|_, matrix| {
        *matrix = build::matrix(vec![(name("gone"), direct("tenant_id"))]);
    });
    assert_eq!(
        elsewhere,
        [none[0], "tenant-table-missing: table public.gone"]
    );
    let nothing_to_say = after(|catalog, matrix| {
        *matrix = Matrix::default();
        catalog.relations.retain(|it| !it.row_security);
    });
    assert_eq!(nothing_to_say, Vec::<String>::new());
}

#[test]
fn a_key_that_is_the_scope_is_no_mark_of_a_tenant_table() {
    let unlisted = |column: &str| {
        after(|catalog, matrix| {
            let tenants = table("tenants", "id = shop.tenant()")
                .columns(&["id"])
                .primary_key(&["id"]);
            let other = Relation::new("public", "other").columns(&[column]);
            catalog.relations.extend([tenants.0, other.0]);
            let more = build::matrix(vec![(name("tenants"), direct("id"))]);
            matrix.tables.extend(more.tables);
        })
    };
    assert_eq!(unlisted("id"), Vec::<String>::new());
    assert_eq!(
        unlisted("tenant_id"),
        ["tenant-table-not-in-matrix: table public.other"]
    );
}

#[test]
fn a_view_over_a_global_table_leaks_nothing() {
    let found = after(|catalog, matrix| {
        let mut view = Relation::view("public", "all_countries", &[&name("countries")])
            .grant("authenticated", &["SELECT"])
            .0;
        view.owner = "service_role".to_owned();
        catalog.relations.push(view);
        relation(catalog, "countries").row_security = true;
        relation(catalog, "countries").force_row_security = true;
        let more = build::matrix(vec![(
            name("countries"),
            crate::guardrail::model::TenantScope::Global,
        )]);
        matrix.tables.extend(more.tables);
        let mut security = row_security(&name("countries"), &[]);
        security.roles.clear();
        matrix.row_security.push(security);
    });
    assert_eq!(found, Vec::<String>::new());
}

#[test]
fn hints_can_be_run() {
    let hints = |change: &dyn Fn(&mut crate::catalog::Relation)| -> Vec<String> {
        let (mut catalog, matrix) = shop();
        change(users(&mut catalog));
        let found = found(&catalog, &matrix);
        found.into_iter().filter_map(|it| it.hint).collect()
    };
    let uncovered = hints(&|users| users.policies[0].command = PolicyCommand::Select);
    assert_eq!(
        uncovered,
        [
            "REVOKE INSERT, UPDATE, DELETE ON public.users FROM authenticated; or \
          CREATE POLICY ... ON public.users FOR INSERT TO authenticated WITH CHECK (...)"
        ]
    );
    let unbound = hints(&|users| {
        users.policies[0].using = Some("true".to_owned());
        for column in &mut users.columns {
            column.data_type = "uuid".to_owned();
        }
    });
    assert_eq!(
        unbound,
        ["ALTER POLICY users_isolation ON public.users USING \
          (tenant_id = (SELECT current_setting('...', true)::uuid))"]
    );
}
