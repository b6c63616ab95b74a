//! Small changes of the reference database, and which drift checks see them.
//!
//! `tests/mutations/broken` has changes that break a promise of the matrix, each with the checks that must
//! fire in its head; `tests/mutations/harmless` has changes on which nothing may fire. All checks run over all
//! of them. `tests/mutations/findings.txt` has what they say; `BLESS=1` writes it anew.

use serde_json::Value;
use std::{
    collections::{BTreeMap, BTreeSet},
    fmt::Write,
    fs,
    path::{Path, PathBuf},
    sync::{
        LazyLock,
        atomic::{AtomicUsize, Ordering},
    },
    thread,
};
use tests::{
    Cluster, Database, Folder, Variables,
    nexus::{self, Way},
};

/// The days go by; the reports do not change with them.
const TODAY: &str = "2026-01-01";

/// A change of the reference database.
struct Mutation {
    name: String,
    sql: String,
    /// The checks that must fire; no other may.
    fires: BTreeSet<String>,
    /// Whether it changes what all databases of a cluster share.
    changes_roles: bool,
}

fn folder(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("mutations")
        .join(name)
}

fn mutations(kind: &str) -> Vec<Mutation> {
    let mut files: Vec<PathBuf> = fs::read_dir(folder(kind))
        .expect("the mutations are there")
        .map(|entry| entry.expect("an entry").path())
        .collect();
    files.sort();
    files.iter().map(|file| read(kind, file)).collect()
}

fn read(kind: &str, file: &Path) -> Mutation {
    let sql = fs::read_to_string(file).expect("a file");
    let fires: BTreeSet<String> = sql
        .lines()
        .filter_map(|line| line.strip_prefix("-- fires: "))
        .flat_map(|checks| checks.split(", ").map(str::to_owned))
        .collect();
    assert_eq!(fires.is_empty(), kind == "harmless", "{}", file.display());
    Mutation {
        name: file.file_stem().expect("a name").display().to_string(),
        changes_roles: ["ALTER ROLE", "CREATE ROLE", "GRANT service_role"]
            .iter()
            .any(|words| sql.contains(words)),
        sql,
        fires,
    }
}

/// What the migrations make, as a snapshot.
fn migrated() -> &'static str {
    static MIGRATED: LazyLock<String> = LazyLock::new(|| {
        let database = Database::nexus();
        let variables = Cluster::shared().variables("postgres", database.name());
        let (code, snapshot, stderr) = Folder::new().run(&variables, &["snapshot"]);
        assert_eq!(code, 0, "{stderr}");
        snapshot
    });
    &MIGRATED
}

/// What all checks find: for each check that fires, its findings in words.
fn drift(variables: &Variables) -> BTreeMap<String, Vec<String>> {
    let folder = Folder::new();
    folder.write("migrated.json", migrated());
    let matrix = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/ssot/GUARDRAIL_MATRIX.md");
    let matrix = matrix.to_str().expect("UTF-8");
    let (code, report, stderr) = folder.run(
        variables,
        &[
            "drift",
            "--matrix",
            matrix,
            "--migrated",
            "migrated.json",
            "--today",
            TODAY,
            "--no-reports",
            "--format",
            "json",
        ],
    );
    assert!(code == 0 || code == 1, "{code}: {stderr}{report}");
    let report: Value = serde_json::from_str(&report).expect("JSON");
    let mut found = BTreeMap::new();
    for check in report["checks"].as_array().expect("checks") {
        let said: Vec<String> = check["findings"]
            .as_array()
            .expect("findings")
            .iter()
            .map(words)
            .collect();
        if !said.is_empty() {
            found.insert(text(&check["check"]), said);
        }
    }
    let beside: Vec<String> = report["beside"]
        .as_array()
        .expect("beside")
        .iter()
        .map(words)
        .collect();
    if !beside.is_empty() {
        found.insert("beside".to_owned(), beside);
    }
    assert_eq!(code, i32::from(!found.is_empty()), "{stderr}");
    found
}

