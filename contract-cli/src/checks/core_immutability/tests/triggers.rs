//! Which triggers can be bypassed, and how that is told.

use super::{HOLDS, TODAY, catalog, function, row, said, said_of_triggers, table, trigger};
use crate::{
    catalog::{Catalog, QualifiedName, Relation, RelationKind, Trigger, TriggerEnabled},
    checks::{Facts, core_immutability::triggers},
    guardrail::model::Matrix,
};

#[test]
fn a_trigger_fires_for_every_update_or_it_does_not() {
    const WHEN: &str = "FOR EACH ROW WHEN (old.a IS DISTINCT FROM new.a) EXECUTE FUNCTION refuse()";
    const TOUCH: &str = "CREATE TRIGGER z BEFORE UPDATE ON t FOR EACH ROW EXECUTE FUNCTION touch()";
    let bypassable = |why: &str| {
        format!(
            "immutability-trigger-bypassable trigger m on public.t: does not stop every UPDATE of a: it {why}"
        )
    };
    let none = "immutable-columns-without-trigger table public.t: no trigger stops an UPDATE of a";
    for (ddl, others, expected) in [
        (format!("CREATE TRIGGER m AFTER UPDATE ON t {WHEN}"), vec![TOUCH], None),
        (format!("CREATE TRIGGER m BEFORE UPDATE ON t {WHEN}"), vec![], None),
        (
            format!("CREATE TRIGGER m BEFORE UPDATE ON t {WHEN}"),
            vec!["CREATE TRIGGER a BEFORE UPDATE ON t FOR EACH ROW EXECUTE FUNCTION touch()"],
            None,
        ),
        (
            format!("CREATE TRIGGER m BEFORE UPDATE ON t {WHEN}"),
            vec!["CREATE TRIGGER z BEFORE UPDATE ON t FOR EACH ROW EXECUTE FUNCTION contract.guard()"],
            None,
        ),
        (
            format!("CREATE TRIGGER m BEFORE UPDATE ON t {WHEN}"),
            vec!["CREATE TRIGGER z AFTER UPDATE ON t FOR EACH ROW EXECUTE FUNCTION touch()"],
            None,
        ),
        (
            format!("CREATE TRIGGER m BEFORE UPDATE ON t {WHEN}"),
            vec!["CREATE TRIGGER z BEFORE DELETE ON t FOR EACH ROW EXECUTE FUNCTION touch()"],
            None,
        ),
        (
            format!("CREATE TRIGGER m BEFORE UPDATE ON t {WHEN}"),
            vec!["CREATE TRIGGER z BEFORE UPDATE ON t FOR EACH ROW EXECUTE FUNCTION refuse()"],
            None,
        ),
        ("CREATE TRIGGER m AFTER INSERT OR UPDATE ON t FOR EACH ROW EXECUTE FUNCTION refuse()".to_owned(), vec![], None),
        ("CREATE CONSTRAINT TRIGGER m AFTER UPDATE ON t DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION refuse()".to_owned(), vec![], None),
        (
            format!("CREATE TRIGGER m BEFORE UPDATE ON t {WHEN}"),
            vec![TOUCH],
            Some(bypassable("is a BEFORE trigger, and z can change the row after it")),
        ),
        (
            format!("CREATE TRIGGER m BEFORE UPDATE ON t {WHEN}"),
            vec!["CREATE TRIGGER mm BEFORE INSERT OR UPDATE OF k ON t FOR EACH ROW EXECUTE FUNCTION other.touch()"],
            Some(bypassable("is a BEFORE trigger, and mm can change the row after it")),
        ),
        (
            format!("CREATE TRIGGER m AFTER UPDATE OF a ON t {WHEN}"),
            vec![],
            Some(bypassable("fires for an UPDATE OF a, not for what a BEFORE trigger writes into the row")),
        ),
        (
            "CREATE TRIGGER m AFTER UPDATE OF a, n ON t FOR EACH ROW EXECUTE FUNCTION refuse()".to_owned(),
            vec![],
            Some(bypassable("fires for an UPDATE OF a, n, not for what a BEFORE trigger writes into the row")),
        ),
        (
            format!("CREATE TRIGGER m BEFORE UPDATE OF a ON t {WHEN}"),
            vec![TOUCH],
            Some(bypassable(
                "fires for an UPDATE OF a, not for what a BEFORE trigger writes into the row; \
                 it is a BEFORE trigger, and z can change the row after it",
            )),
        ),
        (
            "CREATE TRIGGER m AFTER UPDATE ON t FOR EACH STATEMENT EXECUTE FUNCTION refuse()".to_owned(),
            vec![],
            Some(bypassable("is FOR EACH STATEMENT, and has no rows to compare")),
        ),
        (
            format!("CREATE TRIGGER m AFTER INSERT ON t {WHEN}"),
            vec![],
            Some(none.to_owned()),
        ),
        (
            "CREATE TRIGGER m AFTER UPDATE OF n ON t FOR EACH ROW EXECUTE FUNCTION refuse()".to_owned(),
            vec![],
            Some(none.to_owned()),
        ),
        (
            "CREATE TRIGGER m BEFORE UPDATE ON t FOR EACH ROW EXECUTE FUNCTION contract.guard()".to_owned(),
            vec![],
            Some(none.to_owned()),
        ),
        (
            "CREATE TRIGGER m AFTER UPDATE ON t FOR EACH ROW WHEN (old.a <> new.a) EXECUTE FUNCTION gone()".to_owned(),
            vec![],
            Some("immutability-trigger-unproven trigger m on public.t: public.gone is part of an extension: \
                it cannot be shown to stop every UPDATE of a".to_owned()),
        ),
    ] {
        let all: Vec<_> = [&[ddl.as_str()], others.as_slice()].concat();
        assert_eq!(said(&all, vec![], &["a"]), Vec::from_iter(expected), "{all:?}");
    }
}

