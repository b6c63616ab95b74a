//! When WHEN and the function's body are known to refuse a change.

use super::{HOLDS, catalog, function, said, said_of_triggers, table, trigger};

#[test]
fn a_condition_holds_whenever_the_value_changes() {
    for (column, when) in [
        ("a", "OLD.a IS DISTINCT FROM NEW.a"),
        ("a", "NEW.a IS DISTINCT FROM OLD.a"),
        (
            "a",
            "old.n IS DISTINCT FROM new.n OR old.a IS DISTINCT FROM new.a",
        ),
        ("a", "old.a <> new.a"),
        ("a", "(old.a)::text <> (new.a)::text"),
        ("a", "NOT old.a = new.a"),
        ("a", "old.* IS DISTINCT FROM new.*"),
        ("a", "NOT (old.* IS NOT DISTINCT FROM new.*)"),
        ("a", "true"),
        ("a", "NOT false"),
        ("a", "false OR true"),
        ("a", "old.a IS NOT NULL AND old.a IS DISTINCT FROM new.a"),
        ("n", "old.n IS DISTINCT FROM new.n"),
        ("n", "(old.n)::text IS DISTINCT FROM (new.n)::text"),
        ("n", "(old.n)::varchar IS DISTINCT FROM (new.n)::varchar"),
        (
            "n",
            "NOT (NOT ((old.n)::text IS DISTINCT FROM (new.n)::text))",
        ),
        ("n", "NOT (old.n IS NOT DISTINCT FROM new.n)"),
        (
            "n",
            "NOT (old.n IS NOT DISTINCT FROM new.n AND old.a = new.a)",
        ),
        ("n", "(old.a, old.n) IS DISTINCT FROM (new.a, new.n)"),
        (
            "n",
            "old.n IS DISTINCT FROM new.n AND (old.* IS DISTINCT FROM new.*)",
        ),
        ("f", "old.f IS DISTINCT FROM new.f"),
        ("s", "(old.s)::integer IS DISTINCT FROM (new.s)::integer"),
        ("s", "(old.s)::text IS DISTINCT FROM (new.s)::text"),
        ("g", "old.g IS DISTINCT FROM new.g"),
    ] {
        let ddl = format!(
            "CREATE TRIGGER g AFTER UPDATE ON t FOR EACH ROW WHEN ({when}) EXECUTE FUNCTION refuse()"
        );
        assert_eq!(
            said(&[&ddl], vec![], &[column]),
            [""; 0],
            "{column}: {when}"
        );
    }
}

