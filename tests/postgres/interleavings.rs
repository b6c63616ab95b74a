//! Two sessions: a writer of version 1 in flight while the write floor rises to 2. Every interleaving
//! of their steps is run, and in none is a document of version 1 committed after the floor.

use crate::{case_of, literal};
use std::fmt::Write as _;
use tests::{Database, Session};

/// What a writer does in its transaction before it writes.
const PRELUDES: [(&str, &str); 6] = [
    ("nothing", "SELECT"),
    ("a snapshot", "SELECT count(*) FROM other"),
    ("a read of the table", "SELECT count(*) FROM cases"),
    (
        "a lock on a row",
        "SELECT id FROM cases WHERE id = 1 FOR UPDATE",
    ),
    (
        "an open cursor",
        "DECLARE c CURSOR FOR SELECT id FROM cases WHERE id = 1 FOR UPDATE; FETCH c",
    ),
    (
        "a write of version 2",
        "UPDATE cases SET metadata = metadata || '{\"priority\": 0}' WHERE id = 2",
    ),
];

/// How a writer writes version 1.
const WRITES: [&str; 4] = [
    "INSERT INTO cases VALUES (3, $old)",
    "UPDATE cases SET metadata = metadata || '{\"priority\": 1}' WHERE id = 1",
    "EXECUTE write",
    "UPDATE cases SET metadata = metadata || '{\"priority\": 2}' WHERE CURRENT OF c",
];

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Who {
    Writer,
    Floor,
}

/// Every order of `writer` and `floor` steps that keeps each one's own order.
fn interleavings(writer: usize, floor: usize) -> Vec<Vec<Who>> {
    if writer == 0 || floor == 0 {
        return vec![[vec![Who::Writer; writer], vec![Who::Floor; floor]].concat()];
    }
    let with = |who, rest: Vec<Vec<Who>>| {
        rest.into_iter()
            .map(move |order| [vec![who], order].concat())
    };
    with(Who::Writer, interleavings(writer - 1, floor))
        .chain(with(Who::Floor, interleavings(writer, floor - 1)))
        .collect()
}

/// What happened, for the message of a failure and for the counts at the end.
#[derive(Default)]
struct Outcome {
    story: String,
    writer_committed: bool,
    refused: bool,
}

/// Runs the steps in that order; a step of a session that waits for a lock comes when it can.
fn run(
    database: &mut Database,
    sessions: &mut [Session; 2],
    steps: [&[String]; 2],
    order: &[Who],
) -> Outcome {
    let mut outcome = Outcome::default();
    let mut next = [0, 0];
    let mut floor_committed = false;
    let mut queue: Vec<Who> = order.to_vec();
    while !queue.is_empty() {
        // The first step in the order whose session is free.
        let Some(at) = queue
            .iter()
            .position(|&who| !sessions[who as usize].is_busy())
        else {
            panic!("both sessions wait: {}", outcome.story);
        };
        let who = queue.remove(at);
        let sql = &steps[who as usize][next[who as usize]];
        next[who as usize] += 1;
        let is_last = next[who as usize] == steps[who as usize].len();
        let _ = write!(outcome.story, "{who:?}: {sql}; ");
        sessions[who as usize].send(sql);
        sessions[who as usize].settle(database);
        let other = 1 - who as usize;
        sessions[other].settle(database);
        if is_last && !sessions[who as usize].is_busy() {
            let committed = !sessions[who as usize].has_failed();
            match who {
                Who::Floor => {
                    assert!(committed, "the floor did not rise: {}", outcome.story);
                    floor_committed = true;
                }
                Who::Writer => {
                    outcome.writer_committed = committed;
                    outcome.refused = !committed;
                    assert!(
                        !(committed && floor_committed),
                        "version 1 was committed after the floor: {}",
                        outcome.story
                    );
                }
            }
        }
    }
    outcome
}

#[test]
fn no_version_1_is_committed_after_the_floor() {
    let mut database = Database::new();
    let (old, new) = (literal(&case_of(1)), literal(&case_of(2)));
    database.execute_all("CREATE TABLE other (id int)");
    let mut sessions = [Session::new(&database), Session::new(&database)];
    let (mut committed, mut refused, mut schedules) = (0, 0, 0);
    for isolation in ["READ COMMITTED", "REPEATABLE READ", "SERIALIZABLE"] {
        for (prelude, before) in PRELUDES {
            for write in WRITES {
                let uses_cursor = write.contains("CURRENT OF");
                if uses_cursor && prelude != "an open cursor" {
                    continue;
                }
                let writer = [
                    format!("BEGIN ISOLATION LEVEL {isolation}"),
                    before.to_owned(),
                    write.replace("$old", &old),
                    "COMMIT".to_owned(),
                ];
                let floor = [
                    "BEGIN; SELECT contract.raise_floor('case_metadata', 2)".to_owned(),
                    "COMMIT".to_owned(),
                ];
                for order in interleavings(writer.len(), floor.len()) {
                    database.execute_all(&format!(
                        "DROP TABLE IF EXISTS cases;
                         CREATE TABLE cases (id int PRIMARY KEY, metadata jsonb);
                         INSERT INTO cases VALUES (1, {old}), (2, {new});
                         SELECT contract.bind('cases', 'metadata', 'case_metadata')"
                    ));
                    // The plan of the prepared statement is from before the floor, and generic.
                    sessions[0].run(&format!(
                        "DEALLOCATE ALL; SET plan_cache_mode = force_generic_plan;
                         PREPARE write AS INSERT INTO cases VALUES (4, {old});
                         BEGIN; EXECUTE write; ROLLBACK"
                    ));
                    for session in &mut sessions {
                        session.forget();
                    }
                    let outcome = run(&mut database, &mut sessions, [&writer, &floor], &order);
                    schedules += 1;
                    committed += i32::from(outcome.writer_committed);
                    refused += i32::from(outcome.refused);
                    // Nothing of version 1 was changed but by a writer that committed before.
                    let old_rows: i64 = database.value(
                        "SELECT count(*) FROM cases WHERE contract.schema_version(metadata) = 1
                             AND (id > 2 OR metadata ->> 'priority' <> 'high')",
                    );
                    assert_eq!(old_rows > 0, outcome.writer_committed, "{}", outcome.story);
                    for session in &mut sessions {
                        session.run("ROLLBACK");
                    }
                }
            }
        }
    }
    // 3 isolation levels, 6 preludes with 3 ways to write and the cursor's own, 15 orders each.
    assert_eq!(schedules, 3 * (6 * 3 + 1) * 15);
    assert!(
        committed > 100 && refused > 100,
        "{committed} committed, {refused} refused"
    );
}