#[test]
fn a_trigger_that_does_not_fire_is_disabled() {
    for (enabled, expected) in [
        (TriggerEnabled::Origin, None),
        (TriggerEnabled::Always, None),
        (TriggerEnabled::Disabled, Some("it is disabled")),
        (
            TriggerEnabled::Replica,
            Some("it fires only where session_replication_role is replica"),
        ),
    ] {
        let mut relation = table("t");
        relation.triggers = vec![Trigger {
            enabled,
            ..trigger(HOLDS)
        }];
        let said = said_of_triggers(&catalog(vec![relation], vec![]), &["a", "n"]);
        let expected = expected.map(|why| {
            format!(
                "immutability-trigger-disabled trigger t_immutable on public.t: \
                 does not stop every UPDATE of a, n: {why}"
            )
        });
        assert_eq!(said, Vec::from_iter(expected), "{enabled:?}");
    }
}

#[test]
fn a_disabled_trigger_changes_no_row() {
    let mut relation = table("t");
    let before = HOLDS.replace("AFTER", "BEFORE");
    let later = "CREATE TRIGGER z BEFORE UPDATE ON t FOR EACH ROW EXECUTE FUNCTION touch()";
    relation.triggers = vec![
        trigger(&before),
        Trigger {
            enabled: TriggerEnabled::Disabled,
            ..trigger(later)
        },
    ];
    let said = said_of_triggers(&catalog(vec![relation], vec![]), &["a", "n"]);
    assert_eq!(said, [""; 0]);
}

#[test]
fn a_guard_of_ones_own_may_change_the_row() {
    let mut own = function("guard", "", "BEGIN NEW.a := NULL; RETURN NEW; END");
    own.name = QualifiedName::new("contract", "guard");
    let before = HOLDS.replace("AFTER", "BEFORE");
    let said = said(
        &[
            &before,
            "CREATE TRIGGER z BEFORE UPDATE ON t FOR EACH ROW EXECUTE FUNCTION contract.guard()",
        ],
        vec![own],
        &["a"],
    );
    assert_eq!(said.len(), 1, "{said:?}");
}

