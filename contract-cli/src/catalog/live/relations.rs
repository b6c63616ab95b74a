//! Relations with their columns, parents, grants and views' sources; the rest is added by [`Relations::get`].

use super::{
    OWN_SCHEMA, jsonb, no_member,
    roles::RoleNames,
    row::{Values, each, unknown},
};
use crate::{
    catalog::{Column, Grant, Jsonb, QualifiedName, Relation, RelationKind},
    commands::Failure,
};
use postgres::Transaction;
use std::collections::HashMap;

/// Columns that every table has, which a CHECK may speak of (`access/sysattr.h`).
const SYSTEM_COLUMNS: [(i16, &str); 6] = [
    (-1, "ctid"),
    (-2, "xmin"),
    (-3, "cmin"),
    (-4, "xmax"),
    (-5, "cmax"),
    (-6, "tableoid"),
];

/// The relations that are read, found by OID.
pub struct Relations {
    all: Vec<Relation>,
    oids: Vec<u32>,
    positions: HashMap<u32, usize>,
    /// The columns of each relation, by number.
    columns: HashMap<u32, Vec<Attribute>>,
}

/// What is known of a column beside its facts.
pub struct Attribute {
    number: i16,
    name: String,
    /// The name as Postgres itself quotes it: its keywords come with its version.
    pub quoted: String,
    pub data_type: u32,
    pub collation: u32,
}

impl Attribute {
    fn of(row: &mut Values<'_>) -> Result<Self, Failure> {
        Ok(Self {
            number: row.next()?,
            name: row.next()?,
            quoted: row.next()?,
            data_type: row.next()?,
            collation: row.next()?,
        })
    }
}

const ATTRIBUTE: &str = "a.attrelid, a.attnum, a.attname, pg_catalog.quote_ident(a.attname), a.atttypid, a.attcollation";

/// The parameters of a sequence and the column that owns it, as in DDL.
const SEQUENCE: &str = "(SELECT 'AS ' || pg_catalog.format_type(q.seqtypid, NULL) \
    || ' START WITH ' || q.seqstart || ' INCREMENT BY ' || q.seqincrement || ' MINVALUE ' || q.seqmin \
    || ' MAXVALUE ' || q.seqmax || ' CACHE ' || q.seqcache || CASE WHEN q.seqcycle THEN '' ELSE ' NO' END || ' CYCLE' \
    || ' OWNED BY ' || COALESCE((SELECT pg_catalog.quote_ident(s.nspname) || '.' || pg_catalog.quote_ident(t.relname) \
            || '.' || pg_catalog.quote_ident(a.attname) \
        FROM pg_catalog.pg_depend AS d JOIN pg_catalog.pg_class AS t ON t.oid = d.refobjid \
        JOIN pg_catalog.pg_namespace AS s ON s.oid = t.relnamespace \
        JOIN pg_catalog.pg_attribute AS a ON a.attrelid = t.oid AND a.attnum = d.refobjsubid \
        WHERE d.classid = 'pg_catalog.pg_class'::pg_catalog.regclass AND d.objid = c.oid \
        AND d.refclassid = d.classid AND d.deptype IN ('a', 'i') AND d.refobjsubid > 0), 'NONE') \
    FROM pg_catalog.pg_sequence AS q WHERE q.seqrelid = c.oid)";

impl Relations {
    /// The relations, without constraints, indexes, policies and triggers.
    pub fn read(transaction: &mut Transaction<'_>, roles: &RoleNames) -> Result<Self, Failure> {
        let mut relations = Self {
            all: Vec::new(),
            oids: Vec::new(),
            positions: HashMap::new(),
            columns: HashMap::new(),
        };
        relations.read_own(transaction, roles)?;
        relations.read_columns(transaction)?;
        relations.read_parents(transaction)?;
        relations.read_grants(transaction, roles)?;
        relations.read_sources(transaction)?;
        Ok(relations)
    }

    /// The OIDs of all.
    pub fn oids(&self) -> &[u32] {
        &self.oids
    }

