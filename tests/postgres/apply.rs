//! `jsonb-contract apply`: what is registered, what is refused, and what keeps it from running.

use serde_json::{Value, json};
use tests::{Cluster, Database, Folder, Run, Variables};

/// A manifest whose documents may have these keys, and no others.
pub fn manifest(name: &str, keys: &[&str]) -> Value {
    let properties: Value = keys
        .iter()
        .map(|key| ((*key).to_owned(), json!({"type": "string"})))
        .collect::<serde_json::Map<_, _>>()
        .into();
    json!({
        "contract_type": name,
        "canonical_id": format!("CONTRACT-{}", name.to_uppercase().replace('_', "-")),
        "release": "1.0.0",
        "owner": "harbour",
        "status": "active",
        "compatibility": "backward",
        "min_version": 1,
        "max_version": 1,
        "check_constraint": true,
        "versions": [{"version": 1, "schema": {"properties": properties}}],
    })
}

/// A folder whose folder `contracts` has these manifests, each with its name.
pub fn folder(manifests: &[Value]) -> Folder {
    let folder = Folder::new();
    for manifest in manifests {
        write(&folder, manifest);
    }
    folder
}

fn write(folder: &Folder, manifest: &Value) {
    let name = manifest["contract_type"].as_str().expect("a name");
    folder.write(
        &format!("contracts/{name}.json"),
        &format!("{manifest:#}\n"),
    );
}

pub fn variables(database: &Database) -> Variables {
    Cluster::shared().variables("postgres", database.name())
}

#[track_caller]
fn apply(folder: &Folder, database: &Database, options: &[&str]) -> Run {
    let arguments = [&["apply", "contracts"], options].concat();
    folder.run(&variables(database), &arguments)
}

fn said(code: i32, stdout: &str, stderr: &str) -> Run {
    (code, stdout.to_owned(), stderr.to_owned())
}

/// The rows of the catalog that registrations make: another row is another registration.
fn registered(database: &mut Database) -> Vec<String> {
    database
        .query(
            "SELECT p.proname || ' ' || p.xmin || ' ' || p.ctid FROM pg_proc AS p
             WHERE pronamespace = 'contracts'::regnamespace ORDER BY 1",
            &[],
        )
        .expect("the catalog")
        .iter()
        .map(|row| row.get(0))
        .collect()
}

/// The lines without what the core says of the change.
fn without_summaries((code, stdout, stderr): Run) -> Run {
    let lines = stdout
        .lines()
        .map(|line| line.split(": ").next().unwrap_or_default());
    (code, lines.collect::<Vec<_>>().join("\n"), stderr)
}

#[test]
fn a_folder_is_registered_once() {
    let mut database = Database::new();
    let folder = folder(&[
        manifest("ship_manifest", &["ship"]),
        manifest("crew_list", &["captain"]),
        manifest("berth", &[]),
    ]);
    let new = "berth 1.0.0 new\ncrew_list 1.0.0 new\nship_manifest 1.0.0 new";
    let none = "no problems in 3 manifests\n";
    assert_eq!(
        without_summaries(apply(&folder, &database, &["--dry-run"])),
        said(
            0,
            new,
            &format!("nothing is registered: this was a dry run\n{none}")
        )
    );
    assert_eq!(registered(&mut database), [""; 0]);
    assert_eq!(
        without_summaries(apply(&folder, &database, &[])),
        said(0, new, none)
    );
    let rows = registered(&mut database);
    assert_eq!(rows.len(), 6);
    let unchanged =
        "berth 1.0.0 unchanged\ncrew_list 1.0.0 unchanged\nship_manifest 1.0.0 unchanged\n";
    assert_eq!(apply(&folder, &database, &[]), said(0, unchanged, none));
    assert_eq!(registered(&mut database), rows);

    // One more key in a new version, one manifest in another text.
    let mut next = manifest("ship_manifest", &["ship"]);
    next["release"] = "2.0.0".into();
    next["max_version"] = 2.into();
    let second =
        json!({"version": 2, "schema": {"properties": {"ship": {"type": "string"}, "crew": {}}}});
    next["versions"]
        .as_array_mut()
        .expect("versions")
        .push(second);
    write(&folder, &next);
    folder.write("contracts/berth.json", &manifest("berth", &[]).to_string());
    assert_eq!(
        without_summaries(apply(&folder, &database, &[])),
        said(
            0,
            "berth 1.0.0 reformatted\ncrew_list 1.0.0 unchanged\nship_manifest 2.0.0 changed",
            none
        )
    );
    let versions: Vec<i32> =
        database.value("SELECT versions FROM contract.history WHERE release = '2.0.0'");
    assert!(versions.contains(&2));
}

