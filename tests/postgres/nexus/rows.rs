//! Rows of three tenants in all tables, and what each of them is to see.

use super::{TABLES, Table};
use serde_json::json;
use std::collections::{BTreeMap, BTreeSet};
use tests::Database;

/// Two tenants that deal with each other, and one that deals with neither.
pub const TENANTS: [&str; 3] = ["a", "b", "c"];

/// Client and vendor of the rows that are there: each tenant by itself, and `a` and `b` both ways round.
const PARTIES: [(&str, &str); 5] = [("a", "a"), ("b", "b"), ("c", "c"), ("a", "b"), ("b", "a")];

/// A row as text, and the two tenants that it is of.
type Rows = BTreeMap<String, (&'static str, &'static str)>;

/// Template text for a client and a vendor: `{id}` is the row's id, `{parent}` its case or payment, `{user}`
/// a user of the client's, and `<contract_type>` a document of that type.
pub fn fill_in(template: &str, (client, vendor): (&str, &str), number: u32) -> String {
    let mut text = template
        .replace("{id}", &format!("{client}{vendor}-{number}"))
        .replace("{parent}", &format!("{client}{vendor}-1"))
        .replace("{user}", &format!("{client}{client}-1"))
        .replace("{client}", client)
        .replace("{vendor}", vendor);
    while let Some(start) = text.find('<') {
        let end = start + text[start..].find('>').expect("a name ends");
        let contract_type = text[start + 1..end].to_owned();
        text.replace_range(start..=end, &document(&contract_type));
    }
    text
}

/// A valid document of version 1, as an SQL literal.
fn document(contract_type: &str) -> String {
    let mut document = json!({
        "_schema_version": 1,
        "_context": {"created_by": "test", "created_at": "2025-01-22T10:00:00Z"},
        "type": contract_type,
    });
    match contract_type {
        "invoice_line_items" => document["items"] = json!([]),
        "notification_delivery_attempts" => document["attempts"] = json!([]),
        _ => {}
    }
    crate::literal(&document)
}

impl Table {
    /// The INSERT of a row; the first one of its parties has the number 1.
    pub fn insert(&self, parties: (&str, &str), number: u32) -> String {
        let row = fill_in(self.row, parties, number);
        format!("INSERT INTO public.{} {row}", self.name)
    }

    /// An UPDATE of all rows that one can see, of a column that may change.
    pub fn update(&self) -> String {
        let change = match self.mutable {
            [] => "id = id".to_owned(),
            [column, ..] if ["status", "endpoint", "email"].contains(column) => {
                format!("{column} = 'changed'")
            }
            [column, ..] => format!("{column} = DEFAULT"),
        };
        format!("UPDATE public.{} SET {change}", self.name)
    }
}

/// A NEXUS database with the rows of the tenants.
pub struct Filled {
    pub database: Database,
    rows: BTreeMap<&'static str, Rows>,
}

impl Filled {
    pub fn new() -> Self {
        let mut database = Database::nexus();
        let mut rows: BTreeMap<&'static str, Rows> = BTreeMap::new();
        for parties in PARTIES {
            for table in &TABLES {
                if table.shared || parties.0 == parties.1 {
                    database.execute_all(&table.insert(parties, 1));
                    let known = rows.entry(table.name).or_default();
                    for row in stored(&mut database, table) {
                        known.entry(row).or_insert(parties);
                    }
                }
            }
        }
        Self { database, rows }
    }

    /// The rows of a table that are those of one of these tenants.
    pub fn rows_of(&self, table: &Table, tenants: &[&str]) -> BTreeSet<String> {
        self.rows[table.name]
            .iter()
            .filter(|(_, (client, vendor))| tenants.contains(client) || tenants.contains(vendor))
            .map(|(row, _)| row.clone())
            .collect()
    }
}

/// The rows of a table, as text, that the session sees.
pub fn stored(database: &mut Database, table: &Table) -> BTreeSet<String> {
    database
        .query(
            &format!("SELECT t::text FROM public.{} AS t", table.name),
            &[],
        )
        .expect("rows")
        .iter()
        .map(|row| row.get(0))
        .collect()
}
