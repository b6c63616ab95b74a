//! The rules, one file each: the file's name is the rule's id.

mod duplicate_enum_value;
mod empty_enum;
mod forbids_sibling_keys;
mod ignored_ref_sibling;
mod inverted_bounds;
mod keyword_of_another_draft;
mod keyword_without_effect;
mod misplaced_keyword;
mod refused_default;
mod refused_enum_value;
mod required_not_allowed;
mod unanchored_pattern;
mod unknown_format;
mod unknown_keyword;
mod unreachable_branch;
mod unsatisfiable_property;
mod unsatisfiable_version;

use super::Rule;

/// All rules, by id.
pub const RULES: &[Rule] = &[
    duplicate_enum_value::RULE,
    empty_enum::RULE,
    forbids_sibling_keys::RULE,
    ignored_ref_sibling::RULE,
    inverted_bounds::RULE,
    keyword_of_another_draft::RULE,
    keyword_without_effect::RULE,
    misplaced_keyword::RULE,
    refused_default::RULE,
    refused_enum_value::RULE,
    required_not_allowed::RULE,
    unanchored_pattern::RULE,
    unknown_format::RULE,
    unknown_keyword::RULE,
    unreachable_branch::RULE,
    unsatisfiable_property::RULE,
    unsatisfiable_version::RULE,
];

#[cfg(test)]
mod tests {
    use super::RULES;
    use std::{collections::BTreeSet, fs, path::Path};

    #[test]
    fn each_file_is_a_rule_of_its_name() {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/lint/rules");
        let files: BTreeSet<String> = fs::read_dir(folder)
            .expect("the folder of the rules")
            .map(|file| file.expect("a file").file_name())
            .filter_map(|name| name.to_str()?.strip_suffix(".rs").map(str::to_owned))
            .filter(|name| name != "mod")
            .map(|name| name.replace('_', "-"))
            .collect();
        let ids: Vec<&str> = RULES.iter().map(super::Rule::id).collect();
        assert_eq!(files.iter().map(String::as_str).collect::<Vec<_>>(), ids);
    }

    #[test]
    fn each_rule_says_what_it_is() {
        for rule in RULES {
            let summary = rule.summary();
            assert!(!summary.is_empty() && !summary.ends_with('.'), "{summary}");
            assert!(rule.explanation().ends_with('\n'), "{}", rule.id());
            assert!(
                rule.explanation().lines().all(|line| line.len() <= 110),
                "{}",
                rule.id()
            );
        }
    }
}
