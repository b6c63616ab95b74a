//! What the prose of a document says of it: `**Version:** 1.1.0`, and counts such as `- Total Tables: 20 (100%)`.

use crate::guardrail::{
    markdown::{Line, Markdown},
    value,
};
use std::ops::Range;

/// `**Name:** value`
#[derive(Debug)]
pub struct Statement<'t> {
    /// In lower case.
    pub name: String,
    pub value: &'t str,
    /// The place of the value.
    pub span: Range<usize>,
}

/// `- Total Tables: 20 (100%)`
#[derive(Debug)]
#[allow(clippy::struct_field_names, reason = "what else is a count")]
pub struct Count<'t> {
    /// In lower case.
    pub name: String,
    pub count: u64,
    pub percent: Option<u64>,
    pub text: &'t str,
    pub span: Range<usize>,
}

pub fn statements<'t>(markdown: &Markdown<'t>) -> Vec<Statement<'t>> {
    markdown.prose.iter().filter_map(statement).collect()
}

fn statement<'t>(line: &Line<'t>) -> Option<Statement<'t>> {
    let text = line.text.trim_start_matches(['-', '*', ' ', '\t']);
    let (name, after) = text.split_once(':')?;
    // The closing marks come before or after the colon, or after the value.
    let value = after
        .trim_start_matches('*')
        .trim()
        .trim_end_matches('*')
        .trim();
    let is_bold = line
        .text
        .trim_start()
        .trim_start_matches("- ")
        .starts_with("**");
    if !is_bold || value.is_empty() {
        return None;
    }
    let start = line.span.start + line.text.rfind(value)?;
    Some(Statement {
        name: name.trim_end_matches('*').to_lowercase(),
        value,
        span: start..start + value.len(),
    })
}

pub fn counts<'t>(markdown: &Markdown<'t>) -> Vec<Count<'t>> {
    markdown.prose.iter().filter_map(count).collect()
}

fn count<'t>(line: &Line<'t>) -> Option<Count<'t>> {
    let text = line.text.trim();
    let item = text.strip_prefix(['-', '*'])?;
    let (name, value) = item.split_once(':')?;
    let (number, rest) = match value.trim().split_once(char::is_whitespace) {
        Some((number, rest)) => (number, rest.trim()),
        None => (value.trim(), ""),
    };
    let percent = rest
        .strip_prefix('(')
        .and_then(|rest| rest.split_once("%)"));
    let start = line.span.start + line.text.len() - line.text.trim_start().len();
    Some(Count {
        name: value::plain(name).to_lowercase(),
        count: number.parse().ok()?,
        percent: percent.and_then(|(percent, _)| percent.trim().parse().ok()),
        text,
        span: start..start + text.len(),
    })
}