    /// The relation of an OID, which is one of [`Self::oids`].
    pub fn get(&mut self, oid: u32) -> &mut Relation {
        &mut self.all[self.positions[&oid]]
    }

    /// The names of columns by their numbers. The number 0 stands for the whole row, and names none.
    ///
    /// # Errors
    ///
    /// One is not there.
    pub fn columns(&self, oid: u32, numbers: &[i16]) -> Result<Vec<String>, Failure> {
        let name = |number: &i16| {
            if let Some((_, name)) = SYSTEM_COLUMNS.iter().find(|(system, _)| system == number) {
                return Ok((*name).to_owned());
            }
            let found = self.attribute(oid, *number);
            found.map(|found| found.name.clone()).ok_or_else(|| {
                Failure::CouldNotRun(format!(
                    "the relation with OID {oid} has no column {number}"
                ))
            })
        };
        let named = numbers.iter().filter(|number| **number != 0);
        named.map(name).collect()
    }

    /// The column of a number.
    pub fn attribute(&self, oid: u32, number: i16) -> Option<&Attribute> {
        let columns = self.columns.get(&oid)?;
        let found = columns.binary_search_by_key(&number, |attribute| attribute.number);
        found.ok().map(|index| &columns[index])
    }

    /// Learns the columns' names of further relations, such as those of extensions.
    pub fn learn_columns(
        &mut self,
        transaction: &mut Transaction<'_>,
        mut oids: Vec<u32>,
    ) -> Result<(), Failure> {
        let sql = format!(
            "SELECT {ATTRIBUTE} FROM pg_catalog.pg_attribute AS a WHERE a.attrelid = ANY ($1) \
             AND a.attnum > 0 AND NOT a.attisdropped ORDER BY a.attrelid, a.attnum"
        );
        oids.retain(|oid| !self.columns.contains_key(oid));
        if oids.is_empty() {
            return Ok(());
        }
        each(transaction, &sql, &[&oids], |mut row| {
            let columns = self.columns.entry(row.next()?).or_default();
            columns.push(Attribute::of(&mut row)?);
            Ok(())
        })
    }

    /// All, by name, and what they have by name.
    pub fn sorted(mut self) -> Vec<Relation> {
        for relation in &mut self.all {
            relation.parents.sort();
            relation.options.sort();
            relation.grants.sort_by(|a, b| a.role.cmp(&b.role));
            relation.constraints.sort_by(|a, b| a.name.cmp(&b.name));
            relation.indexes.sort_by(|a, b| a.name.cmp(&b.name));
            relation.policies.sort_by(|a, b| a.name.cmp(&b.name));
            relation.triggers.sort_by(|a, b| a.name.cmp(&b.name));
            relation.rules.sort_by(|a, b| a.name.cmp(&b.name));
            relation.reads.sort();
        }
        self.all.sort_by(|a, b| a.name.cmp(&b.name));
        self.all
    }

    fn read_own(
        &mut self,
        transaction: &mut Transaction<'_>,
        roles: &RoleNames,
    ) -> Result<(), Failure> {
        // The sequence of an identity column of an extension's table is no member, but belongs to one.
        let sql = format!(
            "SELECT c.oid, n.nspname, c.relname, c.relkind, c.relowner, c.relpersistence = 'u', \
             c.relrowsecurity, c.relforcerowsecurity, c.relispartition, \
             CASE WHEN c.relkind = 'p' THEN pg_catalog.pg_get_partkeydef(c.oid) END, \
             pg_catalog.pg_get_expr(c.relpartbound, c.oid), COALESCE(c.reloptions, '{{}}'), \
             CASE WHEN c.relkind IN ('v', 'm') THEN pg_catalog.pg_get_viewdef(c.oid) \
             WHEN c.relkind = 'S' THEN {SEQUENCE} END \
             FROM pg_catalog.pg_class AS c JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace \
             WHERE c.relkind IN ('r', 'p', 'f', 'v', 'm', 'S') AND c.relpersistence <> 't' \
             AND {OWN_SCHEMA} AND {no_member} AND NOT (c.relkind = 'S' AND EXISTS ( \
                 SELECT FROM pg_catalog.pg_depend AS d JOIN pg_catalog.pg_depend AS e \
                 ON e.classid = d.refclassid AND e.objid = d.refobjid AND e.deptype = 'e' \
                 WHERE d.classid = 'pg_catalog.pg_class'::pg_catalog.regclass AND d.objid = c.oid \
                 AND d.refclassid = d.classid AND d.deptype IN ('a', 'i')))",
            no_member = no_member("pg_class", "c.oid")
        );
        each(transaction, &sql, &[], |mut row| {
            let oid: u32 = row.next()?;
            self.oids.push(oid);
            self.positions.insert(oid, self.all.len());
            self.all.push(relation(&mut row, roles)?);
            Ok(())
        })
    }