#[test]
fn a_condition_that_may_be_false_lets_changes_through() {
    const PART: &str = "immutability-trigger-condition trigger g on public.t";
    const NONE: &str = "immutable-columns-without-trigger table public.t";
    for (column, when, expected) in [
        ("n", "old.n <> new.n", PART),
        ("n", "NOT old.n = new.n", PART),
        (
            "n",
            "old.n IS NOT NULL AND old.n IS DISTINCT FROM new.n",
            PART,
        ),
        ("a", "old.a IS DISTINCT FROM new.a AND new.k > 0", PART),
        (
            "a",
            "old.a IS DISTINCT FROM new.a AND CURRENT_USER <> 'admin'",
            PART,
        ),
        (
            "a",
            "(old.a IS DISTINCT FROM new.a OR old.n IS DISTINCT FROM new.n) AND new.k > 0",
            PART,
        ),
        ("a", "old.a IS NOT DISTINCT FROM new.a", PART),
        ("a", "NOT (old.a IS DISTINCT FROM new.a)", PART),
        (
            "a",
            "NOT (old.a IS NOT DISTINCT FROM new.a OR new.k > 0)",
            PART,
        ),
        ("a", "old.a = new.a", PART),
        ("a", "old.a OPERATOR(evil.<>) new.a", PART),
        ("a", "old.a IS DISTINCT FROM old.a", PART),
        ("a", "new.a IS NULL", PART),
        ("a", "old.a IS DISTINCT FROM new.n", PART),
        ("a", "lower(old.a) IS DISTINCT FROM lower(new.a)", PART),
        (
            "a",
            "CASE WHEN old.a IS DISTINCT FROM new.a THEN true END",
            PART,
        ),
        ("a", "old.* IS DISTINCT FROM new.* AND false", PART),
        (
            "n",
            "(old.n)::varchar(3) IS DISTINCT FROM (new.n)::varchar(3)",
            PART,
        ),
        ("n", "left(old.n, 3) IS DISTINCT FROM left(new.n, 3)", PART),
        ("f", "(old.f)::text IS DISTINCT FROM (new.f)::text", PART),
        (
            "f",
            "(old.f)::integer IS DISTINCT FROM (new.f)::integer",
            PART,
        ),
        (
            "s",
            "(old.s)::boolean IS DISTINCT FROM (new.s)::boolean",
            PART,
        ),
        ("a", "old.n IS DISTINCT FROM new.n", NONE),
        ("a", "old.n IS DISTINCT FROM new.n OR new.k > 0", NONE),
        ("a", "false", NONE),
        ("a", "(old.n, old.k) IS DISTINCT FROM (new.n, new.k)", NONE),
        ("a", "(old.\"A\" IS DISTINCT FROM new.\"A\")", NONE),
    ] {
        let ddl = format!(
            "CREATE TRIGGER g AFTER UPDATE ON t FOR EACH ROW WHEN ({when}) EXECUTE FUNCTION refuse()"
        );
        let expected = match expected {
            PART => format!(
                "{PART}: does not stop every UPDATE of {column}: it asks for more than a change of the value"
            ),
            _ => format!("{NONE}: no trigger stops an UPDATE of {column}"),
        };
        assert_eq!(
            said(&[&ddl], vec![], &[column]),
            [expected],
            "{column}: {when}"
        );
    }
}

