//! What a document refers to: links, files, dates.

use super::{Document, Found, Level, Rule, Surroundings};
use crate::guardrail::{
    markdown::{Markdown, anchor, anchors, links},
    value,
};
use percent_encoding::percent_decode_str;
use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    ops::Range,
};

/// What a link leads to.
pub enum Target {
    /// Not to a file.
    Elsewhere,
    MissingFile,
    /// A file that is there, in which nothing more is asked for, or which is no Markdown.
    File,
    /// The file has no heading of that name.
    MissingSection,
    /// The text from the heading to the next.
    Section(String),
}

/// Follows a link of the document.
pub fn target(document: &Document<'_>, surroundings: &Surroundings<'_>, link: &str) -> Target {
    if link.contains("://") || link.starts_with("mailto:") || link.starts_with('/') {
        return Target::Elsewhere;
    }
    let (file, name) = link.split_once('#').unwrap_or((link, ""));
    let name = percent_decode_str(name).decode_utf8_lossy().to_lowercase();
    if file.is_empty() {
        let text = document.text.as_str();
        return section(&document.markdown, &document.anchors, text, &name);
    }
    let folder = surroundings.file.parent().unwrap_or(surroundings.file);
    let path = folder.join(percent_decode_str(file).decode_utf8_lossy().as_ref());
    if name.is_empty() || path.extension().is_none_or(|it| it != "md") {
        return if path.exists() {
            Target::File
        } else {
            Target::MissingFile
        };
    }
    match fs::read_to_string(path) {
        Ok(text) => {
            let markdown = Markdown::parse(&text);
            let names = anchors(markdown.headings.iter().map(|it| it.text));
            section(&markdown, &names, &text, &name)
        }
        Err(_) => Target::MissingFile,
    }
}

fn section(markdown: &Markdown<'_>, names: &[String], text: &str, name: &str) -> Target {
    let Some(index) = names.iter().position(|it| it == name) else {
        return Target::MissingSection;
    };
    let start = markdown.headings[index].span.end;
    let end = markdown
        .headings
        .get(index + 1)
        .map_or(text.len(), |next| next.span.start);
    Target::Section(text[start..end].to_owned())
}

/// The links of prose and tables, with their places.
fn all_links<'t>(document: &Document<'t>) -> Vec<(&'t str, Range<usize>)> {
    let tables = document.markdown.tables.iter();
    let rows = tables.flat_map(|table| &table.rows).map(|row| &row.line);
    let mut all: Vec<(&str, Range<usize>)> = Vec::new();
    for line in document.markdown.prose.iter().chain(rows) {
        let start = line.span.start;
        all.extend(
            links(line.text)
                .into_iter()
                .map(|it| (it.target, start + it.range.start..start + it.range.end)),
        );
    }
    all.sort_by_key(|(_, span)| span.start);
    all
}

pub const BROKEN_LINK: Rule = Rule {
    id: "broken-link",
    level: Level::Violation,
    summary: "a link to a file or a section that is not there",
    explanation: "A proof that cannot be read proves nothing. A file that is missing is told once, a section at each link.",
    check: broken_link,
};

fn broken_link(document: &Document<'_>, surroundings: &Surroundings<'_>) -> Vec<Found> {
    let mut files: BTreeMap<&str, (Range<usize>, u64)> = BTreeMap::new();
    let mut found = Vec::new();
    for (link, span) in all_links(document) {
        match target(document, surroundings, link) {
            Target::MissingFile => {
                let file = link.split('#').next().unwrap_or(link);
                files.entry(file).or_insert((span, 0)).1 += 1;
            }
            Target::MissingSection => {
                found.push(Found::new(span, format!("\"{link}\" leads to no heading")));
            }
            Target::Elsewhere | Target::File | Target::Section(_) => {}
        }
    }
    found.extend(files.into_iter().map(|(file, (span, count))| {
        let links = if count == 1 {
            "1 link leads".to_owned()
        } else {
            format!("{count} links lead")
        };
        Found::new(
            span,
            format!("there is no file \"{file}\", to which {links}"),
        )
        .hint("links are relative to the folder of the document")
    }));
    found
}