#[test]
fn the_text_of_the_line_is_the_summary() {
    let database = Database::new();
    let folder = folder(&[manifest("berth", &[])]);
    let mut checked = Database::new();
    let summary: String = checked.value(&format!(
        "SELECT summary FROM contract.register('{}')",
        manifest("berth", &[])
    ));
    assert_eq!(
        apply(&folder, &database, &[]),
        said(
            0,
            &format!("berth 1.0.0 new: {summary}\n"),
            "no problems in 1 manifest\n"
        )
    );
}

#[test]
fn all_that_is_refused_is_told_and_nothing_registered() {
    let mut database = Database::new();
    database.execute_all(
        "CREATE FUNCTION contracts.taken(jsonb) RETURNS boolean LANGUAGE sql IMMUTABLE RETURN true",
    );
    let before = registered(&mut database);
    let mut old_name = manifest("zebra", &[]);
    old_name["aliases"] = json!([{"alias": "z"}, {"alias": "session_data"}]);
    let folder = folder(&[
        manifest("berth", &["ship"]),
        manifest("case_metadata", &[]),
        manifest("taken", &[]),
        old_name,
    ]);
    let (code, stdout, stderr) = apply(&folder, &database, &[]);
    assert_eq!(
        (code, stderr.as_str()),
        (1, "nothing is registered\n3 problems in 3 of 4 manifests\n")
    );
    let (berth, findings) = stdout.split_once('\n').expect("lines");
    assert!(berth.starts_with("berth 1.0.0 new: "), "{berth}");
    assert_eq!(
        findings,
        "contracts/case_metadata.json:5: /contract_type: is the name of a built-in contract type\n  \
         tip: Correct the manifest; contract.manifest('case_metadata') shows one that is valid.\n\
         contracts/taken.json:1: function contracts.taken(jsonb) is there, and is no contract type\n  \
         tip: Drop it, or give the contract type another name.\n\
         contracts/zebra.json:7: /aliases/1/alias: belongs to contract type \"session_data\" already\n  \
         tip: Correct the manifest; contract.manifest('case_metadata') shows one that is valid.\n"
    );
    assert_eq!(registered(&mut database), before);
    let (code, stdout, stderr) = apply(&folder, &database, &["--format", "json"]);
    assert_eq!(code, 1);
    assert!(stderr.starts_with(berth), "{stderr}");
    let report: Value = serde_json::from_str(&stdout).expect("JSON");
    let finding = &report["findings"][0];
    assert_eq!(finding["instance_path"], "/contract_type");
    assert_eq!(
        (&finding["line"], &finding["column"]),
        (&json!(5), &json!(20))
    );
    assert_eq!(
        report["findings"][1]["hint"],
        "Drop it, or give the contract type another name."
    );
    assert_eq!(registered(&mut database), before);
}

#[test]
fn a_name_may_go_from_one_to_another() {
    let mut database = Database::new();
    let with_alias = |name: &str, keys: &[&str], release: &str, alias: Option<&str>| {
        let mut manifest = manifest(name, keys);
        manifest["release"] = release.into();
        manifest["aliases"] = alias
            .into_iter()
            .map(|alias| json!({"alias": alias}))
            .collect();
        manifest
    };
    let folder = folder(&[
        with_alias("alpha", &[], "1.0.0", None),
        with_alias("omega", &[], "1.0.0", Some("old")),
    ]);
    assert_eq!(apply(&folder, &database, &[]).0, 0);
    // The first takes what the last gives up.
    write(&folder, &with_alias("alpha", &[], "1.1.0", Some("old")));
    write(&folder, &with_alias("omega", &[], "1.1.0", None));
    let (code, stdout, stderr) = apply(&folder, &database, &[]);
    assert_eq!(
        (code, stderr.as_str()),
        (0, "no problems in 2 manifests\n"),
        "{stdout}"
    );
    assert_eq!(
        database.value::<String>("SELECT contract.resolve('old')"),
        "alpha"
    );
}