    fn read_columns(&mut self, transaction: &mut Transaction<'_>) -> Result<(), Failure> {
        // A default speaks of no column. Told of the relation, Postgres would open it.
        let sql = format!(
            "SELECT {ATTRIBUTE}, pg_catalog.format_type(a.atttypid, a.atttypmod), a.attnotnull, \
            pg_catalog.pg_get_expr(d.adbin, CASE WHEN a.attgenerated <> '' THEN d.adrelid ELSE 0 END), a.attgenerated <> '', \
            CASE a.attidentity WHEN 'a' THEN 'ALWAYS' WHEN 'd' THEN 'BY DEFAULT' END, \
            CASE WHEN a.attcollation <> t.typcollation THEN a.attcollation::pg_catalog.regcollation::pg_catalog.text END, \
            a.attinhcount > 0 AND NOT a.attislocal \
            FROM pg_catalog.pg_attribute AS a JOIN pg_catalog.pg_type AS t ON t.oid = a.atttypid \
            LEFT JOIN pg_catalog.pg_attrdef AS d ON d.adrelid = a.attrelid AND d.adnum = a.attnum \
            WHERE a.attrelid = ANY ($1) AND a.attnum > 0 AND NOT a.attisdropped ORDER BY a.attrelid, a.attnum"
        );
        let jsonb = jsonb::read(transaction)?;
        let with_columns: Vec<u32> = self
            .oids
            .iter()
            .copied()
            .filter(|oid| self.all[self.positions[oid]].kind != RelationKind::Sequence)
            .collect();
        each(transaction, &sql, &[&with_columns], |mut row| {
            let relation: u32 = row.next()?;
            let attribute = Attribute::of(&mut row)?;
            let jsonb = jsonb.get(&attribute.data_type).copied();
            let column = column(&mut row, attribute.name.clone(), jsonb)?;
            self.columns.entry(relation).or_default().push(attribute);
            self.get(relation).columns.push(column);
            Ok(())
        })
    }

    fn read_parents(&mut self, transaction: &mut Transaction<'_>) -> Result<(), Failure> {
        const SQL: &str = "SELECT i.inhrelid, n.nspname, c.relname FROM pg_catalog.pg_inherits AS i \
            JOIN pg_catalog.pg_class AS c ON c.oid = i.inhparent \
            JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace WHERE i.inhrelid = ANY ($1)";
        let oids = self.oids.clone();
        each(transaction, SQL, &[&oids], |mut row| {
            let relation: u32 = row.next()?;
            self.get(relation).parents.push(row.name()?);
            Ok(())
        })
    }