#[test]
fn one_change_is_one_finding() {
    // No trigger: all columns at once; a column that a trigger forgets: this one.
    assert_eq!(
        said(&[], vec![], &["a", "n", "k"]),
        ["immutable-columns-without-trigger table public.t: no trigger stops an UPDATE of a, n, k"]
    );
    assert_eq!(
        said(&[HOLDS], vec![], &["a", "n", "k"]),
        ["immutable-column-without-trigger column k on public.t: no trigger stops an UPDATE of it"]
    );
    // A column that is gone is a matter of the columns.
    assert_eq!(said(&[HOLDS], vec![], &["a", "gone"]), [""; 0]);
    assert_eq!(said(&[], vec![], &[]), [""; 0]);
    // A generated column is computed after BEFORE triggers.
    let before = "CREATE TRIGGER m BEFORE UPDATE ON t FOR EACH ROW WHEN (old.* IS DISTINCT FROM new.*) EXECUTE FUNCTION refuse()";
    assert_eq!(
        said(&[before], vec![], &["a", "g"]),
        [
            "immutability-trigger-bypassable trigger m on public.t: does not stop every UPDATE of g: \
          it is a BEFORE trigger, and a generated column is computed after it"
        ]
    );
}

/// `t` with a partition `t_1` that has the same triggers, and what is done to them.
fn partitioned(triggers: &[&str], change: impl Fn(&mut Relation)) -> Catalog {
    let mut parent = table("t");
    parent.kind = RelationKind::PartitionedTable;
    parent.partition_key = Some("LIST (k)".to_owned());
    parent.triggers = triggers.iter().map(|ddl| trigger(ddl)).collect();
    let mut partition = table("t_1");
    partition.is_partition = true;
    partition.parents = vec![parent.name.clone()];
    partition.triggers = parent.triggers.clone();
    for trigger in &mut partition.triggers {
        trigger.inherited = true;
    }
    change(&mut partition);
    catalog(vec![parent, partition], vec![])
}

#[test]
fn a_row_that_moves_fires_no_after_trigger() {
    let key = "CREATE TRIGGER key BEFORE UPDATE ON t FOR EACH ROW WHEN (old.k IS DISTINCT FROM new.k) EXECUTE FUNCTION refuse()";
    let touch = "CREATE TRIGGER z BEFORE UPDATE ON t FOR EACH ROW EXECUTE FUNCTION touch()";
    let finding = "immutability-trigger-bypassable trigger t_immutable on public.t: does not stop every UPDATE of a: \
        it is an AFTER trigger, and an UPDATE that moves a row to another partition does not fire it";
    for (triggers, expected) in [
        (vec![HOLDS], vec![finding]),
        (vec![HOLDS, key], vec![]),
        (vec![HOLDS, key, touch], vec![finding]),
        (vec![&HOLDS.replace("AFTER", "BEFORE") as &str], vec![]),
    ] {
        let catalog = partitioned(&triggers, |_| ());
        assert_eq!(said_of_triggers(&catalog, &["a"]), expected, "{triggers:?}");
    }
    let mut catalog = partitioned(&[HOLDS, key], |_| ());
    for key in [
        "RANGE (k, lower(n))",
        "LIST (k int4_ops)",
        "HASH (k, a)",
        "nonsense",
    ] {
        catalog.relations[0].partition_key = Some(key.to_owned());
        assert_eq!(said_of_triggers(&catalog, &["a"]), [finding], "{key}");
    }
}

#[test]
fn a_partition_has_the_triggers_enabled() {
    let before = HOLDS.replace("AFTER", "BEFORE");
    let disabled = partitioned(&[&before], |partition| {
        partition.triggers[0].enabled = TriggerEnabled::Disabled;
    });
    assert_eq!(
        said_of_triggers(&disabled, &["a", "n"]),
        [
            "immutability-trigger-disabled trigger t_immutable on public.t_1: \
          does not stop every UPDATE of a, n: it is disabled"
        ]
    );
    let lacking = partitioned(&[&before], |partition| partition.triggers.clear());
    assert_eq!(
        said_of_triggers(&lacking, &["a"]),
        ["immutable-columns-without-trigger table public.t_1: no trigger stops an UPDATE of a"]
    );
    let followed = partitioned(&[&before], |partition| {
        let late = "CREATE TRIGGER z BEFORE UPDATE ON t_1 FOR EACH ROW EXECUTE FUNCTION touch()";
        partition.triggers.push(trigger(late));
    });
    assert_eq!(
        said_of_triggers(&followed, &["a"]),
        [
            "immutability-trigger-bypassable trigger t_immutable on public.t_1: \
          does not stop every UPDATE of a: it is a BEFORE trigger, and z can change the row after it"
        ]
    );
    // What the parent lacks is said once.
    let none = partitioned(&[], |_| ());
    assert_eq!(
        said_of_triggers(&none, &["a"]),
        ["immutable-columns-without-trigger table public.t: no trigger stops an UPDATE of a"]
    );
}

