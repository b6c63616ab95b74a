//! The page of `jsonb-contract drift --html`.

use crate::catalog::{NAMES, matrix, snapshot, table};
use serde_json::{Value, json};
use tests::{Folder, Page};

/// One table has all its indexes, one has a waiver, and one waiver is about nothing.
const WAIVERS: &str = r#"
[[waiver]]
check = "DRIFT-04"
object = 'constraint parent_fkey on public."select"'
reason = "the table is small"
owner = "db"
expires = 2026-06-30

[[waiver]]
check = "DRIFT-04"
object = "table public.gone"
reason = "is dropped soon"
owner = "db"
expires = 2026-06-30
"#;

/// A page with every kind of cell, over tables with names that try to get out of it.
fn folder() -> Folder {
    let folder = Folder::new();
    folder.write(
        "guardrail.json",
        &matrix(&[&NAMES[..], &["orders"]].concat()),
    );
    let mut tables: Vec<Value> = NAMES.iter().map(|name| table(name, false)).collect();
    tables.push(table("orders", true));
    folder.write("schema.json", &snapshot(tables));
    folder.write("waivers.toml", WAIVERS);
    let (code, _, said) = folder.run(
        &[],
        &[
            "drift",
            "--matrix",
            "guardrail.json",
            "--snapshot",
            "schema.json",
            "--waivers",
            "waivers.toml",
            "--today",
            "2026-03-01",
            "--html",
            "drift.html",
        ],
    );
    // The migrations are not named.
    assert_eq!(code, 3, "{said}");
    folder
}

fn open(folder: &Folder, width: u32, height: u32) -> Page {
    Page::open(&folder.path("drift.html"), width, height)
}

/// What stands over the page; nothing where nothing does.
fn panel(page: &mut Page) -> Option<String> {
    let panel = page.evaluate("document.querySelector(':popover-open')?.innerText");
    panel.as_str().map(str::to_owned)
}

#[track_caller]
fn assert_panel(page: &mut Page, parts: &[&str]) {
    let panel = panel(page).expect("a panel is open");
    for part in parts {
        assert!(panel.contains(part), "{part} is not in: {panel}");
    }
}

/// A cell by the name of its table and the number of its check.
fn cell(table: &str, check: usize) -> String {
    let label = format!("{table}, DRIFT-0{check}");
    format!("button[aria-label^={}]", json!(label))
}

#[test]
fn each_kind_of_cell_opens_what_it_is_about() {
    let folder = folder();
    let mut page = open(&folder, 1280, 900);
    let index = [
        "foreign-key-without-index",
        "medium risk",
        "owner",
        "db",
        "7 days",
        "CREATE INDEX",
    ];
    let kinds: [(&str, &[&str]); 6] = [
        (".risk-medium", &index),
        (
            "td .waived",
            &["waived until 2026-06-30: the table is small"],
        ),
        (
            "tr:last-child td:nth-child(7) button",
            &["waiver-unused", "low risk"],
        ),
        (
            "td .unknown",
            &["DRIFT-01 schema diff", "Could not run: ", "--migrations"],
        ),
        (
            "thead .unknown",
            &["DRIFT-01 schema diff", "Could not run: "],
        ),
        (".false-claim", &["claims", "L2", "has", "L1", "because"]),
    ];
    for (selector, parts) in kinds {
        page.click(&format!(".grid {selector}"));
        assert_panel(&mut page, parts);
        page.press("Escape");
        assert_eq!(panel(&mut page), None, "{selector}");
    }
    // No button opens nothing, and each opens its own.
    let buttons = page.evaluate(
        "[...document.querySelectorAll('.grid button')].map(button => {
            const panel = document.getElementById(button.getAttribute('popovertarget'));
            button.click();
            const isOpen = panel.matches(':popover-open') && panel.innerText.length > 30;
            panel.hidePopover();
            return isOpen;
        })",
    );
    let buttons = buttons.as_array().expect("a list");
    assert!(buttons.len() > NAMES.len() * 2, "{buttons:?}");
    assert!(
        buttons.iter().all(|is_open| *is_open == true),
        "{buttons:?}"
    );
}