#[test]
#[allow(clippy::too_many_lines, reason = "a table of cases")]
fn a_function_is_known_to_raise_or_it_is_not() {
    const FIXED: &str = " SET search_path TO 'pg_catalog', 'pg_temp'\n";
    const CONDITION: &str = "it asks for more than a change of the value";
    const OPEN: &str = "public.f compares a with the operators of the session's search_path: a role that may create operators \
        in a schema of its search_path could replace the comparison";
    const BLOCK: &str = "public.f has an exception block, which can swallow what is raised";
    for (header, body, expected) in [
        ("", "BEGIN RAISE EXCEPTION 'no'; END", ""),
        ("", "begin raise 'no'; end", ""),
        ("", "BEGIN RAISE; END", ""),
        ("", "BEGIN RAISE USING MESSAGE = 'no'; END", ""),
        ("", "BEGIN RAISE SQLSTATE '23514'; END", ""),
        (
            "",
            "BEGIN RAISE check_violation USING MESSAGE = OLD.a; RETURN NEW; END",
            "",
        ),
        (
            "",
            "-- why\nBEGIN /* RETURN NEW; */ NULL; RAISE NOTICE 'n'; RAISE EXCEPTION 'no'; END",
            "",
        ),
        (
            "",
            "DECLARE new text := 'x'; BEGIN RAISE EXCEPTION 'no'; END",
            "",
        ),
        (
            FIXED,
            "BEGIN IF NEW.a IS DISTINCT FROM OLD.a THEN RAISE EXCEPTION 'no'; END IF; RETURN NEW; END",
            "",
        ),
        (
            FIXED,
            "BEGIN IF NEW IS DISTINCT FROM OLD THEN RAISE EXCEPTION 'no'; END IF; RETURN NEW; END",
            "",
        ),
        (
            FIXED,
            "BEGIN IF TG_OP = 'UPDATE' AND NEW.a <> OLD.a THEN RAISE EXCEPTION 'no'; END IF; RETURN NEW; END",
            "",
        ),
        (
            FIXED,
            "BEGIN IF TG_OP = 'UPDATE' THEN RAISE NOTICE 'n'; RAISE EXCEPTION 'no'; ELSE RETURN NEW; END IF; END",
            "",
        ),
        (
            FIXED,
            "BEGIN IF NEW.n = '' THEN RAISE 'no'; END IF; IF NEW.a IS DISTINCT FROM OLD.a THEN IF true THEN NULL; END IF; RAISE 'no'; END IF; RETURN NEW; END",
            "",
        ),
        (
            FIXED,
            "BEGIN IF NEW.n = '' THEN RAISE 'no'; END IF; IF NEW.a IS DISTINCT FROM OLD.a THEN RAISE 'no'; END IF; RETURN NEW; END",
            "",
        ),
        (
            FIXED,
            "BEGIN IF NEW.a = '' THEN RAISE 'no'; IF true THEN NULL; END IF; END IF; RAISE EXCEPTION 'no'; END",
            "",
        ),
        (
            "",
            "BEGIN IF NEW.a IS DISTINCT FROM OLD.a THEN RAISE EXCEPTION 'no'; END IF; RETURN NEW; END",
            OPEN,
        ),
        (
            FIXED,
            "BEGIN IF NEW.a IS DISTINCT FROM OLD.a AND NEW.k > 0 THEN RAISE EXCEPTION 'no'; END IF; RETURN NEW; END",
            CONDITION,
        ),
        (
            FIXED,
            "BEGIN IF NEW.a IS DISTINCT FROM OLD.a THEN RAISE WARNING 'no'; END IF; RETURN NEW; END",
            "NONE",
        ),
        (
            FIXED,
            "BEGIN IF NEW.n IS DISTINCT FROM OLD.n THEN RAISE EXCEPTION 'no'; END IF; RETURN NEW; END",
            "NONE",
        ),
        ("", "BEGIN RAISE NOTICE 'no'; RETURN NEW; END", "NONE"),
        ("", "BEGIN NEW.k := 1; RETURN NEW; END", "NONE"),
        (
            "",
            "BEGIN RETURN NEW; RAISE EXCEPTION 'no'; END",
            "public.f comes to RETURN before it raises an exception",
        ),
        (
            "",
            "BEGIN NEW.a := OLD.a; IF NEW.a <> OLD.a THEN RAISE EXCEPTION 'no'; END IF; RETURN NEW; END",
            "public.f comes to NEW before it raises an exception",
        ),
        (
            "",
            "BEGIN RAISE EXCEPTION 'no'; EXCEPTION WHEN OTHERS THEN RETURN NEW; END",
            BLOCK,
        ),
        (
            "",
            "BEGIN BEGIN RAISE EXCEPTION 'no'; EXCEPTION WHEN raise_exception THEN NULL; END; RETURN NEW; END",
            BLOCK,
        ),
        (
            "",
            "<<outer>> BEGIN RAISE EXCEPTION 'no'; END",
            "public.f is not a block that begins with BEGIN or DECLARE",
        ),
        (
            FIXED,
            "DECLARE new t; BEGIN IF new.a <> old.a THEN RAISE EXCEPTION 'no'; END IF; RETURN NULL; END",
            "public.f declares something over OLD or NEW",
        ),
        (
            "",
            "BEGIN IF pg_trigger_depth() = 0 THEN RETURN NEW; END IF; RAISE EXCEPTION 'no'; END",
            "public.f has an IF that cannot be followed before it raises an exception",
        ),
        ("", "BEGIN RAISE EXCEPTION 'unterminated; END", "NONE"),
        ("", "", "NONE"),
    ] {
        let ddl = "CREATE TRIGGER g AFTER UPDATE ON t FOR EACH ROW EXECUTE FUNCTION f()";
        let said = said(&[ddl], vec![function("f", header, body)], &["a"]);
        let expected = match expected {
            "" => Vec::new(),
            "NONE" => vec!["no trigger stops an UPDATE of a".to_owned()],
            _ if expected == OPEN => vec![OPEN.to_owned()],
            _ if expected.starts_with("public.f ") => {
                vec![format!(
                    "{expected}: it cannot be shown to stop every UPDATE of a"
                )]
            }
            _ => vec![format!("does not stop every UPDATE of a: {expected}")],
        };
        let texts: Vec<_> = said
            .iter()
            .map(|line| line.split_once(": ").expect("a text").1)
            .collect();
        assert_eq!(texts, expected, "{header}{body}");
    }
}

