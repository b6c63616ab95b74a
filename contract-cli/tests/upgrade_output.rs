//! `jsonb-contract upgrade`: where the documents go, and in which order.

mod support;

use serde_json::Value;
use std::{
    fs::{self, OpenOptions, Permissions},
    io::Read,
    os::unix::fs::{PermissionsExt, symlink},
    process::Stdio,
};
use support::{Folder, case, compact, old_case, run};

/// The documents of the output, one a line.
#[track_caller]
fn documents(lines: &str) -> Vec<Value> {
    let document = |line| serde_json::from_str(line).expect("JSON");
    lines.lines().map(document).collect()
}

#[test]
fn the_output_is_in_the_order_of_the_input_whatever_the_threads() {
    let folder = Folder::new();
    let lines: String = (1..=10_000)
        .map(|line| match line {
            4096 | 9_999 => old_case(r#""x": 1"#),
            _ => old_case(&format!(r#""priority": {line}"#)),
        })
        .collect();
    folder.write("many.jsonl", lines);
    for threads in ["1", "2", "8"] {
        let mut command = folder.command(&["upgrade", "case_metadata", "many.jsonl"]);
        let outcome = run(command.env("RAYON_NUM_THREADS", threads), Vec::new());
        assert_eq!(outcome.code, 1);
        assert_eq!(
            outcome.stderr,
            "many.jsonl:4096: /x: key \"x\" is not allowed (version 1)\n\
             many.jsonl:9999: /x: key \"x\" is not allowed (version 1)\n\
             2 problems in 2 of 10,000 documents\n"
        );
        let priorities = documents(&outcome.stdout)
            .into_iter()
            .map(|document| document["priority"].as_u64().expect("a number"));
        let expected = (1..=10_000).filter(|line| ![4096, 9_999].contains(line));
        assert!(priorities.eq(expected));
    }
}

#[test]
fn the_output_file_is_replaced_whole() {
    let folder = Folder::new();
    folder.write("cases.jsonl", old_case("").repeat(2));
    let upgraded = compact(&case(""));
    let arguments = [
        "upgrade",
        "case_metadata",
        "cases.jsonl",
        "--output",
        "out/new.jsonl",
    ];
    folder.run(&arguments).assert(
        3,
        "",
        "error: out/new.jsonl cannot be written: No such file or directory (os error 2)\n",
    );
    folder.write("out/new.jsonl", "what was there");
    fs::set_permissions(folder.path("out/new.jsonl"), Permissions::from_mode(0o600)).expect("set");
    symlink("new.jsonl", folder.path("out/link")).expect("a link");
    let summary = "no problems in 2 documents\n";
    for output in ["out/new.jsonl", "out/link"] {
        folder
            .run(&[&arguments[..4], &[output]].concat())
            .assert(0, "", summary);
        assert_eq!(folder.read("out/new.jsonl"), upgraded.repeat(2));
        assert_eq!(folder.list("out"), ["link", "new.jsonl"]);
    }
    assert!(folder.path("out/link").is_symlink());
    let metadata = fs::metadata(folder.path("out/new.jsonl")).expect("metadata");
    assert_eq!(metadata.permissions().mode() & 0o777, 0o600);

    // A document that is left out keeps no other from being written.
    folder.write(
        "cases.jsonl",
        [old_case(""), old_case(r#""x": 1"#)].concat(),
    );
    assert_eq!(folder.run(&arguments).code, 1);
    assert_eq!(folder.read("out/new.jsonl"), upgraded);
    assert_eq!(folder.list("out"), ["link", "new.jsonl"]);
}

#[test]
fn an_input_is_replaced_only_when_nothing_is_left_out() {
    let folder = Folder::new();
    let lines = [old_case(""), old_case(r#""x": 1"#)].concat();
    folder.write("cases.jsonl", &lines);
    symlink("cases.jsonl", folder.path("link")).expect("a link");
    for output in ["cases.jsonl", "link"] {
        folder
            .run(&[
                "upgrade",
                "case_metadata",
                "./cases.jsonl",
                "--output",
                output,
            ])
            .assert(
                1,
                "",
                &format!(
                    "./cases.jsonl:2: /x: key \"x\" is not allowed (version 1)\n\
                     {output} is left as it was\n\
                     1 problem in 1 of 2 documents\n"
                ),
            );
        assert_eq!(folder.read("cases.jsonl"), lines);
        assert_eq!(folder.list("."), ["cases.jsonl", "link"]);
    }
    let input = fs::File::open(folder.path("cases.jsonl")).expect("a file");
    let output = folder
        .command(&["upgrade", "case_metadata", "--output", "cases.jsonl"])
        .stdin(input)
        .output()
        .expect("the command runs");
    assert_eq!(output.status.code(), Some(1));
    assert_eq!(folder.read("cases.jsonl"), lines);
    folder.write("cases.jsonl", old_case("").repeat(2));
    folder
        .run(&[
            "upgrade",
            "case_metadata",
            "cases.jsonl",
            "--output",
            "link",
        ])
        .assert(0, "", "no problems in 2 documents\n");
    assert_eq!(folder.read("cases.jsonl"), compact(&case("")).repeat(2));
}

#[test]
fn an_output_that_is_no_file_is_written_to() {
    let folder = Folder::new();
    let upgraded = compact(&case(""));
    let summary = "no problems in 1 document\n";
    for (output, stdout) in [
        ("-", upgraded.as_str()),
        ("/dev/stdout", &upgraded),
        ("/dev/null", ""),
    ] {
        folder
            .run_with_input(
                &["upgrade", "case_metadata", "--output", output],
                old_case(""),
            )
            .assert(0, stdout, summary);
    }
    for (output, error) in [
        ("/dev/full", "No space left on device (os error 28)"),
        (".", "Is a directory (os error 21)"),
    ] {
        folder
            .run_with_input(
                &["upgrade", "case_metadata", "--output", output],
                old_case(""),
            )
            .assert(
                3,
                "",
                &format!("error: {output} cannot be written: {error}\n"),
            );
    }
    let full = OpenOptions::new()
        .write(true)
        .open("/dev/full")
        .expect("/dev/full");
    folder.write("case.json", old_case(""));
    let output = folder
        .command(&["upgrade", "case_metadata", "case.json"])
        .stdout(full)
        .output()
        .expect("the command runs");
    assert_eq!(output.status.code(), Some(3));
    assert_eq!(
        String::from_utf8_lossy(&output.stderr),
        "error: standard output cannot be written: No space left on device (os error 28)\n"
    );
}

#[test]
fn a_reader_that_has_seen_enough_ends_it_quietly() {
    let folder = Folder::new();
    folder.write("cases.jsonl", old_case("").repeat(20_000));
    let mut child = folder
        .command(&["upgrade", "case_metadata", "cases.jsonl"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the command starts");
    let mut start = [0; 11];
    let mut stdout = child.stdout.take().expect("it is piped");
    stdout.read_exact(&mut start).expect("a line");
    drop(stdout);
    let output = child.wait_with_output().expect("the command ends");
    assert_eq!(&start, b"{\"_context\"");
    assert_eq!(output.status.code(), Some(3));
    assert_eq!(String::from_utf8_lossy(&output.stderr), "");
}