    fn read_grants(
        &mut self,
        transaction: &mut Transaction<'_>,
        roles: &RoleNames,
    ) -> Result<(), Failure> {
        // Without an access list, or in it, the owner has its own rights.
        const SQL: &str = "SELECT g.relation, g.grantee, \
            pg_catalog.array_agg(DISTINCT g.privilege ORDER BY g.privilege) FROM ( \
                SELECT c.oid, acl.grantee, option.head || acl.privilege_type \
                FROM pg_catalog.pg_class AS c, pg_catalog.aclexplode(c.relacl) AS acl, \
                (VALUES ('', false), ('GRANT OPTION FOR ', true)) AS option (head, needed) \
                WHERE c.oid = ANY ($1) AND acl.grantee <> c.relowner AND (acl.is_grantable OR NOT option.needed) \
                UNION ALL SELECT c.oid, acl.grantee, option.head || acl.privilege_type || ' (' \
                || pg_catalog.quote_ident(a.attname) || ')' \
                FROM pg_catalog.pg_attribute AS a JOIN pg_catalog.pg_class AS c ON c.oid = a.attrelid, \
                pg_catalog.aclexplode(a.attacl) AS acl, \
                (VALUES ('', false), ('GRANT OPTION FOR ', true)) AS option (head, needed) \
                WHERE a.attacl IS NOT NULL AND NOT a.attisdropped AND c.oid = ANY ($1) \
                AND acl.grantee <> c.relowner AND (acl.is_grantable OR NOT option.needed) \
            ) AS g (relation, grantee, privilege) GROUP BY g.relation, g.grantee";
        let oids = self.oids.clone();
        each(transaction, SQL, &[&oids], |mut row| {
            let relation: u32 = row.next()?;
            let grant = Grant {
                role: roles.get(row.next()?),
                privileges: row.next()?,
            };
            self.get(relation).grants.push(grant);
            Ok(())
        })
    }

    fn read_sources(&mut self, transaction: &mut Transaction<'_>) -> Result<(), Failure> {
        const SQL: &str = "SELECT DISTINCT r.ev_class, n.nspname, c.relname FROM pg_catalog.pg_rewrite AS r \
            JOIN pg_catalog.pg_depend AS d ON d.classid = 'pg_catalog.pg_rewrite'::pg_catalog.regclass \
            AND d.objid = r.oid AND d.refclassid = 'pg_catalog.pg_class'::pg_catalog.regclass \
            AND d.refobjid <> r.ev_class \
            JOIN pg_catalog.pg_class AS c ON c.oid = d.refobjid \
            JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace \
            WHERE r.ev_class = ANY ($1) AND r.rulename = '_RETURN'";
        let oids = self.oids.clone();
        each(transaction, SQL, &[&oids], |mut row| {
            let relation: u32 = row.next()?;
            self.get(relation).reads.push(row.name()?);
            Ok(())
        })
    }
}

fn relation(row: &mut Values<'_>, roles: &RoleNames) -> Result<Relation, Failure> {
    let name = row.name()?;
    let kind = match row.letter()? {
        'r' => RelationKind::Table,
        'p' => RelationKind::PartitionedTable,
        'f' => RelationKind::ForeignTable,
        'v' => RelationKind::View,
        'm' => RelationKind::MaterializedView,
        'S' => RelationKind::Sequence,
        other => return Err(unknown("kind", &name.to_string(), other)),
    };
    Ok(Relation {
        name,
        kind,
        owner: roles.get(row.next()?),
        unlogged: row.next()?,
        row_security: row.next()?,
        force_row_security: row.next()?,
        is_partition: row.next()?,
        parents: Vec::new(),
        partition_key: row.next()?,
        partition_bound: row.next()?,
        options: row.next()?,
        grants: Vec::new(),
        columns: Vec::new(),
        constraints: Vec::new(),
        indexes: Vec::new(),
        policies: Vec::new(),
        triggers: Vec::new(),
        rules: Vec::new(),
        definition: row.next()?,
        reads: Vec::<QualifiedName>::new(),
    })
}

fn column(row: &mut Values<'_>, name: String, jsonb: Option<Jsonb>) -> Result<Column, Failure> {
    Ok(Column {
        name,
        data_type: row.next()?,
        jsonb,
        not_null: row.next()?,
        default: row.next()?,
        generated: row.next()?,
        identity: row.next()?,
        collation: row.next()?,
        inherited: row.next()?,
    })
}
