//! What a waiver file says, and what is said of one that is wrong.

use super::Waivers;
use crate::{
    catalog::QualifiedName,
    checks::{Finding, Object},
    guardrail::model::Risk,
};
use jiff::civil::{Date, date};

const TODAY: Date = date(2026, 3, 1);

const WAIVER: &str = r#"
[[waiver]]
check = "DRIFT-02"
rule = "rls-disabled"
object = "table public.*"
reason = "moves in April"
owner = "db"
expires = 2026-04-30
"#;

/// `line:column: message` of each problem.
fn problems(text: &str) -> Vec<String> {
    let problems = Waivers::parse(text, TODAY).expect_err(text);
    problems
        .iter()
        .map(|one| {
            format!(
                "{}:{}: {}",
                one.position.line, one.position.column, one.message
            )
        })
        .collect()
}

#[test]
fn a_file_says_what_does_not_fail_and_who_mends_what() {
    let text = format!(
        "# of the ports\n{WAIVER}\n[[assignment]]\ncheck = \"DRIFT-04\"\nowner = \"db\"\neta = 2026-03-31\nrisk = \"High\"\n\
         [[assignment]]\nobject = \"* on public.t\"\neta = \" 7 days \"\n"
    );
    let waivers = Waivers::parse(&text, TODAY).expect("a waiver file");
    let waiver = &waivers.waivers[0];
    assert_eq!(
        waiver.selector.text(),
        "DRIFT-02 rls-disabled table public.*"
    );
    assert_eq!(
        (waiver.reason.as_str(), waiver.owner.as_str()),
        ("moves in April", "db")
    );
    assert_eq!(waiver.expires, date(2026, 4, 30));
    assert_eq!(waiver.position.line, 3);
    let [first, second] = waivers.assignments.as_slice() else {
        panic!("{waivers:?}");
    };
    assert_eq!(first.owner.as_deref(), Some("db"));
    assert_eq!(first.eta.as_deref(), Some("2026-03-31"));
    assert_eq!(first.risk, Some(Risk::High));
    assert_eq!(second.eta.as_deref(), Some("7 days"));
    assert_eq!(second.risk, None);
    for empty in ["", "# nothing\n", "waiver = []\nassignment = []"] {
        let waivers = Waivers::parse(empty, TODAY).expect("a waiver file");
        assert!(waivers.waivers.is_empty() && waivers.assignments.is_empty());
    }
}

#[test]
fn a_waiver_selects_by_what_it_names() {
    let waivers = Waivers::parse(WAIVER, TODAY).expect("a waiver file");
    let selector = &waivers.waivers[0].selector;
    let finding = |rule, object| Finding {
        object,
        rule,
        is: String::new(),
        should: String::new(),
        hint: None,
        matrix_line: None,
    };
    let table = |schema| Object::table(&QualifiedName::new(schema, "t"));
    for (check, finding, expected) in [
        (
            Some("DRIFT-02"),
            finding("rls-disabled", table("public")),
            true,
        ),
        (
            Some("DRIFT-03"),
            finding("rls-disabled", table("public")),
            false,
        ),
        (None, finding("rls-disabled", table("public")), false),
        (
            Some("DRIFT-02"),
            finding("rls-not-forced", table("public")),
            false,
        ),
        (
            Some("DRIFT-02"),
            finding("rls-disabled", table("other")),
            false,
        ),
        (
            Some("DRIFT-02"),
            finding("rls-disabled", Object::other("role", "table public.x")),
            false,
        ),
    ] {
        assert_eq!(
            selector.matches(check, &finding),
            expected,
            "{check:?} {finding:?}"
        );
    }
}

#[test]
fn the_last_day_is_the_day_it_expires() {
    let waivers = Waivers::parse(WAIVER, TODAY).expect("a waiver file");
    for (today, expected) in [
        (date(2026, 4, 29), false),
        (date(2026, 4, 30), false),
        (date(2026, 5, 1), true),
    ] {
        assert_eq!(waivers.waivers[0].is_expired(today), expected, "{today}");
    }
}

#[test]
fn a_day_may_be_a_string_and_a_year_ahead() {
    for (written, expected) in [
        ("2026-03-01", TODAY),
        ("\"2026-03-01\"", TODAY),
        ("2027-03-01", date(2027, 3, 1)),
        ("2020-02-29", date(2020, 2, 29)),
    ] {
        let text = WAIVER.replace("2026-04-30", written);
        let waivers = Waivers::parse(&text, TODAY).expect(written);
        assert_eq!(waivers.waivers[0].expires, expected);
    }
}