#[test]
fn hints_can_be_followed() {
    let matrix = Matrix::default();
    let mut relation = table("t");
    relation.triggers = vec![trigger(HOLDS)];
    relation.triggers[0].enabled = TriggerEnabled::Disabled;
    let hint = |relation: &Relation| {
        let catalog = catalog(vec![relation.clone()], vec![]);
        let facts = Facts {
            catalog: &catalog,
            matrix: &matrix,
            migrated: None,
            today: TODAY,
        };
        let findings = triggers::findings(&facts, &row(&["a", "n"]));
        assert_eq!(findings.len(), 1, "{findings:?}");
        assert_eq!(findings[0].matrix_line, Some(7));
        findings[0].hint.clone().expect("a hint")
    };
    assert_eq!(
        hint(&relation),
        "ALTER TABLE public.t ENABLE TRIGGER t_immutable"
    );
    relation.triggers.clear();
    assert_eq!(
        hint(&relation),
        "CREATE TRIGGER t_immutable AFTER UPDATE ON public.t FOR EACH ROW WHEN (OLD.a IS DISTINCT FROM NEW.a \
         OR OLD.n IS DISTINCT FROM NEW.n) EXECUTE FUNCTION one_that_raises_an_exception()"
    );
}

#[test]
fn a_function_of_many_triggers_is_told_first_and_shortly() {
    let silent = function("f", "", "BEGIN RETURN NEW; END");
    let all = "CREATE TRIGGER m AFTER UPDATE ON t FOR EACH ROW WHEN (old.* IS DISTINCT FROM new.*) EXECUTE FUNCTION f()";
    let mut relation = table("t");
    relation.triggers = vec![trigger(all)];
    let catalog = catalog(vec![relation], vec![silent]);
    for (columns, named) in [
        (&["a", "n", "f", "k"][..], "a, n, f, k"),
        (&["a", "n", "f", "s", "k"], "a, n, f and 2 more"),
    ] {
        assert_eq!(
            said_of_triggers(&catalog, columns),
            [format!(
                "immutability-trigger-unproven trigger m on public.t: public.f comes to RETURN before it raises an exception: \
                 it cannot be shown to stop every UPDATE of {named}"
            )]
        );
    }
    let matrix = Matrix::default();
    let facts = Facts {
        catalog: &catalog,
        matrix: &matrix,
        migrated: None,
        today: TODAY,
    };
    let findings = triggers::findings(&facts, &row(&["a", "n"]));
    // Its WHEN is right already.
    assert_eq!(
        findings[0].hint.as_deref(),
        Some("let public.f begin with RAISE EXCEPTION")
    );
}

#[test]
fn a_function_that_asks_again_forgets_columns_of_all_its_triggers() {
    let when = "WHEN (old.a IS DISTINCT FROM new.a OR old.n IS DISTINCT FROM new.n OR old.k IS DISTINCT FROM new.k)";
    let ddl =
        format!("CREATE TRIGGER m AFTER UPDATE ON t FOR EACH ROW {when} EXECUTE FUNCTION f()");
    let body = "BEGIN IF NEW.a <> OLD.a THEN RAISE EXCEPTION 'no'; END IF; RETURN NEW; END";
    assert_eq!(
        said(&[&ddl], vec![function("f", "", body)], &["a", "n", "k"]),
        [
            "immutability-trigger-unproven trigger m on public.t: public.f raises an exception for other changes only: \
             it cannot be shown to stop every UPDATE of a, n, k"
        ]
    );
}