#[test]
fn manifests_that_are_none_are_2_before_anything_is_sent() {
    let nowhere: Variables = vec![("PGHOST", "/nonexistent".to_owned())];
    let mut bad = manifest("crew_list", &[]);
    bad["oner"] = bad["owner"].take();
    bad.as_object_mut().expect("an object").remove("owner");
    let folder = folder(&[manifest("berth", &[]), bad]);
    folder.write("contracts/broken.json", "{\n  oops");
    assert_eq!(
        folder.run(&nowhere, &["apply", "contracts"]),
        said(
            2,
            "contracts/broken.json: error: is not JSON: key must be a string at line 2 column 3\n\
             contracts/crew_list.json: error: required key \"owner\" is missing\n\
             contracts/crew_list.json:8: error: /oner: key \"oner\" is not allowed\n",
            "3 errors, no problems in 0 manifests\n"
        )
    );
    let folder = Folder::new();
    folder.write("contracts/manifest.schema.json", "{}");
    for (arguments, message) in [
        (["apply", "contracts"], "error: contracts has no manifest\n"),
        (
            ["apply", "missing"],
            "1 error, no problems in 0 manifests\n",
        ),
    ] {
        let (code, _, stderr) = folder.run(&nowhere, &arguments);
        assert_eq!((code, stderr.as_str()), (2, message));
    }
    write(&folder, &manifest("berth", &[]));
    let arguments = ["apply", "contracts", "--allow-unproven", "bert"];
    assert_eq!(
        folder.run(&nowhere, &arguments),
        said(
            2,
            "",
            "error: --allow-unproven names bert, which contracts does not have\n"
        )
    );
}

#[test]
fn without_the_right_nothing_is_changed() {
    let mut database = Database::new();
    let role = format!("{}_guest", database.name());
    database.execute_all(&format!("CREATE ROLE {role} LOGIN"));
    let folder = folder(&[manifest("berth", &[]), manifest("case_metadata", &[])]);
    let guest = Cluster::shared().variables(&role, database.name());
    assert_eq!(
        folder.run(&guest, &["apply", "contracts"]),
        said(
            3,
            "",
            &format!(
                "error: permission denied to register contract types\n  \
                 tip: GRANT CREATE ON SCHEMA contracts TO {role} allows it.\n"
            )
        )
    );
    assert_eq!(registered(&mut database), [""; 0]);
    // The right to register is not the right to what others have registered.
    std::fs::remove_file(folder.path("contracts/case_metadata.json")).expect("removed");
    assert_eq!(apply(&folder, &database, &[]).0, 0);
    let rows = registered(&mut database);
    database.execute_all(&format!("GRANT CREATE ON SCHEMA contracts TO {role}"));
    folder.write("contracts/berth.json", &manifest("berth", &[]).to_string());
    write(&folder, &manifest("alpha", &[]));
    assert_eq!(
        folder.run(&guest, &["apply", "contracts"]),
        said(3, "", "error: must be owner of function berth\n")
    );
    assert_eq!(registered(&mut database), rows);
    database.execute_all(&format!("DROP OWNED BY {role}; DROP ROLE {role}"));
}

#[test]
fn without_the_extension_it_is_3() {
    let database = Database::bare("");
    let folder = folder(&[manifest("berth", &[])]);
    let message = format!(
        "error: database \"{}\" does not have the extension jsonb_contract\n  \
         tip: CREATE EXTENSION jsonb_contract\n",
        database.name()
    );
    assert_eq!(apply(&folder, &database, &[]), said(3, "", &message));
    let pulled = folder.run(&variables(&database), &["pull", "contracts"]);
    assert_eq!(pulled, said(3, "", &message));
}

#[test]
fn settings_of_the_session_do_not_matter() {
    let database = Database::new();
    let folder = folder(&[manifest("berth", &[])]);
    let mut variables = variables(&database);
    variables.push((
        "PGOPTIONS",
        "-c default_transaction_isolation=serializable -c search_path= -c standard_conforming_strings=off".to_owned(),
    ));
    let (code, _, stderr) = folder.run(&variables, &["apply", "contracts"]);
    assert_eq!((code, stderr.as_str()), (0, "no problems in 1 manifest\n"));
}

#[test]
fn warnings_of_the_server_are_told() {
    let mut database = Database::new();
    database.execute_all(
        "CREATE FUNCTION public.remark() RETURNS event_trigger LANGUAGE plpgsql AS $$
         BEGIN RAISE WARNING 'a function is made' USING HINT = 'Tell the others.'; END $$;
         CREATE EVENT TRIGGER remark ON ddl_command_end EXECUTE FUNCTION public.remark()",
    );
    let folder = folder(&[manifest("berth", &[])]);
    let (code, _, stderr) = apply(&folder, &database, &[]);
    let expected =
        "warning: a function is made\n  tip: Tell the others.\nno problems in 1 manifest\n";
    assert_eq!((code, stderr.as_str()), (0, expected));
}