fn words(finding: &Value) -> String {
    format!(
        "{}: {}: {}; should be: {}",
        text(&finding["rule"]),
        object(&finding["object"]),
        text(&finding["is"]),
        text(&finding["should"])
    )
}

fn object(object: &Value) -> String {
    let parts = [&object["kind"], &object["name"], &object["table"]["name"]];
    let parts: Vec<&str> = parts.into_iter().filter_map(Value::as_str).collect();
    parts.join(" ")
}

fn text(value: &Value) -> String {
    value.as_str().expect("a text").to_owned()
}

/// What all checks find after a change.
fn after(mutation: &Mutation) -> BTreeMap<String, Vec<String>> {
    if !mutation.changes_roles {
        let mut database = Database::nexus();
        database.execute_all(&mutation.sql);
        return drift(&Cluster::shared().variables("postgres", database.name()));
    }
    let cluster = Cluster::start();
    let mut client = cluster.connect("postgres", "postgres");
    for name in nexus::migrations() {
        nexus::migrate(&mut client, &name, Way::Up);
    }
    client.batch_execute(&mutation.sql).expect(&mutation.name);
    drift(&cluster.variables("postgres", "postgres"))
}

/// What all checks find after each of the changes, in their order.
fn after_each(mutations: &[Mutation]) -> Vec<BTreeMap<String, Vec<String>>> {
    let next = AtomicUsize::new(0);
    let work = || {
        let mut done = Vec::new();
        loop {
            let index = next.fetch_add(1, Ordering::Relaxed);
            match mutations.get(index) {
                Some(mutation) => done.push((index, after(mutation))),
                None => return done,
            }
        }
    };
    let workers = thread::available_parallelism().map_or(1, usize::from);
    let mut done: Vec<_> = thread::scope(|scope| {
        let workers: Vec<_> = (0..workers).map(|_| scope.spawn(work)).collect();
        workers
            .into_iter()
            .flat_map(|worker| worker.join().expect("a worker ends well"))
            .collect()
    });
    done.sort_by_key(|(index, _)| *index);
    done.into_iter().map(|(_, found)| found).collect()
}

#[test]
fn the_reference_database_is_as_promised() {
    let database = Database::nexus();
    let found = drift(&Cluster::shared().variables("postgres", database.name()));
    assert!(found.is_empty(), "{found:#?}");
}

#[test]
fn each_breach_is_found_by_the_right_checks_alone() {
    let mutations = mutations("broken");
    assert!(mutations.len() >= 120, "{}", mutations.len());
    let mut wrong = String::new();
    let mut told = String::new();
    for (mutation, found) in mutations.iter().zip(after_each(&mutations)) {
        let fired: BTreeSet<String> = found.keys().cloned().collect();
        if fired != mutation.fires {
            writeln!(
                wrong,
                "{}: {:?} must fire: {found:#?}",
                mutation.name, mutation.fires
            )
            .expect("memory");
        }
        writeln!(told, "{}", mutation.name).expect("memory");
        for (check, findings) in found {
            for finding in findings {
                writeln!(told, "  {check} {finding}").expect("memory");
            }
        }
    }
    let file = folder("findings.txt");
    if std::env::var_os("BLESS").is_some() {
        fs::write(&file, &told).expect("the file can be written");
    }
    assert!(wrong.is_empty(), "{wrong}");
    let expected = fs::read_to_string(&file).expect("findings.txt");
    assert!(
        told == expected,
        "the findings are not those of findings.txt; BLESS=1 writes them:\n{told}"
    );
}

#[test]
fn nothing_fires_on_a_harmless_change() {
    let mutations = mutations("harmless");
    assert!(mutations.len() >= 40, "{}", mutations.len());
    let mut wrong = String::new();
    for (mutation, found) in mutations.iter().zip(after_each(&mutations)) {
        if !found.is_empty() {
            writeln!(wrong, "{}: {found:#?}", mutation.name).expect("memory");
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
}