#[test]
fn what_is_wrong_is_told_with_its_place() {
    for (from, to, expected) in [
        ("check = \"DRIFT-02\"\n", "", "2:1: the waiver has no check"),
        (
            "object = \"table public.*\"\n",
            "",
            "2:1: the waiver has no object",
        ),
        (
            "reason = \"moves in April\"\n",
            "",
            "2:1: the waiver has no reason",
        ),
        ("owner = \"db\"\n", "", "2:1: the waiver has no owner"),
        (
            "expires = 2026-04-30\n",
            "",
            "2:1: the waiver has no expires",
        ),
        ("\"moves in April\"", "\"\"", "6:10: reason is empty"),
        ("\"moves in April\"", "\" \\t\"", "6:10: reason is empty"),
        ("\"db\"", "3", "7:9: owner must be a string, not a number"),
        (
            "\"db\"",
            "[\"db\"]",
            "7:9: owner must be a string, not an array",
        ),
        (
            "\"table public.*\"",
            "true",
            "5:10: object must be a string, not a boolean",
        ),
        (
            "\"moves in April\"",
            "2026-01-01",
            "6:10: reason must be a string, not a date",
        ),
        (
            "DRIFT-02",
            "DRIFT-2",
            "3:9: there is no check DRIFT-2; there is DRIFT-01, DRIFT-02, DRIFT-03, DRIFT-04 or DRIFT-05",
        ),
        (
            "rule",
            "rules",
            "4:1: a waiver has no key rules; it has check, rule, object, reason, owner, expires",
        ),
        (
            "2026-04-30",
            "\"30.04.2026\"",
            "8:11: expires must be a day such as 2026-03-31, not 30.04.2026",
        ),
        (
            "2026-04-30",
            "\"2026-02-30\"",
            "8:11: expires must be a day such as 2026-03-31, not 2026-02-30",
        ),
        (
            "2026-04-30",
            "2026-04-30T00:00:00Z",
            "8:11: expires must be a day such as 2026-03-31, not 2026-04-30T00:00:00Z",
        ),
        (
            "2026-04-30",
            "14",
            "8:11: expires must be a day such as 2026-03-31, not a number",
        ),
        (
            "2026-04-30",
            "2027-03-02",
            "8:11: expires more than a year ahead: 2027-03-01 is the last day it may be",
        ),
        (
            "[[waiver]]",
            "[waiver]",
            "2:1: waiver must be written as [[waiver]]",
        ),
        (
            "[[waiver]]",
            "[[waivers]]",
            "2:3: the file has no key waivers; it has waiver, assignment",
        ),
    ] {
        assert!(WAIVER.contains(from), "{from}");
        assert_eq!(problems(&WAIVER.replacen(from, to, 1)), [expected], "{to}");
    }
}

#[test]
fn assignments_say_of_what_and_what() {
    for (text, expected) in [
        (
            "[[assignment]]\nowner = \"db\"",
            vec!["1:1: an assignment must say which findings it is about: check, rule or object"],
        ),
        (
            "[[assignment]]\nrule = \"x\"",
            vec!["1:1: an assignment must say what is assigned: owner, eta or risk"],
        ),
        (
            "[[assignment]]\nrule = \"x\"\nrisk = \"huge\"",
            vec!["3:8: risk must be low, medium, high or critical, not huge"],
        ),
        (
            "[[assignment]]\nrule = \"x\"\nwho = \"db\"\nowner = \"\"",
            vec![
                "3:1: an assignment has no key who; it has check, rule, object, owner, eta, risk",
                "4:9: owner is empty",
            ],
        ),
        (
            "assignment = [1]",
            vec!["1:15: assignment must be written as [[assignment]]"],
        ),
        (
            "waiver = 1",
            vec!["1:10: waiver must be written as [[waiver]]"],
        ),
    ] {
        assert_eq!(problems(text), expected, "{text}");
    }
}

#[test]
fn two_waivers_of_the_same_are_one_too_many() {
    assert_eq!(
        problems(&[WAIVER, WAIVER].concat()),
        ["10:1: a second waiver of DRIFT-02 rls-disabled table public.*"]
    );
}

#[test]
fn what_is_no_toml_is_told_with_its_place() {
    let found = problems("[[waiver]]\nchéck = \"x\"\n");
    assert!(found[0].starts_with("2:3: "), "{found:?}");
    let found = problems("[[waiver]]\ncheck = \"DRIFT-02\"\ncheck = \"DRIFT-03\"\n");
    assert!(found[0].starts_with("3:1: "), "{found:?}");
    let found = problems("[[waiver]\n");
    assert!(found[0].starts_with("1:"), "{found:?}");
    for text in ["\u{0}", "a = \"\\x\"", "=", "[", "a = 1e", "\u{feff}[["] {
        assert!(!problems(text).is_empty(), "{text}");
    }
}
