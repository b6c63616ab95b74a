//! The official JSON Schema test suite, through `contract.matches_schema`.

use serde_json::Value;
use std::{
    fs,
    path::{Path, PathBuf},
};
use tests::{Database, failure};

const DRAFTS: [(&str, &str); 5] = [
    ("draft4", "http://json-schema.org/draft-04/schema#"),
    ("draft6", "http://json-schema.org/draft-06/schema#"),
    ("draft7", "http://json-schema.org/draft-07/schema#"),
    (
        "draft2019-09",
        "https://json-schema.org/draft/2019-09/schema",
    ),
    (
        "draft2020-12",
        "https://json-schema.org/draft/2020-12/schema",
    ),
];

/// Why Postgres gave no verdict.
enum NoVerdict {
    /// The schema cannot be used.
    Schema(String),
    /// jsonb cannot hold U+0000.
    NotStorable,
}

#[test]
fn no_verdict_is_wrong_in_five_drafts() {
    let suite = Path::new(env!("CARGO_MANIFEST_DIR")).join("json-schema-test-suite");
    let mut database = Database::new();
    let (mut asked, mut refused, mut not_storable) = (0, 0, 0);
    let mut wrong = Vec::new();
    for (folder, draft) in DRAFTS {
        let folder = suite.join(folder);
        for file in files(&folder)
            .into_iter()
            .chain(files(&folder.join("format")))
        {
            let name = file
                .file_name()
                .expect("a name")
                .to_string_lossy()
                .into_owned();
            let text = fs::read_to_string(&file).expect("a file of the suite");
            let groups: Vec<Value> = serde_json::from_str(&text).expect("JSON");
            for group in groups {
                let mut schema = group["schema"].clone();
                if let Some(schema) = schema.as_object_mut() {
                    schema.entry("$schema").or_insert_with(|| draft.into());
                }
                for test in group["tests"].as_array().expect("tests") {
                    let place = format!(
                        "{}: {}: {}",
                        file.display(),
                        group["description"],
                        test["description"]
                    );
                    match ask(&mut database, &schema, &test["data"]) {
                        Ok(verdict) => {
                            asked += 1;
                            // The suite takes `format` as an annotation; here it is an assertion.
                            let expected = test["valid"].as_bool();
                            if Some(verdict) != expected && name != "format.json" {
                                wrong.push(format!("{place}: {verdict}"));
                            }
                        }
                        Err(NoVerdict::NotStorable) => not_storable += 1,
                        Err(NoVerdict::Schema(detail)) => {
                            refused += 1;
                            let from_outside = detail.contains("nothing is fetched")
                                || detail.contains("is not a draft of JSON Schema that is known");
                            if !from_outside {
                                wrong.push(format!("{place}: {detail}"));
                            }
                        }
                    }
                }
            }
        }
    }
    assert!(
        wrong.is_empty(),
        "{} wrong:\n{}",
        wrong.len(),
        wrong.join("\n")
    );
    // All of them: a test that is not found asks nothing.
    assert_eq!((asked, refused, not_storable), (6445, 148, 18));
}

/// The files of a folder of the suite, sorted.
fn files(folder: &Path) -> Vec<PathBuf> {
    let mut files: Vec<_> = fs::read_dir(folder)
        .expect("the suite is there")
        .map(|entry| entry.expect("an entry").path())
        .filter(|path| path.is_file())
        .collect();
    files.sort();
    files
}

fn ask(database: &mut Database, schema: &Value, document: &Value) -> Result<bool, NoVerdict> {
    let (schema, document) = (schema.to_string(), document.to_string());
    match database.query_one(
        "SELECT contract.matches_schema($1::text::jsonb, $2::text::jsonb)",
        &[&schema, &document],
    ) {
        Ok(row) => Ok(row.get(0)),
        Err(error) => {
            let failure = failure(&error);
            match failure.code.as_str() {
                "22P05" => Err(NoVerdict::NotStorable),
                "22023" => Err(NoVerdict::Schema(failure.detail)),
                _ => panic!("{schema}: {failure}"),
            }
        }
    }
}