#[test]
fn the_keyboard_is_enough() {
    let folder = folder();
    let mut page = open(&folder, 1280, 900);
    let is_on_cell = "document.activeElement.matches('.grid tbody .risk-medium')";
    let reached = (0..100).any(|_| {
        page.press("Tab");
        page.evaluate(is_on_cell) == true
    });
    assert!(reached);
    page.press("Enter");
    assert_panel(&mut page, &["foreign-key-without-index"]);
    page.press("Tab");
    assert_eq!(page.evaluate("document.activeElement.ariaLabel"), "Close");
    page.press("Enter");
    assert_eq!(panel(&mut page), None);
    assert_eq!(page.evaluate(is_on_cell), true, "the focus is where it was");
}

#[test]
fn names_are_text() {
    let folder = folder();
    let mut page = open(&folder, 1280, 900);
    assert_eq!(page.evaluate("document.scripts.length"), 0);
    let rows = "[...document.querySelectorAll('.grid tbody th')].map(cell => cell.textContent)";
    let rows = page.evaluate(rows);
    for name in [
        "public.\"<script>alert(1)</script>\"",
        "public.\"it's \"\"quoted\"\" & more\"",
        "public.\"%0A::error::,:\\n::stop\"",
        "public.\"Auftr\u{e4}ge \u{2192} \u{1f4a5}\"",
        "public.a_table_with_a_name_that_is_as_long_as_postgres_lets_a_name_be_",
        "beside the tables",
    ] {
        assert!(
            rows.as_array().expect("a list").contains(&json!(name)),
            "{name}: {rows}"
        );
    }
    page.click(&cell("public.\"<script>alert(1)</script>\"", 4));
    assert_panel(
        &mut page,
        &["constraint parent_fkey on public.\"<script>alert(1)</script>\""],
    );
}

#[test]
fn nothing_leaves_the_page_and_nothing_runs_in_it() {
    let folder = folder();
    let mut page = open(&folder, 375, 667);
    page.tap(".grid .risk-medium");
    assert!(panel(&mut page).is_some());
    let file = format!("file://{}", folder.path("drift.html").display());
    assert_eq!(page.requests(), [&file]);
    assert_eq!(page.complaints(), [&Value::Null; 0]);
    // Should a text get out of its place all the same, the page's policy holds it.
    page.evaluate(
        "document.body.append(Object.assign(document.createElement('script'), {text: 'ran = 1'}));
         document.body.append(Object.assign(new Image(), {src: 'https://example.invalid/x'}))",
    );
    assert_eq!(page.evaluate("typeof ran"), "undefined");
    let blocked = page.complaints().len();
    assert_eq!(blocked, 2, "{:?}", page.complaints());
}

#[test]
fn it_fits_a_phone() {
    let folder = folder();
    let mut page = open(&folder, 375, 667);
    let fits = "document.documentElement.scrollWidth <= innerWidth && innerWidth === 375";
    assert_eq!(page.evaluate(fits), true);
    for selector in [".risk-medium", "td .waived", "td .unknown", ".false-claim"] {
        page.tap(&format!(".grid {selector}"));
        assert!(panel(&mut page).is_some(), "{selector}");
        assert_eq!(page.evaluate(fits), true, "{selector}");
        let inside = "(panel => panel.scrollWidth <= panel.clientWidth)(document.querySelector(':popover-open'))";
        assert_eq!(page.evaluate(inside), true, "{selector}");
        page.tap(":popover-open .close");
        assert_eq!(panel(&mut page), None, "{selector}");
    }
    // A finger needs some room.
    let lowest = "Math.min(...[...document.querySelectorAll('.grid tbody button')].map(b => b.offsetHeight))";
    assert!(
        page.evaluate(lowest)
            .as_f64()
            .is_some_and(|height| height >= 40.0)
    );
}

#[test]
fn it_follows_the_reader() {
    let folder = folder();
    let mut page = open(&folder, 1280, 900);
    let background = "getComputedStyle(document.body).backgroundColor";
    page.prefer("light");
    let light = page.evaluate(background);
    page.prefer("dark");
    assert_ne!(page.evaluate(background), light);

    let clean_rows =
        "[...document.querySelectorAll('.grid tr.clean')].map(row => row.offsetHeight > 0)";
    assert_eq!(page.evaluate(clean_rows), json!([true]));
    page.click("#only");
    assert_eq!(page.evaluate(clean_rows), json!([false]));

    let shown = "[...document.querySelectorAll('.panel')].every(panel => panel.offsetHeight > 0)";
    assert_eq!(page.evaluate(shown), false);
    page.medium("print");
    assert_eq!(
        page.evaluate(shown),
        true,
        "on paper all findings are there"
    );
}