#[test]
fn statements_if_are_followed() {
    const FIXED: &str = " SET search_path TO 'pg_catalog', 'pg_temp'\n";
    const CHANGE: &str = "IF NEW.a IS DISTINCT FROM OLD.a THEN RAISE EXCEPTION 'no'; END IF;";
    let holds = |body: &str| {
        let ddl = "CREATE TRIGGER g AFTER INSERT OR UPDATE ON t FOR EACH ROW EXECUTE FUNCTION f()";
        said(&[ddl], vec![function("f", FIXED, body)], &["a"]).is_empty()
    };
    for (body, expected) in [
        ("IF TG_OP = 'UPDATE' THEN {} END IF; RETURN NEW;", true),
        (
            "IF TG_OP = 'UPDATE' THEN {} RETURN NEW; END IF; RETURN NEW;",
            true,
        ),
        (
            "IF 'UPDATE' = TG_OP THEN NULL; IF true THEN {} END IF; END IF; RETURN NEW;",
            true,
        ),
        (
            "IF TG_OP = 'UPDATE' THEN RETURN NEW; {} END IF; RETURN NEW;",
            false,
        ),
        ("IF TG_OP = 'INSERT' THEN {} END IF; RETURN NEW;", false),
        ("IF NEW.k > 0 THEN {} END IF; RETURN NEW;", false),
        ("IF NEW.k > 0 THEN NULL; END IF; {} RETURN NEW;", true),
        ("IF NEW.k > 0 THEN NULL; ELSE RETURN NEW; END IF; {}", false),
        (
            "IF NEW.k > 0 THEN IF NEW.n = '' THEN RAISE 'no'; END IF; RETURN NEW; END IF; {}",
            false,
        ),
        // What comes after an exception is reached where its condition is not true.
        (
            "IF NEW.k > 0 THEN RAISE 'no'; ELSE RETURN NEW; END IF; {}",
            false,
        ),
        (
            "IF NEW.k > 0 THEN RAISE 'no'; ELSE RETURN NEW; END IF; RAISE 'no';",
            false,
        ),
        (
            "IF NEW.k > 0 THEN RAISE 'no'; ELSE {} END IF; RETURN NEW;",
            true,
        ),
        (
            "IF NEW.k > 0 THEN RAISE 'no'; ELSE NULL; END IF; {} RETURN NEW;",
            true,
        ),
        (
            "IF NEW.k > 0 THEN RAISE 'no'; ELSE RAISE 'no'; END IF; RETURN NEW;",
            true,
        ),
        (
            "IF NEW.k > 0 THEN RAISE 'no'; ELSIF NEW.a IS DISTINCT FROM OLD.a THEN RAISE 'no'; END IF; RETURN NEW;",
            true,
        ),
        (
            "IF NEW.k > 0 THEN RAISE 'no'; ELSEIF NEW.n = '' THEN RETURN NEW; END IF; {} RETURN NEW;",
            false,
        ),
        (
            "IF NEW.k > 0 THEN IF NEW.n = '' THEN RAISE 'no'; END IF; ELSE RETURN NEW; END IF; {} RETURN NEW;",
            false,
        ),
    ] {
        let body = format!("BEGIN {} END", body.replace("{}", CHANGE));
        assert_eq!(holds(&body), expected, "{body}");
    }
}