pub const INCOMPLETE_CONTENTS: Rule = Rule {
    id: "incomplete-contents",
    level: Level::Warning,
    summary: "a table of contents without a section that comes after it",
    explanation: "Who looks for the section there takes it for missing.",
    check: incomplete_contents,
};

fn incomplete_contents(document: &Document<'_>, _: &Surroundings<'_>) -> Vec<Found> {
    let headings = &document.markdown.headings;
    let Some(contents) = headings
        .iter()
        .find(|it| anchor(it.text).ends_with("table-of-contents"))
    else {
        return Vec::new();
    };
    let all = all_links(document);
    let listed: BTreeSet<&str> = all
        .iter()
        .filter_map(|(link, _)| link.strip_prefix('#'))
        .collect();
    let level = |span: &Range<usize>| {
        let before = document.text.as_str()[..span.start].trim_end();
        before.len() - before.trim_end_matches('#').len()
    };
    let same = headings.iter().filter(|it| {
        it.span.start > contents.span.start && level(&it.span) == level(&contents.span)
    });
    let missing = same.filter(|it| !listed.contains(&anchor(it.text).as_str()));
    let found = missing.map(|it| {
        Found::new(
            it.span.clone(),
            format!("the table of contents does not have \"{}\"", it.text),
        )
    });
    found.collect()
}

pub const FILE_WITH_TWO_PATHS: Rule = Rule {
    id: "file-with-two-paths",
    level: Level::Warning,
    summary: "a program that is named with two paths",
    explanation: "`check.mjs` in one place and `scripts/check.mjs` in another: one of them is not found.",
    check: file_with_two_paths,
};

fn file_with_two_paths(document: &Document<'_>, _: &Surroundings<'_>) -> Vec<Found> {
    const PROGRAMS: [&str; 6] = [".mjs", ".js", ".ts", ".py", ".sh", ".sql"];
    let mut paths: BTreeMap<String, (String, Range<usize>)> = BTreeMap::new();
    let mut found = Vec::new();
    for line in &document.markdown.prose {
        for item in value::in_code(line.text) {
            let path = item.value;
            let name = path.rsplit('/').next().unwrap_or_default().to_owned();
            if !PROGRAMS.iter().any(|it| name.ends_with(it))
                || !line.text.contains(&format!("`{path}`"))
            {
                continue;
            }
            let start = line.span.start + line.text.find(&path).unwrap_or(0);
            let span = start..start + path.len();
            match paths.get(&name) {
                None => drop(paths.insert(name, (path, span))),
                Some((known, _)) if *known != path => {
                    found.push(Found::new(
                        span,
                        format!("\"{path}\" is \"{known}\" elsewhere"),
                    ));
                }
                Some(_) => {}
            }
        }
    }
    found
}

pub const DATES_DIFFER: Rule = Rule {
    id: "dates-differ",
    level: Level::Violation,
    summary: "a document that says twice when it was updated, and not the same",
    explanation: "One of the dates is wrong.",
    check: |document, _| {
        let mut dates = document
            .statements
            .iter()
            .filter(|it| it.name == "last updated");
        let Some(first) = dates.next() else {
            return Vec::new();
        };
        let other = dates.filter(|it| it.value != first.value);
        let found = other.map(|it| {
            Found::new(
                it.span.clone(),
                format!(
                    "last updated \"{}\"; above it is \"{}\"",
                    it.value, first.value
                ),
            )
        });
        found.collect()
    },
};

pub const REVIEW_OVERDUE: Rule = Rule {
    id: "review-overdue",
    level: Level::Violation,
    summary: "a review whose day has passed",
    explanation: "The document says itself until when it has to be looked at again. --today DATE judges it on another day.",
    check: |document, surroundings| {
        let due = document
            .statements
            .iter()
            .filter(|it| it.name == "next review");
        let overdue = due.filter(|it| {
            value::date(it.value)
                .is_ok_and(|date| date.is_some_and(|date| date < surroundings.today))
        });
        let found = overdue.map(|it| {
            Found::new(
                it.span.clone(),
                format!("the review was due on {}", it.value),
            )
        });
        found.collect()
    },
};