#[test]
fn a_trigger_that_keeps_the_old_value_says_nothing() {
    const NONE: &str = "no trigger stops an UPDATE of a, n";
    let said_of = |timing: &str, when: &str, body: &str| {
        let ddl =
            format!("CREATE TRIGGER g {timing} ON t FOR EACH ROW {when} EXECUTE FUNCTION f()");
        let said = said(&[&ddl], vec![function("f", "", body)], &["a", "n"]);
        let said: Vec<_> = said
            .iter()
            .map(|line| line.split_once(": ").expect("a text").1)
            .collect();
        said.join(" | ")
    };
    let silent = |columns: &str| {
        format!("{NONE}; g ignores a change of {columns} silently instead of refusing it")
    };
    for (timing, body, expected) in [
        (
            "BEFORE UPDATE",
            "BEGIN NEW.a := OLD.a; RETURN NEW; END",
            silent("a"),
        ),
        (
            "BEFORE UPDATE",
            "BEGIN NEW.\"a\" = OLD.a; NEW.n := OLD.n; RETURN NEW; END",
            silent("a, n"),
        ),
        ("BEFORE UPDATE", "BEGIN RETURN OLD; END", silent("a, n")),
        ("BEFORE UPDATE", "BEGIN RETURN NULL; END", silent("a, n")),
        (
            "BEFORE UPDATE",
            "BEGIN IF NEW.a <> OLD.a THEN RETURN NULL; END IF; RETURN NEW; END",
            silent("a"),
        ),
        ("AFTER UPDATE", "BEGIN RETURN NULL; END", NONE.to_owned()),
        (
            "BEFORE UPDATE OR DELETE",
            "BEGIN RETURN OLD; END",
            NONE.to_owned(),
        ),
        (
            "BEFORE UPDATE",
            "BEGIN NEW.a := OLD.n; RETURN NEW; END",
            NONE.to_owned(),
        ),
    ] {
        assert_eq!(said_of(timing, "", body), expected, "{timing}: {body}");
    }
    assert_eq!(
        said_of(
            "BEFORE UPDATE",
            "WHEN (old.* IS DISTINCT FROM new.*)",
            "BEGIN RETURN OLD; END"
        ),
        "public.f ignores the change silently instead of refusing it: it cannot be shown to stop every UPDATE of a, n"
    );
}

#[test]
fn no_text_takes_the_check_down() {
    let deep = format!(
        "{}old.a IS DISTINCT FROM new.a{}",
        "(".repeat(5000),
        ")".repeat(5000)
    );
    let nots = format!("{} true", "NOT ".repeat(5000));
    for text in [
        "",
        "\0",
        "(",
        "old.a IS",
        "'",
        "$$",
        "/*",
        "\u{fffd}é\u{10ffff}",
        &deep,
        &nots,
    ] {
        let mut relation = table("t");
        relation.triggers = vec![trigger(HOLDS)];
        relation.triggers[0].when = Some(text.to_owned());
        relation.partition_key = Some(text.to_owned());
        relation.columns[0].data_type = text.to_owned();
        assert!(!said_of_triggers(&catalog(vec![relation], vec![]), &["a"]).is_empty());
        for body in [
            format!("BEGIN IF {text} THEN RAISE 'no'; END IF; RETURN NEW; END"),
            format!("{text} BEGIN RAISE 'no'"),
            format!("BEGIN {}", "IF true THEN ".repeat(5000)),
        ] {
            let f = "CREATE TRIGGER f AFTER UPDATE ON t FOR EACH ROW EXECUTE FUNCTION f()";
            // Whatever it says of a body that is no PL/pgSQL.
            let _ = said(&[f], vec![function("f", "", &body)], &["a"]);
        }
    }
}
